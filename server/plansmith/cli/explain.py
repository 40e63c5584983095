"""Rules' pages on the terminal: as Markdown where they are piped, rendered where somebody looks."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches

from plansmith.rules.table import RULES

from . import OK, fail


def explain(arguments: argparse.Namespace) -> int:
    """Print a rule's page, or the list of rules."""
    if arguments.rule is None:
        width = max(len(rule.name) for rule in RULES)
        for rule in RULES:
            print(f"{rule.name:<{width}}  {rule.severity.name.lower():<11}  {rule.summary}")
        return OK
    named = {rule.name: rule for rule in RULES}
    if arguments.rule not in named:
        near = get_close_matches(arguments.rule, named, n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        return fail(f"there is no rule “{arguments.rule}”.{hint} `plansmith explain` lists all rules")
    rule = named[arguments.rule]
    page = f"# {rule.name}\n\n{rule.page}\n"
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page))
    else:
        print(page, end="")
    return OK
