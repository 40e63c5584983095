"""A task's own text as passages of prose, statements and code: what the planner builds a plan from.

Of a line the first `LONGEST_LINE` characters are read, of lines that make one paragraph `LONGEST_TEXT`: what is longer
was written by no author, and the planner's time stays in proportion to the text. Code blocks are taken whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from plansmith.plan.format import fold_title
from plansmith.plan.scanner import BLANK, BREAK, FENCE_OPEN, HEADING, HTML, INDENTED, MORE, TEXT, UNDERLINE
from plansmith.plan.tree import Section, Task

from .clues import SHELLS
from .wording import LONGEST_TEXT, SHOWN

LONGEST_LINE: Final = 2000

# What a passage is for, by the words of its title.
WORK: Final = "work"
ABOUT: Final = "about"
CONTEXT: Final = "context"
FILES: Final = "files"
TESTS: Final = "tests"
CRITERIA: Final = "criteria"
QUESTIONS: Final = "questions"
RISKS: Final = "risks"
NEEDS: Final = "needs"
ASIDE: Final = "aside"

_ROLES: Final = {
    ABOUT: "description what summary overview objective goal goals purpose deliverable deliverables outcome "
    "user-story story scenario feature task intent aim",
    CONTEXT: "why rationale background context notes note current-state current-behavior current-behaviour "
    "actual-behavior actual-behaviour problem motivation assumptions hint hints steps-to-reproduce symptoms "
    "technical-notes implementation-notes example examples",
    FILES: "file files location locations path paths directory folder files-to-change files-to-create "
    "files-to-modify files-changed affected-files key-files new-files modified-files module modules",
    TESTS: "test tests testing test-plan test-cases test-scenarios unit-tests integration-tests verification verify "
    "how-to-test how-to-verify validation checks test-strategy testing-criteria testing-requirements unit-testing "
    "integration-testing manual-testing performance-testing manual-validation",
    CRITERIA: "acceptance acceptance-criteria success-criteria success definition-of-done done-when "
    "completion-criteria expected-result expected-results exit-criteria verifies expected-behavior "
    "expected-behaviour expected-outcome expected-outcomes",
    QUESTIONS: "open-questions questions unknowns to-decide decisions-needed open-points",
    RISKS: "risks risk potential-issues pitfalls gotchas known-issues troubleshooting caveats edge-cases",
    NEEDS: "depends-on dependencies dependency blocked-by requires prerequisites prerequisite needs after "
    "dependency-tasks preconditions",
    ASIDE: "priority owner estimate estimated estimated-time estimated-duration estimated-effort effort points "
    "story-points status assignee assigned-to created date date-created due due-date labels tags phase category "
    "milestone sprint epic type id author reviewer version updated last-updated complexity estimated-complexity "
    "out-of-scope non-goals not-in-scope wont-do future-work later references reference links see-also resources docs "
    "related reading progress requirements-covered issue ticket pr duration start end",
}
_ROLE_OF: Final = {title.replace("-", " "): role for role, titles in _ROLES.items() for title in titles.split()}
_ROLE_OF_SECTION: Final = {
    "objective": ABOUT, "prerequisites": NEEDS, "complexity": ASIDE, "success": CRITERIA, "testing": TESTS,
    "files": FILES, "dependencies": ASIDE, "next": ASIDE,
}  # fmt: skip
_ROLE_IN_STEP: Final = {"actions": WORK, "objective": ABOUT, "validation": TESTS, "troubleshooting": RISKS}

# What stands below a heading of these is of its kind, under whatever title.
_HANDED_DOWN: Final = frozenset({TESTS, CRITERIA, RISKS, QUESTIONS, NEEDS, ASIDE})
# Titles that say no more than that the work follows: it is that of the heading above.
_SAYS_WORK: Final = frozenset({
    "actions", "action items", "tasks", "sub tasks", "subtasks", "to do", "todo", "todos", "steps", "changes", "work",
    "implementation", "implementation steps", "what to do",
})  # fmt: skip
_AIMS: Final = frozenset({"objective", "goal", "goals", "purpose", "aim"})
_LEADS = re.compile(
    r"^(?:add|append|insert|write|put)\s+(?:to|in|into|at|after|before)\s[^,;—–]{1,60}$|"
    r"\b(?:with|by|to|into|as|is|be|add|write|insert|append|prepend|use|replace|create|change|modify|update|put|paste)$",
    re.I,
)
_LIKE_THIS = re.compile(r"\s+(?:as follows|like (?:this|so)|as (?:below|shown below))$", re.I)
_FOLLOWING = re.compile(r"\s+(?:the following(?: code)?|the code below|this)$", re.I)

_LABEL = re.compile(
    r"(?:[^\w\s*_`\[(<]+\s*)?(?P<mark>\*\*|__)(?P<title>(?:(?!(?P=mark)).){1,80}?)\s*"
    r"(?:[:：]\s*(?P=mark)|(?P=mark)\s*[:：])(?P<rest>.*)$"
)
_BOLD_TITLE = re.compile(r"(?P<mark>\*\*|__)(?P<title>(?:(?!(?P=mark)).){2,100})(?P=mark)[:：]?\s*$")
_NUMBERED = re.compile(r"(?:step|part|phase|stage)\s+\d", re.I)
_PLAIN_LABEL = re.compile(r"(?P<title>[A-Z][\w' -]{1,28})[:：](?:\s+(?P<rest>.*))?$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block as the author wrote it, without its fences and its indent."""

    language: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    """A list item, or a sentence: one thing that the author says, with what is nested below it."""

    raw: str
    box: str | None = None
    details: list[Statement] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)

    @property
    def is_ticked(self) -> bool:
        """Whether the author has ticked it."""
        return self.box in ("x", "X")

    @property
    def whole(self) -> str:
        """Its text with all that is nested below it."""
        return "\n".join([self.raw, *(detail.whole for detail in self.details)])

    def walk(self) -> Iterator[Statement]:
        """It and all that is nested below it."""
        yield self
        for detail in self.details:
            yield from detail.walk()


@dataclass(slots=True)
class Passage:
    """What stands below one title: a sub-heading, a label, or a section of the plan (then `key` is its key)."""

    title: str = ""
    key: str = ""
    role: str = WORK
    is_heading: bool = False
    is_ticked: bool = False  # the box before its title
    is_closed: bool = False  # a label with text on its own line: what comes after a blank line is not its own
    prose: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of each paragraph: how many statements stand before it
    statements: list[Statement] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)

    @property
    def whole(self) -> str:
        """All its text."""
        return "\n".join([*self.prose, *(statement.whole for statement in self.statements)])


def read_passages(task: Task) -> list[Passage]:
    """The passages of a task in the order of its text; the first one is the text before any title."""
    return _Reading(task).passages


def role_of(title: str) -> str:
    """What a passage of this title is for; work, where the title does not say otherwise."""
    folded = fold_title(title)
    return _ROLE_OF.get(re.sub(r"[^\w ]", " ", folded).strip(), WORK)


class _Reading:
    """One run over a task's lines."""

    def __init__(self, task: Task) -> None:
        self.passages: list[Passage] = [Passage()]
        self._task = task
        self._owners = _owners(task)
        self._headings: list[tuple[int, str]] = []  # the levels and roles of the headings above
        self._heading: int | None = None  # the passage of the last one
        self._open: list[tuple[int, Statement]] = []  # the open items, outermost first, each with its depth
        self._run()

    def _run(self) -> None:
        task = self._task
        lines, tokens = task.lines, task.tokens
        headings = {heading.line: heading for heading in task.headings}
        fences = {fence.line: fence for fence in task.fences}
        number = task.heading.end
        owner: Section | None = None
        paragraph = False
        while number < task.end:
            if self._owners.get(number) is not owner:
                owner = self._owners.get(number)
                self._start_section(owner, number)
            heading = headings.get(number)
            if heading is not None:
                if owner is None or owner.line != number:
                    self._start(heading.text, is_heading=True, level=heading.level)
                    self.passages[-1].key = owner.key if owner else ""
                number = heading.end
                paragraph = False
                continue
            kind, column, _, opened, state = tokens[number]
            depth = len(state.containers)
            while self._open and self._open[-1][0] >= depth - len(opened):
                self._open.pop()
            if kind == FENCE_OPEN:
                fence = fences[number]
                inside = lines[number + 1 : fence.end if fence.close is None else fence.close]
                self._add_block(inside, fence.column, fence.language)
                number = max(fence.end, number + 1)
                paragraph = False
                continue
            if -1 in state.containers or kind in (BLANK, BREAK, HTML, INDENTED, UNDERLINE, HEADING):
                paragraph = paragraph and kind == MORE
                number += 1
                continue
            start = column
            if owner is not None and owner.line == number:
                start = max(column, owner.content[1])
            if opened and not (owner is not None and owner.line == number and not owner.level):
                self._add_item(lines[number][opened[-1].content :], depth - 1)
            elif kind in (TEXT, MORE):
                self._add_text(lines[number][start:].strip(), goes_on=paragraph and kind == MORE)
            paragraph = True
            number += 1

    def _start_section(self, owner: Section | None, number: int) -> None:
        self._open.clear()
        if owner is None:
            self.passages.append(Passage())
            return
        top, _, rest = owner.key.partition(".")
        role = _ROLE_OF_SECTION.get(top, CONTEXT)
        if top == "steps":
            name = rest.partition(".")[2]
            role = _ROLE_IN_STEP.get(name, CONTEXT)
        self.passages.append(Passage(title=owner.name, key=owner.key, role=role, is_heading=bool(owner.level)))

    def _start(self, title: str, *, is_heading: bool, level: int = 0) -> None:
        self._open.clear()
        role = role_of(title)
        if level:
            while self._headings and self._headings[-1][0] >= level:
                self._headings.pop()
        if role == WORK and self._headings and self._headings[-1][1] in _HANDED_DOWN:
            role = self._headings[-1][1]
        if level:
            self._headings.append((level, role))
        elif self._goes_on(title):
            return
        if is_heading:
            self._heading = len(self.passages)
        self.passages.append(Passage(title=title, role=role, is_heading=is_heading))

    def _goes_on(self, title: str) -> bool:
        """Take up the passage of the heading above, where a label says only that its work, or its aim, follows."""
        at = self._heading
        if at is None or self.passages[at].key:
            return False
        above = self.passages[at]
        folded = re.sub(r"[^\w ]", " ", fold_title(title)).strip()
        is_aim = folded in _AIMS and not above.prose and _NUMBERED.match(above.title) is not None
        if not is_aim and folded not in _SAYS_WORK:
            return False
        self.passages.append(self.passages.pop(at))
        self._heading = len(self.passages) - 1
        return True

    def _add_item(self, text: str, depth: int) -> None:
        text = text[:LONGEST_LINE]
        box = None
        if (
            len(text) > 2
            and text[0] == "["
            and text[2] == "]"
            and text[1] in " xX~-"
            and text[3:4] in ("", " ", "\t", "*")
        ):
            # One star after the box marks an optional item; two are the emphasis of its text.
            box, text = text[1], re.sub(r"^\*?[ \t]+", "", text[3:])
        label = _LABEL.match(text) or _PLAIN_LABEL.match(text)
        passage = self.passages[-1]
        named = _BOLD_TITLE.match(text) if not self._open and not passage.key else None
        if named is not None and _NUMBERED.match(named["title"]):
            # `- [ ] **Step 1: …**`: what follows is the step's, item or not.
            self._start(named["title"], is_heading=True)
            self.passages[-1].is_ticked = box in ("x", "X")
            return
        if label is not None and not self._open and not passage.key and box is None:
            role = role_of(label["title"])
            if role != WORK:
                self._start(label["title"], is_heading=False)
                self._add_text((label["rest"] or "").strip(), goes_on=False)
                self.passages[-1].is_closed = bool(label["rest"])
                return
        statement = Statement(text.strip(), box)
        if not self._open and passage.is_closed and not passage.key:
            self.passages.append(Passage())
            passage = self.passages[-1]
        if self._open:
            self._open[-1][1].details.append(statement)
        else:
            passage.statements.append(statement)
        self._open.append((depth, statement))

    def _add_text(self, text: str, *, goes_on: bool) -> None:
        if not text:
            return
        text = text[:LONGEST_LINE]
        if self._open:
            statement = self._open[-1][1]
            if goes_on:
                statement.raw = _joined(statement.raw, text)
            else:
                statement.details.append(Statement(text))
            return
        passage = self.passages[-1]
        label = _LABEL.match(text) if not passage.key else None
        title = _BOLD_TITLE.match(text) if not passage.key and label is None and not goes_on else None
        if title is not None:
            self._start(title["title"], is_heading=True)
            return
        if label is not None:
            self._start(label["title"], is_heading=False)
            text = label["rest"].strip()
            passage = self.passages[-1]
            if not text:
                return
            passage.is_closed = True
            goes_on = False
        elif passage.is_closed and not goes_on:
            self.passages.append(Passage())
            passage = self.passages[-1]
        if text.startswith("|"):
            return  # a table says its things in columns, which make no sentence
        if goes_on and passage.prose and not _PLAIN_LABEL.match(text):
            passage.prose[-1] = _joined(passage.prose[-1], text)
        else:
            passage.prose.append(text)
            passage.places.append(len(passage.statements))

    def _add_block(self, lines: tuple[str, ...], column: int, language: str) -> None:
        own = tuple(line[column:] if not line[:column].strip() else line.lstrip() for line in lines)
        block = CodeBlock(language, own)
        statement = self._open[-1][1] if self._open else None
        passage = self.passages[-1]
        (statement.blocks if statement else passage.blocks).append(block)
        if language.lower() in SHELLS:
            return
        if statement is not None:
            statement.raw = _with_code(statement.raw)
        elif passage.prose and passage.places[-1] == len(passage.statements):
            passage.prose[-1] = _with_code(passage.prose[-1])


def _with_code(text: str) -> str:
    """A text that leads to code, as it reads without it."""
    bare = text.rstrip()
    if not bare.endswith((":", "：")):
        return text
    bare = bare[:-1].rstrip()
    if _LIKE_THIS.search(bare):
        return f"{_LIKE_THIS.sub('', bare)} as {SHOWN}"
    if _FOLLOWING.search(bare):
        return f"{_FOLLOWING.sub('', bare)} what {SHOWN}"
    return f"{bare} what {SHOWN}" if _LEADS.search(bare) else f"{bare}, as {SHOWN}"


def _joined(text: str, more: str) -> str:
    """A paragraph with one more line, as long as it is not too long already."""
    return f"{text} {more}".strip() if len(text) < LONGEST_TEXT - LONGEST_LINE else text


def _owners(task: Task) -> dict[int, Section]:
    """The innermost section of each line that lies in one."""
    found: dict[int, Section] = {}
    for section in task.walk():
        for number in range(section.line, section.end):
            found[number] = section
    return found
