"""The texts that the core's properties are tried on: a corpus of documents, and generated ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / os.environ.get("PLANSMITH_CORPUS", "../shared/corpus")  # Markdown files, in folders or not

_FILES = sorted(CORPUS.glob("**/*.md"))
CORPUS_TEXTS = [path.read_bytes().decode("utf-8") for path in _FILES]

without_corpus = pytest.mark.skip(reason=f"no corpus in {CORPUS.name}; name its folder in PLANSMITH_CORPUS")
each_corpus_text = pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=path.stem[-50:]) for path, text in zip(_FILES, CORPUS_TEXTS, strict=True)]
    or [pytest.param("", marks=without_corpus)],
)

# Markdown line by line: prefixes that open containers, then a rest; so all that nests is met often.
PREFIXES = [
    "", " ", "  ", "   ", "    ", "\t", " \t", "> ", ">", " > ", ">\t",
    "- ", "-", "-\t", "* ", "+ ", "  - ", "    - ", "-   ", "-     ",
    "1. ", "1) ", "2. ", "10. ", "0. ", "1.", "1.  \t", "123456789. ", "1234567890. ", "1١. ",
]  # fmt: skip
RESTS = [
    "", "", "text", "more `code`", "a  ", "a\\", "\\# no", "&amp;", "**b**: x", "😀 emoji", "[x] done", "[ ] open",
    "# heading", "## heading ##", "###### six", "####### seven", "#none", "#", "#\ttab",
    "===", "---", "--", "-", "=", "= =", "***", "* * *", "_ _ _", "- - -", "+++", "---\t",
    "```", "````", "```py", "``` a`b", "~~~", "~~~~ x", "~~~ `", "``", "``` ",
    "<script>", "</script>", "<ſcript>", "<pre>x</pre>", "<style", "<textarea>", "<!-- c -->", "<!--", "-->", "a --> b",
    "<!-->", "<?php", "?>", "<!DOCTYPE x>", "<!x", "<![CDATA[", "]]>", "<div>", "</div>", "<div", "<div/>",
    "<table><tr>", "<a href='x'>", "<b>", "</b >", "<i-x a=1 b>", "<b> x", '<a href="', "<1>", "<b\xa0>",
    "[ref]: /url", "[ref]: <", "| a | b |", "|---|---|",
    "a\u2028b", "\u2028", "\x0b", "\x0c", "a\x85b", "\xa0", "\x00",
]  # fmt: skip
ENDS = ["\n"] * 12 + ["\r", "\r\n"]

_line = st.builds(
    lambda prefixes, rest, end: "".join(prefixes) + rest + end,
    st.lists(st.sampled_from(PREFIXES), max_size=4),
    st.sampled_from(RESTS) | st.text(alphabet="ab #->`~*_=+1.)<!/\t ", max_size=8),
    st.sampled_from(ENDS),
)
markdown = st.lists(_line, max_size=14).map("".join)

# Breakdowns: what tasks and plans are made of, and what joins, opens, closes and breaks them.
SNIPPETS = [
    "", "\n", "\n", "\n\n", "\r", "\r\n", "# ", "text\n", "x", " ", "\t", "\u2028", "😀",
    "---\n", "===\n", "---\nplansmith: true\n---\n", "plansmith: true\n", "plansmith: false\n", "...\n",
    "## Task 1: A\n", "## Task 2: B\n", "## Task 1: A ✅\n", "### Task 1.1: nested\n", "# TASK-006: Glued\n", "Task 5: s\n===\n",
    "Task: Named\n---\n", "## Task", "Task 7: ", "## Phase 1\n", "# Title\n", "Setext\n---\n", "### Notes\n",
    "### Implementation Steps\n", "#### Step 1: x\n", "#### Step 3: y\n", "#### Testing Plan\n", "## Testing Plan\n",
    "### Testing Plan\n", "### Success Criteria\n", "### Files Created/Modified\n", "### Dependencies Added\n", "### Next Steps\n",
    "**Objective**: foo\n", "**Objective:**\n", "**Prerequisites**: Task 1, Task 9\n", "**Prerequisites**:\n- Task 2\n- A\n",
    "- **Actions**: x\n", "**Actions**:\n", "**Validation**:\n\n", "**Unit Tests**: None\n", "**New Files**:\n- `a.py` - b\n",
    "**Estimated Complexity**: Low\n", "**Immediate next task**: Tasks 1-3\n", "Goal: x\n", "- Objective: y\n",
    "- [ ] a\n", "- [x] b\n", "  - [-] c\n", "1. d\n", "* * *\n", "> q\n", "> - e\n", "    code\n", "<div>\n", "</div>\n",
    "```\n", "```py\n", "~~~\n", "````md\n", "<!--", "-->", "<!-- c -->\n", "\n\n---\n\n",
    "<!-- plansmith: ignore missing-section -->\n", "<!-- plansmith: ignore missing-section, unknown-task, nonsense -->\n",
    "TODO: x\n", "[Name]\n", "...", "etc.\n",
]  # fmt: skip
snippets = st.sampled_from(SNIPPETS)

_PLAN = """\
## Task {}: {}

Opening text.

**Objective**: Do it.
**Prerequisites**: Task 1, Tasks 2-3, Task 9
**Estimated Complexity**: Low

### Implementation Steps

#### Step 1: First

**Actions**:

- [x] Create `a.py`
  - nested
- [ ] Write

**Validation**: None

```py
## no heading
```

### Testing Plan

- **Unit Tests**: `pytest`

### Success Criteria

1. it works

"""
BLOCKS = [
    _PLAN.format(1, "Plan"), _PLAN.format(2, "Other plan").replace("\n\n", "\n"), _PLAN.format("1.1", "Old ✅").replace("\n", "\r\n"),
    "## Task 3: Coarse\n\ntext\n\n", "Task: Named\n---\n- [ ] a\n\n---\n\n", "### Task 3.1: Nested\n**Depends on**: Coarse\n",
    "## Phase 1\n\ntext\n\n", "# Title\n\n", "## Task 1: Twice\n", "<!-- plansmith: ignore missing-section, unknown-task -->\n",
]  # fmt: skip
plans = st.builds(
    lambda front, parts: front + "".join(parts),
    st.sampled_from(["", "", "", "---\nplansmith: true\n---\n", "---\nx: y\n---\n"]),
    st.lists(st.sampled_from(BLOCKS) | st.sampled_from(BLOCKS) | snippets, min_size=1, max_size=9),
)
