"""Generated documents: plans with sections in any order, at any level, in any spelling, half of them broken."""

from __future__ import annotations

from hypothesis import strategies as st

_NAMES = ("Build", "Ship", "Tell")
_FIELDS = {
    "task": ("Objective", "Prerequisites", "Estimated Complexity", "Goal", "Purpose", "Depends on"),
    "step": (
        "Objective", "Actions", "Code Examples", "Configuration", "Validation", "Troubleshooting", "Risks", "Goal",
    ),
    "testing": ("Unit Tests", "Integration Tests"),
    "files": ("New Files", "Modified Files"),
    "next": ("Immediate next task", "Dependencies unlocked"),
    "body": ("Implementation Steps", "Testing Plan", "Success Criteria"),
}  # fmt: skip
_KINDS = ("task", "step", "step", "step", "testing", "files", "next", "body")
_LINES = (
    "Moderate (3 days)", "Low", "Task 1", "Task 2, Task 9", "Tasks 1–3", "None", "As Step 2 says.", "<!-- later -->", "",
)  # fmt: skip
_BLOCKS = (
    "- [ ] Create `src/a.py`",
    "- [x] Create `src/a.py`\n- Run `make`",
    "- [x] Run `make`",
    "- Change it as needed\n  - nested\n- [] Open",
    "1. Run `make`\n2. Run Step 1 again",
    "```python\nrun()\n```",
    "```\n### Testing Plan",
    "| a | b |\n| - | - |",
    "> - quoted\n> ### Testing Plan",
    "Some words of the author.",
    "Words\n---",
    "A longer\nheading\n===",
    "<div>\n\n### Success Criteria\n\n</div>",
    "<!-- a comment",
    "- None",
    "- ",
    "---",
    "<!-- plansmith: ignore plain-list, no-such-rule -->",
    "<!-- plansmith: ignore misplaced-section -->",
    "<!-- plansmith: ignore -->",
)
_HEADINGS = (
    "Implementation Steps", "Testing Plan", "Success Criteria", "Acceptance Criteria", "Files Created/Modified",
    "Dependencies Added", "Next Steps", "Notes", "Verification", "Actions", "Unit Tests", "Objective",
)  # fmt: skip


@st.composite
def _heading(draw: st.DrawFn) -> str:
    level = draw(st.sampled_from((1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6)))
    text = draw(st.sampled_from(_HEADINGS))
    if draw(st.booleans()):
        text = f"Step {draw(st.integers(0, 4))}: {draw(st.sampled_from(_NAMES))}"
        level = draw(st.sampled_from((3, 4, 4, 4, 4, 5)))
    if level <= 2 and draw(st.booleans()):
        return f"{text}\n{'=' if level == 1 else '-'}---"
    return f"{'#' * level} {text}"


@st.composite
def _label(draw: st.DrawFn) -> str:
    title = draw(st.sampled_from(_FIELDS[draw(st.sampled_from(_KINDS))]))
    written = draw(st.sampled_from(("**{}**:", "**{}:**", "**{}**:", "**{}**:", "- **{}**:", "- {}:")))
    return f"{written.format(title)} {draw(st.sampled_from(_LINES))}".rstrip()


_piece = st.one_of(_heading(), _label(), _label(), st.sampled_from(_BLOCKS))
_end = st.sampled_from(("\n\n", "\n\n", "\n\n", "\n", "\n\n\n"))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document that is ours, with one to three tasks."""
    parts = ["---\nplansmith: true\n---\n"]
    for number in range(1, draw(st.integers(1, 3)) + 1):
        level, mark = draw(st.sampled_from((1, 2, 2, 2, 3))), draw(st.sampled_from(("", "", " ✅")))
        parts.append(f"{'#' * level} Task {number}: {_NAMES[number - 1]}{mark}\n\n")
        parts += [piece + draw(_end) for piece in draw(st.lists(_piece, max_size=14))]
    text = "".join(parts)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    if draw(st.integers(0, 9)) == 0:
        text = text.replace("\n", "\r\n")
    return text
