"""Where a Python project keeps its sources and its tests, told by the files that are there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase

from plansmith.workspace.folders import parents
from plansmith.workspace.project import Project, most_common, top_folder
from plansmith.workspace.stacks.python_manifest import PythonManifest, normal_name

TEST_NAMES = ("test_*.py", "*_test.py", "tests.py")
TEST_FOLDERS = frozenset(("tests", "test", "testing"))
INTEGRATION_FOLDERS = frozenset(("integration", "e2e", "functional", "acceptance", "end_to_end"))
NOT_SOURCE = TEST_FOLDERS | frozenset({
    "docs", "doc", "examples", "example", "samples", "scripts", "script", "tools", "bench",
    "benchmarks", "fixtures", "testdata", "migrations", "alembic", "ci", "notebooks", "vendor",
    "third_party", "hooks",
})  # fmt: skip
NOT_MODULES = frozenset(("setup.py", "conftest.py", "noxfile.py", "manage.py", "tasks.py", "fabfile.py"))


@dataclass(frozen=True, slots=True)
class PythonLayout:
    """Folders relative to the project's, and the templates of new files."""

    source_folder: str | None
    source_template: str | None
    test_folder: str | None
    test_template: str
    integration_template: str | None
    test_files: tuple[str, ...]
    package: str
    """The main package's import name, or ""."""


def is_test_file(path: str) -> bool:
    """Whether pytest, unittest or Django would look for tests in it."""
    name = path.rsplit("/", 1)[-1]
    return any(fnmatchcase(name, pattern) for pattern in TEST_NAMES)


def find_python_layout(project: Project, manifest: PythonManifest, testpaths: list[str]) -> PythonLayout:
    """The layout that most of the project's files have; conventions where no file tells."""
    modules = [path for path in project.paths if path.endswith(".py")]
    tests = tuple(filter(is_test_file, modules))
    source = _source_folder(project, manifest, [m for m in modules if not is_test_file(m)])
    folder, template = _tests(project, tests, source, testpaths)
    integration = most_common(
        path.rpartition("/")[0]
        for path in modules
        if not INTEGRATION_FOLDERS.isdisjoint(path.split("/")[:-1])
        and not TEST_FOLDERS.isdisjoint(path.split("/")[:-1])
    )
    name = _test_name(tests)
    return PythonLayout(
        source_folder=source,
        source_template=None if source is None else _join(project.at(source), "{name}.py"),
        test_folder=folder,
        test_template=template,
        integration_template=None if integration is None else _join(project.at(integration), name),
        test_files=tests,
        package=(source or "").rpartition("/")[2],
    )


def _source_folder(project: Project, manifest: PythonManifest, modules: list[str]) -> str | None:
    """The main package: the one that bears the project's name, else the one with most modules.

    Without an `__init__.py` anywhere it is the folder with most modules, the top one included.
    """
    sources = [m for m in modules if NOT_SOURCE.isdisjoint(m.split("/")[:-1])]
    inits = {m.rpartition("/")[0] for m in sources if m.endswith("/__init__.py")}
    tops = {folder for folder in inits if folder.rpartition("/")[0] not in inits}
    if tops:
        sizes = Counter(folder for m in sources for folder in parents(m) if folder in tops)
        wanted = normal_name(project_name(manifest))
        # A Django project's package of settings has its name, but what is written are its apps.
        apps = {m.rpartition("/")[0] for m in sources if m.endswith("/apps.py")}
        return min(
            tops,
            key=lambda folder: (
                folder not in apps,
                normal_name(folder.rpartition("/")[2]) != wanted,
                -sizes[folder],
                folder,
            ),
        )
    below_src = [m for m in sources if m.startswith("src/")]
    if below_src:
        inner = {m.split("/")[1] for m in below_src if m.count("/") > 1}
        flat = any(m.count("/") == 1 for m in below_src)
        return f"src/{inner.pop()}" if len(inner) == 1 and not flat else "src"
    return most_common(top_folder(m) for m in sources if m not in NOT_MODULES)


def _tests(
    project: Project, tests: tuple[str, ...], source: str | None, testpaths: list[str]
) -> tuple[str | None, str]:
    """The test folder, and the template of a unit test's path.

    Tests lie in a folder of their own, in `tests` folders inside the package, or beside the
    modules: what most do decides, and the configured `testpaths` before all.
    """
    name = _test_name(tests)
    configured = next((p.strip("/") for p in testpaths if project.has_folder(p.strip("/"))), None)
    unit = [t for t in tests if INTEGRATION_FOLDERS.isdisjoint(t.split("/"))]
    kinds: Counter[str] = Counter()
    for test in unit:
        folders = test.split("/")[:-1]
        in_source = bool(source) and test.startswith(f"{source}/")
        if TEST_FOLDERS.isdisjoint(folders):
            kinds["tests.py" if test.endswith("/tests.py") else "beside"] += bool(folders)
        else:
            is_apart = not in_source and folders[0] in TEST_FOLDERS
            kinds["apart" if is_apart else "inside"] += 1
    # In the order of preference among equals.
    kind = max(("apart", "inside", "tests.py", "beside"), key=lambda kind: kinds[kind])
    if configured is None and kinds[kind] and kind != "apart":
        folder = _common_folder([t for t in unit if source and t.startswith(f"{source}/")])
        at_folder = None if folder is None else project.at(folder)
        if kind == "inside":
            inner = next(f for t in unit for f in t.split("/")[:-1] if f in TEST_FOLDERS)
            return at_folder, "{folder}" + f"{inner}/{name}"
        return at_folder, "{folder}" + ("tests.py" if kind == "tests.py" else name)

    top = configured or most_common(top_folder(t) for t in unit if top_folder(t) in TEST_FOLDERS)
    if top is None:
        there = next((f for f in ("tests", "test") if project.has_folder(f)), None)
        folder = None if there is None else project.at(there)
        return folder, _join(project.at(there or "tests"), name)
    inside = [t for t in unit if t.startswith(f"{top}/")]
    if any(t.startswith(f"{top}/unit/") for t in inside):
        top = f"{top}/unit"
    mirrored = any(_mirrors(project, t[len(top) + 1 :], source) for t in inside if t.startswith(f"{top}/"))
    return project.at(top), _join(project.at(top), ("{below}" if mirrored else "") + name)


def _mirrors(project: Project, test: str, source: str | None) -> bool:
    """Whether a test in a sub-folder stands for a module in the same sub-folder of the sources."""
    folder, _, name = test.rpartition("/")
    module = name.removeprefix("test_").removesuffix("_test.py").removesuffix(".py")
    return bool(folder) and source is not None and project.has(_join(source, f"{folder}/{module}.py"))


def _test_name(tests: tuple[str, ...]) -> str:
    suffixed = sum(t.endswith("_test.py") for t in tests)
    return "{name}_test.py" if suffixed * 2 > len(tests) else "test_{name}.py"


def _common_folder(paths: list[str]) -> str | None:
    return most_common(path.rpartition("/")[0] for path in paths)


def project_name(manifest: PythonManifest) -> str:
    """The distribution's name, or ""."""
    for name in (
        manifest.project.get("name"),
        manifest.tool("poetry").get("name"),
        manifest.setup_cfg.get("metadata", {}).get("name"),
    ):
        if isinstance(name, str):
            return name.strip()[:100]
    return ""


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
