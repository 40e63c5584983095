"""Node layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations

import json

import pytest


def package(**tables):
    return json.dumps({"name": "app", **tables})


def text(command):
    return None if command is None else command.text


def test_npm_with_jest(detect):
    node = detect(
        {
            "package.json": package(
                scripts={"test": "jest", "start": "node src/index.js", "lint": "eslint ."},
                dependencies={"express": "^4.19.2"},
                devDependencies={"jest": "^29.7.0", "eslint": "^9.0.0"},
                engines={"node": ">=20"},
            ),
            "package-lock.json": "{}",
            "src/index.js": "",
            "src/rateLimiter.js": "",
            "src/__tests__/rateLimiter.test.js": "",
        }
    ).primary
    assert (node.name, node.language, node.fence) == ("node", "JavaScript", "js")
    assert node.language_version == ">=20"
    assert node.package_manager == "npm"
    assert node.test_runner == "jest"
    assert node.install_command.text == "npm ci"
    assert node.install_command.source == "package-lock.json"
    assert node.test_command.text == "npm test"
    assert node.test_command.source == "package.json scripts.test"
    path = "src/__tests__/rateLimiter.test.js"
    assert node.test_file_command(path).text == f"npx jest {path}"
    assert node.coverage_command.text == "npx jest --coverage"
    assert node.lint_command.text == "npm run lint"
    assert node.run_command.text == "npm start"
    assert node.build_command is None
    assert node.type_check_command is None
    assert node.add_command("zod@3").text == "npm install zod@3"
    assert node.add_command("nock", dev=True).text == "npm install --save-dev nock"
    assert node.source_folder == "src"
    assert node.source_file("Token bucket") == "src/tokenBucket.js"
    assert node.test_file("Token bucket") == "src/__tests__/tokenBucket.test.js"
    assert node.test_file("src/api/users.js") == "src/api/__tests__/users.test.js"
    assert node.frameworks == ("express",)
    assert node.dependency("express").version == "^4.19.2"
    assert node.dependency("jest").dev
    assert dict(node.scripts)["start"].text == "npm start"


def test_pnpm_with_vitest_in_typescript(detect):
    node = detect(
        {
            "package.json": package(
                scripts={"test": "vitest", "build": "tsup", "typecheck": "tsc --noEmit"},
                devDependencies={"vitest": "^2.0.0", "typescript": "^5.5.0", "@vitest/coverage-v8": "^2.0.0"},
                dependencies={"fastify": "5", "react": "18"},
            ),
            "pnpm-lock.yaml": "",
            "tsconfig.json": "{}",
            "src/rate-limiter.ts": "",
            "src/rate-limiter.test.ts": "",
            "src/http/server.ts": "",
        }
    ).primary
    assert (node.language, node.fence) == ("TypeScript", "ts")
    assert node.package_manager == "pnpm"
    assert node.install_command.text == "pnpm install"
    # Bare `vitest` would watch.
    assert node.test_command.text == "pnpm test --run"
    assert node.test_file_command("src/a.test.ts").text == "pnpm exec vitest run src/a.test.ts"
    assert node.coverage_command.text == "pnpm exec vitest run --coverage"
    assert node.type_check_command.text == "pnpm run typecheck"
    assert node.build_command.text == "pnpm run build"
    assert node.lint_command is None
    assert node.run_command is None
    assert node.add_command("zod").text == "pnpm add zod"
    assert node.add_command("msw", dev=True).text == "pnpm add -D msw"
    assert node.source_file("Token bucket") == "src/token-bucket.ts"
    assert node.test_file("Token bucket") == "src/token-bucket.test.ts"
    assert node.test_file("src/http/server.ts") == "src/http/server.test.ts"
    assert node.frameworks == ("react", "fastify")


@pytest.mark.parametrize(
    ("script", "command"),
    [
        ("vitest", "npm test -- --run"),
        ("vitest --coverage", "npm test -- --run"),
        ("vitest run", "npm test"),
        ("vitest --run", "npm test"),
        ("npm run build && vitest", "npm test -- --run"),
        ("react-scripts test", "npm test -- --watchAll=false"),
        ("jest", "npm test"),
        ("make check", "npm test"),
    ],
)
def test_a_script_that_would_watch_is_told_to_run_once(detect, script, command):
    assert detect({"package.json": package(scripts={"test": script})}).primary.test_command.text == command


def test_yarn(detect):
    node = detect(
        {
            "package.json": package(scripts={"test": "mocha", "lint": "eslint"}, devDependencies={"mocha": "10"}),
            "yarn.lock": "",
            "lib/parser.js": "",
            "test/parser.js": "",
        }
    ).primary
    assert node.package_manager == "yarn"
    assert node.install_command.text == "yarn install"
    assert node.test_command.text == "yarn test"
    assert node.lint_command.text == "yarn lint"
    assert node.test_file_command("test/parser.js").text == "yarn mocha test/parser.js"
    assert node.add_command("x", dev=True).text == "yarn add -D x"
    assert node.source_folder == "lib"
    assert node.test_folder == "test"
    assert node.test_file("lexer") == "test/lexer.js"


def test_bun(detect):
    node = detect({"package.json": package(), "bun.lock": "", "src/a.ts": "", "src/a.test.ts": ""}).primary
    assert node.package_manager == "bun"
    assert node.test_runner == "bun"
    assert node.test_command.text == "bun test"
    assert node.test_file_command("src/a.test.ts").text == "bun test src/a.test.ts"
    assert node.coverage_command.text == "bun test --coverage"
    assert node.add_command("x", dev=True).text == "bun add -d x"


def test_buns_own_runner_is_not_the_script_of_this_name(detect):
    tree = {"package.json": package(scripts={"test": "vitest run"}), "bun.lockb": ""}
    assert detect(tree).primary.test_command.text == "bun run test"


def test_node_runs_the_tests_itself(detect):
    node = detect(
        {"package.json": package(scripts={"test": "node --import tsx --test"}), "src/a.ts": "", "test/a.test.ts": ""}
    ).primary
    assert node.test_runner == "node"
    assert node.test_command.text == "npm test"
    assert node.test_file_command("test/a.test.ts").text == "node --import tsx --test test/a.test.ts"
    assert node.test_file("b") == "test/b.test.ts"


def test_tests_that_run_from_a_folder_of_results_have_no_command_for_one_file(detect):
    tree = {"package.json": package(scripts={"test": "tsc && node --test dist/test/"}), "test/a.test.ts": ""}
    node = detect(tree).primary
    assert node.test_command.text == "npm test"
    assert node.test_file_command("test/a.test.ts") is None


def test_next_js(detect):
    node = detect(
        {
            "package.json": package(
                scripts={"dev": "next dev", "build": "next build", "lint": "next lint"},
                dependencies={"next": "15.0.0", "react": "19.0.0"},
                devDependencies={"typescript": "^5", "prettier": "3"},
            ),
            "package-lock.json": "",
            "next.config.mjs": "",
            "tsconfig.json": "",
            "app/page.tsx": "",
            "app/api/health/route.ts": "",
            "app/lib/format.ts": "",
        }
    ).primary
    assert node.frameworks == ("next", "react")
    assert node.run_command.text == "npm run dev"
    assert node.build_command.text == "npm run build"
    assert node.type_check_command.text == "npx tsc --noEmit"
    assert node.type_check_command.source == "tsconfig.json"
    assert node.format_command.text == "npx prettier --write ."
    assert node.test_runner is None
    assert node.test_command is None
    assert node.coverage_command is None
    assert node.source_folder == "app"


def test_a_mono_repo_with_workspaces(detect):
    stack = detect(
        {
            "package.json": package(
                name="root", private=True, workspaces=["packages/*"], scripts={"test": "turbo test"}
            ),
            "yarn.lock": "",
            "packages/api/package.json": package(
                name="@x/api", dependencies={"hono": "4"}, scripts={"test": "vitest run"}
            ),
            "packages/api/src/server.ts": "",
            "packages/api/src/server.spec.ts": "",
            "packages/web/package.json": package(name="@x/web", devDependencies={"jest": "29"}),
            "packages/web/src/a.js": "",
            "packages/web/src/b.js": "",
            "packages/web/src/c.js": "",
        }
    )
    assert [e.project for e in stack.ecosystems] == ["root", "@x/web", "@x/api"]
    assert stack.languages == ("JavaScript", "TypeScript")
    root, web, api = stack.ecosystems
    assert stack.primary is root
    assert stack.for_path("packages/api/src/new.ts") is api
    assert stack.for_path("packages/api") is api
    assert stack.for_path("packages/apian/x.ts") is root
    assert stack.for_path("README.md") is root
    assert api.package_manager == "yarn"
    assert api.install_command.source == "yarn.lock"
    assert api.test_command.text == "yarn test"
    assert api.test_command.folder == "packages/api"
    assert api.test_command.line == "cd packages/api && yarn test"
    assert api.test_command.source == "packages/api/package.json scripts.test"
    assert api.test_file("limits") == "packages/api/src/limits.spec.ts"
    assert api.test_file_command("packages/api/src/limits.spec.ts").text == "yarn vitest run src/limits.spec.ts"
    assert api.test_file_command("packages/web/src/a.test.js") is None
    assert web.test_command.text == "yarn jest"
    assert root.add_command("x").text == "yarn add -W x"
    assert api.add_command("x").text == "yarn add x"


def test_pnpm_is_told_that_the_root_of_its_workspace_is_meant(detect):
    stack = detect({"package.json": package(), "pnpm-workspace.yaml": "", "apps/web/package.json": package(name="web")})
    assert stack.primary.add_command("x", dev=True).text == "pnpm add -w -D x"
    assert stack.for_path("apps/web/a.ts").add_command("x").text == "pnpm add x"


@pytest.mark.parametrize(
    ("tables", "files", "manager", "source"),
    [
        ({"packageManager": "pnpm@9.1.0"}, ["yarn.lock"], "pnpm", "package.json packageManager"),
        ({"devEngines": {"packageManager": {"name": "bun"}}}, [], "bun", "package.json packageManager"),
        ({"packageManager": "unknown@1"}, ["yarn.lock"], "yarn", "yarn.lock"),
        ({"packageManager": 7}, ["bun.lockb"], "bun", "bun.lockb"),
        ({}, [".yarnrc.yml"], "yarn", ".yarnrc.yml"),
        ({}, [], "npm", "package.json"),
    ],
)
def test_the_package_manager_is_the_named_one_then_the_locks(detect, tables, files, manager, source):
    node = detect({"package.json": package(**tables), **dict.fromkeys(files, "")}).primary
    assert node.package_manager == manager
    assert node.install_command.source == source


def test_the_nearest_lock_file_decides(detect):
    stack = detect(
        {"yarn.lock": "", "apps/pnpm-lock.yaml": "", "apps/web/package.json": package(), "api/package.json": package()}
    )
    assert stack.for_path("apps/web/a.js").install_command.source == "apps/pnpm-lock.yaml"
    assert stack.for_path("api/a.js").install_command.source == "yarn.lock"


def test_what_bears_no_mark_among_marked_tests_is_no_test(detect):
    tree = {
        "package.json": package(),
        "test/index.test.ts": "",
        "test/server.ts": "",
        "test/data.ts": "",
        "src/a.ts": "",
    }
    assert detect(tree).primary.test_file("b") == "test/b.test.ts"


def test_npms_placeholder_for_tests_is_no_test(detect):
    tree = {"package.json": package(scripts={"test": 'echo "Error: no test specified" && exit 1'})}
    node = detect(tree).primary
    assert node.test_command is None
    assert node.scripts == ()


def test_a_test_tree_that_mirrors_the_sources_is_kept_up(detect):
    node = detect(
        {
            "package.json": package(devDependencies={"vitest": "2"}),
            "src/http/server.ts": "",
            "tests/unit/http/server.test.ts": "",
            "tests/unit/top.test.ts": "",
            "tests/e2e/login.spec.ts": "",
        }
    ).primary
    assert node.test_file("src/http/client.ts") == "tests/unit/http/client.test.ts"
    assert node.test_file("bucket") == "tests/unit/bucket.test.ts"
    assert node.integration_test_file("checkout").startswith("tests/e2e/checkout.")


def test_a_name_of_several_parts_keeps_them_in_its_test(detect):
    tree = {"package.json": package(), "src/app.service.ts": "", "src/app.service.spec.ts": ""}
    assert detect(tree).primary.test_file("src/users.service.ts") == "src/users.service.spec.ts"


def test_the_test_of_a_component_is_one_itself(detect):
    tree = {"package.json": package(devDependencies={"vitest": "2", "typescript": "5"}), "src/api.ts": ""}
    node = detect({**tree, "src/api.test.ts": "", "src/List.tsx": ""}).primary
    assert node.test_file("src/Button.tsx") == "src/Button.test.tsx"
    assert node.test_file("src/client.ts") == "src/client.test.ts"
    assert node.test_file("src/Button.test.tsx") == "src/Button.test.tsx"


def test_the_test_of_a_component_in_plain_javascript_is_one_too(detect):
    node = detect({"package.json": package(devDependencies={"jest": "29"}), "test/api.test.js": ""}).primary
    assert node.test_file("src/Button.jsx") == "test/Button.test.jsx"


def test_a_file_that_only_marks_a_folder_is_no_project(detect):
    assert detect({"package.json": '{"type": "module"}'}).ecosystems == ()


def test_a_script_whose_name_is_no_word_is_not_offered(detect):
    tree = {"package.json": package(scripts={"test; rm -rf ~": "x", "ok:it": "y", "`x`": "z"})}
    assert [name for name, _ in detect(tree).primary.scripts] == ["ok:it"]
