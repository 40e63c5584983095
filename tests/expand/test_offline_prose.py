"""The offline planner reads prose: what asks for work becomes actions, what tells of a problem never does."""

from __future__ import annotations

import pytest

from plansmith.expand.asking import asks, is_doubtful, is_problem
from tests.expand.offline import planned, workspace

PYTHON = workspace(
    {"pyproject.toml": '[project]\nname = "shop"\nversion = "0.1"\ndependencies = ["pytest"]\n'},
    ["src/shop/__init__.py", "src/shop/client.py", "tests/test_client.py"],
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Add a retry to the client.",
        "Then log each attempt.",
        "Cache the list.",
        "When a call fails, retry it.",
        "To keep them, store sessions in Redis.",
        "Don't retry on 4xx.",
        "Log attempts that are refused.",
    ],
)
def test_it_asks(sentence):
    assert asks(sentence)
    assert not is_problem(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Users lose their session when the server restarts.",
        "Currently every request opens a connection.",
        "This happens because sessions live in memory.",
        "Log lines get lost under load.",
        "The page crashes on an empty list.",
    ],
)
def test_it_tells_of_a_problem(sentence):
    assert is_problem(sentence)
    assert not asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Requests that fail five times raise `GaveUp`.",
        "No order is lost when the server restarts.",
        "Users never lose their session.",
        "A session must not be lost.",
        "The command fails with status 2.",
        "Staff download all orders.",
    ],
)
def test_it_says_what_comes_of_it(sentence):
    assert not is_problem(sentence)
    assert not is_doubtful(sentence)
    assert not asks(sentence)


def test_what_reads_both_ways_is_a_problem_where_the_task_mends():
    sentence = "Guests can't open the page."
    assert is_doubtful(sentence)
    assert not is_problem(sentence)
    assert is_problem(sentence, "Fix the page's rights")


SESSIONS = """
    ## Task 1: Keep sessions over a restart

    Users lose their session when the server restarts. This happens because sessions live in memory.
"""


def test_a_problem_is_not_the_work_and_the_title_is():
    plan = planned(SESSIONS, where=PYTHON)
    assert plan.steps[0] == "Keep sessions over a restart"
    assert plan["objective"] == "Keep sessions over a restart."
    assert plan.items("steps.1.actions")[1:] == ["Keep sessions over a restart"]
    assert "until: this is no longer so: “Users lose their session when the server restarts”" in plan["steps.1.actions"]
    assert "No longer so: “Users lose their session when the server restarts”" in plan.items("success")
    assert "This happens because" not in plan.text
    assert "def test_keeps_sessions_over_a_restart() -> None:" in plan["steps.2.code"]
    assert "test_users_lose" not in plan.text
    assert "in place: “Users lose" not in plan.text


def test_what_is_asked_for_after_a_problem_is_the_work():
    plan = planned(f"{SESSIONS.rstrip()} Store them in Redis. Then drop the old table.\n", where=PYTHON)
    assert plan["objective"] == "Keep sessions over a restart: store them in Redis and then drop the old table."
    assert plan.items("steps.1.actions")[1:] == ["Store them in Redis.", "Then drop the old table."]


def test_what_may_be_a_problem_is_asked():
    plan = planned("## Task 1: Rights\n\nGuests can't write notes. Add roles to the client.\n", where=PYTHON)
    assert plan["objective"] == "Rights: add roles to the client."
    question = "Decide: whether “Guests can't write notes” is so today, or has to be so when this is done"
    assert question in plan.items("success")


def test_prose_that_asks_is_work_beside_bullets_in_its_order():
    text = """
        ## Task 1: Make the client robust

        Calls fail when the network drops. Raise the limit of tries to five. Say so in the log.

        - Add a retry in `src/shop/client.py`
        - Log each attempt

        Update the `README.md` afterwards. Don't retry on 4xx.
    """
    plan = planned(text, where=PYTHON)
    assert plan.items("steps.1.actions") == [
        "Raise the limit of tries to five.",
        "Say so in the log.",
        "Add a retry in `src/shop/client.py`",
        "Log each attempt",
        "Update the `README.md` afterwards.",
        "Don't retry on 4xx.",
    ]
    assert "Update the `README.md` afterwards." not in plan.items("success")


def test_one_sentence_that_sums_up_the_bullets_is_no_action():
    plan = planned("## Task 1: Retry\n\nMake the client robust.\n\n- Add a retry\n- Log it\n", where=PYTHON)
    assert plan["objective"] == "Make the client robust."
    assert plan.items("steps.1.actions")[1:] == ["Add a retry", "Log it"]


def test_an_asking_name_is_the_work_where_prose_only_says_what_comes_of_it():
    plan = planned("## Task 1: Export the orders\n\nStaff download all orders as CSV.\n", where=PYTHON)
    assert plan.items("steps.1.actions")[1:] == ["Export the orders"]
    assert "  - until: Staff download all orders as CSV." in plan["steps.1.actions"]


def test_a_problem_is_what_the_test_is_about():
    plan = planned(f"{SESSIONS.rstrip()} Store them in Redis. Say so in the README.\n", where=PYTHON)
    assert plan["steps.2.actions"].endswith(
        "  - covers: no longer so: Users lose their session when the server restarts\n  - covers: Store them in Redis"
    )
    assert "how fast" not in plan["success"]
    assert "Say so in the README: it is done, and was checked" in plan.items("success")


def test_what_is_stated_and_what_is_asked_make_no_sentence():
    plan = planned(
        "## Task 4: Export\n\n- `GET /export` streams all notes\n- Document it in `README.md`\n", where=PYTHON
    )
    assert plan["objective"] == "Export: `GET /export` streams all notes."
    assert plan.steps[0] == "`GET /export` streams all notes"
    assert plan["steps.1.objective"] == "`GET /export` streams all notes."


def test_what_stands_before_the_work_is_how_it_is_today_or_asked():
    text = "## Task 1: Speed up the list\n\nThe page takes 8 seconds. We should load all rows at once. Measure it.\n"
    plan = planned(text, where=PYTHON)
    assert plan["objective"] == "Speed up the list: load all rows at once and measure it."
    assert plan.items("steps.1.actions")[1:] == ["Load all rows at once.", "Measure it."]
    assert "No longer so: “The page takes 8 seconds”" in plan.items("success")
    text = "## Task 1: Lists\n\nEach page shows 20 notes. Add a filter. If there are none, say so.\n"
    plan = planned(text, where=PYTHON)
    assert plan["objective"] == "Lists: add a filter."
    assert "Decide: whether “Each page shows 20 notes” is so today" in plan["success"]
    assert plan.steps[0] == "Add a filter"
    assert is_problem("When the disk is full, uploads vanish without an error.")
    text = "## Task 1: Notes\n\n`GET /notes` answers 200. Add it to `src/shop/client.py`. The names must be sorted.\n"
    plan = planned(text, where=PYTHON)
    assert plan["objective"] == "`GET /notes` answers 200."
    assert plan.steps[0] == "Add it to `src/shop/client.py`"


def test_criteria_are_said_once_and_a_story_is_none():
    text = "## Task 1: CSV import\n\nAs an admin I want to import orders.\n\n**Acceptance criteria**\n\n- Rows are listed\n"
    plan = planned(text, where=PYTHON)
    assert plan["objective"] == "As an admin I want to import orders."
    assert plan.items("success").count("Rows are listed") == 1
    assert "Rows are listed: a test shows it" not in plan.items("success")
    assert "As an admin" not in plan["success"] + plan["steps.2.code"]


def test_what_stands_behind_a_demand_is_wanted():
    text = "## Task 1: Dark mode\n\nThe page must follow the system. A switch overrides it. Store the choice.\n"
    assert "A switch overrides it." in planned(text, where=PYTHON).items("success")
