"""What holds for every test: how much chance the properties get, and tests by marked texts."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.markers")

from tests.markers import check_fix, check_marks  # noqa: E402 - rewritten first, so that a failure shows both texts

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is for what a shell starts in the background; the programs that tests interrupt would ignore it, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# `make test` tries the same texts every time, so that it fails for the change at hand only;
# `make sweep` tries new ones, many more of them, and prints how to repeat a failure.
# A test leaves `max_examples` alone, or its sweep is no longer than its test.
settings.register_profile("test", deadline=None, derandomize=True, max_examples=100)
settings.register_profile(
    "sweep",
    deadline=None,
    max_examples=2_500,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sweep" if os.environ.get("PLANSMITH_SWEEP") == "1" else "test")


if os.environ.get("PLANSMITH_COMPILED") == "1":
    import plansmith.plan.parser

    assert not plansmith.plan.parser.__file__.endswith(".py"), "these tests are for the compiled core"


@pytest.fixture
def check():
    """Check a marked text: `check(only="unknown-task", text=...)`; see `tests/markers.py`."""
    return check_marks


@pytest.fixture
def fix():
    """Check what the fixes of a rule do: `fix(only="step-numbering", before=..., after=...)`."""
    return check_fix
