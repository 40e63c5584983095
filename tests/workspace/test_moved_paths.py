"""What a path in a plan is called after files have moved."""

from __future__ import annotations

import pytest

from plansmith.workspace.moved_paths import Move, Reader, moved_path

READER = Reader("/w/docs/plan.md", "/w")
FILES = {
    "/w/src/app.py",
    "/w/src",
    "/w/docs/plan.md",
    "/w/docs/notes.md",
    "/w/docs",
    "/w/docs/src/twin.py",
    "/w/src/twin.py",
}


def moved(path: str, old: str, new: str, *, is_link: bool = False) -> str | None:
    """A path of the document in `docs/` after one move inside of the root."""
    return moved_path(path, READER, [Move(f"/w/{old}", f"/w/{new}")], FILES.__contains__, is_link=is_link)


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("src/app.py", "src/app.py", "src/main.py", "src/main.py"),
        ("src/app.py", "src", "lib", "lib/app.py"),
        ("src/", "src", "lib/core", "lib/core/"),
        ("src/later.py", "src", "lib", "lib/later.py"),  # not there yet
        ("../src/app.py", "src/app.py", "lib/app.py", "../lib/app.py"),
        ("notes.md", "docs/notes.md", "docs/deep/notes.md", "deep/notes.md"),
        ("notes.md", "docs/notes.md", "notes.md", "../notes.md"),
        ("src/app.py", "src/ap", "src/other", None),
        ("src/app.py", "lib", "src", None),
    ],
)
def test_a_path_follows_its_file_as_it_was_written(path, old, new, expected):
    assert moved(path, old, new) == expected


@pytest.mark.parametrize(
    ("path", "is_link", "expected"),
    [
        ("src/later.py", False, None),  # not there yet: it is that of the root, as its folder is
        ("later.py", False, None),
        ("new/later.py", False, None),
        ("../src/later.py", True, None),
        ("notes.md", True, None),  # beside the document still
        ("later.md", True, None),
        ("docs/notes.md", False, "notes/notes.md"),
        ("../docs/notes.md", True, "notes.md"),
        ("deep/later.md", False, None),
        ("docs/later.md", False, "notes/later.md"),
    ],
)
def test_a_document_that_moves_along_keeps_what_is_right_still(path, is_link, expected):
    there = {*FILES, "/w/docs/deep"} - {"/w/docs/src/twin.py"}
    found = moved_path(path, READER, [Move("/w/docs", "/w/notes")], there.__contains__, is_link=is_link)
    assert found in (expected, path if expected is None else expected)


@pytest.mark.parametrize(
    ("path", "is_link", "expected"),
    [
        ("../src/app.py", True, "../../src/app.py"),
        ("../src/app.py", False, "../../src/app.py"),
        ("notes.md", True, "../../docs/notes.md"),
        ("src/app.py", False, None),
        ("docs/plan.md", False, "plans/deep/plan.md"),
        ("plan.md", True, "plan.md"),
    ],
)
def test_a_document_that_moves_by_itself_speaks_from_its_new_place(path, is_link, expected):
    assert moved(path, "docs/plan.md", "plans/deep/plan.md", is_link=is_link) == expected


def test_of_two_files_a_link_means_that_beside_the_document():
    assert moved("src/twin.py", "docs/src/twin.py", "docs/src/b.py", is_link=True) == "src/b.py"
    assert moved("src/twin.py", "docs/src/twin.py", "docs/src/b.py") is None
    assert moved("src/twin.py", "src/twin.py", "src/b.py") == "src/b.py"
    assert moved("src/twin.py", "src/twin.py", "src/b.py", is_link=True) is None


def test_what_leaves_the_root_keeps_its_name():
    assert (
        moved_path("src/app.py", READER, [Move("/w/src/app.py", "/x/app.py")], FILES.__contains__, is_link=False)
        is None
    )


def test_a_document_that_leaves_the_root_keeps_its_paths():
    for to in ("/x/plan.md", "/plan.md"):
        moves = [Move("/w/docs/plan.md", to)]
        assert moved_path("../src/app.py", READER, moves, FILES.__contains__, is_link=True) is None


def test_the_innermost_move_counts():
    moves = [Move("/w/src", "/w/lib"), Move("/w/src/app.py", "/w/main.py")]
    assert moved_path("src/app.py", READER, moves, FILES.__contains__, is_link=False) == "main.py"


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("src/app.py", "plans/plan.md", None),  # it is read from the root
        ("src/later.py", "plans/plan.md", None),
        ("notes.md", "plans/plan.md", "../docs/notes.md"),
        ("notes.md", "plan.md", "docs/notes.md"),
        ("notes.md", "docs/deep/plan.md", "../notes.md"),
        ("notes.md", "docs/other.md", "notes.md"),
        ("../src/app.py", "docs/deep/plan.md", "../../src/app.py"),
        ("../src/app.py", "plan.md", "src/app.py"),
        ("../src/later.py", "docs/deep/plan.md", "../../src/later.py"),
        ("../src/", "docs/deep/plan.md", "../../src/"),
        ("src/twin.py", "plan.md", None),
        ("notes.md", "../x/plan.md", None),
    ],
)
def test_where_the_document_moves_what_is_read_from_its_folder_is_spelled_from_the_new_one(path, new, expected):
    assert moved(path, "docs/plan.md", new) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("notes.md", "../docs/notes.md"),
        ("gone.md", "../docs/gone.md"),
        ("src/twin.py", "../docs/src/twin.py"),
        ("src/app.py", None),  # there is none beside the document
    ],
)
def test_a_link_is_read_from_the_document(path, expected):
    assert moved(path, "docs/plan.md", "plans/plan.md", is_link=True) == expected


def test_a_link_of_a_document_at_the_root_is_read_from_there():
    reader, moves = Reader("/w/plan.md", "/w"), [Move("/w/plan.md", "/w/docs/plan.md")]
    assert moved_path("src/app.py", reader, moves, FILES.__contains__, is_link=True) == "../src/app.py"
    assert moved_path("src/app.py", reader, moves, FILES.__contains__, is_link=False) is None


def test_a_folder_takes_the_document_along_with_its_files():
    for path, expected in (("notes.md", "notes.md"), ("docs/notes.md", "texts/notes.md"), ("../src/app.py", None)):
        found = moved(path, "docs", "texts")
        assert found == (expected or path)
    assert moved("../src/app.py", "docs", "texts/deep") == "../../src/app.py"
