"""`next`, `graph`, `export` and `explain`: what can be read of a breakdown."""

from __future__ import annotations

import json

import pytest

from plansmith import __version__
from plansmith.rules.table import RULES
from tests.lsp.texts import COARSE, FLAWED

from .schema import problems

DONE = "# T\n\n## Task 1: One ✅\n\n## Task 2: Two\n\n**Prerequisites**: Task 1\n\n## Task 3: Three\n\n**Prerequisites**: Task 2\n"


def test_next_lists_what_can_be_started_now(run, write):
    write("tasks.md", COARSE)
    write("done.md", DONE)
    assert run("next", "tasks.md") == (0, "3: Task 1: Build the 导入器 🚀 (unlocks 1, on the critical path)\n", "")
    assert run("next", "done.md").out == "5: Task 2: Two (unlocks 1, on the critical path)\n"


def test_next_of_several_files_names_them(run, write):
    write("tasks.md", COARSE)
    write("done.md", DONE)
    lines = run("next", "tasks.md", "done.md").out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["tasks.md:3", "done.md:5"]


def test_next_goes_on_after_a_file_that_it_can_not_read(run, write):
    write("tasks.md", COARSE)
    result = run("next", "none.md", "tasks.md")
    assert result.status == 2
    assert result.out.startswith("tasks.md:3: ")
    assert result.err == "plansmith: none.md: there is no such file\n"


def test_next_tells_how_far_a_started_task_is(run, write):
    write(
        "plan.md",
        FLAWED.replace("- [ ] Read `data.csv`", "- [x] Read `data.csv`").replace("Task 9, 导入 Task 7", "None"),
    )
    assert "(1 of 2 actions done)" in run("next", "plan.md").out


def test_mistakes_in_the_configuration_are_said_once(run, write):
    write("plansmith.toml", "zzz = 1\n")
    write("tasks.md", COARSE)
    write("done.md", DONE)
    result = run("next", "tasks.md", "done.md")
    assert result.status == 0
    assert result.err.startswith("plansmith: plansmith.toml:1: ")
    assert result.err.count("\n") == 1


CIRCLE = "## Task 1: One\n\n**Prerequisites**: Task 2\n\n## Task 2: Two\n\n**Prerequisites**: Task 1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## Task 1: One ✅\n\n## Task 2: Two [x]\n", "a.md: every task is done"),
        (CIRCLE, "a.md: no task can be started: the 2 open tasks wait for what can't be done"),
        (
            CIRCLE.replace("Two", "Two ✅").replace("Task 2\n", "Task 5\n"),
            "a.md: no task can be started: the open task waits",
        ),
        ("# Notes\n", "No task in a.md: the document has none; a task is a heading such as “## Task 1: Name”"),
    ],
    ids=["done", "circle", "unknown", "none"],
)
def test_next_says_why_no_task_can_be_started(run, write, text, message):
    write("a.md", text)
    result = run("next", "a.md")
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith(f"plansmith: {message}")
    assert result.err.count("\n") == 1


def test_a_graph_of_nothing_says_so(run, write):
    write("a.md", "# Notes\n")
    result = run("graph", "a.md")
    assert result.status == 0
    assert result.out.startswith("flowchart")
    assert result.err.startswith("plansmith: No task in a.md")


@pytest.mark.parametrize("command", [["check"], ["next"], ["graph"], ["export"], ["expand", "--all"]], ids=" ".join)
def test_an_empty_name_is_one_clear_line(run, command):
    name = "a file or a folder" if command == ["check"] else "a file"
    result = run(*command, "")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"plansmith: an empty name is no file's; name {name}\n"


@pytest.mark.parametrize("command", [["next"], ["graph"], ["export"], ["expand", "--all"]], ids=" ".join)
def test_stdin_is_read_by_check_alone(run, command):
    result = run(*command, "-", stdin=b"## Task 1: One\n")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("plansmith: stdin is read by `check` alone; name a file")


def test_the_graph_is_mermaid(run, write):
    write("tasks.md", COARSE)
    result = run("graph", "tasks.md")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].split()[0] in ("flowchart", "graph")
    assert sum("-->" in line for line in lines) == 1
    assert run("graph", "none.md").status == 2


@pytest.mark.parametrize(
    "text", [COARSE, FLAWED, DONE, "", "# Nothing\n"], ids=["coarse", "plan", "done", "empty", "none"]
)
def test_an_export_fits_its_schema(run, write, text):
    schema = json.loads(run("export", "--schema").out)
    write("plan.md", text)
    result = run("export", "plan.md")
    assert (result.status, result.err) == (0, "")
    assert problems(json.loads(result.out), schema, schema) == []


def test_the_schema_refuses_what_does_not_fit(run, write):
    schema = json.loads(run("export", "--schema").out)
    write("plan.md", FLAWED)
    data = json.loads(run("export", "plan.md").out)
    for wrong in ({**data, "version": 2}, {**data, "more": 1}, {"version": 1}, {**data, "tasks": [{"index": 0}]}):
        assert problems(wrong, schema, schema)


def test_an_export_has_the_tasks_and_their_sections(run, write):
    write("plan.md", FLAWED.replace("Task 9, 导入 Task 7", "Task 2"))
    data = json.loads(run("export", "plan.md").out)
    assert (data["version"], data["format"]) == (1, "detailed-plan")
    first, second = data["tasks"]
    assert (first["id"], first["name"], first["line"], first["level"]) == ("1", "Parse", 3, 2)
    assert (first["is_plan"], first["complete"], first["done"], first["ready"]) == (True, False, False, False)
    assert (first["depends_on"], second["unlocks"], second["ready"]) == ([1], [0], True)
    keys = [section["key"] for section in first["sections"]]
    assert keys == ["objective", "prerequisites", "complexity", "steps", "success"]
    steps = first["sections"][3]["sections"]
    assert [(step["key"], step["number"], step["name"]) for step in steps] == [
        ("steps.1", 1, "Read"),
        ("steps.3", 3, "Check"),
    ]
    actions = steps[0]["sections"][1]
    assert [(item["text"], item["box"], item["line"]) for item in actions["items"]] == [
        ("Write `src/parse.py`", None, 19),
        ("Read `data.csv`", "open", 20),
    ]


def test_an_export_needs_a_file(run):
    result = run("export")
    assert (result.status, result.err) == (2, "plansmith: export needs a FILE, or --schema\n")
    assert run("export", "none.md").status == 2


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_every_rule_can_be_explained(run, name):
    result = run("explain", name)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"# {name}\n\n")
    assert "\x1b" not in result.out


def test_without_a_rule_all_are_listed(run):
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.name for rule in RULES]


def test_a_rule_that_is_misspelled_is_guessed(run):
    result = run("explain", "unknown-tsk")
    assert result.status == 2
    assert "Did you mean “unknown-task”?" in result.err


def test_the_version_is_told(run):
    assert run("--version").out == f"plansmith {__version__}\n"


def test_without_a_command_the_usage_is_shown(run):
    result = run()
    assert result.status == 2
    assert "usage: plansmith" in result.err
