"""Sibling sections in the format's order: as many as can be stay, and the others are out of place.

What a rule calls misplaced, and where an expansion puts what is missing, hang on the same row of sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .format import FIELD, HEADING, STEP, SectionSpec
from .scanner import MORE
from .tree import Section, Task

HEAD: Final = -1  # the place of all head fields: they come first, in any order
_ANYWHERE: Final = 1_000_000  # behind all places


class Block(NamedTuple):
    """Sibling sections that share one block of Markdown, or a single one."""

    members: tuple[Section, ...]
    kept: frozenset[int]  # the lines of the members that are in order among themselves
    first: int  # the least of their places in the format
    last: int  # the greatest


def place_of(spec: SectionSpec) -> int:
    """Where a section stands among its siblings in the format; all head fields stand at one place."""
    return HEAD if spec.depth == 1 and spec.form == FIELD else spec.order


def judged(siblings: Sequence[Section]) -> list[Section]:
    """The sections whose order counts: by their own title, and of twins the first."""
    seen: set[SectionSpec] = set()
    found = []
    for section in siblings:
        if not section.by_alias and (section.spec not in seen or section.spec.kind == STEP):
            seen.add(section.spec)
            found.append(section)
    return found


def blocks_of(
    sections: Sequence[Section], task: Task, parent: Section | None = None, more: Iterable[SectionSpec] = ()
) -> list[Block]:
    """Sections grouped by the Markdown block that they stand in: nothing can be inserted inside of one.

    Neither can it before those that go on with a text above, such as their `parent`'s label, so that anything may
    follow them.
    `more` are sections that are to stand among them, written as the format has them.
    """
    groups: list[list[Section]] = []
    for section in sections:
        if groups and _share_a_block(groups[-1][-1], section, task):
            groups[-1].append(section)
        else:
            groups.append([section])
    written = {section.level > 0 for section in sections}
    bullets = {bool(section.bullet) for section in sections if not section.level}
    for spec in more:
        written.add(spec.form == HEADING)
        if spec.form == FIELD:
            bullets.add(False)
    found = [
        block._replace(first=HEAD, last=_ANYWHERE)
        if _is_hard_to_part(block.members[0], is_mixed=len(written) > 1, has_both=len(bullets) > 1)
        else block
        for block in map(as_block, groups)
    ]
    if found and (_goes_on(sections[0], task) or (parent is not None and _share_a_block(parent, sections[0], task))):
        found[0] = found[0]._replace(first=HEAD)
    return found


def longest_run(blocks: Sequence[Block]) -> list[Block]:
    """The longest row of blocks in order, counted in sections; of equals the one that keeps the earlier blocks.

    A block may come after another if one of its members may come after one of the other's: our own insertions
    stand before or after a block, where the order of its members leaves no right place.
    """
    if len(blocks) == 1:
        return list(blocks)
    best: dict[int, list[Block]] = {bound: [] for bound in {HEAD, *(block.first for block in blocks)}}
    for block in reversed(blocks):
        runs = dict(best)  # by the place that whatever follows must reach
        for bound, run in runs.items():
            longer = [block, *runs[max(bound, block.first)]]
            if block.last >= bound and _weight(longer) >= _weight(run):
                best[bound] = longer
    return best[HEAD]


def as_block(members: Sequence[Section]) -> Block:
    """Some siblings as one block; those of them that are in order stay where each may be moved alone."""
    if len(members) == 1:
        place = place_of(members[0].spec)
        return Block(tuple(members), frozenset((members[0].line,)), place, place)
    alone = [as_block([section]) for section in members]
    kept = frozenset(block.members[0].line for block in longest_run(alone))
    return Block(tuple(members), kept, min(block.first for block in alone), max(block.last for block in alone))


def out_of_order(blocks: Sequence[Block], run: Sequence[Block]) -> list[Section]:
    """The sections outside the longest run of their blocks."""
    kept = {line for block in run for line in block.kept}
    return [section for block in blocks for section in block.members if section.line not in kept]


def _is_hard_to_part(section: Section, *, is_mixed: bool, has_both: bool) -> bool:
    """Whether what is written above a section would take it in, so that it may stand anywhere.

    A list takes in a label that is a bullet, and a heading takes in a label that stands for a heading.
    """
    if section.level:
        return False
    return (has_both and bool(section.bullet)) or (is_mixed and section.spec.form == HEADING)


def _share_a_block(one: Section, other: Section, task: Task) -> bool:
    if one.level or other.level:
        return False
    tokens = task.tokens
    if one.bullet and other.bullet:
        return all(tokens[number][4].containers or tokens[number][3] for number in range(one.line + 1, other.line + 1))
    return not other.bullet and _goes_on(other, task)


def _goes_on(section: Section, task: Task) -> bool:
    """Whether a label goes on with the text right above it, which is another label's or stands in its list."""
    return task.tokens[section.line][0] == MORE


def _weight(blocks: Sequence[Block]) -> int:
    return sum(len(block.kept) for block in blocks)
