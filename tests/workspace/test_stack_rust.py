"""Rust layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations


def test_a_library(detect):
    rust = detect(
        {
            "Cargo.toml": """
                [package]
                name = "rate-limiter"
                edition = "2021"
                [dependencies]
                tokio = { version = "1.38", features = ["full"] }
                axum = "0.7"
                json = { package = "serde_json", version = "1" }
                local = { path = "../local" }
                [dev-dependencies]
                proptest = "1"
                [target.'cfg(unix)'.dependencies]
                libc = "0.2"
            """,
            "src/lib.rs": "",
            "src/bucket.rs": "",
        }
    ).primary
    assert (rust.name, rust.language, rust.fence) == ("rust", "Rust", "rust")
    assert rust.language_version == "2021"
    assert rust.package_manager == "cargo"
    assert rust.install_command.text == "cargo fetch"
    assert rust.test_command.text == "cargo test"
    assert rust.test_command.source == "Cargo.toml"
    assert rust.test_file_command("tests/limits.rs").text == "cargo test --test limits"
    assert rust.test_file_command("src/http/bucket.rs").text == "cargo test http::bucket"
    assert rust.test_file_command("src/http/mod.rs").text == "cargo test http"
    assert rust.test_file_command("src/lib.rs").text == "cargo test"
    assert rust.test_file_command("examples/x.rs") is None
    assert rust.build_command.text == "cargo build"
    assert rust.type_check_command.text == "cargo check"
    assert rust.run_command is None
    assert rust.lint_command is None
    assert rust.format_command is None
    assert rust.coverage_command is None
    assert rust.add_command("serde@1").text == "cargo add serde@1"
    assert rust.add_command("insta", dev=True).text == "cargo add --dev insta"
    assert rust.source_file("Token bucket") == "src/token_bucket.rs"
    assert rust.test_file("Token bucket") == "tests/token_bucket.rs"
    assert rust.test_file("src/bucket.rs") == "tests/bucket.rs"
    assert rust.frameworks == ("axum", "tokio")
    assert [(d.name, d.version, d.dev) for d in rust.dependencies] == [
        ("tokio", "1.38", False),
        ("axum", "0.7", False),
        ("serde_json", "1", False),
        ("local", "", False),
        ("libc", "0.2", False),
        ("proptest", "1", True),
    ]
    assert rust.dependency("serde-json").version == "1"


def test_a_binary(detect):
    rust = detect(
        {
            "Cargo.toml": '[package]\nname = "tool"\n[lints.clippy]\nall = "warn"\n',
            "rustfmt.toml": "",
            "src/main.rs": "",
            ".github/workflows/ci.yml": "run: cargo llvm-cov --lcov\n",
        }
    ).primary
    assert rust.run_command.text == "cargo run"
    assert rust.run_command.source == "src/main.rs"
    assert rust.lint_command.text == "cargo clippy --all-targets"
    assert rust.lint_command.source == "Cargo.toml [lints.clippy]"
    assert rust.format_command.text == "cargo fmt"
    assert rust.coverage_command.source == ".github/workflows/ci.yml"


def test_what_no_library_exports_is_tested_in_its_module(detect):
    rust = detect({"Cargo.toml": '[package]\nname = "tool"\n', "src/main.rs": "", "src/http/bucket.rs": ""}).primary
    assert rust.test_file("src/http/bucket.rs") == "src/http/bucket.rs"
    assert rust.test_file("Token bucket") == "src/token_bucket.rs"
    assert rust.test_file_command("src/http/bucket.rs").text == "cargo test http::bucket"
    assert rust.integration_test_file("serve") == "tests/serve.rs"
    both = detect({"Cargo.toml": '[package]\nname = "tool"\n', "src/main.rs": "", "src/lib.rs": ""}).primary
    assert both.test_file("src/bucket.rs") == "tests/bucket.rs"
    named = detect({"Cargo.toml": '[package]\nname = "t"\n[lib]\npath = "x.rs"\n', "src/main.rs": ""}).primary
    assert named.test_file("src/bucket.rs") == "tests/bucket.rs"


def test_what_lies_in_a_crate_without_a_manifest_is_tested_there(detect):
    rust = detect({"Cargo.toml": '[package]\nname = "db"\n', "src/lib.rs": ""}).primary
    assert rust.test_file("crates/raft/src/state.rs") == "crates/raft/src/state.rs"
    assert rust.test_file_command("crates/raft/src/state.rs") is None


def test_one_of_several_binaries_is_run_by_name(detect):
    tree = {"Cargo.toml": '[package]\nname = "tool"\n', "src/main.rs": "", "src/bin/other.rs": ""}
    assert detect(tree).primary.run_command.text == "cargo run --bin tool"


def test_a_workspace(detect):
    stack = detect(
        {
            "Cargo.toml": """
                [workspace]
                members = ["crates/*"]
                [workspace.package]
                edition = "2024"
                [workspace.dependencies]
                clap = "4.5"
            """,
            ".config/nextest.toml": "",
            "clippy.toml": "",
            "crates/core/Cargo.toml": '[package]\nname = "core"\nedition.workspace = true\n',
            "crates/core/src/lib.rs": "",
            "crates/core/src/a.rs": "",
            "crates/cli/Cargo.toml": """
                [package]
                name = "cli"
                edition = { workspace = true }
                [dependencies]
                clap = { workspace = true }
            """,
            "crates/cli/src/main.rs": "",
        }
    )
    assert [e.folder for e in stack.ecosystems] == ["", "crates/core", "crates/cli"]
    root, core, cli = stack.ecosystems
    assert root.test_command.text == "cargo nextest run --workspace"
    assert root.test_command.source == ".config/nextest.toml"
    assert root.build_command.text == "cargo build --workspace"
    assert root.lint_command.text == "cargo clippy --workspace --all-targets"
    assert root.add_command("x") is None
    assert root.source_file("x") is None
    assert root.test_file("x") is None
    assert core.test_command.line == "cd crates/core && cargo nextest run"
    assert core.language_version == "2024"
    assert core.lint_command.source == "clippy.toml"
    assert core.source_file("parser") == "crates/core/src/parser.rs"
    assert cli.dependency("clap").version == "4.5"
    assert cli.frameworks == ("clap",)
    assert cli.run_command.folder == "crates/cli"
    assert stack.for_path("crates/cli/src/args.rs") is cli
