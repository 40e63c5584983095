"""Realistic tasks on real file trees: the plan speaks the stack's own language, and breaks no rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from plansmith.plan.document import Document
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.formats import load_format
from plansmith.workspace.stack import detect_stack
from tests.expand.offline import Workspace, expanded, grave_findings, planned


class Case(NamedTuple):
    """A tree, a task, what its plan holds by key, and what it must not hold anywhere."""

    tree: Mapping[str, str]
    text: str
    holds: Mapping[str, str]
    lacks: tuple[str, ...] = ()


CASES = {
    "spring": Case(
        {
            "pom.xml": "<project><artifactId>shop</artifactId></project>",
            "mvnw": "",
            "src/main/java/com/acme/App.java": "",
            "src/test/java/com/acme/AppTest.java": "",
        },
        """
        Clients are limited to 20 requests a minute.

        - Create `src/main/java/com/acme/RateLimiter.java` with a token bucket
        - Extend `src/main/java/com/acme/App.java`, which answers 429
        """,
        {
            "files.new": "`src/test/java/com/acme/RateLimiterTest.java`",
            "files.modified": "`src/main/java/com/acme/App.java`",
            "testing.unit": "`./mvnw test -Dtest=",
            "success": "and `./mvnw test` pass",
        },
        ("pytest", "npm"),
    ),
    "asp.net": Case(
        {
            "Shop.sln": "",
            "src/Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
            "src/Shop/Program.cs": "",
            "tests/Shop.Tests/Shop.Tests.csproj": '<PackageReference Include="xunit" Version="2.7.0" />',
            "tests/Shop.Tests/ProgramTests.cs": "",
        },
        """
        Clients are limited to 20 requests a minute.

        - Create `src/Shop/RateLimiter.cs` with a token bucket
        - Log with `Serilog` (`dotnet add src/Shop package Serilog`)
        """,
        {
            "files.new": "`tests/Shop.Tests/RateLimiterTests.cs`",
            "dependencies": "`Serilog` - log with",
            "testing.unit": "`dotnet test --filter FullyQualifiedName~",
            "success": "and `dotnet test` pass",
        },
        ("pytest", "npm"),
    ),
    "rails": Case(
        {
            "Gemfile": 'gem "rails"\ngem "rspec-rails", group: :test\n',
            ".rspec": "",
            "app/models/order.rb": "",
            "spec/models/order_spec.rb": "",
        },
        """
        Orders can be cancelled.

        - Create `app/models/cancellation.rb`
        - Extend `app/models/order.rb` by `cancel!`
        """,
        {
            "files.new": "`spec/models/cancellation_spec.rb`",
            "files.modified": "`app/models/order.rb`",
            "testing.unit": "`bundle exec rspec spec/models/",
            "success": "and `bundle exec rspec` pass",
        },
        ("pytest", "npm"),
    ),
    "laravel": Case(
        {
            "composer.json": '{"require-dev": {"phpunit/phpunit": "^11"}, "autoload": {"psr-4": {"App\\\\": "app/"}}}',
            "app/Models/Order.php": "",
            "tests/Unit/Models/OrderTest.php": "",
        },
        """
        Orders can be cancelled.

        - Create `app/Models/Cancellation.php`
        - Extend `app/Models/Order.php` by `cancel()`
        """,
        {
            "files.new": "`tests/Unit/Models/CancellationTest.php`",
            "files.modified": "`app/Models/Order.php`",
            "testing.unit": "`vendor/bin/phpunit tests/Unit/Models/",
            "success": "and `vendor/bin/phpunit` pass",
        },
        ("pytest", "npm"),
    ),
    "fastapi": Case(
        {
            "pyproject.toml": """
                [project]
                name = "shop"
                version = "0.1"
                dependencies = ["fastapi"]
                [project.optional-dependencies]
                dev = ["pytest", "pytest-cov", "mypy"]
                [tool.mypy]
                files = ["src"]
                """,
            "src/shop/__init__.py": "",
            "src/shop/app.py": "",
            "tests/test_app.py": "def test_it(): pass",
        },
        """
        Users sign in with a password.

        - Add a `User.password_hash` column with a migration
        - Hash passwords with `bcrypt` (`pip install bcrypt==4.1`)
        - Serve `POST /login` in `src/shop/app.py`; answer 401 on a wrong password
        """,
        {
            "objective": "Users sign in with a password.",
            "complexity": "Medium (3 actions, 1 file, 1 new package, a migration, security)",
            "dependencies": "`bcrypt@4.1` - hash passwords",
            "steps.1.troubleshooting": "Decide: how the migration is rolled back",
            "steps.1.validation": "`pip show bcrypt` names the package\n- [ ] `pytest tests/test_app.py` passes",
            "steps.2.actions": "Extend `tests/test_app.py` for `src/shop/app.py`",
            "steps.2.code": "def test_hashes_passwords_with_bcrypt() -> None:",
            "testing.unit": "`pytest --cov=shop` shows no line of `src/shop/app.py` that no test runs",
            "success": "`mypy` reports no error",
            "files.modified": "`src/shop/app.py` - serve `POST /login`",
        },
        ("npm", "cargo"),
    ),
    "django": Case(
        {
            "manage.py": "",
            "requirements.txt": "Django>=5\n",
            "blog/__init__.py": "",
            "blog/apps.py": "",
            "blog/models.py": "",
            "blog/tests.py": "from django.test import TestCase",
        },
        "- Add `Post.published` to `blog/models.py`\n- Run `python manage.py makemigrations --check`\n",
        {
            "steps.1.validation": "`python manage.py makemigrations --check` ends without an error",
            "testing.unit": "`python manage.py test blog.tests` covers `blog/models.py`",
            "files.modified": "`blog/models.py`",
        },
        ("pytest",),
    ),
    "vitest": Case(
        {
            "package.json": """
                {"name": "web", "type": "module", "scripts": {"test": "vitest run", "lint": "eslint ."},
                 "devDependencies": {"vitest": "^3.0.0", "typescript": "^5.0.0"}}
                """,
            "package-lock.json": "{}",
            "src/cart.ts": "",
            "src/cart.test.ts": "import { it } from 'vitest'",
        },
        "- Round totals in `src/cart.ts`\n- `npm i -D msw`\n",
        {
            "steps.1.troubleshooting": "`Cannot find module`: `npm ci` installs what the project needs",
            "dependencies": "`msw` - ",
            "testing.unit": "`src/cart.test.ts`",
            "success": "`npm test`",
            "steps.2.code": 'import { describe, it } from "vitest";',
        },
        ("pip", "pytest"),
    ),
    "jest": Case(
        {
            "package.json": '{"name": "api", "scripts": {"test": "jest"}, "devDependencies": {"jest": "^29.0.0"}}',
            "yarn.lock": "",
            "src/server.js": "",
            "src/server.test.js": "",
        },
        "Serve the health check on port 8081.\n\n- Serve `GET /health` in `src/server.js`; it answers 200\n",
        {
            "steps.1.validation": "`curl -i http://localhost:8081/health` answers 200",
            "steps.1.troubleshooting": "Port 8081 is in use",
            "success": "`yarn test`",
            "steps.2.code": "it.todo(",
        },
        ("pytest", "npm ci"),
    ),
    "rust": Case(
        {
            "Cargo.toml": '[package]\nname = "grid"\nversion = "0.1.0"\nedition = "2021"\n',
            "src/lib.rs": "",
            "src/parse.rs": "",
            "tests/parse.rs": "#[test]\nfn it() {}",
        },
        "- Return `ParseError` from `parse()` in `src/parse.rs`\n- `cargo add thiserror`\n",
        {
            "success": "`cargo test`",
            "steps.1.validation": "`cargo tree -i thiserror` names the package",
            "dependencies": "Decide: which version of `thiserror`",
            "files.modified": "`Cargo.toml` - `thiserror`",
        },
        ("pytest", "npm"),
    ),
    "go": Case(
        {
            "go.mod": "module example.org/queue\n\ngo 1.22\n",
            "internal/queue/queue.go": "package queue",
            "internal/queue/queue_test.go": "package queue",
        },
        "- Add `Drain()` to `queue.go`\n- Return `ErrClosed` when the queue is closed\n",
        {
            "files.modified": "`internal/queue/queue.go` - add `Drain()`",
            "testing.unit": "`internal/queue/queue_test.go`",
            "success": "`go test ./...`",
            "steps.2.code": "func TestReturnsErrClosedWhenTheQueueIsClosed(t *testing.T) {",
        },
        ("pytest", "npm"),
    ),
    "documentation": Case(
        {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["pytest"]\n', "x.py": "", "README.md": ""},
        "Write `docs/api.md` and link it from `README.md`.\n",
        {
            "files.new": "`docs/api.md`",
            "files.modified": "`README.md`",
            "steps.2.actions": "Read `docs/api.md` and `README.md` once more",
        },
        ("test_document", "pytest.skip"),
    ),
    "two projects": Case(
        {
            "api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["pytest"]\n',
            "api/src/api/__init__.py": "",
            "api/src/api/orders.py": "",
            "web/package.json": '{"name": "web", "scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "3"}}',
            "web/src/orders.ts": "",
        },
        "- Page the list in `api/src/api/orders.py`\n- Show pages in `web/src/orders.ts`\n",
        {
            "complexity": "2 projects",
            "testing.unit": "cd web && ",
            "files.modified": "`web/src/orders.ts`",
        },
    ),
    "makefile only": Case(
        {"Makefile": "test:\n\t./run-tests\n", "main.c": ""},
        "- Parse `--quiet` in `main.c`\n",
        {"success": "`make test` passes", "files.modified": "`main.c` - parse `--quiet`"},
        ("pytest", "npm"),
    ),
    "nothing": Case(
        {"notes.txt": ""},
        "- Sketch the first page\n",
        {
            "steps.1.validation": "Decide: the command that proves “Sketch the first page”; no manifest",
            "testing.unit": "Decide: which command runs the tests",
            "dependencies": "Decide: whether",
        },
        ("pytest", "npm", "cargo", "`make"),
    ),
}


@pytest.fixture
def where(tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    for name, text in CASES[request.param].tree.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    files = read_workspace_files(tmp_path)
    return Workspace(files, detect_stack(files))


def _text(name: str) -> str:
    title = {"documentation": "Document the API"}.get(name, "Do it")
    return f"## Task 1: {title}\n\n{dedent(CASES[name].text).strip()}\n\n## Task 2: Rest\n"


@pytest.mark.parametrize(("name", "where"), [(name, name) for name in CASES], indirect=["where"], ids=str)
def test_a_plan_speaks_the_stacks_language(name: str, where: Workspace) -> None:
    plan = planned(_text(name), where=where)
    assert {key: plan[key] for key, words in CASES[name].holds.items() if words not in plan[key]} == {}
    assert [words for words in CASES[name].lacks if words in plan.text] == []


@pytest.mark.parametrize(("name", "where"), [(name, name) for name in CASES], indirect=["where"], ids=str)
def test_a_plan_breaks_no_rule(name: str, where: Workspace) -> None:
    document = Document(_text(name), load_format())
    after, lines = expanded(document, 0, where)
    assert lines
    assert grave_findings(after, lines) == []


def test_different_tasks_have_different_plans() -> None:
    plans = {name: planned(_text(name)).text for name in CASES}
    assert len(set(plans.values())) == len(CASES)
