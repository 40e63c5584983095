"""Steps and tasks change places: nothing else is another than before, and references mean what they meant."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plansmith.plan.document import Document
from plansmith.plan.moving import Move, Refusal, move
from plansmith.plan.text import apply_edits, split_lines
from tests.markers import built_in_format, dedent, read_cursor

from .texts import each_corpus_text, plans

PLAN = """
    # Shop 🛒

    ## Task 1: Store

    ### Implementation Steps

    #### Step 1: Read 导入

    **Objective**: 🚀 As Step 2 and Steps 1, 3 need.

    Our own words.

    #### Step 2: Write

    - [x] See [the first](#step-1-read-导入), `Step 1`

    ```
    Step 1
    ```

    #### Step 3: Rest

    ### Success Criteria

    - [ ] Step 1 works, as Step 1 of Task 2 does

    ---

    <!-- plansmith: ignore missing-section -->
    ## Task 2: Serve

    **Prerequisites**: Task 1

    As Task 1, Step 2 says.

    ### Task 2.1: Nested

    ## Phase 2

    ### Task 3: Ship

    **Prerequisites**: Task 2
    """


def parsed(text):
    return Document(text, built_in_format())


def moved(text, *, up=False):
    plain, line, _ = read_cursor(text)
    found = move(parsed(plain), line, up=up)
    assert isinstance(found, Move), found
    return apply_edits(plain, found.edits), found


def at(words):
    return PLAN.replace(words, f"$0{words}", 1)


def test_a_step_changes_places_and_numbers_with_the_next_one():
    text, found = moved(at("Our own words"))
    assert found.what == "Step 1"
    assert split_lines(text)[0][found.line] == "#### Step 2: Read 导入"
    before = dedent(PLAN)
    first = before[before.index("#### Step 1") : before.index("#### Step 2")]
    second = before[before.index("#### Step 2") : before.index("#### Step 3")]
    first_after = first.replace("Step 1: R", "Step 2: R").replace("Step 2 and Steps 1, 3", "Step 1 and Steps 2, 3")
    second_after = second.replace("Step 2: W", "Step 1: W").replace("#step-1-", "#step-2-")
    expected = before.replace(first + second, second_after + first_after)
    expected = expected.replace("- [ ] Step 1 works", "- [ ] Step 2 works").replace("Task 1, Step 2", "Task 1, Step 1")
    assert text == expected


def test_a_step_moved_up_is_the_one_before_it_moved_down():
    down, _ = moved(at("Our own words"))
    up, _ = moved(at("- [x] See"), up=True)
    assert down == up


def test_a_range_of_steps_counts_upwards_still():
    steps = "".join(f"#### Step {number}: S{number}\n\ntext\n\n" for number in range(1, 5))
    said = "🚀 Steps 2–3, steps 1 to 3, Steps 3-2, Steps 2, 3 and Steps 1–2\n\n"
    text = f"## Task 1: A\n\n{said}### Implementation Steps\n\n{steps}".replace("#### Step 2", "$0#### Step 2")
    after, _ = moved(text)
    assert "🚀 Steps 2–3, steps 1 to 2, Steps 2-3, Steps 3, 2 and Steps 1–3\n" in after


def test_a_task_takes_along_what_speaks_of_it_and_what_is_nested_in_it():
    text, found = moved(at("## Task 2: Serve"), up=True)
    lines = split_lines(text)[0]
    assert lines[found.line] == "## Task 2: Serve"
    assert lines[found.line - 1] == "<!-- plansmith: ignore missing-section -->"
    assert text.index("### Task 2.1") < text.index("---") < text.index("## Task 1: Store") < text.index("## Phase 2")
    assert moved(at("Success Criteria"))[0] == text


@pytest.mark.parametrize(
    ("words", "up", "message"),
    [
        ("# Shop", False, "lies in no task"),
        ("#### Step 1", True, "Step 1 is the first one of Task 1"),
        ("#### Step 3", False, "Step 3 is the last one of Task 1"),
        ("## Task 1", True, "Task 1 is the first task under its heading"),
        ("## Task 2: Serve", False, "Task 2 is the last task under its heading"),
        ("### Task 2.1", True, "Task 2.1 is the first task under its heading"),
        ("### Task 3", True, "Task 3 is the first task under its heading"),
    ],
)
def test_what_has_no_neighbour_stays(words, up, message):
    plain, line, _ = read_cursor(at(words))
    found = move(parsed(plain), line, up=up)
    assert isinstance(found, Refusal)
    assert message in found.message


GROUPS = """
    # Shop 🛒

    ## Phase 1: 导入

    ### Task 1: Store

    ### Task 2: Read 🚀

    **Prerequisites**: Task 1

    #### Task 2.1: Nested

    ---

    ## Phase 2

    What this 🚀 phase is about.

    <!-- plansmith: ignore missing-section -->
    ### Task 3: Ship

    ## Phase 3

    # Part II

    ## Phase 4

    ### Task 4: Sell

    **Prerequisites**: Tasks 1–3
    """


def in_group(words):
    return GROUPS.replace(words, f"$0{words}", 1)


def groups(text):
    """What stands where, by the words of the headings."""
    return [line.strip("# ").partition(":")[0] for line in split_lines(text)[0] if line.startswith("#")]


def test_a_task_at_the_end_of_its_group_goes_to_the_beginning_of_the_next():
    text, found = moved(in_group("### Task 2: Read"))
    assert groups(text)[2:] == [
        *("Task 1", "Phase 2", "Task 2", "Task 2.1", "Task 3", "Phase 3", "Part II", "Phase 4", "Task 4")
    ]
    assert split_lines(text)[0][found.line] == "### Task 2: Read 🚀"
    assert "What this 🚀 phase is about.\n\n### Task 2" in text.replace("---\n\n", "")
    assert "<!-- plansmith: ignore missing-section -->\n### Task 3" in text
    assert moved(text.replace("### Task 2: R", "$0### Task 2: R"), up=True)[0] == dedent(GROUPS)


def test_a_task_at_the_beginning_of_its_group_goes_to_the_end_of_the_one_before():
    text, found = moved(in_group("### Task 3"), up=True)
    assert groups(text)[2:8] == ["Task 1", "Task 2", "Task 2.1", "Task 3", "Phase 2", "Phase 3"]
    lines = split_lines(text)[0]
    assert lines[found.line - 1 : found.line + 1] == ["<!-- plansmith: ignore missing-section -->", "### Task 3: Ship"]
    assert text.index("### Task 3") < text.index("What this 🚀 phase")


def test_a_task_goes_through_empty_groups_and_the_parts_they_lie_in():
    text, seen = in_group("### Task 3: Ship"), []
    while True:
        plain, line, _ = read_cursor(text)
        found = move(parsed(plain), line, up=False)
        if isinstance(found, Refusal):
            break
        lines = apply_edits(plain, found.edits).split("\n")
        headings = [each.strip("# ") for each in lines[: found.line] if each.startswith("#")]
        seen.append(headings[-1])
        lines[found.line] = f"$0{lines[found.line]}"
        text = "\n".join(lines)
    assert seen == ["Phase 3", "Phase 4", "Task 4: Sell"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## Phase 1\n\n### Task 1: A\n\n# Part 2\n\n### Task 2: B\n", "a heading of the same level"),
        ("## Phase 1\n\n### Task 1: A\n\n## Phase 2\n\n#### Task 2: B\n", "a heading of the same level"),
        ("## Phase 1\n\n### Task 1: A\n\n## Phase 2\n\n### Task 1: B\n", "another task of its name; rename one"),
        ("## Task 1: A\n\n### Task 1.1: B\n\n## Phase 2\n\n### Task 2: B\n", "a heading of the same level"),
        ("### Task 1: A\n\n## Phase 2\n\n### Task 2: B\n", "a heading of the same level"),
        ("## P\n\n### Task 1: A\n\n## Q\n\n```\n### Task 2: B\n", "part them by a blank line"),
    ],
)
def test_where_no_group_of_the_same_kind_stands_beside_it_a_task_stays_and_is_told_what_to_do(text, message):
    before = [line.startswith(("### Task 1: A", "### Task 1.1")) for line in text.split("\n")]
    found = move(parsed(text), before.index(True), up=False)
    assert isinstance(found, Refusal)
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## Task 1: A\n\n## Task 2: B\n\n```\n", 0),
        ("## Task 1: A\n\n## Task 1: A\n\n## Task 3: C\n\n**Prerequisites**: Task 1\n", 0),
        ("## Task 1: A\n\n### Implementation Steps\n\n#### Step 2: A\n\n#### Step 2: B\n", 4),
        ("## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: A\n\n#### Step 2: B\n\n<!-- open\n", 4),
        ("Task: A\n---\ntext\n\n## Task 2: B\ntext\n", 0),
    ],
)
def test_what_would_change_the_text_around_it_stays(text, line):
    found = move(parsed(text), line, up=False)
    if isinstance(found, Move):
        assert "Task: A" in text
        _check(text, found)
    else:
        assert isinstance(found, Refusal)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # What follows directly would take in the paragraph that comes before it.
        ("## Task 1: A\n\ntext\n\n## Task 2: B\n### Head\nNotes\n---\n", "## Task 1"),
        (
            "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: A\n\ntext\n\n#### Step 2: B\nNotes\n---\n",
            "#### Step 1",
        ),
        # The comment would speak of the rule line, and no longer of its task.
        (
            "## Phase 1\n\n## Task 1: A\n\n<!-- plansmith: ignore missing-section -->\n---\n\n## Task 2: B\n",
            "## Task 1",
        ),
    ],
)
def test_what_stands_beside_it_keeps_its_meaning_or_nothing_moves(text, words):
    found = move(parsed(text), text[: text.index(words)].count("\n"), up=False)
    assert isinstance(found, Refusal)
    assert "would not read as it does now" in found.message


def test_a_line_that_is_not_there_moves_nothing():
    for line in (-1, 999):
        assert isinstance(move(parsed(dedent(PLAN)), line, up=True), Refusal)
    assert isinstance(move(parsed(""), 0, up=True), Refusal)


# Properties


_NUMBER = re.compile(r"(?i)(steps?[ -])[\d, –-]+|\d+")


def _blocks(text):
    """The rendered blocks at the top level, numbers aside, as a multiset."""
    rendered = MarkdownIt("commonmark").render(text)
    return Counter(_NUMBER.sub("#", line) for line in rendered.split("\n"))


def _meaning(text):
    """For each task by its heading, the headings of those that it refers to."""
    document = parsed(text)
    names = [task.heading.text for task in document.tasks]
    targets = document.graph.targets
    return Counter(
        (name, tuple(names[target] if target >= 0 else target for target in found))
        for name, found in zip(names, targets, strict=True)
    )


def _check(text, found):
    after = apply_edits(text, found.edits)
    lines, ends = split_lines(text)
    new_lines, new_ends = split_lines(after)
    assert Counter(_NUMBER.sub("#", line) for line in lines) == Counter(_NUMBER.sub("#", line) for line in new_lines)
    assert Counter(ends) == Counter(new_ends)
    assert _meaning(after) == _meaning(text)
    assert _blocks(after) == _blocks(text)
    return after


def _check_all(text, most=1_000):
    """Move everything that can be moved there and back; how much that was."""
    document = parsed(text)
    places = [document.start_of(index) for index in range(len(document.tasks))]
    for index, task in enumerate(document.tasks):
        places += [document.start_of(index) + part.line for part in task.outline if part.number is not None]
    count = 0
    for line in places[:most]:
        for up in (False, True):
            found = move(document, line, up=up)
            if isinstance(found, Move):
                after = _check(text, found)
                back = move(parsed(after), found.line, up=not up)
                assert isinstance(back, Move), back
                assert apply_edits(after, back.edits) == text
                count += 1
    return count


_STEPS = [
    "#### Step {}: A\n\n- [x] As Step 2 and Steps 1–3\n\n", "#### Step {}: B\r\n**Objective**: x\r\n", "#### Step {}: C\n",
    "#### Step {}: D\n\n```\nStep 1\n```\n\ntext\n\n\n", "Step {}: E\n---\n\n", "#### Notes\n\nour own\n\n", "<!-- c -->\n", "- a\n",
]  # fmt: skip
_TASKS = [
    "## Task 1: A\n\n", "## Task 2: B\n\n**Prerequisites**: Task 1\n\n", "Task 3: C\n---\n", "### Task 2.1: N\n\nTask 1, Step 2\n\n",
    "## Phase 1\n\n", "# Part\n\n", "# Half\n\n🚀 words\n\n", "---\n\n", "<!-- plansmith: ignore missing-section -->\n", "text\n", "\n", "```\n", "## Named\n\n- Task 1\n\n",
]  # fmt: skip


@st.composite
def moveable(draw):
    """Breakdowns with steps and tasks side by side."""
    text = ""
    for head in draw(st.lists(st.sampled_from(_TASKS), min_size=1, max_size=5)):
        text += head
        if draw(st.booleans()):
            text += "### Implementation Steps\n\n"
            steps = draw(st.lists(st.sampled_from(_STEPS), min_size=1, max_size=4))
            text += "".join(step.format(number) for number, step in enumerate(steps, 1))
    return text


@given(moveable() | plans)
def test_moving_there_and_back_is_the_original(text):
    _check_all(text)


def test_the_plan_moves_there_and_back():
    assert _check_all(dedent(PLAN)) == 6
    assert _check_all(dedent(GROUPS)) == 6


@each_corpus_text
def test_every_step_and_task_of_the_corpus_moves_there_and_back(text):
    _check_all(text, 12)
