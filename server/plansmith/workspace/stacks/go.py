"""Go modules and workspaces. What `go` brings along itself (`test`, `vet`, `build`) `go.mod` says.

Tests lie beside the code, in the same folder, and run by folder. A workspace (`go.work`) has no
`./...` of its own: its modules are named one by one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from shlex import quote

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import printable
from plansmith.workspace.project import Project, most_common
from plansmith.workspace.stacks.detector import Detector

FRAMEWORKS = {
    "github.com/gin-gonic/gin": "gin", "github.com/labstack/echo": "echo",
    "github.com/gofiber/fiber": "fiber", "github.com/go-chi/chi": "chi",
    "github.com/gorilla/mux": "gorilla/mux", "github.com/spf13/cobra": "cobra",
    "github.com/urfave/cli": "urfave/cli", "gorm.io/gorm": "gorm", "entgo.io/ent": "ent",
    "github.com/jmoiron/sqlx": "sqlx", "github.com/jackc/pgx": "pgx",
    "google.golang.org/grpc": "grpc", "github.com/stretchr/testify": "testify",
    "github.com/onsi/ginkgo": "ginkgo", "github.com/charmbracelet/bubbletea": "bubbletea",
}  # fmt: skip

_MAJOR = re.compile(r"/v\d+$")
_MAX_LINE = 500
_REQUIRE = re.compile(r"\s*([\w.~/-]+\.[\w.~/-]+)\s+(v[\w.+-]+)\s*(//.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoProject(Ecosystem):
    """A Go module or workspace; a path's major version is not part of its name."""

    def test_target(self, path: str) -> str | None:
        folder = path.rpartition("/")[0]
        return quote(f"./{folder}") if folder else "."

    def same_name(self, name: str) -> str:
        return _MAJOR.sub("", name)


def detect(project: Project) -> Ecosystem | None:
    """The module or the workspace in this folder."""
    is_module = project.has("go.mod")
    if not is_module and not project.has("go.work"):
        return None
    manifest = "go.mod" if is_module else "go.work"
    text = project.text(manifest)
    version = re.search(r"(?m)^go\s+(\d[\w.]*)\s*(?://.*)?$", text)
    module = re.search(r"(?m)^module\s+\"?([\w.~/-]+)\"?", text)
    if is_module and module is None and project.at(manifest) in project.files.texts:
        project.problems.append(f"{project.at(manifest)}: has no module line")
    packages = "./..." if is_module else " ".join(_used_modules(text))
    dependencies = tuple(_requirements(text, project.at(manifest)))
    source_folder, source_template = _sources(project) if is_module else (None, None)

    def go(command: str) -> Command | None:
        return project.command(f"go {command} {packages}", manifest) if packages else None

    lint = next((p for p in _GOLANGCI if project.nearest(p)), None)
    return GoProject(
        name="go",
        language="Go",
        language_version=version[1] if version else "",
        fence="go",
        extensions=(".go",),
        folder=project.folder,
        manifest=project.at(manifest),
        project=module[1] if module else "",
        package_manager="go",
        test_runner="go",
        install_command=project.command("go mod download", manifest),
        test_command=go("test"),
        coverage_command=go("test -cover"),
        lint_command=Command("golangci-lint run", project.nearest(lint) or lint, project.folder) if lint else go("vet"),
        format_command=project.command("gofmt -w .", manifest),
        type_check_command=go("vet"),
        build_command=go("build"),
        run_command=_run(project, module[1] if module else ""),
        add_template=project.command("go get {package}", manifest) if is_module else None,
        add_dev_template=project.command("go get {package}", manifest) if is_module else None,
        test_file_template=project.command("go test {target}", manifest) if is_module else None,
        source_folder=source_folder,
        source_template=source_template,
        test_folder=source_folder,
        test_template="{folder}{name}_test.go" if is_module else None,
        integration_template=_integration(project),
        test_names=("*_test.go",),
        spelling="snake",
        dependencies=dependencies,
        dependency_file=project.at("go.mod") if is_module else None,
        dev_dependency_file=project.at("go.mod") if is_module else None,
        frameworks=_frameworks(dependencies),
        problems=tuple(project.problems),
    )


_GOLANGCI = (".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")


def _used_modules(text: str) -> Iterator[str]:
    """The modules of a `go.work`, as package patterns."""
    for line in _directives(text, "use"):
        path = normpath(line.split("//", 1)[0].strip().strip('"'))
        if re.fullmatch(r"[\w./-]+", path) and not path.startswith(("..", "/")):
            yield "./..." if path == "." else f"./{path}/..."


def _requirements(text: str, source: str) -> Iterator[Dependency]:
    """Direct ones; what only a dependency needs is marked `// indirect`."""
    for line in _directives(text, "require"):
        match = _REQUIRE.fullmatch(line[:_MAX_LINE])
        if match and "indirect" not in (match[3] or ""):
            yield Dependency(match[1], printable(match[2], 80), False, f"{source} require")


def _directives(text: str, word: str) -> Iterator[str]:
    """The lines of `word (…)` blocks, and those of `word …` alone."""
    inside = False
    for line in re.split(r"\r\n|\n|\r", text):
        bare = line.strip()
        if inside:
            if bare.startswith(")"):
                inside = False
            elif bare and not bare.startswith("//"):
                yield bare
        elif re.fullmatch(rf"{word}\s*\(\s*(?://.*)?", bare):
            inside = True
        elif bare.startswith((f"{word} ", f"{word}\t")):
            yield bare[len(word) :].strip()


def _sources(project: Project) -> tuple[str, str]:
    """Where a new package goes: `internal` or `pkg` if the module has it, else beside the others.

    Where packages have folders of their own, a new module gets one too.
    """
    code = [p for p in project.paths if p.endswith(".go") and not p.endswith("_test.go")]
    for top in ("internal", "pkg"):
        inside = [p for p in code if p.startswith(f"{top}/")]
        if inside:
            nested = sum(p.count("/") > 1 for p in inside) * 2 > len(inside)
            name = "{name}/{name}.go" if nested else "{name}.go"
            return project.at(top), project.at(f"{top}/{name}")
    folders = Counter(p.rpartition("/")[0] for p in code if not p.startswith("cmd/"))
    folder = "" if folders[""] else most_common(folders.elements()) or ""
    return project.at(folder), project.at(f"{folder}/{{name}}.go" if folder else "{name}.go")


def _integration(project: Project) -> str | None:
    for folder in ("test/integration", "tests/integration", "integration", "test/e2e", "test"):
        if any(p.startswith(f"{folder}/") and p.endswith("_test.go") for p in project.paths):
            return project.at(f"{folder}/{{name}}_test.go")
    return None


def _run(project: Project, module: str) -> Command | None:
    """The program: `main.go` at the top, else the one in `cmd` that bears the module's name."""
    if project.has("main.go"):
        return project.command("go run .", "main.go")
    programs = [p for p in project.paths if re.fullmatch(r"cmd/[\w.-]+/main\.go", p)]
    own = f"cmd/{_MAJOR.sub('', module).rsplit('/', 1)[-1]}/main.go"
    if not programs:
        return None
    source = own if own in programs else programs[0]
    return project.command(f"go run ./{source.removesuffix('/main.go')}", source)


def _frameworks(dependencies: tuple[Dependency, ...]) -> tuple[str, ...]:
    names = {_MAJOR.sub("", dependency.name) for dependency in dependencies}
    return tuple(name for path, name in FRAMEWORKS.items() if path in names)


DETECTOR = Detector(
    name="go",
    manifests=("go.mod", "go.work"),
    extensions=(".go",),
    detect=detect,
)
