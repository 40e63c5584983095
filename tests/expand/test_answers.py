"""Answers as models give them, good and broken: each ends as a plan that the rules accept, or is refused and kept.

`answers/` holds one breakdown for each of nine stacks with a whole answer for one of its tasks, each in another of
the ways in which models write: wrapped in a fence, after thoughts, under other headings, in lists, with another task.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from llmock.scenarios import Reply
from llmock.testing import LLMockServer

from plansmith.expand.claude import claude_for
from plansmith.expand.context import gather_shared
from plansmith.expand.engine import Engine, UnfinishedError, Written
from plansmith.expand.errors import ModelError
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.place import place
from plansmith.expand.prompts import load_prompts
from plansmith.expand.verify import inserted_lines
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits, split_lines
from plansmith.rules.rule import Severity
from plansmith.rules.runner import Analysis, Checker
from plansmith.workspace.stack import Stack
from plansmith.workspace.user import load_user_settings
from tests.expand.test_engine import COARSE, FORMAT, PLAN, VALIDATION

FOLDER = Path(__file__).with_name("answers")
# The task that each answer is for, and what must be in its plan.
STACKS = {
    "python": ("2", ["statement = (\n        select(Invoice.number", "**Prerequisites**: Task 1"]),
    "typescript": ("7", ["create<CartState>()(\n  persist(", "**Estimated Complexity**: Medium (2 days)"]),
    "rust": ("3", ["fn try_from(file: &File)", "Dependencies Added\n\n- `notify@8.0` - watches folders"]),
    "go": (
        "TASK-12",
        ["\tmu     sync.RWMutex", "  expr: gateway_upstream_up == 0\n", "#### Step 3: Expose the metric"],
    ),
    "java": ("11", ["PRIMARY KEY (account_id, key)\n);", "- A running Docker, for Testcontainers"]),
    "ruby": ("2.1", ["belongs_to :post, counter_cache: true", "##### Step 2: Report from the post"]),
    "php": ("5", ["#### Step 2: Passwort setzen", "läuft durch"]),
    "terraform": ("2", ["endpoint_public_access  = false", "### Step 2: Add nodes"]),
    "dotnet": ("TASK-021", ["public bool TryReserve(int quantity)", "**Estimated Complexity**: Medium"]),
}
NOT_IN_A_PLAN = ["Let me know", "I'll write", "<think>", "I must not forget", "Create the audit table", "[x]"]


@pytest.fixture(scope="module")
def server():
    with LLMockServer() as running:
        yield running


@pytest.fixture
def expand(server, tmp_path):
    """What comes of answers for one task of a breakdown: the document before and after, or why it was refused."""

    def run(
        text: str, task: str, *answers: str, finish_reason: str | None = None
    ) -> tuple[Document, Document | UnfinishedError]:
        server.state.reset()
        for answer in answers:
            server.state.scenarios.add(Reply(answer, finish_reason=finish_reason))
        variables = {
            "PLANSMITH_PROVIDER": "anthropic",
            "PLANSMITH_BASE_URL": server.base_url("anthropic"),
            "PLANSMITH_CONFIG_DIR": str(tmp_path),
        }
        settings, document = load_user_settings(variables), Document(text, FORMAT)
        index = next(n for n, each in enumerate(document.tasks) if task in (each.id, each.name))
        prompts, checker = load_prompts(None, None, trusted=False), Checker(FORMAT)

        async def ask() -> Written:
            model = claude_for(settings, variables)
            shared = gather_shared(document, None, Stack(), None, trusted=False)
            engine = Engine(model, settings, prompts, shared, None, None, trusted=False)
            keys = wanted_keys(document.tasks[index], FORMAT)
            try:
                return await engine.write(document, index, keys, checker, lambda _: None)
            finally:
                await model.close()

        try:
            written = asyncio.run(ask())
        except UnfinishedError as refused:
            return document, refused
        placement = place(document, index, written.drafts)
        assert not placement.conflict
        after = Document(apply_edits(text, placement.edits), FORMAT)
        nothing_is_lost(text, after.text)
        assert grave(after, inserted_lines(placement.edits)) == []
        assert "\r" not in after.text.replace("\r\n", "")
        return document, after

    return run


def nothing_is_lost(before: str, after: str) -> None:
    """The author's lines are all there, unchanged and in order."""
    rest = iter(split_lines(after)[0])
    for line in split_lines(before)[0]:
        assert line in rest, f"lost: {line!r}"


def grave(document: Document, lines: set[int]) -> list[str]:
    """The errors and warnings in some lines."""
    found = []
    for index, findings in Analysis(document, Checker(FORMAT)).report().tasks:
        start = document.start_of(index)
        found += [
            finding.message
            for finding in findings
            if finding.severity is not None
            and finding.severity <= Severity.WARNING
            and finding.span.line + start in lines
        ]
    return found


# Whole plans of real tasks


def stack(name: str) -> tuple[str, str]:
    """A breakdown, and the answer."""
    text, _, answer = (FOLDER / f"{name}.md").read_text("utf-8").partition("<!-- answer -->\n")
    return text, answer


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", STACKS)
def test_a_whole_plan_of_a_real_task(expand, name, ends):
    text, answer = stack(name)
    task, words = STACKS[name]
    before, after = expand(text.replace("\n", ends), task, answer)
    assert isinstance(after, Document), str(after)
    written = after.text.replace("\r\n", "\n")
    for each in words:
        assert each in written
    author = text.replace("\r\n", "\n")
    for each in NOT_IN_A_PLAN:
        assert written.count(each) == author.count(each), each
    # Each step with all that it needs, and every fence of the answer.
    index = next(n for n, each in enumerate(after.tasks) if each.id == task)
    steps = [
        key
        for section in after.tasks[index].outline
        if (key := section.key).startswith("steps.") and key.count(".") == 1
    ]
    assert len(steps) >= 2
    assert all(
        after.tasks[index].find(f"{step}.{part}") for step in steps for part in ("objective", "actions", "validation")
    )
    assert len(after.tasks) == len(before.tasks)


def test_there_is_an_answer_for_every_stack():
    assert {path.stem for path in FOLDER.glob("*.md")} == set(STACKS)


# Answers that need putting right

CODE = "**Code Examples**:\n\n```python\ndef health() -> str:\n    return 'up'\n```\n\n"
BODY = PLAN.partition("\n\n")[2]
WITH_CODE = PLAN.replace(VALIDATION, CODE + VALIDATION)
STEP = PLAN[PLAN.index("#### Step 1") : PLAN.index("### Testing Plan")]
SECOND = STEP.replace("Step 1: Answer the request", "Step 2: Log the request")
assert WITH_CODE != PLAN
assert SECOND != STEP

MENDED = {
    "a fence in a fence of the same length": f"```markdown\n{WITH_CODE}```\n",
    "a fence of tildes": f"~~~md\n{WITH_CODE}~~~\n",
    "an indented outer fence": "  ```markdown\n" + "".join(f"  {line}\n" if line else "\n" for line in WITH_CODE.splitlines()) + "  ```\n",
    "a fence without a language": f"Here it is:\n\n```\n{PLAN}```\n",
    "a plan with fenced Markdown in it": PLAN.replace(
        VALIDATION, "**Code Examples**:\n\n````markdown\n```sh\nmake\n```\n### Testing Plan\n````\n\n" + VALIDATION
    ),
    "an outer fence that never closes": f"```markdown\n{WITH_CODE}",
    "a code fence that never closes": WITH_CODE.replace("```\n\n**Validation**", "```\n\n**Validation**").rstrip() + "\n\n```sh\nmake\n",
    "a plan that is cut in a fence": WITH_CODE + "\n#### Step 9: More\n\n**Code Examples**:\n\n```python\ndef more(",
    "a preamble of several paragraphs": f"I looked at the task.\n\nIt needs:\n\n- a route\n- a test\n\n{PLAN}",
    "a preamble with a heading": f"# Plan\n\nBelow is the plan.\n\n{PLAN}",
    "a closing question": f"{PLAN}\n\n---\n\nShall I go on with Task 2?\n",
    "a summary under a heading": f"{PLAN}\n## Summary\n\nThis plan serves `GET /health`.\n",
    "thoughts that never close, after the plan": f"{PLAN}\n<think>Was that all? ### Implementation Steps",
    "thoughts in capitals": f"<THINKING>\n## Task 9: No\n</THINKING>\n\n{PLAN}",
    "two more tasks": f"{PLAN}\n## Task 2: Ship it\n\n**Objective**: Ship.\n\n## Task 3: More\n\n### Implementation Steps\n",
    "a heading of the task itself": f"## Task 1: Serve health\n\n{PLAN.partition(chr(10))[2]}",
    "all headings at one level": re.sub("^#{3,4} ", "## ", PLAN, flags=re.M),
    "headings at level 5": re.sub("^####? ", lambda found: f"##{found[0]}", PLAN, flags=re.M),
    "setext headings": re.sub(r"^### (.*)$", lambda found: f"{found[1]}\n---", PLAN, flags=re.M),
    "bold titles in place of headings": re.sub(r"^### (.*)$", r"**\1**:", PLAN, flags=re.M),
    "steps that begin at zero": PLAN.replace(STEP, STEP.replace("Step 1", "Step 0") + SECOND.replace("Step 2", "Step 1")),
    "steps with a gap": PLAN.replace(STEP, STEP + SECOND.replace("Step 2", "Step 5")),
    "two steps of one number": PLAN.replace(STEP, STEP + SECOND.replace("Step 2", "Step 1")),
    "line ends of Windows": WITH_CODE.replace("\n", "\r\n"),
    "line ends of old": PLAN.replace("\n", "\r"),
    "line separators": PLAN.replace("\n\n", "\u2028\u2028"),
    "a separator in a line": PLAN.replace("- [ ] Create", "- [ ] Run `make`\u2028- [ ] Create"),
    "a byte order mark": f"\ufeff{PLAN}",
    "bullets of several kinds": PLAN.replace("- [ ]", "* [ ]", 2).replace("- [ ]", "+ [ ]", 1),
    "lists without boxes": PLAN.replace("- [ ] ", "- "),
    "boxes that are ticked": PLAN.replace("- [ ] ", "- [x] "),
    "labels with the colon inside": re.sub(r"\*\*([\w ]+)\*\*:", r"**\1:**", PLAN),
    "emojis before the titles": re.sub(r"^(#{3,4}) ", r"\1 🚀 ", PLAN, flags=re.M),
    "a complexity in other words": re.sub(r"(Complexity\*\*: )\w+", r"\1easy", PLAN),
    "sections in another order": PLAN[PLAN.index("### Testing Plan") :] + "\n" + BODY[: BODY.index("### Testing Plan")],
    "a section twice": f"{PLAN}\n### Success Criteria\n\n- [ ] `pytest` passes again\n",
    "a section that no format has": PLAN.replace("### Testing Plan", "### Rollback\n\nRun `git revert`.\n\n### Testing Plan"),
    "an open comment at the end": f"{PLAN}\n<!-- that is all",
    "front matter": f"---\ntitle: Plan\n---\n\n{PLAN}",
    "our own comments": PLAN.replace("### Testing Plan", "<!-- plansmith: ignore missing-section -->\n\n### Testing Plan"),
    "another language": PLAN.replace("Answer the request", "Anfrage beantworten").replace("Create `", "Lege an: `"),
    "Chinese": PLAN.replace("Answer the request", "回答请求").replace("Create `", "创建 `"),
    "right-to-left marks": PLAN.replace("Create", "\u202eCreate\u202c"),
    "a heading that no format has before it": f"# Implementation Plan\n\n{BODY}",
    "a heading that speaks of the task": f"## Plan for Task 1: Serve the health check\n\n{BODY}",
    "the task's name as its heading": f"## Serve the health check\n\n{BODY}",
    "the task's heading in another language": f"## Tarea 1: Servir\n\n{BODY}",
    "an overview": f"**Here it is**\n\n## Overview\n\nA route, and its test.\n\n{BODY}",
    "all of it in a quote": "".join(f"> {line}\n" if line else ">\n" for line in PLAN.splitlines()),
    "all of it indented": "".join(f"    {line}\n" if line else "\n" for line in WITH_CODE.splitlines()),
    "all of it in an item": "- " + "".join(f"  {line}\n" if line else "\n" for line in PLAN.splitlines()).lstrip(),
    "a fence that opens at the end": f"{PLAN.rstrip()}\n```\n",
    "what can't be seen": PLAN.replace("Create", "\u061cCr\xadea\U000e0041te"),
    "HTML around it": f"<details>\n<summary>Plan</summary>\n\n{PLAN}\n</details>\n",
}  # fmt: skip


@pytest.mark.parametrize("answer", MENDED.values(), ids=MENDED)
def test_an_answer_is_put_right(expand, answer):
    _, after = expand(COARSE, "1", answer)
    assert isinstance(after, Document), str(after)
    task = after.tasks[0]
    assert task.find("steps.1.actions") is not None
    assert "pytest tests/test_health.py" in after.text
    for words in (
        "Shall I go on",
        "Was that all",
        "this plan serves",
        "that is all",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\u061c",
    ):
        assert words not in after.text
    assert "\U000e0041" not in after.text
    assert "None\n```" not in after.text
    assert len(after.tasks) == 2


def test_what_looks_like_a_thought_or_a_comment_of_ours_in_code_is_code(expand):
    lines = [
        "```python",
        'THINK = re.compile("<think>.*?</think>", re.S)',
        "<think>",
        "# <!-- plansmith: ignore missing-section -->",
        's = "👩\u200d💻"',
        "```",
    ]
    code = "**Code Examples**:\n\n" + "\n".join(lines) + "\n\n"
    spoken = "- [ ] Parse `<think>` and `<!-- plansmith: ignore x -->` in `src/app.py`\n- [ ] Create"
    _, after = expand(COARSE, "1", PLAN.replace(VALIDATION, code + VALIDATION).replace("- [ ] Create", spoken, 1))
    assert isinstance(after, Document), str(after)
    assert "\n".join(lines) in after.text
    assert "- [ ] Parse `<think>` and `<!-- plansmith: ignore x -->` in `src/app.py`\n" in after.text


OF_THE_AUTHOR = {
    "a plan that is half written, right below": "## Task 1: Build it\n\nWords.\n## Task 2: Ship it\n\n### Implementation Steps\n",
    "two tasks of one number": "## Task 1: Build it\n\nWords.\n\n## Task 1: Ship it\n\nWords.\n",
    "an unknown task": "## Task 1: Build it\n\n**Prerequisites**: Task 9\n\n## Task 2: Ship it\n",
    "a circle": "## Task 1: Build it\n\n**Prerequisites**: Task 2\n\n## Task 2: Ship it\n\n**Prerequisites**: Task 1\n",
}


@pytest.mark.parametrize("text", OF_THE_AUTHOR.values(), ids=OF_THE_AUTHOR)
def test_what_is_wrong_in_the_authors_lines_refuses_no_plan(expand, text):
    _, after = expand(text, "Build it", PLAN)
    assert isinstance(after, Document), str(after)
    assert after.tasks[0].find("steps.1.actions") is not None


# Answers that nothing can be made of

REFUSED = {
    "an empty answer": "",
    "blanks": " \n\t\n ",
    "a refusal in words": "I'm sorry, but I can't help with that.",
    "a question": "Could you tell me which framework you use?",
    "thoughts only": f"<think>{PLAN}",
    "prose": "First create `src/health.py`, then run `pytest`.",
    "code only": "```python\ndef health():\n    return 'up'\n```\n",
    "JSON": '{"objective": "Serve it", "steps": []}',
    "the template": re.sub(r"(- \[ \] ).*", r"\1[Description]", PLAN),
    "placeholders": re.sub(r"(\*\*Objective\*\*:).*", r"\1 TBD", PLAN),
    "no steps": PLAN.replace(STEP, ""),
    "empty sections": re.sub(r"^- .*\n", "", PLAN, flags=re.M),
    "an unknown task in the prerequisites": re.sub(r"(Prerequisites\*\*:).*", r"\1 Task 99", PLAN),
}


@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED)
def test_an_answer_that_is_no_plan_is_refused_with_the_reason_and_kept(expand, answer):
    _, refused = expand(COARSE, "1", answer, answer, answer)
    assert isinstance(refused, UnfinishedError)
    assert "does not pass the rules: " in str(refused)
    assert "\n" not in str(refused)
    assert refused.text.count(answer) >= 1
    assert refused.complete


def test_a_plan_that_is_cut_at_the_limit_is_kept_as_it_came(expand):
    cut = PLAN[: PLAN.index("### Success")] + "### Success Criteria\n\n- [ ] `py"
    _, refused = expand(COARSE, "1", cut, finish_reason="length")
    assert isinstance(refused, UnfinishedError)
    assert "reached max-output" in str(refused)
    assert (refused.text, refused.complete) == (cut, False)


@pytest.mark.parametrize("said", ["", "I can't", PLAN])
def test_a_refusal_is_told_and_what_came_is_kept(expand, said):
    if said:
        _, refused = expand(COARSE, "1", said, finish_reason="content_filter")
        assert isinstance(refused, UnfinishedError)
        assert "declined to write this" in str(refused)
        assert refused.text == said
    else:
        with pytest.raises(ModelError, match="declined to write this"):
            expand(COARSE, "1", said, finish_reason="content_filter")


@pytest.mark.parametrize("last", ["    return 'up'\n", "    ret", "```", "```python\n"])
def test_a_plan_that_ends_in_the_middle_of_a_fence_is_kept_whole_where_the_rest_comes(expand, last):
    """An answer that just ends so is no broken stream: what it lacks is asked for, and its code has an end."""
    first = (
        WITH_CODE[: WITH_CODE.index("    return 'up'")] + last
        if last[0] == " "
        else WITH_CODE[: WITH_CODE.index("```python")] + last
    )
    _, after = expand(COARSE, "1", first, PLAN, PLAN)
    assert isinstance(after, Document), str(after)
    step = after.tasks[0].find("steps.1")
    assert step is not None
    code = "\n".join(after.tasks[0].lines[step.line : step.end])
    assert code.count("```") % 2 == 0
    assert "`pytest tests/test_health.py` passes" in code
    assert len([key for key in (each.key for each in after.tasks[0].outline) if key == "testing"]) == 1
