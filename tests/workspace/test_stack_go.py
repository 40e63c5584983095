"""Go layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations


def test_a_module_with_cmd_and_pkg(detect):
    go = detect(
        {
            "go.mod": """
                module github.com/acme/limiter/v2

                go 1.22

                require (
                \tgithub.com/gin-gonic/gin v1.10.0
                \tgithub.com/jackc/pgx/v5 v5.6.0 // pinned
                \tgolang.org/x/sys v0.20.0 // indirect
                )
                require github.com/stretchr/testify v1.9.0
            """,
            "cmd/aaa/main.go": "",
            "cmd/limiter/main.go": "",
            "pkg/bucket.go": "",
            "pkg/bucket_test.go": "",
        }
    ).primary
    assert (go.name, go.language, go.fence) == ("go", "Go", "go")
    assert go.language_version == "1.22"
    assert go.project == "github.com/acme/limiter/v2"
    assert go.package_manager == "go"
    assert go.install_command.text == "go mod download"
    assert go.test_command.text == "go test ./..."
    assert go.test_command.source == "go.mod"
    assert go.test_file_command("pkg/bucket_test.go").text == "go test ./pkg"
    assert go.test_file_command("main_test.go").text == "go test ."
    assert go.coverage_command.text == "go test -cover ./..."
    assert go.lint_command.text == "go vet ./..."
    assert go.build_command.text == "go build ./..."
    assert go.run_command.text == "go run ./cmd/limiter"
    assert go.add_command("github.com/google/uuid@v1.6.0").text == "go get github.com/google/uuid@v1.6.0"
    assert go.source_folder == "pkg"
    assert go.source_file("Token bucket") == "pkg/token_bucket.go"
    assert go.test_file("Token bucket") == "pkg/token_bucket_test.go"
    assert go.test_file("cmd/limiter/flags.go") == "cmd/limiter/flags_test.go"
    assert go.frameworks == ("gin", "pgx", "testify")
    assert [(d.name, d.version) for d in go.dependencies] == [
        ("github.com/gin-gonic/gin", "v1.10.0"),
        ("github.com/jackc/pgx/v5", "v5.6.0"),
        ("github.com/stretchr/testify", "v1.9.0"),
    ]
    assert go.dependency("github.com/jackc/pgx").version == "v5.6.0"
    assert go.dependency("golang.org/x/sys") is None


def test_packages_in_folders_of_their_own_get_another_one(detect):
    go = detect(
        {
            "go.mod": "module x.org/app\n",
            ".golangci.yml": "",
            "main.go": "",
            "internal/users/users.go": "",
            "internal/orders/orders.go": "",
            "vendor/y.org/z/z.go": "",
        }
    ).primary
    assert go.run_command.text == "go run ."
    assert go.lint_command.text == "golangci-lint run"
    assert go.lint_command.source == ".golangci.yml"
    assert go.source_file("limits") == "internal/limits/limits.go"
    assert go.test_file("limits") == "internal/limits/limits_test.go"


def test_a_flat_module(detect):
    go = detect({"go.mod": "module x.org/app\n", "app.go": "package app", "app_test.go": ""}).primary
    assert go.run_command is None
    assert go.source_file("limits") == "limits.go"
    assert go.test_file("limits") == "limits_test.go"


def test_a_workspace(detect):
    stack = detect(
        {
            "go.work": "go 1.22\n\nuse (\n\t./api // the server\n\t./lib\n)\nuse ../outside\n",
            "api/go.mod": "module x.org/api\n",
            "api/main.go": "",
            "lib/go.mod": "module x.org/lib\n",
            "lib/a.go": "",
            "lib/b.go": "",
        }
    )
    assert [e.folder for e in stack.ecosystems] == ["", "lib", "api"]
    root = stack.primary
    assert root.manifest == "go.work"
    assert root.test_command.text == "go test ./api/... ./lib/..."
    assert root.add_command("x") is None
    assert root.source_file("x") is None
    assert stack.for_path("api/x.go").test_command.line == "cd api && go test ./..."


def test_a_manifest_without_a_module_line_is_a_problem(detect):
    stack = detect({"go.mod": "<<<<<<< HEAD\n", "a.go": ""})
    assert stack.problems == ("go.mod: has no module line",)
    assert stack.primary.test_command.text == "go test ./..."
