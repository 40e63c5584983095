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
from plansmith.expand.engine import Engine, UnfinishedError, kept_drafts
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.place import place
from plansmith.expand.prompts import load_prompts
from plansmith.expand.resume import KeptText
from plansmith.plan.document import Document
from plansmith.plan.files import ListedFiles
from plansmith.plan.paths import listed_files
from plansmith.plan.text import apply_edits
from plansmith.rules.missing_section import missing_section
from plansmith.rules.rule import Severity
from plansmith.rules.runner import Analysis, Checker, Options
from plansmith.workspace.formats import load_format
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


def write(
    peer,
    tmp_path,
    text: str = COARSE,
    keys: list[str] | None = None,
    *,
    files: ListedFiles | None = None,
    trusted: bool = True,
    checker: Checker | None = None,
):
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
        engine = Engine(model, settings, prompts, shared, None, None, trusted=trusted, see_files=lambda: files)
        wanted = keys or wanted_keys(document.tasks[0], FORMAT)
        try:
            return await engine.write(document, 0, wanted, checker or Checker(FORMAT), reports.append)
        finally:
            await model.close()

    return document, asyncio.run(run()), reports


def inserted(document: Document, written) -> Document:
    placement = place(document, 0, written.drafts)
    assert not placement.conflict
    return Document(apply_edits(document.text, placement.edits), FORMAT)


def grave(document: Document, files: ListedFiles | None = None) -> list[str]:
    report = Analysis(document, Checker(FORMAT), files).report()
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
    document, written, _ = write(peer, tmp_path, files=ListedFiles(["src/app.py"]))
    task = inserted(document, written).tasks[0]
    assert [place.path for place in listed_files(task).modified] == []
    assert "src/gone.py" in [place.path for place in listed_files(task).new]


DONE = COARSE.replace("Serve health\n", "Serve health ✅\n", 1)
FILES = ListedFiles(["src/app.py"])
NOTHING_NEW = "### Files Created/Modified\n\n**New Files**: None\n\n**Modified Files**: None\n"


def test_a_file_that_a_done_task_never_made_is_asked_about(peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    peer.state.scenarios.add(Reply(NOTHING_NEW))
    document, written, reports = write(peer, tmp_path, DONE, files=FILES)
    assert "mending files.new" in reports
    asked = peer.state.journal.records()[-1].body["messages"][0]["content"][-1]["text"]
    assert "there is no src/health.py" in asked
    assert grave(inserted(document, written), FILES) == []
    assert written.usage.requests == 2


def test_files_are_no_matter_where_nothing_but_the_document_may_be_sent(peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    _, written, _ = write(peer, tmp_path, DONE, files=FILES, trusted=False)
    assert written.usage.requests == 1


UNLISTED = PLAN.replace(
    "- [ ] Create `src/health.py`",
    "- [ ] Create `src/health.py`\n- [ ] Create `src/🚀.py`\n- [ ] Run `pip install redis`",
)


def test_hints_about_files_and_packages_are_never_asked_about(peer, tmp_path):
    files = ListedFiles(["src/app.py", "src/health.py"])
    peer.state.scenarios.add(Reply(UNLISTED))
    document, written, _ = write(peer, tmp_path, files=files)
    after = inserted(document, written)
    found = {finding.rule for finding in Analysis(after, Checker(FORMAT), files).report().findings}
    assert {"existing-file", "unlisted-file", "unlisted-dependency"} <= found
    assert written.usage.requests == 1


def test_what_a_project_makes_a_warning_is_asked_for_in_the_list_that_lacks_it(peer, tmp_path):
    severities = {"unlisted-dependency": Severity.WARNING, "unlisted-file": Severity.ERROR}
    checker = Checker(FORMAT, Options(severities=severities))
    peer.state.scenarios.add(Reply(UNLISTED))
    listed = "### Files Created/Modified\n\n**New Files**:\n\n- `src/health.py` - it\n- `src/🚀.py` - it\n\n"
    added = "**Modified Files**: None\n\n### Dependencies Added\n\n- `redis@5` - keeps\n"
    peer.state.scenarios.add(Reply(listed + added))
    document, written, reports = write(peer, tmp_path, files=FILES, checker=checker)
    assert "mending files, dependencies" in reports
    after = inserted(document, written)
    assert [f.rule for f in Analysis(after, checker, FILES).report().findings if f.rule in severities] == []


def test_a_kept_plan_is_checked_against_the_files_as_they_are(peer, tmp_path):
    document = Document(DONE, FORMAT)
    keys = wanted_keys(document.tasks[0], FORMAT)
    kept = KeptText(PLAN)
    assert kept_drafts(document, 0, keys, Checker(FORMAT), kept)
    assert kept_drafts(document, 0, keys, Checker(FORMAT), kept, ListedFiles(["src/health.py"]))
    with pytest.raises(UnfinishedError, match=r"files\.new: This task is done, but there is no src/health\.py"):
        kept_drafts(document, 0, keys, Checker(FORMAT), kept, FILES)


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
