"""The sections of one parent, as the rule about their order sees them together with those that we add."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from plansmith.plan.format import STEPS, Format, SectionSpec
from plansmith.plan.order import HEAD, blocks_of, judged, longest_run, out_of_order
from plansmith.plan.tree import Section, Task

from .write import order_of


class Row:
    """The children of one section or of a task, and where the last of ours was put among them."""

    def __init__(
        self,
        task: Task,
        parent: Section | None,
        added: Iterable[SectionSpec],
        fmt: Format,
        block_of: Callable[[int], int],
    ) -> None:
        """`added` are to stand among them; `block_of` gives the index of the block that a line stands in."""
        siblings = parent.children if parent else task.sections
        # The order of steps is that of their numbers, and no matter of that rule.
        is_judged = parent is None or parent.spec.kind != STEPS
        blocks = blocks_of(judged(siblings), task, parent, added) if is_judged else []
        run = longest_run(blocks)
        misplaced = {section.line for section in out_of_order(blocks, run)}
        self.sections = [section for section in siblings if section.line not in misplaced]
        self.place = HEAD
        self.gap = 0
        self._run = [(block_of(block.members[0].line), block.first, block.last) for block in run]
        self._orders = [(block_of(section.line), order_of(fmt, section.key)) for section in self.sections]

    def cost(self, gap: int, place: int, order: tuple[int, ...]) -> tuple[int, int, bool]:
        """What speaks against a gap for a section of this place and order, the gravest first.

        How many sections it puts out of order, by the rule: where that is none, all that we add is in order, too.
        How many it stands on the wrong side of, those counted whose order is free.
        Whether it is another gap than the one directly before the section that follows in the format.
        """
        breaks = sum(first > place if block < gap else last < place for block, first, last in self._run)
        wrong = sum((block < gap) != (other < order) for block, other in self._orders)
        return breaks, wrong, gap != self._before_follower(order)

    def _before_follower(self, order: tuple[int, ...]) -> int | None:
        """None also where a section that precedes stands in the same block, as in a paragraph of labels."""
        following = [(other, block) for block, other in self._orders if other > order]
        if not following:
            return None
        _, gap = min(following)
        return None if any(block == gap and other < order for block, other in self._orders) else gap
