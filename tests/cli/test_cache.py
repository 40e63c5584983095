"""What all requests of a run share, as the model's peer recorded it: the same bytes, and most of the input."""

from __future__ import annotations

import json

import pytest

from tests.expand.test_engine import OWN, PLAN, VALIDATION
from tests.model.asks import asks
from tests.plan.texts import CORPUS_TEXTS

PAGES = 8_000  # bytes of a breakdown for each of its tasks

BREAKDOWN = """\
# Backlog

What all tasks have in common.

## Task 1: Store it

Keep it.

## Task 2: Serve it

**Prerequisites**: Task 1

## Task 3: Log it

Say what happened.
"""


@pytest.fixture
def requests(run, write, llmock, monkeypatch, tmp_path):
    """Expand all tasks of a text; the bodies of the requests, in order."""

    def expand(text: str, *answers: str, trusted: bool = False) -> list[dict]:
        for name, value in asks(llmock.base_url("anthropic"), tmp_path).items():
            monkeypatch.setenv(name, value)
        for answer in answers:
            llmock.reply(answer)
        llmock.reply(PLAN, times=None)
        write("tasks.md", text)
        run("expand", "tasks.md", "--all", "--yes", *(["--trust-project"] if trusted else []))
        return [record.body for record in llmock.requests]

    return expand


def blocks(body: dict) -> list[dict]:
    """The blocks of a request in the order in which a provider keeps them."""
    return [*body["system"], *body["messages"][0]["content"]]


def prefix(body: dict) -> bytes:
    """All up to the last cache mark, as it went over the wire."""
    found = blocks(body)
    last = max(number for number, block in enumerate(found) if "cache_control" in block)
    return json.dumps(found[: last + 1], ensure_ascii=False).encode()


def size(text: str) -> int:
    return len(text.encode())


def share(bodies: list[dict]) -> float:
    """How much of the input of some requests stands before the last mark, in bytes of text."""
    kept = whole = 0
    for body in bodies:
        found = blocks(body)
        last = max(number for number, block in enumerate(found) if "cache_control" in block)
        kept += sum(size(block["text"]) for block in found[: last + 1])
        whole += sum(size(block["text"]) for block in found)
    return kept / whole


def test_the_text_of_an_only_task_is_shared_with_what_is_asked_again(requests, write):
    text = "# One\n\n## Task 1: Store it\n\n" + "Keep what comes in a table of its own. " * 200 + "\n"
    first, second = requests(text, OWN.replace(VALIDATION, ""), OWN)
    assert prefix(first) == prefix(second)
    assert b"a table of its own" in prefix(first)
    assert "a table of its own" not in blocks(first)[-1]["text"]
    assert share([first, second]) >= 0.75


def test_every_request_of_a_run_begins_with_the_same_bytes(requests, write):
    """First requests, repairs, and those that tell of plans that were finished before."""
    write("AGENTS.md", "Use `pytest`.\n")
    write("pyproject.toml", '[project]\nname = "app"\n')
    broken = OWN.replace(VALIDATION, "")
    bodies = requests(BREAKDOWN, broken, broken, trusted=True)
    assert len(bodies) == 5
    assert len({prefix(body) for body in bodies}) == 1
    assert b"Use `pytest`." in prefix(bodies[0])
    last = [blocks(body)[-1]["text"] for body in bodies]
    assert len(set(last)) == 5
    assert sum("What was written" in text for text in last) == 2
    assert any("the health check" in text for text in last), "no finished plan was told"
    assert {(body["model"], body["max_tokens"]) for body in bodies} == {("claude-sonnet-5-5", 32_000)}
    assert all(sum("cache_control" in block for block in blocks(body)) <= 4 for body in bodies)


@pytest.mark.skipif(not CORPUS_TEXTS, reason="no corpus; name its folder in PLANSMITH_CORPUS")
def test_three_quarters_of_what_is_sent_for_real_breakdowns_is_shared(requests, llmock, record_property):
    """All requests together, and those of most breakdowns alone: tasks that fill pages have less to share."""
    sent: list[dict] = []
    shares = []
    for text in CORPUS_TEXTS:
        llmock.reset()
        bodies = requests(text)
        if bodies:
            assert len({prefix(body) for body in bodies}) == 1
            if size(text) / len(bodies) < PAGES or len(bodies) == 1:
                assert share(bodies) >= 0.75
            shares.append((len(bodies), round(share(bodies), 3)))
            sent += bodies
    record_property("shares", shares)
    print(f"\n(requests, share): {shares}; all {len(sent)}: {share(sent):.3f}")
    assert len(sent) > 50
    assert share(sent) >= 0.75
