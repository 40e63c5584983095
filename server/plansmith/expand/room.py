"""A budget of bytes that is never exceeded: each text takes what is left, and what had no room is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .format_text import fence_for
from .read_texts import FileText, Texts
from .redact import redact


class Room:
    """What is left of a budget; each part takes no more than its own limit and what the others have left."""

    def __init__(self, limit: int) -> None:
        self._left = max(limit, 0)
        self.left_out: list[str] = []

    def share(self, limit: int) -> int:
        """How much of a part's own limit there still is."""
        return max(min(limit, self._left), 0)

    def put(self, what: str, text: str, limit: int) -> str:
        """The text, cut where there is no room for more of it."""
        kept = _cut(text, self.share(limit))
        if kept != text:
            self.left_out.append(f"{what}: {'only a part' if kept else 'nothing of it'} has room")
        return self._spend(kept)

    def fenced(self, what: str, text: str, limit: int) -> str:
        """A foreign text in a fence, without its secrets."""
        clean = redact(text)
        self._count(what, clean.secrets)
        if not clean.text.strip():
            return ""
        mark = fence_for(clean.text)
        frame = f"{mark}markdown\n", f"\n{mark}"
        body = _cut(clean.text.strip("\n"), self.share(limit) - size("".join(frame)))
        if body != clean.text.strip("\n"):
            self.left_out.append(f"{what}: {'only a part' if body else 'nothing of it'} has room")
        return self._spend(f"{frame[0]}{body}{frame[1]}") if body else ""

    def files(self, texts: Mapping[str, FileText], limit: int, each: int, lines: int) -> str:
        """Files with their lines told, in their order, as far as there is room."""
        total = self.share(limit)
        pieces: list[str] = []
        for path, file in texts.items():
            clean = redact(file.text, path)
            self._count(f"`{path}`", clean.secrets)
            used = size("\n\n".join(pieces)) + 2 if pieces else 0
            piece, note = _file(path, FileText(clean.text, file.is_whole), min(each, total - used), lines)
            if piece:
                pieces.append(piece)
            if note:
                self.left_out.append(f"`{path}`: {note}")
        return self._spend("\n\n".join(pieces))

    def pieces(self, texts: Iterable[tuple[str, str]], limit: int, between: str) -> str:
        """Whole texts, each with what it is, as far as there is room; one without room does not stop the next."""
        total = self.share(limit)
        kept: list[str] = []
        for what, text in texts:
            if size(between.join([*kept, text])) > total:
                self.left_out.append(f"{what}: no room")
            else:
                kept.append(text)
        return self._spend(between.join(kept))

    def refuse(self, texts: Texts) -> None:
        """Say which files were not read, and why."""
        self.left_out += [f"`{path}`: {why}" for path, why in texts.refused.items()]

    def _count(self, what: str, count: int) -> None:
        if count:
            self.left_out.append(f"{what}: {count} {'secret was' if count == 1 else 'secrets were'} taken out")

    def _spend(self, text: str) -> str:
        self._left -= size(text)
        return text


def size(text: str) -> int:
    """The bytes of a text in UTF-8; half of a surrogate pair counts as the sign that replaces it."""
    return len(text.encode("utf-8", errors="replace"))


def _file(path: str, file: FileText, limit: int, most_lines: int) -> tuple[str, str]:
    """A file in a fence with its lines told, and what is to be said of what is left out."""
    lines = file.text.rstrip("\n").split("\n")
    mark = fence_for(file.text)
    language = path.rpartition(".")[2] if "." in path.rpartition("/")[2] else ""
    total = f"{len(lines)}" if file.is_whole else f"more than {len(lines)}"
    head = f"`{path}` (lines 1–{len(lines)} of {total}):\n\n{mark}{language}\n"
    room = limit - size(head) - size(f"\n{mark}")
    kept = 0
    for line in lines[:most_lines]:
        room -= size(line) + 1
        if room < 0:
            break
        kept += 1
    if not kept or not file.text.strip():
        return "", "no room" if file.text.strip() else ""
    is_all = kept == len(lines) and file.is_whole
    told = f"all {kept} lines" if is_all else f"lines 1–{kept} of {total}"
    body = "\n".join(lines[:kept])
    piece = f"`{path}` ({told}):\n\n{mark}{language}\n{body}\n{mark}"
    return piece, "" if is_all else f"only {told}"


def _cut(text: str, limit: int) -> str:
    """The text, or as many of its first lines as have room together with a line that says so."""
    if size(text) <= limit:
        return text
    lines = text.split("\n")
    room = limit - size(f"\n… ({len(lines)} more lines are left out)")
    kept: list[str] = []
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    if not kept:
        first = lines[0].encode(errors="replace")[: max(room + size(lines[0]) + 1, 0)].decode(errors="ignore")
        if len(first) < 40:
            return ""
        kept = [first]
    more = len(lines) - len(kept)
    return "\n".join([*kept, f"… ({more} more lines are left out)" if more else "… (the rest is left out)"])
