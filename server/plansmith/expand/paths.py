"""The files that a task speaks of: which are there, which it makes, and which it only points to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plansmith.plan.path_text import as_path
from plansmith.plan.paths import POINTING
from plansmith.workspace.snapshot import WorkspaceFiles

from .clues import CODE_SPAN, find_names
from .reading import ASIDE, CONTEXT, FILES, NEEDS, Passage, Statement
from .wording import sentences, short

_GOES_ON = re.compile(r"^[\s/,+&]*(?:and|or)?\s*$")
_LEAD = re.compile(
    r"\W*(?:[A-Za-z]+:?\s+)?(?:(?:the|a|file|new)\s+)*(?P<spelled>`[^`]*`)(?:\s+file)?\s*(?:[-–—:,]+|$)?\s*"
)
_PLACED = re.compile(r",?\s*\b(?:in|to|into|of|under|at|from)\s+(?:the\s+)?(?P<spelled>`[^`]*`)")
_VERB = re.compile(r"^\W*(?P<verb>[A-Za-z]+)\b")
_CREATES = frozenset({
    "create", "add", "write", "new", "introduce", "generate", "scaffold", "implement", "define", "build",
})  # fmt: skip
_CHANGES = frozenset({
    "modify", "update", "change", "edit", "extend", "refactor", "fix", "adapt", "adjust", "patch", "replace", "rewrite",
    "swap",
})  # fmt: skip
_REMOVES = frozenset(["delete", "remove", "drop"])


@dataclass(slots=True)
class NamedFile:
    """A file that the task makes or changes, as its text has it."""

    path: str
    verb: str  # "creates", "changes", "removes", or "" where the text does not say
    note: str  # what the text says of it
    exists: bool | None  # None where it is not known

    @property
    def is_folder(self) -> bool:
        """Whether it is spelled as a folder."""
        return self.path.endswith("/")


class Places:
    """Paths as the author spells them, found in the workspace."""

    def __init__(
        self, files: WorkspaceFiles | None, folder: str = "", here: str = "", spelled: Mapping[str, str] | None = None
    ) -> None:
        """`folder` is where the task says that its files lie; bare names that are nowhere belong there.

        `here` is the folder of the document, from the root: a path may start there, too.
        `spelled` has the paths that the task itself gives for bare names.
        """
        self.files = files
        self.folder = folder
        self.here = here
        self._spelled = spelled or {}
        self._by_name: dict[str, list[str]] | None = None

    def resolve(self, path: str) -> str:
        """The path from the root: one from the root itself, from the document, or the one file that ends like it.

        One that leads out of the workspace stays as it is, with `../` at its start.
        """
        files = self.files
        if path in self._spelled and not (files is not None and files.exists(path)):
            path = self._spelled[path]
        near = posixpath.normpath(f"{self.here}/{path}") + "/" * path.endswith("/") if self.here else path
        if path.startswith("../"):
            return path if near.startswith("../") else near
        if files is not None and not files.exists(path):
            if near != path and files.exists(near):
                return near
            name = path.rstrip("/").rpartition("/")[2]
            found = [other for other in self._named(name) if other.endswith(f"/{path}")]
            if len(found) == 1:
                return found[0]
            if found:
                return path
        if self.folder and "/" not in path and not (files is not None and files.exists(path)):
            return f"{self.folder}/{path}"
        return path

    def exists(self, path: str) -> bool | None:
        """Whether it is there; None where its absence proves nothing."""
        if self.files is None:
            return None
        if self.files.exists(path):
            return True
        return False if self.files.is_known(path) else None

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder, by its spelling or in fact."""
        return path.endswith("/") or (self.files is not None and self.files.is_folder(path))

    def like(self, words: Iterable[str], extensions: Sequence[str], most: int = 3) -> list[str]:
        """Files whose names hold some of these words, the best first."""
        if self.files is None:
            return []
        wanted = {word.casefold()[:12] for word in words if len(word) > 3}
        if not wanted:
            return []
        scored = []
        for path in self.files.paths:
            if not path.endswith(tuple(extensions)) or path.startswith("."):
                continue
            stem = path.rpartition("/")[2].partition(".")[0].casefold()
            parts = set(re.split(r"[\W_]+", stem))
            hits = sum(
                any(part.startswith(word) or (len(part) > 3 and word.startswith(part)) for part in parts)
                for word in wanted
            )
            if hits:
                scored.append((-hits, path.count("/"), path))
        return [path for _, _, path in sorted(scored)[:most]]

    def _named(self, name: str) -> list[str]:
        if self._by_name is None:
            self._by_name = {}
            for path in sorted(self.files.paths if self.files else ()):
                self._by_name.setdefault(path.rpartition("/")[2], []).append(path)
        return self._by_name.get(name, [])


def spelled_paths(passages: Sequence[Passage]) -> dict[str, str]:
    """The paths that the task names by the names of their files, where no two have the same."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        for path in find_names(passage.whole).paths:
            folder, _, name = path.rpartition("/")
            if folder and name and not path.startswith("../"):
                found.setdefault(name, set()).add(path)
    return {name: paths.pop() for name, paths in found.items() if len(paths) == 1}


def files_folder(passages: Sequence[Passage]) -> str:
    """The one folder that the task names as the place of its files; "" where it names none or several."""
    found = [
        path.rstrip("/")
        for passage in passages
        if passage.role == FILES and not passage.key
        for path in find_names(passage.whole).paths
        if path.endswith("/")
    ]
    return found[0] if len(found) == 1 else ""


def named_files(passages: Sequence[Passage], places: Places) -> list[NamedFile]:
    """The files that the task's text makes or changes, in its order; folders and mere pointers left out."""
    found: dict[str, NamedFile] = {}
    for passage in passages:
        top = passage.key.partition(".")[0]
        if passage.role in (NEEDS, ASIDE, CONTEXT) or top in ("dependencies", "next", "prerequisites"):
            continue
        for text, note in _texts(passage):
            for path, verb in targets(text):
                where = places.resolve(path)
                if places.is_folder(where) or where.startswith("../"):
                    continue
                known = found.get(where)
                if known is None:
                    found[where] = NamedFile(where, verb, _note(text, note, path), places.exists(where))
                elif not known.verb:
                    known.verb = verb
                    known.note = known.note or _note(text, note, path)
    return list(found.values())


def targets(text: str) -> list[tuple[str, str]]:
    """The paths that a statement makes or changes, each with what it does: "creates", "changes", "removes" or ""."""
    spelled = find_names(text).paths
    if not spelled:
        return []
    verb = _verb(text)
    found = []
    pointed = False
    place = 0
    for span in CODE_SPAN.finditer(text):
        path = as_path(span["code"])
        if path is None:
            continue
        before = text[place : span.start()]
        pointed = bool(POINTING.search(before)) or (pointed and bool(_GOES_ON.match(before)))
        place = span.end()
        if not pointed and path in spelled:
            found.append((path, verb))
    spans = {as_path(span["code"]) for span in CODE_SPAN.finditer(text)}
    found += [
        (path, verb)
        for path in spelled
        if path not in spans and not POINTING.search(text[: max(text.find(path), 0)].rstrip("`[("))
    ]
    return found


def _texts(passage: Passage) -> Iterable[tuple[str, str]]:
    for text in passage.prose:
        for sentence in sentences(text):
            yield sentence, ""
    for statement in passage.statements:
        yield from _of_statement(statement)


def _of_statement(statement: Statement) -> Iterable[tuple[str, str]]:
    yield statement.raw, statement.details[0].raw if statement.details else ""
    for detail in statement.details:
        yield from _of_statement(detail)


def _verb(text: str) -> str:
    match = _VERB.match(text)
    word = match["verb"].casefold() if match else ""
    if word in _CREATES:
        return "creates"
    if word in _CHANGES:
        return "changes"
    return "removes" if word in _REMOVES else ""


def _note(text: str, detail: str, path: str) -> str:
    """What a statement says of the file that it names, without the verb and the path at its start."""
    lead = _LEAD.match(text)
    if lead is not None and path in lead["spelled"]:
        rest = re.sub(r"^(?:that|which|and)\s+(?=\w)", "", text[lead.end() :])
        kept = rest if len(rest) > 5 else detail
    else:
        kept = _PLACED.sub(lambda placed: "" if path in placed["spelled"] else placed[0], text)
    return short(kept, 90).strip(" ().,") if kept.strip() else ""
