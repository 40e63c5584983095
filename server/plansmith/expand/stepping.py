"""The author's statements become actions, in their order, and actions become steps.

Sub-headings and labels make steps; else bullets that have bullets below them; else the method's phases:
foundations, core, support, tests. Only tests are moved, to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from plansmith.plan.tree import Section, Task

from .asking import as_asked, asks, demands, is_doubtful, is_problem, of_one_kind
from .clues import CODE_SPAN, SHELLS, Names, find_names, is_command, shell_commands
from .reading import ABOUT, CONTEXT, CRITERIA, RISKS, TESTS, WORK, CodeBlock, Passage, Statement
from .wording import ITEM_LIMIT, SHOWN, lowered, plain, said, sentences, short, title, unplaced

FOUNDATIONS: Final = 0
CORE: Final = 1
SUPPORT: Final = 2
PROOF: Final = 3

MOST_ACTIONS: Final = 6  # of a step that is made by phase
FEW: Final = 4  # actions that are one step, of whatever phases
MOST_STEPS: Final = 12

_PROOF = re.compile(r"\b(?:tests?|specs?|e2e|coverage|benchmarks?|smoke)\b", re.I)
_PROVES = re.compile(r"^(?:\W*)(?:write|add|create|extend|run|cover|test|verify|prove|check|confirm|ensure)\b", re.I)
_SUPPORT = re.compile(
    r"\b(?:validat\w+|errors?|exceptions?|log(?:s|ging|ged)?|metrics?|rate.limit\w*|retr(?:y|ies)|document\w*|docs|readme"
    r"|changelog|monitor\w*|cache|caching|clean.?up|security|time-?outs?|fallback|audit)\b",
    re.I,
)
_FOUNDATIONS = re.compile(
    r"\b(?:models?|schemas?|migrations?|tables?|config\w*|set.?up|install\w*|scaffold\w*|structure|director(?:y|ies)"
    r"|types?|interfaces?|enums?|constants?|dependenc(?:y|ies)|structs?|init\w*|bootstrap|env|environment)\b",
    re.I,
)
_RUN = re.compile(r"^\s*(?:run|command):?\s+(?=`)", re.I)
_ONLY_RUN = re.compile(r"run:?\s+`(?P<command>[^`]+)`\.?", re.I)
EXPECTED = re.compile(r"^\s*expect(?:ed|s)?\b[\w ]{0,20}:", re.I)
_STEP_WORD = re.compile(r"^\s*(?:step|part|phase|stage)\s+\d+[a-z]?\s*[:.)—–-]*\s*|^\s*\d+(?:\.\d+)*[.):]?\s+", re.I)


@dataclass(slots=True)
class Action:
    """One thing to do: the author's statement, or what the planner adds."""

    text: str  # harmless
    raw: str = ""
    ticked: bool = False
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Step:
    """A step, planned or present in the document."""

    number: int
    name: str
    phase: int
    objective: str = ""
    actions: list[Action] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)
    context: str = ""  # sentences of the task that name what no action names
    is_present: bool = False
    is_titled: bool = False  # the author has given it its name

    @property
    def raw(self) -> str:
        """All that its actions say, as the author wrote it."""
        return "\n".join(
            [self.objective if self.is_present else "", *(action.raw or action.text for action in self.actions)]
        )

    @property
    def names(self) -> Names:
        """What its actions name."""
        return find_names(f"{self.raw}\n{self.context}" if self.context else self.raw)


def present_steps(task: Task, passages: Sequence[Passage]) -> list[Step]:
    """The steps that the document has, as far as they are written."""
    steps = []
    for section in _step_sections(task):
        own = [
            passage for passage in passages if passage.key == section.key or passage.key.startswith(f"{section.key}.")
        ]
        work = [passage for passage in own if passage.role == WORK]
        about = [text for passage in own if passage.role in (ABOUT, CONTEXT) for text in passage.prose]
        actions = [_action(statement) for passage in work for statement in passage.statements]
        actions += [Action(said(text), text) for passage in work for text in passage.prose]
        actions += [
            _action(statement) for passage in own if passage.role == CONTEXT for statement in passage.statements
        ]
        steps.append(
            Step(
                section.number or 1,
                title(section.name, 80),
                _phase(section.name),
                plain(about[0]) if about else "",
                actions,
                [block for passage in own for block in passage.blocks],
                [statement.raw for passage in own if passage.role == RISKS for statement in passage.statements],
                is_present=True,
            )
        )
    return steps


def plan_steps(passages: Sequence[Passage], name: str = "") -> list[Step]:
    """The steps that the author's statements make; none where the work is said by the task's name alone."""
    groups = _groups(passages, name)
    titled = [group for group in groups if group.title]
    steps: list[Step] = []
    for group in groups:
        if group.title and (len(titled) > 1 or len(groups) == 1):
            steps += _titled(group)
        else:
            steps += _untitled(group)
    steps = _bounded(steps)
    if not _are_numbered([group for group in titled if group.role != TESTS]):
        steps = _tests_last(steps)
    for number, step in enumerate(steps, 1):
        step.number = number
    return steps


def only_runs(step: Step) -> bool:
    """Whether a step consists of commands."""
    return bool(step.actions) and all(is_run(action.text) for action in step.actions)


def commits(step: Step) -> bool:
    """Whether a step of commands ends in a commit."""
    return only_runs(step) and "`git commit" in step.raw


def command_of(text: str) -> str:
    """The command of an action that runs one, and does nothing else; "" of any other."""
    only = _ONLY_RUN.fullmatch(text.strip())
    return only["command"] if only else ""


def is_run(text: str) -> bool:
    """Whether an action is a command to run, and nothing else."""
    return bool(command_of(text))


def step_name(actions: Iterable[str], limit: int = 84) -> str:
    """A name for a step from what its actions begin with."""
    every = of_one_kind(list(actions))
    heads = [short(unplaced(text), 60) for text in every] if len(every) > 1 else [short(text, 72) for text in every]
    name = heads[0] if heads else ""
    for at, head in enumerate(heads[1:], 1):
        is_last = at == len(heads) - 1
        longer = f"{name}{' and' if is_last else ','} {lowered(head)}"
        if len(longer) > (limit if is_last else limit - 10):
            return f"{name} and what goes with it" if at == 1 else f"{name} and more"
        name = longer
    return name


def work_passages(passages: Sequence[Passage]) -> list[Passage]:
    """The passages outside of the plan's sections in which the author says what is to be done."""
    return [passage for passage in passages if passage.role == WORK and not passage.key]


def _groups(passages: Sequence[Passage], name: str) -> list[Passage]:
    work = work_passages(passages)
    with_items = [passage for passage in work if passage.statements]
    if with_items:
        untitled = [passage for passage in work if not passage.title]
        is_summed_up = _is_summed_up(untitled)
        found = []
        for passage in work:
            if passage.title and (passage.statements or passage.prose or passage.blocks):
                found.append(_with_sentences(passage))
            elif not passage.title:
                mixed = _mixed(passage, [] if is_summed_up else range(len(passage.prose)))
                found += [mixed] if mixed.statements else []
        tests = [p for p in passages if p.role == TESTS and not p.key and (p.statements or p.prose)]
        return [*found, *map(_as_tests, tests)]
    titled = [passage for passage in work if passage.title and (passage.prose or passage.blocks)]
    if titled:
        return [_with_sentences(passage) for passage in titled]
    spoken = [_sentences(passage, task_only=False) for passage in [*work, *_of(passages, ABOUT)]]
    spoken = [passage for passage in spoken if passage.statements]
    if spoken:
        return [_joined(spoken), *map(_as_tests, (p for p in _of(passages, TESTS) if p.statements))]
    criteria = [p for p in passages if p.role == CRITERIA and p.statements]
    if criteria:
        return [_joined(criteria)]
    if asks(name):
        return []
    prose = [_sentences(passage, task_only=True) for passage in [*work, *_of(passages, ABOUT)]]
    return [_joined([passage for passage in prose if passage.statements])] if any(p.statements for p in prose) else []


def _is_summed_up(untitled: Sequence[Passage]) -> bool:
    """Whether of all prose only the first sentence asks for something: then the items say the same in detail."""
    spoken = [sentence for passage in untitled for text in passage.prose for sentence in sentences(text)]
    return [at for at, sentence in enumerate(spoken) if asks(sentence)] in ([], [0])


def _mixed(passage: Passage, paragraphs: Iterable[int]) -> Passage:
    """A passage with items, and with what some of its paragraphs ask for, at their places among the items."""
    found = Passage(passage.title, passage.key, passage.role, is_ticked=passage.is_ticked, blocks=passage.blocks)
    found.prose = passage.prose
    place = 0
    for at in paragraphs:
        spoken = [text for text in sentences(passage.prose[at]) if asks(text) and not text.endswith(":")]
        found.statements += passage.statements[place : passage.places[at]]
        found.statements += [Statement(as_asked(text)) for text in spoken]
        place = passage.places[at]
    found.statements += passage.statements[place:]
    return found


def _of(passages: Sequence[Passage], role: str) -> list[Passage]:
    return [passage for passage in passages if passage.role == role and not passage.key]


def _joined(passages: Sequence[Passage]) -> Passage:
    joined = Passage()
    for passage in passages:
        joined.statements += passage.statements
        joined.blocks += passage.blocks
    return joined


def _are_numbered(titled: Sequence[Passage]) -> bool:
    """Whether the author has numbered the steps: then their order is wanted, tests first or not."""
    return len(titled) > 1 and all(_STEP_WORD.match(group.title) for group in titled)


def _sentences(passage: Passage, *, task_only: bool) -> Passage:
    """The passage with those of its sentences as statements that ask for something, or with all of them."""
    found = Passage(passage.title, passage.key, passage.role, is_ticked=passage.is_ticked, blocks=passage.blocks)
    for text in passage.prose:
        for sentence in sentences(_RUN.sub("Run ", text)):
            if found.statements and EXPECTED.match(sentence):
                found.statements[-1].details.append(Statement(sentence))
                continue
            last = found.statements[-1].raw if found.statements else sentence
            is_expected = EXPECTED.match(last) is not None
            is_work = asks(sentence) or demands(sentence)
            if is_work or (task_only and (is_expected or not _is_about_today(sentence))):
                found.statements.append(Statement(as_asked(sentence)))
    found.statements += passage.statements
    return found


def _is_about_today(sentence: str) -> bool:
    return is_problem(sentence) or is_doubtful(sentence)


def _with_sentences(passage: Passage) -> Passage:
    """A titled passage without items says what to do in its prose, or in its title and its code alone.

    One with items may ask for more around them; its first paragraph is what the step is for.
    """
    if passage.statements:
        return _mixed(passage, range(1, len(passage.prose)))
    found = _sentences(passage, task_only=True)
    said = found.statements
    if not said or EXPECTED.match(said[0].raw):
        commands = [c for b in passage.blocks if b.language.lower() in SHELLS for c in shell_commands(b.lines)]
        runs = [Statement(f"Run `{command}`") for command in commands if "`" not in command]
        if runs:
            # What is expected, is expected of them.
            runs[-1].details += said
            found.statements = runs
    if found.statements and EXPECTED.match(found.statements[0].raw) and passage.title:
        # What has to be done first is in the title.
        found.statements = [Statement(_STEP_WORD.sub("", passage.title).rstrip(" .:"), details=found.statements)]
    if not found.statements:
        shown = f", as {SHOWN}" if passage.blocks else ""
        found.statements.append(Statement(f"{_STEP_WORD.sub('', passage.title).rstrip(' .:')}{shown}"))
    return found


def _as_tests(passage: Passage) -> Passage:
    found = _with_sentences(passage)
    found.role = TESTS
    return found


def _titled(group: Passage) -> list[Step]:
    name = title(_STEP_WORD.sub("", group.title), 72) or title(group.title, 72)
    step = Step(
        0,
        name,
        PROOF if group.role == TESTS else _phase(name),
        _said_first(group),
        [_action(statement, ticked=group.is_ticked) for statement in group.statements],
        [*group.blocks, *_blocks(group.statements)],
        is_titled=True,
    )
    return [step]


def _said_first(group: Passage) -> str:
    """The sentence that a titled passage begins with, where it is one about the step."""
    first = group.prose[0].rstrip() if group.prose else ""
    if not first or first.endswith((":", SHOWN)) or is_run(first) or any(first == s.raw for s in group.statements):
        return ""
    return said(first)


def _untitled(group: Passage) -> list[Step]:
    if group.role == TESTS:
        return [_step(group.statements, PROOF, group.title, group.blocks)]
    nested = [statement for statement in group.statements if len(statement.details) > 1]
    if len(nested) > 1 and len(nested) * 2 >= len(group.statements):
        steps = _by_nesting(group.statements)
    else:
        steps = _by_phase(group.statements)
    if steps:
        steps[0].blocks += group.blocks
        if group.title and len(steps) == 1:
            steps[0].name = title(group.title, 72)
    return steps


def _by_nesting(statements: Sequence[Statement]) -> list[Step]:
    steps: list[Step] = []
    loose: list[Statement] = []
    for statement in statements:
        if len(statement.details) < 2:
            loose.append(statement)
            continue
        if loose:
            steps.append(_step(loose, _phase(loose[0].raw)))
            loose = []
        step = Step(0, short(statement.raw, 72), _phase(statement.raw), said(statement.raw))
        head = Action(said(statement.raw), statement.raw, statement.is_ticked)
        details = [_action(detail, ticked=statement.is_ticked) for detail in statement.details]
        # The upper bullet is an action of its own only where it names what those below it don't.
        upper, lower = find_names(statement.raw), find_names("\n".join(d.raw for d in details))
        names_more = set(upper.paths + upper.commands) - set(lower.paths + lower.commands)
        step.actions = [head, *details] if names_more else details
        step.blocks = _blocks([statement])
        steps.append(step)
    if loose:
        steps.append(_step(loose, _phase(loose[0].raw)))
    return steps


def _by_phase(statements: Sequence[Statement]) -> list[Step]:
    work = [statement for statement in statements if _phase(statement.raw) != PROOF]
    runs: list[tuple[int, list[Statement]]] = []
    tests: list[Statement] = []
    reached = FOUNDATIONS
    for statement in statements:
        phase = _phase(statement.raw)
        if phase == PROOF:
            tests.append(statement)
            continue
        if runs and _is_bare_command(statement.raw):
            phase = reached
        reached = max(reached, phase)
        if runs and (runs[-1][0] == reached or len(work) <= FEW):
            runs[-1][1].append(statement)
        else:
            runs.append((reached, [statement]))
    steps = []
    for phase, run in _joined_runs(runs):
        count = -(-len(run) // MOST_ACTIONS)
        size = -(-len(run) // count)
        steps += [_step(run[at : at + size], phase) for at in range(0, len(run), size)]
    if tests:
        steps.append(_step(tests, PROOF))
    return steps


def _joined_runs(runs: Sequence[tuple[int, list[Statement]]]) -> list[tuple[int, list[Statement]]]:
    """The runs without any of one action alone, which would be a step that says everything three times."""
    found: list[tuple[int, list[Statement]]] = []
    for phase, run in runs:
        if found and (len(run) == 1 or len(found[-1][1]) == 1):
            found[-1] = (max(found[-1][0], CORE), [*found[-1][1], *run])
        else:
            found.append((phase, run))
    return found


def _step(statements: Sequence[Statement], phase: int, name: str = "", blocks: Sequence[CodeBlock] = ()) -> Step:
    actions = [_action(statement) for statement in statements]
    name = title(name, 72) or step_name(statement.raw for statement in statements)
    return Step(0, name, phase, "", actions, [*blocks, *_blocks(statements)])


def _action(statement: Statement, *, ticked: bool = False) -> Action:
    notes = tuple(said(part.raw) for detail in statement.details for part in detail.walk() if part.raw.strip())
    first, *more = sentences(statement.raw) or [""] if len(statement.raw) > ITEM_LIMIT else [statement.raw]
    # What is too long for one line is said sentence by sentence.
    notes = (*map(said, more), *notes)
    return Action(said(first), statement.whole, statement.is_ticked or ticked, notes[:12])


def _blocks(statements: Sequence[Statement]) -> list[CodeBlock]:
    return [block for statement in statements for part in statement.walk() for block in part.blocks]


def _bounded(steps: list[Step]) -> list[Step]:
    """No more steps than anyone would work off: the shortest neighbours of one phase become one."""
    while len(steps) > MOST_STEPS:
        pairs = [(len(one.actions) + len(two.actions), at) for at, (one, two) in enumerate(pairwise(steps))]
        at = min(pairs)[1]
        one, two = steps[at], steps.pop(at + 1)
        one.name = step_name([one.name, two.name])
        one.actions += two.actions
        one.blocks += two.blocks
    return steps


def _tests_last(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.phase == PROOF and not step.objective)


def _phase(text: str) -> int:
    # A command says nothing of the kind of work: `make test` may stand in any step.
    text = CODE_SPAN.sub(lambda span: "" if is_command(span["code"]) else span[0], text)
    if _PROOF.search(text) and _PROVES.match(text):
        return PROOF
    if _SUPPORT.search(text):
        return SUPPORT
    return FOUNDATIONS if _FOUNDATIONS.search(text) else CORE


def _is_bare_command(text: str) -> bool:
    """Whether a statement is a command with hardly a word around it: it belongs to what stands before it."""
    rest = CODE_SPAN.sub(lambda span: "" if is_command(span["code"]) else span[0], text)
    return rest != text and len(rest.split()) < 3


def _step_sections(task: Task) -> list[Section]:
    return [section for section in task.walk() if section.number is not None]
