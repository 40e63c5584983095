"""Plans as people write them, about 200 lines with about 50 findings for either tool; the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

_STEPS = 8
_NOUNS = ("orders", "stocks", "users", "invoices", "reports", "sessions", "tokens", "carts", "payments", "labels")
_VERBS = ("Create", "Extend", "Move", "Register", "Cover", "Guard")
_VAGUE = (
    "Handle errors as needed",
    "Improve the logging",
    "Wire everything together",
    "Clean up the old code, the fixtures, etc.",
    "Make the naming appropriate",
)
_TROUBLES = ("the port is in use: set `PORT`", "the cache is stale: run `make clean`", "a lock is held: restart `db`")


def plan_file(number: int) -> str:
    """One breakdown with one plan."""
    return "\n".join([f"# Breakdown {number}", *_plan(number, 0)])


def breakdown(lines: int) -> str:
    """One document of whole plans, each waiting for the one before, of at least this many lines."""
    text = ["# Breakdown"]
    number = 0
    while len(text) < lines:
        number += 1
        text += _plan(number, number - 1)
    return "\n".join(text)


def _plan(number: int, before: int) -> list[str]:
    chance = random.Random(number)
    noun = chance.choice(_NOUNS)
    lines = [
        f"## Task {number}: Serve {noun} to the clients of version {number}",
        "",
        f"**Objective**: Answer `GET /v{number}/{noun}` so that a client can list its {noun} without asking twice.",
        "",
        f"**Prerequisites**: {f'Task {before}' if before else 'None'}",
        "",
        f"**Estimated Complexity**: {chance.choice(('Low', 'Medium', 'High'))}",
        "",
        "### Implementation Steps",
        "",
    ]
    for step in range(1, _STEPS + 1):
        lines += _step(step, chance.choice(_NOUNS), chance)
    lines += [
        "### Testing Plan",
        "",
        "**Unit Tests**:",
        "",
        f"- [ ] `pytest tests/test_{noun}.py` passes",
        "",
        "**Integration Tests**:",
        "- [ ] start everything and look at the list",
        "",
        "### Success Criteria",
        "",
        f"- [ ] `pytest` passes and the list of {noun} is complete",
        "- the client is content",
        "",
        "### Files Created/Modified",
        "**New Files**:",
        "",
        "- `src/` - the service and its parts",
        "",
        "**Modified Files**: None",
        "",
        "### Dependencies Added",
        "",
        "- None",
        "",
        "### Next Steps",
        "",
        "**Immediate next task**: None  ",
        "**Dependencies unlocked**: None",
        "",
    ]
    return lines


def _step(number: int, noun: str, chance: random.Random) -> Iterator[str]:
    yield f"#### Step {number}: Build part {number} of the {noun} service"
    yield ""
    yield f"**Objective**: Part {number} answers requests of kind {chance.randrange(1000)}."
    yield ""
    yield "**Actions**:"
    if chance.random() < 0.6:
        yield ""  # else the list follows its label at once
    marker = chance.choice("---*")
    for action in range(5):
        yield marker + _action(number, action, noun, chance)
    yield ""
    if chance.random() < 0.25:
        yield "**Code Examples**:"
        yield ""
        yield f"```{chance.choice(('python', ''))}"
        yield f"def part_{number}() -> int:"
        yield f"    return {chance.randrange(1000)}"
        yield "```"
        yield ""
    yield "**Validation**:"
    yield ""
    if chance.random() < 0.6:
        yield f"- [ ] `pytest tests/test_{noun}_{number}.py` passes"
    else:
        yield f"- [ ] the list of {noun} is in order" + chance.choice(("", " "))
    yield f"- look at {chance.randrange(2, 99)} {noun} by hand" + chance.choice(("", f"{chr(9)}(once)"))
    if chance.random() < 0.75:
        yield chance.choice(("- [ ] TBD", "- [ ] TODO: say who looks", "- [ ] [Name of the check] passes"))
    if chance.random() < 0.5:
        yield ""
        yield "**Troubleshooting**:"
        yield f"- Where {chance.choice(_TROUBLES)}, see https://docs.example.org/{noun}/{number}"
    yield ""


def _action(step: int, action: int, noun: str, chance: random.Random) -> str:
    kind = chance.random()
    box = " [ ] " if kind < 0.7 else " "
    if kind < 0.45:
        return f"{box}{chance.choice(_VAGUE)}"
    text = f"{box}{chance.choice(_VERBS)} `src/{noun}/part_{step}_{action}.py` with handler {chance.randrange(10_000)}"
    if kind < 0.65:
        return f"{text}, which reads its rows in pages of {chance.randrange(10, 500)} and keeps the last one"
    return text + chance.choice(("", " "))
