"""Rust projects: Cargo. What Cargo brings along itself (`build`, `check`, `test`) the manifest says.

Tests run with `cargo test`; with nextest only where the project configures it, for its own tests
may need processes of their own. Clippy and rustfmt likewise: configured, or run by the CI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import Table, array, printable, string, table
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.detector import Detector

FRAMEWORKS = (
    "axum", "actix-web", "rocket", "warp", "poem", "tonic", "hyper", "tokio", "async-std", "tauri",
    "leptos", "yew", "dioxus", "bevy", "clap", "diesel", "sqlx", "sea-orm", "serde", "tower-lsp",
)  # fmt: skip

CRATE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RustProject(Ecosystem):
    """A Cargo package or workspace."""

    def test_target(self, path: str) -> str | None:
        """Arguments: a test binary for a file in `tests`, else the module as a filter."""
        parts = path.removesuffix(".rs").split("/")
        if parts[0] == "tests" and len(parts) > 1:
            return f"--test {quote(parts[1])}"
        if parts[0] != "src" or len(parts) < 2:
            return None
        module = [part for part in parts[1:] if part not in ("mod", "lib", "main")]
        return quote("::".join(module)) if module else ""

    def test_file(self, source: str) -> str | None:
        """In `tests` for what the library exports; in the module for all else, which no file of tests can import."""
        inside = self._inside(source)
        if "/" in source and (inside is None or not inside.startswith(("src/", "tests/"))):
            return source
        return Ecosystem.test_file(self, source)

    def same_name(self, name: str) -> str:
        return name.replace("_", "-").lower()

    def is_test_file(self, path: str) -> bool:
        return path.endswith(".rs") and "tests" in path.split("/")[:-1]


def detect(project: Project) -> Ecosystem | None:
    """The package or workspace of this `Cargo.toml`."""
    manifest = project.toml("Cargo.toml")
    workspace = _workspace(project, manifest)
    is_workspace = "workspace" in manifest
    has_package = "package" in manifest
    dependencies = tuple(_dependencies(manifest, workspace, project.at("Cargo.toml")))
    names = {dependency.name for dependency in dependencies}
    package = table(manifest, "package")
    virtual = is_workspace and not has_package
    all_of_it = " --workspace" if is_workspace else ""
    runner, test = ("cargo-nextest", "cargo nextest run") if _nextest(project) else ("cargo", "cargo test")
    test_source = (_nextest(project) or "Cargo.toml") if runner == "cargo-nextest" else "Cargo.toml"
    folder = None if virtual else project.at("src")

    def cargo(text: str, source: str = "Cargo.toml") -> Command:
        return Command(f"{text}{all_of_it}", project.at(source), project.folder)

    return RustProject(
        name="rust",
        language="Rust",
        language_version=_inherited(package, "rust-version", workspace) or _inherited(package, "edition", workspace),
        fence="rust",
        extensions=(".rs",),
        folder=project.folder,
        manifest=project.at("Cargo.toml"),
        project=string(package, "name"),
        package_manager="cargo",
        test_runner=runner,
        install_command=project.command("cargo fetch", "Cargo.toml"),
        test_command=Command(f"{test}{all_of_it}", _root(project, test_source), project.folder),
        coverage_command=_coverage(project),
        lint_command=_lint(project, manifest, all_of_it),
        format_command=_format(project),
        type_check_command=cargo("cargo check"),
        build_command=cargo("cargo build"),
        run_command=_run(project, manifest),
        # A virtual workspace has no package of its own to add to.
        add_template=None if virtual else project.command("cargo add {package}", "Cargo.toml"),
        add_dev_template=None if virtual else project.command("cargo add --dev {package}", "Cargo.toml"),
        test_file_template=None
        if virtual
        else Command(f"{test} {{target}}", _root(project, test_source), project.folder),
        source_folder=folder,
        source_template=None if folder is None else f"{folder}/{{name}}.rs",
        test_folder=project.at("tests") if project.has_folder("tests") else None,
        test_template=None if virtual else _tests(project, manifest),
        integration_template=None if virtual else project.at("tests/{name}.rs"),
        spelling="snake",
        dependencies=dependencies,
        dependency_file=project.at("Cargo.toml"),
        dev_dependency_file=project.at("Cargo.toml"),
        frameworks=tuple(name for name in FRAMEWORKS if name in names),
        problems=tuple(project.problems),
    )


def _tests(project: Project, manifest: Table) -> str:
    """Where unit tests go: what only binaries hold is tested in its own module."""
    binaries = "bin" in manifest or any(path.startswith(("src/main.rs", "src/bin/")) for path in project.paths)
    library = "lib" in manifest or project.has("src/lib.rs")
    return "{folder}{name}.rs" if binaries and not library else project.at("tests/{name}.rs")


def _workspace(project: Project, manifest: Table) -> Table:
    """The `[workspace]` table that this package inherits from, its own or the nearest above."""
    if "workspace" in manifest:
        return table(manifest, "workspace")
    for path in project.above("Cargo.toml"):
        found = project.toml_at(path)
        if "workspace" in found:
            return table(found, "workspace")
    return {}


def _dependencies(manifest: Table, workspace: Table, source: str) -> Iterator[Dependency]:
    seen: set[str] = set()
    targets = [t for t in table(manifest, "target").values() if isinstance(t, dict)]
    for key in ("dependencies", "build-dependencies", "dev-dependencies"):
        for owner in (manifest, *targets):
            for name, value in table(owner, key).items():
                found = _dependency(name, value, workspace)
                if found is not None and found[0] not in seen:
                    seen.add(found[0])
                    yield Dependency(*found, key == "dev-dependencies", f"{source} [{key}]")
    if "package" not in manifest:
        for name, value in table(workspace, "dependencies").items():
            found = _dependency(name, value, {})
            if found is not None:
                yield Dependency(*found, False, f"{source} [workspace.dependencies]")


def _dependency(name: str, value: object, workspace: Table) -> tuple[str, str] | None:
    """The crate's own name and its version: a dependency can be renamed, and inherited."""
    if isinstance(value, dict) and value.get("workspace") is True:
        value = table(workspace, "dependencies").get(name, "")
    version = string(value, "version") if isinstance(value, dict) else string(value)
    crate = string(value, "package") if isinstance(value, dict) else ""
    crate = crate or name
    return (crate, printable(version, 80)) if CRATE.fullmatch(crate) else None


def _inherited(package: Table, key: str, workspace: Table) -> str:
    value = package.get(key)
    if isinstance(value, dict):
        return string(workspace, "package", key)
    return string(value)


def _nextest(project: Project) -> str | None:
    return project.nearest(".config/nextest.toml")


def _coverage(project: Project) -> Command | None:
    path = project.nearest("tarpaulin.toml", ".tarpaulin.toml")
    if path is not None:
        return Command("cargo tarpaulin", path, project.folder)
    path = project.mentioned("cargo llvm-cov")
    return None if path is None else Command("cargo llvm-cov", path, project.folder)


def _lint(project: Project, manifest: Table, all_of_it: str) -> Command | None:
    path = project.nearest("clippy.toml", ".clippy.toml") or project.mentioned("cargo clippy")
    if path is None:
        keys = (("lints", "clippy"), ("workspace", "lints", "clippy"))
        owner = next((k for k in keys if table(manifest, *k)), None)
        path = None if owner is None else project.at("Cargo.toml") + f" [{'.'.join(owner)}]"
    text = f"cargo clippy{all_of_it} --all-targets"
    return None if path is None else Command(text, path, project.folder)


def _format(project: Project) -> Command | None:
    path = project.nearest("rustfmt.toml", ".rustfmt.toml") or project.mentioned("cargo fmt")
    return None if path is None else Command("cargo fmt", path, project.folder)


def _run(project: Project, manifest: Table) -> Command | None:
    """The binary, by name only where there are several and none is the default."""
    binaries = [(string(b, "name"), "Cargo.toml [[bin]]") for b in array(manifest, "bin")]
    if project.has("src/main.rs"):
        name = string(manifest, "package", "name")
        if name not in [known for known, _ in binaries]:
            binaries.insert(0, (name, "src/main.rs"))
    known_paths = {string(b, "path") for b in array(manifest, "bin")}
    for path in project.paths:
        match = re.fullmatch(r"src/bin/([\w-]+)(?:\.rs|/main\.rs)", path)
        if match and path not in known_paths and match[1] not in [name for name, _ in binaries]:
            binaries.append((match[1], path))
    if not binaries:
        return None
    name, source = binaries[0]
    if len(binaries) == 1 or string(manifest, "package", "default-run"):
        return project.command("cargo run", source)
    if not CRATE.fullmatch(name):
        return None
    return project.command(f"cargo run --bin {name}", source)


def _root(project: Project, source: str) -> str:
    """A path from the root's view: the manifest's own, or one that was found above."""
    return project.at(source) if source == "Cargo.toml" else source


DETECTOR = Detector(
    name="rust",
    manifests=("Cargo.toml",),
    extensions=(".rs",),
    detect=detect,
)
