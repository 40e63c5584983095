"""What the offline planner takes from the author reads whole: no broken sentence, no half of a path or a link."""

from __future__ import annotations

import pytest

from plansmith.expand.wording import cut, lowered, plain, short
from tests.expand.offline import planned, workspace

NODE = workspace(
    {"package.json": '{"name": "web", "scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "3"}}'},
    ["src/main.ts"],
)


@pytest.mark.parametrize(
    ("text", "clipped"),
    [
        ("Read the file once and keep it; write it back at the end", "Read the file once and keep it"),
        ("Read the whole file. Then write it back at the very end", "Read the whole file."),
        ("Read the whole file of orders then write it back at the end", "Read the whole file of orders …"),
        ("Read the whole file of orders (as many as there are by now)", "Read the whole file of orders …"),
        ("Create `src/a/very/long/path/of/many/folders/orders.py`", "Create `src/a/very/long/path/of/many/folders/orders.py`"),
        ("Read all", "Read all"),
    ],
)  # fmt: skip
def test_a_clipped_text_ends_with_a_clause_or_a_word_that_ends_one(text, clipped):
    assert cut(text, 40) == clipped


def test_a_phrase_is_left_out_whole():
    text = "A client that sends more than 20 notes a minute gets `429 Too Many Requests` with a `Retry-After` header"
    assert short(text, 80) == "A client that sends more than 20 notes a minute gets `429 Too Many Requests`"
    assert short("Create folder: `src/shop/`", 60) == "Create folder: `src/shop/`"


def test_a_link_around_code_is_its_code():
    assert plain("[`src/app.ts`](src/app.ts) - Main file") == "`src/app.ts` - Main file"


def test_a_title_keeps_its_capitals():
    assert lowered("Quality Standards") == "Quality Standards"
    assert lowered("Add Redis") == "add Redis"
    assert lowered("Don't retry") == "don't retry"


def test_an_action_of_many_sentences_keeps_them_all():
    text = (
        "Read each order from the queue and write it to the table of orders in one transaction, so that none is counted "
        "twice. An order that is there already is skipped. After 20 orders the reader pauses for a second, and says so."
    )
    plan = planned(f"## Task 1: Orders\n\n- {text}\n- Log it in `src/orders.ts`\n", where=NODE)
    assert plan["steps.1.actions"].split("\n")[:3] == [
        "- [ ] Read each order from the queue and write it to the table of orders in one transaction, so that none is "
        "counted twice.",
        "  - An order that is there already is skipped.",
        "  - After 20 orders the reader pauses for a second, and says so.",
    ]


COMPONENT = """
    ## Task 3: List

    **Step 1: Write the list**

    - Create `src/components/dialogs/settings/tabs/profiles/ProfilesListSection.tsx`
    - Show all profiles

    **Step 2: Commit**

    - Run `git add src/components/dialogs/settings/tabs/profiles/ProfilesListSection.tsx`
    - Run `git commit -m "Add the list"`
"""


def test_tests_cover_no_commands_and_no_commit_is_a_criterion():
    plan = planned(COMPONENT, where=NODE)
    path = "src/components/dialogs/settings/tabs/profiles/ProfilesListSection"
    assert f"covers: Create `{path}.tsx`" in plan["steps.2.actions"]
    assert "covers: Run" not in plan.text
    assert "covers: Create …" not in plan.text
    assert "git" not in plan["success"] + plan["testing.unit"]
