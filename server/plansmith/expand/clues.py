"""What a text names: files, commands, packages, variables, endpoints, ports, status codes; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plansmith.plan.packages import Package, find_packages, read_package
from plansmith.plan.path_text import as_path

# Extensions of files that hold programs, so that a file of a stack that is not known is taken for no document.
CODE_ENDINGS: Final = (
    ".py", ".pyi", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".rs", ".go",
    ".java", ".kt", ".scala", ".rb", ".php", ".cs", ".fs", ".swift", ".c", ".cc", ".cpp", ".h", ".hpp", ".m", ".mm",
    ".lua", ".ex", ".exs", ".erl", ".hs", ".ml", ".clj", ".dart", ".r", ".jl", ".zig", ".nim",
)  # fmt: skip

SHELLS: Final = frozenset({"bash", "sh", "shell", "console", "zsh", "terminal", "shell-session"})
_MANY = re.compile(r"\s+files\b")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)")
_LINK = re.compile(r"(?<!!)\[[^\[\]\n]*\]\((?P<target>[^()\s]+)\)")
_PROSE_PATH = re.compile(r"(?<![\w/.:@`-])(?:[\w.-]+/)+[\w.-]+\.[A-Za-z]\w{0,9}(?![\w/])")
_ENDPOINT = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+`?(/[\w/{}:.<>*?=&%~-]*)")
_VARIABLE = re.compile(r"(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?$")
_SHORT_VARIABLE = re.compile(r"(?P<name>PORT|HOST|DEBUG|ENV|NODE_ENV|LOG_LEVEL|TZ)(?:=\S*)?$")
_ERROR_NAME = re.compile(
    r"(?:E[A-Z]{4,}|[A-Z_]*(?:ERROR|ERR|NOT_FOUND|EXCEPTION|DENIED|UNAUTHORIZED|FORBIDDEN|CONFLICT))$"
)
_PORT = re.compile(r"(?:\bports?\s+`?|localhost:|127\.0\.0\.1:|0\.0\.0\.0:|(?<![\w/]):)(\d{2,5})(?!\d|\.\d)", re.I)
_STATUS = re.compile(
    r"(?:\bHTTP\s+|\bstatus(?:\s+code)?\s+|\b(?:returns?|answers?|responds?|gives?|with|error)\s+(?:an?\s+)?(?:HTTP\s+)?`?|`)"
    r"([1-5]\d\d)(?![\w.%])"
)
_URL = re.compile(r"https?://[^\s<>()`\"'\]]+")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|#)[A-Za-z_$][\w$]*)*(?:\(\)|\([^()]*\))?$")
_NAMED_PACKAGE = re.compile(
    r"`(?P<name>@?[A-Za-z][\w.@/-]*)`\s+(?:dependency|package|library|crate|module from npm)\b", re.I
)

_TOOLS = frozenset({
    "npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx", "deno", "node", "tsx", "tsc", "vite", "vitest",
    "jest", "mocha", "ava", "eslint", "prettier", "biome", "playwright", "cypress", "prisma", "turbo", "nx",
    "pip", "pip3", "pipx", "uv",
    "uvx", "poetry", "pdm", "pipenv", "hatch", "python", "python3", "pytest", "tox", "nox", "ruff", "mypy", "pyright",
    "black", "flake8", "pylint", "coverage", "alembic", "flask", "django-admin", "uvicorn", "gunicorn", "celery",
    "cargo", "rustc", "rustup", "go", "gofmt", "golangci-lint", "make", "just", "cmake", "ctest", "ninja", "meson",
    "bazel", "docker", "docker-compose", "podman", "kubectl", "helm", "terraform", "tofu", "ansible-playbook", "git",
    "gh", "curl", "wget", "http", "psql", "mysql", "sqlite3", "redis-cli", "mongosh", "createdb", "bash", "sh", "mvn",
    "gradle", "dotnet", "swift", "bundle", "rake", "rails", "rspec", "gem", "composer", "php", "phpunit", "mix", "aws",
    "gcloud", "az", "systemctl", "ssh", "rsync", "openssl", "grpcurl", "protoc", "buf", "sqlc", "goose", "migrate",
    "lsof", "nvim", "code", "vsce", "pre-commit", "twine", "brew", "apt-get", "apt", "plansmith",
})  # fmt: skip
_ALONE = frozenset(
    {"pytest", "tox", "nox", "make", "mypy", "pyright", "vitest", "jest", "tsc", "flake8", "eslint", "rspec"}
)
_LONGEST_COMMAND = 300  # and as much again for the variables that are set before it
_MOVED = re.compile(r"cd\s+[^\s&|;]+\s+&&\s+")
_ASSIGNED = re.compile(r"(?:[A-Z_][A-Z0-9_]*=\S*\s+)+")
_PROOF = re.compile(
    r"\b(?:tests?|check|lint|verify|validate|build|vet|clippy|typecheck|type-check|mypy|ruff|pyright|tsc|pytest|tox|nox"
    r"|jest|vitest|mocha|rspec|curl|grpcurl|--version|--dry-run|doctor|status|diff|coverage|lsof|redis-cli ping)\b"
)
_NO_PROOF = re.compile(
    r"\b(?:install|add|dev|serve|start|watch|up|push|reset|rm|drop|delete|deploy|publish|init|commit|uvicorn|gunicorn)\b"
    r"|--watch|--fix|-w\b"
)


@dataclass(frozen=True, slots=True)
class Names:
    """All that a text names, each kind in the order of the text, without repetition."""

    paths: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()
    variables: tuple[str, ...] = ()
    endpoints: tuple[tuple[str, str], ...] = ()
    ports: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def proofs(self) -> tuple[str, ...]:
        """The commands that end, change nothing, and tell whether something works."""
        return tuple(command for command in self.commands if is_proof(command))


@lru_cache(maxsize=4096)
def find_names(text: str) -> Names:
    """What the text names, in its code spans above all."""
    # `Create `index.js` files` speaks of many files, and names none.
    every = CODE_SPAN.finditer(text)
    spans = [span["code"].strip() for span in every if "/" in span["code"] or not _MANY.match(text, span.end())]
    prose = CODE_SPAN.sub(lambda span: " " * len(span[0]), text)
    paths: list[str] = []
    commands: list[str] = []
    packages: list[Package] = []
    variables: list[str] = []
    errors: list[str] = []
    identifiers: list[str] = []
    is_about_environment = re.search(r"\b(?:env|environment|variable|setting|config)", text, re.I) is not None
    for span in spans:
        variable = _VARIABLE.match(span) or (_SHORT_VARIABLE.match(span) if is_about_environment else None)
        if is_command(span):
            commands.append(span)
            packages += find_packages(span)
        elif path := as_path(span):
            paths.append(path)
        elif _ERROR_NAME.match(span):
            errors.append(span)
        elif variable is not None:
            variables.append(variable["name"])
        elif _IDENTIFIER.match(span) and len(span) <= 80:
            identifiers.append(span)
    for link in _LINK.finditer(prose):
        target = link["target"].partition("#")[0]
        if target and (path := as_path(target)):
            paths.append(path)
    without_urls = _URL.sub(" ", _LINK.sub(" ", prose))
    paths += [path for found in _PROSE_PATH.finditer(without_urls) if (path := as_path(found[0]))]
    for named in _NAMED_PACKAGE.finditer(text):
        if not as_path(named["name"]):
            packages.append(read_package(named["name"]))
    endpoints = [(verb, path.rstrip(".,:")) for verb, path in _ENDPOINT.findall(text)]
    return Names(
        _once(paths), _once(commands), _once(packages), _once(variables), _once(endpoints),
        _once(port for port in _PORT.findall(text) if 20 < int(port) < 65536), _once(_STATUS.findall(text)),
        _once(errors), _once(identifiers), _once(url.rstrip(".,;:") for url in _URL.findall(text)),
    )  # fmt: skip


def is_command(text: str) -> bool:
    """Whether a code span is a command line: a known tool with an argument, or a script by its path."""
    if len(text) > 2 * _LONGEST_COMMAND:
        return False
    text = _ASSIGNED.sub("", _MOVED.sub("", text.strip().removeprefix("$ "), count=1))
    words = text.split()
    if not words or "\n" in text or len(text) > _LONGEST_COMMAND:
        return False
    if len(words) == 1:
        return words[0] in _ALONE
    first = words[0]
    if first in _TOOLS:
        return not (first in ("go", "make", "just", "code", "http", "node", "python") and words[1][:1].isupper())
    return bool(re.match(r"\.{0,2}/?[\w./-]*\.(?:sh|py|mjs|js)$|\./[\w./-]+$|(?:bin|scripts|\.ci)/[\w.-]+$", first))


def is_proof(command: str) -> bool:
    """Whether a command ends, changes nothing, and tells whether something works."""
    return _PROOF.search(command) is not None and _NO_PROOF.search(command) is None


def shell_commands(lines: Iterable[str]) -> list[str]:
    """The command lines of a shell's code block; what a command prints is none, nor is a line of 1,000 characters."""
    found = []
    every = [line.rstrip() for line in lines if len(line) < 1000]
    prompted = any(line.lstrip().startswith("$ ") for line in every)
    for line in every:
        text = line.strip()
        if prompted and not text.startswith("$ "):
            continue
        text = re.sub(r"\s+#\s.*$", "", text.removeprefix("$ ")).strip()
        if is_command(text) and not text.endswith(("\\", "|", "&&")) and "<<" not in text:
            found.append(text)
    return found


def _once(values: Iterable[str] | Iterable[Package] | Iterable[tuple[str, str]]) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(values))
