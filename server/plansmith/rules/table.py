"""The rule table: every rule, in the order of the documentation."""

from __future__ import annotations

from .missing_section import missing_section
from .rule import Rule
from .unknown_task import unknown_task
from .unused_ignore import unused_ignore

RULES: tuple[Rule, ...] = (
    missing_section,
    unknown_task,
    unused_ignore,
)
