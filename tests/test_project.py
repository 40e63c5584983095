"""The frame's contracts hold: layers, what a wheel carries, one command for everything."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from plansmith import __version__
from plansmith.expand.prompts import prompts_folder

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, **options) -> subprocess.CompletedProcess[str]:
    """Run a command at the top of the checkout; its output is text, its failure the caller's."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=options.pop("cwd", ROOT),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        **options,
    )


def test_dependencies_point_downwards_only():
    result = run(Path(sys.executable).with_name("lint-imports"), "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel as a user gets it, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    result = run(
        *(sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index"),
        *("--quiet", "--wheel-dir", folder, ROOT),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    [built] = folder.glob("*.whl")
    return built


def test_a_wheel_carries_every_file_of_the_package_and_the_prompts(wheel):
    carried = set(zipfile.ZipFile(wheel).namelist())
    package = files_below(ROOT / "server" / "plansmith", "plansmith")
    prompts = files_below(ROOT / "prompts", "plansmith/prompts")
    assert package | prompts <= carried
    assert {"plansmith/py.typed", "plansmith/prompts/README.md"} <= carried
    assert all(name.startswith(("plansmith/", "plansmith-")) for name in carried)


def test_a_wheel_carries_the_built_in_format(wheel):
    assert "plansmith/formats/detailed-plan.toml" in zipfile.ZipFile(wheel).namelist()


def test_a_wheel_has_the_version_of_the_package(wheel):
    assert wheel.name == f"plansmith-{__version__}-py3-none-any.whl"


def test_an_installed_wheel_finds_its_own_prompts(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "from plansmith.expand.prompts import prompts_folder\n"
        "folder = prompts_folder()\n"
        "assert (folder / 'README.md').is_file()\n"
        "print(folder)"
    )
    result = run(
        *(sys.executable, "-c", program),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert result.stdout.strip() == str(tmp_path / "plansmith" / "prompts"), result.stderr


def test_a_checkout_finds_its_prompts():
    assert prompts_folder() == ROOT / "prompts"


def test_the_command_is_installed():
    result = run(Path(sys.executable).with_name("plansmith"), "--version")
    assert result.stdout == f"plansmith {__version__}\n", result.stderr


def test_one_command_runs_everything_from_any_folder(tmp_path):
    """With another `make` in the way, `.ci/run` shows what it calls, and passes the status on."""
    fake = tmp_path / "bin" / "make"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$PWD: make $*"\nexit 7\n')
    fake.chmod(0o755)
    path = f"{fake.parent}{os.pathsep}{os.environ['PATH']}"
    result = run(ROOT / ".ci" / "run", cwd=tmp_path, env={**os.environ, "PATH": path})
    assert result.stdout == f"{ROOT}: make --no-print-directory test\n"
    assert result.returncode == 7


def test_the_one_command_leaves_nothing_out():
    plan = run("make", "--no-print-directory", "--dry-run", "test").stdout
    parts = ["ruff check", "ruff format --check", "mypy", "lint-imports", ".ci/client", "pytest"]
    assert [part for part in parts if part not in plan] == []


def test_the_clients_lock_file_names_no_registry():
    """Each machine has its own; a recorded address would bind everyone to one of them."""
    lock = ROOT / "client-vscode" / "package-lock.json"
    assert '"resolved"' not in lock.read_text("utf-8")


def files_below(folder: Path, prefix: str) -> set[str]:
    """Return the paths of all files in a folder, as they are to stand in the wheel."""
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
