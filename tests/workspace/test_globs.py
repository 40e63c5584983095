"""Globs: what they match, and that no glob takes long."""

from __future__ import annotations

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.workspace.globs import Globs


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("a.md", ["a.md", "x/a.md", "a.md/y"], ["b.md", "aa.md"]),
        ("*.draft.md", ["a.draft.md", "x/y/b.draft.md"], ["draft.md", "a.draft.mdx"]),
        ("/a.md", ["a.md"], ["x/a.md"]),
        ("./a.md", ["a.md", "x/a.md"], []),
        ("docs/", ["docs/a.md", "x/docs/a.md"], ["docs"]),
        ("docs/*.md", ["docs/a.md"], ["docs/x/a.md", "x/docs/a.md"]),
        ("docs/**", ["docs/a.md", "docs/x/a.md"], ["docs", "docs2/a.md"]),
        ("docs/**/a.md", ["docs/a.md", "docs/x/y/a.md"], ["docs/b.md", "a.md"]),
        ("**/a.md", ["a.md", "x/y/a.md"], ["b.md"]),
        ("**/x/**/a.md", ["x/a.md", "y/x/z/a.md"], ["a.md", "y/a.md"]),
        ("a?.md", ["ab.md"], ["a.md", "a/.md"]),
        ("a[0-9x].md", ["a3.md", "ax.md"], ["ay.md", "a.md"]),
        ("a[!0-9].md", ["ay.md"], ["a3.md"]),
        ("a[.md", ["a[.md"], ["a.md"]),
        ("a b", ["a b"], ["a", "b"]),
        ("", [], ["a"]),
        ("/", [], ["a"]),
    ],
)
def test_a_glob_matches(glob, matching, others):
    globs = Globs([glob])
    assert [path for path in matching if not globs.match(path)] == []
    assert [path for path in others if globs.match(path)] == []


def test_a_folder_is_asked_as_one():
    assert Globs(["docs/"]).match("docs", is_folder=True)
    assert not Globs(["docs/**"]).match("docs", is_folder=True)


NAMES = st.text(st.sampled_from("ab*?."), min_size=1, max_size=8)


@given(NAMES, NAMES)
def test_a_name_matches_as_in_the_standard_library(name, glob):
    assert Globs([glob]).match(name) == ((fnmatch.fnmatchcase(name, glob) and glob != "." * len(glob)) or name == glob)


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_glob_raises(glob, path):
    Globs([glob]).match(path)


def test_no_glob_takes_long():
    started = time.perf_counter()
    Globs(["*a" * 90 + "b", "**/a/" * 40 + "b", "[" * 200]).match("/".join(["a" * 100] * 50))
    assert time.perf_counter() - started < 2
