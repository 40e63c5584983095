"""Paths of plans lead to files, files to the plans that mention them, and all plans can be searched by name."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS, recorded
from .test_navigation import at, words

pytestmark = MARKS

PLAN = """# Shop

See https://example.org/shop for 🚀 more.

## Task 1: Build 🚀 it

**Objective**: Change `src/app.py:7`, `src/missing.py` and `near.txt`, see <https://example.org/导入>.

### Implementation Steps

#### Step 1: 写 the handler

**Actions**:

- [ ] 🚀 Write `./src/app.py`, not `src/`

```
https://no.example `src/app.py`
```

**Configuration**:

- Run `pip install httpx pytest_cov==5`

### Files Created/Modified

**Modified Files**:

- `src/app.py` - the app

### Dependencies Added

- `httpx@0.28` - 🚀 asks
"""
OTHER = """# Other

## Task 1: Ship

**Objective**: 🚀 Ship `../src/app.py` and `src/app.py`.

## Task: Tell the world

### Dependencies Added

- **`HTTPX`** - `pytest-cov` is no part of it
- `pytest-cov@5` - covers
"""


async def workspace(start, tmp_path, name, capabilities=None, text=PLAN):
    """An editor in a workspace of two plans, one of them open."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "near.txt").write_text("")
    (tmp_path / "plans" / "other.md").write_text(OTHER)
    editor = await start(name, [tmp_path], capabilities)
    return editor, editor.open(tmp_path / "plans" / "plan.md", text)


@pytest.mark.parametrize("place", [":7", "#L7", "#L7-L9", ":L7"])
async def test_a_path_leads_to_the_file_and_to_the_line_that_it_names(start, tmp_path, place):
    editor, buffer = await workspace(start, tmp_path, "vscode", text=PLAN.replace("app.py:7", f"app.py{place}"))
    params = types.DefinitionParams(*at(buffer, f"src/app.py{place}", 3))
    [link] = await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)
    assert link.target_uri == (tmp_path / "src" / "app.py").as_uri()
    assert link.target_selection_range.start == types.Position(6, 0)
    assert words(buffer, link.origin_selection_range) == "src/app.py"
    near = types.DefinitionParams(*at(buffer, "near.txt", 3))
    [link] = await editor.request(types.TEXT_DOCUMENT_DEFINITION, near)
    assert link.target_uri == (tmp_path / "plans" / "near.txt").as_uri()
    missing = types.DefinitionParams(*at(buffer, "src/missing.py", 3))
    assert await editor.request(types.TEXT_DOCUMENT_DEFINITION, missing) is None


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_path_of_no_file_leads_to_the_task_that_creates_it(start, tmp_path, name):
    files = "### Files Created/Modified\n\n**New Files**:\n\n- 🚀 no path\n- `../src/missing.py`, `src/b.py` - 导入"
    text = PLAN.replace("### Dependencies Added", f"## Task 2: Do\n\n{files}\n\n### Dependencies Added")
    editor, buffer = await workspace(start, tmp_path, name, text=text)
    [link] = await editor.request(
        types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(*at(buffer, "src/missing.py`", 3))
    )
    assert link.target_uri == buffer.uri
    assert words(buffer, link.target_selection_range) == "../src/missing.py"
    assert link.target_selection_range.start.line > buffer.line_of("## Task 2")
    itself = types.DefinitionParams(*at(buffer, "src/b.py`", 3))
    assert await editor.request(types.TEXT_DOCUMENT_DEFINITION, itself) is None


async def test_a_file_leads_to_all_plans_that_mention_it_open_and_closed(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "neovim")

    async def mentions():
        params = types.ReferenceParams(types.ReferenceContext(True), *at(buffer, "`src/app.py` - the app", 3))
        found = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
        return [(each.uri.rpartition("/")[2], each.range.start.line) for each in found]

    closed = [("other.md", 4), ("other.md", 4)]
    assert await mentions() == [("plan.md", 6), ("plan.md", 14), ("plan.md", 28), *closed]
    other = tmp_path / "plans" / "other.md"
    other.write_text("## Task 1: Nothing\n")
    assert (await mentions())[3:] == []
    editor.open(other, OTHER)
    assert (await mentions())[3:] == closed


async def test_a_path_is_highlighted_where_the_document_names_it(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "vscode")
    params = types.DocumentHighlightParams(*at(buffer, "src/app.py:7", 3))
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, params)
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    assert [(words(buffer, each.range), each.kind) for each in found] == [
        ("src/app.py", read),
        ("./src/app.py", read),
        ("src/app.py", write),
    ]


async def test_a_package_leads_to_all_plans_that_name_it(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "neovim")

    async def mentions(name):
        params = types.ReferenceParams(types.ReferenceContext(True), *at(buffer, name, 3))
        found = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
        return [(each.uri.rpartition("/")[2], each.range.start.line) for each in found]

    assert await mentions("httpx@") == [("plan.md", 22), ("plan.md", 32), ("other.md", 10)]
    assert await mentions("pytest_cov") == [("plan.md", 22), ("other.md", 11)]
    params = types.DocumentHighlightParams(*at(buffer, "httpx pytest", 0))
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, params)
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    assert [(words(buffer, each.range), each.kind) for each in found] == [("httpx", read), ("httpx", write)]


PACKAGES = """# Shop 🛒

## Task 1: Look

**Objective**: 导入 🚀 `Flask`, `redis` and `httpx`, not `mypy`.

## Task 2: Add

### Implementation Steps

#### Step 1: 写 it

**Actions**:

- [ ] 🚀 Run `pip install redis`

### Dependencies Added

- `redis@5` - keeps
- `httpx` - asks

## Task 3: Use

**Objective**: 🚀 Use `redis`.
"""


async def package_workspace(start, tmp_path, name, capabilities=None):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "导入"\ndependencies = ["🚀", "flask>=3"]\n')
    editor = await start(name, [tmp_path], capabilities)
    return editor, editor.open(tmp_path / "plan.md", PACKAGES)


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_package_leads_to_the_command_or_the_manifest_that_adds_it(start, tmp_path, name):
    editor, buffer = await package_workspace(start, tmp_path, name)

    async def definition(words, offset):
        params = types.DefinitionParams(*at(buffer, words, offset))
        return await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)

    for place in ("install redis`", "redis@5", "redis`."):
        [link] = await definition(place, len(place.split("redis")[0]) + 1)
        assert link.target_uri == buffer.uri
        assert link.target_selection_range.start.line == buffer.line_of("install redis")
        assert words(buffer, link.target_selection_range) == "redis"
        assert words(buffer, link.origin_selection_range) == "redis"
    [link] = await definition("`Flask`", 2)
    assert link.target_uri == (tmp_path / "pyproject.toml").as_uri()
    column = {"utf-8": 25, "utf-16": 23}[editor.encoding]
    assert link.target_selection_range == types.Range(types.Position(2, column), types.Position(2, column + 5))
    assert words(buffer, link.origin_selection_range) == "Flask"
    [link] = await definition("httpx` - asks", 2)
    assert words(buffer, link.target_selection_range) == "httpx"
    assert await definition("`redis` and", 2) is None  # it is added later
    assert await definition("`mypy`", 2) is None  # nobody says that it is a package
    hover = types.HoverParams(*at(buffer, "`Flask`", 2))
    assert "in the manifest" in (await editor.request(types.TEXT_DOCUMENT_HOVER, hover)).contents.value
    hover = types.HoverParams(*at(buffer, "`mypy`", 2))
    assert await editor.request(types.TEXT_DOCUMENT_HOVER, hover) is None


async def test_a_package_is_referred_to_and_highlighted_by_its_name_alone_too(start, tmp_path):
    editor, buffer = await package_workspace(start, tmp_path, "vscode")
    place = at(buffer, "`redis` and", 2)
    params = types.ReferenceParams(types.ReferenceContext(True), *place)
    found = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
    assert [(each.range.start.line, words(buffer, each.range)) for each in found] == [
        *((4, "redis"), (14, "redis"), (18, "redis"), (23, "redis"))
    ]
    highlights = types.DocumentHighlightParams(*place)
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlights)
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    assert [each.kind for each in found] == [read, read, write, read]


async def test_a_client_without_links_gets_the_place_that_adds_a_package(start, tmp_path):
    plain = recorded("vscode", textDocument__definition__linkSupport=None)
    editor, buffer = await package_workspace(start, tmp_path, "vscode", plain)
    params = types.DefinitionParams(*at(buffer, "redis@5", 1))
    found = await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)
    assert isinstance(found, types.Location)
    assert words(buffer, found.range) == "redis"


async def test_plans_of_another_repository_lead_to_its_files(start, tmp_path):
    for name in ("plans", "code/src"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "plans" / "plansmith.toml").write_text('code-root = "../code"\n')
    app = tmp_path / "code" / "src" / "app.py"
    app.write_text("")
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "plans" / "plan.md", PLAN)
    params = types.DefinitionParams(*at(buffer, "src/app.py:7", 3))
    [link] = await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)
    assert link.target_uri == app.as_uri()
    mentions = types.ReferenceParams(types.ReferenceContext(True), *at(buffer, "src/app.py:7", 3))
    assert len(await editor.request(types.TEXT_DOCUMENT_REFERENCES, mentions)) == 3


async def test_links_are_the_files_that_are_there_and_addresses_outside_code(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "vscode")
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(buffer.identifier))
    app, near = ((tmp_path / name).as_uri() for name in ("src/app.py", "plans/near.txt"))
    assert [(words(buffer, each.range), each.target, each.tooltip) for each in found] == [
        ("https://example.org/shop", "https://example.org/shop", None),
        ("https://example.org/导入", "https://example.org/导入", None),
        ("src/app.py", app, "Open src/app.py"),
        ("near.txt", near, "Open near.txt"),
        ("./src/app.py", app, "Open src/app.py"),
        ("src/app.py", app, "Open src/app.py"),
    ]


async def test_a_client_without_tooltips_gets_none(start, tmp_path):
    plain = recorded("vscode", textDocument__documentLink__tooltipSupport=None)
    editor, buffer = await workspace(start, tmp_path, "vscode", plain)
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(buffer.identifier))
    assert len(found) == 6
    assert all(each.tooltip is None for each in found)


async def test_a_document_that_is_switched_off_has_no_links(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "vscode", text=f"---\nplansmith: false\n---\n{PLAN}")
    assert not await editor.request(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(buffer.identifier))
    params = types.DefinitionParams(*at(buffer, "src/app.py:7", 3))
    assert await editor.request(types.TEXT_DOCUMENT_DEFINITION, params) is None


async def test_all_plans_are_searched_by_name_the_best_first(start, tmp_path):
    for name in ("vscode", "neovim"):
        folder = tmp_path / name
        folder.mkdir()
        editor, _ = await workspace(start, folder, name)

        async def search(query, editor=editor):
            found = await editor.request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams(query))
            return [(each.name, each.container_name, each.location.uri.rpartition("/")[2]) for each in found]

        handler = ("Step 1: 写 the handler", "Task 1: Build 🚀 it", "plan.md")
        build, ship = ("Task 1: Build 🚀 it", "plan.md", "plan.md"), ("Task 1: Ship", "other.md", "other.md")
        tell = ("Tell the world", "other.md", "other.md")
        assert await search("") == [build, handler, ship, tell]
        assert await search("hndl") == [handler]
        assert await search("task 1") == [ship, build]
        assert await search("h") == [handler, ship, tell]
        assert await search("导入") == []


async def test_a_symbol_stands_at_its_words(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "vscode")
    buffer.type(0, 0, "🚀\n")
    [found] = await editor.request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("写"))
    assert words(buffer, found.location.range) == "Step 1: 写 the handler"
    assert found.kind == types.SymbolKind.Method


async def test_a_search_can_be_cancelled(start, tmp_path):
    editor, _ = await workspace(start, tmp_path, "vscode")
    protocol = editor.client.protocol
    for number in range(50):  # one that has its answer already can't be cancelled any more
        (tmp_path / "plans" / f"{number}.md").write_text(OTHER)
        params = types.WorkspaceSymbolParams(f"{number}")
        search = asyncio.ensure_future(protocol.send_request_async(types.WORKSPACE_SYMBOL, params, msg_id=f"s{number}"))
        await asyncio.sleep(0)
        protocol.notify(types.CANCEL_REQUEST, types.CancelParams(id=f"s{number}"))
        answers: list[object] = await asyncio.gather(search, return_exceptions=True)
        answer = answers[0]
        if isinstance(answer, JsonRpcException):
            assert answer.code == types.LSPErrorCodes.RequestCancelled.value
            return
    raise AssertionError("no search was cancelled")


async def test_a_search_tells_no_more_than_a_client_can_show(start, tmp_path):
    editor, _ = await workspace(start, tmp_path, "vscode")
    text = "".join(f"## Task {number}: Build part {number}\n\n" for number in range(1, 301))
    buffer = editor.open(tmp_path / "plans" / "many.md", text)
    found = await editor.request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("build"))
    assert len(found) == 200
    assert found[0].name == "Task 1: Build 🚀 it"
    last, *_ = await editor.request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("part 300"))
    assert (last.name, last.location.uri) == ("Task 300: Build part 300", buffer.uri)
