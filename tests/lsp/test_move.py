"""Moving steps and tasks by commands, in both editors."""

from __future__ import annotations

from .editor import MARKS
from .texts import FLAWED

pytestmark = MARKS


async def test_a_step_is_moved_as_one_edit_and_back(editor, tmp_path):
    text = FLAWED.replace("Read the file.", "Read the 🚀 file, before Step 3.")
    buffer = editor.open(tmp_path / "plan.md", text)
    answer = await buffer.run("moveDown", line=buffer.line_of("#### Step 1: Read"))
    assert (answer["status"], answer["message"]) == ("applied", "Step 1 moved down")
    assert len(editor.edits) == 1
    assert answer["line"] == buffer.line_of("#### Step 3: Read")
    assert buffer.text.index("#### Step 1: Check") < buffer.text.index("#### Step 3: Read")
    assert "Read the 🚀 file, before Step 1." in buffer.text
    answer = await buffer.run("moveUp", line=answer["line"])
    assert answer["status"] == "applied"
    assert buffer.text == text


async def test_a_task_is_moved_with_all_that_is_in_it(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("moveUp", line=buffer.line_of("Later."))
    assert (answer["status"], answer["line"]) == ("applied", buffer.line_of("## Task 2: Rest"))
    assert buffer.text.startswith("# Plan\n\n## Task 2: Rest\n\nLater.\n\n## Task 1: Parse\n")
    assert buffer.text.endswith("- [ ] It parses\n")
    await buffer.run("moveUp", line=buffer.line_of("## Task 1: Parse"))
    assert buffer.text == FLAWED


async def test_a_task_at_the_edge_of_its_group_goes_into_the_next_one(editor, tmp_path):
    text = "## Phase 🚀 1\n\n### Task 1: 导入\n\n### Task 2: B\n\n## Phase 2\n\nWords.\n\n### Task 3: C\n"
    buffer = editor.open(tmp_path / "plan.md", text)
    answer = await buffer.run("moveDown", line=buffer.line_of("### Task 2"))
    assert (answer["status"], answer["line"]) == ("applied", buffer.line_of("### Task 2: B"))
    assert buffer.text.endswith("### Task 1: 导入\n\n## Phase 2\n\nWords.\n\n### Task 2: B\n\n### Task 3: C\n")
    assert len(editor.edits) == 1
    await buffer.run("moveUp", line=answer["line"])
    assert buffer.text == text
    answer = await buffer.run("moveUp", line=buffer.line_of("### Task 1"))
    assert (answer["status"], buffer.text) == ("conflict", text)
    assert "give that group a heading of the same level" in answer["message"]


async def test_what_has_no_neighbour_stays_and_says_so(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    for line in (0, buffer.line_of("## Task 1"), buffer.line_of("#### Step 1"), 4000):
        answer = await buffer.run("moveUp", line=line)
        assert answer["status"] == "conflict"
        assert answer["message"]
    assert buffer.text == FLAWED
    assert editor.edits == []
