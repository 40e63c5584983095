"""A project's own format file is checked key by key; one that can't be used is said, and never half in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from plansmith.plan.format import CHOICE, FIELD, HEADING, STEP, STEPS, fold_title
from plansmith.workspace.formats import format_table
from plansmith.workspace.settings import FORMAT
from plansmith.workspace.spelling import LOWEST_LEVEL, check_tasks, check_title, heading_depth
from plansmith.workspace.validation import Mistake, Path, Validation


class FormatFile(NamedTuple):
    """What a project's own format file holds; without a table it can't be used."""

    table: Mapping[str, Any] | None
    mistakes: tuple[Mistake, ...]


def read_format(data: Mapping[str, Any]) -> FormatFile:
    """Check the table of a format file; what it leaves out of words and spellings is the built-in format's."""
    validation = Validation()
    values = validation.table(data, FORMAT)
    standard = format_table()
    table: dict[str, Any] = {**standard, **values}
    if "guidelines" in values:
        table["guidelines"] = {**standard["guidelines"], **values["guidelines"]}
    if "section" not in values:
        if "section" not in data:
            validation.mistake((), "A format needs sections, each as a table “[[section]]”")
        return FormatFile(None, tuple(validation.mistakes))
    table["section"] = _sections(values["section"], None, "", validation)
    tasks = check_tasks(values.get("tasks", {}), ("tasks",), validation, standard["tasks"], table["section"])
    table["tasks"] = {**standard["tasks"], **tasks}
    if not validation.is_broken:
        _check_whole(table["section"], table["tasks"]["max-level"], validation)
    return FormatFile(None if validation.is_broken else table, tuple(validation.mistakes))


def _sections(
    sections: list[dict[str, Any]], parent: dict[str, Any] | None, above: str, validation: Validation
) -> list[dict[str, Any]]:
    """The sections of one level, with what they leave out filled in."""
    keys: set[str] = set()
    titles: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    for given in sections:
        section = dict(given)
        path: Path = section.pop("", ())
        lacking = [key for key in ("key", "title", "form", "kind", "need") if key not in section]
        if lacking:
            if not any(not m.is_harmless and m.path[: len(path)] == path for m in validation.mistakes):
                validation.mistake(path, f"This section lacks “{'”, “'.join(lacking)}”")
            continue
        key = section["key"]
        name = f"{above}.{key}" if above else key
        if not key.replace("-", "").replace("_", "").isalnum() or not key.isascii() or key.isdigit():
            validation.mistake((*path, "key"), f"“{key}” is no key; write it in letters, digits and hyphens")
        if key in keys:
            validation.mistake((*path, "key"), f"There are two sections “{name}”; give each its own key")
        keys.add(key)
        _check_section(section, parent, path, validation)
        folded = fold_title(section["title"])
        if folded in titles and section["kind"] != STEP:
            validation.mistake((*path, "title"), f"“{section['title']}” is the title of “{titles[folded]}” already")
        titles[folded] = key
        if section["form"] == FIELD and any(sibling["form"] == HEADING for sibling in found):
            validation.mistake((*path, "form"), "A label below a heading would belong to it; put labels first")
        section["section"] = _sections(section.get("section", []), section, name, validation)
        found.append(section)
    return found


def _check_section(section: dict[str, Any], parent: dict[str, Any] | None, path: Path, validation: Validation) -> None:
    kind, form = section["kind"], section["form"]
    is_step = kind == STEP
    check_title(section["title"], (*path, "title"), validation, is_step=is_step)
    if is_step != (parent is not None and parent["kind"] == STEPS):
        validation.mistake((*path, "kind"), "Steps stand in a section of kind “steps”, and nothing else does")
    if kind in (STEP, STEPS) and form != HEADING:
        validation.mistake((*path, "form"), f"A section of kind “{kind}” is a heading")
    if form == FIELD and section.get("section"):
        validation.mistake((*path, "form"), "A label can't have sections of its own; make it a heading")
    if kind == CHOICE and not section.get("choices"):
        validation.mistake((*path, "kind"), "A choice needs “choices”")
    for choice in section.get("synonyms", {}):
        if choice not in section.get("choices", ()):
            validation.mistake((*path, "synonyms", choice), f"“{choice}” is none of the choices")


def _check_whole(sections: list[dict[str, Any]], max_level: int, validation: Validation) -> None:
    """What holds for the sections together: one row of steps at most, and one kind of step in it."""
    every = list(_walk(sections))
    if heading_depth(sections) + max_level > LOWEST_LEVEL:
        validation.mistake(("section",), f"Below a task of level {max_level} these headings find no level")
    if not any(section["form"] == HEADING for section in sections):
        validation.mistake(("section",), "A format needs a section of the form “heading”: a plan is known by it")
    if sum(section["kind"] == STEPS for section in every) > 1:
        validation.mistake(("section",), "A format has one section of kind “steps”, or none")
    for section in every:
        if section["kind"] == STEPS and len(section["section"]) != 1:
            validation.mistake(("section",), f"“{section['key']}” has steps, and needs one section of kind “step”")


def _walk(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [inner for section in sections for inner in (section, *_walk(section["section"]))]
