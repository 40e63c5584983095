"""What holds for every test: how much chance the properties get."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# `make test` tries the same texts every time, so that it fails for the change at hand only;
# `make sweep` tries new ones, many more of them, and prints how to repeat a failure.
# A test leaves `max_examples` alone, or its sweep is no longer than its test.
settings.register_profile("test", deadline=None, derandomize=True, max_examples=100)
settings.register_profile(
    "sweep",
    deadline=None,
    max_examples=10_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sweep" if os.environ.get("PLANSMITH_SWEEP") == "1" else "test")
