"""The tasks of a document as names and references: identity, duplicates, order, cycles, and what can be started."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.graph import PROSE, UNKNOWN, Graph, TaskKey, dependency_order
from plansmith.plan.states import ready
from tests.markers import built_in_format, dedent

FORMAT = built_in_format()


def document(text: str) -> Document:
    return Document(dedent(text), FORMAT)


def chain(*needed: str, done: str = "") -> Document:
    """A document of tasks 1, 2, 3 …, each of which waits for the ids in its words."""
    return document("\n".join(
        f"## Task {number}: T{number}{' ✅' if str(number) in done else ''}\n**Prerequisites**: {words}"
        for number, words in enumerate(needed, 1)
    ))  # fmt: skip


# Identity


def test_a_task_is_the_group_its_id_or_name_and_the_nth_among_equals():
    keys = document("""
        # Plan
        ## Phase 1: Start
        ### Task 1: A
        ### Task 1: B
        ### Task: Paint the **Shed**
        ## Phase 2
        ### Task 1: C
        ### Task: Paint the shed
        ### Task: Paint the shed
        # Appendix
        ## TASK-006: D
    """).graph.keys
    assert keys == (
        TaskKey(("plan", "phase 1: start"), "1", 0),
        TaskKey(("plan", "phase 1: start"), "1", 1),
        TaskKey(("plan", "phase 1: start"), "paint the shed", 0),
        TaskKey(("plan", "phase 2"), "1", 0),
        TaskKey(("plan", "phase 2"), "paint the shed", 0),
        TaskKey(("plan", "phase 2"), "paint the shed", 1),
        TaskKey(("appendix",), "task-006", 0),
    )


def test_an_id_is_a_string():
    found = document("## Task 1.1: A\n## Task 1.10: B\n## Task 01: C\n## Task 1: D").graph
    assert [key.name for key in found.keys] == ["1.1", "1.10", "01", "1"]
    assert not found.duplicates


def test_a_key_finds_its_task():
    graph = document("## Task 1: A\n## Task 1: B").graph
    assert graph.find(TaskKey((), "1", 1)) == 1
    assert graph.find(TaskKey((), "1", 2)) is None


def test_a_task_heading_is_no_group():
    assert document("## Task 1: A\n### Task 2: B").graph.keys[1].groups == ()


def test_a_group_ends_at_a_heading_of_its_level():
    text = "# A\n## B\n### Task 1: x\n## C\n### Task 2: x\n# D\n### Task 3: x"
    assert [key.groups for key in document(text).graph.keys] == [("a", "b"), ("a", "c"), ("d",)]


# Duplicates


@pytest.mark.parametrize(
    ("text", "duplicates"),
    [
        ("## Task 1: A\n## Task 1: B\n## Task 1: C", ((1, 0), (2, 0))),
        ("## Task 1: A\n## Task 2: A", ()),
        ("## Task: A\n## Task: a", ((1, 0),)),
        ("## Task: A\n## Task 1: A", ()),
        ("# X\n## Task 1: A\n# Y\n## Task 1: A", ()),
        ("# X\n## Task: A\n# Y\n## Task: A", ()),
        ("## TASK-6: A\n## task-6: B", ((1, 0),)),
        ("## TASK-6: A\n## Task 6: B", ()),
        ("## Task 1: A\n### Task 1: B", ((1, 0),)),
    ],
)
def test_the_same_id_or_name_under_one_group(text, duplicates):
    assert document(text).graph.duplicates == duplicates


# Which task a reference means


def test_a_reference_means_a_task_of_its_own_group_first():
    graph = document("""
        # A
        ## Task 1: x
        ## Task 2: x
        **Prerequisites**: Task 1
        # B
        ## Task 1: x
        ## Task 2: x
        **Prerequisites**: Task 1
        # C
        ## Task 3: x
        **Prerequisites**: Task 1
    """).graph
    assert graph.prerequisites == ((), (0,), (), (2,), (0,))


def test_a_reference_to_none_is_unknown_where_the_document_has_two_ids():
    assert document("## Task 1: A\n**Prerequisites**: Task 9\n## Task 2: B").graph.targets[0][0] == UNKNOWN
    assert document("## Task 1: A\n**Prerequisites**: Task 9\n## Task: B").graph.targets[0][0] == PROSE
    assert document("## Task 1: A\n**Prerequisites**: Task 9\n## Task 1: B").graph.targets[0][0] == PROSE


def test_only_prerequisites_make_a_task_wait():
    graph = document("## Task 1: A\n### Next Steps\nTask 2\n## Task 2: B\n**Prerequisites**: Task 1, Task 1").graph
    assert graph.prerequisites == ((), (0,))
    assert graph.dependents == ((1,), ())


# Order, cycles, and what is ready


@pytest.mark.parametrize(
    ("needed", "cycles"),
    [
        (("", "Task 1", "Task 2"), []),
        (("Task 1",), [(0,)]),
        (("Task 2", "Task 1"), [(0, 1)]),
        (("Task 2", "Task 3", "Task 1"), [(0, 1, 2)]),
        (("Task 2", "Task 1", "Task 4", "Task 3"), [(0, 1), (2, 3)]),
        (("Task 3", "Task 1", "Task 1"), [(0, 2)]),
        (("Task 2, Task 3", "Task 3", "Task 1"), [(0, 2)]),
        (("", "Task 3", "Task 4", "Task 2"), [(1, 2, 3)]),
    ],
)
def test_a_cycle_is_the_shortest_way_back_to_its_first_task(needed, cycles):
    assert [list(cycle) for cycle in chain(*needed, "").graph.cycles] == [list(cycle) for cycle in cycles]


def test_what_can_be_started():
    def found(read: Document) -> list[int]:
        return [index + 1 for index in ready(read)]

    assert found(chain("", "Task 1", "Task 2", "None")) == [1, 4]
    assert found(chain("", "Task 1", "Task 2", "None", done="1")) == [2, 4]
    assert found(chain("", "Task 1", "Task 1, Task 9", done="1")) == [2]
    assert found(chain("Task 2", "Task 1")) == []
    assert found(chain("", "the tools", done="1")) == [2]


def test_dependencies_come_first_else_the_order_of_the_text():
    assert dependency_order(chain("Task 3", "", "Task 4", "").graph) == [3, 2, 0, 1]
    assert dependency_order(chain("", "", "").graph) == [0, 1, 2]


_edges = st.lists(st.lists(st.integers(1, 8), max_size=3), min_size=2, max_size=8)


@given(_edges)
def test_any_graph(edges):
    graph = chain(*[", ".join(f"Task {needed}" for needed in row) for row in edges]).graph
    assert_consistent(graph)
    count = len(edges)
    assert graph.prerequisites == tuple(
        tuple(dict.fromkeys(needed - 1 for needed in row if needed <= count)) for row in edges
    )
    waits = [closure(graph, task) for task in range(count)]
    knots = {frozenset(other for other in waits[task] if task in waits[other]) for task in range(count)} - {frozenset()}
    assert len(graph.cycles) == len(knots)
    for cycle in graph.cycles:
        [knot] = [knot for knot in knots if cycle[0] in knot]
        assert cycle[0] == min(knot)
        assert knot.issuperset(cycle)
        assert len(set(cycle)) == len(cycle)
        assert all(
            later in graph.prerequisites[task] for task, later in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        )
    if not knots:
        order = dependency_order(graph)
        assert all(
            order.index(needed) < order.index(task) for task in range(count) for needed in graph.prerequisites[task]
        )


def assert_consistent(graph: Graph) -> None:
    count = len(graph.keys)
    assert len(set(graph.keys)) == count
    assert sorted(dependency_order(graph)) == list(range(count))
    forth = {(task, needed) for task in range(count) for needed in graph.prerequisites[task]}
    back = {(waiting, task) for task in range(count) for waiting in graph.dependents[task]}
    assert forth == back


def closure(graph: Graph, task: int) -> set[int]:
    """All tasks that a task waits for, itself too where it is in a cycle."""
    found: set[int] = set()
    queue = list(graph.prerequisites[task])
    while queue:
        needed = queue.pop()
        if needed not in found:
            found.add(needed)
            queue += graph.prerequisites[needed]
    return found
