"""What a model wrote becomes drafts: reading is generous, and no answer makes it fail.

The answer is put below a heading of our own and parsed by the very parser that reads the author's plans; what
that finds under a section's title is the section's draft, and all else falls away.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

from plansmith.plan.document import Document
from plansmith.plan.format import CHECKLIST, CHOICE, GROUP, LINE, STEP, STEPS, Format, fold_name, fold_title
from plansmith.plan.scanner import (
    BREAK,
    FENCE_BODY,
    FENCE_CLOSE,
    FENCE_OPEN,
    HTML,
    INDENTED,
    UNDERLINE,
    Scanner,
    Token,
)
from plansmith.plan.scanner import HEADING as HEADING_TOKEN
from plansmith.plan.text import visible
from plansmith.plan.tree import Section, Task
from plansmith.rules.fixing import fixed_text
from plansmith.rules.runner import Checker, Options
from plansmith.rules.step_numbering import step_numbering

from .draft import Draft

_OWN_HEADING = "Task: Plansmith expansion"  # never shown; it only has to be a task of the format
_THOUGHT = re.compile(r" {0,3}<(think|thinking|reasoning)>", re.I)
_MOST_THOUGHTS = 20  # of one answer; each is looked for from the start
_OWN_COMMENT = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|[ \t]*<!--\s*plansmith\b.*?(?P<end>-->|$)[ \t]*", re.I
)
# What takes no room, besides what `visible` takes out. Joiners stay: scripts and emoji need them.
_UNSEEN = re.compile("[\xad\u034f\u180e\u200b\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_CODE = (FENCE_OPEN, FENCE_BODY, FENCE_CLOSE, INDENTED)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_LABEL = re.compile(r"\s*(?:[-*+]\s+)?(?:(?P<mark>\*\*|__)(?P<title>.+?)(?P=mark)|(?P<plain>[^:：]{1,60})[:：])")
_MARKDOWN = ("", "md", "markdown", "text", "mdx")
_TICKED = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[[xX~-]\](?=\s)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")


def normalise(answer: str, task: Task, fmt: Format, checker: Checker, *, renumber: bool) -> list[Draft]:
    """The sections that an answer holds, as drafts; what can't be read as a section is no part of them.

    `task` is the task that was asked about; headings of other tasks end the answer. With `renumber` the steps are
    numbered 1, 2, 3 …, as those of a fresh plan; without, their numbers mean steps that are there already.
    """
    lines = without_thoughts(cleaned(answer).split("\n"))
    lines = unwrapped(_bare(lines, fmt), fmt)
    lines = without_own_comments(without_thoughts(lines))
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
    """The answer without what is not plain text: control characters, halves of characters, foreign line ends."""
    text = _LINE_ENDS.sub("\n", answer).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSEEN.sub("", visible(text)).strip("\n")


def without_thoughts(lines: list[str]) -> list[str]:
    """The lines without a model's thoughts, each from its tag to the closing one, or to the end; code is no thought."""
    first = 0
    for _ in range(_MOST_THOUGHTS):
        tokens = Scanner().scan(lines)
        for number in range(first, len(lines)):
            tag = _THOUGHT.match(lines[number]) if "<" in lines[number] else None
            if tag is not None and tokens[number][0] not in _CODE:
                break
        else:
            break
        rest = re.split(rf"</{tag[1]}>", "\n".join(lines[number:]), maxsplit=1, flags=re.I)
        lines, first = [*lines[:number], *"".join(rest[1:]).split("\n")], number
    return lines


def without_own_comments(lines: list[str]) -> list[str]:
    """The lines without comments that speak to Plansmith, with which a model would pardon itself; code stays."""
    kept: list[str] = []
    is_open = False
    for line, token in zip(lines, Scanner().scan(lines), strict=True):
        if is_open:
            _, end, rest = line.partition("-->")
            is_open = not end
            kept += [rest] if rest.strip() else []
            continue
        if token[0] in _CODE or "<!--" not in line:
            kept.append(line)
            continue
        found = [match for match in _OWN_COMMENT.finditer(line) if match["code"] is None]
        is_open = any(not match["end"] for match in found)
        rest = _OWN_COMMENT.sub(lambda match: match["code"] or "", line)
        kept += [rest] if rest.strip() or not found else []
    return kept


def _bare(lines: list[str], fmt: Format) -> list[str]:
    """The plan itself where it stands as a whole in a quote, in a list item, or as indented code."""
    if _titles(lines, fmt):
        return lines
    said = [number for number, line in enumerate(lines) if line.strip()]
    if said and all(lines[number].lstrip().startswith(">") for number in said):
        bare = [re.sub(r"^\s*> ?", "", line) for line in lines]
    else:
        # What stands in an item is indented as its first line begins behind the mark.
        item = _LIST_ITEM.match(lines[said[0]]) if said else None
        bare = [*lines]
        if item is not None:
            bare[said[0]] = " " * item.end() + lines[said[0]][item.end() :]
        bare = textwrap.dedent("\n".join(bare)).split("\n")
    return bare if _titles(bare, fmt) else lines


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
    """The answer from its first section on, up to the heading of another task.

    Whatever is said before, below headings of its own or not, is a preamble: the task's own heading, too.
    """
    lines = _without_front_matter(lines)
    tokens = Scanner().scan(lines)
    seen_section = False
    start = 0
    for number, token in enumerate(tokens):
        if token[0] != HEADING_TOKEN or token[3] or token[4].containers:
            seen_section = seen_section or (token[0] not in _CODE and _is_label(lines[number], fmt))
            continue
        text = lines[number][token[1] :].strip(" #")
        folded = fold_title(text)
        if folded == fold_title(fmt.guidelines_title):
            return lines[start:number]
        if _is_title(text, fmt) or (fmt.step_title and fmt.step_title.match(text)):
            seen_section = True
            continue
        title = fmt.task_title(text)
        is_own = title is not None and (
            (title.id and title.id == task.id) or fold_name(title.name) == fold_name(task.name)
        )
        if is_own or not seen_section:
            start = number + 1
        elif title is not None:
            return lines[start:number]
    return lines[start:]


def _is_label(line: str, fmt: Format) -> bool:
    """Whether a line begins with the label of a section."""
    label = _LABEL.match(line)
    return label is not None and _is_title((label["title"] or label["plain"]).strip(" :："), fmt)


def _is_title(text: str, fmt: Format) -> bool:
    """Whether a text is the title of a section of the task, whether it is written as a label or as a heading."""
    title = fold_title(text)
    return title in fmt.root.titles or title in fmt.root.alias_titles or title in fmt.root.label_titles


def _without_front_matter(lines: list[str]) -> list[str]:
    scanner = Scanner()
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines[len(scanner.front_matter(lines)) :]


def _closed(lines: list[str]) -> list[str]:
    """The lines with an open fence or comment closed, as where an answer was cut; without one that ends nothing."""
    tokens = Scanner().scan(lines)
    if not tokens:
        return lines
    leaf: tuple[Any, ...] = tokens[-1][4].leaf
    if leaf[0] == "fence":
        opening = max(number for number, token in enumerate(tokens) if token[0] == FENCE_OPEN)
        if opening and lines[opening - 1].strip() and not any(line.strip() for line in lines[opening + 1 :]):
            return lines[:opening]
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
