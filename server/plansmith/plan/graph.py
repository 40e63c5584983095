"""Tasks as names and references: who waits for whom, what is unknown, what waits for itself."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from .references import slug
from .tree import Summary

PREREQUISITES: Final = "prerequisites"

UNKNOWN: Final = -1  # a reference that no task carries
PROSE: Final = -2  # a candidate that turned out to be no reference


class TaskKey(NamedTuple):
    """What makes a task the same task after an edit."""

    groups: tuple[str, ...]
    name: str  # the id, or else the folded name
    nth: int  # among equals


class Graph:
    """The linked tasks of one document, by their index."""

    def __init__(
        self,
        keys: tuple[TaskKey, ...],
        targets: tuple[tuple[int, ...], ...],
        prerequisites: tuple[tuple[int, ...], ...],
        dependents: tuple[tuple[int, ...], ...],
        first_forward: int,
        names: Names,
    ) -> None:
        """Made by `link`.

        `targets` has for each task, for each of its references: a task, UNKNOWN or PROSE.
        `first_forward` is the first task that waits for itself or a later one; the number of tasks where none does.
        """
        self.keys: Final = keys
        self.targets: Final = targets
        self.prerequisites: Final = prerequisites
        self.dependents: Final = dependents
        self.first_forward: Final = first_forward
        self.names: Final = names
        self._cycles: tuple[tuple[int, ...], ...] | None = None

    @property
    def duplicates(self) -> tuple[tuple[int, int], ...]:
        """Tasks of the same name: the later, and the first."""
        return tuple(self.names.duplicates)

    @property
    def id_count(self) -> int:
        """How many tasks have an id."""
        return self.names.id_count

    @property
    def cycles(self) -> tuple[tuple[int, ...], ...]:
        """Each a path whose last task waits for its first."""
        if self._cycles is None:
            self._cycles = tuple(_cycles(self.prerequisites)) if self.first_forward < len(self.keys) else ()
        return self._cycles

    def find(self, key: TaskKey) -> int | None:
        """The index of a task by its identity."""
        try:
            return self.keys.index(key)
        except ValueError:
            return None

    def resolve(self, index: int, kind: str, text: str) -> int:
        """The task that a reference in a task means, as if it stood there: its index, UNKNOWN or PROSE."""
        return self.names.resolve(kind, text, self.keys[index].groups)

    def waits_for(self, task: int, other: int) -> bool:
        """Whether prerequisites lead from one task to another."""

        def following(at: int) -> Iterable[int]:
            # All tasks before the first that waits for a later one lead upwards only.
            return () if at < self.first_forward and at <= other else self.prerequisites[at]

        return leads(task, other, following)

    def relinked(self, index: int, summary: Summary) -> Graph:
        """The graph where one task has other references, while its id, name and place are the same."""
        targets = tuple([self.resolve(index, kind, text) for kind, text, _ in summary.references])
        needed = _needed(summary, targets)
        dependents = self.dependents
        changed = set(self.prerequisites[index]).symmetric_difference(needed)
        if changed:
            waiting = list(dependents)
            for target in changed:
                tasks = list(waiting[target])
                if target in needed:
                    insort(tasks, index)
                else:
                    tasks.remove(index)
                waiting[target] = tuple(tasks)
            dependents = tuple(waiting)
        prerequisites = (*self.prerequisites[:index], needed, *self.prerequisites[index + 1 :])
        first_forward = self.first_forward
        if any(target >= index for target in needed):
            first_forward = min(first_forward, index)
        elif first_forward == index:
            first_forward = _first_forward(prerequisites, index)
        targets_of_all = (*self.targets[:index], targets, *self.targets[index + 1 :])
        return Graph(self.keys, targets_of_all, prerequisites, dependents, first_forward, self.names)


def leads(task: int, other: int, following: Callable[[int], Iterable[int]]) -> bool:
    """Whether one or more steps from a task to those that are `following` it lead to another one."""
    seen = {task}
    queue = [task]
    for at in queue:
        for target in following(at):
            if target == other:
                return True
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return False


def link(summaries: Sequence[Summary], groups: Sequence[tuple[str, ...]]) -> Graph:
    """Resolve all references of a document's tasks."""
    names = Names(summaries, groups)
    targets = tuple(
        tuple(names.resolve(kind, text, groups[index]) for kind, text, _ in summary.references)
        for index, summary in enumerate(summaries)
    )
    prerequisites = tuple(map(_needed, summaries, targets))
    dependents: list[list[int]] = [[] for _ in summaries]
    for index, needed in enumerate(prerequisites):
        for target in needed:
            dependents[target].append(index)
    waiting = tuple(map(tuple, dependents))
    return Graph(names.keys, targets, prerequisites, waiting, _first_forward(prerequisites, 0), names)


def _needed(summary: Summary, targets: Sequence[int]) -> tuple[int, ...]:
    """The tasks that a task waits for."""
    references = summary.references
    return tuple(
        dict.fromkeys(
            target
            for (_, _, section), target in zip(references, targets, strict=True)
            if target >= 0 and section == PREREQUISITES
        )
    )


def _first_forward(prerequisites: Sequence[Sequence[int]], start: int) -> int:
    for index in range(start, len(prerequisites)):
        if any(target >= index for target in prerequisites[index]):
            return index
    return len(prerequisites)


def dependency_order(graph: Graph) -> list[int]:
    """All tasks so that each comes after those it waits for, else in the order of the text."""
    done: set[int] = set()
    order: list[int] = []
    for root in range(len(graph.keys)):
        stack = [(root, False)]
        open_tasks: set[int] = set()
        while stack:
            task, leave = stack.pop()
            if leave:
                if task not in done:
                    done.add(task)
                    order.append(task)
            elif task not in done and task not in open_tasks:
                open_tasks.add(task)
                stack.append((task, True))
                stack += [(needed, False) for needed in reversed(graph.prerequisites[task])]
    return order


class Names:
    """What the tasks of a document are called."""

    def __init__(self, summaries: Sequence[Summary], groups: Sequence[tuple[str, ...]]) -> None:
        """One summary and the enclosing group headings for each task."""
        self.duplicates: list[tuple[int, int]] = []
        # By name, then by group: the first task of that name there; the first in the text comes first.
        self._ids: dict[str, dict[tuple[str, ...], int]] = {}
        self._tails: dict[str, dict[tuple[str, ...], int]] = {}
        self._names: dict[str, dict[tuple[str, ...], int]] = {}
        self._slugs: dict[str, int] | None = None
        self._summaries = summaries
        counts: dict[tuple[tuple[str, ...], str], int] = {}
        firsts: dict[tuple[tuple[str, ...], str, bool], int] = {}
        keys = []
        for index, summary in enumerate(summaries):
            group = groups[index]
            name = summary.id.casefold() or summary.name
            nth = counts.get((group, name), 0)
            counts[group, name] = nth + 1
            keys.append(TaskKey(group, name, nth))
            if summary.id:
                self._ids.setdefault(name, {}).setdefault(group, index)
                tail = name.rpartition("-")[2]
                if tail != name:
                    self._tails.setdefault(tail, {}).setdefault(group, index)
            if summary.name:
                self._names.setdefault(summary.name, {}).setdefault(group, index)
            if name:
                first = firsts.setdefault((group, name, bool(summary.id)), index)
                if first != index:
                    self.duplicates.append((index, first))
        self.keys = tuple(keys)
        self.id_count = len(self._ids)

    def resolve(self, kind: str, text: str, group: tuple[str, ...]) -> int:
        """The task that a reference means, or UNKNOWN, or PROSE; one of the same group goes first."""
        if kind == "id":
            folded = text.casefold()
            found = self._ids.get(folded) or self._tails.get(folded)
            if not found:
                return UNKNOWN if self.id_count >= 2 else PROSE
        elif kind == "name":
            found = self._names.get(text)
        else:
            return self._anchors().get(text, PROSE)
        if not found:
            return PROSE
        return found[group] if group in found else next(iter(found.values()))

    def has_name(self, name: str) -> bool:
        """Whether a task has this name; it is folded."""
        return name in self._names

    def _anchors(self) -> dict[str, int]:
        if self._slugs is None:
            # Whole before it is seen: another thread may ask meanwhile.
            slugs: dict[str, int] = {}
            for index, summary in enumerate(self._summaries):
                for text in spellings(summary.id, summary.head, summary.name):
                    slugs.setdefault(slug(text), index)
            self._slugs = slugs
        return self._slugs


def spellings(identifier: str, head: str, name: str) -> list[str]:
    """What the heading of a task may be, in the order in which a link's slug is compared with them."""
    if not identifier:
        return [name, f"{head}: {name}"]
    return [f"{head}: {name}", f"{head} - {name}", f"{head} — {name}", f"{head} {name}", name, head]


def _cycles(edges: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """One path for each set of tasks that wait for each other, starting at its first task."""
    found = []
    for group in _strongly_connected(edges):
        first = min(group)
        if len(group) > 1 or first in edges[first]:
            found.append(_path(edges, first, set(group)))
    return sorted(found)


def _path(edges: Sequence[Sequence[int]], first: int, group: set[int]) -> tuple[int, ...]:
    """The shortest way from `first` back to itself inside `group`."""
    came_from: dict[int, int] = {}
    queue = [first]
    for task in queue:
        for needed in edges[task]:
            if needed == first:
                path = [task]
                while path[-1] != first:
                    path.append(came_from[path[-1]])
                return tuple(reversed(path))
            if needed in group and needed not in came_from:
                came_from[needed] = task
                queue.append(needed)
    return (first,)


def _strongly_connected(edges: Sequence[Sequence[int]]) -> list[list[int]]:
    """Tarjan's strongly connected components, without recursion."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in range(len(edges)):
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            task, place = work.pop()
            if place == 0:
                index[task] = low[task] = len(index)
                stack.append(task)
                on_stack.add(task)
            descend = False
            for number in range(place, len(edges[task])):
                needed = edges[task][number]
                if needed not in index:
                    work += [(task, number + 1), (needed, 0)]
                    descend = True
                    break
                if needed in on_stack:
                    low[task] = min(low[task], index[needed])
            if descend:
                continue
            if low[task] == index[task]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == task:
                        break
                found.append(component)
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[task])
    return found
