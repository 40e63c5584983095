"""Whatever a task says: the planner never fails, answers what it is asked, and what it writes breaks no rule."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.expand.expansion import wanted_keys
from plansmith.expand.offline import plan_offline
from plansmith.expand.wording import code, cut, plain, quoted, said, short
from plansmith.plan.document import Document
from plansmith.workspace.formats import load_format
from tests.expand.offline import Plan, Workspace, expanded, grave_findings, workspace
from tests.plan.texts import markdown

PYTHON = workspace(
    {
        "pyproject.toml": """
            [project]
            name = "demo"
            dependencies = ["fastapi"]
            [project.optional-dependencies]
            dev = ["pytest", "pytest-cov", "ruff", "mypy"]
            """,
        "tests/test_app.py": "def test_it(): pass",
    },
    ["src/demo/__init__.py", "src/demo/app.py", "docs/a.md", ".env.example"],
)
WORKSPACES = [workspace(), workspace({}), PYTHON]

_LINES = [
    "- Create `src/demo/new.py` with `run()`", "- [x] Update `src/demo/app.py`", "* [ ] TBD", "- ...", "- [Some Name]",
    "- [ ] FIXME: later", "- fill in the rest", "- implement later", "- same as Step 1", "- Similar to Task 2", "- -->",
    "- <!-- hidden", "- <div>", "- # heading", "- ```", "- **Objective**: no", "- Validation: `make test`", "- `unclosed",
    "- ends with a \\", "- [link](#task-2)", "- [link][ref]", "- ![image](x.png)", "- `a` `` b`c `` d", "- | a | b |",
    "- 1. nested", "- > quoted", "- \u202ebidi\u202c", "- zero\u200bwidth", "- " + "long words " * 60, "- " + "x" * 400,
    "- `" + "y" * 400 + "`", "  - nested one", "  - nested two `b.py`", "    - deep", "1. first", "2) second", "+ other",
    "Prose with `REDIS_URL` and `POST /login` on port 8080, error 404.", "It must not fail. It should log `E_FAIL`.",
    "Depends on Task 2.", "After Task 1 and Task 9, before Task 3.", "Needs the first task.", "**Depends on**: Task 2",
    "**Priority**: P0", "**File**: `src/demo/`", "**Why**: because", "**Notes:**", "**Open questions**:", "- which one?",
    "**Step 1: Write it**", "### Backend", "### Acceptance Criteria", "- [x] It works", "- [ ] It is fast",
    "### Implementation Steps", "#### Step 1: Begin", "**Actions**:", "**Validation**:", "### Testing Plan",
    "### Files Created/Modified", "**New Files**:", "### Next Steps", "**Objective**:", "---", "", "", "",
    "```bash\npip install redis==5 -D\nnpm i -D left-pad\n```", "```\n[Description]\n```", "```py\n...\n```",
    "~~~\ncode\n~~~", "```js\nlet a = `b`;\n````", "- item\n  ```py\n  x = 1\n  ```", "| a | b |\n|---|---|\n| `c.py` | d |",
    "> quote `q.py`", "<details>\n<p>x</p>\n\n</details>", "    indented()", "`pip install`", "`npm i`", "`cargo add serde`",
    "`/absolute/path.py` and `../out.py` and `a/../../b.py`", "`[x]` `[Description]` `a[Name]`", "None", "- None",
    "- `git push --force` and `rm -rf build`", "- Prüfe `größe.py`", "- 日本語のタスク", "- 🚀 `rocket.py`", "Setext\n---",
]  # fmt: skip
_line = st.one_of(
    st.sampled_from(_LINES), st.text(max_size=40).map(lambda text: text.replace("\r", "").replace("\n", " "))
)
_NAMES = [
    "Build it", "Add a login", "Write `docs/a.md`", "", "[Some Name]", "TBD", "Task 9 again", "Ship, then rest", "A|B <c>",
    "Depends on Task 1", "✅ Done one", "[x] Ticked", "x" * 200, "`src/demo/app.py`", "None", "Speed up the order list",
]  # fmt: skip
_HEADS = ["## Task {n}: ", "## Task: ", "### TASK-00{n}: ", "# Task {n} - "]


@st.composite
def breakdowns(draw: st.DrawFn) -> str:
    """Documents of one to three tasks."""
    parts = [draw(st.sampled_from(["", "---\nplansmith: true\n---\n", "# Title\n"]))]
    for number in range(1, draw(st.integers(2, 4))):
        head = draw(st.sampled_from(_HEADS)).format(n=number)
        parts.append(head + draw(st.sampled_from(_NAMES)))
        parts += draw(st.lists(_line, max_size=12))
    return "\n".join(parts) + draw(st.sampled_from(["", "\n"]))


def _check(text: str, where: Workspace) -> None:
    document = Document(text, load_format())
    for index, task in enumerate(document.tasks):
        wanted = wanted_keys(task, document.format)
        drafts = plan_offline(document, index, wanted, where.stack, where.files)
        assert drafts == plan_offline(document, index, wanted, where.stack, where.files)
        _check_keys(wanted, Plan(document, index, drafts))
        after, lines = expanded(document, index, where)
        assert grave_findings(after, lines) == []


def _check_keys(wanted: list[str], plan: Plan) -> None:
    """Each wanted key has a draft with something in it, and nothing else is written."""
    has_steps = any("steps.1" in key for key in wanted)
    for key in wanted:
        assert key in plan
        assert plan.by_key[key].body or plan.by_key[key].children
    for draft in plan.drafts:
        assert draft.key in wanted or (has_steps and draft.key.startswith("steps."))
    for draft in plan.by_key.values():
        for line in draft.body:
            assert not {"\n", "\r", "\u202e"}.intersection(line)


@given(breakdowns(), st.sampled_from(WORKSPACES))
@example("## Task 1: A\nAfter Task 2.\n\n## Task 2: B\nAfter Task 1.\n", PYTHON)
@example("## Task 1: A ✅\nDepends on Task 2.\n\n## Task 2: B\n", PYTHON)
@example("## Task 1: Depends on Task 1\n\n## Task 2: None\n", PYTHON)
@example("## Task 1: TBD\n\n- [ ] TBD\n- `[Description]`\n", PYTHON)
def test_a_plan_answers_what_is_missing_and_breaks_no_rule(text: str, where: Workspace) -> None:
    _check(text, where)


@given(markdown, st.sampled_from(WORKSPACES))
def test_any_markdown_can_be_a_task(text: str, where: Workspace) -> None:
    _check(f"## Task 1: Any\n\n{text}\n\n## Task 2: Other\n", where)


@given(st.text())
def test_text_of_the_author_becomes_one_harmless_line(text: str) -> None:
    for line in (plain(text), quoted(text), said(text), short(text), code(text)):
        assert "\n" not in line
        assert "\r" not in line
        assert line.count("`") % 2 == 0
        assert "<!--" not in line
        assert "-->" not in line
        assert len(line) <= 260


@given(st.text(alphabet="ab `", max_size=80), st.integers(10, 40))
def test_a_cut_never_opens_a_code_span(text: str, limit: int) -> None:
    assert plain(cut(plain(text), limit)).count("`") % 2 == 0


@given(breakdowns())
def test_two_tasks_with_different_words_have_different_plans(text: str) -> None:
    document = Document(
        f"{text}\n\n## Task 71: Count the apples\n\n- Count `apples.py`\n\n## Task 72: Peel the pears\n\n- Peel `pears.py`\n",
        load_format(),
    )
    if len(document.tasks) < 2 or document.tasks[-1].name != "Peel the pears":
        return  # an open fence has swallowed them
    last = len(document.tasks) - 1
    plans = [
        plan_offline(document, at, ["steps", "success", "files"], PYTHON.stack, PYTHON.files) for at in (last - 1, last)
    ]
    assert plans[0] != plans[1]
