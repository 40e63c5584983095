"""Regenerating is the one thing that deletes: the section's own lines, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plansmith.expand.draft import Draft
from plansmith.expand.place import replace
from plansmith.plan.text import apply_edits
from tests.expand.canned import canned, parse
from tests.expand.plans import documents
from tests.markers import dedent

SUCCESS = Draft("success", ("- [ ] `make` passes",))
OBJECTIVE = Draft("objective", ("Serve it.",))
ACTIONS = Draft("steps.1.actions", ("- [ ] Create `a.py`", "- [ ] Run `make`"))


def becomes(before: str, draft: Draft, *, after: str) -> None:
    text = dedent(before)
    placement = replace(parse(text), 0, draft.key, draft)
    assert not placement.conflict, placement.conflict
    assert placement.added == (draft.key,)
    assert len(placement.edits) == 1
    assert apply_edits(text, placement.edits) == dedent(after)


def test_what_stands_below_a_heading_is_replaced():
    becomes("""
        ## Task 1: Build

        ### Success Criteria

        - [ ] old

        And prose.

        ### Next Steps
    """, SUCCESS, after="""
        ## Task 1: Build

        ### Success Criteria

        - [ ] `make` passes

        ### Next Steps
    """)  # fmt: skip


def test_a_line_is_replaced_on_its_labels_line():
    becomes("""
        ## Task 1: Build
        **🎯 Goal**: old
          on two lines
        **Estimated Complexity**: Low
    """, OBJECTIVE, after="""
        ## Task 1: Build
        **🎯 Goal**: Serve it.
        **Estimated Complexity**: Low
    """)  # fmt: skip


def test_a_list_below_a_label_is_replaced():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**: see

        1. old
           ```
           old
           ```

        **Validation**: `make`
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:

        - [ ] Create `a.py`
        - [ ] Run `make`

        **Validation**: `make`
    """)  # fmt: skip


def test_a_line_that_replaces_a_list_is_no_part_of_what_ended_the_list():
    becomes("""
        ## Task 1: Build

        **Prerequisites**:
        - Task 2
        - Task 3
        ---
        Text
    """, Draft("prerequisites", ("None",)), after="""
        ## Task 1: Build

        **Prerequisites**: None

        ---
        Text
    """)  # fmt: skip


def test_a_quote_is_replaced_to_its_last_line():
    becomes("""
        ## Task 1: Build

        ### Success Criteria

        > old
        >

        ### Next Steps
    """, SUCCESS, after="""
        ## Task 1: Build

        ### Success Criteria

        - [ ] `make` passes

        ### Next Steps
    """)  # fmt: skip


def test_what_is_nested_below_a_label_in_a_list_is_replaced():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        * **Actions**: old
          * older
        * **Validation**: `make`
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        * **Actions**:
          * [ ] Create `a.py`
          * [ ] Run `make`
        * **Validation**: `make`
    """)  # fmt: skip


def test_a_step_is_replaced_with_its_name():
    step = Draft("steps.2", (), (Draft("steps.2.objective", ("New.",)),), "New name")
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        a
        #### Step 2: Old name
        **Objective**: Old.

        **Actions**:
        - old
        #### Step 3: Three
    """, step, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        a
        #### Step 2: New name

        **Objective**: New.

        #### Step 3: Three
    """)  # fmt: skip


def test_a_field_of_another_parent_that_stands_between_is_kept():
    becomes("""
        ## Task 1: Build
        ### Success Criteria
        - old

        **Estimated Complexity**: Low
    """, SUCCESS, after="""
        ## Task 1: Build
        ### Success Criteria

        - [ ] `make` passes

        **Estimated Complexity**: Low
    """)  # fmt: skip


def test_the_last_section_of_a_file_without_a_line_end():
    text = "## Task 1: A\r\n\r\n### Success Criteria\r\n- old"
    placement = replace(parse(text), 0, "success", SUCCESS)
    assert apply_edits(text, placement.edits) == (
        "## Task 1: A\r\n\r\n### Success Criteria\r\n\r\n- [ ] `make` passes\r\n"
    )


def test_a_section_that_is_not_there_is_a_conflict():
    placement = replace(parse("## Task 1: A\n"), 0, "success", SUCCESS)
    assert placement.edits == ()
    assert placement.conflict == "Task 1 has no section “success” to replace"


def test_a_task_that_ends_in_an_open_fence_is_a_conflict():
    placement = replace(parse("## Task 1: A\n### Success Criteria\n```\n"), 0, "success", SUCCESS)
    assert placement.conflict == "Line 3: a code fence opens here and never closes; close it, then try again"


def test_an_empty_draft_replaces_nothing():
    assert replace(parse("## Task 1: A\n### Success Criteria\n- a\n"), 0, "success", Draft("success")).edits == ()


@pytest.mark.parametrize("blanks", range(5))
def test_a_replacement_keeps_the_blank_lines_around_it(blanks):
    text = "## Task 1: Build\n\n### Dependencies Added\n" + "\n" * blanks + "## Task 2: Build\n"
    draft = canned("dependencies", parse(text).format.by_key["dependencies"])
    once = apply_edits(text, replace(parse(text), 0, "dependencies", draft).edits)
    assert replace(parse(once), 0, "dependencies", draft).edits == ()
    assert once.count("\n") == text.count("\n") + 1 + max(0, 2 - blanks)


@given(documents(), st.data())
def test_every_other_section_stays_as_it_was(text, data):
    document = parse(text)
    assume(document.tasks)
    index = data.draw(st.integers(0, len(document.tasks) - 1))
    task = document.tasks[index]
    sections = [section for section in task.walk() if task.find(section.key) is section]
    if not sections:
        return
    section = data.draw(st.sampled_from(sections))
    placement = replace(document, index, section.key, canned(section.key, section.spec))
    if placement.conflict or not placement.edits:
        return
    after_text = apply_edits(text, placement.edits)
    after = parse(after_text)
    assert len(after.tasks) == len(document.tasks)
    new = after.tasks[index]
    found = new.find(section.key)
    assert found is not None
    assert found.has_content

    def others(walked):
        own = f"{section.key}."
        return [s.key for s in walked if s.key != section.key and not s.key.startswith(own)]

    assert others(new.walk()) == others(task.walk())
    base = document.start_of(index)
    edit = placement.edits[0]
    assert edit.span.line >= base
    assert after_text.startswith("".join(map("".join, zip(document.lines[:base], document.ends[:base], strict=True))))
    again = replace(after, index, section.key, canned(section.key, section.spec))
    once, twice = (
        re.sub(r"\n(?:[ \t]*\n)+", "\n\n", re.sub(r"\r\n?", "\n", shown))
        for shown in (after_text, apply_edits(after_text, again.edits))
    )
    assert twice == once, "the same draft again changes more than how many blank lines there are"


@pytest.mark.parametrize("key", ["objective", "steps.1", "nonsense", ""])
def test_any_key_is_taken(key):
    assert replace(parse("## Task 1: A\n"), 0, key, OBJECTIVE).edits == ()
