"""Long documents are read in slices: whoever asks for something else meanwhile is answered first."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from plansmith.lsp.outline import OutlineEncoder
from plansmith.lsp.position import Encoding
from plansmith.lsp.semantic_tokens import TokensEncoder, TokenSupport
from plansmith.lsp.slices import in_slices
from plansmith.plan.document import Document
from tests.markers import built_in_format

from .test_navigation import at
from .texts import FLAWED

COUNT = 120
LONG = "# 导入 🚀\n\n" + "".join(
    FLAWED.partition("\n\n")[2].replace("Task 1", f"Task {number}1").replace("Task 2", f"Task {number}2") + "\n"
    for number in range(1, COUNT + 1)
)
TOKENS, DELTA = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA
OUTLINE, LINKS = types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.TEXT_DOCUMENT_DOCUMENT_LINK


def long_question(buffer, method):
    if method == OUTLINE:
        return types.DocumentSymbolParams(buffer.identifier)
    if method == LINKS:
        return types.DocumentLinkParams(buffer.identifier)
    if method == DELTA:
        return types.SemanticTokensDeltaParams(buffer.identifier, "none")
    return types.SemanticTokensParams(buffer.identifier)


@pytest.mark.lsp
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("method", [TOKENS, DELTA, OUTLINE, LINKS])
async def test_another_question_is_answered_while_a_long_document_is_read(editor, tmp_path, method):
    (tmp_path / ".git").mkdir()
    (tmp_path / "data.csv").write_text("")
    buffer = editor.open(tmp_path / "plan.md", LONG)
    hover = types.HoverParams(*at(buffer, "Task 11", 1))
    answered: list[str] = []

    async def ask(name, params):
        answer = await editor.request(name, params)
        answered.append(name)
        return answer

    long = asyncio.ensure_future(ask(method, long_question(buffer, method)))
    short = asyncio.ensure_future(ask(types.TEXT_DOCUMENT_HOVER, hover))
    found, card = await asyncio.gather(long, short)
    assert answered == [types.TEXT_DOCUMENT_HOVER, method]
    assert "Task 11" in card.contents.value
    assert found
    if method == LINKS:
        return
    # Now nothing is left to read, and the order is that of the questions.
    answered.clear()
    again, _ = await asyncio.gather(ask(method, long_question(buffer, method)), ask(types.TEXT_DOCUMENT_HOVER, hover))
    assert answered == [method, types.TEXT_DOCUMENT_HOVER]
    assert again == found


@pytest.mark.lsp
@pytest.mark.asyncio(loop_scope="session")
async def test_a_long_answer_is_that_of_the_text_that_it_was_asked_for(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", LONG)
    protocol = editor.client.protocol
    long = asyncio.ensure_future(protocol.send_request_async(TOKENS, long_question(buffer, TOKENS)))
    await asyncio.sleep(0)  # the question goes out before the change
    buffer.type(0, 0, "One line more\n\n")
    found = await long
    twin = editor.open(tmp_path / "twin.md", LONG)
    before = await editor.request(TOKENS, long_question(twin, TOKENS))
    assert found.data == before.data
    after = await editor.request(TOKENS, long_question(buffer, TOKENS))
    assert after.data[0] == before.data[0] + 2
    assert after.data[1:] == before.data[1:]


@pytest.mark.lsp
@pytest.mark.asyncio(loop_scope="session")
async def test_a_search_follows_what_is_typed_in_a_long_document(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", LONG)

    async def search(query):
        best = (await editor.request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams(query)))[0]
        return best.name, best.location.range.start.line

    name, line = await search("Task 991:")
    assert (name, line) == ("Task 991: Parse", buffer.line_of("## Task 991:"))
    assert await search("Task 991:") == (name, line)
    buffer.type(0, 0, "🚀\n\n")
    assert await search("Task 991:") == (name, line + 2)
    buffer.change(buffer.place("Task 991: Parse"), "Task 991: 导入")
    assert await search("Task 991:") == ("Task 991: 导入", line + 2)


@pytest.mark.lsp
@pytest.mark.asyncio(loop_scope="session")
async def test_a_long_question_can_be_cancelled(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", LONG)
    protocol = editor.client.protocol
    asked = asyncio.ensure_future(protocol.send_request_async(TOKENS, long_question(buffer, TOKENS), msg_id="tokens"))
    await asyncio.sleep(0)
    protocol.notify(types.CANCEL_REQUEST, types.CancelParams(id="tokens"))
    answers: list[object] = await asyncio.gather(asked, return_exceptions=True)
    assert "cancel" in str(answers[0]).lower()
    assert (await editor.request(TOKENS, long_question(buffer, TOKENS))).data


async def _with_another(pieces: int, lines: int) -> list[object]:
    """The order in which pieces of work are done, while somebody else wants a turn after each of their own."""
    order: list[object] = []

    def another() -> None:
        order.append("another")
        loop.call_soon(another)

    def work():
        for number in range(pieces):
            order.append(number)
            yield lines

    loop = asyncio.get_running_loop()
    loop.call_soon(another)
    await in_slices(work())
    return list(order)


def test_others_have_their_turn_between_two_slices():
    order = asyncio.run(_with_another(pieces=5, lines=600))
    assert order == [0, "another", 1, "another", 2, "another", 3, "another", 4, "another"]
    order = asyncio.run(_with_another(pieces=5, lines=200))
    assert order == [0, 1, 2, "another", 3, 4]


def test_what_is_prepared_is_what_is_told():
    document = Document(LONG, built_in_format())
    support = TokenSupport(("class", "property", "string", "function", "macro"), (), True, True, True)
    for hierarchical in (True, False):
        outline, fresh = (OutlineEncoder("file:///x", Encoding.UTF16, hierarchical=hierarchical) for _ in "ab")
        assert outline.lacks(document) == len(document.lines)
        assert sum(outline.prepare(document)) == len(document.lines)
        assert outline.lacks(document) == 0
        assert outline.encode(document) == fresh.encode(document)
    tokens, other = (TokensEncoder(Encoding.UTF16, support) for _ in "ab")
    assert tokens.lacks(document) == sum(len(task.lines) for task in document.tasks)
    assert sum(tokens.prepare(document, {})) == tokens.lacks(Document(LONG, document.format))
    assert tokens.lacks(document) == 0
    assert tokens.full(document, {}).partition(b",")[2] == other.full(document, {}).partition(b",")[2]
