"""Java and Kotlin projects that Maven or Gradle builds, by their wrapper where one is there.

Build files are read by patterns, never run: what a script computes stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from posixpath import relpath

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import printable
from plansmith.workspace.project import Project, most_common
from plansmith.workspace.stacks.detector import Detector

GRADLE = ("build.gradle.kts", "build.gradle")
EXTENSIONS = (".java", ".kt")
FRAMEWORKS = {
    "spring-boot": "spring-boot", "quarkus": "quarkus", "micronaut": "micronaut", "ktor": "ktor",
    "hibernate": "hibernate", "junit": "junit", "testng": "testng", "mockito": "mockito", "spock": "spock",
}  # fmt: skip

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_DEPENDENCY = re.compile(r"<dependency>(?P<body>.{0,4000}?)</dependency>", re.S)
_PARENT = re.compile(r"<parent>.{0,4000}?</parent>", re.S)
_MANAGED = re.compile(r"<dependencyManagement>.*?</dependencyManagement>", re.S)
_GRADLE_DEPENDENCY = re.compile(
    r"^[ \t]*(?P<kind>[A-Za-z]*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly))[ \t]*\(?[ \t]*"
    r"(?:platform\()?[\"'](?P<name>[\w.-]{1,100}:[\w.-]{1,100})(?::(?P<version>[\w.+-]{1,60}))?[\"']",
    re.M,
)
_GRADLE_COMMENT = re.compile(r"/\*.*?\*/|(?m:^[ \t]*//[^\n]*$)", re.S)
_GRADLE_VERSION = re.compile(
    r"(?:JavaLanguageVersion\.of\(|jvmToolchain\(|(?:source|target)Compatibility\s*=?\s*[\"'(]?(?:JavaVersion\.VERSION_)?)"
    r"[\"']?(\d[\d._]*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaProject(Ecosystem):
    """A module that Maven or Gradle builds; a package is known by its artifact's name, too."""

    def test_target(self, path: str) -> str | None:
        return path.rpartition("/")[2].rpartition(".")[0]

    def same_name(self, name: str) -> str:
        return name.rpartition(":")[2]


def detect(project: Project) -> Ecosystem | None:
    """The module in this folder."""
    if project.has("pom.xml"):
        return _maven(project)
    build = next((name for name in GRADLE if project.has(name)), None)
    return _gradle(project, build) if build is not None else None


def _maven(project: Project) -> Ecosystem:
    text = _COMMENT.sub("", project.text("pom.xml"))
    if "<project" not in text and project.at("pom.xml") in project.files.texts:
        project.problems.append(f"{project.at('pom.xml')}: has no project element")
    wrapper = project.nearest("mvnw")
    tool = _wrapper(project, wrapper) or "mvn"
    dependencies = tuple(_maven_dependencies(text, project.at("pom.xml")))
    version = re.search(r"<(?:maven\.compiler\.(?:release|source)|java\.version|release)>\s*(\d[\d.]*)\s*<", text)
    name = re.search(r"<artifactId>\s*([\w.-]{1,100})\s*<", _PARENT.sub("", text))

    def maven(goals: str) -> Command:
        return project.command(f"{tool} {goals}", "pom.xml")

    run = "spring-boot:run" if "spring-boot-maven-plugin" in text else "quarkus:dev" if "quarkus-maven" in text else ""
    return _project(
        project, "pom.xml", "maven", name[1] if name else "", version[1] if version else "", dependencies,
        install=maven("dependency:resolve"),
        test=maven("test"),
        file=maven("test -Dtest={target}"),
        coverage=maven("verify") if "jacoco-maven-plugin" in text else None,
        lint=_first(maven, text, {"spotless-maven": "spotless:check", "maven-checkstyle": "checkstyle:check"}),
        layout=_first(maven, text, {"spotless-maven": "spotless:apply"}),
        build=maven("package"),
        run=maven(run) if run else None,
    )  # fmt: skip


def _gradle(project: Project, build: str) -> Ecosystem:
    text = _GRADLE_COMMENT.sub("", project.text(build))
    tool = _wrapper(project, project.nearest("gradlew")) or "gradle"
    dependencies = tuple(_gradle_dependencies(text, project.at(build)))
    version = _GRADLE_VERSION.search(text)
    settings = next(
        (project.text(name) for name in ("settings.gradle.kts", "settings.gradle") if project.has(name)), ""
    )
    name = re.search(r"rootProject\.name\s*=\s*[\"']([\w.-]{1,100})[\"']", settings)

    def gradle(tasks: str) -> Command:
        return project.command(f"{tool} {tasks}", build)

    run = (
        "bootRun" if "springframework.boot" in text
        else "quarkusDev" if "io.quarkus" in text
        else "run" if re.search(r"^\s*(?:application\b|id\s*\(?\s*[\"']application)", text, re.M)
        else ""
    )  # fmt: skip
    return _project(
        project, build, "gradle", name[1] if name else "", version[1] if version else "", dependencies,
        install=gradle("assemble"),
        test=gradle("test"),
        file=gradle("test --tests {target}"),
        coverage=gradle("test jacocoTestReport") if "jacoco" in text else None,
        lint=_first(
            gradle, text, {"spotless": "spotlessCheck", "ktlint": "ktlintCheck", "checkstyle": "checkstyleMain"}
        ),
        layout=_first(gradle, text, {"spotless": "spotlessApply", "ktlint": "ktlintFormat"}),
        build=gradle("build"),
        run=gradle(run) if run else None,
    )  # fmt: skip


def _project(
    project: Project,
    manifest: str,
    tool: str,
    name: str,
    version: str,
    dependencies: tuple[Dependency, ...],
    *,
    install: Command,
    test: Command,
    file: Command,
    coverage: Command | None,
    lint: Command | None,
    layout: Command | None,
    build: Command,
    run: Command | None,
) -> Ecosystem:
    sources = [path for path in project.paths if path.endswith(EXTENSIONS)]
    main = [path for path in sources if path.startswith("src/main/")]
    is_kotlin = sum(path.endswith(".kt") for path in main) * 2 > len(main)
    kind, ending = ("kotlin", ".kt") if is_kotlin else ("java", ".java")
    home, package = _package(main, kind)
    names = " ".join(dependency.name for dependency in dependencies)
    tests = f"src/test/{kind}/{package}" if package else f"src/test/{kind}/"
    integration = next((path for path in sources if path.startswith("src/integrationTest/")), None)
    by_name = any(path.endswith(f"IT{ending}") for path in sources)
    integrated = f"{tests}{{name}}IT{ending}" if by_name else None
    if integration is not None:
        integrated = f"src/integrationTest/{kind}/{package}{{name}}Test{ending}"
    return JavaProject(
        name="java",
        language="Kotlin" if is_kotlin else "Java",
        language_version=version.replace("_", "."),
        fence=kind,
        extensions=EXTENSIONS,
        folder=project.folder,
        manifest=project.at(manifest),
        project=name,
        package_manager=tool,
        test_runner="testng" if "testng" in names else "junit",
        install_command=install,
        test_command=test,
        coverage_command=coverage,
        lint_command=lint,
        format_command=layout,
        build_command=build,
        run_command=run,
        test_file_template=file,
        source_folder=project.at(home),
        source_template=project.at(f"{home}/{{name}}{ending}"),
        test_folder=project.at(tests.rstrip("/")),
        test_template=project.at(f"{tests}{{below}}{{name}}Test{ending}"),
        integration_template=None if integrated is None else project.at(integrated),
        test_names=tuple(f"{stem}{end}" for end in EXTENSIONS for stem in ("*Test", "*Tests", "*IT", "*Spec")),
        spelling="pascal",
        dependencies=dependencies,
        dependency_file=project.at(manifest),
        dev_dependency_file=project.at(manifest),
        frameworks=tuple(dict.fromkeys(label for word, label in FRAMEWORKS.items() if word in names)),
        problems=tuple(project.problems),
    )


def _package(main: list[str], kind: str) -> tuple[str, str]:
    """The folder of the root package, and the package's own part of it with a final "/"; where no file tells, "" ."""
    top = f"src/main/{kind}/"
    folders = [path.rpartition("/")[0] + "/" for path in main if path.startswith(top)]
    if not folders:
        return top.rstrip("/"), ""
    common = min(folders, key=len)
    while not all(folder.startswith(common) for folder in folders):
        common = common.rstrip("/").rpartition("/")[0] + "/"
    if common == top:
        common = most_common(folders) or top
    return common.rstrip("/"), common[len(top) :]


def _wrapper(project: Project, path: str | None) -> str:
    """How the wrapper is called from the project's folder."""
    if path is None:
        return ""
    called = relpath(path, project.folder) if project.folder else path
    return called if called.startswith("../") else f"./{called}"


def _first(command: Callable[[str], Command], text: str, meanings: dict[str, str]) -> Command | None:
    """The command of the first plugin that the build file names."""
    return next((command(goal) for word, goal in meanings.items() if word in text), None)


def _maven_dependencies(text: str, source: str) -> Iterator[Dependency]:
    seen = set()
    for match in _DEPENDENCY.finditer(_MANAGED.sub("", text)):
        body = match["body"]
        group, artifact = _element(body, "groupId"), _element(body, "artifactId")
        name = f"{group}:{artifact}"
        if group and artifact and name not in seen:
            seen.add(name)
            version = _element(body, "version")
            is_dev = _element(body, "scope") == "test"
            yield Dependency(name, "" if "$" in version else version, is_dev, f"{source} dependencies")


def _element(body: str, name: str) -> str:
    match = re.search(rf"<{name}>\s*([^<]{{1,120}}?)\s*</{name}>", body)
    return printable(match[1]) if match else ""


def _gradle_dependencies(text: str, source: str) -> Iterator[Dependency]:
    for match in _GRADLE_DEPENDENCY.finditer(text):
        is_dev = "test" in match["kind"].lower()
        yield Dependency(match["name"], match["version"] or "", is_dev, f"{source} dependencies")


DETECTOR = Detector(
    name="java",
    manifests=("pom.xml", *GRADLE),
    extensions=EXTENSIONS,
    detect=detect,
    texts=("settings.gradle", "settings.gradle.kts"),
)
