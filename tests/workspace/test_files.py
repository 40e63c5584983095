"""Reading a tree: bounds, ignore rules, links, and the questions that its value answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.folders import SKIPPED_FOLDERS
from plansmith.workspace.ignore import parse_ignore_file
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.source import Portion

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


def test_files_and_folders_are_known_by_their_paths_from_the_root(read):
    files = read({"src/app/main.py": "", "README.md": ""})
    assert files.paths == {"src/app/main.py", "README.md"}
    assert files.folders == {"", "src", "src/app"}
    assert files.is_file("src/app/main.py")
    assert not files.is_file("src/app")
    assert files.is_folder("src/app/")
    assert files.exists("./src/../README.md")
    assert not files.truncated


def test_a_path_exists_in_its_own_spelling_only(read):
    files = read({"Src/Main.py": ""})
    assert files.exists("Src/Main.py")
    assert not files.exists("src/main.py")


@pytest.mark.parametrize("path", ["/etc/hosts", "../x", "a/../../x", ".."])
def test_a_path_out_of_the_root_neither_exists_nor_proves_anything(read, path):
    files = read({"x": ""})
    assert not files.exists(path)
    assert not files.is_known(path)


def test_an_empty_root_has_one_folder_itself(read):
    files = read({})
    assert files.paths == frozenset()
    assert files.is_folder(".")


def test_a_root_that_is_not_there_is_a_problem_and_no_exception(tmp_path):
    files = read_workspace_files(tmp_path / "nowhere")
    assert files.truncated
    assert files.problems
    assert not files.is_known("x")


@pytest.mark.parametrize("folder", sorted(SKIPPED_FOLDERS))
def test_other_peoples_folders_are_never_looked_into(read, folder):
    files = read({f"{folder}/inner/x.py": "", f"deep/{folder}/x.py": "", "a.py": ""})
    assert files.paths == {"a.py"}
    assert not files.is_known(f"{folder}/inner/x.py")
    assert not files.is_known(f"deep/{folder}/y.py")
    assert files.is_known("b.py")
    assert not files.truncated


def test_a_virtual_environment_is_skipped_whatever_its_name(read):
    files = read({"env-of-mine/pyvenv.cfg": "", "env-of-mine/lib/x.py": "", "a.py": ""})
    assert files.paths == {"a.py"}
    assert not files.is_known("env-of-mine/lib/y.py")


def test_what_git_ignores_is_not_listed_and_never_judged(read):
    files = read(
        {
            ".gitignore": "*.log\n/generated/\n\r\n# a comment\nsecret.txt\r\n",
            "a.log": "",
            "deep/b.log": "",
            "generated/x.py": "",
            "deep/generated/x.py": "",
            "secret.txt": "",
        }
    )
    assert files.paths == {".gitignore", "deep/generated/x.py"}
    assert files.is_ignored("not/yet/there.log")
    assert files.is_ignored("generated/")
    assert files.is_ignored("generated/new/x.py")
    assert not files.is_known("generated/new/x.py")
    assert files.is_known("deep/generated/y.py")


def test_a_nested_gitignore_brings_back_what_an_outer_one_ignores(read):
    files = read(
        {
            ".gitignore": "*.log\nout/\n",
            "keep/.gitignore": "!important.log\n!/out/\n",
            "keep/important.log": "",
            "keep/other.log": "",
            "keep/out/x": "",
            "keep/deep/out/x": "",
            "important.log": "",
        }
    )
    assert files.paths == {".gitignore", "keep/.gitignore", "keep/important.log", "keep/out/x"}
    assert not files.is_ignored("keep/important.log")
    assert files.is_ignored("important.log")


def test_nothing_comes_back_from_below_an_ignored_folder(read):
    files = read({".gitignore": "out/\n!out/keep.txt\n", "out/keep.txt": "", "out/.gitignore": "!keep.txt"})
    assert files.paths == {".gitignore"}
    assert files.is_ignored("out/keep.txt")


def test_ignore_rules_of_the_enclosing_repository_count(tree):
    root = tree(
        {".git/HEAD": "", ".gitignore": "*.tmp\n/app/private/\n", "app/a.tmp": "", "app/a.py": "", "app/private/x": ""}
    )
    files = read_workspace_files(root / "app")
    assert files.paths == {"a.py"}
    assert files.is_ignored("b.tmp")


def test_an_ignored_folder_that_is_itself_the_root_shows_its_files(tree):
    root = tree({".git/HEAD": "", ".gitignore": "/play/\n", "play/deep/a.py": ""})
    assert read_workspace_files(root / "play" / "deep").paths == {"a.py"}


def test_of_the_ignore_files_above_the_nearer_one_decides(tree):
    root = tree({".git/HEAD": "", ".gitignore": "*.log\n", "a/.gitignore": "!*.log\n", "a/b/x.log": ""})
    assert read_workspace_files(root / "a" / "b").paths == {"x.log"}


def test_what_a_build_would_make_is_not_judged_before_it_is_there(read):
    files = read({"a.py": ""})
    assert not files.is_known("dist/bundle.js")
    assert files.is_known("src/bundle.js")


def test_ignore_files_above_a_root_without_a_repository_do_not_count(tree):
    root = tree({".gitignore": "*.py\n", "app/a.py": ""})
    assert read_workspace_files(root / "app").paths == {"a.py"}


def test_the_same_files_are_ignored_as_git_ignores(tree):
    patterns = [
        "*.o", "/top", "dir/", "a/b", "**/deep/x", "abc/**", "a/**/z", "!keep.o", "\\#hash", "sp\\ ", "x[0-9].txt",
        "foo*", "!/foobar", "[!a-c].md", "**/logs", "*.{a,b}", "trailing   ",
    ]  # fmt: skip
    names = [
        "a.o", "keep.o", "sub/keep.o", "top", "sub/top", "dir/x", "sub/dir/x", "file/dir", "a/b", "sub/a/b",
        "q/deep/x", "deep/x", "abc/x/y", "sub/abc/x", "a/z", "a/1/2/z", "#hash", "x1.txt", "xa.txt", "foo1",
        "foobar", "sub/foobar", "d.md", "b.md", "w/logs/1", "n.{a,b}", "n.a", "trailing", "inner/k.o", "inner/deep/x",
    ]  # fmt: skip
    root = tree({".gitignore": "\n".join(patterns), "inner/.gitignore": "!k.o\n/deep/\n", **dict.fromkeys(names, "")})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    listed = subprocess.run(
        ["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    files = read_workspace_files(root)
    assert files.paths == set(filter(None, listed.stdout.split("\0")))
    for name in names:
        assert files.is_ignored(name) is (name not in files.paths), name


def test_a_pattern_that_would_take_hours_is_dropped():
    rules = parse_ignore_file("*a*a*a*a*a*a*a*a*b\n**/**/**/**/**/x\n*.log\n")
    assert rules is not None
    assert rules.decide("a" * 250) is None
    assert rules.decide("a/b/c/d/e/f/x") is None
    assert rules.decide("x.log") is True


@given(st.text(max_size=60), st.text("ab/*!.[]\\", min_size=1, max_size=20))
def test_no_ignore_file_makes_it_raise(text, path):
    rules = parse_ignore_file(text)
    assert rules is None or rules.decide(path.lstrip("/") or "x") in (True, False, None)


def test_an_ignore_file_with_one_broken_line_keeps_the_others():
    rules = parse_ignore_file("!\n*.log\n//\n[\n")
    assert rules is not None
    assert rules.decide("a.log") is True


def test_a_tree_with_too_many_files_is_cut_breadth_first_and_says_so(tree):
    root = tree({f"deep/deeper/f{i}.py": "" for i in range(30)} | {f"top{i}.py": "" for i in range(10)})
    files = read_workspace_files(root, limit_files=20)
    assert files.truncated
    assert {f"top{i}.py" for i in range(10)} <= files.paths
    assert len(files.paths) < 20
    assert files.exists("deep/deeper")
    assert not files.is_known("deep/deeper/f29.py")
    assert not files.is_known("top99.py")


def test_a_tree_of_exactly_the_limit_is_whole(tree):
    root = tree({f"f{i}": "" for i in range(20)})
    files = read_workspace_files(root, limit_files=20)
    assert len(files.paths) == 20
    assert not files.truncated


def test_a_tree_that_is_too_deep_is_cut_and_the_rest_stays_known(tree):
    root = tree({"/".join("abcdef") + "/x.py": "", "a/y.py": ""})
    files = read_workspace_files(root, limit_depth=3)
    assert files.paths == {"a/y.py"}
    assert files.is_folder("a/b/c")
    assert files.truncated
    assert not files.is_known("a/b/c/d/e/f/x.py")
    assert files.is_known("a/z.py")


def test_an_unreadable_folder_is_left_out_and_the_rest_is_read(tree, monkeypatch):
    root = tree({"locked/x.py": "", "open/y.py": ""})
    scandir = os.scandir

    def scan(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    files = read_workspace_files(root)
    assert files.paths == {"open/y.py"}
    assert files.truncated
    assert files.problems == ("locked: Permission denied",)
    assert files.is_folder("locked")
    assert not files.is_known("locked/x.py")


@links
def test_a_loop_of_links_ends(tree):
    root = tree({"a/b/x.py": ""})
    (root / "a/b/up").symlink_to(root / "a", target_is_directory=True)
    (root / "self").symlink_to("self")
    (root / "all").symlink_to(".")
    files = read_workspace_files(root)
    assert files.paths == {"a/b/x.py"}
    assert files.exists("a/b/up/b/x.py")
    assert files.exists("all/a/b/up/b/up/b/x.py")
    assert not files.exists("a/b/up/b/y.py")
    assert not files.exists("self")
    assert not files.truncated


@links
def test_a_link_inside_of_the_root_leads_to_what_is_there(tree):
    root = tree({"real/x.py": "", "real/pyproject.toml": "[project]\nname = 'x'"})
    (root / "link").symlink_to("real", target_is_directory=True)
    (root / "one.py").symlink_to("real/x.py")
    files = read_workspace_files(root)
    assert files.is_file("link/x.py")
    assert files.is_folder("link")
    assert files.is_file("one.py")
    assert not files.exists("link/y.py")
    assert files.is_known("link/y.py")
    assert set(files.texts) == {"real/pyproject.toml"}


@links
def test_a_link_out_of_the_root_is_not_followed_and_not_judged(tree, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "package.json").write_text('{"name": "secret"}')
    root = tree({"a.py": ""})
    (root / "away").symlink_to(outside, target_is_directory=True)
    (root / "package.json").symlink_to(outside / "package.json")
    files = read_workspace_files(root)
    assert files.exists("away")
    assert not files.is_known("away/anything.py")
    assert files.texts == {}
    assert "away/package.json" not in files.paths


@links
def test_a_broken_link_is_nothing(tree):
    root = tree({"a.py": ""})
    (root / "gone.py").symlink_to("nowhere.py")
    assert read_workspace_files(root).paths == {"a.py"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
def test_a_pipe_named_like_a_manifest_does_not_block(tree):
    root = tree({})
    os.mkfifo(root / "package.json")
    files = read_workspace_files(root)
    assert files.exists("package.json")
    assert files.texts == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name can be any bytes")
def test_a_name_that_is_no_text_is_left_out(tree):
    root = tree({"a.py": ""})
    try:
        (root / os.fsdecode(b"\xff.py")).write_text("")
    except OSError:
        pytest.skip("this file system takes only text")
    assert read_workspace_files(root).paths == {"a.py"}


def test_only_manifests_and_a_few_tests_are_read(read):
    files = read(
        {
            "pyproject.toml": "[project]",
            "src/app.py": "secret = 1",
            ".env": "KEY=1",
            "sub/package.json": "{}",
            "Makefile": "",
            ".github/workflows/ci.yml": "",
            "tests/fixtures/package.json": "{}",
            **{f"tests/test_{i:02}.py": "def test_x(): ..." for i in range(40)},
        }
    )
    wholes = {"pyproject.toml", "sub/package.json", "Makefile", ".github/workflows/ci.yml"}
    samples = set(files.texts) - wholes
    assert wholes <= set(files.texts)
    assert samples == {f"tests/test_{i:02}.py" for i in range(24)}


def test_a_manifest_that_is_too_large_is_a_problem_and_not_half_read(tree):
    root = tree({"a.txt": "12345", "b.txt": "123456", "c.txt": "1234567"})
    portions = {"a.txt": Portion(5), "b.txt": Portion(5), "c.txt": Portion(5, whole=False)}
    files = read_workspace_files(root, how_much=portions.get)
    assert files.texts == {"a.txt": "12345", "c.txt": "12345"}
    assert files.problems == ("b.txt: not read, it is larger than 5 bytes",)
    assert files.truncated


def test_all_texts_together_are_bounded(tree):
    root = tree({f"{name}.txt": "x" * 10 for name in "abc"})
    files = read_workspace_files(root, limit_texts=25, how_much=lambda path: Portion(10))
    assert set(files.texts) == {"a.txt", "b.txt"}
    assert files.truncated


def test_no_text_is_read_where_none_is_wanted(tree):
    files = read_workspace_files(tree({"package.json": "{}"}), how_much=lambda path: None)
    assert files.texts == {}
    assert files.exists("package.json")


def test_a_byte_order_mark_and_foreign_bytes_do_not_break_a_text(tree):
    root = tree({})
    (root / "package.json").write_bytes(b'\xef\xbb\xbf{"name": "caf\xe9"}')
    assert read_workspace_files(root).texts["package.json"] == '{"name": "caf�"}'


def test_the_value_is_frozen_and_equal_to_a_second_reading(tree):
    root = tree({".gitignore": "*.log", "package.json": "{}"})
    files = read_workspace_files(root)
    assert files == read_workspace_files(root)
    with pytest.raises(AttributeError):
        files.truncated = True  # type: ignore[misc]


def test_a_workspace_in_memory_answers_alike():
    files = WorkspaceFiles.of({"package.json": "{}"}, paths=["src/a.ts"])
    assert files.exists("src")
    assert files.text("package.json") == "{}"
    assert files.text("src/a.ts") is None


def test_a_workspace_without_ignore_files_does_not_import_pathspec(tree):
    root = tree({"package.json": "{}", "src/a.py": ""})
    code = (
        "import sys; from pathlib import Path\n"
        "from plansmith.workspace.files import read_workspace_files\n"
        "from plansmith.workspace.stack import detect_stack\n"
        f"detect_stack(read_workspace_files(Path({str(root)!r})))\n"
        "assert not {'pathspec', 'pydantic', 'tomllib', 'asyncio'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
