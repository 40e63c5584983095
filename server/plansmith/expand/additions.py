"""What the planner adds to the steps that the author's statements make: questions first, a proof last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .clues import find_names
from .paths import targets
from .reading import CRITERIA, FILES, QUESTIONS
from .stepping import CORE, PROOF, Action, Step, commits, is_run, only_runs
from .wording import code, decide, is_open, listed, plain, quoted, said, short

if TYPE_CHECKING:
    from .knowledge import Knowledge


def completed(known: Knowledge, steps: list[Step]) -> list[Step]:
    """The steps with what is to be settled, and with a last one that proves the task; numbered.

    Where the author has ticked every success criterion the actions are done, too, and nothing is added to them: an
    open one would contradict the author. Nor is a question to a task that is done.
    """
    if not steps:
        name = known.task.name or known.name
        steps = [Step(1, short(known.name, 72), CORE, "", [Action(said(name), name)])]
    first = next((step for step in steps if step.phase != PROOF and not only_runs(step)), steps[0])
    first.actions[:0] = _listed_files(known, steps)
    authored = [action for step in steps for action in step.actions]
    if len(authored) == 1 and not authored[0].notes:
        # One sentence for all of it: what the author wants to see at the end says more.
        wanted = [said(each.raw) for each in known.spoken(CRITERIA) if each.raw.strip()]
        wanted += [f"this is no longer so: {quoted(text)}" for text in known.prose.wrongs]
        wanted = wanted or list(map(said, known.prose.outcomes))
        authored[0].notes = tuple(f"until: {text}" for text in wanted[:6] if text != authored[0].text)
    _give_context(known, steps)
    if known.is_all_met:
        for action in authored:
            action.ticked = True
    elif known.task.done:
        if known.tests:
            _add_proof(known, steps, authored)
    else:
        steps[0].actions[:0] = [Action(text) for text in dict.fromkeys(_questions(known))]
        _add_proof(known, steps, authored)
    for number, step in enumerate(steps, 1):
        step.number = number
    return steps


def _give_context(known: Knowledge, steps: Sequence[Step]) -> None:
    """Variables and ports that only the task's prose names belong to the first step."""
    named = find_names("\n".join(step.raw for step in steps))
    for sentence in known.prose.about:
        names = find_names(sentence)
        if {*names.variables, *names.ports} - {*named.variables, *named.ports}:
            steps[0].context = f"{steps[0].context}\n{sentence}".strip()


def _listed_files(known: Knowledge, steps: Sequence[Step]) -> list[Action]:
    """What the author lists under a title such as “Files”, where no action speaks of it."""
    named = set(find_names("\n".join(step.raw for step in steps)).paths)
    found = []
    for statement in known.spoken(FILES, sections=False):
        paths = [path for path, verb in targets(statement.raw) if verb]
        if paths and named.isdisjoint(paths):
            text = re.sub(r"^(\w+):\s*", r"\1 ", statement.raw)
            found.append(Action(said(text), statement.whole, statement.is_ticked))
    return found


def _questions(known: Knowledge) -> list[str]:
    asked = [_question(statement.raw) for statement in known.spoken(QUESTIONS) if plain(statement.raw)]
    if not known.mentioned or (known.is_code and known.names_documents_alone):
        asked.append(known.which_file())
    return asked


def _question(raw: str) -> str:
    """What the author asks, without the mark that it is open: `Decide:` says that."""
    text = plain(re.sub(r"^\W*(?:TBD|TODO|FIXME|XXX)\b[\s:]*", "", raw), 180)
    return decide(text) if text and not is_open(text) else said(raw)


def _add_proof(known: Knowledge, steps: list[Step], authored: Sequence[Action]) -> None:
    last = next((step for step in reversed(steps) if step.phase == PROOF), None) if len(steps) > 1 else None
    if any(step.is_titled and step.phase == PROOF for step in steps):
        return  # the author has steps for the tests
    if last is None and known.is_code and not known.suite and not known.tests:
        return  # nothing is known of how it could be proved: the sections about tests ask for it
    actions = _proof(known, authored)
    if last is None:
        last = Step(0, _proof_name(known), PROOF)
        # What the author commits last has the tests in it.
        steps.insert(len(steps) - (len(steps) > 1 and commits(steps[-1])), last)
    elif not known.tests:
        return
    named = {known.places.resolve(path) for path in find_names(last.raw).paths}
    # The first path is the test file's; what it tests is named by the steps before, of course.
    last.actions += [action for action in actions if named.isdisjoint(find_names(action.text).paths[:1])]


def _proof_name(known: Knowledge) -> str:
    if not known.is_code:
        return f"Check {_documents(known) or quoted(known.name, 70)}"
    if not known.tests:
        return "Cover it with a test"
    return f"Test it in {listed(list(map(code, known.tests)), 2)}"


def _proof(known: Knowledge, authored: Sequence[Action]) -> list[Action]:
    """One action for each test file, with what it has to cover."""
    if not known.is_code:
        heads = [quoted(short(action.text, 90), 100) for action in authored[:3]]
        return [
            Action(f"Read {_documents(known) or 'the result'} once more against {' and '.join(heads) or 'the task'}")
        ]
    found = []
    for path in known.tests:
        verb = "Extend" if known.places.exists(path) else "Write"
        source = known.tested.get(path)
        name = source.rpartition("/")[2] if source else ""
        covers = [
            short(action.text, 80) for action in authored if name and name in action.raw and not is_run(action.text)
        ]
        if path == known.tests[0]:
            covers = [*known.behaviours(authored, 4), *covers]
        what = f"{verb} {code(path)} for {code(source)}" if source else f"{verb} the tests in {code(path)}"
        if known.is_own_test(path):
            what = f"Write the tests of {code(path)} in its own `mod tests`"
        found.append(Action(what, notes=tuple(f"covers: {text}" for text in covers[:4])))
    if found:
        return found
    covered = [action for action in authored if not known.is_documenting(action)]
    wrongs = [f"no longer so: {text}" for text in known.prose.wrongs]
    covers = [*wrongs, *(short(action.text, 80) for action in covered)]
    notes = tuple(f"covers: {text}" for text in covers[:4])
    return [Action(decide(f"which test file covers {known.quoted_name}{known.proposed_test_words}"), notes=notes)]


def _documents(known: Knowledge) -> str:
    return " and ".join(code(file.path) for file in known.mentioned[:2])
