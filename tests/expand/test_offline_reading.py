"""How the offline planner reads an author's own structure: what stands under which title, and what code belongs to."""

from __future__ import annotations

from tests.expand.offline import planned, workspace

NODE = workspace(
    {"package.json": '{"name": "web", "scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "3"}}'},
    ["src/main.ts", "lib/server/index.js"],
)

LIBRARY = """
    # Task 1: Library

    ## Detailed Steps

    ### Step 1: Create the structure

    **Objective**: A package that can be imported.

    **Actions:**

    - [ ] Create `lib/bot/client.ts`
    - [ ] Export it from `lib/bot/index.ts`

    **Deliverables:**

    - The folder `lib/bot/`

    ### Step 2: Handle errors

    **Actions:**

    - [ ] Create `lib/bot/errors.ts`

    ## Expected Outcome

    ### Quality Standards

    - [ ] Names are in camel case

    ## Testing Criteria

    ### Unit Testing

    - [ ] Test each error
"""


def test_a_label_that_says_only_that_actions_follow_is_no_step():
    plan = planned(LIBRARY, where=NODE)
    assert plan.steps[:2] == ["Create the structure", "Handle errors"]
    assert plan.items("steps.1.actions") == ["Create `lib/bot/client.ts`", "Export it from `lib/bot/index.ts`"]


def test_what_stands_below_outcomes_and_tests_is_no_work():
    plan = planned(LIBRARY, where=NODE)
    assert "Quality Standards" not in plan.steps
    assert "Names are in camel case" in plan.items("success")
    assert "Test each error" in plan.items("testing.unit")


SHOWN = """
    ## Task 1: Events

    **Step 1: Write the events**

    Create `src/events.ts` with:

    ```ts
    export const events = [];
    ```

    In the handler of messages, add:

    ```ts
    events.push(event);
    ```

    **Step 2: Clear them**

    - Replace the call in `src/main.ts` by:

      ```ts
      clear(events);
      ```

    - Log it
"""


def test_a_sentence_that_leads_to_code_says_that_the_task_shows_it():
    plan = planned(SHOWN, where=NODE)
    assert plan.items("steps.1.actions") == [
        "Create `src/events.ts` with what the task's code shows",
        "In the handler of messages, add what the task's code shows",
    ]
    assert plan.items("steps.2.actions")[0] == "Replace the call in `src/main.ts` by what the task's code shows"
    assert "events.push" not in plan.text


def test_a_title_whose_command_is_only_shown_says_itself_what_is_done():
    text = """
        ## Task 1: Events

        **Step 1: Write the test**

        - Add a test to `src/events.test.ts`

        **Step 2: Run the test to see it fail**

        ```bash
        ./see
        ```
        Expected: it fails.
    """
    plan = planned(text, where=NODE)
    assert plan["steps.2.actions"].split("\n") == ["- [ ] Run the test to see it fail", "  - Expected: it fails."]
    assert "covers: Expected" not in plan.text
    plan = planned(text.replace("./see", "cd web && node src/events.test.ts"), where=NODE)
    assert plan.items("steps.2.actions") == ["Run `cd web && node src/events.test.ts`"]
    assert plan.items("steps.2.validation") == ["`cd web && node src/events.test.ts`, expected: it fails."]


def test_a_bare_name_is_the_file_that_the_task_has_named_before():
    text = "## Task 1: Serve\n\n- Change `lib/server/index.js`\n- Log the port in `index.js`\n"
    plan = planned(text, where=workspace({"package.json": '{"name": "web"}'}, ["src/main.js"]))
    assert [line.split(" - ")[0] for line in plan.items("files.new")] == [
        "`lib/server/index.js`",
        "`lib/server/index.test.js`",
    ]


def test_files_of_many_folders_are_not_one_file():
    text = "## Task 1: Library\n\n- Create `index.js` files in all folders\n- Create `lib/a.js`\n"
    plan = planned(text, where=NODE)
    assert plan.items("files.new")[0].startswith("`lib/a.js`")
    assert "lib/server/index.js" not in plan.text


def test_a_later_task_that_is_only_spoken_of_is_not_needed_first():
    text = "## Task 1: A\n\n- Old tests may fail from old names (fixed in Task 2)\n\n## Task 2: B\n\n- Change `b.ts`\n"
    assert "Task 2" not in planned(text)["prerequisites"]
    after = "## Task 1: A\n\nWaits for Task 2.\n\n## Task 2: B\n\n- Change `b.ts`\n"
    assert "Task 2" in planned(after)["prerequisites"]


def test_numbered_steps_keep_their_order_beside_a_chapter_about_tests():
    text = LIBRARY.replace("Step 2: Handle errors", "Step 2: Create tests").replace(
        "## Expected", "### Step 3: Docs\n\n    - Write `docs/bot.md`\n\n    ## Expected"
    )
    assert planned(text, where=NODE).steps[:3] == ["Create the structure", "Create tests", "Docs"]


def test_a_risk_with_its_cure_asks_nothing():
    text = """
        ## Task 1: Names

        - Add `src/names.ts`

        **Risks**:

        - Names clash with another package
          - Mitigation: Use one prefix
        - The API is slow
    """
    plan = planned(text, where=NODE)
    assert plan.items("steps.1.troubleshooting")[:2] == [
        "Names clash with another package: use one prefix",
        "Decide: what is done about “The API is slow”",
    ]


def test_an_aim_names_no_commit_and_a_shortened_action_keeps_its_verb():
    text = """
        ## Task 1: Events

        **Step 1: Write them**

        - In the handler of messages (line 74 of `src/main.ts`), after the `console.log`, add the event

        **Step 2: Clear them**

        - Log it in `src/main.ts`

        **Step 3: Commit**

        - Run `git commit -m "Events"`
    """
    plan = planned(text, where=NODE)
    assert plan["objective"] == "Events: write them and clear them."
    assert not any(item.startswith("In the handler of messages:") for item in plan.items("success"))


def test_that_code_is_shown_is_no_part_of_a_name():
    text = "## Task 1: List\n\n- Add the list in `src/list.ts`:\n\n  ```ts\n  a();\n  ```\n\n- Show it\n\n**Step 2: Commit**\n\n- Run `git commit -m x`\n"
    plan = planned(text, where=NODE)
    assert plan.items("steps.1.actions")[0] == "Add the list in `src/list.ts`, as the task's code shows"
    assert plan["objective"] == "List: add the list in `src/list.ts` and show it."
    assert "code shows" not in plan["success"] + plan["testing.unit"] + plan.steps[0]


def test_what_a_task_consumes_it_does_not_make():
    plan = planned("## Task 1: List\n\n- Consumes: `src/api.ts` exists\n- Add `src/list.ts`\n", where=NODE)
    assert "src/api.ts" not in plan["files.new"] + plan["files.modified"]
