"""How complex a task is, counted by a rule that anyone can check.

One point each for: four actions or more, eight or more; three files or more, six or more; more than one project;
a new package; and for each kind of risk that the text speaks of, three at most.
No point or one is the format's lowest choice, two or three its middle, four or more its highest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .expansion import counted
from .knowledge import Knowledge

_RISKS: Final = {
    "a migration": r"\bmigrat\w+|\bbackfill|\bschema changes?\b",
    "concurrency": r"\bconcurren\w+|\brace condition|\bparallel\w*|\bthread|\block(?:s|ing)?\b|\bdeadlock|\basync\b",
    "security": r"\bsecur\w+|\bauth(?:enti|ori[sz])\w+|\bencrypt\w*|\bpasswords?\b|\baccess tokens?\b|\bpermission",
    "compatibility": r"\bbackwards?[ -]compat\w+|\bbreaking change|\bdeprecat\w+|\blegacy\b",
    "performance": r"\bperforman\w+|\blatenc\w+|\bthroughput|\bscal(?:e|ing|ab\w+)\b"
    r"|\bmemory (?:us\w+|footprint|limit|leak)|\b(?:less|more|out of) memory\b",
    "data loss": r"\bdata loss|\bdelet\w+ data|\brollback|\btransaction|\batomic\w*|\bcorrupt\w+",
    "distribution": r"\bdistributed|\breplicat\w+|\bconsensus|\bqueue\b|\bretry|\bidempoten\w+",
}


def find_risks(text: str) -> list[str]:
    """The kinds of risk that a text speaks of."""
    return [name for name, pattern in _RISKS.items() if re.search(pattern, text, re.I)]


def count_complexity(known: Knowledge) -> tuple[int, list[str]]:
    """The points, and what was counted."""
    actions, files, packages = len(known.statements), len(known.mentioned), len(known.packages)
    projects = len([project for project in known.ecosystems if project.name])
    risks = find_risks(known.text)
    points = (actions > 3) + (actions > 7) + (files > 2) + (files > 5)
    points += (projects > 1) + (packages > 0) + min(len(risks), 3)
    found = [counted(actions, "action")]
    if files:
        found.append(counted(files, "file"))
    if projects > 1:
        found.append(counted(projects, "project"))
    if packages:
        found.append(counted(packages, "new package"))
    return points, [*found, *risks]


def choose(choices: Sequence[str], points: int) -> str:
    """The choice for so many points; `choices` go from low to high."""
    level = 0 if points < 2 else 1 if points < 4 else 2
    return choices[round(level * (len(choices) - 1) / 2)]
