"""An author who edits anywhere while plans are streamed: all lines as the author left them are there, in order."""

from __future__ import annotations

import asyncio
import itertools
from typing import NamedTuple

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from plansmith.plan.document import Document
from tests.expand.test_engine import FORMAT, OWN, PARTS

from .editor import MARKS, Buffer, Editor, split, within, without_versions
from .modelling import Asked, SlowModel, environment

pytestmark = MARKS

TEXT = """\
# Backlog 🗺

What is to be done first.

## Task 1: Store the 导入 data

Keep it in a file.

- `data.csv` first
- then a database

## Task 2: Serve it

Over HTTP.

```sh
curl localhost
```

### Notes of mine

The end of notes.

## Task 3: Log it

**Prerequisites**: Task 1

Say what happened.
"""

_numbers = itertools.count(1)
_NEW = [
    "A sentence {}.", "- an item {}", "### A heading {}", "## Task 1{}: Another", "> a quote {}", "    code {}",
    "**Priority**: {}", "```py {}", "<!-- a comment {} -->", "🚀 {} 导入", "| a {} | b |", "**Objective**: Mine {}",
    "1. one {}", "### Testing Plan {}", "[x] {}\u2028more", "Step {}: none", "<!-- {}",
]  # fmt: skip


class Typed(NamedTuple):
    """One change of the author's: a new line before one of theirs, theirs altered, or theirs deleted."""

    kind: str
    where: int
    words: str = ""


_typed = st.builds(
    Typed,
    st.sampled_from(["new", "new", "new", "alter", "alter", "delete"]),
    st.integers(0, 40),
    st.sampled_from(_NEW),
)
# What is typed before each piece of the answers, and while each edit travels.
_before_pieces = st.lists(st.lists(_typed, max_size=3), min_size=2, max_size=4)
_while_edits = st.lists(st.lists(_typed, max_size=2), max_size=3)


class Author:
    """Edits a buffer, and knows what the text would be without the plans; lines are told apart by their words."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self.lines = split(buffer.text)

    def type(self, typed: Typed) -> None:
        ours = [number for number, line in enumerate(self.lines) if line.strip() and self._is_known(line)]
        if not ours:
            return
        at = ours[typed.where % len(ours)]
        line = self.lines[at]
        shown = split(self._buffer.text).index(line)
        if typed.kind == "new":
            words = typed.words.format(next(_numbers))
            self._buffer.type(shown, 0, f"{words}\n")
            self.lines.insert(at, words)
        elif typed.kind == "alter":
            words = f" {next(_numbers)}"
            self._buffer.type(shown, len(line), words)
            self.lines[at] += words
        else:
            self._buffer.change(self._buffer.range(shown, 0, shown + 1, 0), "")
            del self.lines[at]

    def _is_known(self, line: str) -> bool:
        """Whether a line is the only one of its words, so that it is found where plans stand around it."""
        return self.lines.count(line) == 1 and split(self._buffer.text).count(line) == 1

    def check(self) -> None:
        rest = iter(split(self._buffer.text))
        for line in self.lines:
            assert line in rest, f"lost: {line!r}"

    def check_letters(self) -> None:
        """A line may have been parted by what was inserted into it."""
        rest = iter(self._buffer.text)
        for line in self.lines:
            assert all(letter in rest for letter in line), f"lost: {line!r}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def model():
    async with SlowModel() as slow:
        yield slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def editors(model, tmp_path_factory):
    """A server for each client."""
    folder = tmp_path_factory.mktemp("typing")
    started = {}
    for name in ("vscode", "neovim", "other"):
        capabilities = without_versions() if name == "other" else None
        started[name] = await Editor(name, capabilities).start([folder], env=environment(model.url, folder))
    yield started, folder
    for editor in started.values():
        assert await editor.stop() == 0


async def expand_while_typing(
    editors, model: SlowModel, name: str, command: str, before: list[list[Typed]], during: list[list[Typed]]
) -> None:
    started, folder = editors
    editor = started[name]
    buffer = editor.open(folder / f"tasks-{next(_numbers)}.md", TEXT)
    author = Author(buffer)

    async def typed_meanwhile(params):
        for typed in during.pop(0):
            author.type(typed)
        return await editor.apply(params)

    editor.on_edit[:] = [typed_meanwhile] * len(during)
    model.asked.clear()
    arguments = {"task": "2"} if command == "expandTask" else {}
    run = asyncio.ensure_future(buffer.run(command, **arguments))
    answered = 0
    while not run.done():
        asked = asyncio.ensure_future(model.until(answered + 1))
        await asyncio.wait({run, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            asked.cancel()
            break
        await answer(asked.result()[answered], author, before if answered == 0 else before[:1])
        answered += 1
    outcome = await within(run)
    editor.on_edit.clear()
    if name == "other":
        author.check_letters()
        assert outcome["status"] in ("applied", "conflict") or "undo and try again" in outcome["message"], outcome
        buffer.close()
        return
    author.check()
    if outcome["status"] == "applied":
        assert "### Testing Plan" in buffer.text
        if command == "expandTask":
            [task] = [task for task in Document(buffer.text, FORMAT).tasks if task.id == "2"]
            assert task.find("steps.1.validation") is not None
    else:
        # An author can take a task away, or open a fence above the place of its plan; else a plan arrives.
        assert outcome["status"] == "conflict", outcome
        assert "is no longer in the document" in outcome["message"] or "never closes" in outcome["message"], outcome
        assert split(buffer.text) == author.lines
    buffer.close()


async def answer(asked: Asked, author: Author, before: list[list[Typed]]) -> None:
    """Send a plan piece by piece, with what is typed before each."""
    plan = PARTS if asked.task == "Task 3" else OWN
    size = -(-len(plan) // len(before))
    for number, group in enumerate(before):
        for typed in group:
            author.type(typed)
        piece = plan[number * size : (number + 1) * size]
        if number + 1 < len(before):
            await asked.say(piece)
        else:
            await asked.finish(piece)


@given(before=_before_pieces, during=_while_edits, command=st.sampled_from(["expandTask", "expandAll"]))
async def test_nothing_of_the_authors_is_lost(editors, model, before, during, command):
    await expand_while_typing(editors, model, "vscode", command, before, during)


@settings(max_examples=settings().max_examples // 4)
@given(before=_before_pieces, during=_while_edits, command=st.sampled_from(["expandTask", "expandAll"]))
async def test_nothing_is_lost_where_a_stale_edit_is_dropped_in_silence(editors, model, before, during, command):
    await expand_while_typing(editors, model, "neovim", command, before, during)


@settings(max_examples=settings().max_examples // 4)
@given(before=_before_pieces, during=_while_edits, command=st.sampled_from(["expandTask", "expandAll"]))
async def test_nothing_is_lost_where_versions_do_not_count(editors, model, before, during, command):
    """A plan can land elsewhere here, in the middle of a line too: whoever is told so and undoes it has all."""
    await expand_while_typing(editors, model, "other", command, before, during)
