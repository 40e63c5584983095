"""The rule unlisted-dependency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plansmith.plan.package_places import DEPENDENCIES, installed_packages
from plansmith.plan.packages import INSTALL_NEEDLES, Package, same_package
from plansmith.plan.queries import content_text
from plansmith.plan.tree import Section

from .listing import find_room
from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan

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
    listing = plan.task.find(DEPENDENCIES)
    if facts is None or listing is None:
        return
    listed = same_package(content_text(listing, plan.lines))
    told: set[str] = set()
    for section in plan.sections:
        for span, package in installed_packages(section, plan.task):
            name = same_package(package.name)
            if name in told or name in _TOOLS or _is_listed(name, listed):
                continue
            told.add(name)
            if facts.has_package(package.name) is False:
                title = plan.title_of(DEPENDENCIES)
                fix = _fix(package, section, listing, plan)
                yield Finding(span, f"“{title}” does not list {package.name}; add it with its version and purpose", fix)


def _is_listed(name: str, listed: str) -> bool:
    return name in listed and re.search(rf"(?<![\w@/-]){re.escape(name)}(?![\w/-])", listed) is not None


def _fix(package: Package, section: Section, listing: Section, plan: Plan) -> Fix | None:
    name = f"{package.name}@{package.version}" if package.version else package.name
    number, fmt = section.key.split(".")[1], plan.format
    step = fmt.step.called(int(number)) if fmt.step is not None and number.isdecimal() else ""
    purpose = f"installed in {step}" if step else "installed by this task"
    text = f"`{name}` - {purpose}{' (development)' if package.dev else ''}"
    room = find_room(listing, plan.task, fmt)
    return room and Fix(f"Add {package.name} to “{plan.title_of(DEPENDENCIES)}”", (room.edit(text),), False)
