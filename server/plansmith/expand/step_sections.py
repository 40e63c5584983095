"""The sections of a step: each from the step's own actions, so that it stands on its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from plansmith.plan.packages import Package

from .asking import of_one_kind
from .clues import is_proof
from .entries import Entry, entries_of
from .knowledge import Knowledge
from .pitfalls import find_pitfalls
from .reading import RISKS, CodeBlock
from .skeletons import test_skeleton
from .stepping import EXPECTED, PROOF, Step, command_of, commits, is_run
from .wording import code, decide, listed, lowered, outcome, plain, quoted, short, title

_CURE = re.compile(r"[*_]*(?:mitigations?|solution|cure|remedy|fix|response|prevention)[*_]*\s*:[*_]*\s+(?=\S)", re.I)
_FAILS = re.compile(r"\bfail(?:s|ing|ed)?\b", re.I)

MOST_PROOFS: Final = 6
MOST_PROBLEMS: Final = 5


def objective(known: Knowledge, step: Step | None) -> list[Entry]:
    """What the step achieves: in the author's words where there are any, else from what its actions begin with."""
    if step is None:
        return []
    if step.objective and not step.is_present:
        return [Entry(step.objective)]
    own = [action.text for action in step.actions if not is_question(action.text)]
    if step.is_titled:
        return [Entry(_of_titled(step, own))]
    heads = of_one_kind(list(dict.fromkeys(short(text, 90) for text in own)))
    if step.phase == PROOF and not step.is_present:
        return [Entry(_proof_objective(known, step))]
    if not heads:
        return [Entry(f"Settle what {quoted(step.name or known.name, 90)} has to do before it is built.")]
    name = title(step.name, 90)
    if step.is_present:
        told = [head for head in heads if head != name]
        return [Entry(f"{name}: {listed(map(lowered, told), 3)}." if name and told else f"{name or heads[0]}.")]
    if known.prose.result and sum(other.phase != PROOF for other in known.steps) == 1:
        return [Entry(f"{outcome(known.prose.result).rstrip('.')}.")]
    return [Entry(f"{listed([heads[0], *map(lowered, heads[1:])], 3)}.")]


def actions(known: Knowledge, step: Step | None) -> list[Entry]:
    """The author's statements in their order, and what the planner adds."""
    if step is None:
        return []
    if not step.actions:
        entries = [Entry(f"Carry out {quoted(step.name, 90)}", known.is_all_met)] if step.name else []
        is_known = bool(known.mentioned) or (bool(entries) and (known.is_all_met or known.task.done))
        return entries if is_known else [*entries, Entry(known.which_file())]
    return [Entry(action.text, action.ticked, action.notes) for action in step.actions]


def configuration(known: Knowledge, step: Step | None) -> list[Entry]:
    """The environment variables that the step names, with the value where the author has written one."""
    if step is None:
        return []
    entries = []
    template = known.environment_template
    texts = [*(action.raw for action in step.actions), *step.context.split("\n")]
    for name in step.names.variables:
        where = next((text for text in texts if name in text), "").partition("\n")[0]
        value = re.search(rf"`{name}=([^`\s]+)`", where)
        use = f"; it is for {quoted(short(where, 110), 120)}" if where else ""
        if value:
            entries.append(Entry(f"{code(name)}: {code(value[1])}{use}"))
        else:
            also = f"; an example belongs in {code(template)}" if template else ""
            entries.append(Entry(decide(f"the value of {code(name)} in development and in production{use}{also}")))
    return entries


def code_blocks(known: Knowledge, step: Step | None) -> list[CodeBlock]:
    """A skeleton in the stack's idiom for the step that writes the tests.

    What the author shows stands in the task already, and is not written a second time.
    """
    if step is None or step.is_present or step.is_titled or step.phase != PROOF or not known.is_code or step.blocks:
        return []
    return test_skeleton(known)


def validation(known: Knowledge, step: Step | None) -> list[Entry]:
    """The commands that the step names, its tests, what the stack's tools say of its code, what git lists."""
    if step is None:
        return []
    told = _told(step)
    if told:
        return entries_of(told, MOST_PROOFS)
    names = step.names
    shown = [*names.proofs, *filter(is_proof, known.block_commands(step))]
    found = [f"{code(command)} ends without an error" for command in shown]
    found += [f"{code(command)} names the package" for package in names.packages if (command := _shows(known, package))]
    fails = step.is_titled and step.phase == PROOF and _FAILS.search(step.name) is not None
    passes = "fails, as long as what it tests is not there" if fails else "passes"
    found += [f"{code(command)} {passes}" for test in _tests_of(known, step) if (command := known.test_command(test))]
    if fails:
        if not found and known.suite:
            found.append(f"{code(known.suite)} fails in the new test, and nowhere else")
        if found:
            return entries_of(found, MOST_PROOFS)
    found += requests(known, names.endpoints, step.raw, asks=False)
    is_code = any(path.endswith(known.stack.for_path(path).extensions) for path in names.paths)
    if known.static_check and step.phase != PROOF and (is_code or (known.is_code and not known.sources)):
        command, result = known.static_check
        found.append(f"{code(command)} {result}")
    if known.suite and known.is_code and (step.phase == PROOF or not found):
        result = "passes" if step.phase == PROOF else "still passes: what worked before works"
        found.append(f"{code(known.suite)} {result}")
    own = [path for path in _paths(known, step) if any(path == file.path for file in known.mentioned)]
    if own and not found:
        files = listed([code(path) for path in dict.fromkeys(own)], 4)
        found.append(f"`git status --short -uall` lists {files}, and nothing that the actions don't need")
    if not found and not known.is_code:
        found.append("`git diff` shows what this step changes, and nothing else")
    if not found:
        found.append(decide(f"the command that proves {_about(known, step)}; {known.why_no_command()}"))
    return entries_of(found, MOST_PROOFS)


def troubleshooting(known: Knowledge, step: Step | None) -> list[Entry]:
    """What is likely to go wrong here: from the author's risks, and from what the step names."""
    if step is None:
        return []
    is_first = min((other.number for other in known.steps), default=step.number) == step.number
    spoken = [part.raw for risk in known.spoken(RISKS) for part in risk.walk()] if is_first else []
    found = _risks(step.risks or spoken)
    names = step.names
    for port in names.ports[:2]:
        holder = code(f"lsof -i :{port}")
        found.append(f"Port {port} is in use: {holder} names the process that holds it")
    example = f", as {code(known.environment_template)} shows" if known.environment_template else ""
    for name in names.variables[:3]:
        found.append(f"{code(name)} is not set: set it in the shell that runs the command{example}")
    for package in names.packages[:2]:
        added = known.main.add_command(package.name, package.dev)
        if added is not None:
            found.append(f"{code(package.name)} can't be imported: {code(added.line)} adds it")
    for verb, path in names.endpoints[:2]:
        endpoint = code(f"{verb} {path}")
        found.append(f"{endpoint} answers 404: check that the route is registered under this very path and method")
    found += [decide(f"where {code(error)} is caught, and what is then logged") for error in names.errors[:2]]
    if re.search(r"\bmigrat", step.raw, re.I):
        found.append(decide("how the migration is rolled back when it stops half-way, and where it is tried first"))
    if commits(step):
        found.append("A hook refuses the commit: mend what it names, and commit again")
    if step.phase != PROOF or step.is_present or step.is_titled:
        found += find_pitfalls(step.raw)
    found += _stack_problems(known, step, is_first=is_first)
    changed = [path for path in _paths(known, step) if known.files is not None and known.files.is_file(path)]
    if changed and len(found) < 3:
        compare = code(f"git diff -- {changed[0]}")
        found.append(f"Something that worked before fails: {compare} shows what this step changed there")
    if not found and known.suite and known.is_code:
        found.append(f"{code(known.suite)} fails: `git stash` tells whether it failed before this step, too")
    if not found and known.is_text:
        found.append("A link or a path leads nowhere: follow each one of the changed text once")
    if not found:
        found.append("More has changed than this step means: `git diff` shows it, and `git restore -p` takes it back")
    return entries_of(found, MOST_PROBLEMS)


def requests(known: Knowledge, endpoints: Sequence[tuple[str, str]], text: str, *, asks: bool = True) -> list[str]:
    """What to send to endpoints, and what they answer, as far as the text says it; `asks` for an unknown address."""
    found = []
    for verb, path in endpoints[:4]:
        near = next((line for line in text.split("\n") if path in line and verb in line), "")
        statuses = known.statuses_in(near)
        answer = f"answers {listed(statuses)}" if statuses else "answers"
        if known.names.ports:
            method = "" if verb == "GET" else f"-X {verb} "
            command = code(f"curl -i {method}http://localhost:{known.names.ports[0]}{path}")
            open_status = "" if statuses else " with the status that the task asks for"
            found.append(f"{command} {answer}{open_status}")
        elif asks:
            wanted = f"{answer} there" if statuses else "has to answer there, with which status"
            found.append(decide(f"at which address the service runs; {code(f'{verb} {path}')} {wanted}"))
    return found


def is_question(text: str) -> bool:
    """Whether an action is a decision that the author has to make."""
    return text.startswith("Decide:")


def _risks(texts: Sequence[str]) -> list[str]:
    """Each risk with the cure that the author names after it; where there is none, it is asked for."""
    found: list[str] = []
    risk = ""
    for text in [*texts, ""]:
        cure = _CURE.match(text)
        if cure is not None and risk:
            found.append(f"{short(risk, 120)}: {lowered(plain(text[cure.end() :]))}")
            risk = ""
            continue
        if plain(risk):
            found.append(decide(f"what is done about {quoted(risk, 200)}"))
        risk = text
    return found


def _proof_objective(known: Knowledge, step: Step) -> str:
    if not known.is_code:
        return f"Check {known.quoted_name} before it is called done."
    paths = [code(path) for path in known.tests] or [code(path) for path in step.names.paths if "est" in path]
    own = paths if known.tests else []
    if own and any(known.is_own_test(path) for path in known.tests):
        return f"The tests in {listed(own, 3)} prove {known.quoted_name}."
    if own:
        return f"{listed(own, 3)} {'proves' if len(own) == 1 else 'prove'} {known.quoted_name}."
    return f"A test proves {known.quoted_name}{f', and {code(known.suite)} runs it' if known.suite else ''}."


def _told(step: Step) -> list[str]:
    """What the author says that commands answer (`Expected: PASS`); what a commit leaves behind."""
    found = []
    for action in step.actions:
        expected = next((note for note in action.notes if EXPECTED.match(note)), "")
        command = command_of(action.text)
        if expected and command:
            found.append(f"{code(command)}, expected: {expected.partition(':')[2].strip()}")
        elif command.startswith("git commit"):
            found.append("`git status --short -uall` lists nothing more of this task")
    return found


def _of_titled(step: Step, own: Sequence[str]) -> str:
    """The author's title, and what the actions begin with where they say more than commands."""
    name = title(step.name, 90)
    heads = [short(text, 90) for text in own if not is_run(text)]
    heads = [head for head in dict.fromkeys(heads) if head and not head.casefold().startswith(name.casefold())]
    return f"{name}: {listed(map(lowered, heads), 3)}." if heads else f"{name}."


def _about(known: Knowledge, step: Step) -> str:
    """The step as questions speak of it."""
    if step.phase == PROOF and not step.is_present:
        return f"the proof of {known.quoted_name}"
    return quoted(step.name or known.name, 80)


def _paths(known: Knowledge, step: Step) -> list[str]:
    return [known.places.resolve(path) for action in step.actions if not is_question(action.text)
            for path in known.names_of(action.raw or action.text).paths]  # fmt: skip


def _tests_of(known: Knowledge, step: Step) -> list[str]:
    """The test files of the step's own files: all in the step that writes them, else those that are there."""
    named = _paths(known, step)
    if step.phase == PROOF:
        own = [] if step.is_titled else known.tests
        return list(dict.fromkeys([*(path for path in named if path in known.tests), *own]))[:4]
    found: list[str] = []
    for path in named:
        project = known.stack.for_path(path)
        if not project.name:
            continue
        if project.is_test_file(path):
            found.append(path)
        elif path.endswith(project.extensions):
            test = project.test_file(path)
            if test and known.places.exists(test):
                found.append(test)
    return list(dict.fromkeys(found))[:3]


def _shows(known: Knowledge, package: Package) -> str | None:
    """The package manager's own command that shows an installed package."""
    template = {
        "pip": "pip show {}",
        "uv": "uv pip show {}",
        "poetry": "poetry show {}",
        "npm": "npm ls {}",
        "pnpm": "pnpm ls {}",
        "yarn": "yarn why {}",
        "cargo": "cargo tree -i {}",
        "go": "go list -m {}",
    }.get(known.main.package_manager or "")
    return template.format(package.name) if template else None


def _stack_problems(known: Knowledge, step: Step, *, is_first: bool) -> list[str]:
    """What goes wrong with the stack's own commands."""
    found = []
    eco = known.main
    install, test = eco.install_command, eco.test_command
    if install is not None and test is not None and known.is_code and is_first:
        sign = {
            "node": "`Cannot find module`",
            "go": "`missing go.sum entry`",
            "rust": "A crate is not found",
        }.get(eco.name, f"{code(_tool(test.text))} is not found, or an import fails")
        found.append(f"{sign}: {code(install.line)} installs what the project needs")
    tests = _tests_of(known, step)
    if step.phase == PROOF and tests and known.suite and (command := known.test_command(tests[0])):
        found.append(f"{code(known.suite)} fails elsewhere: {code(command)} runs these tests alone, so compare the two")
    elif step.phase == PROOF and known.suite and known.is_code and not found:
        found.append(f"{code(known.suite)} fails: run it before the change too, to see which failures are new")
    return found


def _tool(command: str) -> str:
    """The program that a command line runs, without the one that runs it."""
    words = command.split()
    if len(words) > 2 and words[1] in ("run", "-m"):
        return words[2]
    return words[0]
