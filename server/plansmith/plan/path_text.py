"""What is a path: text with a `/` or a known extension that may lie inside of the workspace.

Globs, templates, URLs, absolute paths, and what only looks like a path (`node.js`, `text/html`), are none.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

EXTENSIONS: Final = frozenset({
    "py", "pyi", "ipynb", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro", "rs", "go",
    "java", "kt", "kts", "scala", "rb", "php", "cs", "fs", "swift", "c", "h", "cc", "cpp", "hpp", "m", "mm", "lua",
    "ex", "exs", "erl", "hs", "ml", "clj", "dart", "r", "jl", "zig", "nim", "sh", "bash", "zsh", "fish", "ps1", "bat",
    "sql", "prisma", "graphql", "gql", "proto", "json", "jsonc", "json5", "yaml", "yml", "toml", "ini", "cfg", "conf",
    "xml", "html", "htm", "css", "scss", "sass", "less", "md", "mdx", "rst", "txt", "csv", "tsv", "lock", "mod", "sum",
    "gradle", "tf", "tfvars", "hcl", "dockerfile", "service", "svg", "png", "j2", "tmpl", "template", "example",
    "csproj", "fsproj", "vbproj", "sln", "slnx", "props", "targets", "cshtml", "razor", "resx", "properties", "jsp",
    "erb", "haml", "slim", "rake", "gemspec", "ru", "phtml", "twig", "neon", "dist", "http", "env", "editorconfig",
})  # fmt: skip

MAX_LENGTH: Final = 200  # code points; what is longer is no path that a person writes

_FILE_NAMES: Final = frozenset({
    "Dockerfile", "Makefile", "Procfile", "Jenkinsfile", "Justfile", "justfile", "Containerfile", "Gemfile", "Rakefile",
    "gradlew", "mvnw",
    ".env", ".gitignore", ".dockerignore", ".editorconfig",
})  # fmt: skip
_NO_FILES: Final = frozenset({
    "node.js", "next.js", "vue.js", "nuxt.js", "express.js", "three.js", "d3.js", "react.js", "backbone.js",
    "ember.js", "chart.js", "alpine.js", "socket.io", "asp.net", "moment.js", "nest.js", "deno.js", "discord.js",
    # What programs call by a dot, and what is also an extension.
    "import.meta.env", "process.env", "rails.env", "django.conf", "request.json", "response.json", "req.json",
    "res.json", "resp.json", "self.conf", "self.env", "self.json", "self.lock", "self.properties", "self.props",
    "self.service", "self.template", "this.conf", "this.env", "this.json", "this.lock", "this.properties", "this.props",
    "this.service", "this.template",
})  # fmt: skip
_PLACE: Final = re.compile(r":L?\d+(?:[:-]L?\d+)?$")  # a line of a file, or several
_MIME: Final = re.compile(r"[^/]+/[\w.+-]+$")
_MIME_STARTS: Final = frozenset(("application", "audio", "font", "image", "message", "multipart", "text", "video"))
_BRANCH_STARTS: Final = frozenset((
    "origin", "upstream", "refs", "heads", "feature", "feat", "bugfix", "hotfix", "release", "chore",
))  # fmt: skip
_ABOVE: Final = re.compile(r"(?:\.\./)+")
# Neither blanks nor the signs of globs, templates, calls, addresses, and of paths that only Windows reads.
_PLAIN: Final = re.compile(r"[^\s<>{}$~*?|\"';()=,`:\\]+")


def as_path(text: str) -> str | None:
    """The text as a path that may lie inside of the workspace, without line number and anchor; None if it is none."""
    text = text.strip()
    if ":" in text:
        text = _PLACE.sub("", text)
    if "#" in text:
        file, _, anchor = text.partition("#")
        if anchor and is_file_name(file):
            text = file
    text = text.removeprefix("./")
    if text.startswith("../"):
        above = _ABOVE.match(text)
        if above is not None:
            # Of a document in a folder; whether it leads out of the workspace is known where that folder is.
            below = as_path(text[above.end() :])
            return above[0] + below if below else None
    if len(text) > MAX_LENGTH or _PLAIN.fullmatch(text) is None or text[0] in "/@-#%" or "//" in text:
        return None
    if ".." in text and ".." in text.split("/"):
        return None
    first, slash, _ = text.partition("/")
    if not slash:
        if text.casefold() in _NO_FILES:
            return None
    elif first in _BRANCH_STARTS or (first in _MIME_STARTS and _MIME.match(text)):
        return None
    if is_file_name(text):
        return text
    if slash and any(map(str.isalpha, text)):
        name = text.rstrip("/").rpartition("/")[2]
        return text if text.endswith("/") or "." not in text or name.rpartition(".")[0] else None
    return None


def is_file_name(path: str) -> bool:
    """Whether a path ends in the name of a file: one with a known extension, or one that is known without."""
    name = path.rstrip("/").rpartition("/")[2]
    if name in _FILE_NAMES:
        return True
    stem, _, extension = name.rpartition(".")
    return bool(stem) and extension.casefold() in EXTENSIONS and extension == extension.lower()


def from_root(path: str, folder: str = "") -> str | None:
    """A path of a document in `folder` ("" is the root), from the root, tidy; None where it leads out of the root.

    A final "/" goes, and the root itself is "".
    """
    if not folder and path[:1] != "." and "/." not in path and "//" not in path and path[:1] != "/":
        return path.removesuffix("/")  # as nearly all are
    tidy = posixpath.normpath(f"{folder}/{path}" if folder else path)
    if tidy == ".":
        return ""
    return None if tidy == ".." or tidy.startswith(("../", "/")) else tidy
