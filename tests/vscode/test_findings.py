"""What is wrong in a plan is shown in a real VS Code, and mended from there."""

from __future__ import annotations

import json

import pytest

from .breakdowns import TASKS, expanded, plansmith, write

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]


def broken(folder) -> str:
    """A plan with two mistakes that can be fixed safely."""
    whole = expanded(write(folder), "--task", "1").decode()
    [line] = [line for line in whole.splitlines() if line.startswith("**Estimated Complexity**:")]
    return whole.replace(line, "**Estimated Complexity**: hard").replace("Step 1:", "Step 4:", 1)


def test_a_quick_fix_from_the_light_bulb(code, folder):
    path = write(folder, broken(folder))
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_squiggle("error")
    offered = code.light_bulb("Estimated Complexity")
    code.shot("bulb")
    fix = next(each for each in offered if "High" in each)
    code.choose(fix)
    code.wait_for_text("**Estimated Complexity**: High")
    code.save()
    assert path.read_text("utf-8") == broken(folder).replace(": hard", ": High")


def test_fix_all_does_what_check_does(code, folder):
    text = broken(folder)
    path = write(folder, text)
    plansmith("check", path, "--fix", status=1)
    fixed = path.read_bytes()
    assert fixed != text.encode()
    path.write_bytes(text.encode())
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_squiggle("error")
    code.command("Fix All")
    code.wait_for_text("**Estimated Complexity**: High")
    code.save()
    assert path.read_bytes() == fixed


def test_a_mistake_in_the_configuration_is_shown_at_its_key(code, folder):
    write(folder)
    write(folder, '[rules]\nunknown-tusk = "off"\n', "plansmith.toml")
    code.open(folder)
    code.open_file("plansmith.toml")
    code.wait_for_squiggle("error")
    code.wait_for_problem("unknown-tusk")
    code.go_to("unknown-tusk")
    code.press("Home", "Shift+End")
    code.type('unknown-task = "off"')
    code.save()
    code.wait_for_no_problem("unknown-tusk")
    # What it says holds from now on: the breakdown has no finding left.
    code.wait_for_no_problem("No task here is called Task 7")


def test_two_folders_each_with_a_configuration_of_its_own(code, tmp_path):
    for name, severity in (("bakery", "warning"), ("butcher", "off")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, TASKS.replace("Shop", name), f"{name}.md")
        write(tmp_path / name, f'[rules]\nunknown-task = "{severity}"\nopen-decision = "off"\n', "plansmith.toml")
    workspace = write(
        tmp_path, json.dumps({"folders": [{"path": "bakery"}, {"path": "butcher"}]}), "shops.code-workspace"
    )
    butcher = tmp_path / "butcher" / "butcher.md"
    plan = expanded(butcher, "--task", "1")
    code.open(workspace)
    code.expand_folder("bakery", "bakery.md")
    code.open_file("bakery.md")
    code.wait_for_squiggle("warning")
    code.expand_folder("butcher", "butcher.md")
    code.open_file("butcher.md")
    code.wait_for_text("# butcher")
    code.wait_for_problem("bakery.md")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    assert butcher.read_bytes() == plan
    assert not any("butcher.md" in each for each in code.problems())
