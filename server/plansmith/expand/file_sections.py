"""The files that a task makes and changes, and the packages that it adds: what is named, and nothing else."""

from __future__ import annotations

from .entries import Entry, entries_of
from .knowledge import Knowledge
from .stepping import PROOF, Step
from .wording import code, decide, listed, lowered, short


def new_files(known: Knowledge, step: Step | None) -> list[Entry]:
    """What the task makes; for a done task only what is there."""
    done = known.task.done
    started = done or known.task.started
    found: dict[str, str] = {}
    for file in known.mentioned:
        if file.verb == "removes" or known.is_planned_elsewhere(file.path):
            continue
        note = lowered(file.note) or _made_in(known, file.path, "made") or f"part of {known.quoted_name}"
        creates = file.verb == "creates"
        if file.exists is False and not done:
            absent = "not there yet, though the task speaks of changing it: " if file.verb == "changes" else ""
            found[file.path] = f"{absent}{note}"
        elif creates and ((file.exists and started) or (file.exists is None and not done)):
            found[file.path] = note
    for test in known.tests:
        if not (known.places.exists(test) or done or known.is_planned_elsewhere(test)):
            found.setdefault(test, f"tests of {known.quoted_name}")
    if found:
        return _files(found)
    if done:
        return [
            Entry(decide(f"which files {known.quoted_name} has created; the task names none that is there and new"))
        ]
    hint = ""
    if not known.mentioned and known.proposal and not known.places.exists(known.proposal):
        hint = f"; by this project's layout it would be {code(known.proposal)}"
    named = "the task names none" if not known.mentioned else "all that the task names are there"
    return [Entry(decide(f"whether {known.quoted_name} needs a new file; {named}{hint}"))]


def modified_files(known: Knowledge, step: Step | None) -> list[Entry]:
    """What the task changes, as far as it is there, or another task makes it."""
    started = known.task.done or known.task.started
    found: dict[str, str] = {}
    for file in known.mentioned:
        note = "deleted" if file.verb == "removes" else lowered(file.note)
        note = note or _made_in(known, file.path, "changed") or f"changed for {known.quoted_name}"
        is_elsewhere = file.exists is not True and known.is_planned_elsewhere(file.path)
        if is_elsewhere or (file.exists and not (file.verb == "creates" and started)):
            found[file.path] = note
        elif file.exists is None and file.verb != "creates":
            found[file.path] = note if file.verb else f"{note} (if it is there already)"
    for test in known.tests:
        if known.places.exists(test):
            found.setdefault(test, f"more tests, of {known.quoted_name}")
    manifest = known.main.dependency_file
    if known.packages and manifest and known.places.exists(manifest):
        found.setdefault(manifest, listed([code(package.name) for package in known.packages], 4))
    if found and known.is_code and known.names_documents_alone and not known.task.done:
        where = f"which files that are there hold {known.quoted_name}; the task names only documents"
        return [*_files(found), Entry(decide(where))]
    if found:
        return _files(found)
    like = " or ".join(map(code, known.alike))
    hint = f"; by {'its name' if len(known.alike) == 1 else 'their names'} it could be {like}" if like else ""
    if known.task.done:
        return [Entry(decide(f"which files {known.quoted_name} has changed; the task names none that is there"))]
    named = "the task names none" if not known.mentioned else "the task names only new ones"
    return [Entry(decide(f"which files that are there {known.quoted_name} changes; {named}{hint}"))]


def dependencies(known: Knowledge, step: Step | None) -> list[Entry]:
    """The packages that the task's install commands and sentences name, without those that a manifest has."""
    found = []
    unversioned = []
    for package in known.packages:
        name = f"{package.name}@{package.version}" if package.version else package.name
        sentence = next((action.text for action in known.statements if package.name in action.raw), "")
        purpose = lowered(short(sentence, 90)) if sentence else f"for {known.quoted_name}"
        found.append(f"{code(name)} - {purpose}{' (development)' if package.dev else ''}")
        if not package.version:
            unversioned.append(code(package.name))
    if unversioned:
        found.append(decide(f"which version of {listed(unversioned)}; the task names none"))
    if found:
        return entries_of(found)
    if known.task.done:
        return [Entry(decide(f"which packages {known.quoted_name} has added, if any; the task names none"))]
    manifest = known.main.dependency_file or known.main.manifest
    there = f" that {code(manifest)} does not have yet" if manifest else ""
    return [Entry(decide(f"whether {known.quoted_name} needs a package{there}; the task names none"))]


def _made_in(known: Knowledge, path: str, what: str) -> str:
    """The step that speaks of a file, where the file's own words say nothing of it."""
    spec = known.format.step
    if spec is None:
        return ""
    for step in known.steps:
        if step.phase != PROOF and path in map(known.places.resolve, step.names.paths):
            return f"{what} in {spec.called(step.number)}"
    return ""


def _files(found: dict[str, str]) -> list[Entry]:
    return [Entry(f"{code(path)} - {note}") for path, note in found.items()]
