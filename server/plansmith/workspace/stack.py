"""The stack of a workspace: which projects it holds, judged from its files alone.

The same files give the same stack; nothing is run, and no manifest makes it raise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.folders import parents
from plansmith.workspace.project import CI_FILES, Project
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stacks import DETECTORS, NamePatterns, is_foreign
from plansmith.workspace.stacks.detector import Detector
from plansmith.workspace.targets import with_targets

__all__ = ["Command", "Dependency", "Ecosystem", "Stack", "detect_stack"]

MAX_PROJECTS = 200
MAX_LISTED = 20

# Projects beside the point: they come after all others, whatever their size.
SIDE_FOLDERS = frozenset({
    "docs", "doc", "examples", "example", "samples", "demo", "demos", "website", "site", "e2e",
    "benchmarks", "bench", "scripts", "tools", ".github", ".ci",
})  # fmt: skip

_ENVIRONMENT_TEMPLATE = re.compile(
    r"\.?env[\w.-]*\.(?:example|sample|template|dist|defaults)|(?:example|sample|template)\.env"
)
_DOCKER = re.compile(
    r"(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|[\w.-]+\.[Dd]ockerfile"
    r"|(?:docker-)?compose[\w.-]*\.ya?ml"
)


@dataclass(frozen=True, slots=True)
class Stack:
    """The projects of a workspace, the main one first."""

    ecosystems: tuple[Ecosystem, ...] = ()
    otherwise: Ecosystem = field(default_factory=Ecosystem)
    """Stands in where no project is: all is None but what a Makefile at the root says."""
    environment_templates: tuple[str, ...] = ()
    """`.env.example` and the like; never a file that would hold secrets."""
    workflows: tuple[str, ...] = ()
    """The files of the continuous integration."""
    docker_files: tuple[str, ...] = ()
    truncated: bool = False
    """Files were left out, so that there may be more than was found."""
    problems: tuple[str, ...] = ()
    """What could not be read, as `path: what is wrong`."""

    @property
    def primary(self) -> Ecosystem:
        """The main project, or the empty one."""
        return self.ecosystems[0] if self.ecosystems else self.otherwise

    @property
    def languages(self) -> tuple[str, ...]:
        """`Python`, `TypeScript` …, the main project's first."""
        return tuple(dict.fromkeys(ecosystem.language for ecosystem in self.ecosystems))

    def for_path(self, path: str) -> Ecosystem:
        """The project whose folder is nearest to a path, existing or not.

        Of several in one folder it is the one for files of this extension, else the first.
        Outside of all of them it is the empty one.
        """
        name = path.rsplit("/", 1)[-1]
        for folder in (path.rstrip("/"), *parents(path), ""):
            here = [ecosystem for ecosystem in self.ecosystems if ecosystem.folder == folder]
            for ecosystem in here:
                if name.endswith(ecosystem.extensions):
                    return ecosystem
            if here:
                return here[0]
        return self.otherwise


def detect_stack(files: WorkspaceFiles) -> Stack:
    """Judge the files. Pure and total: broken manifests are told in `problems`."""
    own = sorted(path for path in files.paths if not is_foreign(path))
    problems = list(files.problems)
    found: list[_Candidate] = []
    for order, detector in enumerate(DETECTORS):
        for project in _projects(detector, files, own):
            found += _detect(detector, order, project)
            problems += project.problems
    if not found:
        for order, detector in enumerate(DETECTORS):
            if detector.without_manifest:
                found += _detect(detector, order, Project(files, "", tuple(own)))
    found.sort(key=_Candidate.rank)
    return Stack(
        ecosystems=tuple(candidate.ecosystem for candidate in found),
        otherwise=with_targets(Ecosystem(), Project(files, "", ())),
        environment_templates=_listed(own, _ENVIRONMENT_TEMPLATE),
        workflows=tuple(filter(CI_FILES.fullmatch, own))[:MAX_LISTED],
        docker_files=_listed(own, _DOCKER),
        truncated=files.truncated,
        problems=tuple(dict.fromkeys(problems)),
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    ecosystem: Ecosystem
    sources: int
    order: int

    def rank(self) -> tuple[bool, bool, int, int, str]:
        """The root's before others, what is beside the point last, the larger first."""
        folder = self.ecosystem.folder
        is_aside = not SIDE_FOLDERS.isdisjoint(folder.split("/"))
        return folder != "", is_aside, -self.sources, self.order, folder


def _detect(detector: Detector, order: int, project: Project) -> Iterator[_Candidate]:
    ecosystem = detector.detect(project)
    if ecosystem is not None:
        sources = sum(path.endswith(detector.extensions) for path in project.paths)
        yield _Candidate(with_targets(ecosystem, project), sources, order)


def _projects(detector: Detector, files: WorkspaceFiles, own: list[str]) -> Iterator[Project]:
    """The folders with a manifest, each with the files that are nearest to it."""
    strong, weak = NamePatterns(detector.manifests), NamePatterns(detector.weak_manifests)
    homes = {_folder(path) for path in own if strong.match(path)}
    # Shallow ones first, so that a folder inside of a project is not taken for another one.
    for path in sorted(filter(weak.match, own), key=lambda path: path.count("/")):
        folder = _folder(path)
        if homes.isdisjoint((folder, *parents(folder), "")):
            homes.add(folder)
    if not homes:
        return

    nearest: dict[str, str | None] = {}

    def home_of(folder: str) -> str | None:
        if folder not in nearest:
            outer = home_of(_folder(folder)) if folder else None
            nearest[folder] = folder if folder in homes else outer
        return nearest[folder]

    inside: dict[str, list[str]] = {home: [] for home in homes}
    for path in own:
        home = home_of(_folder(path))
        if home is not None:
            inside[home].append(path[len(home) + 1 :] if home else path)
    for home in sorted(homes, key=lambda home: (home.count("/") + bool(home), home))[:MAX_PROJECTS]:
        yield Project(files, home, tuple(inside[home]))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _listed(own: list[str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The files whose name matches, those nearest to the root first."""
    matching = (path for path in own if pattern.fullmatch(path.rsplit("/", 1)[-1]))
    return tuple(sorted(matching, key=lambda path: (path.count("/"), path))[:MAX_LISTED])
