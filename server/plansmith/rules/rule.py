"""What a rule is, and what it finds: values only.

A rule is one function in the file of its name; its docstring is its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, IntEnum
from typing import Any, Final, NamedTuple

from plansmith.plan.format import SectionSpec
from plansmith.plan.text import Edit, Span, new


class Severity(IntEnum):
    """How grave a finding is; the numbers are those of the Language Server Protocol."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Scope(Enum):
    """What a rule is asked about."""

    SECTION = "section"  # rule(sections, plan), for each plan with those of its sections that the rule is about
    TASK = "task"  # rule(plan), for each plan
    DOCUMENT = "document"  # rule(tasks), once, over the summaries of all tasks
    CONFIGURATION = "configuration"  # found by the reader of the configuration


class Fix(NamedTuple):
    """Edits that cure a finding, with the words that offer them; places are relative to the finding's task.

    A safe fix is also part of fix all and `check --fix`; another is offered one by one.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool


SAME_TASK: Final = -1


class Related(NamedTuple):
    """Another place that explains a finding: a task by its index, or `SAME_TASK`, and a span inside it.

    What is found in one task can't know the task's index: it stays the same value when tasks come and go.
    """

    task: int
    span: Span
    message: str


class Finding(NamedTuple):
    """One thing that a rule found; `span` is relative to the first line of its task.

    `rule` and `severity` are filled in by the runner. `section` is the key of the section that an action could
    write; `task` is the task's index, set by rules about documents only.
    """

    span: Span
    message: str
    fix: Fix | None = None
    section: str = ""
    related: tuple[Related, ...] = ()
    task: int = -1
    severity: Severity | None = None  # weaker than the rule's own, where a rule says so
    rule: str = ""


def finding(
    span: Span,
    message: str,
    fix: Fix | None = None,
    *,
    section: str = "",
    related: tuple[Related, ...] = (),
    task: int = -1,
    severity: Severity | None = None,
) -> Finding:
    """A finding as its rule tells it; a tuple made directly takes a fraction of the time, and findings are many."""
    return new(Finding, (span, message, fix, section, related, task, severity, ""))


class Rule(NamedTuple):
    """A rule with what the table says of it."""

    name: str
    severity: Severity
    scope: Scope
    check: Callable[..., Iterable[Finding]]
    needles: tuple[str, ...]  # lower case; without any of them in a task's text the rule has nothing to find
    fix: str  # "safe", "quick", "safe, quick" or ""
    sections: Callable[[SectionSpec], bool]  # which sections a rule about sections is asked about
    files: bool  # whether it asks for the workspace's files; without them it is silent

    @property
    def page(self) -> str:
        """The rule's page: Markdown with Why, Example and Use instead."""
        from inspect import cleandoc  # takes as long to import as a small file to check

        return cleandoc(self.check.__doc__ or _page_in_source(self.name))

    @property
    def summary(self) -> str:
        """The first line of the page: what the rule flags."""
        return self.page.partition("\n")[0]

    @property
    def why(self) -> str:
        """Why it is a rule: the text of its page below that heading."""
        return self.page.partition("\n## Why\n")[2].partition("\n## ")[0].strip()


def _page_in_source(name: str) -> str:
    """The docstring of a compiled rule, which keeps none itself: its source lies beside it."""
    import ast
    from importlib import resources

    file = name.replace("-", "_")
    source = resources.files(__package__).joinpath(f"{file}.py").read_text("utf-8")
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == file]
    return ast.get_docstring(functions[0]) or "" if functions else ""


def rule(
    severity: Severity,
    *,
    scope: Scope,
    needles: Iterable[str] = (),
    fix: str = "",
    sections: Callable[[SectionSpec], bool] = lambda _: True,
    files: bool = False,
) -> Callable[[Callable[..., Iterable[Finding]]], Rule]:
    """Make a rule of a function; its name is the function's, with hyphens."""

    def make(check: Callable[..., Any]) -> Rule:
        return Rule(check.__name__.replace("_", "-"), severity, scope, check, tuple(needles), fix, sections, files)

    return make
