"""What a Python project's manifests say: its dependencies, its tools' tables, its package manager.

All spellings of one fact are read here, so that the commands are chosen from one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from plansmith.workspace.ecosystem import Dependency
from plansmith.workspace.manifest import Table, printable, string, strings, table
from plansmith.workspace.project import Project

REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?P<extras>\[[^\]]*\])?\s*"
    r"(?:@\s*(?P<url>\S+)|(?P<version>[^;#@]*))"
)
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")
DEV_WORDS = frozenset({
    "dev", "develop", "development", "test", "tests", "testing", "lint", "linting", "typing",
    "types", "docs", "doc", "ci",
})  # fmt: skip

# Python 3.10 has no bound of its own for how deep a tree its parser builds on the stack.
MAX_SETUP_PY = 20_000

REQUIREMENTS = ("requirements*.txt", "requirements*.in", "*-requirements.txt", "*_requirements.txt")


@dataclass(frozen=True, slots=True)
class PythonManifest:
    """The tables of one Python project, and the dependencies of all its manifests."""

    pyproject: Table
    setup_cfg: Table
    tox: Table
    requirements: tuple[str, ...]
    """Requirement files, relative to the folder, runtime ones first."""
    dependencies: tuple[Dependency, ...]
    dev_extras: tuple[str, ...]
    """Optional dependencies that are for development."""
    dev_groups: tuple[str, ...]
    """Dependency groups that are for development."""

    def dependency(self, name: str) -> Dependency | None:
        """The dependency of this name."""
        wanted = normal_name(name)
        return next((d for d in self.dependencies if normal_name(d.name) == wanted), None)

    def tool(self, name: str) -> Table:
        """A tool's table in `pyproject.toml`."""
        return table(self.pyproject, "tool", name)

    @property
    def project(self) -> Table:
        """The `[project]` table."""
        return table(self.pyproject, "project")

    @property
    def backend(self) -> str:
        """The build backend, or ""."""
        return string(self.pyproject, "build-system", "build-backend")


def normal_name(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_python_manifest(project: Project) -> PythonManifest:
    """Read all manifests of the folder; what is broken is among the project's problems."""
    pyproject = project.toml("pyproject.toml")
    setup_cfg = project.ini("setup.cfg")
    requirements = sorted(filter(is_requirements, project.paths), key=lambda p: (_is_dev(p), p))
    found = [
        *_from_pyproject(pyproject, project.at("pyproject.toml")),
        *_from_setup_cfg(setup_cfg, project.at("setup.cfg")),
        *_from_setup_py(project),
        *_from_pipfile(project),
    ]
    for path in requirements:
        found += _requirements(_lines(project.text(path)), _is_dev(path), project.at(path))
    return PythonManifest(
        pyproject=pyproject,
        setup_cfg=setup_cfg,
        tox=project.ini("tox.ini"),
        requirements=tuple(path for path in requirements if path.endswith(".txt")),
        dependencies=_once(found),
        dev_extras=tuple(
            name
            for name in (
                *table(pyproject, "project", "optional-dependencies"),
                *table(setup_cfg, "options.extras_require"),
            )
            if _is_dev(name)
        ),
        dev_groups=tuple(name for name in table(pyproject, "dependency-groups") if _is_dev(name)),
    )


def is_requirements(path: str) -> bool:
    """Whether this is a requirements file: `requirements-dev.txt`, `requirements/dev.txt`."""
    folder, _, name = path.rpartition("/")
    if folder == "requirements":
        return name.endswith((".txt", ".in"))
    return not folder and any(fnmatchcase(name, pattern) for pattern in REQUIREMENTS)


def _from_pyproject(pyproject: Table, source: str) -> Iterator[Dependency]:
    project = table(pyproject, "project")
    yield from _requirements(strings(project, "dependencies"), False, f"{source} [project]")
    for extra, items in table(project, "optional-dependencies").items():
        where = f"{source} [project.optional-dependencies]"
        yield from _requirements(strings(items), _is_dev(extra), where)
    for items in table(pyproject, "dependency-groups").values():
        yield from _requirements(strings(items), True, f"{source} [dependency-groups]")
    uv = strings(pyproject_tool(pyproject, "uv"), "dev-dependencies")
    yield from _requirements(uv, True, f"{source} [tool.uv]")
    for items in table(pyproject_tool(pyproject, "pdm"), "dev-dependencies").values():
        yield from _requirements(strings(items), True, f"{source} [tool.pdm.dev-dependencies]")
    poetry = pyproject_tool(pyproject, "poetry")
    yield from _versions(table(poetry, "dependencies"), False, f"{source} [tool.poetry.dependencies]")
    where = f"{source} [tool.poetry.dev-dependencies]"
    yield from _versions(table(poetry, "dev-dependencies"), True, where)
    for group, items in table(poetry, "group").items():
        where = f"{source} [tool.poetry.group.{printable(group, 40)}]"
        yield from _versions(table(items, "dependencies"), True, where)
    for name, environment in table(pyproject_tool(pyproject, "hatch"), "envs").items():
        where = f"{source} [tool.hatch.envs.{printable(name, 40)}]"
        for key in ("dependencies", "extra-dependencies"):
            yield from _requirements(strings(environment, key), True, where)


def pyproject_tool(pyproject: Table, name: str) -> Table:
    """The table `[tool.NAME]`."""
    return table(pyproject, "tool", name)


def _from_setup_cfg(setup_cfg: Table, source: str) -> Iterator[Dependency]:
    runtime = _lines(table(setup_cfg, "options").get("install_requires", ""))
    yield from _requirements(runtime, False, f"{source} [options]")
    for extra, text in table(setup_cfg, "options.extras_require").items():
        where = f"{source} [options.extras_require]"
        yield from _requirements(_lines(text), _is_dev(extra), where)


def _from_setup_py(project: Project) -> Iterator[Dependency]:
    """The literal lists of the `setup` call; nothing is run, so computed ones stay unknown."""
    text = project.text("setup.py")
    if "_require" not in text or len(text) > MAX_SETUP_PY:
        return
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        project.problems.append(f"{project.at('setup.py')}: is not valid Python")
        return
    source = project.at("setup.py")
    for node in ast.walk(tree):
        if not isinstance(node, ast.keyword):
            continue
        value: Any = _literal(node.value)
        if node.arg in ("install_requires", "tests_require"):
            dev = node.arg == "tests_require"
            yield from _requirements(strings(value), dev, f"{source} {node.arg}")
        elif node.arg == "extras_require":
            for extra, items in table(value).items():
                yield from _requirements(strings(items), _is_dev(str(extra)), f"{source} {node.arg}")


def _literal(node: Any) -> Any:
    import ast

    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _from_pipfile(project: Project) -> Iterator[Dependency]:
    pipfile = project.toml("Pipfile")
    source = project.at("Pipfile")
    yield from _versions(table(pipfile, "packages"), False, f"{source} [packages]")
    yield from _versions(table(pipfile, "dev-packages"), True, f"{source} [dev-packages]")


def _requirements(lines: list[str], dev: bool, source: str) -> Iterator[Dependency]:
    for line in lines:
        match = REQUIREMENT.match(line)
        if match is None or "://" in line[: match.end("name") + 3]:
            continue
        version = printable((match["url"] or match["version"] or "").strip(" ()\\"), 80)
        yield Dependency(match["name"], version, dev, source)


def _versions(items: Table, dev: bool, source: str) -> Iterator[Dependency]:
    """Poetry's and Pipenv's spelling: a name, and its version or a table with one."""
    for name, value in items.items():
        if name == "python" or not NAME.fullmatch(name):
            continue
        version = string(value, "version") if isinstance(value, dict) else string(value)
        yield Dependency(name, version, dev, source)


def _lines(text: object) -> list[str]:
    return re.split(r"[\r\n]+", text) if isinstance(text, str) else []


def _is_dev(name: str) -> bool:
    return not DEV_WORDS.isdisjoint(re.split(r"[\W_]+", name.lower()))


def _once(found: list[Dependency]) -> tuple[Dependency, ...]:
    """The first mention of each name, a runtime one before a development one."""
    known: dict[str, Dependency] = {}
    for dependency in sorted(found, key=lambda dependency: dependency.dev):
        known.setdefault(normal_name(dependency.name), dependency)
    return tuple(known.values())


def tool_of(manifest: PythonManifest, project: Project, *files: str, section: str = "", tool: str = "") -> str | None:
    """The evidence that a tool is configured: its own file, its section, or its table."""
    for name in files:
        if project.has(name):
            return name
    if tool and tool in table(manifest.pyproject, "tool"):
        return f"pyproject.toml [tool.{tool}]"
    if section:
        for sections, name in ((manifest.setup_cfg, "setup.cfg"), (manifest.tox, "tox.ini")):
            if section in sections:
                return f"{name} [{section}]"
    return None
