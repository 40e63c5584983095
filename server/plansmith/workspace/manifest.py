"""Manifests are data from a repository: any text is read, and what is wrong with it is a message.

The readers answer a table, empty if the text is broken, and the problem or None.
"""

from __future__ import annotations

import re
import sys
from typing import Any

Table = dict[str, Any]

# tomllib takes quadratic time for a key of many parts; nobody writes one.
_ENDLESS_KEY = re.compile(r"(?:[\w\"'-]{1,40}[ \t]{0,4}\.[ \t]{0,4}){100}")

# Control characters, and those that change the direction of what follows: a version or a name
# ends up in a plan, where nobody would see them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def read_toml(text: str) -> tuple[Table, str | None]:
    """`pyproject.toml`, `Cargo.toml` and the like."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        # Only there on 3.10, while types are checked for 3.10 on any version.
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

    if _ENDLESS_KEY.search(text):
        return {}, "is not valid TOML: it is nested too deeply"
    try:
        return tomllib.loads(text), None
    except (ValueError, RecursionError) as error:
        return {}, f"is not valid TOML: {_reason(error)}"


def read_json(text: str) -> tuple[Table, str | None]:
    """`package.json`; what is not an object is broken too."""
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {}, f"is not valid JSON: {_reason(error)}"
    if not isinstance(value, dict):
        return {}, "is not a JSON object"
    return value, None


def read_ini(text: str) -> tuple[Table, str | None]:
    """`setup.cfg`, `tox.ini` and the like: a table of sections, whose values are strings."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError) as error:
        return {}, f"is not valid INI: {_reason(error)}"
    return {name: dict(parser[name]) for name in parser.sections()}, None


def table(value: object, *keys: str) -> Table:
    """The table under these keys, or an empty one: a wrong type is as good as nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def array(value: object, *keys: str) -> list[Any]:
    """The list under these keys, or an empty one."""
    found = table(value, *keys[:-1]).get(keys[-1]) if keys else value
    return found if isinstance(found, list) else []


def string(value: object, *keys: str) -> str:
    """The string under these keys in one printable line, or ""."""
    found = table(value, *keys[:-1]).get(keys[-1]) if keys else value
    return printable(found) if isinstance(found, str) else ""


def strings(value: object, *keys: str) -> list[str]:
    """The strings of the list under these keys; a single string is a list of one."""
    one = string(value, *keys)
    return [one] if one else [printable(item) for item in array(value, *keys) if type(item) is str]


def printable(text: str, limit: int = 200) -> str:
    """The text in one line without unseen characters, at most `limit` long."""
    return _UNPRINTABLE.sub(" ", text)[:limit].strip()


def _reason(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return printable(str(error))
