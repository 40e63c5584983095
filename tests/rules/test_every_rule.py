"""What holds for every rule: its page and its examples, the table, and what its fixes promise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from plansmith import rules
from plansmith.rules.rule import Rule, Scope
from plansmith.rules.table import RULES
from tests.markers import apply_all_fixes, find

_INFRASTRUCTURE = {"__init__", "fixing", "rule", "runner", "subject", "table"}
_SECTIONS = ["Why", "Example", "Use instead"]
_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<language>\w+)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S)


class Example(NamedTuple):
    """An example of a page: a text, and the files that the workspace has, if they matter."""

    language: str
    text: str
    files: tuple[str, ...]

    @property
    def context(self) -> dict[str, Any]:
        """What the rules are told besides the text."""
        return {"files": self.files} if self.files else {}


def page_parts(rule: Rule) -> dict[str, str]:
    """The sections of a rule's page by their titles."""
    _, *parts = re.split(r"^## (Why|Example|Use instead)$", rule.page, flags=re.M)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def example(rule: Rule, title: str) -> Example:
    """One example of a page; a block of `text` lists the files of the workspace."""
    blocks = [(block["language"], block["text"]) for block in _BLOCK.finditer(page_parts(rule)[title])]
    [(language, text)] = [block for block in blocks if block[0] in ("markdown", "toml")]
    files = [path for language, listing in blocks if language == "text" for path in listing.split()]
    return Example(language, text, tuple(files))


every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
every_text_rule = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.scope is not Scope.CONFIGURATION], ids=lambda rule: rule.name
)


def test_every_module_is_in_the_table():
    modules = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - _INFRASTRUCTURE
    assert {rule.name.replace("-", "_") for rule in RULES} == modules
    assert len({rule.name for rule in RULES}) == len(RULES)


@every_rule
def test_a_page_says_what_why_and_what_instead(rule):
    assert rule.summary.endswith(".")
    assert list(page_parts(rule)) == _SECTIONS
    assert page_parts(rule)["Why"].strip()
    language = "toml" if rule.scope is Scope.CONFIGURATION else "markdown"
    assert example(rule, "Example").language == example(rule, "Use instead").language == language
    assert example(rule, "Example") != example(rule, "Use instead")


@every_text_rule
def test_the_bad_example_has_that_one_finding(rule):
    bad = example(rule, "Example")
    assert [finding.rule for finding in find(bad.text, rule.name, **bad.context)] == [rule.name]


@every_text_rule
def test_the_good_example_has_none(rule):
    good = example(rule, "Use instead")
    assert find(good.text, rule.name, **good.context) == []


@every_text_rule
def test_a_rule_has_the_fixes_that_it_declares(rule):
    bad = example(rule, "Example")
    kinds = {
        ("safe" if fix.safe else "quick")
        for finding in find(bad.text, rule.name, **bad.context)
        if (fix := finding.fix)
    }
    declared = set(rule.fix.split(", ")) - {""}
    assert kinds <= declared
    assert bool(kinds) == bool(declared)


@every_text_rule
def test_its_fix_makes_the_bad_example_good(rule):
    bad = example(rule, "Example")
    if rule.fix:
        fixed = apply_all_fixes(bad.text, rule.name, **bad.context)
        assert fixed == example(rule, "Use instead").text
