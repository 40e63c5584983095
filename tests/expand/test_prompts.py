"""Prompts: places filled once, overrides that win, and overrides that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from plansmith.expand.prompts import NAMES, Prompt, PromptError, load_prompts, parse_prompt, render

SECTION_TASK = """---
name: task
inputs: label, text, files, finished, present, wanted
---
MINE {{label}} {{text}} {{files}} {{finished}} {{present}} {{wanted}}
"""


def write(home: Path, name: str, text: str) -> Path:
    path = home / "prompts" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return home


def test_every_built_in_prompt_uses_exactly_the_places_that_it_lists():
    prompts = load_prompts(None, None, trusted=False)
    assert prompts.problems == ()
    for name in NAMES:
        prompt = getattr(prompts, name)
        assert prompt.name == name
        filled = render(prompt, **{place: f"<{place}>" for place in prompt.inputs})
        assert "{{" not in filled
        assert all(f"<{place}>" in filled for place in prompt.inputs)


def test_what_looks_like_a_place_in_a_value_stays():
    prompt = Prompt("x", ("one", "two"), "{{one}} and {{ two }}", "")
    assert render(prompt, one="{{two}}", two="\\1 {{one}}") == "{{two}} and \\1 {{one}}"


def test_an_empty_value_takes_its_line_and_the_blank_line_after_it():
    prompt = Prompt("x", ("one",), "Before\n\n{{one}}\n\nAfter {{one}}.", "")
    assert render(prompt, one="") == "Before\n\nAfter ."
    assert render(prompt, one="It") == "Before\n\nIt\n\nAfter It."


def test_values_that_are_not_those_of_the_prompt_are_a_mistake_in_the_code():
    with pytest.raises(ValueError, match="takes one, not two"):
        render(Prompt("x", ("one",), "{{one}}", ""), two="")


def test_a_users_own_prompt_wins(tmp_path):
    prompts = load_prompts(write(tmp_path, "task", SECTION_TASK), None, trusted=False)
    assert prompts.problems == ()
    assert prompts.task.text.startswith("MINE")
    assert prompts.section == load_prompts(None, None, trusted=False).section


def test_a_projects_prompt_counts_only_when_it_is_trusted(tmp_path):
    project = write(tmp_path, "task", SECTION_TASK)
    assert not load_prompts(None, project, trusted=False).task.text.startswith("MINE")
    assert load_prompts(None, project, trusted=True).task.text.startswith("MINE")


def test_a_users_own_prompt_wins_over_a_projects(tmp_path):
    user = write(tmp_path / "user", "task", SECTION_TASK.replace("MINE", "USER"))
    project = write(tmp_path / "project", "task", SECTION_TASK)
    assert load_prompts(user, project, trusted=True).task.text.startswith("USER")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SECTION_TASK.replace("{{label}}", "{{labels}}"), "there is no place {{labels}}; there are {{label}}"),
        (SECTION_TASK.replace("{{wanted}}", ""), "it lacks the place {{wanted}}"),
        (SECTION_TASK.replace("inputs: label", "inputs: colour, label"), "there is no place {{colour}}"),
        (SECTION_TASK.replace("name: task", "name: tasks"), "its name is “tasks”, and by its place it is “task”"),
        (SECTION_TASK.replace("name: task\n", ""), "its front matter has no name"),
        (SECTION_TASK.replace("name: task", "name: task\nname: task"), "says “name” twice"),
        (SECTION_TASK.replace("name: task", "name: task\n- oops"), "can't be read at “- oops”"),
        (SECTION_TASK.removeprefix("---\n"), "it has no front matter"),
        ("---\nname: task\n", "its front matter does not end"),
        ("---\nname: task\n---\n\n", "it has no text"),
        ("", "it has no front matter"),
    ],
)
def test_a_broken_override_is_told_and_the_built_in_stays_in_force(tmp_path, text, says):
    prompts = load_prompts(write(tmp_path, "task", text), None, trusted=True)
    (problem,) = prompts.problems
    assert says in problem
    assert problem.startswith(str(tmp_path))
    assert problem.endswith("the built-in prompt “task” stays in force")
    assert prompts.task == load_prompts(None, None, trusted=True).task


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"---\nname: task\n---\n\xff", b"---\n" + b"x" * 70_000])
def test_an_override_that_is_no_text_is_told(tmp_path, data):
    (write(tmp_path, "task", "") / "prompts" / "task.md").write_bytes(data)
    prompts = load_prompts(tmp_path, None, trusted=True)
    assert len(prompts.problems) == 1
    assert prompts.task == load_prompts(None, None, trusted=True).task


def test_line_ends_of_an_override_do_not_matter():
    text = SECTION_TASK.replace("\n", "\r\n")
    assert parse_prompt(text).text == parse_prompt(SECTION_TASK).text


def test_a_prompt_without_a_name_is_refused():
    with pytest.raises(PromptError, match="no name"):
        parse_prompt("---\n# nothing\n---\ntext")
