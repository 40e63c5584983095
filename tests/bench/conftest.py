"""What every measurement needs: the peer, two processors, and one explanation at the top of what is printed."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from .table import paragraph

_ROOT = Path(__file__).resolve().parents[2]
_WHERE = "import plansmith.plan.parser as module; print(module.__file__, end='')"

_EXPLANATION = """
Plansmith and rumdl (a Markdown linter in Rust) do the same work, one right after the other, again and again, on the
same two processors, so that whatever else the machine does slows both. A ratio is ours divided by rumdl's: the median
over the pairs of neighbours, and that of the two fastest runs. The texts are generated plans of about 200 lines in
which either tool finds about 50 things by its default rules. Plansmith runs from the wheel of a release. `check` is timed as a whole process that starts cold,
without a cache, its output thrown away; a keystroke from the first byte of `textDocument/didChange` on the server's
pipe to the last byte of the `publishDiagnostics` with that very version. One raw client speaks to both servers; each
gets the changes that it asks for, ranges for Plansmith and the whole text for rumdl, made before the clock starts.
Expansion by a model is measured against the SDK alone: the same request to the same model, in a process of its own,
which says the same words at the same pace.
"""


@pytest.fixture(scope="session", autouse=True)
def _explanation(rumdl: Path) -> None:
    threads = len(_processors()) if _processors() else os.cpu_count()
    facts = f"plansmith {version('plansmith')}, rumdl {version('rumdl')}, Python {platform.python_version()}, "
    print(f"\n\n{paragraph(_EXPLANATION)}\n\n{facts}{platform.machine()}, {threads} processors")


@pytest.fixture(scope="session")
def rumdl() -> Path:
    """The peer's executable."""
    return _executable("rumdl")


@pytest.fixture(scope="session")
def plansmith(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our console script as a release installs it, its core compiled; what it depends on is that of the checkout."""
    [wheel] = (_ROOT / "dist").glob("*.whl")
    folder = tmp_path_factory.mktemp("release")
    venv.create(folder)
    python = folder / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    subprocess.run(install, check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    # After its own packages: the checkout's Plansmith is not found there, only what it needs.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    where = subprocess.run((python, "-c", _WHERE), check=True, capture_output=True, text=True, cwd=folder).stdout
    assert where.startswith(str(packages)), where
    assert not where.endswith(".py"), where
    return folder / "bin" / "plansmith"


@pytest.fixture(scope="session", autouse=True)
def _two_processors() -> Iterator[None]:
    """What is started from here on runs on two processors, however many there are."""
    before = _processors()
    if before:
        os.sched_setaffinity(0, sorted(before)[:2])
    yield
    if before:
        os.sched_setaffinity(0, before)


def _processors() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _executable(name: str) -> Path:
    beside = Path(sys.executable).with_name(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; run `make setup`")
    return Path(found)
