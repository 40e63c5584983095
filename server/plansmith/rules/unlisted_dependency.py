"""The rule unlisted-dependency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plansmith.plan.inline import code_spans
from plansmith.plan.packages import INSTALL_NEEDLES, Package, find_packages, same_package
from plansmith.plan.paths import ACTIONS
from plansmith.plan.queries import content_text
from plansmith.plan.scanner import FENCE_BODY
from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Section

from .listing import find_room
from .rule import Finding, Fix, Scope, Severity, finding, rule
from .subject import Plan

_DEPENDENCIES: Final = "dependencies"
_KEYS: Final = frozenset((ACTIONS, "steps.step.code", "steps.step.configuration"))
# They install packages, and are no part of what is built.
_TOOLS: Final = frozenset(("pip", "setuptools", "wheel", "build", "npm", "pnpm", "yarn", "uv", "poetry", "virtualenv"))


@rule(Severity.HINT, scope=Scope.TASK, needles=INSTALL_NEEDLES, fix="quick", files=True)
def unlisted_dependency(plan: Plan) -> Iterator[Finding]:
    """A command installs a package that neither Dependencies Added nor the manifest has.

    ## Why
    A package is a decision: who reviews the plan should see it, with its version and its purpose.
    Commands count that install or add packages by name, with a package manager that is known.

    ## Example
    The workspace has these files:

    ```text
    src/app.py src/health.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Install the client: `pip install redis==5.0.1`

    ### Files Created/Modified

    **New Files**:

    - `src/cache.py` - keeps answers

    **Modified Files**:

    - `src/app.py` - routes `/health`

    ### Dependencies Added

    - None
    ```

    ## Use instead
    The workspace has these files:

    ```text
    src/app.py src/health.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Install the client: `pip install redis==5.0.1`

    ### Files Created/Modified

    **New Files**:

    - `src/cache.py` - keeps answers

    **Modified Files**:

    - `src/app.py` - routes `/health`

    ### Dependencies Added

    - `redis@5.0.1` - installed in Step 1
    ```
    """
    facts = plan.facts
    listing = plan.task.find(_DEPENDENCIES)
    if facts is None or listing is None:
        return
    listed = same_package(content_text(listing, plan.lines))
    told: set[str] = set()
    for section, span, package in _installed(plan):
        name = same_package(package.name)
        if name in told or name in _TOOLS or _is_listed(name, listed):
            continue
        told.add(name)
        if facts.has_package(package.name) is False:
            title = plan.title_of(_DEPENDENCIES)
            fix = _fix(package, section, listing, plan)
            yield finding(span, f"“{title}” does not list {package.name}; add it with its version and purpose", fix)


def _is_listed(name: str, listed: str) -> bool:
    return name in listed and re.search(rf"(?<![\w@/-]){re.escape(name)}(?![\w/-])", listed) is not None


def _installed(plan: Plan) -> Iterator[tuple[Section, Span, Package]]:
    """The packages that commands of the steps install, each with its section and where it is named."""
    lines, tokens = plan.lines, plan.task.tokens
    numbers = plan.lines_with(INSTALL_NEEDLES)
    for section in plan.sections:
        if section.spec.key not in _KEYS:
            continue
        for number in sorted(numbers.intersection(range(section.line, section.end))):
            line = lines[number]
            if tokens[number][0] == FENCE_BODY:
                commands = [(0, line.strip().removeprefix("$ "))]
            else:
                commands = [
                    (span.code_start, line[span.code_start : span.code_end].strip()) for span in code_spans(line)
                ]
            for start, command in commands:
                for package in find_packages(command.removeprefix("$ ")):
                    column = line.find(package.name, start)
                    if column >= 0:
                        yield section, on_line(number, column, column + len(package.name)), package


def _fix(package: Package, section: Section, listing: Section, plan: Plan) -> Fix | None:
    name = f"{package.name}@{package.version}" if package.version else package.name
    number, fmt = section.key.split(".")[1], plan.format
    step = fmt.step.called(int(number)) if fmt.step is not None and number.isdecimal() else ""
    purpose = f"installed in {step}" if step else "installed by this task"
    text = f"`{name}` - {purpose}{' (development)' if package.dev else ''}"
    room = find_room(listing, plan.task, fmt)
    return room and Fix(f"Add {package.name} to “{plan.title_of(_DEPENDENCIES)}”", (room.edit(text),), False)
