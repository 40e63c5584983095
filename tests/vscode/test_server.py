"""Where the server comes from and what is said where there is none: in a real VS Code, with real processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .breakdowns import TASKS, expanded, write
from .code import SERVER

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]

KEY = "sk-ant-" + "k" * 40


def program(folder: Path, text: str) -> list[str]:
    """A server that is not quite one: a Python program of the test's."""
    path = folder / "server.py"
    path.write_text(text)
    return [sys.executable, str(path)]


def test_a_server_that_is_missing_is_said_and_comes_by_the_setting(code, folder):
    path = write(folder)
    plan = expanded(path, "--task", "1")
    code.open(folder, command=["/nowhere/plansmith", "server"])
    code.open_file("tasks.md")
    told = code.notification("/nowhere/plansmith")
    assert "is no program on this machine" in told
    assert "Correct the setting" in told
    code.wait_for_status("Plansmith: failed")
    code.shot("failed")
    code.open_log()
    code.machine({"plansmith.server.command": SERVER})
    code.wait_for_status("offline planner")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    assert path.read_bytes() == plan


def test_a_server_that_crashes_is_started_again_and_it_is_said_once(code, folder, tmp_path):
    write(folder)
    pids = tmp_path / "pids"
    command = program(
        tmp_path,
        f"import os\nwith open({str(pids)!r}, 'a') as file:\n    print(os.getpid(), file=file)\n"
        "from plansmith.cli import run\nrun()\n",
    )
    code.open(folder, command=[*command, "server"])
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    for count in (1, 2):
        started = pids.read_text().split()
        assert len(started) == count
        os.kill(int(started[-1]), signal.SIGKILL)
        code.wait_for_status("starting")
        code.wait_for_status("offline planner")
    assert len([each for each in code.notifications() if "crashed" in each]) <= 1
    code.command("Notifications: Show Notifications")
    code.wait_for(".notifications-center .notification-list-item", "crashed")
    assert code.count(".notifications-center .notification-list-item:has-text('crashed')") == 1
    code.press("Escape")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")


def test_a_server_that_is_too_old_is_refused(code, folder, tmp_path):
    write(folder)
    command = program(
        tmp_path,
        "import plansmith\nplansmith.__version__ = '0.0.9'\nfrom plansmith.cli import run\nrun()\n",
    )
    code.open(folder, command=[*command, "server"])
    code.open_file("tasks.md")
    told = code.notification("0.0.9")
    assert "needs 0.1.0 or newer" in told
    assert "pip install --upgrade plansmith" in told
    code.wait_for_status("failed")
    assert code.count(".codelens-decoration") == 0


def test_a_server_that_never_starts_is_said_and_retried(code, folder, tmp_path):
    write(folder)
    flag = tmp_path / "mended"
    command = program(
        tmp_path,
        f"import os, sys\nif not os.path.exists({str(flag)!r}):\n    sys.exit('the disk is upside down')\n"
        "from plansmith.cli import run\nrun()\n",
    )
    code.open(folder, command=[*command, "server"])
    code.open_file("tasks.md")
    assert "ended or gave no answer" in code.notification("did not start")
    flag.touch()
    code.click_notification("did not start", "Retry")
    code.wait_for_status("offline planner")
    code.command("Plansmith: Show Log")
    code.wait_for_log()


def test_restricted_mode_and_then_trust(code, folder):
    write(folder)
    write(folder, 'format = "own.toml"\n', "plansmith.toml")
    write(folder, "[sections]\n", "own.toml")
    code.open(folder, restricted=True)
    code.open_file("tasks.md")
    code.wait_for_squiggle("error")
    code.wait_for(".part.banner", "Restricted Mode")
    code.wait_for_problem("this project is not trusted")
    code.click(".part.banner a", "Manage")
    code.click(".workspace-trust-editor .monaco-button", "Trust")
    code.wait_for_no_problem("this project is not trusted")


def test_the_plansmith_on_the_path(code, folder):
    write(folder)
    link = code.bin / "plansmith"
    link.symlink_to(Path(sys.executable).with_name("plansmith"))
    try:
        code.open(folder, command=[])
        code.open_file("tasks.md")
        assert "from the PATH" in code.wait_for_status("offline planner")
    finally:
        link.unlink()


def test_the_plansmith_of_the_selected_python(code, folder):
    write(folder)
    code.selected_python.write_text(sys.executable)
    try:
        code.open(folder, command=[])
        code.open_file("tasks.md")
        assert "from the selected Python environment" in code.wait_for_status("offline planner")
        code.wait_for_squiggle("error")
    finally:
        code.selected_python.unlink()


class Endpoint(ThreadingHTTPServer):
    """An endpoint on loopback; `keys` are the credentials that it was shown."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusing)
        self.keys: list[str | None] = []


class _Refusing(BaseHTTPRequestHandler):
    """An endpoint that lets nobody in, and remembers who knocked."""

    def do_POST(self):
        assert isinstance(self.server, Endpoint)
        self.server.keys.append(self.headers.get("authorization"))
        body = b'{"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}'
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def endpoints():
    """Two endpoints, and the keys that each was shown."""
    servers = [Endpoint(), Endpoint()]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()


def test_a_key_goes_to_the_origin_that_it_was_stored_for_and_into_no_file(code, folder, endpoints):
    write(folder)
    own, other = endpoints
    machine = {
        "plansmith.server.command": SERVER,
        "plansmith.provider": "anthropic",
        "plansmith.baseUrl": f"http://127.0.0.1:{own.server_port}",
        "plansmith.retries": 0,
    }
    code.open(folder, machine=machine)
    code.open_file("tasks.md")
    code.wait_for_status("Plansmith: ready")
    code.command("Plansmith: Set API Key")
    assert code.answer_input(f"The key for http://127.0.0.1:{own.server_port}", KEY), (
        "the key can be read on the screen"
    )
    code.notification("is stored")
    code.wait_for_status("Plansmith: ready")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    told = code.notification("refused")
    assert KEY not in told
    assert own.keys == [f"Bearer {KEY}"]
    code.machine({**machine, "plansmith.baseUrl": f"http://127.0.0.1:{other.server_port}"})
    code.wait_for_status("starting")
    code.wait_for_status("Plansmith: ready")
    code.command("Plansmith: Expand Task into Plan")
    code.until_true(lambda: other.keys)
    assert other.keys == [None]
    for path in code.state.rglob("*"):
        if path.is_file() and path.stat().st_size < 1_000_000:
            assert KEY.encode() not in path.read_bytes(), f"{path} has the key in it"


def test_the_walkthrough_leads_to_a_plan_and_a_finding(code, folder):
    code.open(folder)
    code.command("Plansmith: Get Started")
    code.wait_for(".gettingStartedContainer", "Get Started with Plansmith")
    code.click(".getting-started-step", "Choose who writes")
    code.click(".getting-started-step .monaco-button", "Go on Offline")
    code.notification("offline planner writes")
    code.shot("walkthrough")
    code.click(".getting-started-step", "Expand the sample")
    code.click(".getting-started-step .monaco-button", "Open the Sample")
    code.wait_for_text("# A small breakdown")
    code.wait_for_status("offline planner")
    code.wait_for_squiggle("error")
    code.wait_for_problem("No task here is called Task 9")
    code.task_menu("Task 1: Count")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")


def test_activation_costs_little_of_the_extension_host(code, folder):
    """As the processor measures it there, all that is loaded later included."""
    write(folder)
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    code.command("Stand-in: Tell the Cost")
    cost = int(code.notification("It cost").split()[2])
    code.command("Developer: Show Running Extensions")
    # What VS Code tells there is time on the clock, in which other extensions start as well.
    told = code.activation_time("Plansmith")
    print(f"activation: {cost} ms of the processor; VS Code itself waited {told} ms")
    assert cost < 100


def test_no_key_of_ours_is_bound_to_anything_else(code, folder):
    write(folder)
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    for letter in "eadn":
        rows = code.keybindings(f"ctrl+k shift+{letter}")
        assert len(rows) == 1, rows
        assert "Plansmith" in rows[0]


def test_a_plan_is_asked_for_by_its_key(code, folder):
    path = write(folder)
    plan = expanded(path, "--task", "2")
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    code.lenses()
    code.go_to("Over HTTP")
    code.press("Control+k", "Shift+E")
    code.wait_for_text("#### Step 1")
    code.save()
    assert path.read_bytes() == plan
    assert TASKS.encode() != plan
