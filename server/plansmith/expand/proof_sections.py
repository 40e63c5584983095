"""How a task is proved: its tests, and what must be true when it is done, as the method lists it."""

from __future__ import annotations

import re
from typing import Final

from . import relations
from .clues import find_names, is_proof
from .complexity import find_risks
from .entries import Entry, entries_of
from .knowledge import Knowledge
from .reading import CRITERIA, TESTS
from .step_sections import requests
from .stepping import PROOF, Action, Step, commits, is_run
from .wording import code, decide, is_open, listed, outcome, quoted, said, short

MOST_TESTS: Final = 8
MOST_CRITERIA: Final = 14
MOST_SINGLE: Final = 6  # beyond so many actions a criterion speaks of a whole step

_WHOLE = re.compile(r"\bintegration|\be2e\b|\bend.to.end|\bmanual|\bsmoke|\bscenario", re.I)
_SAYS_ERRORS = re.compile(r"\berrors?\b|\bfail|\binvalid|\breject|\blog(?:s|ging|ged)?\b", re.I)


def unit_tests(known: Knowledge, step: Step | None) -> list[Entry]:
    """Each test file with its command and what it covers; the tests that the author lists; coverage."""
    found: list[Entry] = []
    for path in known.tests:
        command = known.test_command(path)
        source = known.tested.get(path)
        is_own = known.is_own_test(path)
        result = f" covers {code(source)}" if source and not is_own else " passes"
        name = source.rpartition("/")[2] if source else ""
        own = [action for action in known.statements if not is_run(action.text)]
        about = [short(action.text, 80) for action in own if name and name in action.raw]
        if path == known.tests[0]:
            about = [*known.behaviours(known.statements, 4), *about]
        where = f"{code(path)}, its `mod tests`" if is_own else code(path)
        text = f"{where}: {code(command)}{result}" if command else f"{where}{result}"
        if is_own and not command:
            text = f"The tests in {code(path)} pass"
        found.append(Entry(text, notes=tuple(about[:5])))
    found += entries_of(_author_tests(known, whole=False))
    if found:
        coverage = known.main.coverage_command
        if coverage is not None and known.sources:
            sources = listed([code(path) for path in known.sources], 3)
            found.append(Entry(f"{code(coverage.line)} shows no line of {sources} that no test runs"))
        return found[:MOST_TESTS]
    if not known.is_code:
        check = "check judges" if known.is_text else "command checks"
        such = "one for its links or its format" if known.is_text else "a linter or a dry run"
        return [Entry(decide(f"which {check} {_documents(known)}, such as {such}"))]
    if known.suite:
        about = [short(action.text, 80) for action in known.statements if not known.is_documenting(action)][:5]
        return [
            Entry(decide(f"which test file covers {known.quoted_name}{known.proposed_test_words}"), notes=tuple(about)),
            Entry(f"{code(known.suite)} passes with the new tests"),
        ]
    return [Entry(decide(f"which command runs the tests of {known.quoted_name}; {known.why_no_command()}"))]


def integration_tests(known: Knowledge, step: Step | None) -> list[Entry]:
    """The parts together: requests, the commands that the author shows, the whole suite."""
    found = requests(known, known.names.endpoints, known.text)
    found += _author_tests(known, whole=True)
    found += [f"{code(command)} ends without an error" for command in list(filter(is_proof, known.commands))[:3]]
    place = known.main.integration_test_file(" ".join(known.words[:3])) if known.words and known.is_code else None
    if place and not known.task.done:
        found.append(decide(f"whether {known.quoted_name} needs a test of its own in {code(place)}"))
    told = [*known.prose.outcomes, *(criterion.raw for criterion in known.spoken(CRITERIA))]
    scenario = quoted(outcome(next((text for text in told if not is_open(text)), known.name)), 160)
    if known.is_text:
        found.append(f"Someone who knows nothing of the task follows {_documents(known)} from start to end")
    elif known.suite:
        found.append(f"{code(known.suite)} passes as a whole with this in place: {scenario}")
    elif not found:
        found.append(decide(f"how this is tried from end to end: {scenario}; {known.why_no_command()}"))
    if not known.is_code and not known.is_text:
        found.append(decide(f"how {_documents(known)} is tried as a whole, and what is seen then"))
    return entries_of(found, MOST_TESTS)


def success(known: Knowledge, step: Step | None) -> list[Entry]:
    """Tests, each outcome that the author asks for, errors, and the tasks that build on this one."""
    commands = [command for test in known.tests if (command := known.test_command(test))]
    proofs = list(filter(is_proof, known.commands))
    if known.suite and known.is_code:
        found = [f"{listed([code(c) for c in [*commands[:2], known.suite]], 3)} {'pass' if commands else 'passes'}"]
    elif proofs:
        found = [f"{listed(map(code, proofs), 3)} {'ends' if len(proofs) == 1 else 'end'} without an error"]
    elif not known.is_code:
        found = []
    else:
        found = [decide(f"the command that shows that {known.quoted_name} is done; {known.why_no_command()}")]
    found += [said(criterion.raw) for criterion in known.spoken(CRITERIA) if criterion.raw.strip()]
    actions = {action.text.rstrip(".") for action in known.statements}
    told = [said(outcome(text)) for text in known.prose.outcomes[:4] if not find_names(text).commands]
    found += [text for text in told if text.rstrip(".") not in actions]
    found += [f"No longer so: {quoted(text)}" for text in known.prose.wrongs]
    if not known.task.done:
        so = "is so today, or has to be so when this is done"
        found += [decide(f"whether {quoted(text)} {so}") for text in known.prose.doubts[:2]]
    found += _outcomes(known)
    found += _errors(known)
    if "performance" in find_risks(known.text) and not known.task.done:
        found.append(decide(f"how fast {known.quoted_name} has to be, and how that is measured"))
    waiting = [known.document.tasks[index] for index in known.relations.waiting[:3]]
    found += [f"{relations.named(task)} can build on it" for task in waiting]
    if known.static_check is not None and known.is_code:
        command, result = known.static_check
        found.append(f"{code(command)} {result}")
    return entries_of(found, MOST_CRITERIA)


def _outcomes(known: Knowledge) -> list[str]:
    steps = [step for step in known.steps if step.phase != PROOF and not commits(step)]
    by_step = sum(len(step.actions) for step in steps) > MOST_SINGLE
    criteria = {said(criterion.raw) for criterion in known.spoken(CRITERIA)}
    found = []
    for step in steps:
        # That a command was run is said by what it answers.
        own = [each for each in step.actions if each.raw and not is_open(each.raw) and not is_run(each.text)]
        own = [each for each in own if each.text not in criteria]
        if by_step and own:
            called = known.format.step.called(step.number) if known.format.step else "A step"
            found.append(f"{called}, {quoted(step.name, 90)}: every action is done, and its validation holds")
        else:
            found += [f"{short(action.text, 110)}: {_shown(known, action)}" for action in own]
    return found


def _shown(known: Knowledge, action: Action) -> str:
    """What shows that an action's outcome holds."""
    paths = {known.places.resolve(path) for path in find_names(action.raw).paths}
    tests = [test for test in known.tests if known.tested.get(test) in paths or test in paths]
    command = known.test_command(tests[0]) if tests else None
    if command:
        return f"{code(command)} shows it"
    is_tested = known.suite and known.is_code and not known.is_documenting(action)
    return "a test shows it" if is_tested else "it is done, and was checked"


def _author_tests(known: Knowledge, *, whole: bool) -> list[str]:
    """The tests that the author lists outside of the plan's sections: those of the parts, or those of the whole."""
    found: list[str] = []
    for passage in known.passages:
        if passage.role == TESTS and not passage.key:
            titled = bool(_WHOLE.search(passage.title))
            texts = [*passage.prose, *(statement.raw for statement in passage.statements)]
            found += [said(text) for text in texts if text and (titled or bool(_WHOLE.search(text))) == whole]
    return found[:MOST_TESTS]


def _errors(known: Knowledge) -> list[str]:
    """A question about errors and logging, where no action speaks of them."""
    if known.task.done or not known.is_code or any(_SAYS_ERRORS.search(action.raw) for action in known.statements):
        return []
    endpoint = code(" ".join(known.names.endpoints[0])) if known.names.endpoints else ""
    subject = endpoint or (code(known.sources[0]) if known.sources else known.quoted_name)
    return [decide(f"which errors {subject} has to handle, what is then answered, and what is logged")]


def _documents(known: Knowledge) -> str:
    return listed([code(file.path) for file in known.mentioned], 3) or known.quoted_name
