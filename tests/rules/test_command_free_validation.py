"""The rule command-free-validation: a list that proves something has something to run."""

from __future__ import annotations

import pytest

from tests.markers import find

RULE = "command-free-validation"


def is_flagged(*lines: str) -> bool:
    """Whether a validation with these lines is flagged."""
    head = ["## Task 1: Build", "### Implementation Steps", "#### Step 1: Start", "**Validation**:", ""]
    return bool(find("\n".join([*head, *lines]), RULE))


def test_each_list_that_should_have_a_command_is_flagged_once(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Look
        **Verification**: it works
          ^^^^^^^^^^^^ hint[command-free-validation]: No item of “Verification” has a command; write the one that proves it, and the result to expect
        #### Step 2: Go on
        **Validation**:
          ^^^^^^^^^^ hint[command-free-validation]
        - [ ] It works
        - [ ] `tests/test_app.py` passes
        ### Testing Plan
        **Unit Tests**:
          ^^^^^^^^^^ hint[command-free-validation]
        - [ ] `test_app.py`
        - **Integration Tests**:
            ^^^^^^^^^^^^^^^^^ hint[command-free-validation]
          - [ ] All parts together
        ### Success Criteria
        - [ ] It works
    """)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] `pytest` passes",
        "- [ ] It works\n- [ ] `make test` passes",
        "- [ ] It works\n  - run `make test`",
        "- [ ] `./gradlew`",
        "- [ ] `./scripts/test.sh`",
        "- [ ] `pytest tests/test_app.py`",
        "- [ ] `tests/test_app.py::test_start`",
        "- [ ] Open https://localhost:8080/health",
        "- [ ] Open `http://localhost`",
        "```\nhttp://localhost\n```",
        "- [ ] Run:\n\n  ```sh\n  pytest\n  ```",
        "```sh\npytest\n```",
        "- [ ] Run:\n\n      pytest -q",
        "- [ ] Decide: how to prove it",
        "- [ ] It works\n  - Decide: how to prove it",
        "| Command | Result |\n| --- | --- |\n| `pytest` | green |",
    ],
)
def test_something_to_run(line):
    assert not is_flagged(*line.split("\n"))


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] It works",
        "It works.",
        "- [ ] `tests/` and `src/app.py` and `app.py` are there",
        "- [ ] `/health`",
        "- [ ] `../other/app.py`",
        "- [ ] <!-- `pytest` -->",
        "```text\nsrc/app.py\n```",
        "```\n\n```",
    ],
)
def test_nothing_to_run(line):
    assert is_flagged(*line.split("\n"))


def test_an_empty_validation_is_another_rule_s():
    assert not is_flagged("")
    assert not is_flagged("<!-- later -->")
