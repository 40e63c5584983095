"""`plansmith expand`: the engine of the editor, on a file."""

from __future__ import annotations

import shutil
import stat
import subprocess

import pytest

from tests.lsp.texts import COARSE, FLAWED

HEAD, _, TASK_2 = COARSE.partition("## Task 2")


def kept(before: str, after: str) -> bool:
    """Whether all of the author's lines are there, whole and in their order."""
    rest = iter(after.splitlines(keepends=True))
    return all(line in rest for line in before.splitlines(keepends=True))


def test_the_resulting_document_is_printed(run, write):
    path = write("tasks.md", COARSE)
    result = run("expand", "tasks.md", "--task", "1")
    assert result.status == 0
    assert kept(COARSE, result.out)
    assert "### Implementation Steps" in result.out.partition("## Task 2")[0]
    assert "### Implementation Steps" not in result.out.partition("## Task 2")[2]
    assert result.err.startswith("plansmith: Task 1: ")
    assert path.read_text("utf-8") == COARSE


def test_write_changes_the_file_and_prints_nothing(run, write):
    path = write("tasks.md", COARSE)
    printed = run("expand", "tasks.md", "--task", "1").out
    result = run("expand", "tasks.md", "--task", "1", "--write")
    assert (result.status, result.out) == (0, "")
    assert path.read_text("utf-8") == printed
    again = run("expand", "tasks.md", "--task", "1", "--write")
    assert again.status == 0
    assert "is complete; nothing was changed" in again.err
    assert path.read_text("utf-8") == printed


@pytest.mark.parametrize("name", ["2", "Task 2", "Ship it", "ship it"])
def test_a_task_is_named_by_its_id_or_name(run, write, name):
    write("tasks.md", COARSE)
    result = run("expand", "tasks.md", "--task", name)
    assert result.status == 0
    assert result.out.startswith(HEAD)
    assert "### Implementation Steps" in result.out


def test_all_tasks_are_expanded_in_the_order_of_their_dependencies(run, write):
    path = write(
        "tasks.md", COARSE.replace("**Prerequisites**: Task 1\n", "").replace("Reads a", "After Task 2. Reads a")
    )
    result = run("expand", "tasks.md", "--all", "--write")
    assert result.status == 0
    assert "[1/2] " in result.err
    assert "[2/2] " in result.err
    text = path.read_text("utf-8")
    assert text.count("### Implementation Steps") == 2
    assert "\n## Implementation Guidelines\n" in text
    again = run("expand", "tasks.md", "--all", "--write")
    assert again.err == "plansmith: every task has a complete plan; nothing was changed\n"
    assert path.read_text("utf-8") == text


def test_guidelines_are_left_out_where_the_project_says_so(run, write):
    write("plansmith.toml", "[guidelines]\nadd = false\n")
    write("tasks.md", COARSE)
    assert "Implementation Guidelines" not in run("expand", "tasks.md", "--all").out


def test_what_was_expanded_has_no_error_and_no_warning(run, write):
    write("tasks.md", COARSE)
    assert run("expand", "tasks.md", "--all", "--write").status == 0
    assert run("check", "tasks.md").status == 0


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch")
@pytest.mark.parametrize(
    "text",
    [COARSE, COARSE.rstrip(), COARSE.replace("\n", "\r\n"), f"\ufeff{COARSE[COARSE.index('##') :]}"],
    ids=["lf", "no end", "crlf", "mark"],
)
def test_the_difference_is_one_that_patch_applies(run, write, project, text):
    path = write("tasks.md", text)
    wanted = run("expand", "tasks.md", "--all").out
    result = run("expand", "tasks.md", "--all", "--diff")
    assert result.status == 0
    assert result.out.startswith("--- tasks.md\n+++ tasks.md\n@@ ")
    assert not [line for line in result.out.splitlines()[2:] if line.startswith("-")] or text == COARSE.rstrip()
    subprocess.run(
        ["patch", "--binary", "-s", "tasks.md"], cwd=project, input=result.out.encode(), check=True, timeout=30
    )
    assert path.read_bytes().decode() == wanted


def test_without_a_difference_nothing_is_printed(run, write):
    write("tasks.md", COARSE)
    run("expand", "tasks.md", "--all", "--write")
    result = run("expand", "tasks.md", "--all", "--diff")
    assert (result.status, result.out) == (0, "")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_those_of_the_file(run, write, end):
    text = COARSE.replace("\n", end)
    path = write("tasks.md", text)
    assert run("expand", "tasks.md", "--task", "1", "--write").status == 0
    data = path.read_bytes().decode()
    assert "\n" not in data.replace("\r\n", "") if end == "\r\n" else "\n" not in data
    assert len(data) > len(text)
    printed = write("tasks.md", text) and run("expand", "tasks.md", "--task", "1").out
    assert printed == data


def test_permissions_links_and_byte_order_marks_stay(run, write, project):
    path = write("tasks.md", b"\xef\xbb\xbf" + COARSE.encode())
    path.chmod(0o600)
    (project / "link.md").symlink_to("tasks.md")
    assert run("expand", "link.md", "--task", "1", "--write").status == 0
    assert (project / "link.md").is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# Breakdown")
    assert b"### Implementation Steps" in path.read_bytes()


def test_an_unknown_task_says_how_tasks_are_spelled_and_which_there_are(run, write):
    path = write("tasks.md", COARSE)
    result = run("expand", "tasks.md", "--task", "9", "--write")
    assert result.status == 2
    assert result.out == ""
    assert "“9”" in result.err
    assert "## Task 1: Name" in result.err
    assert "Task 1, Task 2" in result.err
    assert path.read_text("utf-8") == COARSE


def test_without_a_task_the_message_names_them(run, write):
    write("tasks.md", COARSE)
    result = run("expand", "tasks.md")
    assert (result.status, result.out) == (2, "")
    assert result.err == "plansmith: name a task with --task, or take --all; tasks.md has 1, 2\n"


def test_a_document_without_tasks_says_how_they_are_spelled(run, write):
    write("notes.md", "# Notes\n")
    result = run("expand", "notes.md")
    assert result.status == 2
    assert "## Task 1: Name" in result.err


def test_an_open_fence_is_a_conflict_that_names_the_line(run, write):
    text = COARSE + "\n```\nnever closed\n"
    path = write("tasks.md", text)
    result = run("expand", "tasks.md", "--task", "2", "--write")
    assert result.status == 2
    assert str(text.splitlines().index("```") + 1) in result.err
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(("name", "content"), [("none.md", None), ("bad.md", b"\xff"), (".", None)])
def test_what_can_not_be_read_is_one_line(run, write, name, content):
    if content is not None:
        write(name, content)
    result = run("expand", name, "--all")
    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith(f"plansmith: {name}: ")


def test_a_file_that_may_not_be_written_stays(run, write):
    path = write("tasks.md", COARSE)
    path.chmod(0o444)
    result = run("expand", "tasks.md", "--task", "1", "--write")
    assert result.status == 2
    assert "it is read-only" in result.err
    assert path.read_text("utf-8") == COARSE


def test_mistakes_in_the_configuration_are_told_and_do_not_stop_it(run, write):
    write("plansmith.toml", '[rules]\nplain-lost = "off"\n')
    write("tasks.md", COARSE)
    result = run("expand", "tasks.md", "--task", "1")
    assert result.status == 0
    assert "plansmith: plansmith.toml:2: " in result.err
    assert "### Implementation Steps" in result.out


def test_a_plan_is_filled_and_keeps_what_it_has(run, write):
    write("plan.md", FLAWED)
    result = run("expand", "plan.md", "--task", "1")
    assert result.status == 0
    assert kept(FLAWED, result.out)
    assert "### Testing Plan" in result.out


def test_only_one_way_at_a_time(run, write):
    write("tasks.md", COARSE)
    for both in (("--task", "1", "--all"), ("--all", "--write", "--diff")):
        result = run("expand", "tasks.md", *both)
        assert result.status == 2
        assert "not allowed with argument" in result.err


def test_a_byte_order_mark_is_printed_too(run, write):
    path = write("tasks.md", "placeholder")
    path.write_bytes(b"\xef\xbb\xbf## Task 1: a\n\ntext\n")
    done = run("expand", str(path), "--all")
    assert done.status == 0
    assert done.out.encode().startswith(b"\xef\xbb\xbf## Task 1: a\n")


def test_a_document_without_tasks_is_told_how_tasks_are_spelled(run, write):
    path = write("notes.md", "# Notes\n\nNothing to do.\n")
    done = run("expand", str(path), "--all")
    assert done.status == 2
    assert "## Task 1: Name" in done.err
