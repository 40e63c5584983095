"""The rule unlisted-dependency."""

from __future__ import annotations

import pytest

from plansmith.plan.files import ListedFiles
from tests.markers import apply_all_fixes, find

RULE = "unlisted-dependency"
FILES = ListedFiles(["package.json"], packages=["react", "Typing_Extensions"])


def plan(actions: str, listed: str = "- None") -> str:
    """A plan of one step that installs something."""
    return (
        "## Task 1: Build\n\n### Implementation Steps\n\n#### Step 2: Do it\n\n**Actions**:\n\n"
        f"{actions}\n\n### Dependencies Added\n\n{listed}\n"
    )


def test_commands_that_install_what_is_not_listed(check):
    check(only=RULE, files=FILES, text="""
        ## Task 1: Build

        ### Implementation Steps

        #### Step 1: Do it

        **Actions**:

        - [ ] 🚀 导入: `npm install -D vitest@1.2.3 react`
                                    ^^^^^^ hint[unlisted-dependency]: “Dependencies Added” does not list vitest; add it with its version and purpose

          ```bash
          $ uv add redis && cargo add serde
                   ^^^^^ hint[unlisted-dependency]
                                      ^^^^^ hint[unlisted-dependency]
          ```

        ### Dependencies Added

        - None
    """)  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        "pip install -r requirements.txt", "pip install -e .", "npm install", "npm install -g left-pad", "npm ci",
        "npm install react", "pip install typing-extensions", "pip install .", "pip install --upgrade pip",
        "apt-get install redis", "brew install redis", "go get ./...", "pip install <package>", "git add src/app.py",
        "pip install typing-extensions # then test", "npm install react | tee log", "npm install react > log 2>&1",
        "npm install react 2>errors.log", "npm install github:user/repo", "npm install user/repo",
        "npm install lodash --dry-run",
        "npm add ./local", "pip install git+https://example.org/x", "yarn global add serve",
    ],
)  # fmt: skip
def test_what_is_no_finding(command):
    assert find(plan(f"- [ ] Run `{command}`"), RULE, files=FILES) == []


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("poetry add redis", "redis"),
        ("dotnet add package Serilog --version 3.1.1", "Serilog"),
        ("dotnet add src/App.csproj package Serilog", "Serilog"),
        ("bundle add rspec-rails", "rspec-rails"),
        ("composer require guzzlehttp/guzzle:^7.8", "guzzlehttp/guzzle"),
        ("go get github.com/jackc/pgx/v5@v5.5.0", "github.com/jackc/pgx/v5"),
        ("npm i @types/node", "@types/node"),
        ("pip install 'uvicorn[standard]==0.30'", "uvicorn"),
    ],
)
def test_package_managers(command, name):
    [found] = find(plan(f"- [ ] Run `{command}`"), RULE, files=FILES)
    assert f" does not list {name};" in found.message


@pytest.mark.parametrize(
    "listed", ["- `redis@5.0` - a client", "- Redis 5", "- `Redis` (development)", "| redis | 5 |"]
)
def test_a_list_has_it(listed):
    assert find(plan("- [ ] Run `pip install redis`", listed), RULE, files=FILES) == []


@pytest.mark.parametrize("listed", ["- `redis-om@1` - another", "- `@x/redis` - another", "- None"])
def test_another_name_is_another_package(listed):
    assert len(find(plan("- [ ] Run `pip install redis`", listed), RULE, files=FILES)) == 1


@pytest.mark.parametrize(
    ("listed", "fixed"),
    [
        ("- None", "- `vitest@1.2.3` - installed in Step 2 (development)"),
        ("None", "- `vitest@1.2.3` - installed in Step 2 (development)"),
        ("* `a@1` - a", "* `a@1` - a\n* `vitest@1.2.3` - installed in Step 2 (development)"),
    ],
)
def test_the_fix_adds_it(listed, fixed):
    text = plan("- [ ] Run `npm install --save-dev vitest@1.2.3`", listed)
    assert apply_all_fixes(text, RULE, files=FILES) == text.replace(f"\n{listed}\n", f"\n{fixed}\n")


def test_without_files_nothing_is_claimed():
    assert find(plan("- [ ] Run `pip install redis`"), RULE) == []
