"""Changes of a text as plain JSON: a place outside means the nearest one inside; what is no change is refused whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from plansmith.plan.text import Edit, Span, clamp

from .position import Encoding


class MalformedError(ValueError):
    """A message that is not what the protocol says; the text names what is wrong."""


class TextChange(NamedTuple):
    """One change: a text in the stead of the one between two places, or of the whole text."""

    text: str
    places: tuple[int, int, int, int] | None  # line and character of the start, then of the end

    def edit(self, lines: Sequence[str], encoding: Encoding) -> Edit:
        """The change as an edit of these lines; the whole text where it names no places."""
        if self.places is None:
            return Edit(Span(0, 0, len(lines) - 1, len(lines[-1])), self.text)
        line, character, end_line, end_character = self.places
        start, end = _place(lines, line, character, encoding), _place(lines, end_line, end_character, encoding)
        return Edit(Span(*start, *end) if start <= end else Span(*end, *start), self.text)


def read_changes(params: Any) -> tuple[str, int | None, list[TextChange]]:
    """The document's URI, its version where there is one, and the changes; raises `MalformedError`."""
    try:
        identifier = params["textDocument"]
        uri, version = identifier["uri"], identifier.get("version")
        changes = [_change(change) for change in params["contentChanges"]]
    except (KeyError, TypeError, AttributeError) as problem:
        what = f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)
        raise MalformedError(what) from None
    if not isinstance(uri, str):
        raise MalformedError(f"the URI is {_shown(uri)}")
    return uri, version if isinstance(version, int) else None, changes


def _change(change: Any) -> TextChange:
    text, range_ = change["text"], change.get("range")
    if not isinstance(text, str):
        raise MalformedError(f"the text is {_shown(text)}")
    if range_ is None:
        return TextChange(text, None)
    start, end = range_["start"], range_["end"]
    places = (start["line"], start["character"], end["line"], end["character"])
    for number in places:
        if not isinstance(number, int):
            raise MalformedError(f"a line or character is {_shown(number)}")
    return TextChange(text, places)


def _place(lines: Sequence[str], line: int, character: int, encoding: Encoding) -> tuple[int, int]:
    if 0 <= line < len(lines):
        return line, encoding.from_client(lines[line], character) if character > 0 else 0
    return clamp(lines, line, 0)


def _shown(value: object) -> str:
    return repr(value)[:40]
