"""What a rule is, and what it finds: values only.

A rule is one function in the file of its name; its docstring is its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, IntEnum
from typing import Any, Final, NamedTuple

from plansmith.plan.format import SectionSpec
from plansmith.plan.text import Edit, Span


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


class Fix:
    """Edits that cure a finding, with the words that offer them; places are relative to the finding's task.

    A safe fix is also part of fix all and `check --fix`; another is offered one by one.
    """

    def __init__(self, title: str, edits: tuple[Edit, ...], safe: bool) -> None:
        """The edits must not overlap."""
        self.title: Final = title
        self.edits: Final = edits
        self.safe: Final = safe

    def __eq__(self, other: object) -> bool:
        """Whether both would do and say the same."""
        if not isinstance(other, Fix):
            return NotImplemented
        return self.title == other.title and self.edits == other.edits and self.safe == other.safe

    def __hash__(self) -> int:
        """That of what it holds."""
        return hash((self.title, self.edits, self.safe))


SAME_TASK: Final = -1


class Related(NamedTuple):
    """Another place that explains a finding: a task by its index, or `SAME_TASK`, and a span inside it.

    What is found in one task can't know the task's index: it stays the same value when tasks come and go.
    """

    task: int
    span: Span
    message: str


class Finding:
    """One thing that a rule found; `span` is relative to the first line of its task.

    No tuple: findings are many, and the compiled core makes a plain object in a fraction of the time.
    """

    def __init__(
        self,
        span: Span,
        message: str,
        fix: Fix | None = None,
        *,
        section: str = "",
        related: tuple[Related, ...] = (),
        task: int = -1,
        severity: Severity | None = None,
        rule: str = "",
    ) -> None:
        """What a rule tells; its own name is filled in by the runner."""
        self.span: Final = span
        self.message: Final = message
        self.fix: Final = fix
        self.section: Final = section  # the key of the section that an action could write
        self.related: Final = related
        self.task: Final = task  # its index, set by rules about documents only
        self.severity: Final = severity  # weaker than the rule's own, where a rule says so
        self.rule: Final = rule

    def of_rule(self, rule: str, severity: Severity) -> Finding:
        """The same of a rule of this name, as grave as that, or as weak as it says itself."""
        return self._with(self.task, max(severity, self.severity or severity), rule)

    def of_task(self, task: int) -> Finding:
        """The same of the task of this index."""
        return self._with(task, self.severity, self.rule)

    def _with(self, task: int, severity: Severity | None, rule: str) -> Finding:
        return Finding(
            self.span,
            self.message,
            self.fix,
            section=self.section,
            related=self.related,
            task=task,
            severity=severity,
            rule=rule,
        )

    def _values(self) -> tuple[object, ...]:
        return (self.span, self.message, self.fix, self.section, self.related, self.task, self.severity, self.rule)

    def __eq__(self, other: object) -> bool:
        """Whether both tell the same of the same place."""
        if not isinstance(other, Finding):
            return NotImplemented
        return self is other or self._values() == other._values()

    def __hash__(self) -> int:
        """That of what it tells."""
        return hash(self._values())

    def __repr__(self) -> str:
        """As a failing test shows it."""
        return f"Finding{self._values()!r}"


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
