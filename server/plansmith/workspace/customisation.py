"""What a project changes in a format: the table of a format file in, another one out, and mistakes beside it.

A title that a project replaces is still read as the section's own: plans written before stay plans.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from plansmith.plan.format import CHOICE, FIELD, GROUP, HEADING, LIST, REQUIRED, STEP, STEPS, fold_title
from plansmith.workspace.settings import OFF
from plansmith.workspace.spelling import LOWEST_LEVEL, check_tasks, check_title
from plansmith.workspace.validation import Change, Path, Validation, suggestion

Table = dict[str, Any]

_FIXED: Final = (STEPS, STEP)
_WHOLE_KEYS: Final = ("none-values", "template-words")


def customise(data: Mapping[str, Any], values: Mapping[str, Any], validation: Validation) -> Table:
    """The table of a format with a project's `sections`, `tasks`, `guidelines` and word lists put in.

    `values` are what `Validation.table` left of the project's settings.
    """
    table = deepcopy(dict(data))
    for key in _WHOLE_KEYS:
        if key in values:
            table[key] = list(values[key])
    if "tasks" in values:
        table["tasks"] |= check_tasks(values["tasks"], ("tasks",), validation, table["tasks"], table["section"])
    if "guidelines" in values:
        table["guidelines"] = {**table.get("guidelines", {}), **values["guidelines"]}
    _Sections(table, validation).apply(values.get("sections", ()))
    _translate_references(table, data)
    return table


class _Sections:
    def __init__(self, table: Table, validation: Validation) -> None:
        self._table = table
        self._validation = validation
        self._wanted: dict[str, str] = {}  # the titles that the project gives
        self._replaced: list[tuple[str, str, str]] = []  # the key of a section, its words before and now

    def apply(self, changes: Sequence[Change]) -> None:
        """Put all changes in: first what is there, then what is new, so that each may name any other."""
        self._wanted = {change.key: change.values["title"] for change in changes if "title" in change.values}
        # What is nested comes after what it is nested in.
        ordered = sorted(changes, key=lambda change: change.key.count("."))
        known = [change for change in ordered if self._find(change.key) is not None]
        for change in known:
            self._change(change)
        for change in ordered:
            if change not in known:
                self._add(change)
        for change in ordered:
            self._move(change)
        for key, before, now in self._replaced:
            self._rewrite_examples(key, before, now)

    def _change(self, change: Change) -> None:
        section = self._find(change.key)
        if section is None:
            return  # taken away with the section around it
        values = dict(change.values)
        if values.get("need") == OFF:
            self._remove(change, section)
            return
        kind = section["kind"]
        if kind in _FIXED:
            for key in ("kind", "form"):
                if values.get(key, section[key]) != section[key]:
                    self._wrong(change, key, f"“{change.key}” stays what it is; delete “{key}”")
                values.pop(key, None)
        elif values.get("kind") in _FIXED:
            self._wrong(change, "kind", f"“{values.pop('kind')}” is the format's own; use another kind")
        if "form" in values and values["form"] == FIELD and section.get("section"):
            self._wrong(change, "form", f"“{change.key}” has sections of its own, and stays a heading")
            values.pop("form")
        if values.get("form") == HEADING != section["form"] and not self._is_level_free(change):
            values.pop("form")
        title = values.get("title")
        if title is not None and not self._is_title_free(change, title, section):
            values.pop("title")
            title = None
        self._check_choices(change, values, section)
        self._check_aliases(change, values, section)
        if title is not None and title != section["title"]:
            section["former-titles"] = [*section.get("former-titles", ()), section["title"]]
            self._replaced.append((change.key, section["title"], title))
        section.update(_plain(values))
        if "form" in values:
            self._children_of_parent(change).sort(key=_form)

    def _add(self, change: Change) -> None:
        parent_key, _, name = change.key.rpartition(".")
        values = dict(change.values)
        siblings = self._children(parent_key)
        if siblings is None:
            near = suggestion(parent_key, self._keys()) or "add it first"
            self._validation.mistake(change.path, f"There is no section “{parent_key}”; {near}")
            return
        if "title" not in values:
            if ("title",) not in [mistake.path[-1:] for mistake in self._validation.mistakes]:
                near = suggestion(change.key, self._keys())
                self._validation.mistake(
                    change.path, f"There is no section “{change.key}”; {near or 'a new one needs a “title”'}"
                )
            return
        if values.get("need") == OFF:
            return
        parent = self._find(parent_key)
        if parent is not None and parent["form"] == FIELD:
            self._validation.mistake(change.path, f"“{parent_key}” is a label, and can't have sections of its own")
            return
        if parent is not None and parent["kind"] == STEPS:
            self._validation.mistake(change.path, f"“{parent_key}” has steps and nothing else; add it to them")
            return
        if values.get("kind") in _FIXED:
            self._wrong(change, "kind", f"“{values.pop('kind')}” is the format's own; use another kind")
        if not self._is_title_free(change, values["title"], None):
            return
        self._check_aliases(change, values, None)
        fields = [sibling for sibling in siblings if sibling["form"] == FIELD]
        form = values.get("form") or (FIELD if parent_key or values.get("kind") == "line" else HEADING)
        kind = values.get("kind") or (LIST if form == FIELD else GROUP)
        if form == HEADING and not self._is_level_free(change):
            return
        section = {
            "key": name, "title": values["title"], "form": form, "kind": kind, "need": REQUIRED, "section": [],
        } | _plain(values)  # fmt: skip
        section["kind"] = kind
        self._check_choices(change, section, section)
        if "example" not in section:
            section["example"] = _example(section, change.key.count(".") + 3)
        siblings.insert(len(fields) if form == FIELD else len(siblings), section)

    def _move(self, change: Change) -> None:
        """Put a section where `after` or `before` says; a label never stands below a heading."""
        for word in ("after", "before"):
            if word not in change.values:
                continue
            parent_key, _, name = change.key.rpartition(".")
            siblings = self._children(parent_key) or []
            section = next((sibling for sibling in siblings if sibling["key"] == name), None)
            if section is None:
                return
            wanted = change.values[word]
            there = wanted.rpartition(".")[2] if wanted.rpartition(".")[0] in ("", parent_key) else wanted
            names = [sibling["key"] for sibling in siblings if sibling is not section]
            if there not in names:
                near = suggestion(there, names)
                where = f"“{parent_key}”" if parent_key else "the plan"
                self._wrong(change, word, f"There is no section “{wanted}” in {where}; {near or 'name a sibling'}")
                continue
            rest = [sibling for sibling in siblings if sibling is not section]
            place = names.index(there) + (word == "after")
            moved = [*rest[:place], section, *rest[place:]]
            if moved != sorted(moved, key=_form):
                self._wrong(
                    change, word, f"“{section['title']}” can't stand there: a label below a heading would belong to it"
                )
                continue
            siblings[:] = moved

    def _remove(self, change: Change, section: Table) -> None:
        if section["kind"] in _FIXED:
            self._wrong(change, "need", f"A plan has steps; “{change.key}” can't be taken away")
            return
        self._children_of_parent(change).remove(section)

    def _is_title_free(self, change: Change, title: str, section: Table | None) -> bool:
        step = section is not None and section["kind"] == STEP
        if not check_title(title, (*change.path, "title"), self._validation, is_step=step):
            return False
        above = change.key.rpartition(".")[0]
        folded = fold_title(title)
        for sibling in self._children_of_parent(change):
            key = f"{above}.{sibling['key']}" if above else sibling["key"]
            if sibling is not section and fold_title(self._wanted.get(key, sibling["title"])) == folded:
                self._wrong(change, "title", f"“{title}” is the title of “{sibling['key']}” already; choose another")
                return False
        return True

    def _is_level_free(self, change: Change) -> bool:
        """Whether there is a level for this section as a heading, below the deepest task."""
        depth, deepest = change.key.count(".") + 1, self._table["tasks"].get("max-level", 4)
        if depth + deepest <= LOWEST_LEVEL:
            return True
        self._wrong(
            change,
            "form",
            f"As a heading “{change.key}” would have level {depth + deepest} below a task of level {deepest}; "
            "make it a “field”, or lower “max-level”",
        )
        return False

    def _check_aliases(self, change: Change, values: Table, section: Table | None) -> None:
        siblings = self._children_of_parent(change)
        for key in ("aliases", "label-aliases"):
            for alias in values.get(key, ()):
                for sibling in siblings:
                    if sibling is not section and fold_title(sibling["title"]) == fold_title(alias):
                        self._wrong(change, key, f"“{alias}” is the title of “{sibling['key']}”, and stays its own")

    def _check_choices(self, change: Change, values: Table, section: Table) -> None:
        """A choice has choices; the words for the former ones speak of the new ones, one by one."""
        kind = values.get("kind", section["kind"])
        choices: Sequence[str] = values.get("choices") or section.get("choices", ())
        if kind == CHOICE and not choices:
            self._wrong(change, "kind", "A choice needs “choices”; until then this is a line")
            values["kind"] = "line"
            return
        before = section.get("choices", ())
        if "choices" in values and values is not section:
            synonyms = dict(values.get("synonyms", {}))
            if len(choices) == len(before) and "synonyms" not in values:
                old = section.get("synonyms", {})
                for former, now in zip(before, choices, strict=True):
                    words = [*old.get(former, ()), *([former] if former not in choices else [])]
                    synonyms[now] = [word for word in words if word.casefold() not in map(str.casefold, choices)]
            values["synonyms"] = synonyms
            self._rewrite_choices(before, choices, values, section)
        for choice in list(values.get("synonyms", {})):
            if choice not in choices:
                near = suggestion(choice, choices)
                path = (*change.path, "synonyms", choice)
                self._validation.mistake(path, f"“{choice}” is none of the choices; {near or 'delete it'}")
                values["synonyms"] = {k: v for k, v in values["synonyms"].items() if k != choice}

    def _rewrite_choices(self, before: Sequence[str], now: Sequence[str], values: Table, section: Table) -> None:
        """Speak of the new choices in the section's own example and hover text; what would still name another goes."""
        if not before or set(before) <= set(now):
            return
        pairs = dict(zip(before, now, strict=True)) if len(before) == len(now) else {}
        word = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(before, key=len, reverse=True)))})\b")
        if "example" not in values and section.get("example"):
            middle = now[(len(now) - 1) // 2]
            values["example"] = word.sub(lambda match: pairs.get(match[0], middle), section["example"])
        if "hover" not in values and section.get("hover"):
            sentences = re.split(r"(?<=\.)\s+", section["hover"])
            if not pairs:
                sentences = [sentence for sentence in sentences if not word.search(sentence)]
            values["hover"] = word.sub(lambda match: pairs.get(match[0], match[0]), " ".join(sentences))

    def _rewrite_examples(self, key: str, before: str, now: str) -> None:
        """Put the new title into the examples of a section and of those around it."""
        parts = key.split(".")
        old, new = (title.replace("{n}", "1").partition("{name}")[0].rstrip() for title in (before, now))
        label = re.compile(rf"(^\s*(?:\*\*|#+\s+)){re.escape(old)}(?=\*\*|\s|$)", re.MULTILINE)
        for length in range(1, len(parts) + 1):
            section = self._find(".".join(parts[:length]))
            if section is not None and "example" in section:
                section["example"] = label.sub(lambda match: match[1] + new, section["example"])

    def _find(self, key: str) -> Table | None:
        found: Table | None = None
        for part in key.split(".") if key else ():
            children = found.get("section", []) if found is not None else self._table["section"]
            found = next((child for child in children if child["key"] == part), None)
            if found is None:
                return None
        return found

    def _children(self, key: str) -> list[Table] | None:
        if not key:
            top: list[Table] = self._table["section"]
            return top
        section = self._find(key)
        if section is None:
            return None
        children: list[Table] = section.setdefault("section", [])
        return children

    def _children_of_parent(self, change: Change) -> list[Table]:
        return self._children(change.key.rpartition(".")[0]) or []

    def _keys(self) -> list[str]:
        return list(_keys(self._table["section"], ""))

    def _wrong(self, change: Change, key: str, message: str) -> None:
        path: Path = (*change.path, key) if key in change.values else change.path
        self._validation.mistake(path, message)


def _keys(sections: Sequence[Table], above: str) -> list[str]:
    found = []
    for section in sections:
        key = f"{above}.{section['key']}" if above else section["key"]
        found += [key, *_keys(section.get("section", ()), key)]
    return found


def _form(section: Table) -> str:
    """What sorts labels before headings: one below a heading would belong to it."""
    return str(section["form"])


def _plain(values: Mapping[str, Any]) -> Table:
    """The values that a format file has too."""
    return {key: value for key, value in values.items() if key not in ("after", "before")}


def _example(section: Mapping[str, Any], level: int) -> str:
    """The bare form of a new section."""
    if section["form"] == HEADING:
        return f"{'#' * min(level, 6)} {section['title']}"
    return f"**{section['title']}**:"


def _translate_references(table: Table, before: Mapping[str, Any]) -> None:
    """Let the examples speak of tasks by the project's own word."""
    old, new = before["tasks"]["references"][0], table["tasks"]["references"][0]
    if old != new:
        word = re.compile(rf"\b{re.escape(old)}(?= \d)")
        for section in _walk(table["section"]):
            if "example" in section:
                section["example"] = word.sub(lambda _: new, section["example"])


def _walk(sections: Sequence[Table]) -> list[Table]:
    return [inner for section in sections for inner in (section, *_walk(section.get("section", ())))]
