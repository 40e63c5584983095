"""Runs the rules, and keeps what it found for every task that did not change.

A task's findings are relative to its first line, so a task that merely moved keeps the very same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from plansmith.plan.document import Change, Document
from plansmith.plan.files import Files
from plansmith.plan.format import Format
from plansmith.plan.tree import Ignore, Section, Task

from .facts import Answers, Facts, Others, are_among
from .rule import Finding, Rule, Scope, Severity
from .subject import Plan, Tasks
from .table import RULES
from .unused_ignore import unused_ignore

MAX_FINDINGS: Final = 500


class Options(NamedTuple):
    """What a configuration says of the rules."""

    severities: Mapping[str, Severity | None] = {}  # None switches a rule off
    only: frozenset[str] | None = None  # run no other rules; None runs all
    max_findings: int = MAX_FINDINGS


class TaskFindings(NamedTuple):
    """What a document reports for one task."""

    task: int
    findings: tuple[Finding, ...]


class Report(NamedTuple):
    """All findings of a document, task by task; `left_out` counts those beyond the maximum."""

    tasks: tuple[TaskFindings, ...]
    left_out: int

    @property
    def findings(self) -> list[Finding]:
        """All findings in the order of the text, each with its task's index."""
        return [finding.of_task(task) for task, findings in self.tasks for finding in findings]


class Checker:
    """The rules that are switched on, ready to be asked."""

    def __init__(self, fmt: Format, options: Options | None = None, rules: Sequence[Rule] = RULES) -> None:
        """Rules that the options switch off are never run."""
        self.format = fmt
        self.options = options or Options()
        self._rules = rules
        severities = {rule.name: self._severity(rule) for rule in rules}
        self._severities = {name: severity for name, severity in severities.items() if severity is not None}
        active = [rule for rule in rules if rule.name in self._severities]
        self._section = [rule for rule in active if rule.scope is Scope.SECTION]
        # Which rules look at a section hangs on its specification alone; they are numbered as in `_section`.
        self._by_spec = {
            spec: tuple(number for number, rule in enumerate(self._section) if rule.sections(spec))
            for spec in fmt.by_key.values()
        }
        texts = [rule for rule in active if rule.scope is Scope.TASK and rule is not unused_ignore]
        self._task = [rule for rule in texts if not rule.files]
        self._files = [rule for rule in texts if rule.files]
        self._document = [rule for rule in active if rule.scope is Scope.DOCUMENT]
        self._unused = next((rule for rule in active if rule is unused_ignore), None)
        self._names = frozenset(rule.name for rule in active)
        self._known = frozenset(rule.name for rule in rules)

    def without_maximum(self) -> Checker:
        """The same rules, with all of their findings."""
        return Checker(self.format, self.options._replace(max_findings=10**9), self._rules)

    @property
    def asks_for_files(self) -> bool:
        """Whether a rule about files is switched on."""
        return bool(self._files)

    def check_task(self, task: Task, definitions: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
        """The findings of the rules about sections and plans; none for a coarse task.

        `definitions` are the link labels that the document defines.
        """
        return self.check_plan(Plan(task, self.format, definitions)) if task.is_plan else ()

    def check_plan(self, plan: Plan) -> tuple[Finding, ...]:
        """As `check_task`, for a plan."""
        found = self._of_rules(self._task, plan)
        by_spec = self._by_spec
        seen: list[list[Section]] = [[] for _ in self._section]
        for section in plan.sections:
            for number in by_spec[section.spec]:
                seen[number].append(section)
        for rule, sections in zip(self._section, seen, strict=True):
            if sections:
                found += self._named(rule.check(sections, plan), rule)
        found.sort(key=_place)
        return tuple(found)

    def check_files(self, plan: Plan) -> tuple[Finding, ...]:
        """The findings of the rules about files; the plan has the facts that they ask for."""
        found = self._of_rules(self._files, plan)
        found.sort(key=_place)
        return tuple(found)

    def _of_rules(self, rules: Iterable[Rule], plan: Plan) -> list[Finding]:
        folded = plan.folded
        found: list[Finding] = []
        for rule in rules:
            if not rule.needles or any(needle in folded for needle in rule.needles):
                found += self._named(rule.check(plan), rule)
        return found

    def check_document(self, document: Document) -> dict[int, tuple[Finding, ...]]:
        """The findings of the rules about documents, by the index of the task they stand in."""
        found: dict[int, list[Finding]] = {}
        tasks = Tasks(document.tasks, document.graph, document.format)
        for rule in self._document:
            for finding in self._named(rule.check(tasks), rule):
                found.setdefault(finding.task, []).append(finding)
        return {index: tuple(findings) for index, findings in found.items()}

    def settle(
        self, ignores: Sequence[Ignore], dangling: Sequence[Ignore], findings: Sequence[Finding]
    ) -> tuple[Finding, ...]:
        """What is left of a task's findings after the ignore comments, and the comments that silence nothing.

        `ignores` cover lines of the task; `dangling` cover nothing.
        """
        hidden, used = _silenced(ignores, findings)
        kept = [finding for place, finding in enumerate(findings) if place not in hidden]
        if self._unused is not None:
            comments = (*ignores, *dangling)
            idle = self._unused.check(comments, used, self._names, self._known)
            kept += self._named(idle, self._unused)
            kept.sort(key=_place)
        return tuple(kept)

    def _severity(self, rule: Rule) -> Severity | None:
        if self.options.only is not None and rule.name not in self.options.only:
            return None
        return self.options.severities.get(rule.name, rule.severity)

    def _named(self, findings: Iterable[Finding], rule: Rule) -> list[Finding]:
        """The findings with their rule's name and severity; their own where that is weaker."""
        name = rule.name
        severity = self._severities[name]
        return [finding.of_rule(name, severity) for finding in findings]


class _Filed(NamedTuple):
    """A task's own findings, the same with those about files, and what these hang on."""

    own: tuple[Finding, ...]
    every: tuple[Finding, ...]
    answers: Answers
    asked_others: set[str]


class Analysis:
    """The findings of one document under edit; only what an edit touched is checked again."""

    def __init__(self, document: Document, checker: Checker, files: Files | None = None) -> None:
        """Nothing is checked before `report` is asked; without `files` the rules about files are silent."""
        self.document = document
        self.checker = checker
        self._files = files if checker.asks_for_files else None
        self._others = Others(document)
        self._own: dict[Task, tuple[Finding, ...]] = {}
        self._filed: dict[Task, _Filed] = {}
        self._swallowed: dict[Task, tuple[Finding, ...]] = {}  # of tasks that may come back as they were
        self._linked: dict[int, tuple[Finding, ...]] = {}
        self._involved: set[int] = set()  # the tasks in which a finding of a rule about documents has a place
        self._graph: object = None
        self._definitions = document.definitions
        self._final: list[tuple[Finding, ...]] = []
        self._stale: set[int] | None = None  # the tasks to look at again; None means all
        self._counts: list[tuple[int, ...]] = []
        self._cuts: dict[int, tuple[tuple[Finding, ...], int, int, tuple[Finding, ...]]] = {}  # by identity

    def update(self, change: Change) -> None:
        """Take note of an edit."""
        gone = {unit: self._own.pop(unit) for unit in change.removed if isinstance(unit, Task) and unit in self._own}
        if change.swallows:
            self._swallowed = gone
        if self._files is not None:
            self._update_filed(change)
        if change.relinked or self._stale is None:
            self._stale = None
            return
        index = self.document.task_of_unit(change.first)
        # A comment at a unit's end speaks of the task after it; after the last task there is none.
        self._stale.update(range(index, index + sum(isinstance(unit, Task) for unit in change.added) + 1))

    def look(self, files: Files) -> bool:
        """See the workspace as it is now; whether a finding may be another because of that."""
        if self._files is None:
            return False
        self._files = files
        return self._forget([task for task, filed in self._filed.items() if not filed.answers.hold_in(files)])

    def answers(self) -> Answers:
        """What the findings hang on in the workspace."""
        every = Answers()
        for filed in self._filed.values():
            every.add(filed.answers)
        return every

    def _update_filed(self, change: Change) -> None:
        """Forget what was found about files that other tasks make or move no longer, or only now."""
        for unit in change.removed:
            if isinstance(unit, Task):
                self._filed.pop(unit, None)
        changed = self._others.update(change.removed, change.added)
        if changed:
            self._forget([task for task, filed in self._filed.items() if are_among(filed.asked_others, changed)])

    def _forget(self, tasks: Sequence[Task]) -> bool:
        for task in tasks:
            del self._filed[task]
        if tasks and self._stale is not None:
            gone = set(tasks)
            self._stale.update([index for index, task in enumerate(self.document.tasks) if task in gone])
        return bool(tasks)

    def report(self) -> Report:
        """All findings of the document as it stands; empty where rules do not run."""
        document = self.document
        if not document.is_ours:
            return Report((), 0)
        count = len(document.tasks)
        if self._graph is not document.graph or len(self._final) != count:
            self._graph = document.graph
            self._linked = self.checker.check_document(document)
            self._involved = _involved(self._linked)
            self._stale = None
        elif self._stale and not self._stale.isdisjoint(self._involved):
            # The tasks are linked as they were, but a place that a finding speaks of may have moved.
            before, self._linked = self._linked, self.checker.check_document(document)
            self._involved = _involved(self._linked)
            self._stale.update(index for index, found in self._linked.items() if before.get(index) != found)
            self._stale.update(before.keys() - self._linked.keys())
        if self._definitions != document.definitions:
            # What looked like a placeholder may be a link now, in any task.
            self._definitions = document.definitions
            self._own.clear()
            self._swallowed.clear()
            self._stale = None
        if self._stale is None:
            self._final = [self._settled(index) for index in range(count)]
            self._counts = [_count(findings) for findings in self._final]
        else:
            for index in self._stale:
                if index < count:
                    self._final[index] = self._settled(index)
                    self._counts[index] = _count(self._final[index])
        self._stale = set()
        total = sum(map(len, self._final))
        most = self.checker.options.max_findings
        every = self._final if total <= most else self._gravest(most)
        return Report(
            tuple([TaskFindings(index, findings) for index, findings in enumerate(every) if findings]),
            max(total - most, 0),
        )

    def _settled(self, index: int) -> tuple[Finding, ...]:
        document = self.document
        task = document.tasks[index]
        plan: Plan | None = None
        own = self._own.get(task)
        if own is None:
            own = self._swallowed.pop(task, None)
            if own is None and task.is_plan:
                plan = Plan(task, document.format, document.definitions)
                own = self.checker.check_plan(plan)
            self._own[task] = own = own or ()
        if self._files is not None and task.is_plan:
            own = self._with_files(task, own, self._files, plan)
        linked = self._linked.get(index)
        findings = tuple(sorted((*own, *linked), key=_place)) if linked else own
        before, after = document.neighbours(index)
        if not task.ignores and not (before and before.ignores):
            return findings
        ignores = [ignore for ignore in task.ignores if ignore.start >= 0]
        if before:
            # The lines of the unit before are above the task's first: negative ones.
            ignores += [_for_task(ignore, len(before.lines), task) for ignore in before.trailing_ignores]
        dangling = () if isinstance(after, Task) else task.trailing_ignores
        return self.checker.settle(ignores, dangling, findings)

    def _with_files(self, task: Task, own: tuple[Finding, ...], files: Files, plan: Plan | None) -> tuple[Finding, ...]:
        """A task's own findings with those about files; the same value as long as both are."""
        known = self._filed.get(task)
        if known is not None and known.own is own:
            return known.every
        facts = Facts(task, files, self._others)
        if plan is None:
            plan = Plan(task, self.document.format, self.document.definitions)
        plan.facts = facts
        found = self.checker.check_files(plan)
        every = tuple(sorted((*own, *found), key=_place)) if found else own
        self._filed[task] = _Filed(own, every, facts.answers, facts.asked_others)
        return every

    def _gravest(self, most: int) -> list[tuple[Finding, ...]]:
        """The findings that fit into the maximum: graver ones first, then by their place."""
        totals = [sum(column) for column in zip(*self._counts, strict=True)]
        cut = 0
        while most >= totals[cut]:
            most -= totals[cut]
            cut += 1
        every = []
        cuts = {}
        for findings, counts in zip(self._final, self._counts, strict=True):
            at_cut = min(most, counts[cut])
            most -= at_cut
            if at_cut + sum(counts[:cut]) == len(findings):
                every.append(findings)
                continue
            known = self._cuts.get(id(findings))
            if known is None or known[0] is not findings or known[1:3] != (cut, at_cut):
                known = (findings, cut, at_cut, _cut(findings, cut, at_cut))
            cuts[id(findings)] = known
            every.append(known[3])
        self._cuts = cuts
        return every


def _involved(linked: Mapping[int, Sequence[Finding]]) -> set[int]:
    places = {place.task for findings in linked.values() for finding in findings for place in finding.related}
    return places.union(linked)


def _count(findings: Sequence[Finding]) -> tuple[int, ...]:
    """How many findings there are of each severity, the gravest first."""
    counts = [0] * len(Severity)
    for finding in findings:
        counts[finding.severity - 1] += 1  # type: ignore[operator]
    return tuple(counts)


def _cut(findings: Sequence[Finding], cut: int, at_cut: int) -> tuple[Finding, ...]:
    kept = []
    for finding in findings:
        rank = finding.severity - 1  # type: ignore[operator]
        if rank < cut or (rank == cut and at_cut > 0):
            kept.append(finding)
            at_cut -= rank == cut
    return tuple(kept)


def _silenced(ignores: Sequence[Ignore], findings: Sequence[Finding]) -> tuple[set[int], set[tuple[int, str]]]:
    """The findings that comments cover, by their place, and the comments that do, each with the rule's name."""
    places: dict[str, list[tuple[int, int]]] = {}
    for place, finding in enumerate(findings):
        places.setdefault(finding.rule, []).append((finding.span.line, place))
    covering: dict[str, list[tuple[int, int, int]]] = {}
    for ignore in ignores:
        for name in ignore.names:
            if name in places:
                covering.setdefault(name, []).append((ignore.start, ignore.end, ignore.line))
    hidden: set[int] = set()
    used: set[tuple[int, str]] = set()
    for name, comments in covering.items():
        # Downwards, line by line: what ends before a line covers nothing below it.
        comments.sort(reverse=True)
        waiting: list[tuple[int, int, int]] = []  # those that start above and are not used yet
        reach = -1
        for line, place in sorted(places[name]):
            while comments and comments[-1][0] <= line:
                waiting.append(comments.pop())
                reach = max(reach, waiting[-1][1])
            if line < reach:
                hidden.add(place)
                used.update((comment, name) for _, end, comment in waiting if line < end)
            waiting.clear()
    return hidden, used


def _for_task(ignore: Ignore, lines_above: int, task: Task) -> Ignore:
    """A comment above a task, as one that covers the task."""
    return Ignore(
        ignore.line - lines_above,
        ignore.names,
        tuple(span.shifted(-lines_above) for span in ignore.spans),
        0,
        len(task.lines),
        ignore.place.shifted(-lines_above),
        ignore.whole and ignore.whole.shifted(-lines_above),
    )


def _place(finding: Finding) -> tuple[int, int, str]:
    span = finding.span
    return span[0], span[1], finding.rule


def left_out_message(shown: int, left_out: int) -> str:
    """What is said where a document has more findings than are shown; the same in editor and `check`."""
    return f"{shown} of {shown + left_out} findings are shown, the gravest first; raise max-findings to see more"
