""".NET solutions and projects: `dotnet` finds one by itself in the folder that it runs in.

A solution speaks for the projects below it: its packages are theirs, and tests go to its test project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import relpath

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import printable
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.detector import Detector

PROJECTS = (".csproj", ".fsproj", ".vbproj")
SOLUTIONS = (".sln", ".slnx")
LANGUAGES = {
    ".csproj": ("C#", "csharp", ".cs"),
    ".fsproj": ("F#", "fsharp", ".fs"),
    ".vbproj": ("Visual Basic", "vb", ".vb"),
}
RUNNERS = {"xunit": "xunit", "nunit": "nunit", "mstest": "mstest", "tunit": "tunit"}
FRAMEWORKS = {
    "Microsoft.EntityFrameworkCore": "ef-core", "MediatR": "mediatr", "Serilog": "serilog", "Dapper": "dapper",
    "Microsoft.AspNetCore": "asp.net", "FluentValidation": "fluentvalidation", "Moq": "moq",
    "NSubstitute": "nsubstitute",
}  # fmt: skip
_TESTING = ("Microsoft.NET.Test.Sdk", "<IsTestProject>true")

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_PACKAGE = re.compile(r"<PackageReference\s[^>]{0,500}>")
_INCLUDE = re.compile(r"\bInclude=\"([\w.-]{1,120})\"")
_VERSION = re.compile(r"\bVersion=\"([^\"$]{1,60})\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class DotnetProject(Ecosystem):
    """A solution or a project; names of packages know no case."""

    def test_target(self, path: str) -> str | None:
        return path.rpartition("/")[2].rpartition(".")[0]

    def same_name(self, name: str) -> str:
        return name.casefold()


def detect(project: Project) -> Ecosystem | None:
    """The solution or the project in this folder."""
    own = sorted(path for path in project.paths if "/" not in path)
    manifest = next((path for path in own if path.endswith(SOLUTIONS)), None)
    is_solution = manifest is not None
    manifest = manifest or next((path for path in own if path.endswith(PROJECTS)), None)
    if manifest is None:
        return None
    builds = _builds(project) if is_solution else [project.at(path) for path in own if path.endswith(PROJECTS)]
    texts = {path: _COMMENT.sub("", project.files.texts.get(path, "")) for path in builds}
    tests = [path for path in builds if _is_test(path, texts[path])]
    code = [path for path in builds if path not in tests]
    main = next((path for path in code if _is_program(texts[path])), code[0] if code else "")
    ending = next((end for end in PROJECTS if (main or manifest).endswith(end)), ".csproj")
    language, fence, extension = LANGUAGES[ending]
    dependencies = tuple(found for path in builds for found in _packages(texts[path], path, is_dev=path in tests))
    names = " ".join(dependency.name.casefold() for dependency in dependencies)
    home = main.rpartition("/")[0]
    test_home = _test_home(project, main, tests)
    version = re.search(r"<TargetFrameworks?>\s*([\w.;-]{1,60})\s*<", texts.get(main, ""))

    def dotnet(words: str) -> Command:
        return project.command(f"dotnet {words}", manifest)

    add = None
    if main:
        inside = home[len(project.folder) :].strip("/")
        add = dotnet(f"add {inside} package {{package}}" if inside else "add package {package}")
    run = None
    if main and _is_program(texts[main]):
        inside = home[len(project.folder) :].strip("/")
        run = dotnet(f"run --project {inside}" if inside else "run")
    return DotnetProject(
        name="dotnet",
        language=language,
        language_version=version[1] if version else "",
        fence=fence,
        extensions=(extension,),
        folder=project.folder,
        manifest=project.at(manifest),
        project=manifest.rpartition(".")[0],
        package_manager="dotnet",
        test_runner=next((label for word, label in RUNNERS.items() if word in names), None),
        install_command=dotnet("restore"),
        test_command=dotnet(f"test{_test_argument(project, test_home)}") if test_home is not None else None,
        coverage_command=dotnet('test --collect:"XPlat Code Coverage"') if "coverlet.collector" in names else None,
        lint_command=dotnet("format --verify-no-changes"),
        format_command=dotnet("format"),
        build_command=dotnet("build"),
        run_command=run,
        add_template=add,
        add_dev_template=add,
        test_file_template=None
        if test_home is None
        else dotnet(f"test{_test_argument(project, test_home)} --filter FullyQualifiedName~{{target}}"),
        source_folder=home if main else None,
        source_template=_file(home, "{name}" + extension) if main else None,
        test_folder=test_home,
        test_template=None if test_home is None else _file(test_home, "{below}{name}Tests" + extension),
        test_names=(f"*Tests{extension}", f"*Test{extension}"),
        spelling="pascal",
        dependencies=dependencies,
        dependency_file=main or None,
        dev_dependency_file=tests[0] if tests else main or None,
        frameworks=tuple(label for word, label in FRAMEWORKS.items() if word.casefold() in names),
        problems=tuple(project.problems),
    )


def _test_argument(project: Project, test_home: str) -> str:
    """What tells `dotnet test` of tests that lie beside the folder; nothing for those in it."""
    if not project.folder or f"{test_home}/".startswith(f"{project.folder}/"):
        return ""
    return f" {relpath(test_home, project.folder)}"


def _file(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _builds(project: Project) -> list[str]:
    """The projects below a solution, from the root's view."""
    prefix = f"{project.folder}/" if project.folder else ""
    return sorted(path for path in project.files.texts if path.startswith(prefix) and path.endswith(PROJECTS))


def _is_test(path: str, text: str) -> bool:
    stem = path.rpartition("/")[2].rpartition(".")[0].casefold()
    return any(word in text for word in _TESTING) or stem.endswith(("tests", ".test"))


def _is_program(text: str) -> bool:
    return "Microsoft.NET.Sdk.Web" in text or "<OutputType>Exe" in text or "<OutputType>WinExe" in text


def _test_home(project: Project, main: str, tests: list[str]) -> str | None:
    """The folder of the test project that bears the main one's name, else of the first, else of one beside it."""
    stem = main.rpartition("/")[2].rpartition(".")[0]
    own = [path for path in tests if stem and path.rpartition("/")[2].startswith(f"{stem}.")]
    if own or tests:
        return (own or tests)[0].rpartition("/")[0]
    prefix = f"{stem}.".casefold()
    beside = [
        path.rpartition("/")[0]
        for path in sorted(project.files.texts)
        if path.endswith(PROJECTS) and path.rpartition("/")[2].casefold().startswith(prefix) and _is_test(path, "")
    ]
    return beside[0] if beside and stem else None


def _packages(text: str, source: str, *, is_dev: bool) -> Iterator[Dependency]:
    for reference in _PACKAGE.finditer(text):
        name, version = _INCLUDE.search(reference[0]), _VERSION.search(reference[0])
        if name is not None:
            yield Dependency(name[1], printable(version[1]) if version else "", is_dev, f"{source} PackageReference")


DETECTOR = Detector(
    name="dotnet",
    manifests=tuple(f"*{ending}" for ending in SOLUTIONS),
    weak_manifests=tuple(f"*{ending}" for ending in PROJECTS),
    extensions=(".cs", ".fs", ".vb"),
    detect=detect,
)
