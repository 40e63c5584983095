"""The commands, what they answer, and what they do to the text."""

from __future__ import annotations

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS
from .texts import COARSE, FLAWED

pytestmark = MARKS

KEYS = {"status", "message", "usage", "added"}
TASK_1 = "## Task 1: Build the 导入器 🚀"


def lost(before: str, after: str) -> list[str]:
    """The author's lines that are not in the text any more, in their order."""
    rest = iter(after.splitlines(keepends=True))
    return [line for line in before.splitlines(keepends=True) if line not in rest]


async def test_a_task_is_expanded_by_any_line_of_it(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", line=buffer.line_of("src/importer.py"))
    assert set(answer) == KEYS
    assert answer["status"] == "applied"
    assert answer["message"].startswith("Task 1: ")
    assert {"objective", "steps", "testing", "success", "files", "dependencies", "next"} <= set(answer["added"])
    assert lost(COARSE, buffer.text) == []
    assert len(editor.edits) == 1
    assert {found.severity for found in await buffer.findings()} <= {4}


async def test_what_is_added_is_only_inserted(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    await buffer.run("expandTask", task="1")
    [params] = editor.edits
    edit = params.edit
    edits = edit.document_changes[0].edits if edit.document_changes else edit.changes[buffer.uri]
    assert all(each.range.start == each.range.end for each in edits)
    assert params.label == "Expand Task 1"


@pytest.mark.parametrize("name", ["2", "Task 2", "Ship it", "ship IT"])
async def test_a_task_is_named_by_its_id_or_name(editor, tmp_path, name):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task=name)
    assert answer["status"] == "applied"
    assert buffer.text.startswith(COARSE.partition("## Task 2")[0])


async def test_equal_tasks_are_told_apart_by_nth(editor, tmp_path):
    text = "# T\n\n## Phase 1\n\n### Task 1: One\n\nText.\n\n## Phase 2\n\n### Task 1: Two\n\nText.\n"
    buffer = editor.open(tmp_path / "tasks.md", text)
    answer = await buffer.run("expandTask", task="1", nth=1)
    assert answer["status"] == "applied"
    assert buffer.text.startswith(text.partition("### Task 1: Two")[0])
    answer = await buffer.run("expandTask", task="1", nth=2)
    assert answer["status"] == "conflict"


async def test_a_plan_is_filled_and_then_nothing_is_missing(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied"
    assert "objective" not in answer["added"]
    assert lost(FLAWED, buffer.text) == []
    filled = buffer.text
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "nothing-missing"
    assert answer["added"] == []
    assert buffer.text == filled


async def test_as_many_sections_are_written_as_the_lens_says(editor, tmp_path):
    text = FLAWED.replace("### Success", "### Testing Plan\n\n### Success")
    buffer = editor.open(tmp_path / "plan.md", text)
    lens, *_ = await buffer.lenses()
    answer = await buffer.run("expandTask", task="1")
    count = len(answer["added"])
    assert {"testing.unit", "testing.integration"} <= set(answer["added"])
    assert lens.command.title == f"Fill {count} missing sections"
    assert answer["message"] == f"Task 1: {count} sections written"


async def test_windows_line_ends_are_kept(editor, tmp_path):
    text = COARSE.replace("\n", "\r\n")
    buffer = editor.open(tmp_path / "tasks.md", text)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert "\n" not in buffer.text.replace("\r\n", "")
    assert lost(text, buffer.text) == []


async def test_all_tasks_are_expanded_each_in_an_edit_of_its_own(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandAll")
    assert set(answer) == KEYS
    assert answer["status"] == "applied"
    assert "guidelines" in answer["added"]
    assert [params.label for params in editor.edits] == [
        "Expand Task 1",
        "Expand Task 2",
        "Add Implementation Guidelines",
    ]
    assert lost(COARSE, buffer.text) == []
    assert {found.severity for found in await buffer.findings()} <= {4}
    whole = buffer.text
    again = await buffer.run("expandAll")
    assert again["status"] == "nothing-missing"
    assert buffer.text == whole


async def test_guidelines_are_left_out_where_the_project_says_so(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text("[guidelines]\nadd = false\n")
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandAll")
    assert "guidelines" not in answer["added"]
    assert "Implementation Guidelines" not in buffer.text


async def test_one_section_is_written(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("writeSection", task="1", section="testing")
    assert answer["status"] == "applied"
    assert "testing" in answer["added"]
    assert "### Testing Plan\n" in buffer.text
    assert "### Next Steps" not in buffer.text
    assert lost(FLAWED, buffer.text) == []
    again = await buffer.run("writeSection", task="1", section="testing")
    assert again["status"] == "nothing-missing"


async def test_a_part_of_a_step_is_written(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("writeSection", line=2, section="steps.1.troubleshooting")
    assert answer["status"] == "applied"
    first = buffer.text.partition("#### Step 3")[0]
    assert "**Troubleshooting**" in first


async def test_a_section_that_no_format_has_is_a_conflict(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("writeSection", task="1", section="poetry")
    assert answer["status"] == "conflict"
    assert "poetry" in answer["message"]
    assert buffer.text == FLAWED


async def test_a_section_is_written_anew(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("regenerateSection", task="1", section="success")
    assert answer["status"] == "applied"
    assert "- [ ] It parses\n\n## Task 2" not in buffer.text
    assert buffer.text.partition("### Success Criteria")[0] == FLAWED.partition("### Success Criteria")[0]
    assert buffer.text.endswith("## Task 2: Rest\n\nLater.\n")
    answer = await buffer.run("regenerateSection", task="1", section="testing")
    assert answer["status"] == "conflict"


async def test_a_box_is_ticked_and_unticked(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    line = buffer.line_of("`data.csv`")
    answer = await buffer.run("toggleDone", line=line)
    assert set(answer) == KEYS
    assert answer["status"] == "applied"
    assert "- [x] Read `data.csv`" in buffer.text
    assert (await buffer.run("toggleDone", line=line))["status"] == "applied"
    assert buffer.text == FLAWED


async def test_a_whole_step_is_ticked(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("toggleDone", line=buffer.line_of("Step 1: Read"))
    assert answer["status"] == "applied"
    assert "- [x] Read `data.csv`" in buffer.text
    assert "- [x] `pytest` passes" in buffer.text
    assert "- [ ] `ruff check` passes" in buffer.text


async def test_where_there_is_no_box_nothing_is_ticked(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    for line in (0, buffer.line_of("Parse it."), 4000):
        answer = await buffer.run("toggleDone", line=line)
        assert answer["status"] == "conflict"
        assert f"Line {line + 1} " in answer["message"]
    assert buffer.text == FLAWED


async def test_the_graph_is_mermaid(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("showGraph")
    assert set(answer) == {"text"}
    assert "flowchart" in answer["text"] or "graph" in answer["text"]
    assert "-->" in answer["text"]


async def test_the_graph_of_a_document_that_is_not_open_is_read_from_its_file(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text('[tasks]\nheadings = ["Tarea {id}: {name}"]\n')
    path = tmp_path / "tasks.md"
    path.write_text("## Tarea 1: Leer\n", encoding="utf-8")
    answer = await editor.command("plansmith.showGraph", uri=path.as_uri())
    assert "Leer" in answer["text"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.md", None, "none.md: there is no such file"),
        ("bad.md", b"## Task 1: \xff", "bad.md: is not UTF-8 at byte 11"),
        (None, None, "untitled:a is not open in the editor; open it and try again"),
    ],
)
async def test_a_graph_that_can_not_be_drawn_is_a_clear_error(editor, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    uri = (tmp_path / name).as_uri() if name else "untitled:a"
    with pytest.raises(JsonRpcException, match=message) as caught:
        await editor.command("plansmith.showGraph", uri=uri)
    assert caught.value.code == types.LSPErrorCodes.RequestFailed.value


async def test_where_nothing_runs_nothing_is_cancelled(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    for answer in (await buffer.run("cancel"), await editor.command("plansmith.cancel", {})):
        assert set(answer) == KEYS
        assert answer["status"] == "nothing-missing"
    bare = await editor.request(types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams(command="plansmith.cancel"))
    assert bare["status"] == "nothing-missing"


@pytest.mark.parametrize("place", [{"line": 0}, {"line": 4000}, {"task": "9"}, {"task": ""}, {"task": "1", "nth": 5}])
async def test_where_no_task_is_the_answer_says_how_tasks_are_spelled(editor, tmp_path, place):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    for command, more in (("expandTask", {}), ("writeSection", {"section": "testing"})):
        answer = await buffer.run(command, **place, **more)
        assert answer["status"] == "conflict"
        assert "## Task 1: Name" in answer["message"]
        assert "Task 1, Task 2" in answer["message"]
    assert buffer.text == COARSE


async def test_a_document_that_is_not_open_is_a_conflict(editor, tmp_path):
    uri = (tmp_path / "none.md").as_uri()
    for name, more in (
        ("expandTask", {"line": 0}),
        ("expandAll", {}),
        ("writeSection", {"line": 0, "section": "testing"}),
        ("regenerateSection", {"line": 0, "section": "testing"}),
        ("toggleDone", {"line": 0}),
        ("moveUp", {"line": 0}),
        ("moveDown", {"line": 0}),
    ):
        answer = await editor.command(f"plansmith.{name}", uri=uri, **more)
        assert answer["status"] == "conflict"
        assert uri in answer["message"]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("expandTask", []),
        ("expandTask", [{"uri": "URI"}]),
        ("expandTask", [{"uri": "URI", "line": 1, "task": "1"}]),
        ("expandTask", [{"uri": "URI", "line": -1}]),
        ("expandTask", [{"uri": "URI", "line": "1"}]),
        ("expandTask", [{"uri": "URI", "line": True}]),
        ("expandTask", [{"uri": "URI", "task": 1}]),
        ("expandTask", [{"uri": "URI", "task": "1", "nth": -1}]),
        ("expandTask", [{"uri": "URI", "task": "1", "lines": 3}]),
        ("expandTask", [{"line": 1}]),
        ("expandTask", [{"uri": 5, "line": 1}]),
        ("expandTask", ["URI", 1]),
        ("expandTask", ["URI"]),
        ("expandTask", [None]),
        ("expandTask", [{"uri": "URI", "line": 1}, {}]),
        ("expandAll", [{}]),
        ("expandAll", [{"uri": "URI", "line": 1}]),
        ("writeSection", [{"uri": "URI", "line": 1}]),
        ("writeSection", [{"uri": "URI", "line": 1, "section": 3}]),
        ("regenerateSection", [{"uri": "URI", "section": "testing"}]),
        ("toggleDone", [{"uri": "URI"}]),
        ("toggleDone", [{"uri": "URI", "task": "1"}]),
        ("cancel", [{"uri": 1}]),
        ("showRequest", [{"uri": "URI"}]),
        ("showGraph", [[]]),
        ("noSuchCommand", [{}]),
    ],
)
async def test_a_malformed_argument_is_refused_by_name(editor, tmp_path, command, arguments):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    arguments = [
        {key: buffer.uri if value == "URI" else value for key, value in each.items()}
        if isinstance(each, dict)
        else each
        for each in arguments
    ]
    params = types.ExecuteCommandParams(command=f"plansmith.{command}", arguments=arguments)
    with pytest.raises(JsonRpcException, match=f"plansmith.{command}") as caught:
        await editor.request(types.WORKSPACE_EXECUTE_COMMAND, params)
    assert caught.value.code == types.ErrorCodes.InvalidParams.value
    assert buffer.text == COARSE
