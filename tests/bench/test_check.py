"""`check` against `rumdl check`: whole processes, cold, on a thousand files."""

from __future__ import annotations

import os
import re
import subprocess
import time

import pytest

from .plans import plan_file
from .table import Pairs, Target, head, row

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

FILES = 1000
PAIRS = 11
LEAST_PAIRS = 7
SECONDS = 50.0


def test_check_of_a_thousand_files(plansmith, rumdl, tmp_path):
    lines = 0
    for number in range(1, FILES + 1):
        text = plan_file(number)
        lines += text.count("\n")
        (tmp_path / f"plan-{number:04}.md").write_text(text, "utf-8")
    ours = (str(plansmith), "check", str(tmp_path))
    # No configuration of a folder above, and no cache: the default rules, cold.
    theirs = (str(rumdl), "check", "--no-cache", "--no-config", str(tmp_path))
    counts = [_findings(command) / FILES for command in (ours, theirs)]  # warms up, too
    assert min(counts) > 40
    wall = Pairs([], [])
    processor = Pairs([], [])
    end = time.monotonic() + SECONDS
    while len(wall.ours) < PAIRS and (len(wall.ours) < LEAST_PAIRS or time.monotonic() < end):
        for command, walls, processors in (ours, wall.ours, processor.ours), (theirs, wall.theirs, processor.theirs):
            elapsed, used = _run(command)
            walls.append(elapsed)
            processors.append(used)
    print(head(f"check of {FILES:,} files, cold"))
    print(row("wall time", wall, Target(1.0, aim=0.7)))
    print(row("processor time, user and system", processor))
    print(f"{lines / FILES:.0f} lines a file, {counts[0]:.1f} findings of Plansmith's, {counts[1]:.1f} of rumdl's")


def _run(command: tuple[str, ...]) -> tuple[float, float]:
    """Milliseconds of wall time, and of processor time with that of all children."""
    # What a user has: Python keeps what it compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    elapsed = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 1, "both find something"
    return elapsed * 1000, (used.ru_utime + used.ru_stime) * 1000


def _findings(command: tuple[str, ...]) -> int:
    """How many findings a tool tells, by the lines that name a rule."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return len(re.findall(rb"^\S+:\d+:\d+: ", told.stdout, re.MULTILINE))
