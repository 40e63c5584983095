"""Where a Node project keeps its sources and its tests, told by the files that are there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from plansmith.workspace.ecosystem import Spelling
from plansmith.workspace.project import Project, most_common, spelling_of, top_folder

SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")
TEST_NAMES = ("*.test.*", "*.spec.*", "*_test.*", "*-test.*")

_TEST = re.compile(r"(?P<stem>.+?)(?P<mark>[._-](?:test|spec))(?P<ext>\.[cm]?[jt]sx?)")
_MODULE = re.compile(r"(?P<stem>[^.]+)(?P<ext>\.[cm]?[jt]s)")
TEST_FOLDERS = frozenset(("test", "tests", "__tests__", "spec", "specs"))
INTEGRATION_FOLDERS = frozenset(("integration", "e2e", "functional", "acceptance", "playwright", "cypress"))
NOT_SOURCE = TEST_FOLDERS | INTEGRATION_FOLDERS | frozenset({
    "scripts", "script", "tools", "docs", "examples", "example", "public", "static", "bench",
    "benchmarks", "config", "types", ".storybook", ".github", ".vscode", "build", "coverage", "out",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NodeLayout:
    """Folders and templates relative to the workspace's root."""

    source_folder: str | None
    source_template: str | None
    test_folder: str | None
    test_template: str
    integration_template: str | None
    spelling: Spelling


@dataclass(frozen=True, slots=True)
class _Test:
    folder: str
    stem: str
    mark: str
    ext: str


def find_node_layout(project: Project, is_typescript: bool, runner: str | None) -> NodeLayout:
    """The layout that most of the project's files have; the runner's defaults where none tells."""
    tests = _find_tests(project.paths, runner)
    unit = [t for t in tests if INTEGRATION_FOLDERS.isdisjoint(t.folder.split("/"))]
    modules = [
        path
        for path in project.paths
        if _MODULE.fullmatch(path.rsplit("/", 1)[-1])
        and NOT_SOURCE.isdisjoint(path.split("/")[:-1])
        and _test(path) is None
    ]
    source = _source_folder(modules)
    default = ".ts" if is_typescript else ".js"
    extension = most_common(f".{path.rsplit('.', 1)[-1]}" for path in modules if "/" in path)
    if extension is None or (extension in (".ts", ".mts", ".cts")) is not is_typescript:
        extension = default
    folder, template = _tests(project, unit, source, extension, runner)
    integration = most_common(t.folder for t in tests if not INTEGRATION_FOLDERS.isdisjoint(t.folder.split("/")))
    name = _name(tests, extension, runner)
    stems = [path.rsplit("/", 1)[-1].split(".", 1)[0] for path in modules]
    return NodeLayout(
        source_folder=None if source is None else project.at(source),
        source_template=None if source is None else _join(project.at(source), "{name}" + extension),
        test_folder=folder,
        test_template=template,
        integration_template=None if integration is None else _join(project.at(integration), name),
        spelling=spelling_of(stems, "kebab" if is_typescript else "camel"),
    )


def _find_tests(paths: tuple[str, ...], runner: str | None) -> list[_Test]:
    """All tests. What bears no mark is one only where none does: else it serves those that do."""
    tests = [test for path in paths if (test := _test(path)) is not None]
    needs_mark = runner in ("vitest", "bun") or any(test.mark for test in tests)
    return [test for test in tests if test.mark or not needs_mark]


def _test(path: str) -> _Test | None:
    """The parts of a test file's path; a file in a test folder needs no mark in its name."""
    folder, _, name = path.rpartition("/")
    match = _TEST.fullmatch(name)
    if match is not None:
        return _Test(folder, match["stem"], match["mark"], match["ext"])
    module = _MODULE.fullmatch(name)
    last = folder.rsplit("/", 1)[-1]
    if module is not None and last in TEST_FOLDERS and module["stem"] not in ("setup", "index"):
        return _Test(folder, module["stem"], "", module["ext"])
    return None


def _source_folder(modules: list[str]) -> str | None:
    """`src` if it has sources; else the top folder with most of them, the project's own included."""
    if any(path.startswith("src/") for path in modules):
        return "src"
    code = [p for p in modules if "/" in p or not re.search(r"config|rc\.|^\.", p)]
    return most_common(map(top_folder, code))


def _tests(
    project: Project, tests: list[_Test], source: str | None, extension: str, runner: str | None
) -> tuple[str | None, str]:
    """The test folder, and the template of a unit test's path.

    Tests lie beside the module, in `__tests__` beside it, or in a folder of their own.
    """
    name = _name(tests, extension, runner)
    kinds: Counter[str] = Counter()
    for test in tests:
        segments = test.folder.split("/")
        if TEST_FOLDERS.isdisjoint(segments):
            kinds["beside"] += 1
        elif segments[0] in TEST_FOLDERS:
            kinds["apart"] += 1
        else:
            kinds["inner"] += 1
    if not kinds:
        # Vitest's and Jest's documentation put tests beside; Mocha and Node look into `test`.
        there = next((f for f in ("test", "tests", "__tests__") if project.has_folder(f)), None)
        if there is None and runner in ("mocha", "node", "ava", "tap"):
            return None, _join(project.at("test"), name)
        if there is None:
            return None, "{folder}" + name
        return project.at(there), _join(project.at(there), name)
    kind = max(("beside", "apart", "inner"), key=lambda kind: kinds[kind])
    if kind == "beside":
        return None if source is None else project.at(source), "{folder}" + name
    if kind == "inner":
        inner = most_common(s for t in tests for s in t.folder.split("/")[1:] if s in TEST_FOLDERS)
        return None if source is None else project.at(source), "{folder}" + f"{inner}/{name}"
    apart = [t.folder for t in tests if t.folder.split("/")[0] in TEST_FOLDERS]
    top = most_common(map(_first, apart)) or "test"
    if f"{top}/unit" in apart:
        top = f"{top}/unit"
    mirrored = any(
        source is not None
        and any(project.has(_join(source, f"{t.folder[len(top) + 1 :]}/{t.stem}{e}")) for e in SOURCES)
        for t in tests
        if t.folder.startswith(f"{top}/")
    )
    return project.at(top), _join(project.at(top), ("{below}" if mirrored else "") + name)


def _name(tests: list[_Test], extension: str, runner: str | None) -> str:
    """The name of a test file, as most are."""
    mark = most_common(test.mark for test in tests)
    if mark is None:
        mark = ".spec" if runner == "playwright" else ".test"
    # Components' tests end in `.tsx`; a module's do not.
    plain = most_common(test.ext.replace("sx", "s") for test in tests)
    return "{name}" + mark + (plain or extension)


def _first(folder: str) -> str:
    return folder.split("/", 1)[0]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
