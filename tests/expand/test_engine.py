"""A model's answers, played by a real HTTP peer, become drafts that pass the author's rules, or are refused and kept."""

from __future__ import annotations

import asyncio
import re
import textwrap

import pytest
from llmock.scenarios import Fail, Reply
from llmock.testing import LLMockServer

from plansmith.expand.claude import claude_for
from plansmith.expand.context import gather_shared
from plansmith.expand.engine import Engine, UnfinishedError
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.place import place
from plansmith.expand.prompts import load_prompts
from plansmith.plan.document import Document
from plansmith.plan.paths import listed_files
from plansmith.plan.text import apply_edits
from plansmith.rules.missing_section import missing_section
from plansmith.rules.rule import Severity
from plansmith.rules.runner import Analysis, Checker
from plansmith.workspace.formats import load_format
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack
from plansmith.workspace.user import load_user_settings

FORMAT = load_format()
COARSE = "# Backlog\n\n## Task 1: Serve health\n\nServe `GET /health`.\n\n## Task 2: Ship it\n"
PLAN = textwrap.dedent(missing_section.page.split("## Use instead\n```markdown\n")[1].split("```")[0])
OWN = PLAN.partition("\n\n")[2]  # without the task's heading, as a model writes it
PARTS = OWN.replace("**Prerequisites**: None\n\n", "")  # for a task that has its prerequisites
VALIDATION = "**Validation**:\n\n- [ ] `pytest tests/test_health.py` passes\n\n"
REPAIR = """\
### Implementation Steps

#### Step 1: Answer the request

**Validation**:

- [ ] `pytest -k health` passes
"""


@pytest.fixture
def peer():
    with LLMockServer() as server:
        yield server


def write(peer, tmp_path, text: str = COARSE, keys: list[str] | None = None, files: WorkspaceFiles | None = None):
    """What the engine writes for the first task, with what it reported."""
    environment = {
        "PLANSMITH_PROVIDER": "anthropic",
        "PLANSMITH_BASE_URL": peer.base_url("anthropic"),
        "PLANSMITH_CONFIG_DIR": str(tmp_path),
    }
    settings = load_user_settings(environment)
    document = Document(text, FORMAT)
    reports: list[str] = []

    async def run():
        model = claude_for(settings, environment)
        shared = gather_shared(document, None, Stack(), None, trusted=False)
        prompts = load_prompts(None, None, trusted=False)
        engine = Engine(model, settings, prompts, shared, files, None, trusted=False)
        wanted = keys or wanted_keys(document.tasks[0], FORMAT)
        try:
            return await engine.write(document, 0, wanted, Checker(FORMAT), reports.append)
        finally:
            await model.close()

    return document, asyncio.run(run()), reports


def inserted(document: Document, written) -> Document:
    placement = place(document, 0, written.drafts)
    assert not placement.conflict
    return Document(apply_edits(document.text, placement.edits), FORMAT)


def grave(document: Document) -> list[str]:
    report = Analysis(document, Checker(FORMAT)).report()
    return [f.message for f in report.findings if f.severity is not None and f.severity <= Severity.WARNING]


ANSWERS = {
    "as asked": PLAN,
    "in a fence with words around it": f"Sure!\n\n```markdown\n{PLAN}```\n\nAnything else?\n",
    "in a longer fence with code inside": "````md\n"
    + PLAN.replace("- [ ] Create", "```py\nx = 1\n```\n\n- [ ] Create")
    + "````\n",
    "headings too high": re.sub("^##", "", PLAN, flags=re.M),
    "headings too low": re.sub("^##", "####", PLAN, flags=re.M),
    "with thoughts": f"<think>### Testing Plan\nhm</think>\n{PLAN}",
    "with carriage returns": PLAN.replace("\n", "\r\n"),
    "with a second task": f"{PLAN}\n## Task 7: Something else\n\n**Objective**: Not asked for\n",
    "with a closing word": f"{PLAN}\n---\n\nLet me know if this helps!\n",
    "numbered from three": PLAN.replace("Step 1", "Step 3"),
    "with ticked boxes": PLAN.replace("[ ]", "[x]"),
    "with our ignore comments": f"<!-- plansmith: ignore missing-section -->\n{PLAN}",
    "with front matter": f"---\nplansmith: false\n---\n{PLAN}",
    "with characters that can't be seen": PLAN.replace("Answer", "\u202eAnswer\u200b"),
    "with a missing last fence": PLAN.replace("**Validation**", "```sh\npytest\n```\n\n**Validation**"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_whole_plan_arrives_valid(peer, tmp_path, answer):
    peer.state.scenarios.add(Reply(answer))
    document, written, _ = write(peer, tmp_path)
    after = inserted(document, written)
    assert grave(after) == []
    task = after.tasks[0]
    assert task.find("steps.1.actions") is not None
    assert [item.box for section in task.outline for item in section.items if item.box not in (None, " ")] == []
    author = iter(after.text.splitlines())
    assert all(line in author for line in COARSE.splitlines())
    assert "Something else" not in after.text
    assert "Let me know" not in after.text
    assert "\u202e" not in after.text


def test_a_file_that_is_not_there_is_listed_as_new(peer, tmp_path):
    peer.state.scenarios.add(
        Reply(re.sub(r"(?<=\*\*Modified Files\*\*:)(?: None)?\n", "\n\n- `src/gone.py` - reads\n", PLAN))
    )
    document, written, _ = write(peer, tmp_path, files=WorkspaceFiles.of({}, ["src/app.py"]))
    task = inserted(document, written).tasks[0]
    assert [place.path for place in listed_files(task).modified] == []
    assert "src/gone.py" in [place.path for place in listed_files(task).new]


def test_what_is_broken_is_asked_for_alone(peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN.replace(VALIDATION, "")))
    peer.state.scenarios.add(Reply(REPAIR))
    document, written, reports = write(peer, tmp_path)
    assert grave(inserted(document, written)) == []
    assert "`pytest -k health` passes" in inserted(document, written).text
    assert "mending steps.1.validation" in reports
    assert written.usage.requests == 2


def test_what_stays_broken_is_refused_after_two_repairs(peer, tmp_path):
    for _ in range(3):
        peer.state.scenarios.add(Reply(PLAN.replace(VALIDATION, "")))
    with pytest.raises(UnfinishedError, match=r"does not pass the rules: steps\.1\.validation") as refused:
        write(peer, tmp_path)
    assert refused.value.complete
    assert refused.value.text.count("### Testing Plan") == 3
    assert refused.value.usage.requests == 3


def test_an_empty_answer_is_refused(peer, tmp_path):
    for _ in range(3):
        peer.state.scenarios.add(Reply("I can't help with that."))
    with pytest.raises(UnfinishedError, match="missing"):
        write(peer, tmp_path)


def test_an_overload_is_asked_again(peer, tmp_path):
    peer.state.scenarios.add(Fail(529))
    peer.state.scenarios.add(Reply(PLAN))
    document, written, reports = write(peer, tmp_path)
    assert grave(inserted(document, written)) == []
    assert any("attempt 2 of" in report for report in reports)


def test_the_section_that_is_being_written_is_told(peer, tmp_path):
    peer.state.scenarios.add(Reply(f"```markdown\n{PLAN}```\n"))
    _, _, reports = write(peer, tmp_path)
    told = [report.partition(" (")[0] for report in reports]
    assert "Step 1: Actions" in told
    assert "Success Criteria" in told


def test_one_section_of_a_step_goes_to_that_step(peer, tmp_path):
    text = PLAN.replace(VALIDATION, "").replace(
        "### Testing Plan", "#### Step 2: More\n\n**Objective**: More\n\n### Testing Plan"
    )
    peer.state.scenarios.add(Reply(REPAIR.replace("Step 1: Answer the request", "Step 2: More")))
    document, written, _ = write(peer, tmp_path, text, ["steps.2.validation"])
    after = inserted(document, written)
    assert after.tasks[0].find("steps.2.validation") is not None
    assert after.tasks[0].find("steps.1.validation") is None


def test_a_repair_that_numbers_its_steps_anew_goes_to_the_steps_of_the_same_name(peer, tmp_path):
    second = "#### Step 5: Say more\n\n**Objective**: Say more.\n\n**Actions**:\n\n- [ ] Extend `src/health.py`\n\n"
    answer = PLAN.replace("Step 1: Answer", "Step 4: Answer").replace("### Testing Plan", f"{second}### Testing Plan")
    peer.state.scenarios.add(Reply(answer))
    repair = (
        "**Validation**:\n\n- [ ] `pytest -k more` passes\n\n**Troubleshooting**:\n\n- None seen: run `pytest -v`\n"
    )
    peer.state.scenarios.add(Reply(f"### Implementation Steps\n\n#### Step 5: Say more\n\n{repair}"))
    document, written, reports = write(peer, tmp_path)
    assert any(report.startswith("mending steps.2.") for report in reports)
    after = inserted(document, written)
    assert grave(after) == []
    step = after.tasks[0].find("steps.2")
    assert step is not None
    assert step.name == "Say more"
    assert "pytest -k more" in after.text.partition("#### Step 2: Say more")[2]


def test_steps_that_are_asked_for_whole_again_are_numbered_from_one(peer, tmp_path):
    begin, end = PLAN.index("### Implementation Steps"), PLAN.index("### Testing Plan")
    peer.state.scenarios.add(Reply(PLAN[:begin] + PLAN[end:]))
    peer.state.scenarios.add(Reply(PLAN[begin:end].replace("Step 1", "Step 3")))
    document, written, _ = write(peer, tmp_path)
    after = inserted(document, written)
    assert grave(after) == []
    assert after.tasks[0].find("steps.1.validation") is not None
