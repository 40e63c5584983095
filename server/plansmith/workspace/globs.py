"""Globs name documents and folders below a root; matching takes no more than the product of the lengths.

`*` and `?` stay within a name, `**` stands for any number of folders, `[abc]` for one sign.
A glob without a slash matches at any depth; one that matches a folder matches all that lies in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Globs:
    """Some globs, ready to be asked; falsy without any."""

    __slots__ = ("_floating", "_rooted", "patterns")

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        """`patterns` are as written: `drafts/`, `*.draft.md`, `docs/**/notes-?.md`."""
        self.patterns = tuple(patterns)
        self._floating: list[tuple[str, bool]] = []
        self._rooted: list[tuple[tuple[str, ...], bool]] = []
        for pattern in self.patterns:
            text = pattern.removeprefix("./")
            is_folder = text.endswith("/")
            text = text.rstrip("/")
            if "/" in text:
                self._rooted.append((tuple(text.lstrip("/").split("/")), is_folder))
            elif text:
                self._floating.append((text, is_folder))

    def __bool__(self) -> bool:
        """Whether there is any glob."""
        return bool(self.patterns)

    def match(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether a path, or a folder that it lies in, matches; it is relative to the root, with "/"."""
        if not self.patterns:
            return False
        names = path.strip("/").split("/")
        last = len(names) - 1
        for number, name in enumerate(names):
            inside = is_folder or number < last
            for pattern, wants_folder in self._floating:
                if (inside or not wants_folder) and _matches(name, pattern):
                    return True
            for parts, wants_folder in self._rooted:
                if (inside or not wants_folder) and _matches_path(names[: number + 1], parts):
                    return True
        return False


def _matches_path(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Names against the parts of a glob; only the last `**` has to be tried again."""
    name = part = 0
    retry_part, retry_name = -1, 0
    while name < len(names):
        if part < len(parts) and parts[part] == "**":
            if part == len(parts) - 1:
                return True  # `docs/**` is all that lies inside, and not the folder itself
            retry_part, retry_name = part, name
            part += 1
        elif part < len(parts) and _matches(names[name], parts[part]):
            name += 1
            part += 1
        elif retry_part >= 0:
            retry_name += 1
            name, part = retry_name, retry_part + 1
        else:
            return False
    return part == len(parts)


def _matches(name: str, pattern: str) -> bool:
    """One name against one part; only the last `*` has to be tried again."""
    if "*" not in pattern and "?" not in pattern and "[" not in pattern:
        return name == pattern
    at = sign = 0
    retry_sign, retry_at = -1, 0
    while at < len(name):
        step = _sign(pattern, sign, name[at]) if sign < len(pattern) else 0
        if sign < len(pattern) and pattern[sign] == "*":
            retry_sign, retry_at = sign, at
            sign += 1
        elif step:
            at += 1
            sign += step
        elif retry_sign >= 0:
            retry_at += 1
            at, sign = retry_at, retry_sign + 1
        else:
            return False
    return not pattern[sign:].strip("*")


def _sign(pattern: str, at: int, letter: str) -> int:
    """How many signs of the pattern match this letter; 0 if they don't."""
    sign = pattern[at]
    if sign == "[":
        end = pattern.find("]", at + 2)
        if end > 0:
            inside = pattern[at + 1 : end]
            wanted = not inside.startswith(("!", "^"))
            return (end + 1 - at) if _in_set(letter, inside.lstrip("!^")) == wanted else 0
    return 1 if sign in ("?", letter) else 0


def _in_set(letter: str, signs: str) -> bool:
    at = 0
    while at < len(signs):
        if signs[at + 1 : at + 2] == "-" and at + 2 < len(signs):
            if signs[at] <= letter <= signs[at + 2]:
                return True
            at += 3
        else:
            if signs[at] == letter:
                return True
            at += 1
    return False
