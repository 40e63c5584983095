"""Whatever the text and the place: what is asked while a plan is written has an answer."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.plan.blanks import without_stops
from plansmith.plan.cards import package_card, path_card, section_card, task_card
from plansmith.plan.completion import code_at, completion_at, empty_item_at
from plansmith.plan.continuing import after_enter
from plansmith.plan.document import Document
from plansmith.plan.highlights import find_highlights
from plansmith.plan.hints import find_hints
from plansmith.plan.moving import move
from plansmith.plan.pointed import pointed_at
from plansmith.plan.states import next_task, state_of
from plansmith.plan.text import Edit, apply_edits, insertion
from tests.markers import built_in_format

from .texts import each_corpus_text, markdown, plans, snippets

_TYPED = st.sampled_from(
    ["", "#", "### ", "**", "**Ob", "`", "`a", ", ", "Task ", "- [ ] ", "- ", "\n", "1. ", "<!-- plansmith: ignore "]
)


def _is_inside(span, document):
    line = document.lines[span.line]
    return span.line == span.end_line and 0 <= span.start <= span.end <= len(line)


def _ask(document, line, column):
    """Ask everything at one place; every span lies in the text, and every offer can be taken."""
    pointed = pointed_at(document, line, column)
    if pointed is not None:
        assert _is_inside(pointed.span, document)
        assert pointed.span.start <= column <= pointed.span.end or pointed.code is not None
        if pointed.section is not None:
            assert section_card(pointed.section.spec, 2, pointed.section.number).title
        if pointed.path is not None:
            assert path_card(document, pointed.path, None).title
        if pointed.package is not None:
            assert package_card(document, pointed.package, None).title
    found = completion_at(document, line, column)
    if found is not None:
        assert _is_inside(found.span, document)
        assert _is_inside(found.whole, document)
        assert found.span.start == found.whole.start
        assert found.span.end <= found.whole.end
        text = document.text
        for offer in found.offers[:3]:
            apply_edits(text, [Edit(found.whole, without_stops(offer.parts))])
    for place in (code_at(document, line, column), empty_item_at(document, line, column)):
        if place is not None:
            assert _is_inside(place.span, document)
            assert _is_inside(place.whole, document)
    edits = after_enter(document, line)
    if edits:
        apply_edits(document.text, edits)
    for up in (True, False):
        move(document, line, up=up)


@given(
    plans | markdown | st.lists(snippets, max_size=12).map("".join), st.integers(-2, 60), st.integers(-1, 40), _TYPED
)
@example("## Task 1: A\n### Testing Plan\n### Next Steps\n", 1, 40, "`")
@example("", 0, 0, "#")
@example("## Task 1: A\n### Testing Plan\n**Unit Tests**:\n", 2, 1, "\n")
def test_every_place_has_an_answer(text, line, column, typed):
    document = Document(text, built_in_format())
    if 0 <= line < len(document.lines):
        at = min(max(column, 0), len(document.lines[line]))
        document.edit(insertion(line, at, typed))
        column = at + len(typed)
    _ask(document, line, column)
    hints = find_hints(document, line, line + 20)
    assert all(line <= hint.line <= line + 20 for hint in hints)
    next_task(document)
    for index, task in enumerate(document.tasks):
        state_of(document, index)
        assert task_card(document, index).title is not None
        last = (-1, 0)
        for part in find_highlights(task, document.graph.targets[index], (), lambda text: True):
            assert last <= (part.line, part.start)
            assert part.start < part.end <= len(task.lines[part.line])
            last = (part.line, part.end)


@each_corpus_text
def test_every_place_of_the_corpus_has_an_answer(text):
    document = Document(text, built_in_format())
    count = len(document.lines)
    for line in range(0, count, max(count // 60, 1)):
        for column in (0, len(document.lines[line]) // 2, len(document.lines[line])):
            _ask(document, line, column)
