"""The rule table: every rule, in the order of the documentation."""

from __future__ import annotations

from .command_free_validation import command_free_validation
from .missing_section import missing_section
from .open_decision import open_decision
from .placeholder_text import placeholder_text
from .rule import Rule
from .unclosed_fence import unclosed_fence
from .unknown_task import unknown_task
from .unlabelled_code import unlabelled_code
from .unused_ignore import unused_ignore
from .vague_action import vague_action

RULES: tuple[Rule, ...] = (
    missing_section,
    placeholder_text,
    vague_action,
    command_free_validation,
    open_decision,
    unclosed_fence,
    unlabelled_code,
    unknown_task,
    unused_ignore,
)
