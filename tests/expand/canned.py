"""Drafts for tests: every section that is missing or empty, filled by its kind with something that passes the rules."""

from __future__ import annotations

from plansmith.expand.draft import Draft
from plansmith.plan.document import Document
from plansmith.plan.format import CHECKLIST, CHOICE, CODE, LINE, LIST, STEPS, Format, SectionSpec
from plansmith.plan.queries import empty_sections, missing_sections
from plansmith.plan.tree import Task
from tests.markers import built_in_format

FORMAT = built_in_format()

BODIES = {
    LINE: ("Serve `GET /health`.",),
    CHOICE: ("Low",),
    LIST: ("- `src/health.py` - the health check", "  which is new"),
    CHECKLIST: ("- [ ] Run `make test`", "- [ ] Run `make lint`"),
    CODE: ("```sh", "- no list", "", "# no heading", "```"),
}


def canned(key: str, spec: SectionSpec, steps: int = 2) -> Draft:
    """A draft of a section with all that lies below it."""
    if spec.kind == STEPS and spec.step:
        return Draft(key, (), tuple(canned(f"{key}.{n + 1}", spec.step) for n in range(steps)))
    children = tuple(canned(f"{key}.{child.name}", child) for child in spec.children)
    body = ("None",) if spec.none and spec.name != "new" else BODIES.get(spec.kind, ())
    return Draft(key, body, children, "Serve the health check")


def drafts_for(task: Task, fmt: Format = FORMAT) -> list[Draft]:
    """Drafts of all that a task lacks."""
    found = [canned(missing.key, missing.spec) for missing in missing_sections(task, fmt)]
    return found + [canned(section.key, section.spec) for section in empty_sections(task)]


def parse(text: str) -> Document:
    return Document(text, FORMAT)


def needed(task: Task) -> list[str]:
    """The keys of all that is missing, optional sections too, or empty; of sections that stand twice the first counts."""
    keys = [missing.key for missing in missing_sections(task, FORMAT)]
    return keys + [section.key for section in empty_sections(task) if task.find(section.key) is section]
