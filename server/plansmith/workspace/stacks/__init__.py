"""The ecosystems that are known: to add one, write its file and add its line to `DETECTORS`.

A detector says only what the project's own files say; what a tool brings along by itself (`go vet`,
`cargo build`) counts as said by the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate

from plansmith.workspace.project import CI_FILES
from plansmith.workspace.source import Portion
from plansmith.workspace.stacks import dotnet, go, java, node, php, python, ruby, rust
from plansmith.workspace.stacks.detector import Detector
from plansmith.workspace.targets import TARGET_FILES

# The order decides between projects in the same folder with the same number of source files.
DETECTORS: tuple[Detector, ...] = (
    python.DETECTOR,
    node.DETECTOR,
    rust.DETECTOR,
    go.DETECTOR,
    java.DETECTOR,
    dotnet.DETECTOR,
    ruby.DETECTOR,
    php.DETECTOR,
)

# What lies here is not this project: samples that tests read, copies of others, and patterns.
FOREIGN_FOLDERS = frozenset({
    "fixtures", "fixture", "__fixtures__", "testdata", "test-data", "test_data", "vendor",
    "third_party", "third-party", "templates", "template", "__mocks__", "snapshots",
    "__snapshots__",
})  # fmt: skip

MANIFEST = Portion(512 * 1024)
SAMPLE = Portion(8 * 1024, whole=False)
MAX_SAMPLES = 24


class NamePatterns:
    """Shell patterns for the names of files; one with a slash is for the folder's name too."""

    def __init__(self, patterns: Iterable[str]) -> None:
        every = set(patterns)
        self._name = _joined(pattern for pattern in every if "/" not in pattern)
        self._end = _joined(pattern for pattern in every if "/" in pattern)

    def match(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if self._name.match(name):
            return True
        return bool(folder) and bool(self._end.match(f"{folder.rpartition('/')[2]}/{name}"))


class TextsToRead:
    """How much of each file detection needs; made anew for each reading, for it counts samples."""

    def __init__(self, detectors: tuple[Detector, ...] = DETECTORS) -> None:
        wholes = [p for d in detectors for p in (*d.manifests, *d.weak_manifests, *d.texts)]
        self._whole = NamePatterns([*wholes, *TARGET_FILES])
        self._sample = NamePatterns(pattern for d in detectors for pattern in d.samples)
        self._samples_left = MAX_SAMPLES

    def __call__(self, path: str) -> Portion | None:
        if self._whole.match(path) or CI_FILES.fullmatch(path):
            return None if is_foreign(path) else MANIFEST
        if self._samples_left and self._sample.match(path) and not is_foreign(path):
            self._samples_left -= 1
            return SAMPLE
        return None


def is_foreign(path: str) -> bool:
    """Whether the path lies in a folder whose contents are not this project's own."""
    return "/" in path and not FOREIGN_FOLDERS.isdisjoint(path.split("/")[:-1])


def _joined(patterns: Iterable[str]) -> re.Pattern[str]:
    # Sorted, so that a set's order does not matter; an empty set matches nothing.
    return re.compile("|".join(map(translate, sorted(patterns))) or r"(?!)")
