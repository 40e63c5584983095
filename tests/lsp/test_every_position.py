"""No request fails on any position in any document, also out of range, while the text changes.

What is asked is what the server offers in its answer to initialize: whoever adds a method has it tried here, or is
told that nobody knows how.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.bench.peer import Peer
from tests.methods import methods_by_key
from tests.plan.texts import BLOCKS, CORPUS_TEXTS, SNIPPETS

from .editor import CLIENT_INFO, CLIENTS
from .texts import COARSE, FLAWED

pytestmark = [pytest.mark.lsp, pytest.mark.timeout(1_800)]

Json = dict[str, Any]

_TELLING = re.compile(r"Tasks? \d|(?<=`)\w|#task|Objective|Validation|`sr")
TYPED = ("x", " ", "", "\n", "`", "🚀", "- ", "1")
FAR = 2**31 - 1  # the largest number that the protocol knows
OWN = [COARSE, FLAWED, "".join(BLOCKS), "", "\r", "# 😀\r\n## Task 1: 写\r**Prerequisites**: 🚀 Task 1, [x](#task-1)"]
# Most of the corpus are other people's formats, of which little is said: of this there is something at most places.
RICH = (
    """# Shop

See [Task 1](#task-1-build-the-导入器) and https://example.org/导入.

## Task 1: Build the 导入器 🚀

**Objective**: 🚀 Change `src/app.py` and `closed.md`, see <https://example.org>.
**Prerequisites**: None

## Task 2: Ship

**Prerequisites**: 🚀 Task 1, Tasks 1–3 and [the first](#task-1-build-the-导入器)
**Estimated Complexity**: Hi

### Implementation Steps

#### Step 1: 写 it

**Actions**:

- [x] Write `src/app.py`, then run `pip install httpx`
- [ ] `sr

**Validation**:

- [ ] `pytest` passes

### Dependencies Added

- `httpx@0.28` - asks

### Next Steps

**Immediate next task**: Task 3

## Task 3: Tell 导入

**Prerequisites**: Task 2, 导入 Task 1
"""
    + "\n"
)
SETTINGS = '[project]\nname = "x"\ndependencies = ["httpx"]\n[tool.plansmith]\nformatting = true\n'

# Errors that a client expects: the text has changed since, the request was cancelled, or refused with a reason.
_EXPECTED = {
    code.value
    for code in (
        types.LSPErrorCodes.ContentModified,
        types.LSPErrorCodes.RequestCancelled,
        types.LSPErrorCodes.ServerCancelled,
    )
}
_MAY_REFUSE = {"textDocument/rename", "workspace/executeCommand"}
# Commands that write a plan take their time, and have tests of their own.
_LONG = {"expandTask", "expandAll", "writeSection", "regenerateSection", "continueKept"}

# Answers that other requests are made of: the method that gives them, and those that take one of them.
_FOLLOWING = {
    "textDocument/completion": ("completionItem/resolve",),
    "textDocument/codeLens": ("codeLens/resolve",),
    "textDocument/codeAction": ("codeAction/resolve",),
    "textDocument/documentLink": ("documentLink/resolve",),
    "textDocument/inlayHint": ("inlayHint/resolve",),
    "workspace/symbol": ("workspaceSymbol/resolve",),
    "textDocument/prepareCallHierarchy": ("callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"),
}
_FOLLOWERS = {method for methods in _FOLLOWING.values() for method in methods}
# What has something to say at few places only.
_RARE = {"workspace/willRenameFiles", "textDocument/rangeFormatting", "textDocument/rename"}
# What is no request, or is sent with every change.
_NO_REQUESTS = {"textDocument/didChange", "workspace/didChangeWorkspaceFolders"}


class Sweep:
    """One server, one document in it after the other, and requests of all kinds at random places."""

    def __init__(self, peer: Peer, chance: random.Random, folder: Path) -> None:
        self.peer = peer
        self.chance = chance
        self.folder = folder
        self.uri = ""
        self.version = 0
        self.lines: list[str] = [""]  # as it was opened
        self.telling: list[tuple[int, int]] = []  # places that most methods have something to say of
        self.asked: dict[int, tuple[str, Any]] = {}
        self.counts: Counter[str] = Counter()
        self.full: Counter[str] = Counter()  # how often there was an answer with something in it
        self.items: dict[str, list[Any]] = {}
        self.failures: list[str] = []
        self.offered = _methods(peer.offers)
        self.trigger = _triggers(peer.offers)
        self.commands = [
            name
            for name in peer.offers.get("executeCommandProvider", {}).get("commands", ())
            if name.removeprefix("plansmith.") not in _LONG
        ]

    def open(self, uri: str, text: str) -> None:
        self.uri, self.version, self.lines = uri, 1, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.items = {}
        self.telling = [
            (number, match.start()) for number, line in enumerate(self.lines) for match in _TELLING.finditer(line)
        ]
        item = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        self.peer.notify("textDocument/didOpen", {"textDocument": item})

    def close(self) -> None:
        self.peer.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def round(self, requests: int) -> None:
        """Every method on the text as it is, then many while it is typed in, then while fences and comments open."""
        self.run(self.offered * 2, ())
        for texts in (TYPED, SNIPPETS):
            self.run(self.chance.choices(self.offered, k=requests), texts)

    def run(self, methods: Sequence[str], texts: Sequence[str]) -> None:
        """Ask in any order, with changes in between and some cancelled; then wait for all answers."""
        methods = self.chance.sample(methods, len(methods))
        for followers in (False, True):
            for method in methods:
                if (method in _FOLLOWERS) is not followers:
                    continue
                if texts and self.chance.random() < 0.3:
                    self.change(texts)
                number = self.ask(method)
                if number and texts and self.chance.random() < 0.05:
                    self.peer.notify("$/cancelRequest", {"id": number})
            while self.asked:
                self.hear()

    def ask(self, method: str) -> int | None:
        """Send a request of a kind; none where it takes an item that there is not yet."""
        if method in _FOLLOWERS:
            known = self.items.get(method)
            if not known:
                return None
            item = self.chance.choice(known)
            params = {"item": item} if method.startswith("callHierarchy/") else item
        else:
            params = _PARAMS[method](self)
        number = self.peer.request(method, params)
        self.asked[number] = (method, params)
        self.counts[method] += 1
        return number

    def hear(self) -> None:
        """Take one message: an answer, or something that the server wants."""
        message = self.peer.message()
        if "method" in message:
            if message["method"] == types.CLIENT_REGISTER_CAPABILITY:
                self.learn([each["method"] for each in message["params"]["registrations"]])
            if "id" in message:
                wants_edit = message["method"] == "workspace/applyEdit"
                self.peer.answer_to(message, {"applied": False} if wants_edit else None)
            return
        method, params = self.asked.pop(message["id"])
        problem = message.get("error")
        if problem is not None:
            refused = problem["code"] == types.LSPErrorCodes.RequestFailed.value and method in _MAY_REFUSE
            if problem["code"] not in _EXPECTED and not refused:
                self.failures.append(f"{method} {json.dumps(params)[:300]}: {problem}")
            return
        self.take(method, message["result"])

    def learn(self, methods: Sequence[str]) -> None:
        """What the server offers later on; notifications are none of it."""
        for method in methods:
            if method in _PARAMS:
                self.offered = list(dict.fromkeys([*self.offered, method]))
            elif not method.startswith("workspace/did"):
                self.failures.append(f"say in _PARAMS how this is asked: {method}")

    def take(self, method: str, result: Any) -> None:
        """Look at an answer, and keep what further requests are made of."""
        if result:
            self.full[method] += 1
        for where in _ranges(result):
            start, end = ((where[key]["line"], where[key]["character"]) for key in ("start", "end"))
            if not (0, 0) <= start <= end:
                self.failures.append(f"{method}: {where} ends before it begins")
        found = result.get("items", []) if isinstance(result, dict) else result
        for follower in _FOLLOWING.get(method, ()):
            if found:
                self.items[follower] = [
                    *self.items.get(follower, [])[-20:],
                    *self.chance.sample(found, min(3, len(found))),
                ]

    def change(self, texts: Sequence[str]) -> None:
        """Put something somewhere, take something away, or both; now and then the whole text."""
        line, column = self.place()
        lines = self.chance.choice((0, 0, 0, 1, 2, 9))
        text = "".join(self.chance.choices(texts, k=self.chance.randrange(4)))
        start = {"line": line, "character": column}
        end = {"line": min(line + lines, FAR), "character": column if not lines else self.place()[1]}
        change: Json = {"range": {"start": start, "end": end}, "text": text}
        if self.chance.random() < 0.01:
            change = {"text": "\n".join(self.lines)}
        self.tell(change)

    def tell(self, change: Json) -> None:
        """Send a change of the text."""
        self.version += 1
        identifier = {"uri": self.uri, "version": self.version}
        self.peer.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})

    # Places, mostly where something stands.

    def place(self) -> tuple[int, int]:
        kind = self.chance.random()
        if kind < 0.03:
            return self.chance.choice((0, FAR, len(self.lines))), self.chance.choice((0, FAR, 7))
        if kind < 0.8 and self.telling:
            line, column = self.chance.choice(self.telling)
            return line, column + self.chance.randrange(7)
        line = self.chance.randrange(len(self.lines) + 3)
        text = self.lines[line] if line < len(self.lines) else ""
        return line, self.chance.randrange(len(text) + 4)

    def position(self) -> Json:
        line, column = self.place()
        return {"line": line, "character": column}

    def range(self) -> Json:
        one, two = self.place(), self.place()
        if self.chance.random() < 0.5:
            two = (one[0], min(one[1] + self.chance.randrange(5), FAR))
        start, end = sorted((one, two))
        return {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}}

    def at(self, **others: Any) -> Json:
        return {"textDocument": {"uri": self.uri}, "position": self.position(), **others}

    def within(self, **others: Any) -> Json:
        return {"textDocument": {"uri": self.uri}, "range": self.range(), **others}

    def whole(self, **others: Any) -> Json:
        return {"textDocument": {"uri": self.uri}, **others}

    def new_name(self) -> str:
        return self.chance.choice(("7", "Ship it 🚀", "", "a\nb", "TASK-9", "1.2", "[x] done", "导入", " Task 3 "))

    def command(self) -> Json:
        name = self.chance.choice(self.commands)
        argument: Json = {"uri": self.uri}
        if name.endswith("Kept"):
            argument["plan"] = "nope"
        elif name.endswith("showRequest") and self.chance.random() < 0.5:
            argument["task"] = self.chance.choice(("1", "2", "nope"))
        elif not name.endswith(("cancel", "showGraph", "showSetup")):
            argument["line"] = self.place()[0]
        return {"command": name, "arguments": [argument]}

    def typed(self) -> Json:
        """Where Enter was just pressed at the end of an item, or anything anywhere."""
        items = [number for number, line in enumerate(self.lines) if line.startswith("- [")]
        if not items or self.chance.random() < 0.5:
            return self.at(ch=self.chance.choice(self.trigger), options=_OPTIONS)
        line = self.chance.choice(items)
        end = {"line": line, "character": 10_000}
        self.tell({"range": {"start": end, "end": end}, "text": "\n"})
        return self.whole(position={"line": line + 1, "character": 0}, ch="\n", options=_OPTIONS)

    def query(self) -> str:
        return self.chance.choice(("", "task", "bld", "导入", "step 1", "x" * 500, "🚀", "\n"))

    def files(self) -> Json:
        names = ("src/app.py", "a.py", "src", "plan.md", "../x", "导 入.py")
        old, new = ((self.folder / self.chance.choice(names)).as_uri() for _ in "ab")
        return {"files": [{"oldUri": old, "newUri": new}]}


_OPTIONS = {"tabSize": 4, "insertSpaces": True}
_PARAMS: dict[str, Callable[[Sweep], Json]] = {
    "textDocument/hover": Sweep.at,
    "textDocument/completion": lambda s: s.at(context={"triggerKind": s.chance.choice((1, 2, 3))}),
    "textDocument/definition": Sweep.at,
    "textDocument/references": lambda s: s.at(context={"includeDeclaration": s.chance.random() < 0.5}),
    "textDocument/documentHighlight": Sweep.at,
    "textDocument/prepareRename": Sweep.at,
    "textDocument/rename": lambda s: s.at(newName=s.new_name()),
    "textDocument/prepareCallHierarchy": Sweep.at,
    "textDocument/onTypeFormatting": Sweep.typed,
    "textDocument/linkedEditingRange": Sweep.at,
    "textDocument/documentSymbol": Sweep.whole,
    "textDocument/foldingRange": Sweep.whole,
    "textDocument/codeLens": Sweep.whole,
    "textDocument/documentLink": Sweep.whole,
    "textDocument/semanticTokens/full": Sweep.whole,
    "textDocument/semanticTokens/full/delta": lambda s: s.whole(previousResultId=s.chance.choice(("", "1", "x.1"))),
    "textDocument/semanticTokens/range": Sweep.within,
    "textDocument/diagnostic": lambda s: s.whole(previousResultId=s.chance.choice((None, "1.1"))),
    "textDocument/formatting": lambda s: s.whole(options=_OPTIONS),
    "textDocument/rangeFormatting": lambda s: s.within(options=_OPTIONS),
    "textDocument/inlayHint": Sweep.within,
    "textDocument/codeAction": lambda s: s.within(context={"diagnostics": [], "triggerKind": s.chance.choice((1, 2))}),
    "textDocument/selectionRange": lambda s: s.whole(positions=[s.position() for _ in range(s.chance.randrange(5))]),
    "workspace/symbol": lambda s: {"query": s.query()},
    "workspace/diagnostic": lambda s: {"previousResultIds": [{"uri": s.uri, "value": "1.1"}]},
    "workspace/willRenameFiles": Sweep.files,
    "workspace/executeCommand": Sweep.command,
}


def _methods(offers: Json) -> list[str]:
    """What the server offers, as requests; fails for one that nobody here knows how to ask."""
    found = [method for key, methods in methods_by_key(offers) for method in methods or [f"? {key}"]]
    requests = [method for method in dict.fromkeys(found) if method not in _NO_REQUESTS]
    unknown = [method for method in requests if method not in _PARAMS and method not in _FOLLOWERS]
    assert not unknown, f"say in _PARAMS how these are asked: {unknown}"
    return requests


def _triggers(offers: Json) -> list[str]:
    options = offers.get("documentOnTypeFormattingProvider") or {}
    return ["\n", options.get("firstTriggerCharacter", "\n"), *options.get("moreTriggerCharacter", ())]


def _ranges(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if isinstance(value.get("start"), dict) and isinstance(value.get("end"), dict):
            yield value
        for each in value.values():
            yield from _ranges(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ranges(each)


def _sweep(editor: str, folder: Path, texts: Sequence[str], rounds: int, requests: int) -> Sweep:
    """Some rounds in each text, all by one server; fails where a request fails, or the server logs a traceback."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "app.py").write_text("", "utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (folder / "closed.md").write_text(FLAWED, "utf-8")
    capabilities = json.loads((CLIENTS / f"{editor}.json").read_text("utf-8"))["capabilities"]
    log = folder / "log.txt"
    peer = Peer(
        [sys.executable, "-m", "plansmith", "server"],
        {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config")},
        capabilities,
        log=log,
        workspaceFolders=[{"uri": folder.as_uri(), "name": "workspace"}],
        clientInfo={"name": CLIENT_INFO[editor]},
    )
    seed = random.randrange(2**32) if os.environ.get("PLANSMITH_SWEEP") == "1" else 1
    print(f"seed {seed}")
    with peer:
        sweep = Sweep(peer, random.Random(seed), folder)
        for number, text in enumerate(texts):
            uri = f"untitled:{number}" if number % 5 == 4 else (folder / f"{number}.md").as_uri()
            for _ in range(rounds):
                sweep.open(uri, text)
                sweep.round(requests)
                sweep.close()
    logged = log.read_text("utf-8", "replace")
    assert not sweep.failures, "\n".join([f"seed {seed}", *sweep.failures[:20]])
    assert "Traceback" not in logged, logged[-4_000:]
    return sweep


@pytest.mark.parametrize("editor", ["vscode", "neovim"])
def test_no_request_fails_on_any_position(editor, tmp_path):
    sweep = _sweep(editor, tmp_path, [*([RICH] * 20), *OWN, *CORPUS_TEXTS], rounds=1, requests=25)
    # What never finds anything would not be tried at all.
    assert {method for method in sweep.counts if not sweep.full[method]} <= _RARE


@pytest.mark.sweep
@pytest.mark.parametrize("editor", ["vscode", "neovim"])
def test_no_request_fails_on_very_many_positions(editor, tmp_path):
    counts: Counter[str] = Counter()
    for number, text in enumerate([RICH, *OWN, *CORPUS_TEXTS]):
        counts += _sweep(editor, tmp_path / str(number), [text], rounds=20, requests=50).counts
    print(sum(counts.values()), dict(counts))
