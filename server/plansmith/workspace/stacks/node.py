"""Node projects: npm, pnpm, Yarn and Bun; TypeScript and JavaScript.

A command is the first of these with evidence:
1. the project's own script (`scripts.test`), run by its package manager: it is what the authors
   and their continuous integration run;
2. the tool that it requires for it, in its plain form (`npx vitest run`).

The runner, which is needed for a single file and for the spelling of new tests, is told by the text
of `scripts.test`, else by the first required one in the order of `RUNNERS`, else Bun's own if there
are tests and the manager is Bun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import Table, printable, string, table
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.detector import Detector
from plansmith.workspace.stacks.node_layout import SOURCES, TEST_NAMES, find_node_layout

FRAMEWORKS = {
    "next": "next", "nuxt": "nuxt", "@remix-run/react": "remix", "astro": "astro",
    "@angular/core": "angular", "@sveltejs/kit": "sveltekit", "svelte": "svelte", "vue": "vue",
    "react": "react", "react-native": "react-native", "solid-js": "solid", "preact": "preact",
    "@nestjs/core": "nest", "express": "express", "fastify": "fastify", "koa": "koa",
    "@hapi/hapi": "hapi", "hono": "hono", "electron": "electron", "@prisma/client": "prisma",
    "drizzle-orm": "drizzle", "typeorm": "typeorm", "sequelize": "sequelize",
    "mongoose": "mongoose", "graphql": "graphql", "vite": "vite", "tailwindcss": "tailwindcss",
    "zod": "zod",
}  # fmt: skip

# Name, what its call looks like in a script, the package that brings it, one run of all tests.
# A runner of end-to-end tests comes last: it is rarely the one for unit tests.
RUNNERS = (
    ("vitest", r"\bvitest\b", "vitest", "vitest run"),
    ("jest", r"\b(?:jest|react-scripts test|craco test)\b", "jest", "jest"),
    ("mocha", r"\bmocha\b", "mocha", "mocha"),
    ("ava", r"\bava\b", "ava", "ava"),
    ("tap", r"\btap\b", "tap", "tap"),
    ("node", r"\b(?:node|tsx)\b.*\s--test\b", "", ""),
    ("bun", r"\bbun test\b", "", ""),
    ("playwright", r"\bplaywright test\b", "@playwright/test", "playwright test"),
)

LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "pnpm-workspace.yaml": "pnpm",
    "yarn.lock": "yarn",
    ".yarnrc.yml": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
EXECUTE = {"npm": "npx ", "pnpm": "pnpm exec ", "yarn": "yarn ", "bun": "bunx "}

# npm's own script for a project without tests fails; it is no test.
NO_TEST = re.compile(r"no test specified")
# Enough to tell the runner by; the expressions for it look back and forth.
MAX_SCRIPT = 1_000
SCRIPT_NAME = re.compile(r"[A-Za-z0-9][\w.:/@-]{0,63}")
PACKAGE_NAME = re.compile(r"(?:@[\w.~-]+/)?[\w.~-]{1,214}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeProject(Ecosystem):
    """A package with a `package.json`."""

    def test_file(self, source: str) -> str | None:
        """Beside or apart as all tests, and with JSX where the source has it."""
        # A dataclass with slots is a new class, which `super()` without arguments does not know.
        path = Ecosystem.test_file(self, source)
        if path is None or path == source or not source.endswith((".tsx", ".jsx")):
            return path
        return f"{path}x" if path.endswith((".ts", ".js")) else path


@dataclass(frozen=True, slots=True)
class _Found:
    """What the commands are chosen from."""

    project: Project
    manager: str
    manager_source: str
    scripts: dict[str, str]
    dependencies: dict[str, Dependency]
    runner: str | None

    def script(self, *names: str, arguments: str = "") -> Command | None:
        """The first of these scripts that there is, run by the package manager."""
        for name in names:
            if name in self.scripts:
                if arguments:
                    # npm needs the dashes; pnpm would hand them on, and Vitest choke on them.
                    arguments = f" -- {arguments}" if self.manager == "npm" else f" {arguments}"
                return self.project.command(self.run(name) + arguments, f"package.json scripts.{name}")
        return None

    def run(self, name: str) -> str:
        # `bun test` is Bun's own runner, and not the script of this name.
        if name in ("test", "start") and self.manager in ("npm", "pnpm", "yarn"):
            return f"{self.manager} {name}"
        return f"yarn {name}" if self.manager == "yarn" else f"{self.manager} run {name}"

    def tool(self, text: str, source: str) -> Command:
        """A tool's command line, as the package manager runs it."""
        return self.project.command(EXECUTE[self.manager] + text, source)

    def required(self, *packages: str) -> str | None:
        """Where the first of these packages is required, relative to the folder, or None."""
        for name in packages:
            if name in self.dependencies:
                dependency = self.dependencies[name]
                folder = self.project.folder
                return dependency.source[len(folder) + 1 :] if folder else dependency.source
        return None

    def configured(self, *patterns: str) -> str | None:
        """The first file in the folder itself whose name matches one of these expressions."""
        pattern = re.compile("|".join(patterns))
        return next((p for p in self.project.paths if pattern.fullmatch(p)), None)


def detect(project: Project) -> Ecosystem | None:
    """The Node project in this folder, or None for a `package.json` that only marks a folder."""
    manifest = project.json("package.json")
    tells = manifest.keys() & {
        "name", "scripts", "dependencies", "devDependencies", "workspaces", "packageManager",
    }  # fmt: skip
    if not tells and not project.problems:
        return None
    dependencies = _dependencies(manifest, project.at("package.json"))
    by_name = {dependency.name: dependency for dependency in dependencies}
    manager, manager_source = _package_manager(project, manifest)
    scripts = {
        name: body[:MAX_SCRIPT]
        for name, body in table(manifest, "scripts").items()
        if isinstance(body, str) and SCRIPT_NAME.fullmatch(name)
        if not (name == "test" and NO_TEST.search(body))
    }
    runner = _runner(project, scripts, by_name, manager)
    found = _Found(project, manager, manager_source, scripts, by_name, runner)
    is_typescript = _is_typescript(project, found)
    layout = find_node_layout(project, is_typescript, runner)
    install, add, add_dev = _packages(found, manifest)
    return NodeProject(
        name="node",
        language="TypeScript" if is_typescript else "JavaScript",
        language_version=string(manifest, "engines", "node"),
        fence="ts" if is_typescript else "js",
        extensions=SOURCES,
        folder=project.folder,
        manifest=project.at("package.json"),
        project=string(manifest, "name"),
        package_manager=manager,
        test_runner=runner,
        install_command=install,
        test_command=_test(found),
        coverage_command=_coverage(found),
        lint_command=_lint(found),
        format_command=_format(found),
        type_check_command=_type_check(found),
        build_command=found.script("build", "compile"),
        run_command=found.script("dev", "start", "serve"),
        scripts=tuple((name, project.command(found.run(name), f"package.json scripts.{name}")) for name in scripts),
        add_template=add,
        add_dev_template=add_dev,
        test_file_template=_test_file(found),
        source_folder=layout.source_folder,
        source_template=layout.source_template,
        test_folder=layout.test_folder,
        test_template=layout.test_template,
        integration_template=layout.integration_template,
        test_names=TEST_NAMES,
        spelling=layout.spelling,
        dependencies=dependencies,
        dependency_file=project.at("package.json"),
        dev_dependency_file=project.at("package.json"),
        frameworks=tuple(name for package, name in FRAMEWORKS.items() if package in by_name),
        problems=tuple(project.problems),
    )


def _dependencies(manifest: Table, source: str) -> tuple[Dependency, ...]:
    known: dict[str, Dependency] = {}
    for key in ("dependencies", "peerDependencies", "optionalDependencies", "devDependencies"):
        for name, version in table(manifest, key).items():
            if isinstance(version, str) and PACKAGE_NAME.fullmatch(name):
                text = printable(version, 80)
                dev = key == "devDependencies"
                known.setdefault(name, Dependency(name, text, dev, f"{source} {key}"))
    return tuple(known.values())


def _package_manager(project: Project, manifest: Table) -> tuple[str, str]:
    """The manager and its evidence, from the root's view: what the nearest manifest names, then the nearest lock file.

    Without either it is npm, which comes with Node.
    """
    manifests = [(manifest, project.at("package.json"))]
    manifests += [(project.json_at(path), path) for path in project.above("package.json")]
    for tables, path in manifests:
        for name in (
            string(tables, "packageManager"),
            string(tables, "devEngines", "packageManager", "name"),
        ):
            manager = name.split("@", 1)[0]
            if manager in EXECUTE:
                return manager, f"{path} packageManager"
    lock = project.nearest(*LOCKS)
    if lock is not None:
        return LOCKS[lock.rsplit("/", 1)[-1]], lock
    return "npm", project.at("package.json")


def _packages(found: _Found, manifest: Table) -> tuple[Command | None, Command | None, Command | None]:
    """The command that installs, and the templates that add a package."""
    project, manager, source = found.project, found.manager, found.manager_source
    has_lock = project.nearest("package-lock.json", "npm-shrinkwrap.json") is not None
    install = "npm ci" if manager == "npm" and has_lock else f"{manager} install"
    # At the root of a mono-repo pnpm and Yarn 1 refuse to add, unless told that it is meant.
    at_root = ""
    if manager == "pnpm" and project.has("pnpm-workspace.yaml"):
        at_root = " -w"
    elif manager == "yarn" and "workspaces" in manifest and not project.has(".yarnrc.yml"):
        is_first = string(manifest, "packageManager").partition("@")[2][:2] in ("", "1.")
        at_root = " -W" if is_first else ""
    add = f"{manager} {'install' if manager == 'npm' else 'add'}{at_root}"
    dev = {"npm": " --save-dev", "bun": " -d"}.get(manager, " -D")
    return (
        project.command_from(source, install),
        project.command_from(source, f"{add} {{package}}"),
        project.command_from(source, f"{add}{dev} {{package}}"),
    )


def _runner(project: Project, scripts: dict[str, str], dependencies: dict[str, Dependency], manager: str) -> str | None:
    for script in ("test", "test:unit", "unit"):
        for name, call, _, _ in RUNNERS:
            if re.search(call, scripts.get(script, "")):
                return name
    for name, _, package, _ in RUNNERS:
        if package and package in dependencies:
            return name
    if manager == "bun" and any(re.search(r"[._](?:test|spec)\.[jt]sx?$", p) for p in project.paths):
        return "bun"
    return None


def _test(found: _Found) -> Command | None:
    for name in ("test", "test:unit", "unit"):
        body = found.scripts.get(name)
        if body is not None:
            return found.script(name, arguments=_once(body))
    for name, _, package, call in RUNNERS:
        if name == found.runner and package:
            return found.tool(call, found.required(package) or "package.json")
    if found.runner == "bun":
        return found.project.command_from(found.manager_source, "bun test")
    return None


def _once(body: str) -> str:
    """The argument that makes a script which would watch run once."""
    if re.search(r"\bvitest\b(?! (?:run|related|bench)\b)(?!.*--run\b)", body):
        return "--run" if re.search(r"\bvitest\b[^&|;]*$", body) else ""
    if re.search(r"\breact-scripts test\b(?!.*--watchAll=false)", body):
        return "--watchAll=false"
    return ""


def _test_file(found: _Found) -> Command | None:
    source = "package.json scripts.test" if "test" in found.scripts else "package.json"
    for name, _, package, call in RUNNERS:
        if name == found.runner and package:
            if package not in found.dependencies and found.runner == "jest":
                return found.script("test", arguments="--watchAll=false {target}")
            return found.tool(f"{call} {{target}}", found.required(package) or source)
    if found.runner == "bun":
        return found.project.command("bun test {target}", source)
    if found.runner == "node":
        # The script's own options load what the tests need (`--import tsx`). Tests that it runs
        # from a folder of results can't be told by their source's path.
        body = found.scripts.get("test", "")
        call_ = re.search(r"\b(?:node|tsx)\b[^&|;]*?\s--test\b", body)
        if call_ and not re.search(r"\b(?:dist|build|out|lib)/", body):
            tool = "npx " if call_[0].startswith("tsx") else ""
            return found.project.command(f"{tool}{printable(call_[0])} {{target}}", source)
    return None


def _coverage(found: _Found) -> Command | None:
    script = found.script("coverage", "test:coverage", "test:cov", "test-cov", "cov", "cover")
    if script is not None:
        return script
    if found.runner == "vitest" and (source := found.required("@vitest/coverage-v8", "@vitest/coverage-istanbul")):
        return found.tool("vitest run --coverage", source)
    if found.runner == "jest" and (source := found.required("jest")):
        return found.tool("jest --coverage", source)
    if found.runner == "bun":
        return found.project.command_from(found.manager_source, "bun test --coverage")
    for tool in ("c8", "nyc"):
        if (source := found.required(tool)) and "test" in found.scripts:
            return found.tool(f"{tool} {found.run('test')}", source)
    return None


def _lint(found: _Found) -> Command | None:
    script = found.script("lint", "lint:check", "lint:all")
    if script is not None:
        return script
    for packages, text in (
        (("eslint",), "eslint ."),
        (("@biomejs/biome",), "biome check ."),
        (("oxlint",), "oxlint"),
        (("xo",), "xo"),
        (("standard",), "standard"),
    ):
        if source := found.required(*packages):
            return found.tool(text, source)
    return None


def _format(found: _Found) -> Command | None:
    script = found.script("format", "fmt", "format:write", "prettier")
    if script is not None:
        return script
    if source := found.required("prettier"):
        return found.tool("prettier --write .", source)
    return None


def _type_check(found: _Found) -> Command | None:
    script = found.script("typecheck", "type-check", "check-types", "check:types", "types", "tsc", "ts:check")
    if script is not None:
        return script
    config = found.configured(r"tsconfig\.json")
    if config is not None:
        for package, tool in (("vue-tsc", "vue-tsc"), ("typescript", "tsc")):
            if found.required(package):
                return found.tool(f"{tool} --noEmit", config)
    return None


def _is_typescript(project: Project, found: _Found) -> bool:
    """By what most sources are; where none is yet, by the configuration."""
    names = [path for path in project.paths if not path.endswith(".d.ts")]
    typed = sum(path.endswith((".ts", ".tsx", ".mts", ".cts")) for path in names)
    plain = sum(
        path.endswith((".js", ".jsx", ".mjs", ".cjs")) and not re.search(r"(?:^|/)[.\w-]*(?:config|rc)\.[cm]?js$", path)
        for path in names
    )
    if typed or plain:
        return typed >= plain
    return found.required("typescript") is not None or project.has("tsconfig.json")


DETECTOR = Detector(
    name="node",
    manifests=("package.json",),
    extensions=SOURCES,
    detect=detect,
)
