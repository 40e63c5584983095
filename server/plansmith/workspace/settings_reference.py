"""The settings as others read them: a table for people, a JSON Schema for editors; both say what is validated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plansmith.workspace.settings import (
    FLAG,
    MAP,
    NUMBER,
    PARAGRAPH,
    PROJECT,
    SECTIONS,
    SEVERITIES,
    SEVERITY,
    TABLE,
    TEXT,
    TEXTS,
    WORD,
    Setting,
)
from plansmith.workspace.user import USER

_PLACES = {"rules": "RULE", "ignore": "GLOB", "sections": "SECTION", "synonyms": "CHOICE", "keys": "ORIGIN"}


def settings_table() -> str:
    """All settings of a project as a Markdown table."""
    return _table(PROJECT)


def user_settings_table() -> str:
    """All settings of a user as a Markdown table."""
    return _table(USER)


def _table(settings: Setting) -> str:
    rows = [
        f"| `{key}` | {_value(setting)} | {_default(setting.default)} | {setting.description} |"
        for field in settings.fields
        for key, setting in _rows(field, field.key)
    ]
    return "\n".join(["| setting | value | default | meaning |", "| --- | --- | --- | --- |", *rows]) + "\n"


def settings_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `plansmith.toml`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plansmith.toml",
        **_schema(PROJECT),
    }


def _rows(setting: Setting, key: str) -> Iterator[tuple[str, Setting]]:
    if setting.kind == TABLE:
        for field in setting.fields:
            yield from _rows(field, f"{key}.{field.key}")
    elif setting.kind == SECTIONS:
        assert setting.each is not None
        for field in setting.each.fields:
            yield from _rows(field, f"{key}.{_PLACES[key]}.{field.key}")
    elif setting.kind == MAP:
        assert setting.each is not None
        yield f"{key}.{_PLACES[setting.key]}", setting._replace(kind=setting.each.kind, choices=setting.each.choices)
    else:
        yield key, setting
        for other in setting.either:
            yield from _rows(other, key)


def _value(setting: Setting) -> str:
    words = SEVERITIES if setting.kind == SEVERITY else setting.choices if setting.kind == WORD else ()
    if words:
        return ", ".join(f"`{word}`" for word in words)
    if setting.kind == NUMBER:
        return f"{setting.least} to {setting.most}"
    return {TEXT: "text", PARAGRAPH: "text", TEXTS: "list of texts", FLAG: "`true`, `false`"}[setting.kind]


def _default(value: Any) -> str:
    """A default in TOML's words; none where the format decides."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return "`[]`" if value == () else f"`{value}`"


def _schema(setting: Setting) -> dict[str, Any]:
    if setting.either:
        return _described(setting, {"anyOf": [_shape(setting), *map(_schema, setting.either)]})
    return _described(setting, _shape(setting))


def _described(setting: Setting, shape: dict[str, Any]) -> dict[str, Any]:
    if setting.default is not None:
        shape["default"] = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    return {"description": setting.description.replace("`", ""), **shape}


def _shape(setting: Setting) -> dict[str, Any]:
    kind = setting.kind
    if kind == TABLE:
        properties = {field.key: _schema(field) for field in setting.fields}
        return {"type": "object", "properties": properties, "additionalProperties": False}
    if kind == SECTIONS:
        assert setting.each is not None
        # Sections may be nested in sections, so whatever is none of a section's own keys is one.
        section = {**_shape(setting.each), "additionalProperties": {"$ref": "#/properties/sections/$defs/section"}}
        inner = {"$ref": "#/properties/sections/$defs/section"}
        return {"type": "object", "$defs": {"section": section}, "additionalProperties": inner}
    if kind == MAP:
        assert setting.each is not None
        if setting.choices:
            properties = {name: _schema(setting.each) for name in setting.choices}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        return {"type": "object", "additionalProperties": _schema(setting.each)}
    if kind == TEXTS:
        items: dict[str, Any] = {"enum": list(setting.choices)} if setting.choices else {"type": "string"}
        least = {"minItems": setting.least} if setting.least else {}
        return {"type": "array", "items": items, "uniqueItems": True, **least}
    if kind == NUMBER:
        return {"type": "integer", "minimum": setting.least, "maximum": setting.most}
    if kind == SEVERITY:
        return {"enum": [*SEVERITIES, True, False]}
    if kind == WORD:
        return {"enum": list(setting.choices)}
    return {"type": "boolean"} if kind == FLAG else {"type": "string", "minLength": 1}
