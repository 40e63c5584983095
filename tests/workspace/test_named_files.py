"""The files that plans name, asked of the file system: exact spelling, links, what git ignores, packages."""

from __future__ import annotations

import os

import pytest

from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.named_files import RootFiles

FILES = {
    "src/App.py": "",
    "src/导入/🚀.py": "",
    "docs/plan.md": "",
    "docs/near.py": "",
    "build/out.js": "",
    "node_modules/x/index.js": "",
    "env/pyvenv.cfg": "",
    "env/lib/a.py": "",
    "empty/": "",
    ".gitignore": "build/\n*.log\n!kept.log\nsecret\n",
    "src/.gitignore": "*.tmp\n",
}


@pytest.fixture
def files(tree):
    """The files as `docs/plan.md` names them."""
    root = tree(FILES)
    (root / ".git").mkdir()
    return RootFiles(str(root)).of(str(root / "docs" / "plan.md"))


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("src/App.py", True),
        ("src/app.py", False),
        ("SRC/App.py", False),
        ("src", True),
        ("src/", True),
        ("empty/", True),
        ("src/导入/🚀.py", True),
        ("near.py", True),
        ("../src/App.py", True),
        ("docs/near.py", True),
        ("src/none/none.py", False),
        ("src/App.py/none", False),
        ("../../out.py", None),
        ("node_modules/y.js", None),
        ("env/lib/b.py", None),
        ("build/out.js", True),
        ("build/none.js", False),
    ],
)
def test_whether_a_path_is_there(files, path, there):
    assert files.exists(path) is there


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("build/none.js", True),
        ("build", True),
        ("src/a.log", True),
        ("src/kept.log", False),
        ("src/a.tmp", True),
        ("docs/a.tmp", False),
        ("secret/key.py", True),
        ("src/App.py", False),
        ("none/none.log", True),
    ],
)
def test_what_git_ignores(files, path, ignored):
    assert files.is_ignored(path) is ignored


def test_the_answers_are_those_of_a_whole_snapshot(tree):
    root = tree(FILES)
    snapshot = read_workspace_files(root, how_much=lambda path: None)
    files = RootFiles(str(root)).of(str(root / "plan.md"))
    for path in [*snapshot.paths, *snapshot.folders, "none.py", "src/none.py", "src/app.py", "node_modules/a.js"]:
        if path:
            assert (files.exists(path) is True) is snapshot.exists(path)
            assert files.exists(path) is not False or snapshot.is_known(path)
            assert not files.is_ignored(path)


def test_code_may_lie_elsewhere(tree, tmp_path):
    root = tree({"docs/plan.md": ""})
    code = tmp_path / "code"
    (code / "src").mkdir(parents=True)
    (code / "src" / "app.py").touch()
    (code / ".gitignore").write_text("*.log\n")
    files = RootFiles(str(root), str(code)).of(str(root / "docs" / "plan.md"))
    assert (files.exists("src/app.py"), files.exists("src/b.py"), files.exists("docs/plan.md")) == (True, False, True)
    (code / ".git").mkdir()
    assert files.is_ignored("src/a.log")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_links(tree, tmp_path):
    root = tree({"real/a.py": "", "plan.md": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").touch()
    os.symlink(root / "real", root / "link")
    os.symlink(outside, root / "away")
    os.symlink(root / "real" / "a.py", root / "file.py")
    os.symlink(root / "none", root / "broken")
    os.symlink(root / "loop", root / "loop")
    files = RootFiles(str(root)).of(str(root / "plan.md"))
    names = ("link", "link/a.py", "link/none.py", "away", "away/b.py", "file.py", "broken", "loop", "loop/a.py")
    assert [files.exists(name) for name in names] == [True, True, False, True, None, True, False, False, None]


def test_an_answer_stays_and_each_folder_is_listed_once(tree):
    root = tree({"src/a.py": "", "plan.md": ""})
    every = RootFiles(str(root))
    files = every.of(str(root / "plan.md"))
    assert files.exists("src/b.py") is False
    (root / "src" / "b.py").touch()
    assert files.exists("src/b.py") is False
    assert every.of(str(root / "other.md")).exists("src/b.py") is False
    assert RootFiles(str(root)).of(str(root / "plan.md")).exists("src/b.py") is True


def test_what_is_not_there_at_all_is_no_error(tmp_path):
    files = RootFiles(str(tmp_path / "none")).of(str(tmp_path / "none" / "plan.md"))
    assert files.exists("src/a.py") is None
    assert not files.is_ignored("src/a.py")
    assert files.has_package("x") is False


@pytest.mark.parametrize(
    ("name", "text", "package"),
    [
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["Typing_Extensions>=4"]\n', "typing-extensions"),
        ("package.json", '{"name": "x", "devDependencies": {"@types/node": "20"}}', "@types/node"),
        ("services/api/package.json", '{"name": "x", "dependencies": {"redis": "4"}}', "redis"),
        ("Cargo.toml", '[package]\nname = "x"\nversion = "0.1.0"\n[dependencies]\nserde = "1"\n', "serde"),
        ("go.mod", "module x\n\ngo 1.22\n\nrequire github.com/go-chi/chi/v5 v5.0.0\n", "github.com/go-chi/chi/v5"),
    ],
)
def test_packages_of_manifests(tree, name, text, package):
    root = tree({name: text, "plan.md": ""})
    files = RootFiles(str(root)).of(str(root / "plan.md"))
    assert files.has_package(package)
    assert not files.has_package("left-pad")
