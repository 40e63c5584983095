"""`plansmith check`: what it finds, how it says so, and what it does about files that it can't read."""

from __future__ import annotations

import json
import os
import re
import select
import stat
import subprocess
import sys

import pytest

from plansmith.cli import check as check_command
from plansmith.rules.fixing import fixed_text
from plansmith.rules.table import RULES
from tests.lsp.texts import COARSE, FLAWED

CLEAN = "# Notes\n\nWords.\n"


def test_a_clean_file_is_status_0(run, write):
    write("notes.md", CLEAN)
    result = run("check", "notes.md")
    assert result == (0, "", "plansmith: no findings in 1 file\n")


def test_findings_are_status_1_one_line_each(run, write):
    write("plan.md", FLAWED)
    result = run("check", "plan.md")
    assert result.status == 1
    assert "plan.md:7:23: error[unknown-task] No task here is called Task 9\n" in result.out
    line = re.compile(r"plan\.md:\d+:\d+: (error|warning|information|hint)\[[a-z-]+\] \S.*")
    assert all(line.fullmatch(each) for each in result.out.splitlines())
    assert re.fullmatch(r"plansmith: \d+ errors, \d+ warnings?, .* in 1 file\n", result.err)


def test_the_current_folder_is_the_default(run, write):
    write("deep/plan.md", FLAWED)
    write("notes.txt", FLAWED)
    result = run("check")
    assert result.status == 1
    assert {line.partition(":")[0] for line in result.out.splitlines()} == {os.path.join("deep", "plan.md")}


@pytest.mark.parametrize(
    ("fail_on", "status"), [("error", 1), ("warning", 1), ("information", 1), ("hint", 1), ("never", 0)]
)
def test_errors_count_from_every_level_on(run, write, fail_on, status):
    write("plan.md", FLAWED)
    assert run("check", "--fail-on", fail_on, "plan.md").status == status


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("hint", 1)])
def test_warnings_alone_count_from_warning_on(run, write, fail_on, status):
    rules = "\n".join(f'{rule.name} = "off"' for rule in RULES if rule.name != "plain-list")
    write("plansmith.toml", f"[rules]\n{rules}\n")
    write("plan.md", FLAWED)
    result = run("check", "--fail-on", fail_on, "plan.md")
    assert "[plain-list]" in result.out
    assert result.status == status


def test_a_maximum_is_said(run, write):
    write("plansmith.toml", "max-findings = 2\n")
    write("plan.md", FLAWED)
    lines = run("check", "plan.md").out.splitlines()
    assert len(lines) == 3
    assert re.fullmatch(r"plan\.md:1:1: information\[max-findings\] 2 of \d+ findings are shown.*", lines[-1])


def test_mistakes_in_the_configuration_are_findings_there(run, write):
    write("plansmith.toml", '[rules]\nplain-lost = "off"\n')
    write("notes.md", CLEAN)
    result = run("check")
    assert result.status == 1
    assert result.out.startswith("plansmith.toml:2:1: error[invalid-configuration] ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is a folder"),
        (b"max-findings = 3\n# \xff", "is not UTF-8 at byte 19; save it in that encoding"),
        (b"#" * 1_100_000, "is larger than 1,048,576 bytes"),
    ],
    ids=["folder", "encoding", "size"],
)
def test_a_configuration_that_can_not_be_read_is_one_clear_line_and_status_2(run, write, project, content, reason):
    if content is None:
        (project / "plansmith.toml").mkdir()
    else:
        write("plansmith.toml", content)
    write("notes.md", CLEAN)
    line = f"plansmith: plansmith.toml: {reason}\n"
    result = run("check")
    assert (result.status, result.out, result.err) == (2, "", line)
    report = json.loads(run("check", "--format", "json").out)
    assert report["problems"] == [f"plansmith.toml: {reason}"]
    for command in (["next"], ["graph"], ["export"], ["expand", "--all"], ["expand", "--all", "--write"]):
        assert run(command[0], "notes.md", *command[1:]) == (2, "", line)


def test_without_its_configuration_a_document_is_not_fixed(run, write):
    write("plansmith.toml", b"\xff")
    plan = write("plan.md", FLAWED)
    result = run("check", "--fix")
    assert result.status == 2
    assert "plan.md:7:23: error[unknown-task]" in result.out
    assert plan.read_text() == FLAWED


def test_json_is_a_contract(run, write):
    write("plan.md", FLAWED)
    write("notes.md", CLEAN)
    result = run("check", "--format", "json", ".")
    assert result.status == 1
    assert result.err == ""
    data = json.loads(result.out)
    assert set(data) == {"version", "files", "problems", "checked", "fixed"}
    assert (data["version"], data["problems"], data["checked"], data["fixed"]) == (1, [], 2, 0)
    [file] = data["files"]
    assert file["path"] == "plan.md"
    finding = next(each for each in file["findings"] if each["rule"] == "unknown-task")
    assert finding == {
        "rule": "unknown-task",
        "severity": "error",
        "message": "No task here is called Task 9",
        "line": 7,
        "column": 23,
        "endLine": 7,
        "endColumn": 29,
        "fixable": True,
        "section": None,
    }
    lacking = [each["section"] for each in file["findings"] if each["rule"] == "missing-section"]
    assert "testing" in lacking


def test_json_of_nothing_is_json_too(run, write):
    write("notes.md", CLEAN)
    assert json.loads(run("check", "--format", "json").out)["files"] == []


def test_sarif_has_the_shape_that_the_standard_asks_for(run, write):
    """SARIF 2.1.0, sections 3.13 to 3.30: the required properties, and the ranges of their values."""
    write("a b/plan #1.md", FLAWED)
    write("broken.md", b"\xff\xfe")
    result = run("check", "--format", "sarif")
    assert result.status == 2
    log = json.loads(result.out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run_] = log["runs"]
    driver = run_["tool"]["driver"]
    assert driver["name"] == "plansmith"
    names = [rule["id"] for rule in driver["rules"]]
    assert names == [rule.name for rule in RULES]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    assert run_["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert run_["results"]
    for found in run_["results"]:
        assert found["level"] in ("none", "note", "warning", "error")
        assert found["message"]["text"]
        assert names[found["ruleIndex"]] == found["ruleId"]
        [location] = found["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b/plan%20%231.md"
        region = place["region"]
        assert 1 <= region["startLine"] <= region["endLine"]
        assert region["startColumn"] >= 1
        assert region["endColumn"] >= 1
    [invocation] = run_["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert "broken.md" in notification["message"]["text"]


def test_github_gets_workflow_commands(run, write):
    write("a,b: 100%/plan.md", FLAWED)
    result = run("check", "--format", "github")
    assert result.status == 1
    pattern = r"::(error|warning|notice) file=([^,:]+),line=\d+,col=\d+,endLine=\d+,endColumn=\d+,title=([^,:]+)::(.+)"
    for line in result.out.splitlines():
        found = re.fullmatch(pattern, line)
        assert found, line
        assert found[2] == "a%2Cb%3A 100%25/plan.md"
        assert found[3].startswith("plansmith(")


def test_fix_applies_the_safe_fixes_and_no_others(run, write):
    path = write("plan.md", FLAWED)
    result = run("check", "--fix", "plan.md")
    text = path.read_text("utf-8")
    assert "**Estimated Complexity**: Low\n" in text
    assert "#### Step 2: Check" in text
    assert "- [ ] Write `src/parse.py`" in text
    assert "Task 9" in text
    assert result.status == 1
    assert re.search(r", 3 fixed\n$", result.err)
    assert "plain-list" not in result.out
    again = run("check", "--fix", "plan.md")
    assert path.read_text("utf-8") == text
    assert "fixed" not in again.err


def test_fix_keeps_line_ends_marks_and_permissions(run, write):
    path = write("plan.md", b"\xef\xbb\xbf" + FLAWED.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    run("check", "--fix", "plan.md")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# Plan\r\n")
    assert b"Low\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_fix_reports_a_file_that_it_may_not_write(run, write):
    path = write("plan.md", FLAWED)
    path.chmod(0o444)
    other = write("other.md", FLAWED)
    result = run("check", "--fix")
    assert result.status == 2
    assert "plan.md: not written: it is read-only" in result.err
    assert path.read_text("utf-8") == FLAWED
    assert "Low" in other.read_text("utf-8")


def test_what_can_not_be_fixed_is_still_told(run, write):
    write("plan.md", FLAWED).chmod(0o444)
    fixed, told = run("check", "--fix", "plan.md"), run("check", "plan.md")
    assert told.out
    assert fixed.out == told.out


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are Unicode there")
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_name_that_is_not_utf_8_or_has_two_lines_is_told_in_every_format(write, tmp_path, form):
    write("plan.md", FLAWED)
    for name in (b"\xff\xfe.md", b"a\nb.md"):
        os.link(tmp_path / "plan.md", os.path.join(os.fsencode(tmp_path), name))
    command = (sys.executable, "-m", "plansmith", "check", "--format", form, ".")
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert result.returncode == 1, result.stderr
    shown = result.stdout.decode("utf-8")
    if form in ("json", "sarif"):
        assert json.loads(shown)
    else:
        assert all(
            "plan" in line or "\\udcff" in line or "a\\nb" in line or "a%0Ab" in line for line in shown.splitlines()
        )


def test_a_file_that_changes_meanwhile_is_not_overwritten(run, write, monkeypatch):
    path = write("plan.md", FLAWED)

    def change_first(*arguments):
        path.write_text(FLAWED + "\nMine.\n", encoding="utf-8")
        return fixed_text(*arguments)

    monkeypatch.setattr("plansmith.rules.fixing.fixed_text", change_first)
    result = run("check", "--fix", "plan.md")
    assert result.status == 2
    assert result.err.splitlines()[0] == "plansmith: plan.md: not written: it was changed meanwhile; run again"
    assert path.read_text("utf-8") == FLAWED + "\nMine.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"caf\xe9\n", "is not UTF-8 at byte 3"),
        (b"\xff\xfe#\0", "is UTF-16"),
        (b"a\0b", "NUL at byte 1"),
        (b"\x89PNG\r\n\x1a\n\0\0", ""),
    ],
    ids=["latin-1", "utf-16", "nul", "png"],
)
def test_what_is_no_text_is_one_clear_line_and_the_rest_is_checked(run, write, content, words):
    write("a.md", content)
    write("plan.md", FLAWED)
    result = run("check")
    assert result.status == 2
    [problem] = [line for line in result.err.splitlines() if "a.md" in line]
    assert problem.startswith("plansmith: a.md: ")
    assert words in problem
    assert "plan.md:7:23: error[unknown-task]" in result.out
    assert "Traceback" not in result.err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions don't bind this user")
def test_an_unreadable_file_is_one_clear_line(run, write):
    write("secret.md", FLAWED).chmod(0)
    write("plan.md", FLAWED)
    result = run("check")
    assert result.status == 2
    assert "plansmith: secret.md: can't be read: Permission denied\n" in result.err
    assert "plan.md:7:23: " in result.out


def test_what_is_not_there_is_one_clear_line_and_the_rest_is_checked(run, write):
    write("plan.md", FLAWED)
    result = run("check", "none.md", "plan.md")
    assert result.status == 2
    assert "plansmith: none.md: there is no such file or folder\n" in result.err
    assert "plan.md:7:23: " in result.out


def test_a_named_pipe_blocks_nobody(run, write, project):
    os.mkfifo(project / "pipe.md")
    write("plan.md", FLAWED)
    result = run("check", "pipe.md", "plan.md")
    assert result.status == 2
    assert "pipe.md: is no regular file" in result.err


def test_links_that_run_in_circles_are_no_trap(run, write, project):
    write("docs/plan.md", FLAWED)
    (project / "docs" / "loop").symlink_to(project / "docs", target_is_directory=True)
    (project / "docs" / "self.md").symlink_to("self.md")
    (project / "docs" / "twin.md").symlink_to("plan.md")
    (project / "docs" / "gone.md").symlink_to("nowhere.md")
    result = run("check")
    assert result.status in (1, 2)
    assert {line.partition(":")[0] for line in result.out.splitlines()} == {os.path.join("docs", "plan.md")}


def test_a_link_that_is_named_is_checked(run, write, project):
    write("plan.md", FLAWED)
    (project / "link.md").symlink_to("plan.md")
    assert "link.md:7:23: " in run("check", "link.md").out


def test_stdin_is_checked_like_a_file(run, write):
    result = run("check", "-", stdin=FLAWED.encode())
    assert result.status == 1
    assert "<stdin>:7:23: error[unknown-task] No task here is called Task 9\n" in result.out
    write("plansmith.toml", '[rules]\nunknown-task = "off"\n')
    assert "unknown-task" not in run("check", "-", stdin=FLAWED.encode()).out


def test_stdin_that_is_no_text_is_status_2(run):
    result = run("check", "-", stdin=b"caf\xe9")
    assert (result.status, result.err) == (2, "plansmith: stdin is not UTF-8 at byte 3\n")


def test_stdin_can_not_be_fixed(run):
    result = run("check", "--fix", "-", stdin=FLAWED.encode())
    assert result.status == 2
    assert "--fix can't change stdin" in result.err


def test_what_git_ignores_is_left_out(run, write):
    write(".git/HEAD", "ref: refs/heads/main\n")
    write(".gitignore", "build/\n*.tmp.md\n")
    for name in ("build/plan.md", "a.tmp.md", "plan.md"):
        write(name, FLAWED)
    lines = run("check").out.splitlines()
    assert {line.partition(":")[0] for line in lines} == {"plan.md"}


def test_two_processes_say_the_same_as_one(process, write):
    for number in range(70):
        write(f"plan-{number:02}.md", FLAWED.replace("Task 9", f"Task {number + 100}"))
    write("plan-30.md", b"\xff")
    for form in ("text", "json", "sarif", "github"):
        alone = process("check", "--jobs", 1, "--format", form)
        together = process("check", "--jobs", 2, "--format", form)
        assert alone == together
        assert alone.status == 2
        assert len(alone.out) > 70
    fixed = process("check", "--jobs", 3, "--fix")
    assert ", 207 fixed\n" in fixed.err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process does all there")
def test_what_a_process_had_taken_before_it_died_is_checked_all_the_same(run, write, monkeypatch):
    for number in range(70):
        write(f"plan-{number:02}.md", FLAWED)
    alone = run("check", "--jobs", 1)
    parent, original, taken = os.getpid(), check_command._check_part, os.pipe()

    def dying(*arguments, **named):
        if os.getpid() != parent:
            os.write(taken[1], b"x")
            os._exit(9)
        if select.select([taken[0]], [], [], 30)[0]:
            return original(*arguments, **named)
        raise AssertionError("no other process took anything")

    monkeypatch.setattr(check_command, "_check_part", dying)
    assert run("check", "--jobs", 2) == alone
    assert os.read(taken[0], 10) == b"x"


def test_a_reader_that_goes_away_is_no_crash(write, project):
    write("plan.md", FLAWED * 50)
    command = [sys.executable, "-m", "plansmith", "check", "plan.md"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
        assert running.wait(30) != 0


@pytest.mark.parametrize("arguments", [("--format", "xml"), ("--fail-on", "all"), ("--jobs", "0"), ("--none",)])
def test_a_wrong_argument_is_status_2(run, arguments):
    result = run("check", *arguments)
    assert result.status == 2
    assert result.err.startswith("usage: plansmith")


HEAVY = {"pygls", "lsprotocol", "pydantic", "pydantic_core", "rich", "asyncio", "click", "attrs", "cattrs", "anthropic"}


def modules(process_, *arguments) -> set[str]:
    """The top-level modules that a command imports."""
    result = process_("check", *arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert result.status == 1
    lines = [line for line in result.err.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_check_imports_only_what_it_needs(process, write):
    write("plansmith.toml", '[rules]\nplain-list = "error"\n')
    write("plan.md", FLAWED)
    for form in ("text", "json", "sarif", "github"):
        found = modules(process, "--format", form)
        assert "plansmith" in found
        assert not found & (HEAVY | {"pathspec"})


def test_patterns_of_gitignore_are_read_by_pathspec_alone(process, write):
    write(".git/HEAD", "ref: refs/heads/main\n")
    write(".gitignore", "*.log\n")
    write("plan.md", FLAWED)
    found = modules(process)
    assert "pathspec" in found
    assert not found & HEAVY


def test_coarse_breakdowns_are_left_alone(run, write):
    write("tasks.md", COARSE)
    assert run("check").status == 0
