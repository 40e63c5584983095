"""What a model lists as modified and is not there is new: it goes to that list, and nobody is asked again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.path_text import as_path
from plansmith.plan.paths import MODIFIED_FILES, NEW_FILES
from plansmith.rules.facts import Others
from plansmith.rules.listing import is_gone

from .draft import Draft
from .verify import merge

_ITEM = re.compile(r"[-*+] +(?:\[.\] +)?`(?P<path>[^`]+)`")
_NONE = ("None",)


def with_files_listed(drafts: Sequence[Draft], document: Document, index: int, files: Files | None) -> list[Draft]:
    """The drafts of a task, each of their files in the list that the workspace makes true.

    Only where both lists are written now: an author's own are left alone. `files` are what the rules see.
    """
    parts = {part.key: part for draft in drafts for part in draft.walk()}
    new, modified = parts.get(NEW_FILES), parts.get(MODIFIED_FILES)
    if files is None or new is None or modified is None or document.tasks[index].done:
        return list(drafts)
    others, task = Others(document), document.tasks[index]
    stays: list[str] = []
    moves: list[str] = []
    for item in _items(modified.body):
        path = _path(item[0])
        # As `missing-file` asks.
        is_new = (
            path is not None
            and files.exists(path) is False
            and not is_gone(_note(item))
            and not others.make(path, task)
            and not files.is_ignored(path)
        )
        (moves if is_new else stays).extend(item)
    if not moves:
        return list(drafts)
    known = {_path(item[0]) for item in _items(new.body)}
    added = [line for item in _items(moves) if _path(item[0]) not in known for line in item]
    listed = [*(new.body if known - {None} else ()), *added]
    return merge(drafts, [replace(new, body=tuple(listed) or new.body), replace(modified, body=tuple(stays) or _NONE)])


def _items(body: Iterable[str]) -> list[list[str]]:
    """The lines of each item, with what is nested in it; text before the first one by itself."""
    found: list[list[str]] = []
    for line in body:
        if found and (not line or line[0] == " "):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _path(line: str) -> str | None:
    item = _ITEM.match(line)
    return as_path(item["path"]) if item else None


def _note(item: Sequence[str]) -> str:
    """What an item says besides its path."""
    first = _ITEM.match(item[0])
    return "\n".join((item[0][first.end() if first else 0 :], *item[1:])).strip()
