"""The beginning of a test in the stack's own idiom: it runs, proves nothing yet, and says so itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from plansmith.workspace.ecosystem import spelled

from .asking import is_imperative
from .knowledge import Knowledge
from .reading import CodeBlock
from .wording import outcome, short, unplaced

MOST_TESTS: Final = 4

_MAKING: Final = frozenset({
    "add", "build", "change", "configure", "create", "define", "document", "extend", "extract", "implement", "install",
    "introduce", "make", "migrate", "modify", "move", "put", "refactor", "register", "rename", "replace", "rewrite",
    "route", "run", "scaffold", "set", "setup", "update", "upgrade", "use", "wire", "write",
})  # fmt: skip


def test_skeleton(known: Knowledge) -> list[CodeBlock]:
    """One empty test for each of the author's first actions; nothing where the runner is not known."""
    eco = known.main
    write = _SKELETONS.get(eco.test_runner or "") or _SKELETONS.get(eco.name if eco.name in ("go", "rust") else "")
    if write is None:
        return []
    lines = write(_subjects(known)[:MOST_TESTS])
    if any(map(known.is_own_test, known.tests)):
        lines = [
            "#[cfg(test)]",
            "mod tests {",
            "    use super::*;",
            "",
            *(f"    {line}".rstrip() for line in lines),
            "}",
        ]
    return [CodeBlock(eco.fence, tuple(lines))]


def _subjects(known: Knowledge) -> list[str]:
    """What tests can be about: how it behaves, as far as the author says so; else the task's name."""
    found = []
    for text in [*map(outcome, known.prose.outcomes[:1]), *(action.text for action in known.statements)]:
        verb, _, rest = _subject(text).partition(" ")
        if verb and verb.lower() not in _MAKING:
            found.append(f"{_third(verb)} {rest}".strip() if is_imperative(verb) else f"{verb} {rest}".strip())
    if found:
        return list(dict.fromkeys(found))
    verb, _, rest = _subject(known.name).partition(" ")
    return [rest if rest and verb.lower() in _MAKING else f"{verb} {rest}".strip()]


def _subject(text: str) -> str:
    bare = re.sub(r"[`\\\"'“”‘’{}\[\]<>$]", "", short(unplaced(text), 60)).replace("…", "").strip()
    return " ".join(bare.split())


def _third(verb: str) -> str:
    """A verb as it stands after a name: “logs”, “parses”, “retries”."""
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


def _name(subject: str) -> str:
    return "_".join(spelled(subject, "snake").split("_")[:8])


def _pytest(subjects: list[str]) -> list[str]:
    lines = ["import pytest"]
    for subject in subjects:
        lines += ["", "", f"def test_{_name(subject)}() -> None:", f'    pytest.skip("to be written: {subject}")']
    return lines


def _unittest(subjects: list[str]) -> list[str]:
    lines = ["import unittest", "", "", f"class {spelled(subjects[0], 'pascal')[:40]}Test(unittest.TestCase):"]
    for at, subject in enumerate(subjects):
        lines += [
            *([""] if at else []),
            f"    def test_{_name(subject)}(self) -> None:",
            f'        self.skipTest("to be written: {subject}")',
        ]
    return lines


def _vitest(subjects: list[str]) -> list[str]:
    return ['import { describe, it } from "vitest";', "", *_todo(subjects)]


def _jest(subjects: list[str]) -> list[str]:
    return _todo(subjects)


def _todo(subjects: list[str]) -> list[str]:
    return [f'describe("{subjects[0]}", () => {{', *(f'  it.todo("{subject}");' for subject in subjects), "});"]


def _node(subjects: list[str]) -> list[str]:
    return ['import { test } from "node:test";', "", *(f'test.todo("{subject}");' for subject in subjects)]


def _go(subjects: list[str]) -> list[str]:
    lines = ['import "testing"']
    for subject in subjects:
        name = spelled(subject, "pascal")[:60]
        lines += ["", f"func Test{name}(t *testing.T) {{", f'\tt.Skip("to be written: {subject}")', "}"]
    return lines


def _rust(subjects: list[str]) -> list[str]:
    lines = []
    for at, subject in enumerate(subjects):
        lines += [
            *([""] if at else []),
            "#[test]",
            f'#[ignore = "to be written: {subject}"]',
            f"fn {_name(subject)}() {{}}",
        ]
    return lines


_SKELETONS: Final[dict[str, Callable[[list[str]], list[str]]]] = {
    "pytest": _pytest,
    "unittest": _unittest,
    "django": _unittest,
    "vitest": _vitest,
    "jest": _jest,
    "node": _node,
    "go": _go,
    "rust": _rust,
}
