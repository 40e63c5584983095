"""Values are taken or left one by one: what is wrong is a mistake at its key, and the rest stays in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from plansmith.workspace.globs import glob_problem, is_same_glob
from plansmith.workspace.settings import (
    FLAG,
    MAP,
    NUMBER,
    PARAGRAPH,
    SECTIONS,
    SEVERITIES,
    SEVERITY,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    USER_KEYS,
    WORD,
    Setting,
)

MAX_MISTAKES: Final = 100
MAX_ITEMS: Final = 500
MAX_NESTING: Final = 6
_LONGEST_TEXT: Final = 200

_SECTION_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
# Nobody would see them in a title, and whoever writes them means to deceive.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Path = tuple["str | int", ...]


class Mistake(NamedTuple):
    """What is wrong at a key; a number in the path is a place in an array."""

    path: Path
    message: str
    is_harmless: bool = False  # nothing is left out for it


class Change(NamedTuple):
    """What a project says of one section."""

    key: str
    path: Path  # where it says so
    values: dict[str, Any]


class Validation:
    """One run over a table; `mistakes` are in the order of the table."""

    def __init__(self, root: str = "") -> None:
        """Nothing is wrong yet; `root` is the folder that globs start from, as far as it is known."""
        self._root = root
        self.mistakes: list[Mistake] = []

    @property
    def is_broken(self) -> bool:
        """Whether something had to be left out."""
        return not all(mistake.is_harmless for mistake in self.mistakes)

    def table(self, data: Mapping[str, Any], setting: Setting, path: Path = ()) -> dict[str, Any]:
        """The values of a table that can be used."""
        fields = {field.key: field for field in setting.fields}
        taken: dict[str, Any] = {}
        for key, value in data.items():
            field = fields.get(key)
            here = (*path, key)
            if field is None:
                self._unknown(key, setting, here)
                continue
            if field.kind == TABLES and field.each is None:
                field = field._replace(each=setting)
            answer = self._value(value, field, here)
            if answer is not None:
                taken[key] = answer
        return taken

    def mistake(self, path: Path, message: str, *, is_harmless: bool = False) -> None:
        """Note a mistake; beyond `MAX_MISTAKES` nobody reads on."""
        if len(self.mistakes) < MAX_MISTAKES:
            self.mistakes.append(Mistake(path, message, is_harmless))

    def _unknown(self, key: str, setting: Setting, path: Path) -> None:
        if not setting.key and key.replace("_", "-") in USER_KEYS:
            self.mistake(path, f"“{key}” is the user's to decide, and never read from a project; delete it")
        else:
            self.mistake(path, f"Unknown setting {_quoted(key)}; {suggestion(key, setting.names) or 'delete it'}")

    def _value(self, value: Any, field: Setting, path: Path) -> Any:
        """The value as it is used, or None where it can't be."""
        for other in field.either:
            if isinstance(value, dict) == (other.kind in (MAP, TABLE)):
                return self._value(value, other, path)
        kind = field.kind
        if kind == FLAG and isinstance(value, bool):
            return value
        if kind == NUMBER and type(value) is int and field.least <= value <= field.most:
            return value
        if kind == WORD and value in field.choices:
            return value
        if kind == SEVERITY and (isinstance(value, bool) or value in SEVERITIES):
            return value
        if kind in (TEXT, PARAGRAPH) and isinstance(value, str):
            return self._text(value, field, path)
        if kind == TEXTS and isinstance(value, list):
            return self._texts(value, field, path)
        if kind == TABLE and isinstance(value, dict):
            return self.table(value, field, path)
        if kind == MAP and isinstance(value, dict):
            return self._map(value, field, path)
        if kind == TABLES and isinstance(value, list):
            return self._tables(value, field, path)
        if kind == SECTIONS and isinstance(value, dict):
            assert field.each is not None
            return list(self._sections(value, field.each, path, ""))
        near = suggestion(value, _words(field)) if isinstance(value, str) else ""
        self.mistake(path, f"{_name(path)} is {_shape(field)}, not {_shown(value)}{'; ' if near else ''}{near}")
        return None

    def _text(self, value: str, field: Setting, path: Path) -> str | None:
        """The text, if it says something, in lines as its kind allows."""
        most = field.most or _LONGEST_TEXT
        if not value.strip():
            reason = "is empty"
        elif len(value) > most:
            reason = f"is longer than {most} characters"
        elif _UNSEEN.search(value) or (field.kind != PARAGRAPH and ("\n" in value or "\t" in value)):
            reason = "holds a line end or a sign that can't be seen"
        else:
            return value if field.kind == PARAGRAPH else value.strip()
        self.mistake(path, f"{_name(path)}: {_shown(value)} {reason}")
        return None

    def _texts(self, values: list[Any], field: Setting, path: Path) -> tuple[str, ...] | None:
        taken: list[str] = []
        for number, value in enumerate(values[:MAX_ITEMS]):
            here = (*path, number)
            if not isinstance(value, str):
                self.mistake(here, f"{_name(path)} is a list of texts; {_shown(value)} is none")
            elif field.choices and value not in field.choices:
                self._unknown_name(value, field, here)
            else:
                text = self._text(value, field, here)
                if text is None or (field.globs and not self._glob(text, taken, here)):
                    continue
                if text in taken:
                    self._twice(text, here)
                else:
                    taken.append(text)
        if len(values) > MAX_ITEMS:
            self.mistake(path, f"{_name(path)} has more than {MAX_ITEMS} items; the others are left out")
        if len(taken) < field.least:
            if not values:
                self.mistake(path, f"{_name(path)} needs at least one item")
            return None
        return tuple(taken)

    def _map(self, values: Mapping[str, Any], field: Setting, path: Path) -> dict[str, Any]:
        assert field.each is not None
        taken: dict[str, Any] = {}
        for key, value in values.items():
            if field.choices and key not in field.choices:
                self._unknown_name(key, field, (*path, key))
                continue
            if field.globs and not self._is_usable_key(key, field.each, taken, (*path, key)):
                continue
            answer = self._value(value, field.each, (*path, key))
            if answer is not None:
                taken[key] = answer
        return taken

    def _is_usable_key(self, key: str, each: Setting, taken: Iterable[str], path: Path) -> bool:
        if key in each.choices:
            self.mistake(path, f'{_quoted(key)} is a rule, and its place is in the list of a glob: "**" = ["{key}"]')
            return False
        return self._glob(key, taken, path)

    def _glob(self, glob: str, taken: Iterable[str], path: Path) -> bool:
        """Whether a glob can be used and says what none before it says."""
        problem = glob_problem(glob, self._root)
        if problem:
            self.mistake(path, f"{_shown(glob)} {problem}")
            return False
        same = next((other for other in taken if other != glob and is_same_glob(other, glob)), None)
        if same is not None:
            self.mistake(path, f"{_shown(glob)} is the same as {_shown(same)} above; delete one", is_harmless=True)
        return same is None

    def _twice(self, text: str, path: Path) -> None:
        self.mistake(path, f"{_shown(text)} stands in this list twice; delete one", is_harmless=True)

    def _tables(self, values: list[Any], field: Setting, path: Path) -> list[dict[str, Any]] | None:
        assert field.each is not None
        if len(path) > 2 * MAX_NESTING:
            self.mistake(path, f"Sections are nested more than {MAX_NESTING} deep; these are left out")
            return None
        if len(values) > MAX_ITEMS:
            self.mistake(path, f"{_name(path)} has more than {MAX_ITEMS} items")
            return None
        taken = []
        for number, value in enumerate(values):
            here = (*path, number)
            if isinstance(value, dict):
                taken.append(self.table(value, field.each, here) | {"": here})
            else:
                self.mistake(path, f"{_name(path)} is a list of tables; {_shown(value)} is none")
        return taken

    def _sections(self, values: Mapping[str, Any], each: Setting, path: Path, above: str) -> Iterable[Change]:
        """The sections of a table: `"steps.step.actions"` and `steps.step.actions` are the same."""
        for key, value in values.items():
            here = (*path, key)
            name = f"{above}.{key}" if above else key
            if not all(map(_SECTION_NAME.fullmatch, key.split("."))):
                self.mistake(here, f"{_quoted(key)} is no key of a section; write small letters, digits and hyphens")
            elif not isinstance(value, dict):
                self.mistake(here, f"{_quoted(name)} is a section, hence a table, not {_shown(value)}")
            elif name.count(".") >= MAX_NESTING:
                self.mistake(here, f"Sections are nested more than {MAX_NESTING} deep; this one is left out")
            else:
                fields = {field.key: field for field in each.fields}
                inner = {k: v for k, v in value.items() if isinstance(v, dict) and not _is_map(fields.get(k))}
                own = {k: v for k, v in value.items() if k not in inner}
                if own or not inner:
                    yield Change(name, here, self.table(own, each, here))
                yield from self._sections(inner, each, here, name)

    def _unknown_name(self, name: str, field: Setting, path: Path) -> None:
        self.mistake(path, f"Unknown rule {_quoted(name)}; {suggestion(name, field.choices) or 'delete it'}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest known name as words of a message; "" where none is near."""
    from difflib import get_close_matches

    folded = name[:100].casefold().replace("_", "-").replace(" ", "-")
    near = get_close_matches(folded, list(known), n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”?" if near else ""


def _is_map(field: Setting | None) -> bool:
    return field is not None and field.kind == MAP


def _words(field: Setting) -> tuple[str, ...]:
    return SEVERITIES if field.kind == SEVERITY else field.choices if field.kind == WORD else ()


def _name(path: Path) -> str:
    """The key as a message names it."""
    return _quoted(next((part for part in reversed(path) if isinstance(part, str)), ""))


def _quoted(name: str) -> str:
    return f"“{_UNSEEN.sub('�', name)[:60]}”"


def _shape(field: Setting) -> str:
    """What may stand there, as words."""
    if field.kind == NUMBER:
        return f"a whole number from {field.least} to {field.most}"
    words = _words(field)
    if words:
        return ", ".join(f"“{word}”" for word in words[:-1]) + f" or “{words[-1]}”"
    shapes = {
        FLAG: "true or false",
        TEXT: "a text",
        PARAGRAPH: "a text",
        TEXTS: "a list of texts",
        TABLES: "a list of tables",
    }
    shape = shapes.get(field.kind, "a table")
    return f"{shape} or a table" if field.either else shape


def _shown(value: object) -> str:
    """A value as a message quotes it, in TOML's words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = _UNSEEN.sub("�", value.replace("\n", " ").replace("\t", " "))
        return f"“{shown[:60]}…”" if len(shown) > 60 else f"“{shown}”"
    if isinstance(value, (int, float)):
        try:
            return str(value)[:40]
        except ValueError:  # more digits than Python likes to print
            return "that number"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"
