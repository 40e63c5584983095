"""What the offline planner writes into each section, by the section's key.

A writer returns entries, in no form yet; None says that it is known that there is nothing.
An empty list says that nothing is known: an optional section is then left out, and of another one the author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from . import relations
from .clues import find_names
from .entries import Entry
from .knowledge import Knowledge
from .reading import CRITERIA, RISKS, TESTS, CodeBlock
from .skeletons import test_skeleton
from .stepping import FOUNDATIONS, PROOF, SUPPORT, Step
from .wording import code, decide, is_open, listed, lowered, plain, quoted, said, short

Writer = Callable[[Knowledge, Step | None], "list[Entry] | None"]

MOST_ENTRIES: Final = 12
MOST_PROOFS: Final = 6
_LATER_BLOCKS: Final = 3


def objective(known: Knowledge, step: Step | None) -> list[Entry]:
    """The author's own first sentence; without one the task's name and what its actions begin with."""
    if step is not None:
        return [Entry(_step_objective(known, step))]
    told = [plain(text, 300) for text in known.about if not is_open(text)]
    if told and len(told[0]) > 15:
        return [Entry(told[0] if told[0].endswith((".", "!", "?", "…", ")")) else f"{told[0]}.")]
    heads = [short(action.text, 70) for action in known.statements if short(action.text, 70) != short(known.name, 70)]
    if not heads:
        return [Entry(f"{known.name}.")]
    return [Entry(f"{known.name}: {listed(map(lowered, heads), 4)}.")]


def _step_objective(known: Knowledge, step: Step) -> str:
    if step.objective and not step.is_present:
        return step.objective
    actions = [action for action in step.actions if not action.text.startswith("Decide:")]
    heads = list(dict.fromkeys(short(action.text, 90) for action in actions))
    if step.phase == PROOF and not step.is_present:
        tests = [code(path) for path in known.tests if path in step.raw] or [
            code(path) for path in find_names(step.raw).paths
        ]
        by = f" by {listed(tests, 3)}" if tests else f" by {code(known.suite)}" if known.suite else ""
        return f"Prove {known.quoted_name}{by}."
    if not heads:
        return f"Settle what {quoted(step.name or known.name, 90)} has to do before it is built."
    if len(heads) == 1:
        name = heads[0].rstrip(".")
        later = [other for other in known.steps if other.number > step.number]
        if step.name and plain(step.name) != name and step.is_present:
            return f"{plain(step.name, 90)}: {lowered(name)}."
        return (
            f"{name}, so that step {later[0].number} can build on it." if later and step.phase < PROOF else f"{name}."
        )
    lead = {
        FOUNDATIONS: "Lay the ground for the later steps",
        SUPPORT: f"Make {known.quoted_name} hold in use",
        PROOF: f"Prove {known.quoted_name}",
    }.get(step.phase, f"Build the core of {known.quoted_name}")
    if step.is_present and step.name:
        lead = plain(step.name, 90)
    return f"{lead}: {listed(map(lowered, heads), 3)}."


def prerequisites(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The tasks and things that the author says are needed; None for a first task that needs nothing."""
    items = relations.prerequisites(known.document, known.index, known.relations)
    return [Entry(item) for item in items[:MOST_ENTRIES]] or None


def complexity(known: Knowledge, step: Step | None) -> list[Entry]:
    """The choice that the count gives, with the count; see `knowledge.py` for the rule."""
    spec = known.format.by_key.get("complexity")
    choices = spec.choices if spec else ()
    if not choices:
        return []
    points, why = known.complexity
    level = 0 if points < 2 else 1 if points < 4 else 2
    choice = choices[round(level * (len(choices) - 1) / 2)]
    return [Entry(choice if " " in choice else f"{choice} ({', '.join(why)})")]


def actions(known: Knowledge, step: Step | None) -> list[Entry]:
    """The author's statements in their order, and what the planner adds."""
    if step is None:
        return []
    if step.is_present and not step.actions:
        entries = [Entry(f"Carry out {quoted(step.name, 90)}")] if step.name else []
        return [*entries, Entry(known.which_file())] if not known.mentioned else entries
    return [Entry(action.text, action.ticked, action.notes) for action in step.actions]


def configuration(known: Knowledge, step: Step | None) -> list[Entry]:
    """The environment variables that the step's actions name."""
    if step is None:
        return []
    entries = []
    template = known.stack.environment_templates[0] if known.stack.environment_templates else ""
    for name in step.names.variables:
        said_where = next((action for action in step.actions if name in action.raw), None)
        value = re.search(rf"`{name}=([^`\s]+)`", step.raw)
        what = f"{code(name)}: "
        what += (
            f"{code(value[1])}, as the task has it" if value else decide("its value in development and in production")
        )
        if said_where is not None:
            what += f"; it is for: {short(said_where.text, 90)}"
        if template:
            what += f" (an example belongs in {code(template)})"
        entries.append(Entry(what))
    return entries


def code_blocks(known: Knowledge, step: Step | None) -> list[CodeBlock]:
    """The code that the author shows for the step; in a step of tests without any, a skeleton in the stack's idiom."""
    if step is None:
        return []
    shown = [block for block in step.blocks if _is_worth_showing(block, known)]
    if not shown and step.phase == PROOF and not step.is_present:
        return test_skeleton(known)
    return shown[:_LATER_BLOCKS] if not step.is_present else []


def validation(known: Knowledge, step: Step | None) -> list[Entry]:
    """The commands that the step names, its own tests, the stack's judgement of its code; what it must then show."""
    if step is None:
        return []
    names = step.names
    found = [f"{code(command)} ends without an error" for command in names.proofs]
    found += [
        f"{code(command)} ends without an error"
        for command in known.block_commands(step)
        if find_names(code(command)).proofs
    ]
    tests = _tests_of(known, step)
    found += [f"{code(command)} passes" for test in tests if (command := known.test_command(test))]
    found += _requests(known, names.endpoints, step.raw)
    is_code = any(
        known.stack.for_path(path).extensions and path.endswith(known.stack.for_path(path).extensions)
        for path in names.paths
    )
    if known.static_check and step.phase != PROOF and (is_code or not known.mentioned):
        command, result = known.static_check
        found.append(f"{code(command)} {result}")
    if known.suite and (step.phase == PROOF or not found):
        what = "passes" if step.phase == PROOF else "still passes: what worked before works"
        found.append(f"{code(known.suite)} {what}")
    new = [file.path for file in known.mentioned if file.path in _resolved(known, step) and file.exists is False]
    if not found and new and not known.task.done:
        found.append(f"{code('ls ' + ' '.join(new[:3]))} lists what this step made")
    if not found:
        found.append(decide(f"the command that proves {quoted(step.name or known.name, 80)}; {known.why_no_command()}"))
    outcome = [action for action in step.actions if action.raw and not is_open(action.raw)]
    if outcome and step.phase != PROOF and len(found) < MOST_PROOFS:
        heads = listed([quoted(short(action.text, 70), 80) for action in outcome], 3)
        found.append(f"Read against the actions, the change shows {heads}")
    return _entries(found[:MOST_PROOFS])


def troubleshooting(known: Knowledge, step: Step | None) -> list[Entry]:
    """What is likely to go wrong here: from the author's risks, and from what the step's actions name."""
    if step is None:
        return []
    first = min((other.number for other in known.steps), default=step.number) == step.number
    risks = list(step.risks) or ([s.raw for s in known.spoken(RISKS)] if first else [])
    found = [f"{quoted(text, 200)}: {decide('what is then done')}" for text in risks if plain(text)]
    names = step.names
    for port in names.ports[:2]:
        found.append(f"Port {port} is in use: {code(f'lsof -i :{port}')} names the process that holds it")
    for name in names.variables[:3]:
        template = known.stack.environment_templates[0] if known.stack.environment_templates else ""
        example = f", as {code(template)} shows" if template else ""
        found.append(f"{code(name)} is not set: set it in the shell that runs the command{example}")
    for package in names.packages[:2]:
        command = known.main.add_command(package.name, package.dev)
        if command is not None:
            found.append(f"{code(package.name)} can't be imported: {code(command.line)} adds it")
    for verb, path in names.endpoints[:2]:
        found.append(
            f"{code(f'{verb} {path}')} answers 404: check that the route is registered under this very path and method"
        )
    for error in names.errors[:2]:
        found.append(f"{code(error)} turns up where it should not: {decide('where it is caught, and what is logged')}")
    if re.search(r"\bmigrat", step.raw, re.I):
        found.append(
            f"The migration stops half-way: {decide('how it is rolled back, and on which copy of the data it is tried first')}"
        )
    if first or step.phase == PROOF or not found:
        found += _stack_problems(known, step)
    changed = [
        path for path in _resolved(known, step) if known.places.exists(path) and not known.places.is_folder(path)
    ]
    if changed and len(found) < 3:
        found.append(
            f"Something that worked before fails: {code(f'git diff -- {changed[0]}')} shows what this step changed there"
        )
    if not found:
        found.append(decide(f"what can go wrong with {quoted(step.name or known.name, 80)}, and what is then done"))
    return _entries(found[:5])


def unit_tests(known: Knowledge, step: Step | None) -> list[Entry]:
    """Each test file with its command and what it covers."""
    found: list[Entry] = []
    covered = {test: source for source in known.sources if (test := known.stack.for_path(source).test_file(source))}
    for path in known.tests:
        command = known.test_command(path)
        source = covered.get(path)
        what = f" covers {code(source)}" if source else " passes"
        about = [short(a.text, 80) for a in known.statements if source and source.rpartition("/")[2] in a.raw]
        text = f"{code(path)}: {code(command)}{what}" if command else f"{code(path)}{what}"
        found.append(Entry(text, notes=tuple(about[:5])))
    found += _entries(_author_tests(known, "unit"))
    if found:
        coverage = known.main.coverage_command
        if coverage is not None:
            sources = listed([code(path) for path in known.sources], 3) or known.quoted_name
            found.append(Entry(f"{code(coverage.line)} shows no line of {sources} that no test runs"))
        return found[:MOST_ENTRIES]
    if known.suite:
        where = ""
        if known.proposed_test and not known.task.done:
            where = f"; by this project's layout it would be {code(known.proposed_test)}"
        about = [short(action.text, 80) for action in known.statements[:5]]
        return [
            Entry(decide(f"which test file covers {known.quoted_name}{where}"), notes=tuple(about)),
            Entry(f"{code(known.suite)} passes with the new tests"),
        ]
    return [Entry(decide(f"which command runs the tests of {known.quoted_name}; {known.why_no_command()}"))]


def integration_tests(known: Knowledge, step: Step | None) -> list[Entry]:
    """The parts together: requests, the commands that the author shows, the whole suite."""
    found = _requests(known, known.names.endpoints, known.text)
    found += _author_tests(known, "integration")
    own = [command for command in known.commands if find_names(code(command)).proofs]
    found += [f"{code(command)} ends without an error" for command in own[:3]]
    place = known.main.integration_test_file(" ".join(known.words[:3])) if known.words else None
    if place and not known.task.done:
        found.append(
            decide(
                f"whether {known.quoted_name} needs an integration test; this project would keep it in {code(place)}"
            )
        )
    criteria = [statement.raw for statement in known.spoken(CRITERIA) if not is_open(statement.raw)]
    scenario = quoted(
        short(criteria[0] if criteria else known.statements[0].text if known.statements else known.name, 100), 110
    )
    waiting = [known.document.tasks[task] for task in known.relations.waiting[:2]]
    if known.suite:
        found.append(f"{code(known.suite)} passes as a whole with {scenario} in place")
    elif not found:
        found.append(decide(f"how {scenario} is tried from end to end; {known.why_no_command()}"))
    found += [f"{relations.named(task)} can start from what this leaves" for task in waiting]
    return _entries(dict.fromkeys(found[:MOST_PROOFS]))


def success(known: Knowledge, step: Step | None) -> list[Entry]:
    """Tests, each outcome that the author asks for, errors, others who use it; as the method lists them."""
    found: list[str] = []
    commands = [command for test in known.tests if (command := known.test_command(test))]
    if known.suite:
        found.append(f"{listed([code(c) for c in [*commands[:2], known.suite]], 3)} {'pass' if commands else 'passes'}")
    elif known.commands and (proofs := [c for c in known.commands if find_names(code(c)).proofs]):
        found.append(f"{listed([code(command) for command in proofs], 3)} ends without an error")
    else:
        found.append(decide(f"the command that shows that {known.quoted_name} is done; {known.why_no_command()}"))
    told = [statement.raw for statement in known.spoken(CRITERIA)]
    found += [said(text) for text in told]
    outcomes = [step for step in known.steps if step.phase != PROOF]
    many = sum(len(step.actions) for step in outcomes) > MOST_PROOFS
    for done in outcomes:
        heads = [action for action in done.actions if action.raw and not is_open(action.raw)]
        if many and heads:
            found.append(
                f"Step {done.number} is done as a whole: {listed([lowered(short(a.text, 60)) for a in heads], 3)}"
            )
        else:
            found += [f"{quoted(short(action.text, 110), 120)} is done, and something proves it" for action in heads]
    found += _errors(known)
    if "performance" in known.risks:
        found.append(decide(f"how fast {known.quoted_name} has to be, and how that is measured"))
    for task in [known.document.tasks[index] for index in known.relations.waiting[:3]]:
        found.append(f"{relations.named(task)} can build on it")
    static = known.static_check
    if static is not None:
        found.append(f"{code(static[0])} {static[1]}")
    return _entries(list(dict.fromkeys(found))[:14])


def new_files(known: Knowledge, step: Step | None) -> list[Entry]:
    """What the task makes; for a done task only what is there."""
    found: list[str] = []
    done = known.task.done
    started = done or known.task.started
    for file in known.mentioned:
        if file.verb == "removes" or file.path in known.planned_elsewhere:
            continue
        note = lowered(file.note) or f"part of {known.quoted_name}"
        if file.exists is False and not done:
            if file.verb == "changes":
                note = decide("the task speaks of changing it, but it is not there yet")
            found.append(f"{code(file.path)} - {note}")
        elif (file.exists and file.verb == "creates" and started) or (
            file.exists is None and file.verb == "creates" and not done
        ):
            found.append(f"{code(file.path)} - {note}")
    named = " ".join(found)
    for test in known.tests:
        if (
            not known.places.exists(test)
            and code(test) not in named
            and not done
            and test not in known.planned_elsewhere
        ):
            found.append(f"{code(test)} - tests of {known.quoted_name}")
    if found:
        return _entries(found)
    if done:
        return [
            Entry(decide(f"which files {known.quoted_name} has created; the task names none that is there and new"))
        ]
    hint = ""
    if not known.mentioned and known.proposal and not known.places.exists(known.proposal):
        hint = f"; by this project's layout it would be {code(known.proposal)}"
    return [Entry(decide(f"whether {known.quoted_name} needs a new file; the task names none{hint}"))]


def modified_files(known: Knowledge, step: Step | None) -> list[Entry]:
    """What the task changes, as far as it is there, or another task makes it."""
    found: list[str] = []
    started = known.task.done or known.task.started
    for file in known.mentioned:
        note = lowered(file.note) or f"changed for {known.quoted_name}"
        if file.verb == "removes":
            note = "deleted"
        elsewhere = file.path in known.planned_elsewhere
        if (file.exists and not (file.verb == "creates" and started)) or (file.exists is not True and elsewhere):
            found.append(f"{code(file.path)} - {note}")
        elif file.exists is None and file.verb != "creates":
            found.append(
                f"{code(file.path)} - {note}"
                if file.verb
                else f"{code(file.path)} - {decide('is it new?')} It is named for: {note}"
            )
    named = " ".join(found)
    for test in known.tests:
        if (
            known.places.exists(test)
            and code(test) not in named
            and not (known.task.done and test in known.planned_elsewhere)
        ):
            found.append(f"{code(test)} - more tests, of {known.quoted_name}")
    manifest = known.main.dependency_file
    if known.packages and manifest and known.places.exists(manifest) and code(manifest) not in named:
        found.append(f"{code(manifest)} - {listed([code(package.name) for package in known.packages], 4)}")
    if found:
        return _entries(list(dict.fromkeys(found)))
    like = known.places.like(known.words, known.main.extensions) if known.main.extensions else []
    hint = (
        f"; by {'its name' if len(like) == 1 else 'their names'} {' or '.join(code(path) for path in like)} could be"
        if like
        else ""
    )
    return [Entry(decide(f"which files that are there {known.quoted_name} changes; the task names none{hint}"))]


def dependencies(known: Knowledge, step: Step | None) -> list[Entry]:
    """The packages that the task's install commands and sentences name, without those that the manifest has."""
    found = []
    for package in known.packages:
        name = f"{package.name}@{package.version}" if package.version else package.name
        sentence = next((a.text for a in known.statements if package.name in a.raw), "")
        purpose = lowered(short(sentence, 90)) if sentence else f"for {known.quoted_name}"
        version = "" if package.version else "; " + decide("which version")
        found.append(f"{code(name)} - {purpose}{version}{' (development)' if package.dev else ''}")
    if found:
        return _entries(found)
    manifest = known.main.dependency_file or known.main.manifest
    there = f" that {code(manifest)} does not have yet" if manifest else ""
    return [Entry(decide(f"whether {known.quoted_name} needs a package{there}; the task names none"))]


def next_task(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The task that follows; None after the last one, when nothing waits for it."""
    line = relations.next_task(known.document, known.index, known.relations, "next.task")
    return None if line is None else [Entry(line)]


def unlocked(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The tasks that wait for this one; None where it is known that none does."""
    line = relations.unlocked(known.document, known.index, known.relations, "next.unlocked")
    return None if line is None else [Entry(line)]


WRITERS: Final[dict[str, Writer]] = {
    "objective": objective,
    "prerequisites": prerequisites,
    "complexity": complexity,
    "steps.step.objective": objective,
    "steps.step.actions": actions,
    "steps.step.configuration": configuration,
    "steps.step.validation": validation,
    "steps.step.troubleshooting": troubleshooting,
    "testing.unit": unit_tests,
    "testing.integration": integration_tests,
    "success": success,
    "files.new": new_files,
    "files.modified": modified_files,
    "dependencies": dependencies,
    "next.task": next_task,
    "next.unlocked": unlocked,
}


def _entries(texts: Iterable[str]) -> list[Entry]:
    return [Entry(text) for text in texts]


def _resolved(known: Knowledge, step: Step) -> list[str]:
    return [known.places.resolve(path) for path in step.names.paths]


def _tests_of(known: Knowledge, step: Step) -> list[str]:
    """The test files that the step's own files have: all in the step that writes them, else those that are there."""
    named = _resolved(known, step)
    if step.phase == PROOF:
        return list(dict.fromkeys([*(path for path in named if path in known.tests), *known.tests]))[:4]
    found = []
    for path in named:
        project = known.stack.for_path(path)
        if not project.name:
            continue
        test = (
            path
            if project.is_test_file(path)
            else project.test_file(path)
            if path.endswith(project.extensions)
            else None
        )
        if test and (known.places.exists(test) or test == path):
            found.append(test)
    return list(dict.fromkeys(found))[:3]


def _requests(known: Knowledge, endpoints: Iterable[tuple[str, str]], text: str) -> list[str]:
    """What to send to the endpoints, and what they must answer."""
    found = []
    for verb, path in list(endpoints)[:4]:
        near = next((line for line in text.split("\n") if path in line and verb in line), "")
        statuses = find_names(near).statuses
        answer = f"answers {listed(statuses)}" if statuses else f"answers; {decide('with which status and body')}"
        if known.names.ports:
            method = "" if verb == "GET" else f"-X {verb} "
            found.append(f"{code(f'curl -i {method}http://localhost:{known.names.ports[0]}{path}')} {answer}")
        else:
            found.append(f"{decide('the address that the service runs at')} There {code(f'{verb} {path}')} {answer}")
    return found


def _author_tests(known: Knowledge, kind: str) -> list[str]:
    """The tests that the author lists outside of the plan's steps: those of the parts, or those of the whole."""
    whole = re.compile(r"\bintegration|\be2e\b|\bend.to.end|\bmanual|\bsmoke|\bscenario", re.I)
    found = []
    for passage in known.passages:
        if passage.role != TESTS or passage.key:
            continue
        for text in [*passage.prose, *(statement.raw for statement in passage.statements)]:
            if bool(whole.search(text) or whole.search(passage.title)) == (kind == "integration"):
                found.append(said(text))
    return found[:8]


def _errors(known: Knowledge) -> list[str]:
    """Errors handled, and logged: as the author names them, else as a question about what can fail."""
    told = [
        action
        for action in known.statements
        if re.search(r"\berrors?\b|\bfail|\binvalid|\breject|\blog", action.raw, re.I)
    ]
    if told:
        return []
    subject = known.names.endpoints and code(" ".join(known.names.endpoints[0]))
    subject = subject or (known.sources and code(known.sources[0])) or known.quoted_name
    return [decide(f"which errors {subject} has to handle, what is then answered, and what is logged")]


def _stack_problems(known: Knowledge, step: Step) -> list[str]:
    """What goes wrong with the stack's own commands."""
    found = []
    eco = known.main
    install = eco.install_command
    if install is not None and eco.test_command is not None and (step.phase == PROOF or step.number <= 1):
        sign = {
            "python": f"{code(_tool(eco.test_command.text))} is not found, or an import fails",
            "node": "`Cannot find module`",
            "go": "`missing go.sum entry`",
            "rust": "A crate is not found",
        }.get(eco.name, f"{code(_tool(eco.test_command.text))} is not found")
        found.append(f"{sign}: {code(install.line)} installs what the project needs")
    tests = _tests_of(known, step)
    if step.phase == PROOF and tests and (command := known.test_command(tests[0])) and known.suite:
        found.append(
            f"{code(known.suite)} fails somewhere else: {code(command)} runs these tests alone, so compare the two"
        )
    return found


def _tool(command: str) -> str:
    words = command.split()
    if len(words) > 2 and words[1] == "run":
        return words[2]
    return words[2] if len(words) > 2 and words[1] == "-m" else words[0]


def _is_worth_showing(block: CodeBlock, known: Knowledge) -> bool:
    """Whether a block says something, and nothing that stands for something else."""
    body = "\n".join(block.lines)
    if not body.strip() or len(block.lines) > 60 or len(body) > 6000:
        return False
    words = re.findall(r"\[([^\[\]\n]+)\]", body)
    if any(word.casefold() in known.format.template_words for word in words):
        return False
    return not all(
        re.fullmatch(r"\W*(?:\.{3}|…|(?:TBD|TODO|FIXME)\b.*|.*\b(?:later|here)\W*|fill in.*)?\W*", line, re.I)
        for line in block.lines
    )
