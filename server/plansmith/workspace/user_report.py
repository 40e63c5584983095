"""What is wrong in a user's own configuration file, as findings at their keys."""

from __future__ import annotations

from plansmith.plan.text import Span
from plansmith.rules.invalid_configuration import Problem, invalid_configuration
from plansmith.workspace.configuration import FileReport
from plansmith.workspace.toml_keys import KeyPlaces
from plansmith.workspace.toml_text import parse_toml
from plansmith.workspace.user import find_user_mistakes


def user_report(path: str, text: str) -> FileReport:
    """The findings of a text that stands, or is to stand, in the user's file."""
    mistake = parse_toml(text)[1]
    if mistake is not None:
        # What stands in the line is the user's own, but it may be a key: its words are not repeated.
        problems = [Problem(mistake.span, "No valid TOML, so nothing in this file is in force")]
    else:
        places = KeyPlaces(text)
        problems = [
            Problem(places.find(found.path) or Span(0, 0, 0, 0), found.message) for found in find_user_mistakes(text)
        ]
    findings = [
        finding.of_rule(invalid_configuration.name, invalid_configuration.severity)
        for finding in invalid_configuration.check(problems)
    ]
    return FileReport(path, text, tuple(sorted(findings, key=lambda finding: finding.span)))
