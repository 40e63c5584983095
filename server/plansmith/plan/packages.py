"""The packages that a command line adds to a project: those of package managers that are known, and no others."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# What the managers share, for a look at a whole text before any of its lines: lower case.
INSTALL_NEEDLES: Final = (" install ", " add ", "go get ", " require ", "npm i ")

_INSTALLERS: Final = (
    (("uv", "pip", "install"), "python"),
    (("uv", "add"), "python"),
    (("poetry", "add"), "python"),
    (("pdm", "add"), "python"),
    (("pipenv", "install"), "python"),
    (("python", "-m", "pip", "install"), "python"),
    (("python3", "-m", "pip", "install"), "python"),
    (("pip", "install"), "python"),
    (("pip3", "install"), "python"),
    (("npm", "install"), "node"),
    (("npm", "i"), "node"),
    (("npm", "add"), "node"),
    (("pnpm", "add"), "node"),
    (("pnpm", "install"), "node"),
    (("pnpm", "i"), "node"),
    (("yarn", "add"), "node"),
    (("bun", "add"), "node"),
    (("bun", "install"), "node"),
    (("cargo", "add"), "rust"),
    (("go", "get"), "go"),
    (("dotnet", "add", "package"), "dotnet"),
    (("bundle", "add"), "ruby"),
    (("composer", "require"), "php"),
)
_PROJECT: Final = re.compile(r"(?<=^dotnet add )(?!package\b)\S+\s+(?=package\b)")
_DEV_FLAGS: Final = frozenset(("-D", "--save-dev", "--dev", "-d", "--save-dev=true"))
_VALUE_FLAGS: Final = frozenset((
    "-r", "--requirement", "-e", "--editable", "-c", "--constraint", "--group", "-G", "--index-url", "-i",
    "--extra-index-url", "--optional", "--extra", "--features", "-F", "--source", "--registry", "--target", "-t",
    "--package", "-p", "--workspace", "-w", "--filter", "--prefix", "--version", "-v",
))  # fmt: skip
_NOTHING_FLAGS: Final = frozenset(("-g", "--global", "--location=global", "--dry-run"))  # the project gets nothing
_ELSEWHERE: Final = re.compile(r"(?:github|gitlab|bitbucket|gist|file|link|portal|workspace|git):")
_REDIRECTION: Final = re.compile(r"\d?>>?(?P<target>.*)$")
_NAME: Final = re.compile(r"(?P<name>@?[A-Za-z0-9][\w./-]*)(?:\[[^\]]*\])?(?P<rest>.*)$")


class Package(NamedTuple):
    """A package as a command or a sentence names it; `version` is "" where none is named."""

    name: str
    version: str = ""
    dev: bool = False
    ecosystem: str = ""


def find_packages(command: str) -> list[Package]:
    """The packages that a command line adds to a project."""
    import shlex  # most texts have no such command

    found: list[Package] = []
    for part in re.split(r"\s*(?:&&|;|\|\|?)\s*", command):
        text = _PROJECT.sub("", part)
        try:
            words = shlex.split(text, comments=True)
        except ValueError:
            words = text.partition(" #")[0].split()
        for head, ecosystem in _INSTALLERS:
            if tuple(words[: len(head)]) == head:
                found += _arguments(words[len(head) :], ecosystem)
                break
    return found


def read_package(text: str, ecosystem: str = "", *, dev: bool = False) -> Package:
    """A package as an argument spells it, `name@version` or `name==version`; its name is "" where it is none."""
    match = _NAME.match(text)
    if match is None:
        return Package("")
    version = re.sub(r"^(?:==|@|:)\s*", "", match["rest"].strip())
    return Package(
        match["name"].rstrip("./"), version if re.fullmatch(r"[\w.^~<>=!,* +-]*", version) else "", dev, ecosystem
    )


def same_package(name: str) -> str:
    """One spelling for all that package managers take for the same."""
    return re.sub(r"[-_.]+", "-", name).casefold()


def _arguments(words: list[str], ecosystem: str) -> list[Package]:
    if not _NOTHING_FLAGS.isdisjoint(words):
        return []
    groups = [words[at + 1] for at, word in enumerate(words[:-1]) if word in ("--group", "-G")]
    dev = not _DEV_FLAGS.isdisjoint(words) or any("dev" in group or "test" in group for group in groups)
    found = []
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in _VALUE_FLAGS
            continue
        redirection = _REDIRECTION.match(word)
        if redirection is not None:
            skip = not redirection["target"]
            continue
        if word.startswith((".", "/", "$", "<", "{")) or word.endswith((".txt", ".whl", ".toml", ".gz")):
            continue
        if "://" in word or word.startswith("git+") or _ELSEWHERE.match(word) is not None:
            continue
        if ecosystem == "node" and "/" in word and not word.startswith("@"):
            continue  # a repository of GitHub's
        found.append(read_package(word, ecosystem, dev=dev))
    return [package for package in found if package.name]
