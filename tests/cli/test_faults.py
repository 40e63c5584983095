"""Whatever fault strikes a model, `plansmith expand` writes a whole valid plan or nothing, and keeps what had come."""

from __future__ import annotations

import pytest

from plansmith.expand.resume import joined
from tests.expand.test_engine import COARSE, PLAN, VALIDATION
from tests.model.asks import asks
from tests.model.faults import LASTING, PASSING, SLOW, partial, prepare, verdict

TASKS = f"{COARSE}\nTell everybody.\n\n## Task 3: Watch it\n\nLook at it.\n"


@pytest.fixture
def expand(run, project, llmock, monkeypatch):
    """Run the command on a file, through llmock; gives its status and the lines that are no progress."""
    for name, value in asks(llmock.base_url("anthropic"), project, retries=1, silence_timeout=1).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ANTHROPIC_API_KEY")

    def command(*arguments: str, text: str = COARSE) -> tuple[int, list[str]]:
        (project / "tasks.md").write_text(text, encoding="utf-8")
        done = run("expand", "tasks.md", "--write", *(arguments or ("--task", "1")))
        assert "Traceback" not in done.err
        assert done.out == ""
        return done.status, [line for line in done.err.splitlines() if "; attempt 2 of 2 in " not in line]

    return command


@pytest.fixture
def after(project):
    """The text of the file, and the texts that are kept."""

    def read() -> tuple[str, list[str]]:
        files = sorted((project / "cache").rglob("*.md"))
        kept = [file.read_text("utf-8").partition("\n")[2] for file in files]
        return (project / "tasks.md").read_text("utf-8"), kept

    return read


def check_plan(status: int, lines: list[str], text: str, kept: list[str]) -> None:
    """A whole plan was written, nothing of the author's is gone, and nothing is left over."""
    assert status == 0, lines
    assert lines[-2] == "plansmith: Task 1: 9 sections written"
    assert text.count("### Implementation Steps") == 1
    assert "`pytest tests/test_health.py` passes" in text
    author = iter(text.splitlines())
    assert all(line in author for line in COARSE.splitlines())
    assert kept == []


def told(lines: list[str], words: str) -> list[str]:
    return [line for line in lines if words in line]


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_ends_is_outlived(expand, after, llmock, name):
    fault = PASSING[name]
    prepare(llmock, fault, 1)
    check_plan(*expand(), *after())
    if not fault.unseen:
        verdict(llmock)


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_does_not_end_changes_nothing_and_loses_nothing(expand, after, llmock, name):
    fault = PASSING[name]
    prepare(llmock, fault, None)
    status, lines = expand()
    assert status == 2
    [message] = told(lines, fault.words)
    assert message.startswith("plansmith: Task 1: ")
    assert "(tried 2 times)" in message
    assert after() == (COARSE, [partial(fault)] * bool(fault.pieces))
    assert len(told(lines, "goes on with it")) == bool(fault.pieces)
    verdict(llmock, fault.finding)


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_answer_is_waited_for(expand, after, llmock, name):
    llmock.reply(PLAN)
    SLOW[name](llmock)
    check_plan(*expand(), *after())
    assert len(llmock.requests) == 1
    verdict(llmock)


@pytest.mark.parametrize("name", LASTING)
def test_what_no_second_request_can_change_is_asked_once(expand, after, llmock, name):
    inject, words = LASTING[name]
    inject(llmock)
    status, lines = expand()
    assert status == 2
    [message] = told(lines, words)
    assert message.startswith("plansmith: Task 1: ")
    assert after() == (COARSE, [])
    assert len(llmock.requests) == 1
    verdict(llmock)


def test_a_wait_that_is_too_long_is_told_and_not_waited(expand, after, llmock):
    llmock.rate_limit(times=None, retry_after=600)
    status, lines = expand()
    assert status == 2
    assert len(told(lines, "asks to wait 10 min")) == 1
    assert len(llmock.requests) == 1
    assert after() == (COARSE, [])


def test_a_model_that_calls_a_tool_has_written_no_plan(expand, after, llmock):
    """It is offered none, so that llmock has no tool call to break."""
    llmock.call_tool("write_file", {"path": "x"}, times=None).break_tool_call(times=None)
    status, lines = expand()
    assert status == 2
    assert len(told(lines, "This section is missing")) == 1
    assert after()[0] == COARSE
    assert not any("tools" in record.body for record in llmock.requests)
    verdict(llmock)


@pytest.mark.parametrize("name", ["disconnect", "truncated", "malformed", "stall"])
def test_a_fault_while_sections_are_mended_keeps_what_came_before(expand, after, llmock, name):
    broken, fault = PLAN.replace(VALIDATION, ""), PASSING[name]
    llmock.reply(broken)
    llmock.stall(after_chunks=100_000)  # which never comes about: the first answer is the first fault's
    prepare(llmock, fault, None)
    status, lines = expand()
    assert status == 2
    assert len(told(lines, fault.words)) == 1
    assert after() == (COARSE, [joined(broken, partial(fault))])
    verdict(llmock, fault.finding, 3)


@pytest.mark.parametrize("name", ["outage", "429 without", "disconnect", "truncated", "malformed", "stall"])
def test_a_fault_in_a_whole_document_keeps_every_text(expand, after, llmock, name):
    fault = PASSING[name]
    prepare(llmock, fault, None)
    status, lines = expand("--all", text=TASKS)
    assert status == 2
    # A part of a plan is kept for each task; where nothing comes, the run ends with one message.
    assert len(told(lines, fault.words)) == (3 if fault.pieces else 1)
    assert after() == (TASKS, [partial(fault)] * (3 if fault.pieces else 0))
    verdict(llmock, fault.finding, 6)


def test_what_came_of_a_broken_answer_is_gone_on_with_when_the_model_is_back(expand, after, llmock):
    prepare(llmock, PASSING["truncated"], 2)
    assert expand()[0] == 2
    check_plan(*expand(), *after())
    begun = llmock.requests[-1].body["messages"][0]["content"][-1]["text"]
    assert "was begun, and is not finished" in begun
