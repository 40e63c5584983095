"""What holds for the folders of every workspace: which are never looked into, and how far links are followed."""

from __future__ import annotations

# Never looked into, whatever the ignore files say: other people's code, caches, and results.
SKIPPED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "jspm_packages", ".venv",
    "venv", "site-packages", "__pycache__", "__pypackages__", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", ".hypothesis", ".tox", ".nox", ".eggs", ".gradle", ".next", ".nuxt",
    ".svelte-kit", ".turbo", ".parcel-cache", ".angular", ".cache", ".yarn", ".terraform",
    ".dart_tool", "target", "dist",
})  # fmt: skip

MAX_LINKS_IN_A_PATH = 8


def parents(path: str) -> tuple[str, ...]:
    """The folders a path lies in, innermost first, without the root."""
    found = []
    at = path.rfind("/")
    while at > 0:
        found.append(path[:at])
        at = path.rfind("/", 0, at)
    return tuple(found)
