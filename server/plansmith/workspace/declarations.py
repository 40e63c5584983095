"""Where a manifest declares a package: the parsers of manifests tell values and no places.

Any text is read. A place is looked for where the stack read the package, and nothing is guessed beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from plansmith.plan.packages import same_package
from plansmith.plan.text import Span, on_line, split_lines
from plansmith.workspace.manifests import read_manifests
from plansmith.workspace.named_files import RootFiles
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import detect_stack
from plansmith.workspace.toml_keys import Key, find_keys, span_of

_TOML: Final = (".toml", "Pipfile")
_NAME: Final = re.compile(r"[\"']?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")
_COMMENT: Final = re.compile(r"\s*(?:#|//|<!--|\*)")
# What stands before a name that is declared: nothing, a quotation mark, a tag's end, or the word that begins a list.
_BEFORE: Final = re.compile(r"(?:^|[\"'>]|[=:]|\brequire)\s*$")


class Declaration(NamedTuple):
    """A place in a manifest; `path` is absolute, `lines` are the manifest's."""

    path: str
    span: Span  # of the package's name
    lines: tuple[str, ...]


def find_declaration(files: RootFiles, name: str) -> Declaration | None:
    """Where the workspace's manifests declare a package, those of the main project first."""
    wanted = same_package(name)
    for tree in files.trees:
        manifests = read_manifests(tree)
        for path, where in _sources(manifests, wanted):
            text = manifests.texts[path]
            span = find_declared(text, path, where, wanted)
            if span is not None:
                return Declaration(tree.absolute(path), span, tuple(split_lines(text)[0]))
    return None


def find_declared(text: str, path: str, where: str, name: str) -> Span | None:
    """The place of a package's name in a manifest; `where` is the table or list that it was read from."""
    wanted = same_package(name)
    if path.endswith(_TOML):
        return _in_toml(text, wanted)
    begin = re.search(rf"(?<![\w-]){re.escape(where)}(?![\w-])", text) if where else None
    lines = split_lines(text)[0]
    start = span_of(text, begin.start(), begin.start()) if begin is not None else Span(0, 0, 0, 0)
    for spelled in dict.fromkeys((wanted, wanted.rpartition(":")[2])):  # Maven's are in two elements
        for line, column in dict.fromkeys(((start.line, start.start), (0, 0))):
            found = next(_in_lines(lines, line, column, spelled, is_key=path.endswith(".json")), None)
            if found is not None:
                return found
    return None


def _sources(manifests: WorkspaceFiles, wanted: str) -> Iterator[tuple[str, str]]:
    """The manifests that have a package, and where in each it was read."""
    for ecosystem in detect_stack(manifests).ecosystems:
        for dependency in ecosystem.dependencies:
            if same_package(dependency.name) != wanted:
                continue
            source = dependency.source
            known = [path for path in manifests.texts if source == path or source.startswith(f"{path} ")]
            if known:
                path = max(known, key=len)
                yield path, source[len(path) :].strip()


def _in_toml(text: str, wanted: str) -> Span | None:
    keys = find_keys(text)
    lists = {key.path[:-1] for key in keys if key.path and isinstance(key.path[-1], int)}
    for key in keys:
        if key.path in lists or not _is_dependency(key):
            continue
        name = _NAME.match(text, key.start, key.end)
        if name is not None and same_package(name["name"]) == wanted:
            return span_of(text, *name.span("name"))
    return None


def _is_dependency(key: Key) -> bool:
    """Whether it stands for a package: a requirement in a list of them, or a key in a table of them."""
    if not key.is_last or len(key.path) < 2:
        return False
    around = key.path[-3:-1] if isinstance(key.path[-1], int) else key.path[-2:-1]
    return any(str(part).endswith(("dependencies", "packages", "dependency-groups")) for part in around)


def _in_lines(lines: list[str], first: int, column: int, wanted: str, *, is_key: bool) -> Iterator[Span]:
    """The places from a line and its column on."""
    spelled = "[-_.]+".join(map(re.escape, wanted.split("-")))
    after = r"(?=[\"']\s*:)" if is_key else r"(?![\w/-]|\.\w)"
    pattern = re.compile(rf"(?<![\w@/.-]){spelled}{after}", re.IGNORECASE)
    for number in range(first, len(lines)):
        line = lines[number]
        if _COMMENT.match(line):
            continue
        for found in pattern.finditer(line):
            if (number > first or found.start() >= column) and _BEFORE.search(line[: found.start()]):
                yield on_line(number, *found.span())
