"""Without any server the extension makes an environment of its own, from the wheel that it brings along."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .breakdowns import expanded, write
from .code import HOST

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]

WHEELS = HOST / "wheels"
UV = "0.13.9"
NOWHERE = "http://127.0.0.1:9/simple"  # nothing listens on the port for what is thrown away


@pytest.fixture(scope="module")
def packages(host) -> Path:
    """What the server needs, in a folder that plays the index; skipped where it can't be had."""
    wanted = [each for each in importlib.metadata.requires("plansmith") or [] if "extra ==" not in each]
    stamp = WHEELS / ".wanted"
    told = f"{sys.version_info[:2]} {wanted}"
    if not stamp.exists() or stamp.read_text() != told:
        shutil.rmtree(WHEELS, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "-d", str(WHEELS), *wanted]
        run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if run.returncode:
            pytest.skip(f"the server's packages can't be downloaded: {run.stderr.strip().splitlines()[-1]}")
        stamp.write_text(told)
    return WHEELS


@pytest.fixture(scope="module")
def uv(host) -> Path:
    """uv, as a user has it; skipped where it can't be had."""
    folder = HOST / f"uv-{UV}"
    if not (folder / "bin" / "uv").exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), f"uv=={UV}"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if run.returncode:
            pytest.skip(f"uv can't be downloaded: {run.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "uv"


@pytest.fixture
def bare(code):
    """A machine with a Python and nothing else; what the extension made before is gone."""
    shutil.rmtree(code.state / "data/User/globalStorage/plansmith.plansmith", ignore_errors=True)
    for name in ("python3", "uv"):
        (code.bin / name).unlink(missing_ok=True)
    (code.bin / "python3").symlink_to(Path(sys.executable).resolve())
    yield code
    for name in ("python3", "uv"):
        (code.bin / name).unlink(missing_ok=True)


def index(code, packages: Path | None) -> None:
    """Where packages come from: the folder, or a network that is not there."""
    rules = (
        f"no-index = true\nfind-links = {packages}\n"
        if packages
        else f"index-url = {NOWHERE}\nextra-index-url = {NOWHERE}\nfind-links = {code.bin}\nretries = 0\ntimeout = 2\n"
    )
    (code.state / "pip.conf").write_text(f"[global]\n{rules}")
    (code.state / "uv.toml").write_text(
        f'no-index = true\nfind-links = ["{packages}"]\n' if packages else f'index-url = "{NOWHERE}"\n'
    )


def environments(code) -> list[Path]:
    return list((code.state / "data/User/globalStorage/plansmith.plansmith").glob("server-*"))


def expands(code, path: Path) -> None:
    """The server of the environment does what that of this checkout does."""
    plan = expanded(path, "--task", "1")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    assert path.read_bytes() == plan


def test_no_network_is_said_and_retry_makes_the_environment_with_python_alone(bare, packages, folder):
    code, path = bare, write(folder)
    index(code, None)
    code.open(folder, command=[])
    code.open_file("tasks.md")
    told = code.notification("could not be downloaded")
    assert "Check the network" in told
    assert "Retry" in told
    code.wait_for_status("Plansmith: failed")
    assert environments(code) == []
    code.shot("no-network")
    index(code, packages)
    code.click_notification("could not be downloaded", "Retry")
    code.notification("setting up its server")
    code.shot("set-up")
    assert "from the extension's own environment" in code.wait_for_status("offline planner")
    [environment] = environments(code)
    assert re.fullmatch(r"server-[0-9a-f]{12}", environment.name)
    assert not (environment / "bin" / "uv").exists()
    expands(code, path)


def test_the_environment_is_made_with_uv_and_found_again(bare, packages, uv, folder):
    code, path = bare, write(folder)
    index(code, packages)
    (code.bin / "uv").symlink_to(uv)
    code.open(folder, command=[])
    code.open_file("tasks.md")
    assert "from the extension's own environment" in code.wait_for_status("offline planner")
    [environment] = environments(code)
    assert "uv = " in (environment / "pyvenv.cfg").read_text()
    expands(code, path)
    made = environment.stat().st_mtime_ns
    index(code, None)  # nothing is asked for again
    code.open(folder, command=[])
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    assert environments(code) == [environment]
    assert environment.stat().st_mtime_ns == made


def test_a_machine_without_python_is_told_what_to_install(bare, folder):
    write(folder)
    (bare.bin / "python3").unlink()
    bare.open(folder, command=[])
    bare.open_file("tasks.md")
    assert "Install one of them" in bare.notification("no uv")
    bare.wait_for_status("Plansmith: failed")
