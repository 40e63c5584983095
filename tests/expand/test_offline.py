"""The offline planner, section by section: what it takes from the task, what it asks, what it never claims."""

from __future__ import annotations

import pytest

from plansmith.expand.expansion import wanted_keys
from plansmith.expand.offline import guidelines_offline
from plansmith.expand.pitfalls import find_pitfalls
from plansmith.expand.writers import OfflineWriter
from plansmith.plan.document import Document
from plansmith.plan.format import build_format
from plansmith.rules.runner import Checker
from plansmith.workspace.formats import format_table, load_format
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import detect_stack
from tests.expand.offline import expanded, grave_findings, planned, workspace

PYTHON = workspace(
    {
        "pyproject.toml": """
            [project]
            name = "shop"
            version = "0.1"
            dependencies = ["fastapi"]
            [project.optional-dependencies]
            dev = ["pytest", "ruff"]
            """,
        "tests/test_app.py": "def test_it(): pass",
    },
    ["src/shop/__init__.py", "src/shop/app.py", "src/shop/orders.py", ".env.example"],
)


# The task's own text


def test_the_first_sentence_is_the_objective():
    plan = planned("## Task 1: Login\n\nUsers sign in by e-mail. Sessions last a day.\n")
    assert plan["objective"] == "Users sign in by e-mail."


HEALTH = """
    ## Task 1: Serve a health check

    The load balancer must know whether the shop is up, so `GET /health` answers 200 while the database can be read.

    - Add the handler in `src/shop/health.py`
    - Route it in `src/shop/app.py`
    - Log each change from healthy to unhealthy once
"""


def test_what_comes_of_it_is_the_steps_objective_a_criterion_and_what_tests_cover():
    plan = planned(HEALTH, where=PYTHON)
    outcome = "`GET /health` answers 200 while the database can be read."
    assert plan["steps.1.objective"] == outcome
    assert outcome in plan.items("success")
    assert "covers: `GET /health` answers 200 while the database can be read" in plan["steps.2.actions"]
    assert "def test_get_health_answers_200_while_the_database_can() -> None:" in plan["steps.2.code"]
    assert "def test_logs_each_change_from_healthy_to_unhealthy_once() -> None:" in plan["steps.2.code"]
    assert "test_add_the_handler" not in plan.text


def test_the_test_step_says_where():
    plan = planned(HEALTH, where=PYTHON)
    assert plan.steps[1] == "Test it in `tests/test_health.py` and `tests/test_app.py`"
    assert plan["steps.2.objective"] == "`tests/test_health.py` and `tests/test_app.py` prove “Serve a health check”."


def test_an_unknown_address_is_asked_once():
    assert planned(HEALTH, where=PYTHON).text.count("at which address") == 1


def test_who_documents_an_endpoint_has_to_build_it_first():
    plan = planned("## Task 1: Export\n\n- `GET /export` streams orders\n- Document it in `README.md`\n", where=PYTHON)
    assert "Check" not in plan.steps[-1]
    assert "`GET /export` streams orders: a test shows it" in plan.items("success")
    assert "Document it in `README.md`: it is done, and was checked" in plan.items("success")


def test_numbers_of_the_authors_are_no_words():
    plan = planned("## Task 1: Audit\n\n- 2.1 Add validation to `a.py`\n- 2.2 Add drift checks to `a.py`\n")
    assert plan.items("steps.1.actions") == ["Add validation to `a.py`", "Add drift checks to `a.py`"]


def test_criteria_say_more_than_one_sentence():
    text = "## Task 1: Setup\n\nSet up the project.\n\n**Acceptance Criteria**:\n\n- [ ] Linter runs\n- [ ] CI runs\n"
    plan = planned(text)
    assert "  - until: Linter runs\n  - until: CI runs" in plan["steps.1.actions"]


def test_the_work_itself_says_what_often_goes_wrong():
    plan = planned("## Task 1: Orders\n\n- Cache the list in `a.py`\n", where=PYTHON)
    assert "An old value is answered" in plan["steps.1.troubleshooting"]
    for words in (
        "lock",
        "token",
        "retry",
        "limit",
        "CSV",
        "stream",
        "rename",
        "log",
        "date",
        "docker",
        "webhook",
        "enum",
    ):
        assert find_pitfalls(f"Do something with a {words}"), words
    assert find_pitfalls("Add `cache/lock.py`") == []


def test_a_sentence_about_another_task_is_no_objective():
    plan = planned("## Task 1: A\n\n## Task 2: B\n\nDepends on Task 1. Staff download all orders.\n", 1)
    assert plan["objective"] == "Staff download all orders."


def test_without_prose_the_objective_tells_what_the_steps_do():
    plan = planned("## Task 1: Login\n\n- Add `a.py`\n- Change `b.py`\n")
    assert plan["objective"] == "Login: add `a.py` and change `b.py`."


def test_bullets_become_actions_in_their_order():
    plan = planned("## Task 1: Login\n\n- Read `a.py`\n- Parse `b.py`\n- Send `c.py`\n")
    assert plan.items("steps.1.actions") == ["Read `a.py`", "Parse `b.py`", "Send `c.py`"]


def test_sub_headings_make_steps():
    plan = planned("## Task 1: Login\n\n### Backend\n\n- Add `a.py`\n\n### Page\n\n- Add `b.ts`\n")
    assert plan.steps[:2] == ["Backend", "Page"]
    assert plan.items("steps.2.actions") == ["Add `b.ts`"]


def test_bold_titles_make_steps_without_their_number():
    plan = planned(
        "## Task 1: Login\n\n**Step 1: Write it**\n\n- Add `a.py`\n\n**Step 2: Ship it**\n\n- Run `make ship`\n"
    )
    assert plan.steps[:2] == ["Write it", "Ship it"]


def test_bullets_with_bullets_below_make_steps():
    plan = planned(
        "## Task 1: Types\n\n- Add `a.py`\n  - `A` class\n  - `B` class\n- Add `c.py`\n  - `C` class\n  - `D` class\n"
    )
    assert plan.steps[:2] == ["Add `a.py`", "Add `c.py`"]
    assert plan.items("steps.1.actions") == ["Add `a.py`", "`A` class", "`B` class"]


def test_else_the_phases_make_steps_and_tests_come_last():
    plan = planned("""
        ## Task 1: Orders

        - Define the `Order` model
        - Define the `Line` model
        - Write tests for `Order`
        - Serve `GET /orders`
        - Serve `POST /orders`
        - Log errors of `/orders`
        - Limit the rate of `/orders`, and log who is limited
    """)
    assert plan.items("steps.1.actions")[1:] == ["Define the `Order` model", "Define the `Line` model"]
    assert plan.items("steps.2.actions") == ["Serve `GET /orders`", "Serve `POST /orders`"]
    assert plan.items("steps.3.actions")[0] == "Log errors of `/orders`"
    assert plan.items("steps.4.actions")[0] == "Write tests for `Order`"


def test_a_few_actions_are_one_step():
    text = "## Task 1: Login\n\n- Define the model in `a.py`\n- Serve it in `b.py`\n- Log each login\n"
    plan = planned(text)
    assert plan.steps == ["Define the model, serve it and log each login"]


def test_no_step_of_a_longer_task_has_one_action_alone():
    plan = planned("""
        ## Task 1: Orders

        - Define the `Order` model
        - Serve `GET /orders`
        - Serve `POST /orders`
        - Serve `PUT /orders`
        - Serve `DELETE /orders`
        - Log errors of `/orders`
    """)
    assert [len(plan.items(f"steps.{number + 1}.actions")) > 1 for number in range(len(plan.steps))] == [True]


def test_sentences_that_ask_for_something_become_actions_where_no_bullet_is():
    plan = planned("## Task 1: Docs\n\nThe API is stable. Write `docs/api.md`. It must name every endpoint.\n")
    assert plan.items("steps.1.actions") == ["Write `docs/api.md`.", "It must name every endpoint."]


def test_what_the_author_has_ticked_stays_ticked():
    plan = planned("## Task 1: Types\n\n- [x] Add `a.py`\n- [ ] Add `b.py`\n")
    assert plan["steps.1.actions"] == "- [x] Add `a.py`\n- [ ] Add `b.py`"


@pytest.mark.parametrize(
    "text",
    [
        "## Task 1: Types\n\n- Add `a.py`\n  ```py\n  class A: ...\n  ```\n",
        "## Task 1: Types\n\n- Add `a.py`\n\n```py\nclass A: ...\n```\n",
        "## Task 1: Types\n\n**Step 1: Write `a.py`**\n\n```py\nclass A: ...\n```\n\n**Step 2: Test it**\n\n- Test `A`\n",
    ],
    ids=["in an item", "below the items", "below a title"],
)
def test_code_that_the_author_shows_is_not_written_a_second_time(text):
    assert "class A" not in planned(text, where=PYTHON).text


def test_the_order_of_numbered_steps_is_the_authors():
    plan = planned(
        """
        ## Task 1: Row

        **Files:**
        - Create: `src/shop/row.py`

        **Step 1: Write the failing test**

        Create `tests/test_row.py`.

        **Step 2: Run it**

        Run: `pytest tests/test_row.py`
        Expected: FAIL

        **Step 3: Implement the row**

        - Give it a price

        **Step 4: Run it again**

        Run: `pytest tests/test_row.py`
        Expected: PASS

        **Step 5: Commit**

        ```bash
        git add src tests
        git commit -m "Row"
        ```
        """,
        where=PYTHON,
    )
    assert plan.steps == ["Write the failing test", "Run it", "Implement the row", "Run it again", "Commit"]
    actions = [plan.items(f"steps.{number}.actions") for number in range(1, 6)]
    assert actions == [
        ["Create `tests/test_row.py`."],
        ["Run `pytest tests/test_row.py`"],
        ["Create `src/shop/row.py`", "Give it a price"],
        ["Run `pytest tests/test_row.py`"],
        ["Run `git add src tests`", 'Run `git commit -m "Row"`'],
    ]
    proofs = [plan.items(f"steps.{number}.validation")[0] for number in (1, 2, 4, 5)]
    assert proofs == [
        "`pytest tests/test_row.py` fails, as long as what it tests is not there",
        "`pytest tests/test_row.py`, expected: FAIL",
        "`pytest tests/test_row.py`, expected: PASS",
        "`git status --short -uall` lists nothing more of this task",
    ]


def test_steps_behind_boxes_are_steps_too():
    plan = planned(
        """
        ## Task 1: Events

        - [x] **Step 1: Write the failing test**

        Add to `tests/test_app.py`:

        ```python
        def test_it(): ...
        ```

        - [ ] **Step 2: Make it pass**

        Change `src/shop/app.py`.

        - [ ]* Optional words

        - [ ] **Step 3: Run all tests**

        ```bash
        pytest -q
        ```
        Expected: PASS. Some are slow.
        """,
        where=PYTHON,
    )
    assert plan.steps == ["Write the failing test", "Make it pass", "Run all tests"]
    assert plan["steps.3.actions"] == "- [ ] Run `pytest -q`\n  - Expected: PASS.\n  - Some are slow."
    assert plan.items("steps.3.validation") == ["`pytest -q`, expected: PASS."]
    assert plan["steps.1.actions"] == "- [x] Add to `tests/test_app.py` what the task's code shows"
    assert plan.items("steps.2.actions")[0] == "Optional words"
    assert "test_it" not in plan.text


def test_the_authors_steps_for_tests_are_enough():
    plan = planned(
        """
        ## Task 1: Page

        **Step 1: Write a failing test**

        Verify that the page shows four parts.

        **Step 2: Build it**

        - Create `src/shop/page.py`
        """,
        where=PYTHON,
    )
    assert plan.steps == ["Write a failing test", "Build it"]
    assert plan.items("steps.1.actions") == ["Verify that the page shows four parts."]
    assert plan.items("steps.1.validation") == ["`pytest` fails in the new test, and nowhere else"]


def test_a_step_about_documents_claims_nothing_of_tests():
    plan = planned("## Task 1: Document it\n\n- Write the words\n- Add them to `README.md`\n", where=PYTHON)
    assert "names no test runner" not in plan.text
    assert "pytest" not in plan["steps.1.validation"] + plan["steps.1.troubleshooting"]
    assert "what can go wrong" not in plan.text


def test_a_placeholder_becomes_a_decision():
    plan = planned("## Task 1: Docs\n\n- Add `a.md`\n- TBD\n")
    assert plan.items("steps.1.actions") == ["Add `a.md`", "Decide: what the task means by `TBD`"]


def test_open_questions_are_asked_first():
    plan = planned("## Task 1: Docs\n\n- Add `a.md`\n\n**Open questions**:\n\n- Which licence?\n")
    assert plan.items("steps.1.actions") == ["Decide: Which licence?", "Add `a.md`"]


def test_listed_files_are_actions_where_none_speaks_of_them():
    plan = planned(
        "## Task 1: Row\n\n**Files:**\n\n- Create: `a.tsx`\n\n**Step 1: Write it**\n\n**Step 2: Ship it**\n\n- Run `make x`\n"
    )
    assert "Create `a.tsx`" in plan.items("steps.1.actions")


def test_without_a_way_to_prove_it_no_step_pretends_to():
    assert planned("## Task 1: Row\n\n- Add `a.tsx`\n").steps == ["Add `a.tsx`"]


def test_owner_and_priority_are_no_work():
    plan = planned("## Task 1: Docs\n\n- **Priority**: P0\n- **Owner**: Ann\n- Add `a.md`\n")
    assert plan.items("steps.1.actions") == ["Add `a.md`"]


def test_acceptance_criteria_are_work_where_nothing_else_is():
    plan = planned("## Task 1: Docs\n\n- **Acceptance Criteria**:\n  - [ ] `a.md` is there\n")
    assert plan.items("steps.1.actions") == ["`a.md` is there"]


# Configuration, validation, troubleshooting


def test_variables_become_configuration():
    plan = planned("## Task 1: Cache\n\n- Read `REDIS_URL` in `a.py`\n- Read `CACHE_TTL=60`\n", where=PYTHON)
    assert plan.items("steps.1.configuration") == [
        "Decide: the value of `REDIS_URL` in development and in production; it is for “Read `REDIS_URL` in `a.py`”; "
        "an example belongs in `.env.example`",
        "`CACHE_TTL`: `60`; it is for “Read `CACHE_TTL=60`”",
    ]


def test_a_step_without_variables_has_no_configuration():
    assert "steps.1.configuration" not in planned("## Task 1: Docs\n\n- Add `a.md`\n")


def test_validation_takes_the_commands_that_the_step_names():
    plan = planned("## Task 1: Build\n\n- Add `a.c`, so that `make test` passes\n- Never `rm -rf build`\n")
    assert plan.items("steps.1.validation")[0] == "`make test` ends without an error"
    assert "rm -rf" not in plan["steps.1.validation"]


def test_commands_in_a_shell_block_count_too():
    plan = planned("## Task 1: Build\n\n- Add `a.go`\n\n```bash\n$ go test ./...\nok\n```\n")
    assert plan.items("steps.1.validation")[0] == "`go test ./...` ends without an error"


def test_validation_takes_the_stacks_commands():
    plan = planned("## Task 1: Orders\n\n- Page the list in `src/shop/app.py`\n", where=PYTHON)
    assert plan.items("steps.1.validation")[:2] == [
        "`pytest tests/test_app.py` passes",
        "`ruff check .` reports nothing",
    ]


def test_without_a_stack_the_command_is_asked():
    plan = planned("## Task 1: Orders\n\n- Page the list\n")
    assert plan.items("steps.1.validation") == [
        "Decide: the command that proves “Page the list”; nothing is known of the workspace's files"
    ]


def test_endpoints_are_requested_at_the_port_that_is_named():
    plan = planned("## Task 1: Health\n\n- Serve `GET /health` on port 8081; it answers 200\n")
    assert "`curl -i http://localhost:8081/health` answers 200" in plan.items("steps.1.validation")
    assert (
        plan.items("steps.1.troubleshooting")[0]
        == "Port 8081 is in use: `lsof -i :8081` names the process that holds it"
    )


def test_the_address_is_asked_where_no_port_is_named():
    plan = planned("## Task 1: Health\n\n- Serve `GET /health`\n")
    assert plan.items("testing.integration")[0].startswith("Decide: at which address the service runs; `GET /health`")


def test_the_first_steps_problems_name_the_install_command():
    plan = planned("## Task 1: Orders\n\n- Page the list in `src/shop/app.py`\n", where=PYTHON)
    assert '`pip install -e ".[dev]"` installs what the project needs' in plan["steps.1.troubleshooting"]


def test_the_authors_risks_are_asked():
    plan = planned("## Task 1: Docs\n\n- Add `a.md`\n\n**Risks**:\n\n- Links rot\n")
    assert plan.items("steps.1.troubleshooting")[0] == "Decide: what is done about “Links rot”"


# Files and packages


def test_files_that_are_there_are_modified_and_others_new():
    plan = planned(
        "## Task 1: Pages\n\n- Update `src/shop/app.py`\n- Create `src/shop/pages.py` with `page()`\n", where=PYTHON
    )
    assert plan.items("files.new") == [
        "`src/shop/pages.py` - with `page()`",
        "`tests/test_pages.py` - tests of “Pages”",
    ]
    assert [item.split(" - ")[0] for item in plan.items("files.modified")] == [
        "`src/shop/app.py`",
        "`tests/test_app.py`",
    ]


def test_a_bare_name_means_the_one_file_that_is_called_so():
    plan = planned("## Task 1: Pages\n\n- Update `app.py:59`\n", where=PYTHON)
    assert plan.items("files.modified")[0].startswith("`src/shop/app.py` - ")


def test_a_path_starts_at_the_root_or_at_the_document():
    where = workspace({}, ["docs/plans/tasks.md", "docs/plans/notes.md", "docs/style.md", "src/app.py", "src/a.py"])
    text = """
        ## Task 1: Move things

        - Update `notes.md` and `../style.md`
        - Change [the app](../../src/app.py) and `src/a.py`
        - Create `../new.md`
        - Update `../../../elsewhere.md`
    """
    plan = planned(text, where=where, here="docs/plans")
    paths = [item.split("`")[1] for item in plan.items("files.modified")]
    assert sorted(paths) == ["docs/plans/notes.md", "docs/style.md", "src/a.py", "src/app.py"]
    new = [item.split("`")[1] for item in plan.items("files.new")]
    assert new[0] == "docs/new.md"
    assert not [path for path in new if "elsewhere" in path]
    unknown = planned(text, here="docs/plans")
    assert "docs/new.md" in unknown["files.new"]
    assert "elsewhere" not in unknown["files.new"] + unknown["files.modified"]


async def test_the_writer_knows_where_its_document_is():
    where = workspace({}, ["docs/tasks.md", "docs/style.md"])
    document = Document("## Task 1: A\n\n- Update `style.md`\n", load_format())
    writer = OfflineWriter(where.stack, where.files, "docs/tasks.md")
    drafts_for = await writer.write(document, 0, ["files"], Checker(document.format), lambda _: None)
    [files] = drafts_for(document, 0)
    assert any("`docs/style.md`" in line for each in files.walk() for line in each.body)


def test_a_path_that_leads_out_of_the_workspace_is_none_of_it():
    plan = planned("## Task 1: A\n\n- Update `../style.md`\n", where=workspace({}, ["style.md"]))
    assert "style.md" not in plan["files.modified"] + plan["files.new"]


def test_a_file_that_is_only_pointed_at_is_not_changed():
    plan = planned(
        "## Task 1: Pages\n\n- Create `src/shop/pages.py` following the pattern in `src/shop/orders.py`\n", where=PYTHON
    )
    assert "orders.py" not in plan["files.modified"]


def test_a_file_that_should_change_but_is_not_there_is_told():
    plan = planned("## Task 1: Pages\n\n- Update `src/shop/gone.py`\n", where=PYTHON)
    assert plan.items("files.new")[0].startswith(
        "`src/shop/gone.py` - not there yet, though the task speaks of changing it"
    )


def test_where_no_file_is_named_it_is_asked_with_a_proposal():
    plan = planned("## Task 1: Add a basket\n", where=PYTHON)
    assert plan.items("files.new") == [
        "Decide: whether “Add a basket” needs a new file; the task names none; "
        "by this project's layout it would be `src/shop/basket.py`"
    ]


def test_files_whose_names_fit_are_proposed():
    plan = planned("## Task 1: Speed up the order list\n", where=PYTHON)
    assert plan.items("files.modified") == [
        "Decide: which files that are there “Speed up the order list” changes; the task names none; "
        "by its name it could be `src/shop/orders.py`"
    ]


def test_new_files_of_a_done_task_are_those_that_are_there():
    text = "## Task 1: Pages ✅\n\n- Create `src/shop/app.py`\n- Create `src/shop/gone.py`\n"
    assert planned(text, where=PYTHON).items("files.new") == ["`src/shop/app.py` - made in Step 1"]


def test_packages_of_install_commands_are_dependencies():
    plan = planned(
        "## Task 1: Hash\n\n- `pip install bcrypt==4.1`\n- `pip install -r requirements.txt`\n", where=PYTHON
    )
    assert [item.split(" - ")[0] for item in plan.items("dependencies")] == ["`bcrypt@4.1`"]


def test_a_package_without_a_version_is_asked_for_one():
    plan = planned("## Task 1: Hash\n\n- Run `npm i -D left-pad`\n")
    assert plan.items("dependencies") == [
        "`left-pad` - run `npm i -D left-pad` (development)",
        "Decide: which version of `left-pad`; the task names none",
    ]


def test_a_package_that_the_manifest_has_is_not_added():
    plan = planned("## Task 1: Serve\n\n- `pip install fastapi`\n", where=PYTHON)
    assert plan.items("dependencies")[0].startswith("Decide: whether “Serve” needs a package")


# Other tasks


def test_a_first_task_needs_nothing():
    assert planned("## Task 1: A\n\n## Task 2: B\n")["prerequisites"] == "None"


def test_whether_a_task_waits_for_the_one_before_is_asked():
    plan = planned("## Task 1: A\n\n## Task 2: B\n", 1)
    assert plan["prerequisites"] == "- Decide: does this wait for `Task 1: A`, the task before it?"


@pytest.mark.parametrize(
    "said", ["Depends on Task 1.", "After Task 1 is done.", "**Blocked by**: Task 1", "Uses the types of Task 1."]
)
def test_a_task_needs_what_it_says_that_it_needs(said):
    assert planned(f"## Task 1: A\n\n## Task 2: B\n\n{said}\n", 1)["prerequisites"] == "- Task 1: A"


def test_ranges_are_read():
    plan = planned("## Task 1: A\n\n## Task 2: B\n\n## Task 3: C\n\n## Task 4: D\n\nNeeds Tasks 1-3.\n", 3)
    assert set(plan.items("prerequisites")) == {"Task 1: A", "Task 2: B", "Task 3: C"}


def test_a_task_that_nobody_carries_is_asked():
    plan = planned("## Task 1: A\n\n## Task 2: B\n\nAfter Task 9.\n", 1)
    assert plan.items("prerequisites") == ["Decide: which task is meant by `Task 9`; no task here is called so"]


def test_tasks_that_wait_for_each_other_are_asked_and_make_no_circle():
    text = "## Task 1: A\n\nAfter Task 2.\n\n## Task 2: B\n\nAfter Task 1.\n"
    assert planned(text)["prerequisites"].startswith("- Decide: does this need `Task 2: B` first?")


def test_a_done_task_does_not_claim_to_need_an_open_one():
    plan = planned("## Task 1: A\n\n## Task 2: B ✅\n\nDepends on Task 1.\n", 1)
    assert plan.items("prerequisites") == ["Decide: did this need `Task 1: A`, which is not done?"]


def test_a_done_task_is_not_asked_what_only_an_open_one_has_to_settle():
    text = "## Task 1: Read\n\n## Task 2: Build ✅\n\nTask 1 is alike.\n\n- [x] Serve it fast\n\n## Task 3: Ship\n"
    plan = planned(text, 1, PYTHON)
    assert plan["prerequisites"] == "- None — this is done"
    assert plan["next.unlocked"] == "None — this is done"
    assert plan.items("steps.1.actions") == ["Serve it fast"]
    assert plan.steps == ["Serve it fast"]
    assert "Decide" not in plan["success"]
    assert "has created" in plan["files.new"]
    assert "has changed" in plan["files.modified"]
    assert "has added" in plan["dependencies"]
    open_plan = planned(text.replace(" ✅", ""), 1, PYTHON)
    assert "does this need" in open_plan["prerequisites"]


def test_none_with_its_reason_is_no_finding():
    document = Document(
        "## Task 1: Read ✅\n\n## Task 2: Build ✅\n\n- [x] Serve it\n\n## Task 3: Ship\n", load_format()
    )
    after, lines = expanded(document, 1, PYTHON)
    assert grave_findings(after, lines) == []
    assert after.graph.prerequisites == ((), (), ())


def test_the_next_task_is_the_next_open_one():
    plan = planned("## Task 1: A\n\n## Task 2: B ✅\n\n## Task 3: C\n")
    assert plan["next.task"] == "Task 3: C"


def test_nothing_follows_the_last_task():
    plan = planned("## Task 1: A\n\n## Task 2: B\n", 1)
    assert (plan["next.task"], plan["next.unlocked"]) == ("None", "None")


def test_tasks_that_wait_are_unlocked():
    plan = planned("## Task 1: A\n\n## Task 2: B\n\n**Prerequisites**: Task 1\n\n## Task 3: C\n\nDepends on Task 1.\n")
    assert plan["next.unlocked"] == "Task 2, Task 3"


def test_what_waits_is_asked_where_later_tasks_say_nothing():
    assert planned("## Task 1: A\n\n## Task 2: B\n")["next.unlocked"] == "Decide: whether `Task 2: B` waits for this"


def test_tasks_without_ids_are_spoken_of_by_name():
    text = "## Task: Build the image\n\n## Task: Ship the image\n\n**Depends on**: Build the image\n"
    plan = planned(text)
    assert plan["next.task"] == "[Ship the image](#task-ship-the-image)"


# Complexity


@pytest.mark.parametrize(
    ("work", "choice"),
    [
        ("- Add `a.py`\n", "Low (1 action, 1 file)"),
        ("".join(f"- Add `f{n}.py`\n" for n in range(4)), "Medium (4 actions, 4 files)"),
        (
            "- Migrate `a.py`\n- Lock the table\n- Encrypt it\n- Test it\n",
            "High (4 actions, 1 file, a migration, concurrency, security)",
        ),
    ],
)
def test_complexity_is_counted(work, choice):
    assert planned(f"## Task 1: A\n\n{work}")["complexity"] == choice


# Gaps, done tasks, formats


def test_a_gap_is_filled_from_the_steps_own_actions():
    text = """
        ## Task 1: Pages

        ### Implementation Steps

        #### Step 1: Read

        **Actions**:

        - [ ] Update `src/shop/orders.py`

        #### Step 2: Serve

        **Actions**:

        - [ ] Serve `GET /pages` in `src/shop/app.py`; it answers 200
    """
    plan = planned(text, where=PYTHON, keys=["steps.2.validation", "files.modified"])
    assert [draft.key for draft in plan.drafts] == ["steps.2.validation", "files.modified"]
    assert plan.items("steps.2.validation")[0] == "`pytest tests/test_app.py` passes"
    assert [item.split(" - ")[0] for item in plan.items("files.modified")][:2] == [
        "`src/shop/orders.py`",
        "`src/shop/app.py`",
    ]


def test_steps_without_a_step_get_all_of_them():
    text = "## Task 1: A\n\n- Add `a.py`\n\n### Implementation Steps\n\n### Testing Plan\n\nBy hand.\n"
    plan = planned(text, keys=["steps.1"], where=PYTHON)
    assert [draft.key for draft in plan.drafts] == ["steps.1", "steps.2"]


def test_a_key_below_a_wanted_one_comes_with_it():
    plan = planned("## Task 1: A\n", keys=["testing", "testing.unit"])
    assert [draft.key for draft in plan.drafts] == ["testing"]


def test_ticked_criteria_are_not_contradicted():
    text = "---\nplansmith: true\n---\n## Task 1: A\n\n- Add `a.py`\n\n### Acceptance Criteria\n\n- [x] It runs\n"
    document = Document(text, load_format())
    assert "[ ]" not in planned(text)["steps.1.actions"]
    after, _ = expanded(document, 0, workspace())
    assert grave_findings(after, set(range(len(after.lines)))) == []


def test_a_section_that_a_project_adds_is_asked_for_by_its_kind_and_hover():
    table = dict(format_table())
    table["section"] = [
        *table["section"],
        {"key": "rollback", "title": "Rollback", "form": "heading", "kind": "checklist", "need": "required",
         "hover": "How to take it back."},
    ]  # fmt: skip
    plan = planned("## Task 1: Ship it\n\n- Run `make ship`\n", fmt=build_format(table))
    assert plan["rollback"] == "- [ ] Decide: rollback of “Ship it”: how to take it back"


def test_choices_and_nothing_are_spelled_as_the_format_has_them():
    table = dict(format_table())
    table["none-values"] = ["Nada"]
    table["section"] = [
        {**section, "choices": ["Baja", "Media", "Alta"]} if section["key"] == "complexity" else section
        for section in table["section"]
    ]
    plan = planned("## Task 1: A\n", fmt=build_format(table))
    assert plan["complexity"].startswith("Baja")
    assert plan["prerequisites"] == "Nada"


def test_every_missing_key_of_a_bare_task_is_written():
    text = "## Task 1: A\n"
    plan = planned(text)
    assert set(wanted_keys(plan.document.tasks[0], plan.document.format)) <= set(plan.by_key)


# Guidelines


def test_guidelines_name_the_projects_own_commands():
    text = "\n".join(guidelines_offline(PYTHON.stack, load_format()))
    assert [line for line in text.split("\n") if line.startswith("### ")] == [
        "### Development Workflow", "### Quality Assurance", "### Common Patterns",
    ]  # fmt: skip
    assert '`pip install -e ".[dev]"`' in text
    assert "`pytest`" in text
    assert "`ruff check .`" in text
    assert "```python" in text


def test_guidelines_of_an_unknown_stack_ask():
    text = "\n".join(guidelines_offline(detect_stack(WorkspaceFiles()), load_format()))
    assert "Decide: how the project is set up" in text
    assert "```" not in text
