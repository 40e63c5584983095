"""How a breakdown is read: what is a task, where it ends, what its sections are, and what each of them holds."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from plansmith.plan.queries import content_text, is_none
from plansmith.plan.tree import Task
from tests.markers import built_in_format, dedent

FORMAT = built_in_format()


def tasks(text: str) -> list[Task]:
    return Document(dedent(text), FORMAT).tasks


def task(text: str) -> Task:
    [found] = tasks(text)
    return found


def contents(text: str) -> dict[str, str]:
    """What each section of the one task holds of its own, by its key; a second one of a key is marked."""
    found: dict[str, str] = {}
    one = task(text)
    for section in one.walk():
        key = section.key if section.key not in found else f"{section.key} again"
        found[key] = content_text(section, one.lines)
    return found


def owned(text: str) -> list[list[str]]:
    """The lines that each task owns, up to its end."""
    return [list(one.lines[: one.end]) for one in tasks(text)]


# Where a task starts and ends


@pytest.mark.parametrize("heading", ["# Task 1: A", "## Task 1: A", "### Task 1: A", "#### Task 1: A", "Task 1: A\n===", "Task 1: A\n---"])  # fmt: skip
def test_a_task_is_a_heading_at_level_1_to_4(heading):
    assert [one.id for one in tasks(heading)] == ["1"]


@pytest.mark.parametrize("line", ["##### Task 1: A", "###### Task 1: A", "Task 1: A", "**Task 1: A**", "- Task 1: A", "- [ ] Task 1: A", "#Task 1: A", "> ## Task 1: A", "- ## Task 1: A"])  # fmt: skip
def test_anything_else_is_no_task(line):
    assert tasks(line) == []


def test_a_task_ends_at_the_next_task_of_any_level():
    text = """
        ## Task 1: A
        a
        ### Task 1.1: B
        b
        # Task 2: C
        c
    """
    assert owned(text) == [["## Task 1: A", "a"], ["### Task 1.1: B", "b"], ["# Task 2: C", "c"]]


def test_a_task_ends_at_a_heading_of_its_level_that_is_no_section():
    text = """
        ## Task 1: A
        ### Notes
        ## Notes
        n
        ## Task 2: B
        # Phase 2
    """
    assert owned(text) == [["## Task 1: A", "### Notes"], ["## Task 2: B"]]


def test_a_section_at_the_tasks_own_level_or_higher_belongs_to_it():
    text = """
        ### Task 1: A
        ### Testing Plan
        a
        ## Success Criteria
        b
    """
    assert list(contents(text)) == ["testing", "success"]


def test_an_alias_at_the_tasks_own_level_ends_it():
    assert owned("## Task 1: A\n## Acceptance Criteria\n- a") == [["## Task 1: A"]]


def test_guidelines_end_the_last_task():
    assert owned("## Task 1: A\na\n## Implementation Guidelines\n### Common Patterns") == [["## Task 1: A", "a"]]


def test_a_nested_task_is_a_unit_of_its_own():
    parent, child = tasks("""
        ## Task 1: A
        ### Task 1.1: B
        **Objective**: b
        #### Testing Plan
    """)
    assert list(parent.walk()) == []
    assert [section.key for section in child.walk()] == ["objective", "testing"]


@pytest.mark.parametrize("after", ["", "\n\n", "\n---\n", "\n\n---\n\n", "\n* * *\n\n", "\n***"])
def test_trailing_blank_lines_and_a_trailing_rule_belong_to_no_task(after):
    assert owned(f"## Task 1: A\na\n{after}\n## Task 2: B")[0] == ["## Task 1: A", "a"]


def test_only_one_trailing_rule_is_left_out():
    assert owned("## Task 1: A\n\n---\n\n---\n\n## Task 2: B")[0] == ["## Task 1: A", "", "---"]


def test_an_ignore_comment_before_the_next_task_is_that_tasks():
    text = "## Task 1: A\na\n\n<!-- plansmith: ignore plain-list -->\n## Task 2: B"
    assert owned(text)[0] == ["## Task 1: A", "a"]


def test_what_comes_before_the_first_task_belongs_to_none():
    document = Document("# Title\ntext\n## Task 1: A", FORMAT)
    assert document.starts == [0, 2]
    assert [document.task_at(line) for line in range(3)] == [None, None, 0]


def test_the_opening_ends_at_the_first_sub_heading_or_section():
    def opening(text: str) -> int:
        return task(text).opening_end

    assert opening("## Task 1: A\n\na\n\n### Notes\nb") == 4
    assert opening("## Task 1: A\n\na\n\n**Objective**: b") == 4
    assert opening("## Task 1: A\n\na\n\n- **Objective**: b") == 4
    assert opening("## Task 1: A\n\na\n\n") == 3
    assert opening("## Task 1: A") == 1


# Titles


@pytest.mark.parametrize(
    "label",
    [
        "**Objective**: x",
        "**Objective:** x",
        "**Objective** : x",
        "**Objective :** x",
        "**objective**: x",
        "**OBJECTIVE**: x",
        "__Objective__: x",
        "__Objective:__ x",
        "**Objective**： x",
        "- **Objective**: x",
        "- **Objective:** x",
        "- Objective: x",
        "* Objective: x",
        "+ **Objective**: x",
        "1. **Objective**: x",
        "1) Objective: x",
        "   **Objective**: x",
        "🎯 **Objective**: x",
        "**🎯 Objective**: x",
        "- 🎯 **Objective**: x",
        "- 🎯 Objective: x",
        "**1. Objective**: x",
        "**1.2 Objective:** x",
        "**Goal**: x",
        "- Purpose: x",
        "### Objective\nx",
        "### Objective:\nx",
        "### 🎯 OBJECTIVE 🎯\n\nx",
        "### 1. Objective\nx",
        "### **Objective**\nx",
        "### Goal\nx",
        "#### Objective\nx",
        "Objective\n---\nx",
    ],
)
def test_a_field_is_recognised(label):
    level = "#" if label.startswith("Objective\n") else "##"
    assert contents(f"{level} Task 1: A\n\n{label}") == {"objective": "x"}


@pytest.mark.parametrize(
    "line",
    [
        "Objective: x",
        "The **Objective**: x",
        "**Objective** x",
        "**Objective**",
        "*Objective*: x",
        "**Objectives**: x",
        "**My Objective**: x",
        "- The objective: x",
        "- Objective - x",
        "- Objective:x",
        "- [ ] **Objective**: x",
        "- [ ] Objective: x",
        "`**Objective**: x`",
        "> **Objective**: x",
        "> - **Objective**: x",
        "text\n  about the **Objective**: x",
        "| **Objective**: x |",
        "    **Objective**: x",
        "```\n**Objective**: x\n```",
        "<div>\n**Objective**: x\n</div>",
        "<!--\n**Objective**: x\n-->",
        "[**Objective**: x](y)",
        "### Objectives\nx",
        "### The Objective\nx",
        "##### Task 1: Objective\nx",
    ],
)
def test_what_looks_like_a_field_is_text(line):
    assert contents(f"## Task 1: A\n\n{line}") == {}


@pytest.mark.parametrize("title", ["Implementation Steps", "2. Implementation steps:", "🔧 **Implementation Steps**", "IMPLEMENTATION STEPS ##"])  # fmt: skip
@pytest.mark.parametrize("step", ["Step 1: B", "step 1: B", "Step 1 - B", "Step 1. B", "**Step 1: B**", "🔧 Step 1: B", "Step 1", "STEP 1: B ##"])  # fmt: skip
def test_steps_are_recognised(title, step):
    one = task(f"## Task 1: A\n### {title}\n#### {step}\n**Actions**: c")
    assert [section.key for section in one.walk()] == ["steps", "steps.1", "steps.1.actions"]
    found = one.find("steps.1")
    assert found is not None
    assert found.number == 1
    assert found.name.strip("*") == ("" if step == "Step 1" else "B")


def test_steps_keep_the_numbers_that_they_have():
    text = "## Task 1: A\n### Implementation Steps\n#### Step 3: B\n#### Step 1: C\n#### Step 3: D\n#### Step 10: E"
    assert list(contents(text)) == ["steps", "steps.3", "steps.1", "steps.3 again", "steps.10"]


def test_a_step_belongs_to_implementation_steps_only():
    assert contents("## Task 1: A\n### Testing Plan\n#### Step 1: B") == {"testing": "#### Step 1: B"}
    assert contents("## Task 1: A\n### Step 1: B") == {}


def test_a_title_resolves_in_the_nearest_section_and_then_further_out():
    assert contents("""
        ## Task 1: A
        **Objective**: of the task
        ### Implementation Steps
        #### Step 1: B
        **Objective**: of the step
        **Unit Tests**: no section of a step
        ### Testing Plan
        **Unit Tests**: a
        **Estimated Complexity**: High
        **Actions**: no section of Testing Plan
    """) == {
        "objective": "of the task",
        "steps": "",
        "steps.1": "",
        "steps.1.objective": "of the step\n**Unit Tests**: no section of a step",
        "testing": "",
        "testing.unit": "a",
        "complexity": "High\n**Actions**: no section of Testing Plan",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("alias", "key"),
    [
        ("**Goal**: x", "objective"),
        ("**Purpose**: x", "objective"),
        ("**Depends on**: x", "prerequisites"),
        ("**Dependencies**: x", "prerequisites"),
        ("- Depends on: x", "prerequisites"),
        ("### Acceptance Criteria\n- x", "success"),
        ("### Definition of Done\n- x", "success"),
        ("**Acceptance Criteria**: x", "success"),
    ],
)
def test_an_alias_of_a_section_of_the_task(alias, key):
    one = task(f"## Task 1: A\n{alias}")
    assert [(section.key, section.by_alias) for section in one.walk()] == [(key, True)]


@pytest.mark.parametrize(
    ("alias", "key"),
    [
        ("Goal", "objective"),
        ("Purpose", "objective"),
        ("Verification", "validation"),
        ("Checkpoint", "validation"),
        ("Risks", "troubleshooting"),
        ("Potential Issues", "troubleshooting"),
    ],
)
def test_an_alias_of_a_section_of_a_step(alias, key):
    one = task(f"## Task 1: A\n### Implementation Steps\n#### Step 1: B\n**{alias}**: x")
    assert [(section.key, section.by_alias) for section in one.walk()][2:] == [(f"steps.1.{key}", True)]


@pytest.mark.parametrize(
    "text",
    [
        "**Verification**: x",
        "**Risks**: x",
        "### Potential Issues\nx",
        "### Dependencies\nx",
        "### Testing Plan\n**Dependencies**: x",
        "### Implementation Steps\n#### Step 1: B\n**Depends on**: x",
        "**Notes**: x",
        "### Notes\nx",
    ],
)
def test_a_title_or_alias_that_fits_no_section_is_the_authors_own_text(text):
    keys = [section.key for section in task(f"## Task 1: A\n{text}").walk()]
    assert all(key in ("testing", "steps", "steps.1") for key in keys)


def test_an_alias_of_a_section_that_is_there_already_is_the_authors_own_text():
    assert contents("## Task 1: A\n**Objective**: x\n\n**Goal**: y") == {"objective": "x"}
    assert contents("## Task 1: A\n**Goal**: y\n**Objective**: x") == {"objective": "y", "objective again": "x"}


# Contents


def test_consecutive_label_lines_are_fields_of_their_own():
    assert contents("""
        ## Task 1: A
        **Objective**: a
        **Prerequisites**: b
        **Estimated Complexity**: Low
    """) == {"objective": "a", "prerequisites": "b", "complexity": "Low"}  # fmt: skip


def test_a_line_ends_at_the_first_blank_line():
    assert contents("""
        ## Task 1: A
        **Objective**: a
        goes on

        own text
    """) == {"objective": "a\ngoes on"}  # fmt: skip


def test_a_choice_ends_at_the_first_blank_line():
    assert contents("## Task 1: A\n**Estimated Complexity**: Low\n\nown text") == {"complexity": "Low"}


def test_a_bare_label_takes_the_next_paragraph():
    assert contents("""
        ## Task 1: A
        **Objective**:

        a

        own text
    """) == {"objective": "a"}  # fmt: skip


def test_a_list_takes_all_blocks_up_to_the_next_label():
    assert contents("""
        ## Task 1: A
        **Prerequisites**:

        - a
          - b

            c

        text

        > quote

        **Estimated Complexity**: Low
    """) == {
        "prerequisites": "- a\n  - b\n\n    c\n\ntext\n\n> quote",
        "complexity": "Low",
    }  # fmt: skip


def test_code_takes_several_fences():
    assert contents("""
        ## Task 1: A
        ### Implementation Steps
        #### Step 1: B
        **Code Examples**: first

        ```py
        **Validation**: no label
        ### no heading

        ```

        then

        ~~~
        b
        ~~~
        **Validation**: c
    """)["steps.1.code"] == (
        "first\n\n```py\n**Validation**: no label\n### no heading\n\n```\n\nthen\n\n~~~\nb\n~~~"
    )  # fmt: skip


@pytest.mark.parametrize("end", ["### Notes", "### Testing Plan", "Notes\n---", "---\nown text", "***\nown text", "**Estimated Complexity**: Low", "## Other", "## Task 2: B"])  # fmt: skip
def test_what_ends_a_list(end):
    one = tasks(f"## Task 1: A\n**Prerequisites**:\n- a\n\n{end}")[0]
    section = one.find("prerequisites")
    assert section is not None
    assert content_text(section, one.lines) == "- a"


@pytest.mark.parametrize("kept", ["**Notes**: x", "**Objectives**: x", "text", "```\n---\n```", "| a |", "- **Notes**: x", "<!-- c -->"])  # fmt: skip
def test_what_does_not_end_a_list(kept):
    assert contents(f"## Task 1: A\n**Prerequisites**:\n- a\n\n{kept}")["prerequisites"] == f"- a\n\n{kept}"


@pytest.mark.parametrize("key", ["prerequisites", "objective", "complexity"])
@pytest.mark.parametrize("label", ["**{}**: x", "**{}:** x", "- **{}**: x", "- {}: x", "**{}**:\nx", "**{}**:\n\nx"])
def test_content_may_stand_on_the_labels_line_or_below(key, label):
    title = FORMAT.by_key[key].title
    assert contents(f"## Task 1: A\n{label.format(title)}") == {key: "x"}


def test_bullets_that_are_labels_hold_what_is_nested_in_them():
    assert contents("""
        ## Task 1: A
        - **Objective**: a
        - **Prerequisites**:
          - Task 1
            - more
          - **Objective**: no label, it is deeper
        - **Estimated Complexity**: Low
    """) == {
        "objective": "a",
        "prerequisites": "- Task 1\n    - more\n  - **Objective**: no label, it is deeper",
        "complexity": "Low",
    }  # fmt: skip


def test_a_label_that_is_indented_further_is_content():
    assert contents("## Task 1: A\n**Prerequisites**: a\n  **Objective**: b") == {
        "prerequisites": "a\n  **Objective**: b"
    }
    assert list(contents("## Task 1: A\n  **Prerequisites**: a\n**Objective**: b")) == ["prerequisites", "objective"]


def test_bullets_under_a_plain_label_are_its_items():
    assert contents("""
        ## Task 1: A
        ### Implementation Steps
        #### Step 1: B
        **Actions**:
        - Configuration: set the port
        - Objective: none
        **Validation**: c
    """)["steps.1.actions"] == "- Configuration: set the port\n- Objective: none"  # fmt: skip


def test_a_bold_bullet_that_comes_later_in_the_format_is_the_next_section():
    found = contents("""
        ## Task 1: A
        ### Implementation Steps
        #### Step 1: B
        **Actions**:
        - a
        - **Validation**: c
        - **Objective**: earlier in the format, so an item
    """)
    assert found["steps.1.actions"] == "- a"
    assert found["steps.1.validation"].startswith("c")


def test_a_field_heading_holds_what_is_below_it():
    assert contents("""
        ## Task 1: A
        ### Objective
        a

        b
        #### Detail
        c
        ### Testing Plan
        d
    """) == {"objective": "a\n\nb\n#### Detail\nc", "testing": "d"}  # fmt: skip


def test_the_boxes_and_texts_of_items():
    one = task("""
        ## Task 1: A
        ### Success Criteria
        - [ ] a
        * [x] b
          + [X] c
        1. [-] d
        2) [~] e
        - [y] f
        - [x]g
        - [ ]
        - []
        -
    """)
    [success] = one.sections
    assert [item.box for item in success.items] == [" ", "x", "X", "-", "~", None, None, " ", None, None]
    assert [item.is_ticked for item in success.items][:5] == [False, True, True, False, False]
    assert [one.lines[item.line][item.text :] for item in success.items] == [
        "a", "b", "c", "d", "e", "[y] f", "[x]g", "", "[]", "",
    ]  # fmt: skip
    assert [item.depth for item in success.items][:4] == [0, 0, 1, 0]


def test_items_end_with_what_lies_in_them():
    one = task("""
        ## Task 1: A
        ### Success Criteria
        - a

          more

          ```
          code
          ```
          - b

        - c
        lazy

        text
    """)
    [success] = one.sections
    assert [(item.line, item.end) for item in success.items] == [(2, 10), (9, 10), (11, 13)]


# What counts as content


@pytest.mark.parametrize("content", [" x", "\nx", "\n- x", "\n\n- [ ] x", "\n```\n```", "\n> x", "\n| a |\n|---|", "\n<div>\n</div>"])  # fmt: skip
def test_content(content):
    [section] = task(f"## Task 1: A\n**Prerequisites**:{content}").sections
    assert section.has_content


@pytest.mark.parametrize("content", ["x", "#### Detail", "- x", "> x", "```\n```", "| a |\n|---|", "**Unit Tests**:"])
def test_content_of_a_heading(content):
    section = task(f"## Task 1: A\n### Testing Plan\n\n{content}").sections[0]
    assert section.has_content


@pytest.mark.parametrize("content", ["", " ", "\n\n", "\n<!-- c -->", "\n\n<!-- c\n\nd -->\n", "\n\n---\nx", "\n### Testing Plan"])  # fmt: skip
def test_no_content(content):
    section = task(f"## Task 1: A\n**Prerequisites**:{content}").sections[0]
    assert not section.has_content


@pytest.mark.parametrize("value", ["None", "None.", "N/A", "—", "None — reason"])
@pytest.mark.parametrize("shape", ["**Prerequisites**: {}", "**Prerequisites**:\n- {}", "**Prerequisites**:\n\n{}", "- **Prerequisites**: {}", "### Dependencies Added\n- {}"])  # fmt: skip
def test_a_none_value_of_a_section_that_may_have_none(value, shape):
    one = task(f"## Task 1: A\n{shape.format(value)}")
    [section] = one.sections
    assert is_none(section, one, FORMAT)
    assert section.has_content


def test_a_none_value_elsewhere_is_text():
    one = task("## Task 1: A\n**Objective**: None")
    assert not is_none(one.sections[0], one, FORMAT)


# Done and started


def test_a_task_is_done_when_its_heading_says_so():
    assert task("## Task 1: A ✅").done
    assert not task("## Task 1: A 🚧").done
    assert not task("## Task 1: A DEFERRED").done


_TICKED = """
## Task 1: A
### Implementation Steps
#### Step 1: B
**Actions**:
- [x] a
**Validation**:
- [X] b
### Testing Plan
**Unit Tests**:
- [x] c
**Integration Tests**:
- [x] d
### Success Criteria
- [x] e
"""


def test_a_task_is_done_when_all_its_boxes_are_ticked():
    assert task(_TICKED).done


@pytest.mark.parametrize("letter", "abcde")
@pytest.mark.parametrize("box", [" ", "-", "~"])
def test_a_task_is_not_done_while_a_box_is_open(letter, box):
    text = "\n".join(f"- [{box}] {letter}" if line.endswith(f"] {letter}") else line for line in _TICKED.split("\n"))
    assert not task(text).done
    assert task(text).started


def test_boxes_elsewhere_say_nothing_of_done():
    assert task(_TICKED + "\n### Notes\n- [ ] f\n### Next Steps\n- [ ] g").done
    assert not task("## Task 1: A\n- [x] a\n### Notes\n- [x] b\n### Success Criteria\n- c").done
    assert not task("## Task 1: A").done


@pytest.mark.parametrize(("box", "started"), [(" ", False), ("x", True), ("X", True), ("-", True), ("~", True)])
def test_a_task_is_started_when_any_box_is_not_blank(box, started):
    assert task(f"## Task 1: A\n### Success Criteria\n- [ ] a\n- [{box}] b").started is started
    assert task(f"## Task 1: A\n- [{box}] b").started is started


# Plans, and whose document it is


@pytest.mark.parametrize(
    "text",
    [
        "### Implementation Steps\n#### Step 1: B",
        "### Testing Plan\n### Success Criteria",
        "### Files Created/Modified\n### Next Steps",
        "### Dependencies Added\n### Implementation Steps",
        "**Objective**: a\n### Success Criteria\n- b\n### Next Steps",
    ],
)
def test_a_task_that_is_a_plan(text):
    document = Document(f"## Task 1: A\n{text}", FORMAT)
    assert document.tasks[0].is_plan
    assert document.is_ours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "### Implementation Steps",
        "### Implementation Steps\n1. Step 1: B",
        "#### Step 1: B",
        "### Success Criteria",
        "### Success Criteria\n### Success Criteria",
        "### Acceptance Criteria\n### Testing Plan",
        "### Definition of Done\n### Success Criteria",
        "**Testing Plan**:\n**Success Criteria**:\n",
        "**Objective**: a\n**Prerequisites**: b\n**Estimated Complexity**: Low",
        "### Objective\n### Prerequisites\n### Estimated Complexity",
        "```\n### Testing Plan\n### Success Criteria\n```",
        "### Task 1.1: B\n#### Testing Plan",
    ],
)
def test_a_coarse_task(text):
    document = Document(f"## Task 1: A\n{text}", FORMAT)
    assert not document.tasks[0].is_plan
    assert not document.is_ours


@pytest.mark.parametrize(
    ("front", "ours"),
    [
        ("plansmith: true", True),
        ("plansmith: yes", True),
        ('title: x\nplansmith: "true" # ours', True),
        ("plansmith: false", False),
        ("title: x", False),
        ("  plansmith: true", False),
        ("plansmith: maybe", False),
        ("other:\n  plansmith: true", False),
    ],
)
def test_a_document_says_whose_it_is(front, ours):
    assert Document(f"---\n{front}\n---\n# x", FORMAT).is_ours is ours


def test_a_document_of_ours_needs_one_body_section_for_a_plan():
    text = "## Task 1: A\n### Success Criteria\n## Task 2: B\n### Acceptance Criteria\n"
    plans = [one.is_plan for one in Document(f"---\nplansmith: true\n---\n{text}", FORMAT).tasks]
    assert plans == [True, False]
    assert [one.is_plan for one in Document(text, FORMAT).tasks] == [False, False]


def test_a_document_that_says_no_is_not_ours_whatever_it_holds():
    plan = "## Task 1: A\n### Testing Plan\n### Success Criteria"
    assert Document(plan, FORMAT).is_ours
    assert not Document(f"---\nplansmith: false\n---\n{plan}", FORMAT).is_ours


# Structure that is none


@pytest.mark.parametrize(
    "block",
    [
        "```\n{}\n```",
        "~~~\n{}\n~~~",
        "````md\n```\n{}\n```\n````",
        "~~~~\n~~~\n{}\n~~~\n~~~~",
        "```\n~~~\n{}\n```",
        "- a\n  ```\n  {}\n  ```",
        "> ```\n> {}\n> ```",
        "    {}",
        "\t{}",
        "<div>\n{}\n</div>",
        "<!-- a\n{}\n\n{}\n-->",
        "<script>\n\n{}\n\n</script>",
        "<pre>\n\n{}\n</pre>",
        "- a\n\n  {}",
        "> {}",
        "```\n{}",
    ],
)
@pytest.mark.parametrize("hidden", ["## Task 2: B", "### Testing Plan", "**Objective**: x", "- **Objective**: x"])
def test_structure_in_code_html_quotes_and_items_is_none(block, hidden):
    one = task(f"## Task 1: A\n\n{block.replace('{}', hidden)}")
    assert list(one.walk()) == []
    assert len(one.headings) == 1


def test_structure_in_front_matter_is_none():
    assert tasks("---\n## Task 1: A\nTask 2: B\n---\n## Task 3: C")[0].id == "3"


def test_what_never_closes_is_no_front_matter():
    assert [one.id for one in tasks("---\n" + "x: y\n" * 100 + "---\n## Task 1: A")] == ["1"]
    assert [one.id for one in tasks("---\n## Task 1: A")] == ["1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end):
    text = "## Task 1: A\n**Objective**: a\n### Testing Plan\n- **Unit Tests**: b\n## Task 2: B\n"
    first, second = tasks(text.replace("\n", end))
    assert [section.key for section in first.walk()] == ["objective", "testing", "testing.unit"]
    assert second.name == "B"


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_nothing_else_ends_a_line(sign):
    assert [one.name for one in tasks(f"## Task 1: A{sign}## Task 2: B")] == [f"A{sign}## Task 2: B"]


def test_a_setext_heading_is_a_heading():
    first, second = tasks("Task 1: A\n===\n\nTesting Plan\n---\n**Unit Tests**: a\n\nTask 2: B\n---\n")
    assert [section.key for section in first.walk()] == ["testing", "testing.unit"]
    assert (second.name, second.heading.level) == ("B", 2)


# Levels


def test_sections_one_level_too_deep_or_too_high_are_still_read():
    one = task("""
        ## Task 1: A
        #### Testing Plan
        ## Success Criteria
        - a
    """)
    assert [section.key for section in one.walk()] == ["testing", "success"]


def test_a_section_at_a_level_that_makes_another_its_parent_says_so():
    one = task("""
        ## Task 1: A
        ### Implementation Steps
        #### Step 1: B
        #### Testing Plan
        - **Unit Tests**: a
    """)
    [testing] = [section for section in one.walk() if section.key == "testing"]
    assert testing.too_deep


def test_a_heading_over_several_lines_is_no_title():
    assert tasks("Task 1:\nA\n===") == []
    assert contents("# Task 1: A\nTesting\nPlan\n---\n") == {}


# Quotes


def test_items_end_before_a_quote_and_count_the_quotes_that_they_lie_in():
    def items(text: str) -> list[tuple[int, int, int]]:
        [success] = task(f"## Task 1: A\n### Success Criteria\n{text}").sections
        return [(item.line - 2, item.end - 2, item.depth) for item in success.items]

    assert items("- a\n> b\n> c") == [(0, 1, 0)]
    assert items("- a\n\n> b\n\n- c") == [(0, 1, 0), (4, 5, 0)]
    assert items("- > - a\n  > - b") == [(0, 2, 0), (0, 1, 2), (1, 2, 2)]
    assert items("> - a\n\n> - b\n- c") == [(0, 1, 1), (2, 3, 1), (3, 4, 0)]
