"""A format is a frozen value: what sections a plan has, and how tasks, references and done marks are spelled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

HEADING: Final = "heading"
FIELD: Final = "field"

REQUIRED: Final = "required"
RECOMMENDED: Final = "recommended"
OPTIONAL: Final = "optional"

LINE: Final = "line"
CHOICE: Final = "choice"
LIST: Final = "list"
CHECKLIST: Final = "checklist"
CODE: Final = "code"
STEPS: Final = "steps"
STEP: Final = "step"
GROUP: Final = "group"

_ID: Final = r"\d+(?:\.\d+)*[a-z]?"
# A full-width colon brings its own blank: 任务 3：构建.
_BLANK_OR_END: Final = r"(?:\s+|$|(?<=：))"
_PLACE: Final = re.compile(r"\{(id|name|n|dash)\}")
_BESIDE_WORDS: Final = re.compile(r"\{\w+\}|[\s:]+")
_LEADING: Final = re.compile(r"^(?:[^\w\[(<]|_)+")
_NUMBERING: Final = re.compile(r"^(?:\d+(?:\.\d+)*(?:[.):\s]|[^\w\s])[^\w\[(<]*|\d+[^\w\s][^\w]*)")
_TRAILING: Final = re.compile(r"(?:[^\w\])>]|_)+$")
_TITLE_LIMIT: Final = 300  # no section has a longer title


class SectionSpec:
    """What the format says of one section; compared by identity, found by `Format.by_key`."""

    def __init__(self, data: Mapping[str, Any], parent: str = "", order: int = 0, depth: int = 0) -> None:
        """Read a section's table and those below it; it is the one of this order among its siblings.

        `parent` is the key of the section above, `depth` 1 below the task, 2 below a section, and so on.
        """
        name = str(data["key"])
        self.key: Final = f"{parent}.{name}" if parent else name  # "steps.step.actions"; "" for the plan itself
        self.name: Final = name
        self.title: Final = str(data["title"])
        self.form: Final = str(data["form"])  # HEADING or FIELD
        self.kind: Final = str(data["kind"])
        self.need: Final = str(data["need"])
        self.order: Final = order
        self.depth: Final = depth
        # Read as the title itself: a project has replaced them.
        self.former_titles: Final[tuple[str, ...]] = tuple(data.get("former-titles", ()))
        self.aliases: Final[tuple[str, ...]] = tuple(data.get("aliases", ()))
        self.label_aliases: Final[tuple[str, ...]] = tuple(data.get("label-aliases", ()))
        self.choices: Final[tuple[str, ...]] = tuple(data.get("choices", ()))
        self.synonyms: Final[Mapping[str, str]] = {  # folded → choice
            word.casefold(): choice for choice, words in data.get("synonyms", {}).items() for word in words
        }
        self.none: Final = bool(data.get("none", False))
        self.references: Final = bool(data.get("references", False))
        self.hover: Final = str(data.get("hover", ""))
        self.example: Final = str(data.get("example", "")).strip("\n")
        children = [
            SectionSpec(child, self.key, number, depth + 1) for number, child in enumerate(data.get("section", ()))
        ]
        self.children: Final = tuple(children)
        # The child whose title carries a number.
        self.step: Final = next((child for child in children if child.kind == STEP), None)
        # The children by their folded titles, aliases, and aliases of labels in this very place.
        self.titles: Final = _by_title(children)
        self.alias_titles: Final = {fold_title(alias): child for child in children for alias in child.aliases}
        self.label_titles: Final = {fold_title(alias): child for child in children for alias in child.label_aliases}

    @property
    def parent_key(self) -> str:
        """The key of the section that this one belongs to; "" for the plan."""
        return self.key.rpartition(".")[0]

    def called(self, number: int | None = None) -> str:
        """The section as messages speak of it: its title; a step by its number, `Step 2`."""
        if number is None:
            return self.title
        return self.title.partition("{name}")[0].replace("{n}", str(number)).rstrip(" :：.)-–—")

    @property
    def is_list(self) -> bool:
        """Whether its content is the items of a list."""
        return self.kind in (LIST, CHECKLIST)

    def walk(self) -> Iterator[SectionSpec]:
        """This section and all below it, in the order of the format."""
        yield self
        for child in self.children:
            yield from child.walk()


class TaskTitle(NamedTuple):
    """What a task's heading says; columns within the heading's line."""

    head: str  # what stands before the name: "Task 3", "TASK-006", "Task"
    id: str  # "" if the task has none
    name: str
    done: bool
    id_start: int
    id_end: int
    name_start: int
    name_end: int


class Format:
    """A plan format, ready to be asked; made by `build_format`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Read the table of a format file; raises what a table raises that is not as it should be."""
        tasks, guidelines = data["tasks"], data.get("guidelines", {})
        plan = {"key": "", "title": "", "form": HEADING, "kind": GROUP, "need": REQUIRED, "section": data["section"]}
        root = SectionSpec(plan)
        specs = list(root.walk())
        steps = [spec for spec in specs if spec.kind == STEP]
        spellings: tuple[str, ...] = tuple(tasks["headings"])
        words: tuple[str, ...] = tuple(tasks["references"])
        done: tuple[str, ...] = tuple(tasks["done"])
        marks = (*done, *tuple(tasks["open"]))
        self.name: Final = str(data.get("name", ""))
        self.root: Final = root
        self.by_key: Final[Mapping[str, SectionSpec]] = {spec.key: spec for spec in specs if spec.key}
        self.none_values: Final = tuple([str(value).casefold() for value in data["none-values"]])
        self.none_text: Final = str(data["none-values"][0])
        self.template_words: Final = frozenset([str(word).casefold() for word in data.get("template-words", ())])
        self.min_level: Final = int(tasks.get("min-level", 1))
        self.max_level: Final = int(tasks.get("max-level", 4))
        self.done_marks: Final = done
        self.open_marks: Final = marks[len(done) :]
        self.reference_words: Final = words
        self.elsewhere_words: Final[tuple[str, ...]] = tuple(tasks.get("elsewhere", ()))
        self.task_spellings: Final = spellings
        self.guidelines_title: Final = str(guidelines.get("title", "Implementation Guidelines"))
        self.guidelines_sections: Final[tuple[str, ...]] = tuple(guidelines.get("sections", ()))
        # The sections that are headings below the task, by their own titles.
        self.body_titles: Final = {title: spec for title, spec in root.titles.items() if spec.form == HEADING}
        self.step_title: Final = _step_pattern(steps[0].title, steps[0].former_titles) if steps else None
        self.reference: Final = _reference_pattern(words, spellings)
        self._spellings: Final = [_Spelling(text) for text in spellings]
        self._needles: Final = sorted({spelling.words[0] if spelling.words else "" for spelling in self._spellings})
        self._marks_before: Final = _marks_pattern(marks)
        self._marks_after: Final = tuple(sorted(marks, key=len, reverse=True))

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """The sections directly below a task."""
        return self.root.children

    @property
    def step(self) -> SectionSpec | None:
        """What the format says of a step."""
        return next((spec for spec in self.by_key.values() if spec.kind == STEP), None)

    def is_none(self, text: str) -> bool:
        """Whether a text is a None-value: `None`, `N/A.`, `- None`, `None — reason`."""
        text = text.strip()
        if text[:2] in ("- ", "* ", "+ "):
            text = text[2:].strip()
        text = text.strip("*_`").strip()
        folded = text.casefold()
        if not folded.startswith(self.none_values):
            return False  # as nearly all texts
        for value in self.none_values:
            if folded.startswith(value):
                rest = folded[len(value) :].lstrip("*_`")
                if not rest or rest.strip(" .") == "" or re.match(r"\.?\s*(?:[-–—:;,(]|\. )", rest):
                    return True
        return False

    def task_heading(self, identifier: str, name: str) -> str:
        """The text of a heading that this format reads as a task's, spelled as it spells them first."""
        spelling = next((text for text in self.task_spellings if "{id}" in text), self.task_spellings[0])
        return spelling.replace("{id}", identifier).replace("{dash}", "-").replace("{name}", name)

    def reference_to(self, identifier: str) -> str:
        """How a task of this id is spoken of: `Task 3`; an id that brings its own word stands alone."""
        if not identifier[:1].isdigit() or not self.reference_words:
            return identifier
        return f"{self.reference_words[0]} {identifier}"

    def is_task_heading(self, text: str) -> bool:
        """Whether the text of a heading is spelled as a task."""
        return self.task_title(text) is not None

    def task_title(self, text: str) -> TaskTitle | None:
        """Read the text of a heading as a task's; None where it is no task."""
        folded = text.casefold()
        if not any(needle in folded for needle in self._needles):
            return None
        whole = text
        if text.startswith(("**", "__")):
            # Emphasis around the heading's start is no part of it; blanks keep the columns.
            text = text.replace("**", "  ").replace("__", "  ")
        before = self._marks_before.match(text)
        start = before.end() if before else len(text) - len(text.lstrip())
        done = any(_has_mark(before[0] if before else "", mark) for mark in self.done_marks)
        end = len(text.rstrip())
        while True:
            sign, place = _mark_at_end(text, start, end, self._marks_after)
            if not sign:
                break
            done = done or sign in self.done_marks
            end = place
        match = None
        for spelling in self._spellings:
            match = spelling.match(text, start, end) if spelling.may_be(folded) else None
            if match is not None:
                break
        if match is None:
            return None
        identifier, id_start, id_end = "", start, start
        for key, value in match.groupdict().items():
            if value is not None:
                identifier, (id_start, id_end) = value, match.span(key)
                # A word that is glued to the number is part of the id: TASK-006.
                glued = match.start()
                if id_start > glued and not text[glued:id_start].rstrip("#")[-1:].isspace():
                    head = text[glued:id_start]
                    if "#" not in head and head.strip():
                        id_start = glued
                        identifier = text[glued:id_end]
        name_start = match.end()
        while True:
            mark = self._marks_before.match(text, name_start, end)
            if mark is None or mark.end() == name_start:
                break
            done = done or any(_has_mark(mark[0], sign) for sign in self.done_marks)
            name_start = mark.end()
        name = whole[name_start:end]
        if not name and not identifier:
            return None
        head = text[match.start() : id_end] if identifier else match[0].rstrip(" :：")
        head = " ".join(head.split())
        return TaskTitle(head, identifier, name, done, id_start, id_end, name_start, max(end, name_start))


@lru_cache(maxsize=8192)
def fold_title(title: str) -> str:
    """A title for comparison: case, emphasis, emoji, numbering, colon and surplus blanks taken away."""
    title = title[:_TITLE_LIMIT]
    title = _LEADING.sub("", title.strip())
    stripped = _NUMBERING.sub("", title)
    title = _TRAILING.sub("", stripped or title)
    return " ".join(title.casefold().replace("*", "").replace("`", "").split())


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """A task's name for comparison: case, emphasis and surplus blanks taken away."""
    return " ".join(re.sub(r"[*_`]", "", name).casefold().split()).rstrip(" .:")


class FormatError(ValueError):
    """A format that can't be used; the message says what is wrong and where."""


def build_format(data: Mapping[str, Any]) -> Format:
    """Make a format from the parsed TOML of a format file (see `formats/detailed-plan.toml` for its shape).

    Raises `FormatError` where something that the parser relies on is missing or of the wrong kind.
    """
    try:
        return Format(data)
    except (KeyError, TypeError, AttributeError, IndexError) as problem:
        raise FormatError(f"the format lacks something: {problem}") from problem


def _by_title(children: Sequence[SectionSpec]) -> dict[str, SectionSpec]:
    """Sections by their folded titles; a title of today wins over a former one."""
    named = [child for child in children if child.kind != STEP]
    former = {fold_title(title): child for child in named for title in child.former_titles}
    return {**former, **{fold_title(child.title): child for child in named}}


def _pattern(spelling: str, places: Mapping[str, str]) -> str:
    """A regular expression for a spelling of literal words and places."""
    parts = []
    position = 0
    for place in _PLACE.finditer(spelling):
        parts.append(_words(spelling[position : place.start()]))
        parts.append(places[place[1]])
        position = place.end()
    parts.append(_words(spelling[position:]))
    return "".join(parts)


def _words(text: str) -> str:
    return re.sub(r"(?:\\ )+", r"\\s+", re.escape(text)).replace(":", r"\s*[:：]")


class _Spelling:
    """One way to spell a task's heading; its pattern is made when a heading may be spelled so, and most never are."""

    def __init__(self, text: str) -> None:
        self._head: Final = text.partition("{name}")[0].rstrip()
        # What follows the id may be missing: a bare “Task 3” is a task, too.
        self.words: Final = [word.casefold() for word in _BESIDE_WORDS.split(self._head.partition("{id}")[0]) if word]
        self._pattern: re.Pattern[str] | None = None

    def may_be(self, folded: str) -> bool:
        """Whether a heading, case-folded, has the words of this spelling."""
        return all(word in folded for word in self.words)

    def match(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """What a heading says in this spelling; its groups are ids."""
        if self._pattern is None:
            self._pattern = re.compile(_task_pattern(self._head), re.I)
        return self._pattern.match(text, start, end)


def _task_pattern(head: str) -> str:
    pattern = _pattern(head, {"id": rf"(?P<id>{_ID})", "dash": "[-–—]", "n": r"\d+", "name": ""})
    if head.endswith("{id}"):
        return rf"{pattern}(?:\s+(?=\S)|$)"
    if "{id}" in head:
        # A bare "Task 3" is a task whose name is still to come.
        bare = _pattern(head[: head.index("{id}")], {}) + rf"(?P<bare>{_ID})\s*$"
        return rf"{pattern}{_BLANK_OR_END}|{bare}"
    return rf"{pattern}{_BLANK_OR_END}(?=\S)"


def _step_pattern(title: str, former: Sequence[str] = ()) -> re.Pattern[str]:
    heads = [text.partition("{n}")[0] for text in (title, *former)]
    words = "|".join(_words(head.rstrip()) + (r"\s+" if head.endswith(" ") else "") for head in heads)
    rest = title.partition("{n}")[2].partition("{name}")[0].rstrip().rstrip(":").rstrip()
    pattern = rf"(?:{words})(?P<n>\d+){_words(rest)}"
    return re.compile(rf"(?:[^\w\s]+\s*)?{pattern}(?:\s*[:：.)]\s*|\s+[-–—]\s+|\s*$)(?P<name>.*)$", re.I)


def _marks_pattern(marks: Sequence[str]) -> re.Pattern[str]:
    body = "|".join(
        re.escape(mark) + (r"(?!\w)" if mark[-1].isalnum() else "") for mark in sorted(marks, key=len, reverse=True)
    )
    body = rf"(?:{body}|[^\w\s\[\](){{}}<>`*\"'#]️?)"
    return re.compile(rf"\s*(?:{body}\s*)+(?=\S)")


def _mark_at_end(text: str, start: int, end: int, marks: Sequence[str]) -> tuple[str, int]:
    """The mark that closes a stretch of text, and where the words before it end; "" without one.

    A regular expression that looks for the end from every place would cost the square of a long heading.
    """
    while end > start and (text[end - 1].isspace() or text[end - 1] in "):"):
        end -= 1
    for mark in marks:
        place = end - len(mark)
        if place >= start and text.endswith(mark, start, end) and not (mark[0].isalnum() and _is_word(text, place - 1)):
            while place > start and (text[place - 1].isspace() or text[place - 1] in "(:—–-"):
                place -= 1
            return mark, place
    return "", end


def _is_word(text: str, place: int) -> bool:
    return place >= 0 and (text[place].isalnum() or text[place] == "_")


def _has_mark(text: str, mark: str) -> bool:
    return mark in text


def _reference_pattern(words: Sequence[str], spellings: Sequence[str]) -> re.Pattern[str]:
    r"""Finds the start of a reference: `Task 3`, `Tasks #1`, `TASK-006`; the list after it is read by hand."""
    glued = {
        re.escape(text.partition("{id}")[0])
        for text in spellings
        if "{id}" in text and text.partition("{id}")[0].rstrip(" #") == text.partition("{id}")[0]
    }
    plain = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = [rf"(?:{plain})\s+#?(?P<id>{_ID})"]
    if glued:
        parts.append(rf"(?P<glued>(?:{'|'.join(sorted(glued))}){_ID})")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])", re.I)
