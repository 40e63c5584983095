"""The commands of a Python project, each chosen from what its manifests and its files say.

The runner is the first of these with evidence:
1. pytest, by its configuration, as a dependency, or by a `conftest.py`: who has configured it
   means it, whatever the tests look like (it runs unittest's tests too).
2. Django's own, if there is its `manage.py`: it sets the settings up, as bare unittest would not.
3. pytest, by test functions outside of a class, which only pytest runs.
4. unittest, by tests that import it.
5. tox or nox, if they are all that is configured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from plansmith.workspace.ecosystem import Command
from plansmith.workspace.manifest import table
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.python_layout import PythonLayout
from plansmith.workspace.stacks.python_manifest import PythonManifest, normal_name, tool_of


@dataclass(frozen=True, slots=True)
class Found:
    """What the commands are chosen from."""

    project: Project
    manifest: PythonManifest
    manager: str | None
    manager_source: str
    layout: PythonLayout
    is_package: bool
    """Whether it can be installed."""
    manage: str
    """Django's `manage.py`, the one nearest to the top, or ""."""

    @property
    def prefix(self) -> str:
        """What runs a command in the project's environment."""
        managed = ("uv", "poetry", "pdm", "hatch", "pipenv")
        return f"{self.manager} run " if self.manager in managed else ""

    def evidence(self, package: str, *files: str, section: str = "") -> str | None:
        """Where this tool is configured or required, or None."""
        configured = tool_of(self.manifest, self.project, *files, section=section, tool=package)
        return configured or self.required(package)

    def required(self, package: str) -> str | None:
        """Where this package is a dependency, relative to the folder, or None."""
        dependency = self.manifest.dependency(package)
        if dependency is None:
            return None
        folder = self.project.folder
        return dependency.source[len(folder) + 1 :] if folder else dependency.source

    def tool(self, package: str, arguments: str, source: str) -> Command:
        """A tool's command line; in the environment only if the project requires it there."""
        prefix = self.prefix if self.manifest.dependency(package) else ""
        return self.project.command(f"{prefix}{package}{arguments}", source)


def install_command(found: Found) -> Command | None:
    """What prepares the project, with its development dependencies."""
    manifest, source = found.manifest, found.manager_source
    extras = manifest.dev_extras
    texts = {
        "uv": "uv sync" + "".join(f" --extra {quote(extra)}" for extra in extras),
        "poetry": "poetry install" + "".join(f" --extras {quote(extra)}" for extra in extras),
        "pdm": "pdm install" + "".join(f" -G {quote(extra)}" for extra in extras),
        "hatch": "hatch env create",
        "pipenv": "pipenv install --dev",
        "pip": _pip_install(found),
    }
    text = texts.get(found.manager or "")
    return found.project.command_from(source, text) if text else None


def _pip_install(found: Found) -> str | None:
    """The package with its development extras, and the requirement files that add to it."""
    manifest = found.manifest
    files = [f for f in manifest.requirements if not re.search(r"constraints", f)]
    parts = []
    if found.is_package:
        extras = ",".join(manifest.dev_extras)
        parts.append(f'-e ".[{extras}]"' if re.fullmatch(r"[\w.,-]+", extras) else "-e .")
        parts += [f"--group {quote(group)}" for group in manifest.dev_groups]
    parts += [f"-r {quote(file)}" for file in files]
    return "pip install " + " ".join(parts) if parts else None


def add_templates(found: Found) -> tuple[Command | None, Command | None, str | None, str | None]:
    """The templates that add a package, and the files in which it is then recorded."""
    texts = {
        "uv": ("uv add {package}", "uv add --dev {package}"),
        "poetry": ("poetry add {package}", "poetry add --group dev {package}"),
        "pdm": ("pdm add {package}", "pdm add -d {package}"),
        "pipenv": ("pipenv install {package}", "pipenv install --dev {package}"),
        "pip": ("pip install {package}", "pip install {package}"),
    }
    project, manifest = found.project, found.manifest
    if project.has("Pipfile") and found.manager == "pipenv":
        file = dev_file = "Pipfile"
    elif found.manager != "pip" or found.is_package:
        candidates = ("pyproject.toml", "setup.cfg", "setup.py")
        if "project" not in manifest.pyproject and found.manager == "pip":
            candidates = ("setup.cfg", "setup.py", "pyproject.toml")
        file = dev_file = next((name for name in candidates if project.has(name)), "")
        dev_file = next((f for f in manifest.requirements if "dev" in f or "test" in f), file)
    else:
        file = manifest.requirements[0] if manifest.requirements else ""
        dev_file = manifest.requirements[-1] if manifest.requirements else ""
    recorded = (project.at(file) if file else None, project.at(dev_file) if dev_file else None)
    pair = texts.get(found.manager or "")
    # The root of a uv workspace need not be a project itself; then there is nothing to add to.
    is_virtual = found.manager == "uv" and "project" not in manifest.pyproject
    if pair is None or is_virtual:
        return None, None, *recorded
    add, add_dev = (project.command_from(found.manager_source, text) for text in pair)
    return add, add_dev, *recorded


def test_commands(found: Found) -> tuple[str | None, Command | None, Command | None]:
    """The runner, the command of the whole suite, and the template for one file."""
    project, prefix = found.project, found.prefix
    source = _pytest_evidence(found)
    if source is None and found.manage:
        text = f"{prefix}python {quote(found.manage)} test"
        return (
            "django",
            project.command(text, found.manage),
            project.command(f"{text} {{target}}", found.manage),
        )
    source = source or _sample(found, r"(?m)^(?:async )?def test_|^(?:import|from) pytest\b")
    if source is not None:
        text = prefix + ("pytest" if _is_importable(found) else "python -m pytest")
        return "pytest", project.command(text, source), project.command(f"{text} {{target}}", source)
    source = _sample(found, r"(?m)^[ \t]*(?:import|from) unittest\b")
    if source is not None:
        text = f"{prefix}python -m unittest"
        folder = source.rpartition("/")[0]
        whole = text
        if folder and not project.has(f"{folder}/__init__.py"):
            whole += f" discover -s {quote(folder)}"
        return "unittest", project.command(whole, source), project.command(f"{text} {{target}}", source)
    for tool, file in (("tox", "tox.ini"), ("nox", "noxfile.py")):
        if project.has(file):
            return tool, found.tool(tool, "", file), None
    return None, None, None


def _is_importable(found: Found) -> bool:
    """Whether bare `pytest` finds the modules; else `python -m` has to put the folder on the path.

    It does if the package is installed, if pytest is told, or if it meets a `conftest.py` or a
    package of tests at the top, whose folder it puts on the path itself.
    """
    options = found.manifest.tool("pytest")
    told = "pythonpath" in table(options, "ini_options") or "pythonpath" in options
    return found.is_package or told or any(map(found.project.has, _PATH_MAKERS))


_PATH_MAKERS = ("conftest.py", "tests/__init__.py", "test/__init__.py")


def _pytest_evidence(found: Found) -> str | None:
    if "ini_options" in found.manifest.tool("pytest"):
        return "pyproject.toml [tool.pytest.ini_options]"
    source = tool_of(found.manifest, found.project, "pytest.ini", ".pytest.ini", "pytest.toml", tool="pytest")
    if source is not None:
        return source
    if "tool:pytest" in found.manifest.setup_cfg:
        return "setup.cfg [tool:pytest]"
    if "pytest" in found.manifest.tox:
        return "tox.ini [pytest]"
    for dependency in found.manifest.dependencies:
        if re.match(r"pytest(-|$)", normal_name(dependency.name)):
            return found.required(dependency.name)
    return next(files_named(found.project, "conftest.py"), None)


def files_named(project: Project, name: str) -> Iterator[str]:
    """The files of this name, at any depth."""
    return (path for path in project.paths if path.rsplit("/", 1)[-1] == name)


def _sample(found: Found, pattern: str) -> str | None:
    """The first test file that was read and has this."""
    for path in found.layout.test_files:
        if re.search(pattern, found.project.text(path)):
            return path
    return None


def coverage_command(found: Found, runner: str | None) -> Command | None:
    """The suite with coverage, if the project requires a tool for it."""
    if runner == "pytest" and (source := found.required("pytest-cov")):
        what = found.layout.package
        text = f"pytest --cov={what}" if re.fullmatch(r"\w+", what) else "pytest --cov"
        return found.project.command(found.prefix + text, source)
    if source := found.required("coverage"):
        run = {"pytest": "pytest", "unittest": "unittest"}.get(runner or "")
        if run:
            text = f"{found.prefix}coverage run -m {run} && {found.prefix}coverage report"
            return found.project.command(text, source)
        if runner == "django":
            text = f"{found.prefix}coverage run {quote(found.manage)} test && {found.prefix}coverage report"
            return found.project.command(text, source)
    return None


def lint_command(found: Found) -> Command | None:
    """The linter that is configured or required."""
    if source := found.evidence("ruff", "ruff.toml", ".ruff.toml"):
        return found.tool("ruff", " check .", source)
    if source := found.evidence("flake8", ".flake8", section="flake8"):
        return found.tool("flake8", "", source)
    if source := found.evidence("pylint", ".pylintrc", "pylintrc"):
        return found.tool("pylint", f" {quote(found.layout.source_folder or '.')}", source)
    if found.project.has(".pre-commit-config.yaml"):
        return found.tool("pre-commit", " run --all-files", ".pre-commit-config.yaml")
    return None


def format_command(found: Found) -> Command | None:
    """The formatter that is configured or required."""
    if table(found.manifest.tool("ruff"), "format"):
        return found.tool("ruff", " format .", "pyproject.toml [tool.ruff.format]")
    if source := found.evidence("black"):
        return found.tool("black", " .", source)
    return None


def type_check_command(found: Found) -> Command | None:
    """The type checker that is configured or required."""
    where = found.layout.source_folder
    if source := found.evidence("mypy", "mypy.ini", ".mypy.ini", section="mypy"):
        options = {
            **found.manifest.tool("mypy"),
            **table(found.manifest.setup_cfg, "mypy"),
            **table(found.project.ini("mypy.ini"), "mypy"),
        }
        says_what = options.keys() & {"files", "packages", "modules"}
        return found.tool("mypy", "" if says_what else f" {quote(where or '.')}", source)
    if source := found.evidence("pyright", "pyrightconfig.json") or found.required("basedpyright"):
        tool = "basedpyright" if found.required("basedpyright") else "pyright"
        return found.tool(tool, "", source)
    if source := found.evidence("ty", "ty.toml"):
        return found.tool("ty", " check", source)
    return None


def build_command(found: Found) -> Command | None:
    """What builds the distribution."""
    if not found.is_package:
        return None
    if found.manager in ("poetry", "pdm", "hatch"):
        return found.project.command_from(found.manager_source, f"{found.manager} build")
    if found.manager == "uv" and "build-system" in found.manifest.pyproject:
        return found.project.command("uv build", "pyproject.toml [build-system]")
    if source := found.required("build"):
        return found.project.command("python -m build", source)
    return None


def run_command(found: Found) -> Command | None:
    """The first program that the project declares, else the module that is made to be run."""
    project, manifest = found.project, found.manifest
    for where, scripts in (
        ("[project.scripts]", table(manifest.project, "scripts")),
        ("[tool.poetry.scripts]", table(manifest.tool("poetry"), "scripts")),
    ):
        for name in scripts:
            if re.fullmatch(r"[\w.-]{1,64}", name):
                return project.command(f"{found.prefix}{name}", f"pyproject.toml {where}")
    if found.manage:
        return project.command(f"{found.prefix}python {quote(found.manage)} runserver", found.manage)
    package = found.layout.source_folder
    if package and project.has(f"{package}/__main__.py") and re.fullmatch(r"\w+", found.layout.package):
        text = f"{found.prefix}python -m {found.layout.package}"
        return project.command(text, f"{package}/__main__.py")
    for name in ("main.py", "app.py"):
        if project.has(name):
            return project.command(f"{found.prefix}python {name}", name)
    return None
