"""The rule placeholder-text: what stands for other text, and all the brackets that do not."""

from __future__ import annotations

from importlib.resources import files as resources

import pytest

from plansmith.plan.document import Document
from plansmith.plan.format import build_format
from plansmith.plan.text import Edit, Span
from plansmith.rules.runner import Analysis, Checker, Options
from plansmith.workspace.manifest import read_toml
from tests.markers import built_in_format, check_marks, dedent, find

RULE = "placeholder-text"


def plan(*lines: str) -> str:
    """A plan whose only step has these actions."""
    head = ["## Task 1: Build", "", "### Implementation Steps", "", "#### Step 1: Start", "", "**Actions**:", ""]
    return "\n".join([*head, *lines, ""])


def flagged(*lines: str) -> list[str]:
    """What is flagged in these lines of a plan."""
    text = plan(*lines)
    rows = text.split("\n")
    spans = [finding.span for finding in find(text, RULE)]
    return [rows[span.line][span.start : span.end if span.line == span.end_line else None] for span in spans]


def test_every_kind_of_placeholder(check):
    check(only=RULE, text="""
        ## Task 1: Build

        **Objective**: TBD
                       ^^^ warning[placeholder-text]: Settle “TBD”, or write what is open as “Decide: …”
        **Prerequisites**: [List what is needed first]
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[placeholder-text]: Replace the placeholder “[List what is needed first]” with the real text

        ### Implementation Steps

        #### Step 1: [Step Name]
                     ^^^^^^^^^^^ warning[placeholder-text]

        **Actions**:

        - [ ] ...
              ^^^ warning[placeholder-text]: Write out what “...” stands for, or delete it
        - [ ] Add the handler (implement later)
                               ^^^^^^^^^^^^^^^ warning[placeholder-text]: Say now what is to be done instead of “implement later”
        - [x] Similar to Step 1, for the reader
              ^^^^^^^^^^^^^^^^^ warning[placeholder-text]: Say here what is to be done; each step stands on its own

        **Code Examples**:

        ```python
        # your code here
        ^^^^^^^^^^^^^^^^ warning[placeholder-text]: Write the code; this block holds nothing but a placeholder
        ```
    """)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- [ ] Write [Description] into `src/app.py`", ["[Description]"]),
        ("- [ ] [description]", ["[description]"]),
        ("- [ ] Copy [Feature A] and [Feature B]", ["[Feature A]", "[Feature B]"]),
        ("- [ ] [File 1] and [Action A]", ["[File 1]", "[Action A]"]),
        ("- [ ] **[Your component's name]**", ["[Your component's name]"]),
        ("- [ ] ([e.g. the name of the store])", ["[e.g. the name of the store]"]),
        ("- [ ] [Ask the owner: “which store?”]", ["[Ask the owner: “which store?”]"]),
        ("- [ ] [TODO: write this]", ["[TODO: write this]"]),
        ("- [ ] [TBD]", ["[TBD]"]),
        ("- [ ] [**Name**]", ["[**Name**]"]),
        (r"- [ ] \`[Describe it]\`", ["[Describe it]"]),
        ("- [ ] [...]", ["[...]"]),
        ("- [ ] 🚀 [Name of the job]", ["[Name of the job]"]),
        ("- [ ] 部署 [Name] 服务", ["[Name]"]),
        ("| Path | [What it is for] |", ["[What it is for]"]),
        ("> [What it is for]", ["[What it is for]"]),
        ("- [ ] Outer\n  - [Inner placeholder]", ["[Inner placeholder]"]),
        ("A line of the author's own.\n[Describe the flow]", ["[Describe the flow]"]),
        ("- [ ] [Feature A] (see below)", ["[Feature A]"]),
        ("- [ ] [Task X.Y]: what it brings", ["[Task X.Y]"]),
    ],
)
def test_words_in_brackets(line, found):
    assert flagged(*line.split("\n")) == found


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] Ticked: [x] [X] [-] [~] [ ]",
        "- [ ] See [Feature A](docs/feature-a.md)",
        "- [ ] See [Feature A][feature] and [Feature B][]",
        "- [ ] ![Screen shot](shot.png) and [![Build Status](badge.svg)](https://ci.example)",
        "- [ ] See [^first note]",
        "- [ ] See [[Wiki Page]]",
        r"- [ ] \[Not a placeholder\]",
        "- [ ] [Words in a span]{.mark}",
        "> [!NOTE]",
        "- [ ] `[foo bar]` in a code span",
        "- [ ] A code span that `goes [on and\n  on] in` the next line",
        "- [ ] Array[String] and values[first name]",
        "- [ ] Numbers [1, 2, 3], names [a, b, c], ranges [0, 1)",
        "- [ ] [P] [US1] [WIP] [Task 3] [Errno 98] [REQ 12.1] [2026-01-02 noon]",
        "- [ ] <!-- [Write this down] -->",
        "<!-- [Write this down] -->",
        "<div>\n[Write this down]\n</div>",
        "[Feature A]: https://example.com/a",
        '[Feature A]: <docs/a.md> "A title"',
        "- [ ] See [Feature A]\n\n[feature  a]: docs/a.md",
    ],
)
def test_brackets_that_are_no_placeholder(line):
    assert flagged(*line.split("\n")) == []


def test_a_label_that_the_document_defines_elsewhere_is_a_link(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Objective**: As in the [Design Paper] and the [Other Paper]
                                                        ^^^^^^^^^^^^^ warning[placeholder-text]

        # Links

        [design paper]: docs/design.md
    """)  # fmt: skip


def test_a_definition_that_comes_and_goes_changes_what_is_found():
    fmt = built_in_format()
    text = plan("- [ ] Read the [Design Paper]") + "\n## Task 2: Ship\n\nText.\n"
    document = Document(text, fmt)
    analysis = Analysis(document, Checker(fmt, Options(only=frozenset({RULE}))))
    last = len(document.lines) - 1
    counts = [len(analysis.report().findings)]
    for new in ("\n[design paper]: docs/design.md", ""):
        span = Span(last, 0, len(document.lines) - 1, len(document.lines[-1]))
        analysis.update(document.edit(Edit(span, new)))
        counts.append(len(analysis.report().findings))
    assert counts == [1, 0, 1]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- [ ] TODO", ["TODO"]),
        ("- [ ] TODO write the parser", ["TODO"]),
        ("- [ ] **TODO**: write the parser", ["TODO"]),
        ("- [ ] TODO(alice): write the parser", ["TODO"]),
        ("- [ ] ⚠️ FIXME later", ["FIXME"]),
        ("- [ ] TBD.", ["TBD"]),
        ("- [ ] Name the store (TBD: ask the owner)", ["TBD"]),
        ("- [ ] Handler, TODO：errors", ["TODO"]),
        ("TBD by the team", ["TBD"]),
        ("**Objective**: FIXME", ["FIXME"]),
        ("- [ ] …", ["…"]),
        ("- [ ] **...**", ["..."]),
        ("**Objective**: ...", ["..."]),
        ("- [ ] Implement it later", ["Implement it later"]),
        ("- [ ] Fill in the details", ["Fill in"]),
        ("- [ ] Errors: fill in", ["fill in"]),
        ("- [ ] same as Task 2", ["same as Task 2"]),
        ("- [ ] Same as in Step 1.2", ["Same as in Step 1.2"]),
        ("- [ ] **Similar to Task #3**", ["Similar to Task #3"]),
    ],
)
def test_words_that_put_it_off(line, found):
    assert flagged(*line.split("\n")) == found


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] TODO list: render the items",
        "- [ ] TODO items are sorted by date",
        "- [ ] TODO comments are gone",
        "- [ ] TODO and FIXME marks are gone",
        "- [ ] TODO.md is up to date",
        "- [ ] TODO/FIXME are gone",
        "- [ ] Search for “TODO: ” and `TODO: x`",
        "- [ ] `src/app.py` TODO",
        "- [ ] Move the card to TODO",
        "- [ ] A line that goes on with\n  TODO in its second line",
        "- [ ] todo: nothing in small letters",
        "- [ ] Wait... then go on",
        "- [ ] `...`",
        "- [ ] Fill in the login form with `alice`",
        "- [ ] Fill in `#email`",
        "- [ ] Polyfill in the browser, backfill in batches, fill in parallel, fill in-memory caches",
        "- [ ] What is implemented later stays open",
        "- [ ] Similar to the old parser",
        "- [ ] The output is the same as Task 1 wrote",
        "- [ ] Step 2 is similar to Step 1",
    ],
)
def test_words_that_only_look_like_it(line):
    assert flagged(*line.split("\n")) == []


def test_text_outside_the_sections_is_the_author_s(check):
    check(only=RULE, text="""
        ## Task 1: Build

        TODO: ask [the whole team].

        ### Implementation Steps

        #### Step 1: Start

        ##### TODO
    """)  # fmt: skip


def fenced(language: str, *code: str) -> list[str]:
    """What is flagged in a fence."""
    return flagged(f"```{language}", *code, "```")


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("bash", "npm install [Package]", ["[Package]"]),
        ("python", 'def run():\n    """[Expected Result]"""', ["[Expected Result]"]),
        ("yaml", "on: push\nname: [Step Name]\ntitle: [Title]", ["[Step Name]", "[Title]"]),
        ("", "[Command]\n[Expected Result]", ["[Command]"]),  # one block, one finding
        ("ts", "title: [Step Name]\nrun()", ["[Step Name]"]),
        ("", "[paste the output]", ["[paste the output]"]),
        ("python", "...", ["..."]),
        ("python", "# TODO: write the handler", ["# TODO: write the handler"]),
        ("ts", "// implement later", ["// implement later"]),
        ("js", "/* your code here */", ["/* your code here */"]),
        ("", "[Paste the output of the command]", ["[Paste the output of the command]"]),
        ("", "    TODO", ["TODO"]),
    ],
)
def test_placeholders_in_code(language, code, found):
    assert fenced(language, *code.split("\n")) == found


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("toml", "[package]\nname = 'x'"),
        ("ini", "[Path]\nroot = /"),
        ("toml", "[package]"),
        ("swift", "func files() -> [File] { [] }"),
        ("python", "def run(paths: list[Path]) -> None:\n    x: Callable[[Path], None] = [Path]"),
        ("ts", "entities: [Action]"),
        ("sql", "SELECT [Name], [Title] FROM [File]"),
        ("js", "const all = [...items]; // TODO: later\nrun(...all)"),
        ("json", '{"items": [...]}'),
        ("python", "class Handler:\n    def run(self): ..."),
        ("bash", "usage: tool [path] [FILE] [OPTION NAME]"),
        ("vue", "<p>[foo bar]</p>\n<q/>"),
        ("python", "rows = [a for a in b]"),
        ("python", "x[first name]"),
        ("", "[a, b]"),
        ("", ""),
    ],
)
def test_code_that_has_brackets_of_its_own(language, code):
    assert fenced(language, *code.split("\n")) == []


def test_template_words_in_a_code_span(check):
    check_marks(
        plan(
            "- [ ] `[Path]`",
            "       ^^^^^^ warning[placeholder-text]",
            "- [ ] Run `pip install [Package]`",
            "                       ^^^^^^^^^ warning[placeholder-text]",
            "- [ ] `list[Path]` and `[foo bar]` and `f([Path])`",
        ),
        RULE,
    )


def test_a_block_of_placeholders_is_one_finding_over_its_lines(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        - Nested:

          ```python
          # TODO
          ^^^^^^+1 warning[placeholder-text]
          ...
          ```
    """)  # fmt: skip


def test_a_translated_plan_points_at_its_own_steps():
    toml = resources("plansmith").joinpath("formats/detailed-plan.toml").read_text("utf-8")
    toml = toml.replace('"Step {n}: {name}"', '"Paso {n}: {name}"').replace('["Task", "Tasks"]', '["Tarea"]')
    data, problem = read_toml(toml)
    assert problem is None
    text = dedent("""
        ## Task 1: Build
        ### Implementation Steps
        #### Paso 1: Start
        - Similar to Paso 1
        - Same as Tarea 2
        - Same as Step 3
    """)
    found = find(text, RULE, fmt=build_format(data))
    assert [finding.span.line for finding in found] == [3, 4]
