"""As much of JSON Schema (2020-12) as pydantic writes; a keyword that is not known here is an error of the test."""

from __future__ import annotations

from typing import Any

_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
_WORDS = {"title", "description", "default", "$defs"}


def problems(value: Any, schema: dict[str, Any], whole: dict[str, Any], path: str = "$") -> list[str]:
    """What is wrong with a value, each with its place."""
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword == "$ref":
            found += problems(value, whole["$defs"][wanted.rpartition("/")[2]], whole, path)
        elif keyword == "type":
            if not isinstance(value, _TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool)):
                found.append(f"{path}: {value!r} is no {wanted}")
        elif keyword == "const":
            found += [] if value == wanted else [f"{path}: {value!r} is not {wanted!r}"]
        elif keyword == "enum":
            found += [] if value in wanted else [f"{path}: {value!r} is none of {wanted}"]
        elif keyword == "anyOf":
            found += [] if any(not problems(value, each, whole) for each in wanted) else [f"{path}: fits none"]
        elif keyword == "properties":
            for name in set(wanted) & set(value):
                found += problems(value[name], wanted[name], whole, f"{path}.{name}")
        elif keyword == "required":
            found += [f"{path}: has no {name}" for name in wanted if name not in value]
        elif keyword == "additionalProperties":
            assert wanted is False
            found += [f"{path}: has {name}" for name in value if name not in schema.get("properties", {})]
        elif keyword == "items":
            for number, item in enumerate(value):
                found += problems(item, wanted, whole, f"{path}[{number}]")
        else:
            assert keyword in _WORDS, f"the test's validator does not know {keyword}"
    return found
