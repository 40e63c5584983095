"""The graph is told as Mermaid: colours by state, thick arrows along the critical path, red ones in a cycle."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

import pytest
from hypothesis import given

from plansmith.plan.critical_path import critical_path, weight
from plansmith.plan.mermaid import mermaid
from tests.expand.canned import parse
from tests.expand.plans import documents

CHAIN = """
    ## Task 1: Store ✅

    ## Task 2: Serve
    **Prerequisites**: Task 1
    **Estimated Complexity**: High

    ## Task 3: Draw
    **Prerequisites**: Task 1
    **Estimated Complexity**: Low

    ## Task 4: Ship
    **Prerequisites**: Tasks 2, 3
"""
CYCLE = """
    ## Task 1: Hen
    **Prerequisites**: Task 2

    ## Task 2: Egg
    **Prerequisites**: Task 1

    ## Task 3: Omelette
    **Prerequisites**: Task 2
"""


def document(text: str):
    return parse(textwrap.dedent(text).lstrip())


def states(chart: str) -> dict[str, str]:
    return dict(re.findall(r'^ +(t\d+)\[".*"\]:::(\w+)$', chart, re.M))


def arrows(chart: str) -> list[str]:
    return re.findall(r"^ +(t\d+ --> t\d+)$", chart, re.M)


def styled(chart: str, style: str) -> set[str]:
    """The arrows that have a style."""
    found = re.search(rf"^ +linkStyle ([\d,]+) {style}", chart, re.M)
    return {arrows(chart)[int(number)] for number in found[1].split(",")} if found else set()


def test_a_task_is_coloured_by_its_state():
    text = CHAIN.replace(
        "**Estimated Complexity**: Low", "**Acceptance Criteria**:\n    - [x] drawn\n    - [ ] coloured"
    )
    assert states(mermaid(document(text))) == {"t0": "done", "t1": "ready", "t2": "started", "t3": "blocked"}


def test_the_critical_path_is_thick():
    chart = mermaid(document(CHAIN))
    assert arrows(chart) == ["t0 --> t1", "t0 --> t2", "t1 --> t3", "t2 --> t3"]
    assert styled(chart, "stroke-width:4px") == {"t1 --> t3"}
    assert "    class t1,t3 critical\n" in chart


def test_a_task_in_progress_that_waits_for_another_is_blocked():
    text = CHAIN.replace("Tasks 2, 3", "Tasks 2, 3\n    **Acceptance Criteria**:\n    - [x] one\n    - [ ] two")
    assert document(text).tasks[3].started
    assert states(mermaid(document(text)))["t3"] == "blocked"


def test_a_cycle_has_red_borders_and_arrows_and_each_task_the_colour_of_its_state():
    chart = mermaid(document(CYCLE))
    assert states(chart) == {"t0": "blocked", "t1": "blocked", "t2": "blocked"}
    assert "    class t0,t1 cycle\n" in chart
    assert "    classDef cycle stroke:#c62828" in chart
    assert "cycle" not in mermaid(document(CHAIN))
    chart = mermaid(document(CYCLE.replace("Hen", "Hen ✅")))
    assert states(chart) == {"t0": "done", "t1": "ready", "t2": "blocked"}
    assert "    class t0,t1 cycle\n" in chart
    chart = mermaid(document(CYCLE))
    assert styled(chart, "stroke:#c62828") == {"t0 --> t1", "t1 --> t0"}


def test_a_name_with_signs_that_mermaid_reads_is_escaped():
    chart = mermaid(document('## Task 1: "Draw" [a|b] 漢字 😀 `x`\n'))
    assert '["Task 1: #34;Draw#34; #91;a#124;b#93; 漢字 😀 #96;x#96;"]' in chart


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Task 1: Write __init__.py and *all*", "Task 1: Write #95;#95;init#95;#95;.py and #42;all#42;"),
        ("Task: 12. Ship", "#49;2. Ship"),
        ("Task: 1) Ship", "1) Ship"),
        ("Task 2: 1. Ship it: now", "Task 2: #49;. Ship it: now"),
        ("Task: 12 of 3.5", "12 of 3.5"),
        ("Task: See https://a.b or www.c.d or e@f.g", "See https#58;//a.b or www#46;c.d or e#64;f.g"),
        ("Task: Restyle a:b #1", "Restyle a#58;b #35;1"),
    ],
)
def test_a_name_is_no_markdown(heading, label):
    assert f't0["{label.replace(")", "#41;")}"]:::' in mermaid(document(f"## {heading}\n"))


def _ladder(count: int, name: str = "T") -> str:
    """Tasks of which each waits for all before it."""
    waits = "".join(f"## Task {n}: {name}\n**Prerequisites**: Tasks 1–{n - 1}\n\n" for n in range(2, count + 1))
    return f"## Task 1: {name}\n\n{waits}"


def test_of_too_many_arrows_those_that_others_imply_are_left_out():
    assert len(arrows(mermaid(document(_ladder(32))))) == 32 * 31 // 2
    chart = mermaid(document(_ladder(33)))
    assert arrows(chart) == [f"t{n} --> t{n + 1}" for n in range(32)]
    assert styled(chart, "stroke-width:4px") == set(arrows(chart))


def test_an_arrow_in_a_cycle_is_never_left_out():
    chart = mermaid(
        document(_ladder(40) + textwrap.dedent(CYCLE).replace("Task 2", "Task 51").replace("Task 1", "Task 50"))
    )
    assert styled(chart, "stroke:#c62828") == {"t40 --> t41", "t41 --> t40"}


def test_more_arrows_than_mermaid_draws_are_told():
    many = "".join(f"## Task {n}: T\n\n" for n in range(1, 201))
    for n in range(201, 204):
        many += f"## Task {n}: T\n\n**Prerequisites**: Tasks 1–200\n\n"
    chart = mermaid(document(many))
    assert len(arrows(chart)) == 500
    assert "    %% 100 arrows are left out: Mermaid draws 500 at most\n" in chart


def test_names_are_cut_in_a_long_graph():
    tasks = "".join(f"## Task {n}: {'x' * 70}\n\n" for n in range(1, 601))
    chart = mermaid(document(tasks))
    assert len(chart) <= 50_000
    assert f't0["Task 1: {"x" * 29}…"]' in chart
    assert f't0["Task 1: {"x" * 59}…"]' in mermaid(document(tasks[:5_000]))
    chart = mermaid(document(f"## Task: {'y' * 70}\n\n" + tasks + tasks.replace("## Task ", "## Task 1.")))
    assert f't0["{"y" * 14}…"]:::' in chart
    assert 't1["Task 1"]:::' in chart


def test_of_two_chains_the_heavier_is_critical_and_done_work_weighs_nothing():
    assert critical_path(document(CHAIN)) == (1, 3)
    assert critical_path(document(CHAIN.replace("## Task 2: Serve", "## Task 2: Serve ✅"))) == (2, 3)
    assert critical_path(document(CHAIN.replace("## Task 4: Ship", "## Task 4: Ship ✅"))) == ()
    assert critical_path(document("# Nothing\n")) == ()


@pytest.mark.parametrize(
    ("complexity", "expected"),
    [("Low", 1), ("**medium** (3 days)", 2), ("high", 3), ("Enormous", 2), ("", 2)],
)
def test_a_task_weighs_what_its_complexity_says(complexity, expected):
    task = document(f"## Task 1: A\n**Estimated Complexity**: {complexity}\n").tasks[0]
    assert weight(task) == expected


def test_a_task_without_a_complexity_weighs_as_much_as_the_middle_one():
    assert weight(document("## Task 1: A\n").tasks[0]) == 2


@given(documents())
def test_the_critical_path_is_a_chain_of_open_tasks(text):
    parsed = parse(text)
    path = critical_path(parsed)
    assert len(path) == len(set(path)) != 1
    assert all(not parsed.tasks[index].done for index in path)
    assert all(one in parsed.graph.prerequisites[other] for one, other in pairwise(path))
