"""What is printed comes through in every encoding; where it can't be written, one line says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

TEXT = "## Task 1: Build 🚀 “导入”\n\n### Implementation Steps\n\n#### Step 1: Go\n\n## Task 2: 🚀\n\n**Prerequisites**: Task 9\n"
COMMANDS = (
    ("check", "plan.md"),
    ("check", "--format", "json", "plan.md"),
    ("check", "--format", "sarif", "plan.md"),
    ("check", "--format", "github", "plan.md"),
    ("next", "plan.md"),
    ("graph", "plan.md"),
    ("export", "plan.md"),
    ("explain",),
)


def printed(project, arguments, *, encoding: str) -> tuple[int, bytes, str]:
    """What a command prints as bytes, where the output has an encoding."""
    found = subprocess.run(
        [sys.executable, "-m", "plansmith", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return found.returncode, found.stdout, found.stderr.decode()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_sign_that_the_encoding_lacks_stops_nothing(project, write, arguments):
    write("plan.md", TEXT)
    status, out, err = printed(project, arguments, encoding="ascii")
    expected, whole, _ = printed(project, arguments, encoding="utf-8")
    assert "Traceback" not in err
    assert status == expected
    is_for_people = arguments[0] in ("next", "explain") or arguments == COMMANDS[0]
    if is_for_people:
        assert out.decode("ascii") == whole.decode().encode("ascii", "backslashreplace").decode()
    else:
        assert out == whole  # what machines read is UTF-8


def test_what_machines_read_is_whole(project, write):
    write("plan.md", TEXT)
    _, out, _ = printed(project, ("export", "plan.md"), encoding="cp1252")
    assert json.loads(out.decode())["tasks"][0]["name"] == "Build 🚀 “导入”"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_said_in_one_line(project, write, arguments):
    write("plan.md", TEXT)
    with open("/dev/full", "wb") as full:
        found = subprocess.run(
            [sys.executable, "-m", "plansmith", *arguments],
            cwd=project,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert found.returncode == 2
    assert (
        found.stderr.decode().splitlines()[-1] == "plansmith: the output could not be written: no space left on device"
    )
    assert b"Traceback" not in found.stderr
