"""Requests: what is shared comes first and stays the same, what is wanted is asked for in its own spelling."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

import pytest

from plansmith.expand.context import gather_shared, gather_task
from plansmith.expand.draft import Draft
from plansmith.expand.expansion import incomplete_tasks, wanted_keys
from plansmith.expand.finished import FinishedPlan, finished_plan
from plansmith.expand.format_text import describe_format, describe_wanted
from plansmith.expand.model import Block, Request
from plansmith.expand.offline import plan_offline
from plansmith.expand.place import place
from plansmith.expand.prompts import load_prompts
from plansmith.expand.request import MAX_MARKS, estimate_tokens, repair_request, section_request, task_request
from plansmith.plan.document import Document
from plansmith.plan.format import Format
from plansmith.plan.text import apply_edits
from plansmith.workspace.formats import load_format
from plansmith.workspace.loading import load_configuration
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack, detect_stack

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("PLANSMITH_CORPUS") or ROOT.parent / "shared" / "corpus")
FILES = [] if not CORPUS.is_dir() else sorted(CORPUS.rglob("*.md"))
PROMPTS = load_prompts(None, None, trusted=False)
MAX_OUTPUT = 8000

TRANSLATED = """
    [sections.prerequisites]
    title = "Requisitos"

    [sections.steps]
    title = "Pasos"

    [sections."steps.step"]
    title = "Paso {n}: {name}"

    [sections.rollback]
    title = "Vuelta atrás"
    form = "heading"
    kind = "checklist"
    need = "required"
    hover = "Cómo se deshace el cambio."
    example = "### Vuelta atrás\\n\\n- [ ] `git revert HEAD` deja todo como antes"

    [sections.next]
    need = "off"
"""


def parse(text: str, fmt: Format | None = None) -> Document:
    return Document(dedent(text).lstrip("\n"), fmt or load_format())


def ask(document: Document, index: int = 0, keys: list[str] | None = None) -> Request:
    shared = gather_shared(document, None, Stack(), None, trusted=False)
    context = gather_task(document, index, None, None, trusted=False)
    wanted = wanted_keys(document.tasks[index], document.format) if keys is None else keys
    return task_request(PROMPTS, shared, context, wanted, max_output=MAX_OUTPUT)


def prefix(request: Request) -> list[Block]:
    """The blocks up to the last mark."""
    blocks = [*request.system, *request.user]
    last = max(number for number, block in enumerate(blocks) if block.mark)
    return blocks[: last + 1]


def share(request: Request) -> float:
    """How much of the input stands before the last mark, by characters."""
    whole = sum(len(block.text) for block in (*request.system, *request.user))
    return sum(len(block.text) for block in prefix(request)) / whole


@pytest.fixture(scope="module")
def translated(tmp_path_factory) -> Format:
    root = tmp_path_factory.mktemp("translated")
    (root / "plansmith.toml").write_text(dedent(TRANSLATED), encoding="utf-8")
    configuration = load_configuration(root, trusted=True)
    assert configuration.reports == ()
    return configuration.format


def test_a_request_has_few_marks_and_asks_after_the_last_one():
    request = ask(parse("## Task 1: Build\n\nBuild the `health` route.\n\n## Task 2: Ship\n"))
    blocks = [*request.system, *request.user]
    assert 1 <= sum(block.mark for block in blocks) <= MAX_MARKS
    assert not blocks[-1].mark
    assert "Build the `health` route." in blocks[-1].text
    assert request.max_output == MAX_OUTPUT


def test_all_requests_of_a_run_share_every_character_up_to_the_last_mark():
    document = parse("## Task 1: Build\n\n## Task 2: Ship\n\n**Objective**: Ship it.\n\n### Task 2.1: Pack\n")
    shared = gather_shared(document, None, Stack(), None, trusted=False)
    found = set()
    for index, task in enumerate(document.tasks):
        context = gather_task(document, index, None, None, trusted=False)
        keys = wanted_keys(task, document.format)
        requests = [
            task_request(PROMPTS, shared, context, keys, max_output=MAX_OUTPUT),
            section_request(PROMPTS, shared, context, "success", max_output=MAX_OUTPUT),
            repair_request(PROMPTS, shared, context, [], [("success", "missing")], max_output=MAX_OUTPUT),
        ]
        found |= {tuple(prefix(request)) for request in requests}
        assert len({request.text for request in requests}) == 3
    assert len(found) == 1


def test_nothing_of_one_task_among_several_stands_in_what_is_shared():
    request = ask(parse("## Task 1: Build\n\nA word of its own: quokka.\n\n## Task 2: Ship\n"))
    assert all("quokka" not in block.text for block in prefix(request))
    assert "quokka" in request.text


def test_the_text_of_an_only_task_is_shared_and_told_once():
    request = ask(parse("## Task 1: Build\n\nA word of its own: quokka.\n"))
    assert "quokka" in "".join(block.text for block in prefix(request))
    assert request.text.count("quokka") == 1


def test_an_only_task_that_was_changed_meanwhile_is_told_as_it_is():
    shared = gather_shared(parse("## Task 1: Build\n\nOld.\n"), None, Stack(), None, trusted=False)
    context = gather_task(parse("## Task 1: Build\n\nNew.\n"), 0, None, None, trusted=False)
    request = task_request(PROMPTS, shared, context, ["objective", "success"], max_output=MAX_OUTPUT)
    assert "New." in request.user[-1].text


def test_every_section_is_asked_for_in_its_own_spelling():
    fmt = load_format()
    text = describe_format(fmt, 2)
    for spec in fmt.by_key.values():
        assert spec.title.replace("{n}", "1").replace("{name}", "Name") in text
        assert " ".join(spec.hover.split()) in text
    assert "- `### Implementation Steps` (required)" in text
    assert "one of `Low`, `Medium`, `High`" in text


def test_headings_are_spelled_at_the_tasks_level():
    text = ask(parse("#### Task 1: Build\n")).text
    assert "- `##### Implementation Steps`" in text
    assert "  - `###### Step 1: Name`" in text
    assert "\n  ##### Success Criteria\n\n" in text  # in the example too


def test_a_translated_format_is_asked_for_by_its_own_titles(translated):
    text = ask(parse("## Task 1: Construir\n", translated)).text
    for words in (
        "`**Requisitos**:`",
        "`### Pasos`",
        "`#### Paso 1: Name`",
        "`### Vuelta atrás` (checklist, required): Cómo se deshace el cambio.",
        "- [ ] `git revert HEAD` deja todo como antes",
    ):
        assert words in text
    for title in ("**Prerequisites**", "Implementation Steps", "Step 1:", "Next Steps", "Immediate next task"):
        assert title not in text


def test_only_what_is_missing_is_wanted():
    document = parse("## Task 1: Build\n\n**Objective**: Build it.\n\n### Success Criteria\n\n- [ ] `make` passes\n")
    asked = ask(document).user[-1].text
    wanted = asked[asked.index("## What is wanted") :]
    assert "`**Prerequisites**:`" in wanted
    assert "Success Criteria" not in wanted
    assert "- `**Objective**:`\n- `### Success Criteria`" in asked


def test_a_section_of_a_step_is_asked_for_below_its_own_headings():
    document = parse(
        """
        ## Task 1: Build

        ### Implementation Steps

        #### Step 1: Lay out

        #### Step 2: Wire it up

        **Objective**: Wire.
        """
    )
    assert describe_wanted(document.tasks[0], document.format, ["steps.2.validation", "steps.2.actions"]).split(
        "\n"
    ) == [
        "- `### Implementation Steps` (repeated, as a heading only)",
        "  - `#### Step 2: Wire it up` (repeated, as a heading only)",
        "    - `**Actions**:` (checklist)",
        "    - `**Validation**:` (checklist)",
    ]


def test_a_whole_section_is_shown_with_all_that_lies_in_it():
    document = parse("## Task 1: Build\n")
    assert describe_wanted(document.tasks[0], document.format, ["testing", "testing.unit"]).split("\n") == [
        "- `### Testing Plan`",
        "  - `**Unit Tests**:` (checklist)",
        "  - `**Integration Tests**:` (checklist)",
    ]


def test_a_repair_tells_what_was_written_what_is_wrong_and_what_is_wanted():
    document = parse("## Task 1: Build\n")
    shared = gather_shared(document, None, Stack(), None, trusted=False)
    context = gather_task(document, 0, None, None, trusted=False)
    step = Draft("steps.1", (), (Draft("steps.1.validation", ("- [ ] TBD",)),), "Lay out")
    drafts = [Draft("steps", (), (step,)), Draft("success", ("- [ ] It works",))]
    problems = [
        ("steps.1.validation", "“TBD” is a placeholder; write what is meant"),
        ("objective", "This section is missing"),
    ]
    asked = repair_request(PROMPTS, shared, context, drafts, problems, max_output=MAX_OUTPUT).user[-1].text
    assert "```markdown\n**Validation**:\n\n- [ ] TBD\n```" in asked
    assert "- `**Validation**:`: “TBD” is a placeholder" in asked
    assert "- `**Objective**:`: This section is missing" in asked
    assert "  - `#### Step 1: Lay out` (repeated, as a heading only)" in asked
    assert "It works" not in asked
    assert "Success Criteria" not in asked


def test_a_secret_in_a_title_or_an_answer_is_not_sent():
    token = "ghp" + "_" + "a1B2" * 9
    document = parse(f"## Task 1: Use {token}\n\n### Implementation Steps\n\n#### Step 1: Put {token} in\n")
    assert token not in ask(document).text
    shared = gather_shared(document, None, Stack(), None, trusted=False)
    context = gather_task(document, 0, None, None, trusted=False)
    drafts = [Draft("success", (f"- [ ] {token}",))]
    asked = repair_request(PROMPTS, shared, context, drafts, [("success", f"no {token}")], max_output=MAX_OUTPUT)
    assert token not in asked.text


def test_the_estimate_counts_by_script():
    def tokens(text: str) -> int:
        return estimate_tokens(Request((Block(text),), (), MAX_OUTPUT))

    base = tokens("")
    assert tokens("abcdefg") - base == 2
    assert tokens("計画計画") - base == 4
    assert tokens("план") - base == 2
    assert tokens("🚲🚲") - base == 2
    assert tokens("x" * 35_000) - base == 10_000


def run_of(path: Path, where: WorkspaceFiles | None) -> list[float]:
    """The shares of all requests of one expand-all run, with each task's plan handed to the later ones."""
    document = parse(path.read_bytes().decode("utf-8"))
    stack = detect_stack(where) if where else Stack()
    shared = gather_shared(document, where, stack, None, trusted=False)
    finished: list[FinishedPlan] = []
    shares: list[float] = []
    first: list[Block] = []
    for key in [document.graph.keys[index] for index in incomplete_tasks(document)]:
        index = document.graph.find(key)
        assert index is not None
        keys = wanted_keys(document.tasks[index], document.format)
        context = gather_task(document, index, None, None, trusted=False, finished=finished)
        request = task_request(PROMPTS, shared, context, keys, max_output=MAX_OUTPUT)
        first = first or prefix(request)
        assert prefix(request) == first
        shares.append(share(request))
        placement = place(document, index, plan_offline(document, index, keys, stack, where))
        document = Document(apply_edits(document.text, placement.edits), document.format)
        found = document.graph.find(key)
        if found is not None:
            finished.append(finished_plan(document, found))
    return shares


@pytest.mark.skipif(not FILES, reason="no corpus; name its folder in PLANSMITH_CORPUS")
def test_what_is_shared_is_three_quarters_of_the_input_of_real_breakdowns(record_property):
    runs = {path.name: found for path in FILES if (found := run_of(path, None))}
    requests = [part for found in runs.values() for part in found]
    means = {name: sum(found) / len(found) for name, found in runs.items()}
    record_property("shares", {name: round(mean, 3) for name, mean in means.items()})
    assert len(requests) > 50
    assert sum(requests) / len(requests) >= 0.75
