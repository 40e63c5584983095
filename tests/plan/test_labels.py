"""Where a label starts a section, and where it is text."""

from __future__ import annotations

from plansmith.plan.document import Document
from tests.markers import built_in_format, dedent


def sections(text: str) -> list[tuple[str, int, int]]:
    """The key of each section of the first task, its first line, and the line after its content."""
    [task, *_] = Document(dedent(text), built_in_format()).tasks
    return [(section.key, section.line, section.end) for section in task.walk()]


def test_a_label_right_below_a_list_starts_a_section():
    # For CommonMark the label goes on with the paragraph of the item above it.
    found = sections("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Do it
          - in two parts
        **Validation**:
        - [ ] It works
        **Troubleshooting**: none so far
    """)
    assert found[2:] == [("steps.1.actions", 3, 6), ("steps.1.validation", 6, 8), ("steps.1.troubleshooting", 8, 9)]


def test_a_label_right_below_a_list_ends_its_items():
    text = """
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Do it
        **Validation**: it
        works
    """
    [task] = Document(dedent(text), built_in_format()).tasks
    actions = task.find("steps.1.actions")
    assert actions is not None
    assert [item.end for item in actions.items] == [5]


def test_a_label_inside_an_item_is_its_text():
    found = sections("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Do it
          **Validation**: none
        > quoted
        **Troubleshooting**: none
    """)
    assert found[2:] == [("steps.1.actions", 3, 8)]
