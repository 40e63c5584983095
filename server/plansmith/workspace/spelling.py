"""Spellings are literal words with a few places: what a project writes is never a regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from plansmith.plan.format import HEADING
from plansmith.workspace.validation import Path, Validation

LOWEST_LEVEL: Final = 6  # Markdown has no deeper heading

# What would end the label that a title is written as, or start something else.
_MARKUP = re.compile(r"[*`<>\[\]|\\]|^#|__")
_LIKE = "“Task {id}: {name}”"
_PLACE = re.compile(r"\{([^{}]*)\}?|\}")


def check_tasks(
    values: Mapping[str, Any],
    path: Path,
    validation: Validation,
    before: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What can be used of a `[tasks]` table; `before` holds what stays in force otherwise."""
    taken = dict(values)
    if "headings" in taken:
        here = (*path, "headings")
        good = tuple(text for text in taken["headings"] if _is_heading(text, here, validation))
        if good:
            taken["headings"] = good
        else:
            del taken["headings"]
    for key in ("references", "elsewhere"):
        if key in taken:
            good = tuple(word for word in taken[key] if _is_word(word, (*path, key), validation))
            if good or key == "elsewhere":
                taken[key] = good
            else:
                del taken[key]
    least, most = ({**before, **taken}.get(key, default) for key, default in (("min-level", 1), ("max-level", 4)))
    if least > most:
        at = "min-level" if "min-level" in taken else "max-level"
        validation.mistake((*path, at), f"“min-level” is {least}, and “max-level” {most}; both stay as they were")
        taken.pop("min-level", None)
        taken.pop("max-level", None)
    deepest = LOWEST_LEVEL - heading_depth(sections)
    if taken.get("max-level", 0) > deepest:
        level = taken.pop("max-level")
        validation.mistake((*path, "max-level"), f"Below a task of level {level} no level is left; write {deepest}")
    return taken


def heading_depth(sections: Sequence[Mapping[str, Any]]) -> int:
    """How many levels of headings these sections and those inside them take."""
    return max(
        (1 + heading_depth(section.get("section", ())) for section in sections if section.get("form") == HEADING),
        default=0,
    )


def check_title(title: str, path: Path, validation: Validation, *, is_step: bool) -> bool:
    """Whether a section can have this title: only a step has places, and a word stands before its number."""
    places = [match[0] for match in _PLACE.finditer(title)]
    if _MARKUP.search(title) or title.endswith(":"):
        validation.mistake(path, f"“{title}” holds markup or ends with a colon; write the words alone")
        return False
    if not is_step:
        if places:
            validation.mistake(path, f"“{title}” holds {places[0]}; only the title of a step has places")
            return False
        if not any(map(str.isalnum, title)):
            validation.mistake(path, f"“{title}” has no letter, so no heading could be told by it")
            return False
        return True
    head, place, _ = title.partition("{n}")
    if not place or not any(map(str.isalpha, head)):
        validation.mistake(path, f"“{title}” needs a word and “{{n}}” after it, as in “Step {{n}}: {{name}}”")
        return False
    return _are_places_good(title, ("{n}", "{name}"), path, validation)


def _is_heading(text: str, path: Path, validation: Validation) -> bool:
    if not text[0].isalpha():
        validation.mistake(
            path, f"“{text}” starts with no word, so any heading would be a task; write one, as in {_LIKE}"
        )
        return False
    if "{id}" not in text and "{name}" not in text:
        validation.mistake(path, f"“{text}” needs “{{id}}” or “{{name}}”, as in {_LIKE}")
        return False
    head = text.partition("{name}")[0].rstrip()
    if "{id}" not in head and head[-1].isalnum():
        validation.mistake(path, f"“{text}” would take any heading that starts so; put a colon before “{{name}}”")
        return False
    return _are_places_good(text, ("{id}", "{dash}", "{name}"), path, validation)


def _are_places_good(text: str, known: tuple[str, ...], path: Path, validation: Validation) -> bool:
    places = [match[0] for match in _PLACE.finditer(text)]
    strange = next((place for place in places if place not in known), None)
    if strange is not None:
        validation.mistake(path, f"“{text}” holds {strange}; the places are {', '.join(known)}")
    elif len(set(places)) < len(places):
        validation.mistake(path, f"“{text}” holds a place twice; write each once")
    elif "{name}" in text and not text.endswith("{name}"):
        validation.mistake(path, f"“{text}” goes on after “{{name}}”; put that last")
    else:
        return True
    return False


def _is_word(text: str, path: Path, validation: Validation) -> bool:
    if text[0].isalnum() and text[-1].isalnum() and "{" not in text:
        return True
    validation.mistake(path, f"“{text}” is no word; write it without signs and places, as in “Task”")
    return False
