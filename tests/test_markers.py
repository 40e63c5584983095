"""The marks of marked texts: a test that can't fail is none."""

from __future__ import annotations

import pytest

from tests.markers import check_marks, read_cursor, read_marks

DOCUMENT = """
    ---
    plansmith: true
    ---
    ## Task 1: Build
    ## Task 2: Ship
    **Prerequisites**: Task 9
"""


def test_marks_are_no_part_of_the_text():
    text, [mark] = read_marks("""
        one
          ^ hint[a-rule]: Say more
        two
    """)
    assert text == "one\ntwo\n"
    assert mark[:4] == (0, 2, 3, 0)
    assert str(mark) == "  ^ hint[a-rule]: Say more"


def test_a_line_of_blanks_stays_as_it_is():
    assert read_marks("    one\n        \n    two")[0] == "one\n    \ntwo"


def test_a_text_without_an_indent_keeps_its_columns():
    text, [mark] = read_marks("- one\n  two\n  ^^^ hint[a-rule]")
    assert (text, mark[:4]) == ("- one\n  two", (1, 2, 5, 0))


def test_the_cursor_is_a_place():
    assert read_cursor("one\ntw$0o\n") == ("one\ntwo\n", 1, 2)


def test_a_mark_may_leave_the_message_open():
    check_marks(DOCUMENT + "                       ^^^^^^ error[unknown-task]\n", "unknown-task")


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "                       ^^^^^ error[unknown-task]",
        "                       ^^^^^^ warning[unknown-task]",
        "                       ^^^^^^ error[missing-section]",
        "                       ^^^^^^ error[unknown-task]: Something else",
    ],
    ids=["none", "another place", "another level", "another rule", "another message"],
)
def test_a_wrong_mark_fails(mark):
    with pytest.raises(AssertionError):
        check_marks(DOCUMENT + mark, "unknown-task")
