"""What a model wrote becomes drafts: reading is generous, and no answer makes it fail.

The answer is put below a heading of our own and parsed by the very parser that reads the author's plans; what
that finds under a section's title is the section's draft, and all else falls away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from plansmith.plan.document import Document
from plansmith.plan.format import CHECKLIST, CHOICE, GROUP, LINE, STEP, STEPS, Format, fold_name, fold_title
from plansmith.plan.scanner import BREAK, FENCE_OPEN, HTML, UNDERLINE, Scanner, Token
from plansmith.plan.scanner import HEADING as HEADING_TOKEN
from plansmith.plan.tree import Section, Task
from plansmith.rules.fixing import fixed_text
from plansmith.rules.runner import Checker, Options
from plansmith.rules.step_numbering import step_numbering

from .draft import Draft

_OWN_HEADING = "Task: Plansmith expansion"  # never shown; it only has to be a task of the format
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_OWN_COMMENT = re.compile(r"[ \t]*<!--\s*plansmith\b.*?(?:-->|\Z)[ \t]*\n?", re.S | re.I)
# Control characters but tab and line feed; and what turns the direction of text, so that code reads as it is not.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_MARKDOWN = ("", "md", "markdown", "text", "mdx")
_TICKED = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[[xX~-]\](?=\s)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")


def normalise(answer: str, task: Task, fmt: Format, checker: Checker, *, renumber: bool) -> list[Draft]:
    """The sections that an answer holds, as drafts; what can't be read as a section is no part of them.

    `task` is the task that was asked about; headings of other tasks end the answer. With `renumber` the steps are
    numbered 1, 2, 3 …, as those of a fresh plan; without, their numbers mean steps that are there already.
    """
    text = cleaned(answer)
    lines = unwrapped(text.split("\n"), fmt)
    lines = _own_part(lines, task, fmt)
    lines = _closed(lines)
    level = 2
    lines = _levelled(lines, level, fmt)
    whole = "\n".join(["---", "plansmith: true", "---", "", f"{'#' * level} {_own_title(fmt)}", "", *lines, ""])
    whole, _ = fixed_text(whole, checker.without_maximum() if renumber else _without_numbering(checker))
    document = Document(whole, fmt)
    if not document.tasks:
        return []
    own = document.tasks[0]
    return _drafts(own.sections, own, "")


def _without_numbering(checker: Checker) -> Checker:
    """The same rules but the one whose fix would make the author's steps other ones."""
    options = checker.options
    severities = {**options.severities, step_numbering.name: None}
    return Checker(checker.format, Options(severities, options.only)).without_maximum()


def cleaned(answer: str) -> str:
    """The answer without what is not plain text: thoughts, control characters, our own comments, foreign line ends."""
    text = _LINE_ENDS.sub("\n", answer)
    text = _THINKING.sub("", text)
    text = _OWN_COMMENT.sub("", text)
    text = _UNSEEN.sub("", text)
    return text.strip("\n")


def unwrapped(lines: Sequence[str], fmt: Format) -> list[str]:
    """The plan itself where it stands in a fence, with or without words around it.

    The fence is the plan's if more of the format's titles stand inside it than outside.
    """
    lines = list(lines)
    outside = _titles(lines, fmt)
    best: tuple[int, list[str]] | None = None
    for first, line in enumerate(lines):
        fence = re.match(r"( {0,3})(`{3,}|~{3,})[ \t]*(\S*)[ \t]*$", line)
        if fence is None or fence[3].lower() not in _MARKDOWN:
            continue
        body = _fence_body(lines, first, fence[2], len(fence[1]))
        count = _titles(body, fmt)
        if count > outside and (best is None or count > best[0]):
            best = count, body
    return best[1] if best else lines


def _fence_body(lines: Sequence[str], first: int, mark: str, indent: int) -> list[str]:
    """What an outer fence holds: up to its last possible end, since a plan has fences of its own inside."""
    closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
    ends = [number for number in range(first + 1, len(lines)) if closing.match(lines[number])]
    # The fences inside come in pairs; what is left over is the outer one's end.
    opens = 0
    end = len(lines)
    for number in range(first + 1, len(lines)):
        inner = re.match(rf" {{0,3}}({re.escape(mark[0])}{{{len(mark)},}})[ \t]*(\S*)", lines[number])
        if inner is None:
            continue
        if inner[2]:
            opens += 1
        elif opens:
            opens -= 1
        else:
            end = number
            if not any(later > number for later in ends):
                break
            if not _goes_on(lines[number + 1 :]):
                break
            opens += 1  # a fence without a language opens here
    body = lines[first + 1 : end]
    return [line[min(indent, len(line) - len(line.lstrip())) :] for line in body]


def _goes_on(rest: Sequence[str]) -> bool:
    """Whether a plan goes on after a bare fence line: with headings, labels or list items."""
    return any(re.match(r"\s*(?:#{1,6}\s|\*\*\w|[-*+] )", line) for line in rest)


def _titles(lines: Sequence[str], fmt: Format) -> int:
    """How many of the format's own titles stand outside fences."""
    document = Document("\n".join([f"# {_own_title(fmt)}", "", *lines]), fmt)
    return sum(len(task.outline) for task in document.tasks)


def _own_title(fmt: Format) -> str:
    """A heading that this format reads as a task's."""
    for spelling in fmt.task_spellings:
        title = spelling.replace("{id}", "1").replace("{dash}", "-").replace("{name}", "Plansmith expansion")
        if fmt.is_task_heading(title):
            return title
    return _OWN_HEADING


def _own_part(lines: list[str], task: Task, fmt: Format) -> list[str]:
    """The answer without the heading of the task itself, and up to the heading of another task."""
    lines = _without_front_matter(lines)
    tokens = Scanner().scan(lines)
    seen_section = False
    start = 0
    for number, token in enumerate(tokens):
        if token[0] != HEADING_TOKEN or token[3] or token[4].containers:
            if token[0] != HEADING_TOKEN and lines[number].lstrip().startswith(("**", "__")):
                seen_section = True
            continue
        text = lines[number][token[1] :].strip(" #")
        title = fmt.task_title(text)
        folded = fold_title(text)
        if title is None:
            if folded == fold_title(fmt.guidelines_title):
                return lines[start:number]
            seen_section = seen_section or folded in fmt.body_titles
            continue
        is_own = (title.id and title.id == task.id) or fold_name(title.name) == fold_name(task.name)
        if not seen_section or is_own:
            start = number + 1
        else:
            return lines[start:number]
    return lines[start:]


def _without_front_matter(lines: list[str]) -> list[str]:
    scanner = Scanner()
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines[len(scanner.front_matter(lines)) :]


def _closed(lines: list[str]) -> list[str]:
    """The lines with an open fence or comment closed, as where an answer was cut."""
    tokens = Scanner().scan(lines)
    if not tokens:
        return lines
    leaf: tuple[Any, ...] = tokens[-1][4].leaf
    if leaf[0] == "fence":
        opening = max(number for number, token in enumerate(tokens) if token[0] == FENCE_OPEN)
        indent = " " * (len(lines[opening]) - len(lines[opening].lstrip()))
        indent = " " * tokens[opening][1] if tokens[opening][3] else indent
        return [*lines, f"{indent}{str(leaf[1]) * int(leaf[-1])}"]
    if leaf[0] == "html" and leaf[1] == 2:
        return [*lines, "-->"]
    return lines


def _levelled(lines: list[str], level: int, fmt: Format) -> list[str]:
    """The lines with their headings moved so that body sections stand one level below `level`."""
    tokens = Scanner().scan(lines)
    levels: Counter[int] = Counter()
    steps: list[int] = []
    for number, token in enumerate(tokens):
        if token[0] != HEADING_TOKEN or token[3] or token[4].containers:
            continue
        text = lines[number][token[1] :].strip(" #")
        if fold_title(text) in fmt.body_titles:
            levels[token[2]] += 1
        elif fmt.step_title and fmt.step_title.match(text):
            steps.append(token[2])
    if levels:
        now = min(found for found, count in levels.items() if count == max(levels.values()))
    elif steps:
        now = min(steps) - 1
    else:
        return lines
    shift = level + 1 - now
    return [_moved(line, token, shift, level, fmt) for line, token in zip(lines, tokens, strict=True)]


def _moved(line: str, token: Token, shift: int, level: int, fmt: Format) -> str:
    if token[0] != HEADING_TOKEN or token[3] or token[4].containers or not shift:
        return line
    marks = re.match(r"( {0,3})(#{1,6})", line)
    if marks is None:
        return line
    title = fold_title(line[token[1] :].strip(" #"))
    # A section above the others, as head fields often are, is one of the task's all the same.
    least = level + 1 if title in fmt.root.titles or title in fmt.root.alias_titles else 1
    return f"{'#' * min(max(len(marks[2]) + shift, least), 6)}{line[marks.end() :]}"


def _drafts(sections: Sequence[Section], task: Task, parent: str) -> list[Draft]:
    found: dict[str, Draft] = {}
    for section in sections:
        name = str(section.number) if section.spec.kind == STEP else section.spec.name
        key = f"{parent}.{name}" if parent else name
        # Of a section that stands twice the first counts.
        if key not in found:
            children = tuple(_drafts(section.children, task, key))
            found[key] = Draft(key, _body(section, task), children, section.name)
    return list(found.values())


def _body(section: Section, task: Task) -> tuple[str, ...]:
    """A section's own content as it stands below a plain label at column 0."""
    if section.spec.kind in (STEPS, STEP, GROUP):
        return ()
    first, column = section.content
    inside = {number for child in section.children for number in range(child.line, child.end)}
    stop = min([section.end, *(number for number in range(first, section.end) if _is_rule(task, number))])
    numbers = [number for number in range(first, stop) if number not in inside]
    lines = [task.lines[number][column:] if number == first else task.lines[number] for number in numbers]
    kinds = [task.tokens[number] for number in numbers]
    lines = [
        line
        for line, token in zip(lines, kinds, strict=True)
        if not (token[0] == HTML and token[2] == 2) and token[0] != UNDERLINE
    ]
    if section.bullet:
        lines = _dedented(lines)
    lines = _trimmed(lines)
    if section.spec.kind in (LINE, CHOICE):
        paragraph = " ".join(line.strip() for line in lines)
        return (
            (_LIST_ITEM.sub("", paragraph, count=1) if _LIST_ITEM.match(paragraph) else paragraph,) if paragraph else ()
        )
    if section.spec.kind == CHECKLIST:
        lines = [_TICKED.sub(r"\1[ ]", line) for line in lines]
    if len(lines) == 1 and section.spec.none and not _LIST_ITEM.match(lines[0]):
        return (lines[0].strip(),)
    return tuple(lines)


def _is_comment(token: Token) -> bool:
    return token[0] == HTML and token[2] == 2


def _is_rule(task: Task, number: int) -> bool:
    """Whether a line is a rule line outside all lists: what comes after it is no part of the section."""
    token = task.tokens[number]
    return token[0] == BREAK and not token[4].containers


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return [line.rstrip() for line in lines]


def _dedented(lines: list[str]) -> list[str]:
    """The lines without the indent that all but the first have."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()]
    indent = min(indents, default=0)
    return [*lines[:1], *(line[indent:] for line in lines[1:])]
