"""The rule table: every rule, in the order of the documentation."""

from __future__ import annotations

from typing import Final

from .command_free_validation import command_free_validation
from .dependency_cycle import dependency_cycle
from .done_before_dependency import done_before_dependency
from .duplicate_section import duplicate_section
from .duplicate_task import duplicate_task
from .empty_section import empty_section
from .existing_file import existing_file
from .invalid_complexity import invalid_complexity
from .invalid_configuration import invalid_configuration
from .misplaced_section import misplaced_section
from .missing_file import missing_file
from .missing_section import missing_section
from .open_decision import open_decision
from .phantom_completion import phantom_completion
from .placeholder_text import placeholder_text
from .plain_list import plain_list
from .rule import Rule
from .step_numbering import step_numbering
from .unclosed_fence import unclosed_fence
from .unfinished_success import unfinished_success
from .unknown_task import unknown_task
from .unlabelled_code import unlabelled_code
from .unlisted_dependency import unlisted_dependency
from .unlisted_file import unlisted_file
from .unused_ignore import unused_ignore
from .vague_action import vague_action

RULES: Final[tuple[Rule, ...]] = (
    missing_section,
    empty_section,
    duplicate_section,
    misplaced_section,
    step_numbering,
    invalid_complexity,
    plain_list,
    placeholder_text,
    vague_action,
    command_free_validation,
    open_decision,
    unclosed_fence,
    unlabelled_code,
    duplicate_task,
    unknown_task,
    dependency_cycle,
    done_before_dependency,
    unfinished_success,
    missing_file,
    existing_file,
    phantom_completion,
    unlisted_file,
    unlisted_dependency,
    unused_ignore,
    invalid_configuration,
)
