"""Globs name documents and folders below a root; matching takes no more than the product of the lengths.

`*` and `?` stay within a name, `**` stands for any number of folders, `[abc]` for one sign.
A glob without a slash matches at any depth; one that matches a folder matches all that lies in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import Final

_OF_A_MACHINE: Final = re.compile(r"[A-Za-z]:[\\/]|~/|[\\/]{2}")
_TOP_FOLDERS: Final = ("/Users/", "/Volumes/", "/etc/", "/home/", "/mnt/", "/root/", "/usr/")
_BRACES: Final = re.compile(r"\{[^{}]*,[^{}]*\}")


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


def glob_problem(glob: str, root: str = "") -> str:
    """Why a glob is not what its author means, in words that follow it; "" where nothing is wrong.

    `root` is the absolute path of the folder that it starts from, "" where that is not known.
    """
    if not glob.strip():
        return "is empty"
    if _OF_A_MACHINE.match(glob) or _is_absolute(glob, root):
        return "is a path of this machine; write it from this file's folder on"
    if "\\" in glob:
        return "holds a “\\”; write “/” between folders on every system"
    parts = glob.removeprefix("./").rstrip("/").removeprefix("/").split("/")
    if ".." in parts:
        return "leads out of this file's folder, where no document is looked for"
    if parts in ([""], ["."]):
        return "is this file's folder itself, and matches nothing in it; write “**”, or delete it"
    if "" in parts or "." in parts:
        return "can match nothing: a name between its slashes is empty or “.”; delete that"
    if glob.startswith("!"):
        return "takes nothing back by its “!”; a glob says what matches, and nothing else"
    if _BRACES.search(glob):
        return "holds choices in braces, which are read as they stand; write a glob for each"
    return next(filter(None, map(_set_problem, parts)), "")


def is_same_glob(one: str, other: str) -> bool:
    """Whether two globs differ in their spelling alone."""
    return one.removeprefix("./") == other.removeprefix("./")


def _is_absolute(glob: str, root: str) -> bool:
    """Whether a glob that starts with a slash, which means the root, means that of the machine."""
    if not root or not glob.startswith("/"):
        return False
    # A root right below the machine's, as in a container, may have a folder of its own name.
    if root.count("/") > 1 and f"{glob.rstrip('/')}/".startswith(f"{root}/"):
        return True
    top = next(filter(glob.startswith, _TOP_FOLDERS), "")
    return bool(glob[len(top) :].strip("/")) and top != "" and not os.path.isdir(root + top)


def _set_problem(part: str) -> str:
    """What is wrong with the sets of one name."""
    at = part.find("[")
    while at >= 0:
        end = part.find("]", at + 2)
        if end < 0:
            return "holds a “[” that no “]” closes; write “[[]” for the sign itself"
        signs = part[at + 1 : end].lstrip("!^")
        if not signs:
            return f"holds an empty set “{part[at : end + 1]}”; write the signs that may stand there"
        if _is_backwards(signs):
            return f"holds a set “{part[at : end + 1]}” whose range runs backwards"
        at = part.find("[", end)
    return ""


def _is_backwards(signs: str) -> bool:
    at = 0
    while at + 2 < len(signs):
        is_range = signs[at + 1] == "-"
        if is_range and signs[at] > signs[at + 2]:
            return True
        at += 3 if is_range else 1
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
