"""A plan that was begun is gone on with: what is whole is not asked for again, and a whole one costs nothing."""

from __future__ import annotations

import asyncio
from textwrap import dedent

import pytest
from llmock.scenarios import Reply
from llmock.testing import LLMockServer

from plansmith.expand.claude import claude_for
from plansmith.expand.context import gather_shared
from plansmith.expand.engine import Engine, UnfinishedError, kept_drafts
from plansmith.expand.errors import ModelError
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.keep import PARTIAL, REFUSED
from plansmith.expand.model import Text, Usage
from plansmith.expand.prompts import load_prompts
from plansmith.expand.resume import ASKED_AGAIN, Growing, KeptText, joined
from plansmith.plan.document import Document
from plansmith.rules.runner import Checker
from plansmith.workspace.stack import Stack
from plansmith.workspace.user import load_user_settings
from tests.expand.test_engine import COARSE, FORMAT, PLAN, REPAIR, VALIDATION, grave, inserted

SECOND = dedent("""\
    #### Step 2: Say what is wrong

    **Objective**: Answer 503 while the database is gone.

    **Actions**:

    - [ ] Extend `src/health.py`

    **Validation**:

    - [ ] `pytest -k gone` passes

    **Troubleshooting**:

    - Always 503: check `DATABASE_URL`

""")
TESTS = PLAN.index("### Testing Plan")
TWO_STEPS = PLAN[:TESTS] + SECOND + PLAN[TESTS:]
THIRD = SECOND.replace("Step 2: Say what is wrong", "Step 3: Log it").replace("gone", "log")


@pytest.fixture
def peer():
    with LLMockServer() as server:
        yield server


@pytest.fixture
def engine(peer, tmp_path):
    """Make an engine: `engine(max_output=1000)`."""

    def make(**settings: object) -> Engine:
        environment = {
            "PLANSMITH_PROVIDER": "anthropic",
            "PLANSMITH_BASE_URL": peer.base_url("anthropic"),
            "PLANSMITH_CONFIG_DIR": str(tmp_path),
            **{f"PLANSMITH_{name.upper()}": str(value) for name, value in settings.items()},
        }
        read = load_user_settings(environment)
        assert read.mistakes == ()
        shared = gather_shared(DOCUMENT, None, Stack(), None, trusted=False)
        prompts = load_prompts(None, None, trusted=False)
        return Engine(claude_for(read, environment), read, prompts, shared, None, None, trusted=False)

    return make


DOCUMENT = Document(COARSE, FORMAT)
KEYS = wanted_keys(DOCUMENT.tasks[0], FORMAT)


def go_on(engine: Engine, kept: KeptText | None, growing: Growing | None = None):
    async def run():
        try:
            return await engine.write(DOCUMENT, 0, KEYS, Checker(FORMAT), lambda _: None, (), kept, growing)
        finally:
            await engine.model.close()

    return asyncio.run(run())


def asked(peer) -> list[str]:
    """The last block of each request."""
    return [record.body["messages"][0]["content"][-1]["text"] for record in peer.state.journal.records()]


def part(text: str, title: str) -> str:
    """What stands below a title of the prompt, up to the last sentence."""
    return text.partition(f"\n## {title}\n")[2]


def test_only_the_rest_is_asked_for(peer, engine):
    cut = PLAN.index("**Integration Tests**")
    peer.state.scenarios.add(Reply(PLAN[PLAN.index("### Testing Plan") :]))
    written = go_on(engine(), KeptText(PLAN[:cut], is_cut=True))
    [request] = asked(peer)
    assert "`pytest tests/test_health.py` passes" in part(request, "What is written").partition("\n## ")[0]
    wanted = part(request, "What is wanted")
    assert "### Testing Plan" in wanted
    assert "### Next Steps" in wanted
    assert "Implementation Steps" not in wanted
    assert "**Objective**" not in wanted
    after = inserted(DOCUMENT, written)
    assert grave(after) == []
    assert "curl -i" in after.text
    assert after.text.count("### Testing Plan") == 1


def test_a_step_that_broke_off_is_written_anew_and_more_may_follow(peer, engine):
    cut = TWO_STEPS.index("- [ ] `pytest -k gone`")
    peer.state.scenarios.add(Reply(f"### Implementation Steps\n\n{SECOND}{THIRD}{PLAN[TESTS:]}"))
    written = go_on(engine(), KeptText(TWO_STEPS[:cut], is_cut=True))
    [request] = asked(peer)
    assert "Extend `src/health.py`" not in part(request, "What is written")
    assert "#### Step 2: Name` (with a name of its own; then as many further steps" in part(request, "What is wanted")
    after = inserted(DOCUMENT, written)
    assert grave(after) == []
    names = [section.name for section in after.tasks[0].walk() if section.spec.kind == "step"]
    assert names == ["Answer the request", "Say what is wrong", "Log it"]


def test_a_whole_kept_plan_costs_nothing(peer, engine):
    written = go_on(engine(), KeptText(PLAN))
    assert asked(peer) == []
    assert written.usage.requests == 0
    assert grave(inserted(DOCUMENT, written)) == []
    assert kept_drafts(DOCUMENT, 0, KEYS, Checker(FORMAT), KeptText(PLAN)) == written.drafts


def test_of_a_refused_plan_what_is_broken_is_asked_for(peer, engine):
    broken = PLAN.replace(VALIDATION, "")
    peer.state.scenarios.add(Reply(REPAIR))
    written = go_on(engine(), KeptText(joined(broken, broken)))
    [request] = asked(peer)
    wanted = part(request, "What is wanted")
    assert "**Validation**" in wanted
    assert "### Testing Plan" not in wanted
    assert "`pytest -k health` passes" in inserted(DOCUMENT, written).text
    with pytest.raises(UnfinishedError, match=r"steps\.1\.validation: .*; continue it"):
        kept_drafts(DOCUMENT, 0, KEYS, Checker(FORMAT), KeptText(broken))


def test_an_earlier_repair_counts(peer, engine):
    broken = PLAN.replace(VALIDATION, "").replace("### Success Criteria\n\n- [ ] `pytest` passes\n\n", "")
    peer.state.scenarios.add(Reply("### Success Criteria\n\n- [ ] `make test` passes\n"))
    written = go_on(engine(), KeptText(joined(broken, REPAIR)))
    [request] = asked(peer)
    assert "**Validation**" not in part(request, "What is wanted")
    assert grave(inserted(DOCUMENT, written)) == []


@pytest.mark.parametrize("text", ["", "Sure!", "```", f"{ASKED_AGAIN}\n{ASKED_AGAIN}"])
def test_a_text_that_holds_nothing_is_asked_for_from_the_start(peer, engine, text):
    peer.state.scenarios.add(Reply(PLAN))
    written = go_on(engine(), KeptText(text, is_cut=True))
    assert "Write the plan of" in asked(peer)[0]
    assert grave(inserted(DOCUMENT, written)) == []


@pytest.mark.parametrize("cut", range(40, len(TWO_STEPS), 97))
def test_wherever_it_broke_off_the_plan_becomes_whole(peer, engine, cut):
    peer.state.scenarios.add(Reply(TWO_STEPS))
    written = go_on(engine(), KeptText(TWO_STEPS[:cut], is_cut=True))
    after = inserted(DOCUMENT, written)
    assert grave(after) == []
    assert wanted_keys(after.tasks[0], FORMAT) == []
    assert after.text.count("#### Step 2: Say what is wrong") == 1


def test_what_arrives_grows_and_a_void_attempt_is_not_lost():
    heard: list[str] = []
    growing = Growing(lambda now: heard.append(now.text))
    growing.begin()
    growing.add("one ")
    growing.add("two")
    growing.begin()
    assert growing.text == ""
    growing.add("1")
    assert heard == ["one ", "one two", "1"]
    assert growing.longest == "one two"
    growing.begin("one two")
    growing.add("three")
    assert growing.longest == joined("one two", "three")


def test_a_request_that_may_cost_too_much_is_not_sent(peer, engine):
    with pytest.raises(ModelError, match="more than max-request-tokens allows") as caught:
        go_on(engine(max_request_tokens=5000, max_output=4000), None)
    assert caught.value.kind == "request-budget"
    assert asked(peer) == []


def test_a_run_that_may_cost_too_much_ends_and_keeps_what_it_has(peer, engine):
    broken = PLAN.replace(VALIDATION, "")
    peer.state.scenarios.add(Reply(broken))
    with pytest.raises(UnfinishedError, match="the next request could pass max-run-tokens") as caught:
        go_on(engine(max_run_tokens=9000, max_output=4000), None)
    assert (caught.value.text, caught.value.status) == (broken, REFUSED)
    assert len(asked(peer)) == 1


def test_a_request_waits_for_what_others_may_cost_at_most_and_not_for_ever(peer, engine):
    """Two tasks at once, where the greatest costs of both have no room, and what they do cost has."""
    for _ in range(2):
        peer.state.scenarios.add(Reply(PLAN))
    run = engine(max_run_tokens=14_000, max_output=4000)

    async def both():
        write = [run.write(DOCUMENT, 0, KEYS, Checker(FORMAT), lambda _: None) for _ in range(2)]
        try:
            return await asyncio.gather(*write)
        finally:
            await run.model.close()

    first, second = asyncio.run(both())
    assert first.drafts
    assert second.drafts
    assert run.usage.requests == 2
    assert run.usage.total <= 14_000


def test_a_request_that_nobody_waits_for_any_more_has_its_cost(peer, engine):
    run = engine()

    class Endless:
        name = "m"

        async def stream(self, request):
            yield Usage(input=7, output=1, requests=1)
            yield Text("x" * 400)
            await asyncio.Event().wait()

        async def close(self): ...

    run.model = Endless()

    async def cancelled():
        growing = Growing(lambda _: writing.cancel())
        writing = asyncio.ensure_future(run.write(DOCUMENT, 0, KEYS, Checker(FORMAT), lambda _: None, growing=growing))
        with pytest.raises(asyncio.CancelledError):
            await writing

    asyncio.run(cancelled())
    assert run.usage == Usage(input=7, output=100, requests=1)


def test_what_was_paid_for_is_kept_as_what_it_is(peer, engine):
    for _ in range(3):
        peer.state.scenarios.add(Reply(PLAN.replace(VALIDATION, "")))
    with pytest.raises(UnfinishedError) as refused:
        go_on(engine(), None)
    assert refused.value.status == REFUSED
    peer.state.scenarios.add(Reply(PLAN, finish_reason="length"))
    with pytest.raises(UnfinishedError) as cut:
        go_on(engine(), None)
    assert cut.value.status == PARTIAL
