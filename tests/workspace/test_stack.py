"""The stack as a whole: several projects, none, broken ones, and what every project can have."""

from __future__ import annotations

import json
import time
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.workspace import stacks
from plansmith.workspace.ecosystem import Ecosystem, spelled
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack, detect_stack
from plansmith.workspace.stacks.detector import Detector


def test_an_empty_workspace_has_an_empty_stack(detect):
    stack = detect({})
    assert stack == Stack()
    assert stack.languages == ()
    assert stack.for_path("src/x.py") is stack.primary


def test_prose_is_no_project(detect):
    assert detect({"README.md": "pip install x", "docs/plan.md": "", "LICENSE": ""}).ecosystems == ()


def test_the_empty_project_knows_no_command_and_no_place(detect):
    nothing = detect({"README.md": ""}).primary
    commands = [field.name for field in fields(nothing) if field.name.endswith(("_command", "_template"))]
    assert len(commands) > 10
    assert [getattr(nothing, name) for name in commands] == [None] * len(commands)
    assert nothing.add_command("x") is None
    assert nothing.test_file_command("x") is None
    assert nothing.source_file("x") is None
    assert nothing.test_file("x") is None
    assert nothing.test_file("src/x.py") is None
    assert nothing.integration_test_file("x") is None
    assert nothing.dependency("x") is None
    assert nothing.fence == "bash"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("pyproject.toml", "[project\nname=", "is not valid TOML"),
        ("setup.cfg", "no section\n", "is not valid INI"),
        ("Pipfile", "[packages", "is not valid TOML"),
        ("package.json", '{"name": "x",}', "is not valid JSON"),
        ("package.json", "[" * 100_000, "is not valid JSON"),
        ("package.json", "[]", "is not a JSON object"),
        ("package.json", "", "is not valid JSON"),
        ("Cargo.toml", "[package\n", "is not valid TOML"),
        ("Cargo.toml", "x = " + "[" * 100_000, "is not valid TOML"),
    ],
)
def test_a_broken_manifest_is_told_and_its_project_still_found(detect, name, text, problem):
    stack = detect({name: text, "x.py": ""})
    assert len(stack.problems) == 1
    assert stack.problems[0].startswith(f"{name}: {problem}")
    assert stack.ecosystems
    assert stack.primary.problems == stack.problems


def test_a_broken_manifest_yields_what_the_other_files_say(detect):
    stack = detect({"package.json": "{", "yarn.lock": "", "src/a.ts": "", "src/a.test.ts": ""})
    assert stack.primary.package_manager == "yarn"
    assert stack.primary.language == "TypeScript"
    assert stack.primary.test_file("b") == "src/b.test.ts"
    assert stack.primary.test_command is None


def test_values_of_a_wrong_type_are_as_good_as_nothing(detect):
    stack = detect(
        {
            "package.json": json.dumps(
                {
                    "name": 1,
                    "scripts": ["x"],
                    "dependencies": {"a": 1, "b c": "1", "ok": "1\u202e\n2"},
                    "devDependencies": "jest",
                    "engines": [],
                    "workspaces": 5,
                    "packageManager": ["npm"],
                }
            ),
            "py/pyproject.toml": "project = 3\ntool = ['x']\ndependency-groups = { dev = 'pytest' }\n",
            "py/a.py": "",
            "rs/Cargo.toml": "package = []\ndependencies = { a = 1, b = [], 'c d' = '1' }\nbin = { name = 1 }\n",
        }
    )
    assert stack.problems == ()
    node, python, rust = stack.ecosystems
    assert [(d.name, d.version) for d in node.dependencies] == [("ok", "1 2")]
    assert node.scripts == ()
    assert python.folder == "py"
    assert [(d.name, d.version) for d in rust.dependencies] == [("a", ""), ("b", "")]


def test_the_larger_of_two_projects_in_one_folder_comes_first(detect):
    files = {"package.json": '{"name": "tools"}', "pyproject.toml": "[project]\nname='x'", "a.js": ""}
    stack = detect(files | {"x/__init__.py": "", "x/a.py": ""})
    assert stack.languages == ("Python", "JavaScript")
    assert stack.for_path("x/b.py").name == "python"
    assert stack.for_path("b.js").name == "node"
    assert stack.for_path("README.md").name == "python"


def test_the_roots_project_comes_before_larger_ones_and_side_folders_last(detect):
    stack = detect(
        {
            "go.mod": "module x.org/x\n",
            "examples/big/package.json": '{"name": "big"}',
            **{f"examples/big/{i}.js": "" for i in range(9)},
            "web/package.json": '{"name": "web"}',
            "web/a.js": "",
        }
    )
    assert [e.folder for e in stack.ecosystems] == ["", "web", "examples/big"]


def test_projects_below_a_root_without_one_serve_their_own_paths_only(detect):
    stack = detect(
        {
            "backend/pyproject.toml": "[project]\nname='b'",
            "backend/b/__init__.py": "",
            "backend/b/c.py": "",
            "frontend/package.json": '{"name": "f"}',
        }
    )
    assert stack.primary.folder == "backend"
    assert stack.for_path("frontend/x.ts").name == "node"
    assert stack.for_path("frontend/").name == "node"
    assert stack.for_path("docs/plan.md") is stack.otherwise


def test_samples_vendored_code_and_ignored_folders_are_no_projects(detect):
    stack = detect(
        {
            ".gitignore": "/out/",
            "tests/fixtures/app/package.json": '{"name": "sample"}',
            "vendor/x/go.mod": "module x.org/x\n",
            "node_modules/x/package.json": '{"name": "x"}',
            "target/package/Cargo.toml": "[package]\n",
            "out/pyproject.toml": "[project]\nname='x'",
            "templates/{{name}}/package.json": "{{",
        }
    )
    assert stack.ecosystems == ()
    assert stack.problems == ()


def test_a_documents_requirements_belong_to_the_project_around_them(detect):
    stack = detect({"pyproject.toml": "[project]\nname='x'", "docs/requirements.txt": "sphinx"})
    assert [e.folder for e in stack.ecosystems] == [""]
    assert stack.for_path("docs/plan.md").manifest == "pyproject.toml"


def test_environment_templates_docker_files_and_workflows_are_listed(detect):
    stack = detect(
        {
            ".env": "KEY=secret",
            ".env.local": "",
            ".env.example": "",
            "api/.env.sample": "",
            "Dockerfile": "",
            "api/Dockerfile.dev": "",
            "docker-compose.yml": "",
            "compose.override.yaml": "",
            "dockerfile-notes.md": "",
            ".github/workflows/ci.yml": "",
            ".github/dependabot.yml": "",
            ".gitlab-ci.yml": "",
        }
    )
    assert stack.environment_templates == (".env.example", "api/.env.sample")
    assert stack.docker_files == ("Dockerfile", "compose.override.yaml", "docker-compose.yml", "api/Dockerfile.dev")
    assert stack.workflows == (".github/workflows/ci.yml", ".gitlab-ci.yml")


MAKEFILE = """
CC := gcc
PATH_X = a:b
.PHONY: test lint
all: build
test lint: build ## both
\t@echo "run: this"
build: $(OBJECTS)
%.o: %.c
$(OBJ): x
coverage::
\ttrue
"""


def test_targets_of_a_makefile_stand_in_where_no_project_is(detect):
    stack = detect({"Makefile": MAKEFILE, "main.c": ""})
    nothing = stack.primary
    assert stack.ecosystems == ()
    assert nothing.test_command.text == "make test"
    assert nothing.test_command.source == "Makefile"
    assert nothing.lint_command.text == "make lint"
    assert nothing.build_command.text == "make build"
    assert nothing.coverage_command.text == "make coverage"
    assert nothing.run_command is None
    assert [name for name, _ in nothing.scripts] == ["all", "test", "lint", "build", "coverage"]


def test_targets_fill_only_what_the_project_leaves_open(detect):
    python = detect({"Makefile": "test:\nlint:\nrun:\n", "setup.py": "", "pytest.ini": ""}).primary
    assert python.test_command.text == "pytest"
    assert python.lint_command.text == "make lint"
    assert python.run_command.text == "make run"
    assert [name for name, _ in python.scripts] == ["test", "lint", "run"]


def test_recipes_of_a_justfile_count_if_they_need_no_argument(detect):
    tree = {"justfile": "x := 'a'\n\ntest *args:\n  go test\n@lint:\n  x\nbuild target:\n  y\nalias t := test\n"}
    nothing = detect(tree).primary
    assert nothing.test_command.text == "just test"
    assert nothing.lint_command.text == "just lint"
    assert nothing.build_command is None


def test_a_projects_own_folder_is_where_its_targets_run(detect):
    stack = detect({"api/go.mod": "module x.org/api\n", "api/Makefile": "run:\n", "Makefile": "dev:\n"})
    assert stack.for_path("api/x.go").run_command.line == "cd api && make run"
    assert stack.otherwise.run_command.line == "make dev"


def test_a_folder_with_a_space_is_quoted(detect):
    stack = detect(
        {"my app/package.json": '{"name": "x", "scripts": {"test": "jest"}, "devDependencies": {"jest": "29"}}'}
    )
    node = stack.primary
    assert node.test_command.line == "cd 'my app' && npm test"
    assert node.test_file_command("my app/src/a b.test.js").text == "npx jest 'src/a b.test.js'"


def test_a_truncated_reading_is_told(tree):
    root = tree({f"f{i}": "" for i in range(9)})
    assert detect_stack(read_workspace_files(root, limit_files=5)).truncated


def test_the_same_files_give_the_same_stack(tree):
    root = tree(
        {"package.json": '{"name": "x"}', "a/go.mod": "module x.org/x\n", "b/setup.py": "", "Makefile": "test:\n"}
    )
    assert detect_stack(read_workspace_files(root)) == detect_stack(read_workspace_files(root))


def test_another_ecosystem_is_one_more_line_in_the_table(monkeypatch):
    def detect_elixir(project):
        return Ecosystem(name="elixir", language="Elixir", folder=project.folder, manifest=project.at("mix.exs"))

    elixir = Detector(name="elixir", manifests=("mix.exs",), extensions=(".ex",), detect=detect_elixir)
    table = (*stacks.DETECTORS, elixir)
    monkeypatch.setattr("plansmith.workspace.stack.DETECTORS", table)
    stack = detect_stack(WorkspaceFiles.of({"mix.exs": "", "lib/x.ex": ""}))
    assert stack.languages == ("Elixir",)
    assert stacks.TextsToRead(table)("mix.exs") is not None
    assert stacks.TextsToRead()("mix.exs") is None


def test_every_detector_has_one_name_and_every_file_of_one_is_in_the_table():
    names = [detector.name for detector in stacks.DETECTORS]
    assert len(set(names)) == len(names)
    folder = [path.stem for path in Path(stacks.__file__).parent.glob("*.py")]
    modules = {name for name in folder if "_" not in name} - {"detector"}
    assert modules == set(names)


@pytest.mark.parametrize(
    ("name", "spelling", "expected"),
    [
        ("Token bucket", "snake", "token_bucket"),
        ("tokenBucket", "kebab", "token-bucket"),
        ("token-bucket", "camel", "tokenBucket"),
        ("token_bucket", "pascal", "TokenBucket"),
        ("Prüfung der API", "snake", "prufung_der_api"),
        ("HTTP client", "camel", "httpClient"),
        ("  ", "snake", "module"),
        ("认证", "snake", "认证"),
    ],
)
def test_a_name_is_spelled_as_the_project_spells_its_files(name, spelling, expected):
    assert spelled(name, spelling) == expected


MANIFESTS = [
    "pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "requirements.txt", "tox.ini", "package.json",
    "Cargo.toml", "go.mod", "go.work", "Makefile", "justfile", "tests/test_x.py", ".github/workflows/ci.yml",
    "sub/package.json", "sub/Cargo.toml", "sub/pyproject.toml", "pom.xml", "build.gradle.kts", "settings.gradle",
    "App.csproj", "App.sln", "sub/App.Tests.csproj", "Gemfile", "x.gemspec", "Rakefile", "composer.json",
]  # fmt: skip
KEYS = [
    "project", "name", "dependencies", "optional-dependencies", "dev", "scripts", "test", "tool", "pytest",
    "ini_options", "testpaths", "poetry", "group", "uv", "pdm", "hatch", "envs", "default", "mypy", "ruff", "format",
    "build-system", "build-backend", "dependency-groups", "devDependencies", "packageManager", "devEngines", "engines",
    "node", "workspaces", "jest", "vitest", "typescript", "package", "workspace", "version", "edition", "bin", "lints",
    "clippy", "target", "dev-dependencies", "packages", "requires-python", "python", "default-run", "path",
]  # fmt: skip
WORDS = st.sampled_from(
    [*KEYS, "vitest", "node --test", "pnpm@9", "pytest>=8", "", "a b", "x\ny", "tests", "^1.0", "\x00"]
)
TREES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.integers(-1, 1), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(MANIFESTS), st.text(max_size=80)))
def test_no_text_of_a_manifest_makes_it_raise(texts):
    use_every_question(detect_stack(WorkspaceFiles.of(texts)))


@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=6))
def test_no_value_in_a_manifest_makes_it_raise(value):
    toml = "".join(f"{json.dumps(key)} = {as_toml(item)}\n" for key, item in value.items())
    files = dict.fromkeys((name for name in MANIFESTS if name.endswith((".toml", "Pipfile"))), toml)
    files |= dict.fromkeys((name for name in MANIFESTS if name.endswith(".json")), json.dumps(value))
    stack = detect_stack(WorkspaceFiles.of(files, ["src/a.ts", "x/__init__.py", "yarn.lock"]))
    assert stack.problems == ()
    assert {ecosystem.name for ecosystem in stack.ecosystems} >= {"rust"}
    use_every_question(stack)


@given(st.lists(st.text("ab/_.-tes", min_size=1, max_size=20).map(lambda p: p.strip("/") or "x"), max_size=20))
def test_no_layout_makes_it_raise(paths):
    manifests = {"pyproject.toml": "[project]\n", "package.json": '{"name": ""}', "go.mod": "", "Cargo.toml": ""}
    more = [f"{path}{end}" for path in paths for end in (".py", ".test.ts", ".js", ".go", "/tests/test_a.py")]
    use_every_question(detect_stack(WorkspaceFiles.of(manifests, more)))


HOSTILE = {
    "a key of many parts": ("pyproject.toml", "a" + ".a" * 100_000 + " = 1"),
    "a target after many spaces": ("Makefile", "a" + " " * 300_000 + "x"),
    "many targets on a line": ("Makefile", "a " * 150_000 + "= 1"),
    "a recipe without a colon": ("justfile", "a" + " b" * 150_000),
    "a module path of dots": ("go.mod", "module x.org/x\nrequire " + "." * 300_000),
    "a requirement of spaces": ("requirements.txt", "a" + " " * 300_000 + ";" + "[" * 9_000),
    "a name of spaces": ("Pipfile", '[packages]\n"a' + " " * 30_000 + ';" = "*"'),
    "a test of empty lines": ("tests/test_a.py", "\n" * 8_000),
    "a script of many runners": ("package.json", json.dumps({"scripts": {"test": "vitest " * 70_000 + "--run"}})),
    "a call that never ends": ("setup.py", "install_requires = " + "(" * 15_000),
    "a chain of attributes": ("setup.py", "install_requires = a" + ".b" * 9_000),
    "a sum without end": ("setup.py", "setup(install_requires=['a']" + "+['a']" * 3_000 + ")"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_it_long(name):
    path, text = HOSTILE[name]
    start = time.perf_counter()
    use_every_question(detect_stack(WorkspaceFiles.of({path: text}, ["x.py"])))
    assert time.perf_counter() - start < 5


def test_many_packages_and_projects_take_it_no_longer_than_many_files():
    paths = [
        f"p{i}/{end}" for i in range(6_000) for end in ("__init__.py", "a.py", "test_a.py", "a.test.ts", "Cargo.toml")
    ]
    start = time.perf_counter()
    stack = detect_stack(WorkspaceFiles.of({"package.json": '{"name": "x"}', "setup.py": ""}, paths))
    assert time.perf_counter() - start < 10
    assert len(stack.ecosystems) == 202


def use_every_question(stack):
    for ecosystem in (*stack.ecosystems, stack.otherwise, stack.for_path("a/b.py")):
        for path in ("x", "src/x.py", "a/b/c.test.ts", "src/lib.rs", "tests/x.rs", "/", "sub/a.go"):
            ecosystem.test_file_command(path)
            ecosystem.source_file(path)
            ecosystem.test_file(path)
            ecosystem.integration_test_file(path)
            ecosystem.is_test_file(path)
        ecosystem.add_command("x y", dev=True)
        ecosystem.dependency("x")


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    # TOML takes no raw delete character, which JSON does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
