"""`plansmith expand --all` on many tasks: what it costs, how often it writes, and what an interrupt leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from plansmith.cli import result
from plansmith.workspace.write import write_document
from tests.expand.test_overview import calls_in

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals")


def tasks(count: int) -> str:
    return "# Plan\n\n" + "".join(
        f"## Task {number}: Build part {number}\n\nDepends on Task {number - 1}.\n\n- Create `src/part_{number}.py`\n\n"
        for number in range(101, 101 + count)
    )


def whole_plans(text: str) -> int:
    return text.count("### Next Steps")


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes only where it is told to; writing takes a second."""
    now = 0.0
    written: list[str] = []

    class Clock:
        texts = written

        @staticmethod
        def monotonic() -> float:
            return now

        @staticmethod
        def wait(seconds: float) -> None:
            nonlocal now
            now += seconds

    def write(path, text, expected):
        Clock.wait(1)
        written.append(text)
        return write_document(path, text, expected)

    monkeypatch.setattr(result, "time", Clock)
    monkeypatch.setattr(result, "write_document", write)
    return Clock


def test_what_a_task_costs_does_not_hang_on_how_many_there_are(run, write):
    write("plansmith.toml", "")

    def calls(count: int) -> int:
        write("tasks.md", tasks(count))
        return calls_in(lambda: run("expand", "tasks.md", "--all"))

    calls(100)  # what is remembered of words is remembered in all runs
    begin, few, many = calls(10), calls(20), calls(100)
    assert (many - few) / 80 < (few - begin) / 10 * 1.05


def test_the_difference_of_many_tasks_costs_no_more_than_they_do(run, write):
    write("plansmith.toml", "")
    write("tasks.md", tasks(60))
    printed = calls_in(lambda: run("expand", "tasks.md", "--all"))
    assert calls_in(lambda: run("expand", "tasks.md", "--all", "--diff")) < printed * 1.1


@pytest.mark.parametrize("order", [1, -1], ids=["downwards", "upwards"])
def test_printed_shown_and_written_are_the_same(run, write, order):
    parts = tasks(8).split("## ")
    text = parts[0] + "## " + "## ".join([part.rstrip() + "\n\n" for part in parts[1:]][::order])
    text = text.replace("Depends on Task", "**Prerequisites**: Task")
    path = write("tasks.md", text)
    printed = run("expand", "tasks.md", "--all").out
    assert whole_plans(printed) == 8
    shown = run("expand", "tasks.md", "--all", "--diff").out
    assert [line[1:] for line in shown.split("\n")[2:] if line[:1] == "+"] == added(text, printed)
    assert run("expand", "tasks.md", "--all", "--write").status == 0
    assert path.read_text("utf-8") == printed


def added(before: str, after: str) -> list[str]:
    author = iter([*before.splitlines(), None])
    following = next(author)
    found = []
    for line in after.splitlines():
        if line == following:
            following = next(author)
        else:
            found.append(line)
    return found


def test_writing_takes_a_small_part_of_a_long_run(run, write, clock, monkeypatch):
    monkeypatch.setattr("plansmith.cli.expand.say", lambda message: clock.wait(0.5))
    path = write("tasks.md", tasks(60))
    assert run("expand", "tasks.md", "--all", "--write").status == 0
    # The first task at once; then one write for ten seconds of work; at last the rest, and the guidelines.
    assert [whole_plans(text) for text in clock.texts] == [1, 21, 41, 60, 60]
    assert path.read_bytes().decode() == clock.texts[-1]


@pytest.mark.parametrize("number", [2, 5])
def test_an_interrupt_leaves_what_is_finished_in_the_file(run, write, clock, monkeypatch, number):
    def say(message: str) -> None:
        if message.startswith(f"[{number}/"):
            raise KeyboardInterrupt

    monkeypatch.setattr("plansmith.cli.expand.say", say)
    path = write("tasks.md", tasks(9))
    done = run("expand", "tasks.md", "--all", "--write")
    assert (done.status, done.out) == (130, "")
    assert whole_plans(path.read_text("utf-8")) == number
    assert run("check", "tasks.md").status == 0


@POSIX
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_long_run_with_whole_plans(project, write, number, status):
    path = write("tasks.md", tasks(2000))
    command = [sys.executable, "-m", "plansmith", "expand", "tasks.md", "--all", "--write", "--offline"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(20)]
        sent = time.monotonic()
        process.send_signal(number)
        rest = process.stderr.read().decode()
        assert process.wait(30) == status
    assert time.monotonic() - sent < 5
    assert "Traceback" not in rest
    over = sum(line.startswith("plansmith: [") for line in [*map(bytes.decode, told), *rest.splitlines()])
    text = path.read_text("utf-8")
    assert 20 <= over <= whole_plans(text) <= over + 1 < 2000
    assert text.count("### Implementation Steps") == whole_plans(text)


def test_a_file_that_would_be_too_large_to_be_read_keeps_what_it_has(run, write, monkeypatch):
    path = write("tasks.md", tasks(9))
    monkeypatch.setattr(result, "MAX_DOCUMENT", 12_000)
    done = run("expand", "tasks.md", "--all", "--write")
    assert done.status == 2
    assert done.err.splitlines()[-1] == (
        "plansmith: tasks.md: would be larger than 12,000 bytes, which nothing here reads; split it"
    )
    text = path.read_text("utf-8")
    assert 1 <= whole_plans(text) == done.err.count(" written") < 9
    assert len(text.encode()) <= 12_000
    assert len(run("expand", "tasks.md", "--all").out) > 12_000


OPEN = """
## Task 9: Never closed

```py
begun()
"""


def test_a_conflict_names_the_line_that_the_user_finds(run, write):
    text = tasks(3) + OPEN.lstrip()
    path = write("tasks.md", text.replace("Task 9: Never closed", "Task 9: Never closed\n\n**Prerequisites**: None"))
    printed = run("expand", "tasks.md", "--all")
    line = path.read_text("utf-8").split("\n").index("```py") + 1
    assert printed.status == 2
    assert told(printed.err) == f"[4/4] Task 9: Line {line}: a code fence opens here and never closes"
    assert told(run("expand", "tasks.md", "--all", "--diff").err) == told(printed.err)
    written = run("expand", "tasks.md", "--all", "--write")
    later = path.read_text("utf-8").split("\n").index("```py") + 1
    assert later > line + 100
    assert told(written.err) == f"[4/4] Task 9: Line {later}: a code fence opens here and never closes"


def test_a_conflict_of_a_task_that_comes_first_names_the_line_in_the_end(run, write):
    text = "## Task 1: Last\n\n**Prerequisites**: Task 2\n\n## Task 2: First\n\n```py\nbegun()\n"
    path = write("tasks.md", text)
    written = run("expand", "tasks.md", "--all", "--write")
    later = path.read_text("utf-8").split("\n").index("```py") + 1
    assert later > 20
    assert told(written.err) == f"[2/2] Task 2: Line {later}: a code fence opens here and never closes"


def told(err: str) -> str:
    return next(line for line in err.splitlines() if " Line " in line).removeprefix("plansmith: ").partition(";")[0]
