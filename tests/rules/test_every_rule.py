"""What holds for every rule: its page and its examples, the table, and what its fixes promise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith import rules
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits, split_lines
from plansmith.rules.fixing import fix_all, fixed_text
from plansmith.rules.rule import Rule, Scope
from plansmith.rules.runner import Checker
from plansmith.rules.table import RULES
from tests.markers import apply_all_fixes, apply_fix, apply_promised, built_in_format, find
from tests.rules.plans import documents

_INFRASTRUCTURE = {"__init__", "facts", "fixing", "layout", "listing", "rule", "runner", "subject", "table"}
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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@every_text_rule
def test_its_fix_makes_the_bad_example_good(rule, end):
    bad = example(rule, "Example")
    if rule.fix:
        fixed = apply_all_fixes(bad.text.replace("\n", end), rule.name, **bad.context)
        assert fixed == example(rule, "Use instead").text.replace("\n", end)


def _may_differ(text: str, rule: str) -> list[str]:
    """A text without what the fixes of a rule may change."""
    lines = [line.strip() for line in split_lines(text)[0] if line.strip()]
    if rule == "misplaced-section":
        return sorted(re.sub(r"^#+ ", "", line) for line in lines if not re.fullmatch(r"=-+|-+", line))
    if rule in ("step-numbering", "unknown-task"):
        return [re.sub(r"\d+", "", line) for line in lines]
    if rule == "plain-list":
        return [re.sub(r"\[[ x]?\] ", "", line) for line in lines]
    if rule == "unused-ignore":
        return [line for line in lines if "plansmith: ignore" not in line]
    if rule == "invalid-complexity":
        return [re.sub(r"Moderate|Medium", "", line) for line in lines]
    return []


def promise(text: str) -> None:
    """Assert of each fix of a document what the contract promises."""
    for finding in find(text):
        # Once a fence is closed, all that it hid is read for the first time.
        if finding.fix and finding.rule != "unclosed-fence":
            fixed = apply_promised(text, finding)
            assert _may_differ(fixed, finding.rule) == _may_differ(text, finding.rule)


@given(documents())
def test_a_fix_removes_its_finding_and_adds_none(text):
    promise(text)


@every_text_rule
def test_the_fixes_of_the_examples_keep_their_promise(rule):
    for title in ("Example", "Use instead"):
        promise(example(rule, title).text)


def with_ends(text: str, ends: Iterable[str]) -> str:
    """A text with other line ends, one after the other."""
    return "".join(line + end for line, end in zip(split_lines(text)[0], [*ends, ""], strict=True))


_MOVED = """\
## Task 1: Build

### Testing Plan

**Unit Tests**: words

### Implementation Steps

#### Step 1: Build
"""


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@hypothesis.example(_MOVED)
@given(documents())
def test_a_fix_writes_the_line_ends_of_its_document(end, text):
    count = len(split_lines(text)[1]) - 1
    text = with_ends(text, [end] * count)
    promise(text)
    document = Document(text, built_in_format())
    checker = Checker(document.format)
    fixed = [apply_fix(text, finding.fix) for finding in find(text) if finding.fix]
    for after in (*fixed, fixed_text(text, checker)[0], apply_edits(text, fix_all(document, checker))):
        assert set(split_lines(after)[1]) <= {end, ""}


@given(documents(), st.data())
def test_a_fix_keeps_its_promise_in_a_document_of_mixed_line_ends(text, data):
    count = len(split_lines(text)[1]) - 1
    ends = data.draw(st.lists(st.sampled_from(("\n", "\r\n", "\r")), min_size=count, max_size=count))
    promise(with_ends(text, ends))


@given(documents())
def test_every_place_lies_in_its_text(text):
    lines, _ = split_lines(text)
    for finding in find(text):
        spans = [finding.span, *(place.span for place in finding.related)]
        spans += [edit.span for edit in finding.fix.edits] if finding.fix else []
        for span in spans:
            assert 0 <= span.line <= span.end_line <= len(lines)
            assert 0 <= span.start <= len(lines[span.line])
            assert span.end_line == len(lines) or span.end <= len(lines[span.end_line])
        assert finding.span[:2] < finding.span[2:], "a finding marks something"


@given(documents())
def test_all_fixes_come_to_an_end(text):
    checker = Checker(built_in_format())
    fixed, _ = fixed_text(text, checker)
    assert fixed_text(fixed, checker) == (fixed, 0)
