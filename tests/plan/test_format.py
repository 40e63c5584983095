"""How tasks are spelled, and how titles, names and None-values are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

import plansmith
from plansmith.plan.format import FormatError, build_format, fold_name, fold_title
from plansmith.workspace.formats import BUILT_IN, format_table
from plansmith.workspace.toml_text import parse_toml
from tests.markers import built_in_format

FORMAT = built_in_format()


@pytest.mark.parametrize(
    ("heading", "identifier", "name"),
    [
        ("Task: Name", "", "Name"),
        ("Task 3: Name", "3", "Name"),
        ("Task 1.2 - Name", "1.2", "Name"),
        ("task 4 — Name", "4", "Name"),
        ("TASK 4 – Name", "4", "Name"),
        ("Task #5 Name", "5", "Name"),
        ("Task #5: Name", "5", "Name"),
        ("Task #5 - Name", "5", "Name"),
        ("TASK-006: Name", "TASK-006", "Name"),
        ("task-6 - Name", "task-6", "Name"),
        ("Task 3. Name", "3", "Name"),
        ("Task 3 : Name", "3", "Name"),
        ("Task 3：Name", "3", "Name"),
        ("Task 1.2.3a: Name", "1.2.3a", "Name"),
        ("Task 007: Name", "007", "Name"),
        ("Task 3", "3", ""),
        ("Task #3", "3", ""),
        ("TASK-3", "TASK-3", ""),
        ("Task 3:", "3", ""),
        ("Task\xa03: Name", "3", "Name"),
        ("Task 3: A - b: c", "3", "A - b: c"),
        ("Task: `code` and **bold**", "", "`code` and **bold**"),
        ("**Task 3: Name**", "3", "Name"),
        ("**Task 3**: Name", "3", "Name"),
        ("📋 Task 3: Name", "3", "Name"),
        ("Task 3: 🚀 Name", "3", "Name"),
    ],
)
def test_a_heading_spelled_as_a_task(heading, identifier, name):
    title = FORMAT.task_title(heading)
    assert title is not None
    assert (title.id, title.name, title.done) == (identifier, name, False)
    assert heading[title.id_start : title.id_end] == identifier
    assert heading[title.name_start : title.name_end] == name


def test_a_name_is_still_to_come_whatever_words_stand_before_it():
    table = format_table()
    fmt = build_format({**table, "tasks": {**table["tasks"], "headings": ["Work {id} (draft): {name}"]}})
    named, bare = fmt.task_title("Work 3 (draft): Name"), fmt.task_title("Work 3")
    assert named is not None
    assert (named.id, named.name) == ("3", "Name")
    assert bare is not None
    assert (bare.id, bare.name) == ("3", "")
    assert fmt.task_title("Work 3: Name") is None


@pytest.mark.parametrize(
    "heading",
    [
        "Phase 2",
        "Phase 2: Build",
        "Sprint 1",
        "Step 3: Build",
        "Task",
        "Task:",
        "Task: ✅",
        "Tasks",
        "Tasks: Build",
        "Tasks 3: Build",
        "Task list",
        "Task A: Build",
        "Task one",
        "Task 3 Build",
        "Task 3 and 4: Build",
        "Task 3-4: Build",
        "Task - Build",
        "Task3: Build",
        "Subtask 3: Build",
        "My Task 3: Build",
        "Multitask: Build",
        "Taskforce: Build",
        "T3: Build",
        "3: Build",
        "3. Build",
        "TASK-ABC: Build",
        "The task: Build",
        "",
        "✅",
    ],
)
def test_a_heading_that_is_no_task(heading):
    assert FORMAT.task_title(heading) is None


@pytest.mark.parametrize("mark", ["✅", "✔", "✔️", "[x]", "[X]", "[done]", "DONE", "COMPLETE", "COMPLETED"])
@pytest.mark.parametrize(
    "spelling", ["{} Task 3: Name", "Task 3: Name {}", "Task 3: {} Name", "Task 3: Name ({})", "Task 3: Name - {}"]
)
def test_a_done_mark(mark, spelling):
    heading = spelling.format(mark)
    title = FORMAT.task_title(heading)
    assert title is not None
    assert (title.id, title.name, title.done) == ("3", "Name", True)


@pytest.mark.parametrize("heading", ["Task 3 ✅", "✅ Task 3", "Task 3: ✅", "Task 3 DONE", "TASK-3 [x]"])
def test_a_done_mark_without_a_name(heading):
    title = FORMAT.task_title(heading)
    assert title is not None
    assert (title.name, title.done) == ("", True)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Task 3: Name 🚧", "Name"),
        ("🚧 Task 3: Name", "Name"),
        ("Task 3: Name DEFERRED", "Name"),
        ("Task 3: Name (DEFERRED)", "Name"),
        ("Task 3: Name [ ]", "Name"),
        ("Task 3: Name [-]", "Name"),
        ("Task 3: Get it DONE now", "Get it DONE now"),
        ("Task 3: Name done", "Name done"),
        ("Task 3: Name INCOMPLETE", "Name INCOMPLETE"),
        ("Task 3: Name ABANDONED", "Name ABANDONED"),
        ("Task 3: Fix ✅ in emails", "Fix ✅ in emails"),
    ],
)
def test_no_done_mark(heading, name):
    title = FORMAT.task_title(heading)
    assert title is not None
    assert (title.name, title.done) == (name, False)


@pytest.mark.parametrize(
    "title",
    [
        "Success Criteria",
        "success criteria",
        "SUCCESS CRITERIA:",
        "✅ Success Criteria",
        "🎯  Success   Criteria 🎯",
        "5. Success Criteria",
        "5.2 Success Criteria",
        "5) Success Criteria",
        "1️⃣ Success Criteria",
        "**Success Criteria**",
        "*Success Criteria*:",
        "`Success Criteria`",
        "__Success Criteria__",
        "Success Criteria —",
        "➡️ 3. Success Criteria：",
    ],
)
def test_a_title_is_compared_without_case_emoji_numbering_and_emphasis(title):
    assert fold_title(title) == "success criteria"


@pytest.mark.parametrize("title", ["Success", "Success Criteria for B", "My Success Criteria", "SuccessCriteria", "5"])
def test_other_words_make_another_title(title):
    assert fold_title(title) != "success criteria"


def test_a_slash_in_a_title_stays():
    assert fold_title("Files Created/Modified") == "files created/modified"


def test_a_name_is_compared_without_case_emphasis_and_surplus_blanks():
    assert fold_name("  Build **the**  `Image`. ") == fold_name("build the image")
    assert fold_name("Build 1.10") != fold_name("Build 1.1")


@pytest.mark.parametrize(
    "text",
    ["None", "none", "NONE", "None.", "N/A", "n/a", "N/A.", "—", "- None", "* None", "**None**", "_None_",
     "None — the first task", "None - the first task", "None: a library needs none", "None, for now", "None (yet)", "None. It is the first."],
)  # fmt: skip
def test_a_none_value(text):
    assert FORMAT.is_none(text)


@pytest.mark.parametrize("text", ["", "Nonesuch", "None of the tasks", "Not applicable", "-", "Task 1", "No", "Nonetheless, Task 1"])  # fmt: skip
def test_no_none_value(text):
    assert not FORMAT.is_none(text)


def test_a_format_that_lacks_something_is_an_error():
    with pytest.raises(FormatError):
        build_format({"section": []})
    with pytest.raises(FormatError):
        build_format({})


def test_every_section_is_found_by_its_key_and_its_title():
    for key, spec in FORMAT.by_key.items():
        assert spec.key == key
        parent = FORMAT.by_key.get(spec.parent_key, FORMAT.root)
        assert spec in parent.children
        if spec.kind != "step":
            assert parent.titles[fold_title(spec.title)] is spec


def test_the_table_of_the_design():
    """Key, form, kind and need of each section, as users and clients rely on them."""
    table = [(spec.key, spec.form, spec.kind, spec.need) for spec in FORMAT.root.walk() if spec.key]
    assert table == [
        ("objective", "field", "line", "required"),
        ("prerequisites", "field", "list", "required"),
        ("complexity", "field", "choice", "required"),
        ("steps", "heading", "steps", "required"),
        ("steps.step", "heading", "step", "required"),
        ("steps.step.objective", "field", "line", "required"),
        ("steps.step.actions", "field", "checklist", "required"),
        ("steps.step.code", "field", "code", "optional"),
        ("steps.step.configuration", "field", "list", "optional"),
        ("steps.step.validation", "field", "checklist", "required"),
        ("steps.step.troubleshooting", "field", "list", "recommended"),
        ("testing", "heading", "group", "required"),
        ("testing.unit", "field", "checklist", "required"),
        ("testing.integration", "field", "checklist", "required"),
        ("success", "heading", "checklist", "required"),
        ("files", "heading", "group", "required"),
        ("files.new", "field", "list", "required"),
        ("files.modified", "field", "list", "required"),
        ("dependencies", "heading", "list", "required"),
        ("next", "heading", "group", "required"),
        ("next.task", "field", "line", "required"),
        ("next.unlocked", "field", "line", "required"),
    ]
    assert FORMAT.by_key["complexity"].choices == ("Low", "Medium", "High")
    none = {spec.key for spec in FORMAT.by_key.values() if spec.none}
    assert none == {
        "prerequisites", "steps.step.configuration", "files.new", "files.modified", "dependencies", "next.task", "next.unlocked",
    }  # fmt: skip


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_release_has_the_formats_as_their_files_say(name):
    """Its build has read them; from the sources both are the file."""
    text = Path(plansmith.__file__).with_name("formats").joinpath(f"{name}.toml").read_text("utf-8")
    assert (format_table(name), None) == parse_toml(text)
