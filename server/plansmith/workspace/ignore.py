"""What git ignores: the innermost file with an opinion decides, and nothing comes back from below
an ignored folder.

Only `.gitignore` files count.
`.git/info/exclude` and the user's global file differ from machine to machine, and the editor and CI
would disagree.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# A pattern is matched by a backtracking expression, and a repository writes both the pattern and
# the file names: `*a*a*a*a*a*b` against `aaaa…` would take hours. Real patterns stay far below.
MAX_PATTERNS = 2_000
MAX_STARS_IN_A_SEGMENT = 3
MAX_DOUBLE_STARS = 4

MAX_KEPT = 4096  # texts of ignore files, read into patterns

Decision = Callable[[str], "bool | None"]


class IgnoreFile(NamedTuple):
    """One `.gitignore`, at `folder` (relative to the root, "" for the root itself).

    A file of an enclosing repository lies above the root: then `above` is the path from its folder
    to the root, and `folder` is "".
    """

    text: str
    folder: str = ""
    above: str = ""

    def decide(self, path: str) -> bool | None:
        """True if it ignores the path, False if it wants it back, None without an opinion.

        The path is relative to the root, and ends with "/" if it is a folder.
        """
        if self.above:
            path = f"{self.above}/{path}"
        elif self.folder:
            path = path[len(self.folder) + 1 :]
        return _decision(self.text)(path)


class IgnoreRules(NamedTuple):
    """All ignore files of a workspace, by folder; `above` are those above it, outermost first."""

    files: Mapping[str, IgnoreFile] = {}
    above: tuple[IgnoreFile, ...] = ()

    def ignores(self, path: str) -> bool:
        """Whether git ignores this path or a folder it lies in.

        The path is relative to the root, and ends with "/" if it is a folder; it need not exist.
        """
        if not self.files and not self.above:
            return False
        chain = list(self.above)
        folder = ""
        for entry in _from_the_top(path):
            if folder in self.files:
                chain.append(self.files[folder])
            if is_ignored(entry, chain):
                return True
            folder = entry.rstrip("/")
        return False


def is_ignored(path: str, chain: list[IgnoreFile] | tuple[IgnoreFile, ...]) -> bool:
    """Whether these files, outermost first, ignore this one entry; its folders are not asked."""
    for file in reversed(chain):
        decision = file.decide(path)
        if decision is not None:
            return decision
    return False


def parse_ignore_file(text: str, folder: str = "", above: str = "") -> IgnoreFile | None:
    """The value of one `.gitignore`, or None if it has no pattern. Never raises."""
    return IgnoreFile(text, folder, above) if _patterns(text) else None


def _from_the_top(path: str) -> Iterator[str]:
    """`a/b/c` gives `a/`, `a/b/`, `a/b/c`."""
    at = path.find("/")
    while 0 <= at < len(path) - 1:
        yield path[: at + 1]
        at = path.find("/", at + 1)
    yield path


def _patterns(text: str) -> list[str]:
    return [line for line in map(_without_line_end, text.split("\n")) if _is_pattern(line)]


def _without_line_end(line: str) -> str:
    return line[:-1] if line.endswith("\r") else line


def _is_pattern(line: str) -> bool:
    if not line.strip() or line.startswith("#") or line.count("**") > MAX_DOUBLE_STARS:
        return False
    segments = line.replace("**", "").split("/")
    return max(segment.count("*") for segment in segments) <= MAX_STARS_IN_A_SEGMENT


@lru_cache(maxsize=MAX_KEPT)
def _decision(text: str) -> Decision:
    """The opinion of a file of this text."""
    # Python foresees another meaning of `[[`, and says so on stderr for each such pattern.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return _compiled(_patterns(text)[:MAX_PATTERNS])


def _compiled(lines: list[str]) -> Decision:
    # pathspec costs 65 ms to import: only a workspace that has patterns pays.
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:
        spec = GitIgnoreSpec.from_lines(filter(_compiles, lines))

    # pathspec tries pattern by pattern, some 10 µs for 30 of them, and nearly every file matches
    # none. Two joined expressions say "none" in a tenth of that: patterns that float (no slash)
    # need to see the name only, because the folders were asked before.
    floating: list[str] = []
    anchored: list[str] = []
    for pattern in spec.patterns:
        regex = getattr(pattern, "regex", None)
        if regex is None:
            continue
        source = re.sub(r"\(\?P<\w+>", "(?:", regex.pattern)
        name_only = source.removeprefix("^(?:.+/)?")
        if name_only != source and _floats(name_only):
            floating.append(name_only)
        else:
            anchored.append(source)
    try:
        by_name = re.compile("|".join(floating)) if floating else None
        by_path = re.compile("|".join(anchored)) if anchored else None
    except re.error:
        return lambda path: spec.check_file(path).include

    def decide(path: str) -> bool | None:
        name = path[path.rfind("/", 0, len(path) - 1) + 1 :]
        if (by_name is not None and by_name.match(name)) or (by_path is not None and by_path.match(path)):
            return spec.check_file(path).include
        return None

    return decide


def _floats(expression: str) -> bool:
    """Whether the expression can match within one name: its only slash is the one that ends it."""
    return "/" not in expression.replace("[^/]", "").replace("(?:/)", "").replace("(?:/.*)", "")


def _compiles(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
