"""What of an edit has arrived in a text, and how it is taken out again without a character of the author's."""

from __future__ import annotations

from plansmith.lsp.arrival import Arrival
from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span, apply_edits, insertion
from tests.markers import built_in_format

AUTHOR = "one\ntwo\nthree\n"
EDITS = [insertion(1, 0, "**A**: x\n\n"), insertion(2, 0, "\n**B**: y\n\n**A**: x\n\n")]


def document(text: str) -> Document:
    return Document(text, built_in_format())


def arrival(text: str = AUTHOR, edits: list[Edit] = EDITS) -> Arrival:
    return Arrival(document(text), edits)


def taken_out(text: str, expected: Arrival) -> str | None:
    removals = expected.removals(document(text))
    return None if removals is None else apply_edits(text, removals)


def test_what_arrived_as_it_was_meant_is_exact():
    text = apply_edits(AUTHOR, EDITS)
    assert arrival().is_exact(document(text))
    assert arrival().is_in(document(text))
    assert taken_out(text, arrival()) == AUTHOR


def test_line_ends_that_the_client_changed_do_not_count():
    text = apply_edits(AUTHOR, EDITS).replace("\n", "\r\n")
    assert arrival().is_exact(document(text))
    assert taken_out(text, arrival()) == AUTHOR.replace("\n", "\r\n")


def test_what_landed_elsewhere_is_in_but_not_exact():
    typed = "zero\n" + AUTHOR
    text = apply_edits(typed, EDITS)
    assert not arrival().is_exact(document(text))
    assert arrival().is_in(document(text))
    assert taken_out(text, arrival()) == typed


def test_what_landed_in_the_middle_of_a_line_is_taken_out_too():
    typed = "some longer line\n" + AUTHOR
    text = apply_edits(typed, [insertion(0, 4, EDITS[0].text), insertion(2, 1, EDITS[1].text)])
    assert taken_out(text, arrival()) == typed


def test_what_did_not_arrive_is_not_in():
    assert not arrival().is_in(document(AUTHOR))
    assert not arrival().is_in(document(apply_edits(AUTHOR, EDITS[:1])))
    assert taken_out(AUTHOR, arrival()) is None


def test_the_authors_own_words_are_never_taken_for_ours():
    own = AUTHOR + EDITS[1].text
    assert not arrival(own).is_in(document(own))
    assert taken_out("zero\n" + apply_edits(own, EDITS), arrival(own)) is None


def test_what_stands_there_twice_is_left_alone():
    text = "zero\n" + apply_edits(AUTHOR, EDITS) + EDITS[1].text
    assert taken_out(text, arrival()) is None


def test_a_removal_alone_has_arrived_when_it_shows():
    edits = [Edit(Span(1, 0, 2, 0), "")]
    assert not arrival(edits=edits).is_in(document(AUTHOR))
    assert arrival(edits=edits).is_in(document("one\nthree\n"))
