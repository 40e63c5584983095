"""What `check` looks at: real trees, and what is told of the places that can't be looked at."""

from __future__ import annotations

import os
import sys

import pytest

from plansmith.workspace.discover import Configurations, find_documents

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def found(tree, monkeypatch):
    """Write files, and find the documents from their root."""

    def found(files, *paths, **options):
        monkeypatch.chdir(tree(files))
        return find_documents(paths or ["."], Configurations(trusted=False), **options)

    return found


def names(discovered):
    return [document.path.replace(os.sep, "/") for document in discovered.documents]


def test_markdown_is_found_in_the_order_of_names(found):
    result = found({"b.md": "", "a/z.markdown": "", "a/y/x.md": "", "c.MD": "", "d.txt": "", "md": "", "a.mdx": ""})
    assert names(result) == ["b.md", "c.MD", "a/z.markdown", "a/y/x.md"]
    assert result.problems == []
    assert not result.truncated


def test_paths_are_spelled_as_they_were_asked_for(found, tmp_path):
    files = {"docs/a.md": "", "docs/b/c.md": "", "d.md": ""}
    assert names(found(files, "docs")) == ["docs/a.md", "docs/b/c.md"]
    assert names(found(files, "./docs/", "d.md")) == ["./docs/a.md", "./docs/b/c.md", "d.md"]
    assert names(found(files, tmp_path / "root" / "docs")) == [
        f"{tmp_path}/root/docs/a.md",
        f"{tmp_path}/root/docs/b/c.md",
    ]


def test_nothing_is_found_twice(found):
    assert names(found({"docs/a.md": "", "b.md": ""}, "docs/a.md", "docs", ".", "b.md")) == ["docs/a.md", "b.md"]


def test_an_explicit_file_is_always_taken(found):
    files = {
        ".gitignore": "*.md",
        "plansmith.toml": "exclude = ['b.md']",
        "a.md": "",
        "b.md": "",
        "node_modules/c.md": "",
        "notes.txt": "",
    }
    result = found(files, "a.md", "b.md", "node_modules/c.md", "notes.txt")
    assert names(result) == ["a.md", "b.md", "node_modules/c.md", "notes.txt"]
    # … and the configuration still says that rules don't run there, as in the editor.
    assert [document.configuration.covers(document.path) for document in result.documents] == [True, False, True, True]


def test_a_path_that_is_not_there_is_said(found):
    result = found({"a.md": ""}, "b.md", "a.md", "folder/")
    assert names(result) == ["a.md"]
    assert result.problems == [
        "b.md: there is no such file or folder",
        "folder/: there is no such file or folder",
    ]


def test_what_git_ignores_is_left_alone(found):
    files = {
        ".git/": "",
        ".gitignore": "build/\n*.tmp.md\n",
        "a.md": "",
        "a.tmp.md": "",
        "build/b.md": "",
        "docs/.gitignore": "!c.tmp.md\nprivate.md\n",
        "docs/c.tmp.md": "",
        "docs/private.md": "",
        "private.md": "",
    }
    assert names(found(files)) == ["a.md", "private.md", "docs/c.tmp.md"]
    assert names(found(files, "docs")) == ["docs/c.tmp.md"]
    assert names(found(files, "build")) == ["build/b.md"]  # who names it wants it


def test_a_repository_inside_another_has_ignore_files_of_its_own(found):
    files = {".git/": "", ".gitignore": "*.tmp.md", "sub/.git/": "", "sub/a.tmp.md": "", "a.tmp.md": "", "b.md": ""}
    assert names(found(files)) == ["b.md", "sub/a.tmp.md"]


def test_other_peoples_folders_are_skipped(found):
    files = {
        "node_modules/a.md": "",
        "x/.venv/b.md": "",
        "env/pyvenv.cfg": "",
        "env/c.md": "",
        ".git/d.md": "",
        "e.md": "",
    }
    assert names(found(files)) == ["e.md"]


def test_globs_of_the_configuration_count(found):
    files = {
        "plansmith.toml": "include = ['plans/', 'TODO.md']\nexclude = ['plans/old/', '*.draft.md']",
        "TODO.md": "",
        "README.md": "",
        "plans/a.md": "",
        "plans/a.draft.md": "",
        "plans/old/b.md": "",
    }
    assert names(found(files)) == ["TODO.md", "plans/a.md"]


def test_every_root_has_its_own_configuration(found, tmp_path):
    files = {
        "plansmith.toml": "exclude = ['a.md']\nmax-findings = 1",
        "a.md": "",
        "b.md": "",
        "sub/pyproject.toml": "[tool.plansmith]\nmax-findings = 2",
        "sub/a.md": "",
        "sub/deep/a.md": "",
        "other/pyproject.toml": "[project]\nname = 'x'",
        "other/b.md": "",
        "other/a.md": "",
    }
    result = found(files)
    assert names(result) == ["b.md", "other/b.md", "sub/a.md", "sub/deep/a.md"]
    assert [document.configuration.max_findings for document in result.documents] == [1, 1, 2, 2]
    configurations = Configurations(trusted=False)
    for document in result.documents:  # the same as for a file by itself
        assert configurations.of(document.path).root == document.configuration.root
    assert configurations.of("sub/x.md") is configurations.of("sub/deep/y.md")
    assert len(configurations.loaded) == 2


@links
def test_links_make_no_loops(found, tree):
    root = tree({"a/b/c.md": ""})
    (root / "a/b/up").symlink_to(root / "a")
    (root / "a/self").symlink_to(root / "a/self")
    (root / "a/gone.md").symlink_to(root / "nowhere.md")
    assert names(found({})) == ["a/b/c.md"]


@links
def test_a_link_to_a_file_counts_once_and_not_beside_its_target(found, tree, tmp_path):
    root = tree({"a.md": "", "docs/m.md": ""})
    (tmp_path / "outside.md").touch()
    (root / "b.md").symlink_to(root / "docs/m.md")
    (root / "docs/k.md").symlink_to(tmp_path / "outside.md")
    (root / "docs/n.md").symlink_to(tmp_path / "outside.md")
    assert names(found({})) == ["a.md", "docs/k.md", "docs/m.md"]
    assert names(found({}, "b.md")) == ["b.md"]


@links
def test_a_folder_that_is_a_link_is_looked_into_when_it_is_named(found, tree, tmp_path):
    root = tree({})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.md").touch()
    (root / "docs").symlink_to(tmp_path / "elsewhere")
    assert names(found({})) == []
    assert names(found({}, "docs")) == ["docs/a.md"]


def test_a_folder_by_the_name_of_a_document_is_a_folder(found):
    assert names(found({"plan.md/a.md": "", "b.md/": ""})) == ["plan.md/a.md"]


def test_the_bound_on_documents_is_said(found):
    result = found({f"{number:02}.md": "" for number in range(12)}, limit=10)
    assert names(result) == [f"{number:02}.md" for number in range(10)]
    assert result.truncated
    assert result.problems == ["only the first 10 documents were looked at; name fewer folders, or exclude some"]


def test_the_bound_is_no_matter_where_it_is_just_kept(found):
    result = found({f"{number:02}.md": "" for number in range(10)}, limit=10, limit_entries=10)
    assert len(result.documents) == 10
    assert not result.truncated


def test_the_bound_on_files_of_any_kind_is_said(found):
    result = found({"a/x.txt": "", "a/y.txt": "", "b/z.md": "", "c/z.md": ""}, limit_entries=5)
    assert result.truncated
    [problem] = result.problems
    assert "too many files" in problem


def test_an_unreadable_folder_is_said_and_stops_nothing(found, tree, monkeypatch):
    tree({"a/x.md": "", "b/y.md": ""})
    scan = os.scandir

    def refuse(path):
        if str(path).endswith(f"{os.sep}a"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = found({})
    assert names(result) == ["b/y.md"]
    assert result.problems == [f"a{os.sep}: Permission denied"]
