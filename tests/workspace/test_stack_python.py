"""Python layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations

import pytest


def text(command):
    return None if command is None else command.text


def test_pip_with_pytest_and_a_src_layout(detect):
    python = detect(
        {
            "pyproject.toml": """
                [build-system]
                requires = ["hatchling"]
                build-backend = "hatchling.build"
                [project]
                name = "rate-limiter"
                requires-python = ">=3.10"
                dependencies = ["fastapi[standard]>=0.110,<1", "redis"]
                [project.optional-dependencies]
                dev = ["pytest>=8", "pytest-cov", "mypy==1.11.0", "ruff"]
                fast = ["uvloop"]
                [project.scripts]
                limiter = "rate_limiter.cli:main"
                [tool.pytest.ini_options]
                testpaths = ["tests"]
            """,
            "src/rate_limiter/__init__.py": "",
            "src/rate_limiter/core.py": "",
            "src/rate_limiter/api/__init__.py": "",
            "tests/test_core.py": "def test_it(): ...",
        }
    ).primary
    assert (python.name, python.language, python.fence) == ("python", "Python", "python")
    assert python.language_version == ">=3.10"
    assert python.manifest == "pyproject.toml"
    assert python.project == "rate-limiter"
    assert python.package_manager == "pip"
    assert python.test_runner == "pytest"
    assert text(python.install_command) == 'pip install -e ".[dev]"'
    assert text(python.test_command) == "pytest"
    assert python.test_command.source == "pyproject.toml [tool.pytest.ini_options]"
    assert text(python.test_file_command("tests/test_core.py")) == "pytest tests/test_core.py"
    assert text(python.coverage_command) == "pytest --cov=rate_limiter"
    assert text(python.lint_command) == "ruff check ."
    assert text(python.type_check_command) == "mypy src/rate_limiter"
    assert python.type_check_command.source == "pyproject.toml [project.optional-dependencies]"
    assert text(python.run_command) == "limiter"
    assert python.build_command is None
    assert python.format_command is None
    assert text(python.add_command("httpx>=0.27")) == "pip install 'httpx>=0.27'"
    assert python.dependency_file == "pyproject.toml"
    assert python.source_folder == "src/rate_limiter"
    assert python.source_file("Token bucket") == "src/rate_limiter/token_bucket.py"
    assert python.test_folder == "tests"
    assert python.test_file("TokenBucket") == "tests/test_token_bucket.py"
    assert python.test_file("src/rate_limiter/core.py") == "tests/test_core.py"
    assert python.test_file("tests/test_core.py") == "tests/test_core.py"
    assert python.integration_test_file("core") is None
    assert python.frameworks == ("fastapi",)
    assert {(d.name, d.version, d.dev) for d in python.dependencies} == {
        ("fastapi", ">=0.110,<1", False),
        ("redis", "", False),
        ("pytest", ">=8", True),
        ("pytest-cov", "", True),
        ("mypy", "==1.11.0", True),
        ("ruff", "", True),
        ("uvloop", "", False),
    }
    assert python.dependency("PyTest_Cov").name == "pytest-cov"


def test_poetry(detect):
    python = detect(
        {
            "pyproject.toml": """
                [tool.poetry]
                name = "shop"
                [tool.poetry.dependencies]
                python = "^3.11"
                flask = "^3.0"
                sqlalchemy = { version = "^2.0", extras = ["asyncio"] }
                [tool.poetry.group.dev.dependencies]
                pytest = "^8.0"
                black = "*"
                [build-system]
                build-backend = "poetry.core.masonry.api"
            """,
            "poetry.lock": "",
            "shop/__init__.py": "",
            "shop/cart.py": "",
            "tests/__init__.py": "",
        }
    ).primary
    assert python.package_manager == "poetry"
    assert python.install_command.text == "poetry install"
    assert python.install_command.source == "poetry.lock"
    assert python.test_command.text == "poetry run pytest"
    assert python.test_command.source == "pyproject.toml [tool.poetry.group.dev]"
    assert python.format_command.text == "poetry run black ."
    assert python.build_command.text == "poetry build"
    assert python.add_command("httpx", dev=True).text == "poetry add --group dev httpx"
    assert python.language_version == "^3.11"
    assert python.source_folder == "shop"
    assert python.frameworks == ("flask", "sqlalchemy")
    assert python.dependency("sqlalchemy").version == "^2.0"
    assert python.coverage_command is None
    assert python.lint_command is None


def test_uv(detect):
    python = detect(
        {
            "pyproject.toml": """
                [project]
                name = "api"
                dependencies = ["litestar"]
                [dependency-groups]
                dev = ["pytest", "ruff", "ty", { include-group = "docs" }]
                [tool.ruff.format]
                quote-style = "single"
            """,
            "uv.lock": "",
            "main.py": "",
        }
    ).primary
    assert python.package_manager == "uv"
    assert python.install_command.text == "uv sync"
    assert python.test_command.text == "uv run pytest"
    assert python.lint_command.text == "uv run ruff check ."
    assert python.format_command.text == "uv run ruff format ."
    assert python.type_check_command.text == "uv run ty check"
    assert python.run_command.text == "uv run python main.py"
    assert python.add_command("httpx").text == "uv add httpx"
    assert python.add_command("respx", dev=True).text == "uv add --dev respx"
    assert python.build_command is None
    assert python.source_folder == ""
    assert python.source_file("limits") == "limits.py"
    assert python.test_file("limits") == "tests/test_limits.py"
    assert python.test_folder is None


@pytest.mark.parametrize(
    ("pyproject", "more", "manager", "install"),
    [
        ("[tool.pdm.dev-dependencies]\ntest = ['pytest']", {}, "pdm", "pdm install"),
        ("[tool.hatch.envs.default]\ndependencies = ['pytest']", {}, "hatch", "hatch env create"),
        ("[build-system]\nbuild-backend = 'uv_build'", {}, "uv", "uv sync"),
        ("[build-system]\nbuild-backend = 'hatchling.build'", {}, "pip", "pip install -e ."),
        ("[build-system]\nbuild-backend = 'pdm.backend'", {}, "pip", "pip install -e ."),
        ("[tool.uv.build-backend]\nmodule-name = 'x'\n[project]\nname='x'", {}, "pip", "pip install -e ."),
        ("[project]\nname='x'", {"Pipfile": "", "Pipfile.lock": ""}, "pipenv", "pipenv install --dev"),
        ("[project]\nname='x'", {"pdm.lock": ""}, "pdm", "pdm install"),
        ("[project]\nname='x'\n[tool.poetry]\npackages = []", {}, "pip", "pip install -e ."),
        (
            "[project]\nname='x'\n[dependency-groups]\ntest=['pytest']\nother=['y']",
            {"requirements-dev.txt": "ruff"},
            "pip",
            "pip install -e . --group test -r requirements-dev.txt",
        ),
    ],
)
def test_the_package_manager_is_told_by_lock_then_table_then_backend(detect, pyproject, more, manager, install):
    python = detect({"pyproject.toml": pyproject, "x.py": "", **more}).primary
    assert (python.package_manager, text(python.install_command)) == (manager, install)


def test_requirements_only(detect):
    python = detect(
        {
            "requirements.txt": """
                # runtime
                --index-url https://example.org/simple
                -r more.txt
                flask==3.0.3  # web
                requests>=2 ; python_version < "4"
                lib @ https://example.org/lib.zip
                https://example.org/other.zip
                ./local
            """,
            "requirements-dev.txt": "-r requirements.txt\npytest==8.3.2\nflake8\n",
            "app/main.py": "",
            "app/limits.py": "",
            "tests/test_limits.py": "import pytest\n",
        }
    ).primary
    assert python.manifest == "requirements.txt"
    assert python.package_manager == "pip"
    assert python.install_command.text == "pip install -r requirements.txt -r requirements-dev.txt"
    # Nothing is installed, so the folder has to be put on the path.
    assert python.test_command.text == "python -m pytest"
    assert python.test_command.source == "requirements-dev.txt"
    assert python.lint_command.text == "flake8"
    assert python.dependency_file == "requirements.txt"
    assert python.dev_dependency_file == "requirements-dev.txt"
    assert python.source_folder == "app"
    assert [(d.name, d.version, d.dev) for d in python.dependencies] == [
        ("flask", "==3.0.3", False),
        ("requests", ">=2", False),
        ("lib", "https://example.org/lib.zip", False),
        ("pytest", "==8.3.2", True),
        ("flake8", "", True),
    ]


def test_a_package_for_both_uses_is_a_runtime_one(detect):
    python = detect({"Pipfile": "[dev-packages]\nhttpx = '*'\n", "requirements.txt": "httpx>=0.27\n"}).primary
    assert [(d.name, d.version, d.dev) for d in python.dependencies] == [("httpx", ">=0.27", False)]


def test_the_root_of_a_uv_workspace_that_is_no_project_is_not_added_to(detect):
    tree = {
        "pyproject.toml": "[tool.uv.workspace]\nmembers = ['api']\n",
        "uv.lock": "",
        "api/pyproject.toml": "[project]\n",
    }
    stack = detect(tree)
    assert stack.primary.install_command.text == "uv sync"
    assert stack.primary.add_command("x") is None
    assert stack.for_path("api/a.py").add_command("x").text == "uv add x"


def test_a_folder_of_requirements_belongs_to_the_folder_around_it(detect):
    stack = detect({"requirements/base.txt": "django>=5", "requirements/test.txt": "pytest-django", "manage.py": ""})
    assert [e.folder for e in stack.ecosystems] == [""]
    assert stack.primary.test_runner == "pytest"
    assert stack.primary.install_command.text == "pip install -r requirements/base.txt -r requirements/test.txt"


def test_unittest_only(detect):
    python = detect(
        {
            "setup.py": "from setuptools import setup\nsetup(name='old', install_requires=['six>=1.0'], **more)\n",
            "old/__init__.py": "",
            "tests/test_old.py": "import unittest\nclass T(unittest.TestCase):\n    def test_x(self): ...\n",
        }
    ).primary
    assert python.test_runner == "unittest"
    assert python.test_command.text == "python -m unittest discover -s tests"
    assert python.test_command.source == "tests/test_old.py"
    assert python.test_file_command("tests/test_old.py").text == "python -m unittest tests/test_old.py"
    assert python.install_command.text == "pip install -e ."
    assert python.install_command.source == "setup.py"
    assert [(d.name, d.version) for d in python.dependencies] == [("six", ">=1.0")]
    assert python.coverage_command is None


def test_unittest_in_a_package_is_discovered_from_the_top(detect):
    python = detect(
        {
            "setup.cfg": "[metadata]\nname = x\n",
            "tests/__init__.py": "",
            "tests/test_a.py": "from unittest import TestCase",
        }
    ).primary
    assert python.test_command.text == "python -m unittest"


def test_django(detect):
    python = detect(
        {
            "requirements.txt": "Django>=5.0\n",
            "manage.py": "",
            "mysite/__init__.py": "",
            "mysite/settings.py": "",
            "mysite/urls.py": "",
            "mysite/wsgi.py": "",
            "polls/__init__.py": "",
            "polls/apps.py": "",
            "polls/models.py": "",
            "polls/tests.py": "from django.test import TestCase\n",
            "polls/migrations/__init__.py": "",
        }
    ).primary
    assert python.test_runner == "django"
    assert python.test_command.text == "python manage.py test"
    assert python.test_file_command("polls/tests.py").text == "python manage.py test polls.tests"
    assert python.run_command.text == "python manage.py runserver"
    assert python.frameworks == ("django",)
    assert python.source_folder == "polls"
    assert python.test_file("polls/models.py") == "polls/tests.py"


def test_a_django_project_below_its_requirements(detect):
    python = detect(
        {
            "requirements.txt": "django\n",
            "backend/manage.py": "",
            "backend/shop/__init__.py": "",
            "backend/shop/apps.py": "",
            "backend/shop/tests/__init__.py": "",
            "backend/shop/tests/test_models.py": "from django.test import TestCase\n",
        }
    ).primary
    assert python.test_command.text == "python backend/manage.py test"
    path = "backend/shop/tests/test_models.py"
    assert python.test_file_command(path).text == "python backend/manage.py test shop.tests.test_models"
    assert python.test_file("orders") == "backend/shop/tests/test_orders.py"


def test_django_with_pytest_runs_pytest(detect):
    python = detect({"manage.py": "", "pytest.ini": "[pytest]\n", "requirements.txt": "django\n"}).primary
    assert python.test_runner == "pytest"
    assert python.test_command.source == "pytest.ini"


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"setup.cfg": "[tool:pytest]\naddopts = -q\n"}, "setup.cfg [tool:pytest]"),
        ({"tox.ini": "[tox]\n[pytest]\n"}, "tox.ini [pytest]"),
        ({"pyproject.toml": "[project]\nname='x'\n[tool.pytest]\n"}, "pyproject.toml [tool.pytest]"),
        ({"requirements.txt": "pytest-asyncio\n"}, "requirements.txt"),
        ({"setup.py": "", "tests/conftest.py": ""}, "tests/conftest.py"),
        ({"setup.py": "", "tests/test_a.py": "async def test_a(): ...\n"}, "tests/test_a.py"),
        ({"setup.py": "", "tests/test_a.py": "import unittest\ndef test_a(): ...\n"}, "tests/test_a.py"),
    ],
)
def test_pytest_is_told_by_configuration_requirement_or_the_tests_themselves(detect, files, source):
    python = detect({"x.py": "", **files}).primary
    assert python.test_runner == "pytest"
    assert python.test_command.source == source


def test_without_any_sign_of_a_runner_there_is_no_test_command(detect):
    python = detect({"pyproject.toml": "[project]\nname = 'x'\n", "x.py": ""}).primary
    assert python.test_runner is None
    assert python.test_command is None
    assert python.test_file_command("tests/test_x.py") is None
    assert python.coverage_command is None
    assert python.lint_command is None
    assert python.type_check_command is None


@pytest.mark.parametrize(("file", "tool"), [("tox.ini", "tox"), ("noxfile.py", "nox")])
def test_tox_and_nox_run_the_tests_where_nothing_else_is_configured(detect, file, tool):
    assert detect({"setup.py": "", file: "[tox]\n"}).primary.test_command.text == tool


def test_a_test_tree_that_mirrors_the_sources_is_kept_up(detect):
    python = detect(
        {
            "setup.py": "",
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/users.py": "",
            "tests/unit/api/test_users.py": "",
            "tests/integration/test_flow.py": "",
        }
    ).primary
    assert python.test_file("app/api/orders.py") == "tests/unit/api/test_orders.py"
    assert python.test_file("app/top.py") == "tests/unit/test_top.py"
    assert python.integration_test_file("checkout") == "tests/integration/test_checkout.py"


@pytest.mark.parametrize(
    ("tests", "source", "expected"),
    [
        (["pkg/tests/test_a.py", "pkg/sub/tests/test_b.py"], "pkg/sub/c.py", "pkg/sub/tests/test_c.py"),
        (["pkg/test_a.py", "pkg/sub/test_b.py"], "pkg/sub/c.py", "pkg/sub/test_c.py"),
        (["pkg/a_test.py", "pkg/b_test.py"], "pkg/c.py", "pkg/c_test.py"),
        (["test/test_a.py"], "pkg/c.py", "test/test_c.py"),
        ([], "pkg/c.py", "tests/test_c.py"),
    ],
)
def test_a_new_test_is_spelled_as_the_others_are(detect, tests, source, expected):
    files = dict.fromkeys([*tests, "setup.py", "pkg/__init__.py", "pkg/a.py", "pkg/sub/__init__.py"], "")
    assert detect(files).primary.test_file(source) == expected


@pytest.mark.parametrize(
    ("files", "source"),
    [
        (
            ["server/plan/__init__.py", "server/plan/a.py", "tests/__init__.py", "tests/b.py", "tests/c.py"],
            "server/plan",
        ),
        (["src/a.py", "src/b.py"], "src"),
        (["src/pkg/a.py"], "src/pkg"),
        (["app/a.py", "app/b.py", "main.py"], "app"),
        (["main.py", "helper.py", "docs/conf.py", "setup.py"], ""),
        (["small/__init__.py", "big/__init__.py", "big/a.py"], "big"),
        (["named/__init__.py", "big/__init__.py", "big/a.py"], "named"),
        ([], None),
    ],
)
def test_the_source_folder_is_the_main_package(detect, files, source):
    tree = dict.fromkeys(files, "") | {"pyproject.toml": "[project]\nname = 'Named'\n"}
    assert detect(tree).primary.source_folder == source


def test_mypy_with_its_own_files_needs_no_argument(detect):
    tree = {"pyproject.toml": "[project]\nname='x'\n[tool.mypy]\nfiles = ['src']\n", "x/__init__.py": ""}
    command = detect(tree).primary.type_check_command
    assert (command.text, command.source) == ("mypy", "pyproject.toml [tool.mypy]")


def test_a_module_that_is_made_to_be_run_is_run(detect):
    tree = {"setup.py": "", "pkg/__init__.py": "", "pkg/__main__.py": ""}
    assert detect(tree).primary.run_command.text == "python -m pkg"


def test_scripts_without_a_manifest_are_python_without_commands(detect):
    stack = detect({"count.py": "", "words.py": ""})
    assert stack.languages == ("Python",)
    assert stack.primary.manifest is None
    assert stack.primary.package_manager is None
    assert stack.primary.install_command is None
    assert stack.primary.test_command is None
    assert stack.primary.source_file("lines") == "lines.py"


def test_a_manifest_that_only_configures_tools_is_no_project(detect):
    assert detect({"pyproject.toml": "[tool.ruff]\n", "README.md": ""}).ecosystems == ()


def test_a_setup_script_that_is_too_long_is_not_parsed(detect):
    script = "setup(install_requires=['six'])\n"
    assert detect({"setup.py": script}).primary.dependency("six")
    assert not detect({"setup.py": script + "#" * 20_000}).primary.dependencies


def test_a_setup_script_is_never_run_and_may_be_broken(detect):
    stack = detect({"setup.py": "install_requires = [\n"})
    assert stack.problems == ("setup.py: is not valid Python",)
    assert stack.primary.name == "python"
