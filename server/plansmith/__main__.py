"""`python -m plansmith` is the same as `plansmith`."""

from plansmith.cli import run

run()
