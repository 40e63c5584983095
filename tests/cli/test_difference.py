"""The difference of a text and the insertions into it: read as a patch it makes exactly the text after them."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.cli.difference import Insertion, difference

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")
_texts = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "d\r", "é", "\n\n\n\n\n\n\n\n"]), max_size=8).map(
    "".join
)


def after(before: str, insertions: list[Insertion]) -> str:
    text, shift = before, 0
    for offset, inserted in sorted(insertions, key=lambda insertion: insertion.offset):
        text = text[: offset + shift] + inserted + text[offset + shift :]
        shift += len(inserted)
    return text


def patched(before: str, printed: list[str]) -> str:
    """What the patch makes of a text; every line that it names must be there."""
    old = [part for part in re.split(r"(?<=\n)", before) if part]
    new: list[str] = []
    place = position = 0
    text = "".join(printed).partition("+++ plan.md\n")[2]
    while position < len(text):
        head = _HUNK.match(text, position)
        assert head is not None, text[position:]
        position = head.end()
        start, count, first, added = (1 if part is None else int(part) for part in head.groups())
        start -= count > 0
        new += old[place:start]
        assert len(new) == first - (added > 0)
        place = start
        signs = []
        while position < len(text) and text[position] in " +-":
            end = text.index("\n", position) + 1
            line = text[position + 1 : end]
            if text.startswith("\\ No newline at end of file\n", end):
                line, end = line[:-1], end + len("\\ No newline at end of file\n")
            signs.append((text[position], line))
            position = end
        assert sum(sign in " -" for sign, _ in signs) == count
        assert sum(sign in " +" for sign, _ in signs) == added
        for sign, line in signs:
            if sign != "+":
                assert old[place] == line
                place += 1
            if sign != "-":
                new.append(line)
    return "".join([*new, *old[place:]])


@given(_texts, st.lists(st.tuples(st.integers(0, 40), _texts.filter(bool)), max_size=4))
@example("a\nb\n", [(2, "c\n")])
@example("a", [(1, "\nb")])
@example("", [(0, "a\n"), (0, "b")])
@example("a\n", [(2, "b")])
@example("a\nb\nc\n", [(0, "x"), (1, "y"), (3, "z\nz")])
def test_the_difference_is_a_patch_that_makes_the_text(before: str, drawn: list[tuple[int, str]]) -> None:
    insertions = [Insertion(min(offset, len(before)), text) for offset, text in drawn]
    printed = list(difference("plan.md", before, insertions))
    assert patched(before, printed) == after(before, insertions)
    assert bool(printed) == bool(insertions)


def test_hunks_have_three_lines_around_them_and_join_where_they_touch():
    before = "".join(f"{number}\n" for number in range(1, 21))
    places = [before.index(f"\n{number}\n") + 1 for number in (3, 9, 20)]
    assert "".join(difference("plan.md", before, [Insertion(place, "new\n") for place in places])) == """\
--- plan.md
+++ plan.md
@@ -1,11 +1,13 @@
 1
 2
+new
 3
 4
 5
 6
 7
 8
+new
 9
 10
 11
@@ -17,4 +19,5 @@
 17
 18
 19
+new
 20
"""  # fmt: skip


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch")
@pytest.mark.parametrize("before", ["", "a", "a\n", "a\r\nb\r\n", "\ufeffa\nb", "a\n" * 30])
def test_patch_agrees(tmp_path, before):
    insertions = [Insertion(0, "x\n"), Insertion(len(before) // 2, "y\ny\n"), Insertion(len(before), "z\n")]
    (tmp_path / "plan.md").write_bytes(before.encode())
    printed = "".join(difference("plan.md", before, insertions)).encode()
    subprocess.run(["patch", "--binary", "-s", "plan.md"], cwd=tmp_path, input=printed, check=True, timeout=30)
    assert (tmp_path / "plan.md").read_bytes().decode() == after(before, insertions)
