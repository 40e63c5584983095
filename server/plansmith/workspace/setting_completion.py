"""Completion in configuration files: tables, keys and values of the settings, by the words before a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from plansmith.plan.format import Format
from plansmith.workspace.formats import DEFAULT_FORMAT
from plansmith.workspace.settings import (
    FLAG,
    MAP,
    PROJECT,
    SECTIONS,
    SEVERITIES,
    SEVERITY,
    TABLE,
    TABLES,
    TEXTS,
    WORD,
    Setting,
)

_HEADER: Final = re.compile(r"[ \t]*\[(?!\[)[ \t]*(?P<path>[^\[\]\r\n#=]*)\][ \t]*(?:#.*)?$")
_TYPED_HEADER: Final = re.compile(r"[ \t]*\[(?P<typed>[\w.\"' -]*)$")
_TYPED_KEY: Final = re.compile(r"[ \t]*(?P<typed>[\w-]*)$")
_DOTTED_KEY: Final = re.compile(r"[ \t]*(?P<path>(?:[\w-]+\.)+)(?P<typed>[\w-]*)$")
_TYPED_VALUE: Final = re.compile(
    r"[ \t]*(?P<path>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\.(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)[ \t]*=[ \t]*(?P<value>.*)$"
)
_PART: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+")
_TOKEN: Final = re.compile(r"\"\"\"|\'\'\'|\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\[\]{}#]")
_NEXT_TABLE: Final = re.compile(r"[ \t]*\[[ \t]*[A-Za-z][^,]*\][ \t]*(?:#.*)?$")
_ITEM: Final = re.compile(r"\[(?:[ \t]*(?:\"[^\"]*\"|'[^']*')[ \t]*,)*[ \t]*(?P<typed>[\"']?[\w-]*)$")
_SCALAR: Final = re.compile(r"(?P<typed>[\"']?[\w-]*)$")
_REST: Final = re.compile(r"[\w-]*[\"']?")
_TABLES: Final = (TABLE, MAP, SECTIONS)


class SettingOffer(NamedTuple):
    """A table, key or value that can stand at a place."""

    label: str
    text: str
    documentation: str = ""
    is_value: bool = False


class SettingPlace(NamedTuple):
    """What can stand at a place; columns of the words before it, and of the word's end."""

    offers: tuple[SettingOffer, ...]
    start: int
    end: int


def complete_setting(
    lines: Sequence[str],
    line: int,
    column: int,
    fmt: Format,
    *,
    prefix: tuple[str, ...] = (),
    settings: Setting = PROJECT,
) -> SettingPlace | None:
    """What can stand at a place of a TOML text whose settings lie below `prefix`; None where nothing is expected."""
    if not 0 <= line < len(lines):
        return None
    before = lines[line][:column]
    opened = _open_value(lines, line)
    table = _table_above(lines, line if opened is None else opened[0])
    if opened is not None:
        if table[: len(prefix)] != prefix:
            return None
        return _goes_on(table[len(prefix) :], f"{opened[1]} {before}", lines[line], column, fmt, settings)
    if match := _TYPED_HEADER.match(before):
        offers = [
            SettingOffer(name, name + "]" * ("]" not in lines[line][column:]), text)
            for name, text in _headers(settings, prefix, fmt)
        ]
        return _place(offers, match["typed"], lines[line], column)
    if table[: len(prefix)] != prefix:
        return None
    path = table[len(prefix) :]
    if match := _TYPED_VALUE.match(before):
        setting = _find(settings, (*path, *_parts(match["path"])), fmt)
        return _values(setting, match["value"], lines[line], column) if setting is not None else None
    match = _TYPED_KEY.match(before) or _DOTTED_KEY.match(before)
    if match is None or "=" in lines[line][column:]:
        return None
    within = (*path, *_parts(match.groupdict().get("path") or ""))
    setting = _find(settings, within, fmt)
    if setting is None:
        return None
    there = _defined(lines, line)
    offers = [offer for offer in _keys(setting, fmt, is_top=not within) if offer.label not in there]
    return _place(offers, match["typed"], lines[line], column)


def _goes_on(
    table: tuple[str, ...], text: str, line: str, column: int, fmt: Format, settings: Setting
) -> SettingPlace | None:
    """What can stand in a list that began on a line above; `text` is all of it up to the place, on one line."""
    match = _TYPED_VALUE.match(text)
    setting = _find(settings, (*table, *_parts(match["path"])), fmt) if match is not None else None
    if match is None or setting is None or setting.kind != TEXTS:
        return None
    return _values(setting, match["value"], line, column)


def _open_value(lines: Sequence[str], line: int) -> tuple[int, str] | None:
    """The line of a value that goes on where another line begins, and its text up to there; None where none does.

    Of a text of several lines nothing is told but that it goes on.
    """
    first, text, quotes, depth = 0, "", "", 0
    for number in range(line):
        raw = lines[number]
        if depth and not quotes and _NEXT_TABLE.match(raw):
            depth = 0  # what was never closed ends with its table
        start = 0
        if not depth and not quotes:
            match = _TYPED_VALUE.match(raw)
            if match is None:
                continue
            first, text, start = number, raw[: match.start("value")], match.start("value")
        end = start
        while end < len(raw):
            token = _TOKEN.search(raw, end) if not quotes else None
            if quotes:
                closing = raw.find(quotes, end)
                end = len(raw) if closing < 0 else closing + len(quotes)
                quotes = quotes if closing < 0 else ""
            elif token is None:
                break
            elif token[0] == "#":
                raw = raw[: token.start()]
            else:
                end = token.end()
                quotes = token[0] if len(token[0]) == 3 and token[0] in ('"""', "'''") else ""
                depth += (token[0] in "[{") - (token[0] in "]}")
        depth = max(depth, 0)
        text += f" {raw[start:]}"
    return (first, "" if quotes else text) if quotes or depth else None


def _place(offers: Sequence[SettingOffer], typed: str, line: str, column: int) -> SettingPlace | None:
    bare = re.sub("[\"']", "", typed).casefold()
    kept = tuple(offer for offer in offers if offer.label.casefold().startswith(bare))
    rest = _REST.match(line, column)
    return SettingPlace(kept, column - len(typed), rest.end() if rest else column) if kept else None


def _headers(settings: Setting, prefix: tuple[str, ...], fmt: Format) -> Iterator[tuple[str, str]]:
    if prefix:
        yield ".".join(prefix), settings.description
    for field in settings.fields:
        if field.kind in _TABLES or any(other.kind in _TABLES for other in field.either):
            yield ".".join((*prefix, field.key)), field.description
        if field.kind == SECTIONS:
            for key, spec in fmt.by_key.items():
                yield ".".join((*prefix, field.key, key)), spec.hover


def _keys(setting: Setting, fmt: Format, *, is_top: bool) -> Iterator[SettingOffer]:
    if setting.kind == MAP:
        for choice in setting.choices:
            yield SettingOffer(choice, f"{choice} = ", setting.description)
    elif setting.kind == SECTIONS:
        for key, spec in fmt.by_key.items():
            yield SettingOffer(key, f"{key}.", spec.hover)
    else:
        for field in setting.fields:
            if field.kind not in (*_TABLES, TABLES):
                yield SettingOffer(field.key, f"{field.key} = ", field.description)
            elif is_top:
                yield SettingOffer(field.key, f"[{field.key}]\n", field.description)


def _values(setting: Setting, value: str, line: str, column: int) -> SettingPlace | None:
    words = _words(setting)
    match = (_ITEM if setting.kind == TEXTS else _SCALAR).match(value)
    if match is None or not words:
        return None
    there = set(re.findall(r"[\"']([\w-]+)[\"']", value[: match.start("typed")]))
    offers = [
        SettingOffer(word.strip('"'), word, setting.description, True) for word in words if word.strip('"') not in there
    ]
    return _place(offers, match["typed"], line, column)


def _words(setting: Setting) -> list[str]:
    """The values that a setting can have, as they are written."""
    if setting.kind == FLAG:
        return ["true", "false"]
    if setting.kind == SEVERITY:
        return [*(f'"{word}"' for word in SEVERITIES), "true", "false"]
    if setting.kind in (WORD, TEXTS):
        return [f'"{word}"' for word in setting.choices]
    return [f'"{DEFAULT_FORMAT}"'] if setting.key == "format" else []


def _find(setting: Setting, path: tuple[str, ...], fmt: Format) -> Setting | None:
    """The setting under a path."""
    for place, part in enumerate(path):
        if setting.kind == SECTIONS and setting.each is not None:
            rest = path[place:]
            if rest[-1] in setting.each.names and ".".join(rest) not in fmt.by_key:
                return next(field for field in setting.each.fields if field.key == rest[-1])
            return setting.each
        if setting.kind == MAP:
            if setting.each is None:
                return None
            setting = setting.each
            continue
        found = next((field for field in setting.fields if field.key == part), None)
        if found is None:
            return None
        # `[ignore]` is the other shape of a key that may also be a list.
        is_last = place == len(path) - 1
        setting = found if is_last or not found.either else found.either[0]
    return setting


def _table_above(lines: Sequence[str], line: int) -> tuple[str, ...]:
    """The path of the table that a line stands in."""
    for number in range(line - 1, -1, -1):
        if lines[number].lstrip()[:1] == "[":
            match = _HEADER.match(lines[number])
            if match is not None:
                return _parts(match["path"])
    return ()


def _defined(lines: Sequence[str], line: int) -> set[str]:
    """The keys that stand in the same table as a line."""
    first, last = line, line
    while first > 0 and not _HEADER.match(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and not _HEADER.match(lines[last + 1]):
        last += 1
    found = set()
    for number in range(first, last + 1):
        match = _TYPED_VALUE.match(lines[number])
        if match is not None:
            found.add(match["path"].strip("\"'"))
    return found


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(path))
