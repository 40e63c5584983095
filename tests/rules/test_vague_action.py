"""The rule vague-action: what one can start on at once, and what one can't."""

from __future__ import annotations

import pytest

from tests.markers import find

RULE = "vague-action"


def vague(*lines: str) -> list[str]:
    """What is flagged in a step with these lines below Actions."""
    head = ["## Task 1: Build", "### Implementation Steps", "#### Step 1: Start", "**Actions**:", ""]
    rows = [*head, *lines]
    return [rows[f.span.line][f.span.start : f.span.end] for f in find("\n".join(rows), RULE)]


def test_actions_that_name_nothing(check):
    check(only=RULE, text="""
        ## Task 1: Build
        **Objective**: Make it work.
        ### Implementation Steps
        #### Step 1: Start
        **Objective**: Make it work.
        **Actions**:
        - [ ] Implement the endpoint
              ^^^^^^^^^^^^^^^^^^^^^^ hint[vague-action]: Say what to touch: a file, a command, a name or a value
        - [x]   添加错误处理
                ^^^^^^ hint[vague-action]
        1. Set up the API
           ^^^^^^^^^^^^^^ hint[vague-action]
        - [ ] Add appropriate checks to `src/app.py`
                  ^^^^^^^^^^^ hint[vague-action]: Say what exactly is meant by “appropriate”
        - [ ] Create `src/app.py`
          - Log errors, etc.
                        ^^^^ hint[vague-action]: Say what exactly is meant by “etc.”
        **Validation**:
        - [ ] It works as needed
        ### Success Criteria
        - [ ] Errors are handled
    """)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Create `src/app.py`",
        "Create src/app.py",
        "Change the docs/ folder",
        "Change ./run",
        "Read https://example.com/guide",
        "Open http://localhost",
        "Read the [guide](guide)",
        "Retry 3 times",
        "Answer with “Not found”",
        'Answer with "Not found"',
        "Answer with 'Not found'",
        "Antworte mit „Nicht gefunden“",
        "显示「找不到」",
        "Rename userName",
        "Rename user_name",
        "Extend UserService",
        "Extend models.User",
        "Edit README.md",
        "Edit .env",
        "Call start()",
        "Pass --verbose",
        "Set $HOME",
        "Serve GET /health",
        "Decide: which store keeps the sessions",
        "**Decide**: which store keeps the sessions",
        "Serve the request:\n  - in `src/app.py`",
        "Serve the request:\n  1. Decide: where",
        "Serve the request:\n\n  ```python\n  serve()\n  ```",
        "Serve the request:\n\n```python\nserve()\n```",
        "Serve the request:\n\n      serve()",
        "A paragraph that names\n  its file in its second line: app.py",
    ],
)
def test_one_concrete_thing_is_enough(line):
    assert vague(f"- [ ] {line}") == []


@pytest.mark.parametrize(
    "line",
    [
        "Don't break the user's data",
        "Add and/or remove roles",
        "Wire the parts, e.g. the cache",
        "Configure CORS",
        "Refactor: clean up",
        "End-to-end flow",
    ],
)
def test_words_that_look_concrete_and_are_not(line):
    assert vague(f"- [ ] {line}") == [line]


def test_the_number_of_a_list_item_is_no_number():
    assert vague("1. Wire the parts", "   1. Then more of them") == ["Wire the parts"]


def test_what_follows_the_next_action_is_not_its_own():
    assert vague("- [ ] Wire the parts", "- [ ] Run:", "```sh", "make", "```") == ["Wire the parts"]
    assert vague("- Wire the parts", "- ```sh", "  make", "  ```") == ["Wire the parts"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Log to `app.log` as needed", ["as needed"]),
        ("Handle 404 Appropriately", ["Appropriately"]),
        ("Edit /etc/hosts and /etc.d/x", []),
        ("Print `etc.`, `as needed` and `appropriate` 3 times", []),
        ("Reject inappropriate names: `admin`", []),
        ("Decide: what is appropriate", []),
        ("Run:\n\n  ```sh\n  echo appropriate\n  ```", []),
    ],
)
def test_words_that_leave_it_open(line, found):
    assert vague(f"- [ ] {line}") == found


def test_nothing_to_say_of_no_items():
    assert vague("Just a paragraph.") == []
    assert vague("- [ ]", "- [ ] ", "- ...") == []


def test_a_hostile_line_takes_no_time():
    # A path that could start at every sign of a run of dots is looked for once.
    assert vague(f"- [ ] {'x.' * 200_000}x.1", f"- [ ] {'-' * 200_000}") == []
