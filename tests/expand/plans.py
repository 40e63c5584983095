"""Authors' documents for the properties: plans with sections left out, in the spellings that people use."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.plan.texts import markdown

_LISTS = [
    "- one\n- two", "* one\n* two", "+ one\n\n+ two", "1. one\n2. two", "1) one\n   - [ ] nested\n2) two",
    "- [ ] open\n- [x] done", "- one\n\n  more of one\n\n- two", "-\tone\n-\ttwo", "- one\nlazily on\n- two",
    "- one\n  ```sh\n  make\n  ```", "- one\n\n\n- two", "10. ten\n11. eleven", "- ", "- one\n  > quoted",
    "- one\n  ```sh\n  never closed", "1. one\n   - ~~~\n     never closed\n\n     more", "- one\n  <!-- never closed",
    "- > ```\n  > never closed", " - one\n - two", "- one\n* other", "- Note: this\n- Warning: that", "* **Bold**: this\n* **Other**: that",
]  # fmt: skip
_BLOCKS = [
    *_LISTS,
    "Some prose of the author's.", "Two lines\nof prose.", "Prose with a list:\n- one\n- two",
    "> a quote", "> a quote\nlazily on", "> a quote\n>\n> - with a list", "> a quote\n>",
    "| a | b |\n|---|---|\n| 1 | 2 |", "| a |\n|---|\n| **Objective**: no |",
    "```py\n# no heading\n- no list\n```", "~~~\ncode\n\n\nmore\n~~~", "````md\n```\n## Task 9: No\n```\n````",
    "    indented\n\n    code", "\tindented code", "  indented prose", "   ### Indented heading",
    "<div>\nhtml\n</div>", "<details>\n<summary>x</summary>\n\ntext\n\n</details>", "<!-- a comment -->",
    "<!-- a\n\ncomment -->", "<!-- plansmith: ignore missing-section -->", "<pre>\n\n- no list\n</pre>",
    "---", "***", "[ref]: https://example.org", "[ref] and **bold**: text", "**Priority**: High", "**Note**: x\n**Owner**: y",
    "Setext prose\n---", "#### A heading of mine", "##### Another\n\nwith text", "### Notes\n\n- of mine", "###### Six",
    "**Not a label** but bold", "Goal: plain", "😀 **Hint**: text", "Step 1: no heading", "#### Step 7: an orphan",
]  # fmt: skip
_blocks = st.lists(st.sampled_from(_BLOCKS), max_size=2)
_no_blocks: st.SearchStrategy[list[str]] = st.just([])
_gap = st.sampled_from(["\n\n"] * 6 + ["\n", "\n\n\n", "\n\n\n\n", "\n \n"])

_LINES = ["", "Serve it.", "Serve `x`\n  on two lines", "None", "Task 1", "Medium (3 days)"]
_CONTENT = [
    "", "", " None", " inline", "\n\n- one\n- two", "\n- one\n- two", "\n\n* [ ] one\n* [x] two", "\n\n- one\n\n- two",
    "\n\n```sh\nmake\n```", "\n\n> a quote", "\n\n1. one\n\n   more", "\n\nProse.\n\n- one", "\n<!-- to do -->",
    "\n\n| a |\n|---|\n| b |", "\n\n    code", "\n  - nested\n    - deeper", "\n\n- N/A", "\n\n- one\n  ```\n  open", "\n\n+ one\n\n      code in it",
]  # fmt: skip


@st.composite
def _label(draw: st.DrawFn, titles: list[str]) -> str:
    title = draw(st.sampled_from(titles))
    shape = draw(
        st.sampled_from(["**{}**:"] * 6 + ["**{}:**", "__{}__:", "🎯 **{}**:", "**🎯 {}**:", "**{} :**", "**{}** :"])
    )
    return shape.format(draw(st.sampled_from([title, title, title.upper(), f"1. {title}"])))


_HEAD = [["Objective", "Goal"], ["Prerequisites", "Depends on"], ["Estimated Complexity", "Complexity"]]
_STEP = [
    ["Objective", "Purpose"], ["Actions"], ["Code Examples"], ["Configuration"],
    ["Validation", "Checkpoint"], ["Troubleshooting", "Risks"],
]  # fmt: skip
_TESTING = [["Unit Tests"], ["Integration Tests"]]
_FILES = [["New Files"], ["Modified Files"]]
_NEXT = [["Immediate next task"], ["Dependencies unlocked"]]


@st.composite
def _fields(draw: st.DrawFn, fields: list[list[str]]) -> list[str]:
    """Some of the fields: in one paragraph, as paragraphs of their own, in a list, or as headings."""
    chosen = [titles for titles in fields if draw(st.booleans())]
    if not draw(st.sampled_from([True] * 5 + [False])):
        chosen = draw(st.permutations(chosen))
    style = draw(st.sampled_from(["paragraph", "blocks", "blocks", "blocks", "tight", "loose", "plain", "heading"]))
    bullet = draw(st.sampled_from(["-", "*", "+", "1.", " -"]))
    labels = [draw(_label(titles)) for titles in chosen]
    if style == "blocks":
        return [label + draw(st.sampled_from([" " + text for text in _LINES] + _CONTENT)) for label in labels]
    if style == "heading":
        return [f"##### {titles[0]}{draw(st.sampled_from(_CONTENT))}" for titles in chosen]
    texts = [draw(st.sampled_from(["", " text", " None", " `code`"])) for _ in labels]
    if style == "paragraph":
        return ["\n".join(map("".join, zip(labels, texts, strict=True)))] if labels else []
    if style == "plain":
        labels = [f"{titles[0]}:" for titles in chosen]
    nested = draw(st.sampled_from(["", "", "\n    - [ ] nested\n    - more"]))
    items = [f"{bullet} {label}{text}{nested if not text else ''}" for label, text in zip(labels, texts, strict=True)]
    return ["\n\n".join(items) if style == "loose" else "\n".join(items)] if items else []


@st.composite
def _body(draw: st.DrawFn, level: int) -> list[str]:
    """Some of the body sections of a task whose heading has `level`."""
    shift = draw(st.sampled_from([0] * 8 + [1, -1]))
    chosen = [n for n in range(6) if draw(st.booleans())]
    if not draw(st.sampled_from([True] * 6 + [False])):
        chosen = draw(st.permutations(chosen))
    found: list[str] = []
    for number in chosen:
        below = min(max(level + 1 + shift, 1), 6)
        title = ["Implementation Steps", "Testing Plan", draw(st.sampled_from(["Success Criteria", "Definition of Done"])),
                 "Files Created/Modified", "Dependencies Added", "Next Steps"][number]  # fmt: skip
        if draw(st.sampled_from([True] * 7 + [False])):
            found.append(f"{'#' * below} {draw(st.sampled_from(['', '', '✅ ', '4. ']))}{title}")
        else:
            found.append(f"{draw(st.sampled_from(['', '', '- ']))}**{title}**:")
        if draw(st.sampled_from([False] * 6 + [True])):
            found += draw(_blocks)
        if number == 0:
            for step in range(draw(st.integers(0, 3))):
                found.append(f"{'#' * min(below + 1, 6)} Step {step + 1}: Do it")
                found += draw(_fields(_STEP))
        elif number in (2, 4):
            found.append(draw(st.sampled_from(["", "- [ ] one\n- [x] two", "None", "* a", "<!-- none yet -->"])))
        else:
            found += draw(_fields({1: _TESTING, 3: _FILES, 5: _NEXT}[number]))
        if draw(st.sampled_from([False] * 8 + [True])):
            found += draw(_blocks)
    return [text for text in found if text]


@st.composite
def _task(draw: st.DrawFn, number: int) -> list[str]:
    level = draw(st.sampled_from([2, 2, 2, 2, 1, 3, 4]))
    name = draw(st.sampled_from([f"Task {number}: Build", f"Task {number}: Build ✅", f"TASK-00{number}: Build"]))
    heading = f"{'#' * level} {name}"
    if level <= 2 and draw(st.sampled_from([False] * 5 + [True])):
        heading = f"{name}\n{'=' if level == 1 else '-'}-----".replace("=-", "==").replace("=----", "=====")
    prose = draw(st.sampled_from([0, 0, 1]))
    parts = [heading]
    parts += draw(_blocks if prose else _no_blocks)
    parts += draw(_fields(_HEAD))
    if draw(st.sampled_from([False] * 3 + [True])):
        parts += draw(_blocks)
    return parts + draw(_body(level))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document of one or two tasks, with other text around them."""
    parts = draw(st.sampled_from([[], [], ["# A project\n\nAbout it."], ["---\nplansmith: true\n---"]]))
    for number in range(draw(st.integers(1, 2))):
        parts = [*parts, *draw(_task(number + 1))]
        parts += draw(st.sampled_from([[], [], [], ["---"], ["<!-- plansmith: ignore missing-section -->"]]))
    if draw(st.sampled_from([False] * 5 + [True])):
        parts = [*parts, "## An appendix\n\nText."]
    text = "".join(part + draw(_gap) for part in parts)
    text = text.rstrip("\n ") + draw(st.sampled_from(["\n", "\n", "", "\n\n", "\n\n\n", "\n  "]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])))


_BELOW: dict[str, tuple[list[list[str]], str]] = {
    "Testing Plan": (_TESTING, "####"), "Files Created/Modified": (_FILES, "####"), "Next Steps": (_NEXT, "####"),
}  # fmt: skip


@st.composite
def _shuffled_fields(draw: st.DrawFn, fields: list[list[str]], marks: str) -> list[str]:
    titles = [titles[0] for titles in fields if draw(st.booleans())]
    shapes = {
        "label": "**{}**: text",
        "list": "**{}**:\n\n- a\n- b",
        "item": "- **{}**: text",
        "head": marks + " {}\n\n- a",
    }
    style = draw(st.sampled_from(["label", "list", "item", "head", "mixed"]))
    return [
        shapes[draw(st.sampled_from(["label", "item", "head"])) if style == "mixed" else style].format(title)
        for title in draw(st.permutations(titles))
    ]


@st.composite
def shuffled_plans(draw: st.DrawFn) -> str:
    """One plan whose sections stand in any order, most of them as headings."""
    parts = ["## Task 1: Build", *draw(_shuffled_fields(_HEAD, "###"))]
    titles = ["Implementation Steps", "Testing Plan", "Success Criteria", "Files Created/Modified", "Dependencies Added", "Next Steps"]  # fmt: skip
    chosen = [title for title in titles if draw(st.sampled_from([True, True, False]))]
    chosen += draw(st.sampled_from([[], [], [], ["Definition of Done"], ["Notes"]]))
    for title in draw(st.permutations(chosen)):
        parts.append(draw(st.sampled_from(["### {}"] * 9 + ["**{}**:"])).format(title))
        if title == "Implementation Steps":
            for number in range(draw(st.integers(1, 3))):
                parts += [f"#### Step {number + 1}: Do it", *draw(_shuffled_fields(_STEP, "#####"))]
        elif title in _BELOW:
            parts += draw(_shuffled_fields(*_BELOW[title]))
        else:
            parts.append("- [ ] one")
    return "\n\n".join(parts) + "\n"


@st.composite
def wild_documents(draw: st.DrawFn) -> str:
    """Any Markdown, with the titles of a plan strewn in."""
    titles = [
        "## Task 1: Build\n", "## Task 2: Ship\n", "### Task 2.1: Pack\n", "### Implementation Steps\n", "#### Step 1: Go\n",
        "**Objective**:", "**Prerequisites**:", "\n\n**Actions**:\n", "### Success Criteria\n", "### Testing Plan\n",
        "**Unit Tests**:", "- **Validation**:\n", "\n\n", "### Next Steps\n", "- **Testing Plan**:\n", "\n---\n",
    ]  # fmt: skip
    parts = draw(st.lists(st.sampled_from(titles) | markdown, max_size=8))
    return "## Task 1: Build\n" + "".join(parts)
