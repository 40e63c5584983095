"""Every way in which an answer can fail is told in one line that says what to do, and keeps what had arrived."""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing, closing

import pytest
from llmock.scenarios import Reply

from plansmith.expand.answer import StreamedAnswer
from plansmith.expand.errors import ModelError, RetryableError
from plansmith.expand.model import Text, Usage
from tests.model.asking import KEY, REQUEST, asked, failed, model_at
from tests.model.peer import HEAD, LAST, Peer, answers, error, event, http, said, start, stop, text

LONG = " ".join(f"word{number}" for number in range(300))


# Statuses


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, "request", "did not accept the request (status 400): Bad request; check the user's settings"),
        (401, "refused-key", "refused the key"),
        (402, "billing", "wants to be paid first"),
        (403, "refused-key", "does not allow this"),
        (404, "unknown-model", "knows no model “some-model”; set `model`"),
        (413, "context", "longer than the model can read"),
        (422, "request", "status 422"),
    ],
)
async def test_a_status_that_no_second_request_can_change(llmock, status, kind, words):
    llmock.fail(status)
    problem = await failed(model_at(llmock.base_url("anthropic")))
    assert not isinstance(problem, RetryableError)
    assert problem.kind == kind
    assert words in str(problem)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (408, "server", "failed (status 408)"),
        (409, "server", "failed (status 409)"),
        (429, "rate-limit", "asks to wait 7 s"),
        (500, "server", "failed (status 500): Internal server error; try again"),
        (503, "overload", "is overloaded"),
        (504, "server", "failed (status 504)"),
        (529, "overload", "is overloaded; try again in a few minutes"),
    ],
)
async def test_a_status_that_may_pass(llmock, status, kind, words):
    llmock.fail(status, retry_after=7)
    problem = await failed(model_at(llmock.base_url("anthropic")))
    assert isinstance(problem, RetryableError)
    assert problem.kind == kind
    assert problem.wait == 7
    assert words in str(problem)


async def test_a_request_that_is_too_long_is_told_as_that(llmock):
    llmock.context_overflow()
    assert (await failed(model_at(llmock.base_url("anthropic")))).kind == "context"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("prompt is too long: 250000 tokens > 200000 maximum", "context"),
        ("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000", "context"),
        ("max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens", "request"),
    ],
)
async def test_a_request_that_was_not_accepted_is_told_in_the_providers_words(words, kind):
    async with Peer(answers(error(400, "invalid_request_error", words))) as peer:
        problem = await failed(model_at(peer.url))
    assert problem.kind == kind
    assert (words in str(problem)) == (kind == "request")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "3"}, 3),
        ({"retry_after": "9", "retry_after_ms": "1500"}, 1.5),
        ({"retry_after": "Fri, 01 Jan 2021 00:00:00 GMT"}, 0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "-5"}, None),
        ({}, None),
    ],
)
async def test_the_wait_is_read_in_each_of_its_spellings(headers, wait):
    async with Peer(answers(error(429, "rate_limit_error", "slow", **headers))) as peer:
        problem = await failed(model_at(peer.url))
    assert isinstance(problem, RetryableError)
    assert problem.wait == wait


async def test_a_provider_that_says_not_to_ask_again_is_obeyed():
    response = error(429, "rate_limit_error", "Monthly limit reached", x_should_retry="false")
    async with Peer(answers(response)) as peer:
        problem = await failed(model_at(peer.url))
    assert not isinstance(problem, RetryableError)
    assert "Monthly limit reached" in str(problem)


async def test_an_address_without_a_messages_api_is_told_as_that():
    async with Peer(answers(http(404, "<html>Not found</html>", content_type="text/html"))) as peer:
        problem = await failed(model_at(f"{peer.url}/wrong"))
    assert problem.kind == "unknown-model"
    assert f"{peer.url}/wrong has no model “some-model”, or no Messages API" in str(problem)


async def test_a_sign_in_page_is_no_answer():
    async with Peer(answers(http(200, "<html>Please sign in</html>", content_type="text/html; charset=utf-8"))) as peer:
        problem = await failed(model_at(peer.url))
    assert problem.kind == "address"
    assert "answered with text/html" in str(problem)


# Streams that break


@pytest.mark.parametrize(
    ("fault", "kind"), [("truncate", "cut-off"), ("disconnect", "connection"), ("corrupt", "malformed")]
)
async def test_a_stream_that_breaks_is_a_failure_and_keeps_what_had_arrived(llmock, fault, kind):
    llmock.reply(LONG).pace(1)
    getattr(llmock, fault)(after_chunks=13)
    problem = await failed(model_at(llmock.base_url("anthropic")))
    assert isinstance(problem, RetryableError)
    assert problem.kind == kind
    assert problem.partial == " ".join(f"word{number}" for number in range(10)) + " "
    assert problem.usage.requests == 1
    assert problem.usage.input > 0
    assert problem.usage.output >= len(problem.partial) // 4


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "5",
        "null",
        "[]",
        '"text"',
        '{"type": "content_block_delta", "index": 0}',
        '{"type": "content_block_delta", "index": 0, "delta": 5}',
        '{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 5}}',
        '{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": null}}',
    ],
)
async def test_an_event_that_is_none_is_a_failure(data):
    async with Peer(answers(HEAD + start() + text("Half") + event(data) + text("more") + stop() + LAST)) as peer:
        problem = await failed(model_at(peer.url))
    assert isinstance(problem, RetryableError)
    assert (problem.kind, problem.partial) == ("malformed", "Half")


async def test_a_ping_that_is_broken_is_a_failure():
    """The SDK would pass it over unread."""
    broken = event('{"type": "p', "ping")
    async with Peer(answers(HEAD + start() + broken + text("Plan") + stop() + LAST)) as peer:
        assert (await failed(model_at(peer.url))).kind == "malformed"


@pytest.mark.parametrize("usage", [None, 5, {}, {"output_tokens": "many"}])
async def test_counts_that_are_none_are_no_failure(usage):
    ending = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}
    stopped = event(ending) + event({"type": "message_stop"})
    async with Peer(answers(HEAD + start() + text("Plan") + stopped + LAST)) as peer:
        answer, end = await asked(model_at(peer.url))
    assert (answer, end.usage.output) == ("Plan", 1)


async def test_bytes_that_are_no_text_are_a_failure():
    async with Peer(answers(HEAD + start() + b"a\r\ndata: \xff\xfe\n\n\r\n" + LAST)) as peer:
        assert (await failed(model_at(peer.url))).kind == "malformed"


@pytest.mark.parametrize(
    ("kind", "told", "again"),
    [
        ("overloaded_error", "overload", True),
        ("api_error", "server", True),
        ("rate_limit_error", "rate-limit", True),
        ("something_new", "server", True),
        ("invalid_request_error", "request", False),
        ("authentication_error", "refused-key", False),
    ],
)
async def test_an_error_event_within_a_stream_is_as_its_status_would_be(kind, told, again):
    broken = event({"type": "error", "error": {"type": kind, "message": "It broke"}})
    async with Peer(answers(HEAD + start() + text("Half") + broken + LAST)) as peer:
        problem = await failed(model_at(peer.url))
    assert (problem.kind, isinstance(problem, RetryableError), problem.partial) == (told, again, "Half")
    assert "status 200" not in str(problem)


async def test_a_stream_that_stalls_is_given_up(llmock):
    llmock.reply(LONG).stall(after_chunks=5, seconds=30)
    problem = await failed(model_at(llmock.base_url("anthropic"), silence=1))
    assert isinstance(problem, RetryableError)
    assert problem.kind == "timeout"
    assert "silent for more than 1 s" in str(problem)
    assert problem.partial == "word0 word1 "


async def test_pings_are_no_silence():
    async def respond(_, send):
        await send(HEAD + start())
        for _ in range(8):
            await asyncio.sleep(0.2)
            await send(event({"type": "ping"}))
        await send(text("Hello") + stop() + LAST)

    async with Peer(respond) as peer:
        assert (await asked(model_at(peer.url, silence=1)))[0] == "Hello"


# No connection


async def test_no_network_is_told_with_the_address():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    problem = await failed(model_at(f"http://127.0.0.1:{port}"))
    assert isinstance(problem, RetryableError)
    assert problem.kind == "network"
    assert f"http://127.0.0.1:{port} can't be reached (" in str(problem)


async def test_a_host_that_does_not_take_the_connection_is_given_up():
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # The queue of connections that nobody accepts is full.
        queue = [socket.socket() for _ in range(4)]
        for waiting in queue:
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        try:
            model = model_at(f"http://127.0.0.1:{deaf.getsockname()[1]}", connect=0.4, silence=60)
            problem = await asyncio.wait_for(failed(model), 20)
        finally:
            for waiting in queue:
                waiting.close()
    assert problem.kind == "timeout"
    assert "could not be connected within 0.4 s" in str(problem)


async def test_a_certificate_that_nobody_vouches_for_is_no_matter_of_trying_again(tmp_path):
    import shutil
    import ssl
    import subprocess

    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate with openssl")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        problem = await failed(model_at(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    assert not isinstance(problem, RetryableError)
    assert problem.kind == "certificate"
    assert "SSL_CERT_FILE" in str(problem)


# Ends


async def test_a_refusal_is_no_answer(llmock):
    llmock.add(Reply("I can't", finish_reason="content_filter"))
    problem = await failed(model_at(llmock.base_url("anthropic")))
    assert not isinstance(problem, RetryableError)
    assert (problem.kind, problem.partial) == ("refusal", "I can't")
    assert "declined to write this; reword the task" in str(problem)


async def test_a_refusal_tells_its_reason():
    ending = stop("refusal", stop_details={"type": "refusal", "explanation": "Could\nharm."})
    async with Peer(answers(HEAD + start() + ending + LAST)) as peer:
        assert "declined to write this: Could harm; reword" in str(await failed(model_at(peer.url)))


async def test_an_answer_that_filled_the_models_window_is_a_context_overflow():
    async with Peer(answers(said("Half", reason="model_context_window_exceeded"))) as peer:
        problem = await failed(model_at(peer.url))
    assert (problem.kind, problem.partial) == ("context", "Half")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("pause_turn", "m paused before the end of its answer; continue the unfinished plan"),
        ("tired", "m ended its answer for a reason that is not known here (tired); continue"),
        (None, "m ended its answer without saying why; continue"),
    ],
)
async def test_an_answer_that_ends_for_another_reason_is_not_whole(reason, words):
    async with Peer(answers(said("Half", reason=reason))) as peer:
        problem = await failed(model_at(peer.url))
    assert words.partition(" ")[2] in str(problem)
    assert (problem.kind, problem.partial, problem.usage.input) == ("stopped", "Half", 7)


async def test_an_answer_cut_at_the_output_limit_says_so():
    async with Peer(answers(said("Half", reason="max_tokens"))) as peer:
        answer, end = await asked(model_at(peer.url))
    assert answer == "Half"
    assert end.cut


async def test_thoughts_are_no_text():
    thought = event({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm"}})
    async with Peer(answers(HEAD + start() + thought + text("Plan") + stop() + LAST)) as peer:
        assert (await asked(model_at(peer.url)))[0] == "Plan"


async def test_counts_are_the_providers():
    counts = {"cache_read_input_tokens": 11, "cache_creation_input_tokens": 13}
    async with Peer(answers(HEAD + start(**counts) + text("Plan") + stop() + LAST)) as peer:
        _, end = await asked(model_at(peer.url))
    assert end.usage == Usage(input=7, output=5, cached=11, kept=13, requests=1)


async def test_an_answer_that_has_ended_does_not_wait_for_its_connection():
    async def respond(_, send):
        await send(HEAD + start() + text("Plan") + stop())
        await asyncio.sleep(60)

    async with Peer(respond) as peer:
        answer, _ = await asyncio.wait_for(asked(model_at(peer.url)), 5)
    assert answer == "Plan"


# Connections


async def test_one_connection_serves_one_request_after_another():
    async def respond(_, send):
        await send(said("Plan"))
        return True

    async with Peer(respond) as peer:
        model = model_at(peer.url)
        for _ in range(3):
            async with aclosing(model.stream(REQUEST)) as events:
                assert [item.text async for item in events if isinstance(item, Text)] == ["Plan"]
        await model.close()
    assert len(peer.requests) == 3
    assert peer.connections == 1


async def test_requests_that_start_together_share_a_client():
    model = model_at("http://127.0.0.1:9")
    first, second = await asyncio.gather(model._ready(), model._ready())
    assert first is second
    await model.close()


async def test_whoever_stops_reading_closes_the_connection():
    async def respond(_, send):
        await send(HEAD + start() + text("Half"))
        await asyncio.sleep(60)

    async with Peer(respond) as peer:
        model = model_at(peer.url)
        async with aclosing(model.stream(REQUEST)) as events:
            async for item in events:
                if isinstance(item, Text):
                    break
        await asyncio.wait_for(peer.left.wait(), 1)
        await model.close()


async def test_an_answer_that_is_not_read_closes_its_connection():
    async def respond(_, send):
        await send(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>")
        await asyncio.sleep(60)

    async with Peer(respond) as peer:
        model = model_at(peer.url)
        with pytest.raises(ModelError):
            async with aclosing(model.stream(REQUEST)) as events:
                await anext(events)
        await asyncio.wait_for(peer.left.wait(), 1)
        await model.close()


async def test_no_error_says_a_key_even_where_the_provider_does():
    async with Peer(answers(error(400, "invalid_request_error", f"bad header Bearer {KEY}"))) as peer:
        problem = await failed(model_at(peer.url))
    assert isinstance(problem, ModelError)
    assert KEY[:5] not in str(problem)


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["a \ud83d", "\ude00 b"], "a 😀 b"),
        (["a \ud83d", " b"], "a \ufffd b"),
        (["\ude00", "x"], "\ufffdx"),
        (["😀"], "😀"),
    ],
)
def test_characters_that_were_cut_in_two_are_put_together(pieces, whole):
    """By whoever counts in the units of UTF-16; half a character alone is none."""
    answer = StreamedAnswer("m")
    for piece in pieces:
        delta = {"type": "content_block_delta", "delta": {"type": "text_delta", "text": piece}}
        assert isinstance(answer.read(delta), Text)
    assert answer.text == whole
    answer.text.encode()
