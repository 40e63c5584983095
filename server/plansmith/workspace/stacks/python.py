"""Python projects: pip, uv, Poetry, PDM, Hatch and Pipenv; pytest, Django and unittest."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from plansmith.workspace.ecosystem import Ecosystem
from plansmith.workspace.manifest import printable, string, strings, table
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.detector import Detector
from plansmith.workspace.stacks.python_commands import (
    Found,
    add_templates,
    build_command,
    coverage_command,
    files_named,
    format_command,
    install_command,
    lint_command,
    run_command,
    test_commands,
    type_check_command,
)
from plansmith.workspace.stacks.python_layout import (
    TEST_NAMES,
    find_python_layout,
    project_name,
)
from plansmith.workspace.stacks.python_manifest import (
    PythonManifest,
    normal_name,
    read_python_manifest,
)

FRAMEWORKS = (
    "fastapi", "django", "flask", "starlette", "litestar", "aiohttp", "tornado", "sanic", "bottle",
    "falcon", "djangorestframework", "pydantic", "sqlalchemy", "sqlmodel", "alembic", "celery",
    "typer", "click", "pygls", "numpy", "pandas", "torch", "tensorflow", "scikit-learn",
    "streamlit", "pyside6", "pyqt6",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonProject(Ecosystem):
    """A Python project; its packages' names compare as PEP 503 says."""

    import_root: str = ""
    """Relative to the folder: where `manage.py` lies, from where its test labels count."""

    def test_target(self, path: str) -> str | None:
        if self.test_runner == "django":
            inside = path.removeprefix(f"{self.import_root}/" if self.import_root else "")
            return quote(inside.removesuffix(".py").replace("/", "."))
        return quote(path)

    def same_name(self, name: str) -> str:
        return normal_name(name)


def detect(project: Project) -> Ecosystem | None:
    """The Python project in this folder, or None if its manifest only configures tools."""
    manifest = read_python_manifest(project)
    has_sources = any(path.endswith(".py") for path in project.paths)
    name = _manifest_name(project, manifest)
    if not has_sources and (
        name is None or (name == "pyproject.toml" and not _is_project(manifest) and not project.problems)
    ):
        return None
    pytest_options = manifest.tool("pytest")
    testpaths = strings(table(pytest_options, "ini_options"), "testpaths") or strings(pytest_options, "testpaths")
    manager, manager_source = _package_manager(project, manifest, name)
    found = Found(
        project,
        manifest,
        manager,
        manager_source,
        find_python_layout(project, manifest, testpaths),
        _is_package(project, manifest),
        _manage(project, manifest),
    )
    runner, test, test_file = test_commands(found)
    add, add_dev, file, dev_file = add_templates(found)
    layout = found.layout
    return PythonProject(
        name="python",
        language="Python",
        language_version=string(manifest.project, "requires-python")
        or string(manifest.tool("poetry"), "dependencies", "python")
        or string(manifest.setup_cfg, "options", "python_requires"),
        fence="python",
        extensions=(".py", ".pyi"),
        folder=project.folder,
        manifest=None if name is None else project.at(name),
        project=printable(project_name(manifest), 100),
        package_manager=manager,
        test_runner=runner,
        install_command=install_command(found),
        test_command=test,
        coverage_command=coverage_command(found, runner),
        lint_command=lint_command(found),
        format_command=format_command(found),
        type_check_command=type_check_command(found),
        build_command=build_command(found),
        run_command=run_command(found),
        add_template=add,
        add_dev_template=add_dev,
        test_file_template=test_file,
        source_folder=None if layout.source_folder is None else project.at(layout.source_folder),
        source_template=layout.source_template,
        test_folder=layout.test_folder,
        test_template=layout.test_template,
        integration_template=layout.integration_template,
        test_names=TEST_NAMES,
        spelling="snake",
        import_root=found.manage.rpartition("/")[0],
        dependencies=manifest.dependencies,
        dependency_file=file,
        dev_dependency_file=dev_file,
        frameworks=tuple(name for name in FRAMEWORKS if manifest.dependency(name)),
        problems=tuple(project.problems),
    )


def _manage(project: Project, manifest: PythonManifest) -> str:
    """Django's; other frameworks have had a `manage.py` of their own."""
    files = sorted(files_named(project, "manage.py"), key=lambda path: (path.count("/"), path))
    requires = manifest.dependency("django") is not None
    return next((path for path in files if requires or "django" in project.text(path)), "")


def _manifest_name(project: Project, manifest: PythonManifest) -> str | None:
    """The file that says most about the project."""
    if project.has("pyproject.toml") and (_is_project(manifest) or not manifest.requirements):
        return "pyproject.toml"
    for name in ("setup.cfg", "setup.py", "Pipfile"):
        if project.has(name):
            return name
    if manifest.requirements:
        return manifest.requirements[0]
    others = ("tox.ini", "noxfile.py", "pytest.ini", "manage.py")
    return next((name for name in others if project.has(name)), None)


def _is_project(manifest: PythonManifest) -> bool:
    keys = ("project", "build-system", "dependency-groups")
    return any(key in manifest.pyproject for key in keys) or any(
        manifest.tool(tool) for tool in ("poetry", "pdm", "uv", "hatch")
    )


def _is_package(project: Project, manifest: PythonManifest) -> bool:
    if manifest.tool("poetry").get("package-mode") is False:
        return False
    if table(manifest.tool("uv")).get("package") is False:
        return False
    if "project" in manifest.pyproject or "build-system" in manifest.pyproject:
        return True
    return project.has("setup.py") or "metadata" in manifest.setup_cfg


def _package_manager(project: Project, manifest: PythonManifest, name: str | None) -> tuple[str | None, str]:
    """The manager and its evidence: a lock file, then a manager's own table, then its backend.

    A backend alone decides for uv and Poetry only: hatchling and pdm-backend build many projects
    whose authors use pip.
    """
    locks = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
    for lock, manager in locks.items():
        path = project.nearest(lock)
        if path is not None:
            return manager, path
    pyproject = project.at("pyproject.toml")
    poetry = manifest.tool("poetry")
    if poetry.keys() & {"name", "dependencies", "group", "package-mode"}:
        return "poetry", f"{pyproject} [tool.poetry]"
    if manifest.tool("uv").keys() - {"build-backend"}:
        return "uv", f"{pyproject} [tool.uv]"
    if manifest.tool("pdm").keys() & {"dev-dependencies", "scripts", "distribution", "resolution"}:
        return "pdm", f"{pyproject} [tool.pdm]"
    if table(manifest.tool("hatch"), "envs"):
        return "hatch", f"{pyproject} [tool.hatch.envs]"
    for backend, manager in (("uv_build", "uv"), ("poetry", "poetry")):
        if manifest.backend.startswith(backend):
            return manager, f"{pyproject} [build-system]"
    if project.has("Pipfile"):
        return "pipenv", project.at("Pipfile")
    if _is_package(project, manifest) or manifest.requirements:
        return "pip", project.at(name or "pyproject.toml")
    return None, ""


DETECTOR = Detector(
    name="python",
    manifests=("pyproject.toml", "setup.py", "Pipfile"),
    weak_manifests=(
        "setup.cfg", "requirements*.txt", "requirements/*.txt", "tox.ini", "noxfile.py",
        "pytest.ini", "manage.py",
    ),
    texts=("requirements*.in", "*-requirements.txt", "*_requirements.txt", "mypy.ini"),
    samples=("test_*.py", "*_test.py", "tests.py"),
    extensions=(".py", ".pyi"),
    detect=detect,
    without_manifest=True,
)  # fmt: skip
