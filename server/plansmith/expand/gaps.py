"""One gap for every draft: the boundary between two blocks that breaks the format's order least.

Where several are as good, the last one is taken: directly before the sibling that follows, or at the parent's end.
A heading goes only where a heading of its level or a higher one follows, a list only before a label or a heading:
anywhere else it would take the author's text after it for its own content.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.format import CHOICE, FIELD, LINE, SectionSpec
from plansmith.plan.order import HEAD, as_block, judged, longest_run, place_of
from plansmith.plan.order import Block as Siblings
from plansmith.plan.text import Edit
from plansmith.plan.tree import Section, Task

from .blocks import (
    HEADING_BLOCK,
    HTML_BLOCK,
    IGNORE,
    LIST_BLOCK,
    PARAGRAPH,
    RULE,
    Block,
    find_blocks,
    indent_of,
    is_blank,
)
from .draft import Draft
from .insert import insert_after_line, insert_below, open_message
from .row import Row
from .write import in_order, indented, is_text, order_of, render, render_bullet, spec_of, tokens_of, with_bullet

TERMINATOR = "<!-- -->"  # ends a list before an indented line that it would take for its own


class _Piece(NamedTuple):
    """Something to write between two blocks."""

    parent: int  # the line of its parent's title: what belongs to the innermost one stands first
    order: tuple[int, ...]
    draft: Draft
    level: int  # the task's level that its own headings are counted from
    body_only: bool  # below a title that the author wrote


class Placing:
    """One run: every draft gets a gap, and every gap becomes one insertion."""

    def __init__(self, document: Document, index: int, wanted: Sequence[Draft]) -> None:
        self._document = document
        self._format = document.format
        self._task = document.tasks[index]
        self._base = document.start_of(index)
        self._blocks = find_blocks(self._task)
        self._ends = [block.end for block in self._blocks]
        self._wanted = wanted
        self._bullet = document.bullet
        self._end = document.line_end
        self._pieces: dict[int, list[_Piece]] = {}  # by gap: the index of the block after it
        self._direct: list[Edit] = []
        self._rows: dict[str, Row] = {}  # by the key of their parent
        self._filled: set[str] = set()  # sections whose title got its content
        self._within: set[str] = set()  # drafts that were written together with their parent
        self._end_gap = next(
            (n for n, block in enumerate(self._blocks) if block.start >= self._task.end), len(self._blocks)
        )
        _, self._next = document.neighbours(index)
        self._labels = {section.line for section in self._task.walk() if not section.level and not section.bullet}

    def place(self) -> str:
        """Find a place for every draft; returns a conflict's message, "" without one."""
        present = {section.key: section for section in reversed(list(self._task.walk()))}
        for draft in in_order(self._wanted, self._format):
            section = present.get(draft.key)
            if section is not None:
                self._fill(section, draft)
            parent = present.get(draft.key.rpartition(".")[0])
            if parent is not None and not (parent.level or parent.has_content or parent.key in self._filled):
                self._fill(parent, Draft(parent.key))
        for draft in in_order(self._wanted, self._format):
            if draft.key not in present and draft.key not in self._within:
                parent_key = draft.key.rpartition(".")[0]
                self._add(draft, present.get(parent_key))
        for gap in self._pieces:
            block = self._blocks[gap - 1]
            if insert_below(self._document, self._task, self._base, block, [""]) is None:
                return open_message(self._task, self._base, block)
        return ""

    @property
    def may_need_rule(self) -> bool:
        """Whether a thematic break could be due: we write at the task's end, and a task follows directly."""
        trailing = self._blocks[self._end_gap :]
        return (
            self._end_gap in self._pieces
            and isinstance(self._next, Task)
            and all(block.kind != RULE for block in trailing)
        )

    def edits(self, *, complete: bool) -> tuple[Edit, ...]:
        """The insertions; after a plan that is `complete` comes a thematic break, if it may."""
        found = list(self._direct)
        for gap in self._pieces:
            lines = self._lines_at(gap, rule=complete and gap == self._end_gap)
            block = self._blocks[gap - 1]
            edit = insert_below(self._document, self._task, self._base, block, lines) if lines else None
            if edit is not None:
                found.append(edit)
        return tuple(sorted(found, key=lambda edit: edit.span))

    # A title that is there, without content

    def _fill(self, section: Section, draft: Draft) -> None:
        number = self._block_of(section.line)
        block = self._blocks[number]
        self._filled.add(section.key)
        if section.level:
            piece = _Piece(section.line, order_of(self._format, section.key), draft, 0, True)
            self._pieces.setdefault(number + 1, []).append(piece)
        elif section.bullet:
            self._nest(section, draft, block)
        elif section.line == block.end - 1:
            children = self._children(section)
            whole = Draft(draft.key, draft.body, children)
            piece = _Piece(section.line, order_of(self._format, section.key), whole, self._task.level, True)
            self._pieces.setdefault(number + 1, []).append(piece)
        else:
            self._split(section, draft)

    def _nest(self, section: Section, draft: Draft, block: Block) -> None:
        """Below a label that is a list item: nested in it, without blank lines where the list has none."""
        line = self._task.lines[section.line]
        token = self._task.tokens[section.line]
        content = token[3][-1].content if token[3] else section.column + 2
        indent = " " * len(line[:content].expandtabs(4))
        lines = with_bullet(draft.body, self._bullet)
        plain = is_text(lines)
        for child in self._children(section):
            lines += render_bullet(child, self._format, self._bullet)
            plain = False
        if not lines:
            return
        loose = any(is_blank(self._task.lines[number]) for number in range(block.start, block.end))
        lines = indented(lines, indent)
        if loose and not plain:
            lines.insert(0, "")
        self._direct.append(insert_after_line(self._document, self._base + section.line, lines, self._end))

    def _split(self, section: Section, draft: Draft) -> None:
        """Below a label with more labels right after it: one line joins the paragraph, a list parts it."""
        whole = Draft(draft.key, draft.body, self._children(section))
        body = self._below_title(_Piece(0, (), whole, self._task.level, True), self._bullet)
        following = self._task.lines[section.line + 1]
        if not body:
            return
        if not is_text(body):
            for sibling in self._siblings_between(section):
                body += ["", *render(sibling, self._format, 0, self._bullet)]
            body = ["", *body, ""]
            if swallows(body[:-1], following):
                body += [TERMINATOR, ""]
        self._direct.append(insert_after_line(self._document, self._base + section.line, body, self._end))

    def _siblings_between(self, section: Section) -> list[Draft]:
        """The wanted labels that belong inside of a paragraph up to one, whose content parts it from the next label."""
        fmt, parent = self._format, section.key.rpartition(".")[0]
        block = self._blocks[self._block_of(section.line)]
        siblings = [other for other in self._task.walk() if other.key.rpartition(".")[0] == parent]
        later = [label for label in siblings if section.line < label.line < block.end]
        if not later:
            return []
        run = longest_run(self._parted(siblings, block))
        first = max([HEAD, *(ahead.first for ahead in run if ahead.members[0].line <= section.line)])
        last = place_of(later[0].spec)
        present = {other.key for other in self._task.walk()}
        found = []
        for draft in in_order(self._wanted, fmt):
            spec = spec_of(fmt, draft.key)
            is_sibling = draft.key.rpartition(".")[0] == parent and draft.key not in present | self._within
            if not is_sibling or spec is None or spec.form != FIELD:
                continue
            place = place_of(spec)
            # All head fields have one place: among them the format's own order is as good as any.
            among_fields = section.spec.order < spec.order < later[0].spec.order
            if among_fields if place == HEAD else first < place < last:
                found.append(draft)
                self._within.add(draft.key)
        return found

    def _parted(self, siblings: Sequence[Section], paragraph: Block) -> list[Siblings]:
        """Some siblings as blocks, once what is written below the empty labels of a paragraph has parted it."""
        parting = {draft.key for draft in self._wanted if not is_text(with_bullet(draft.body, self._bullet))}
        groups: list[list[Section]] = []
        for section in judged(siblings):
            before = groups[-1][-1] if groups else None
            if before and paragraph.start <= before.line and section.line < paragraph.end and before.key not in parting:
                groups[-1].append(section)
            else:
                groups.append([section])
        return [as_block(group) for group in groups]

    def _children(self, section: Section) -> tuple[Draft, ...]:
        """The wanted labels below an empty label, which are written together with its content."""
        if section.children:
            return ()
        found = []
        for draft in in_order(self._wanted, self._format):
            spec = spec_of(self._format, draft.key)
            if draft.key.rpartition(".")[0] == section.key and spec and spec.form == FIELD:
                found.append(draft)
                self._within.add(draft.key)
        return tuple(found)

    # A section that is not there

    def _add(self, draft: Draft, parent: Section | None) -> None:
        fmt = self._format
        spec = spec_of(fmt, draft.key)
        assert spec is not None
        row = self._row(parent)
        own = self._own_level(parent) + spec.depth
        level = self._level(own, spec, row.sections)
        gap = self._gap(draft, spec, parent, level)
        while level > own and (level_above := self._level_above(gap, parent)) < level:
            # So deep it would lie in a section that is not its parent.
            level = max(level_above, own)
            gap = self._gap(draft, spec, parent, level)
        row.place, row.gap = place_of(spec), gap
        piece = _Piece(parent.line if parent else 0, order_of(fmt, draft.key), draft, level - spec.depth, False)
        self._pieces.setdefault(gap, []).append(piece)

    def _gap(self, draft: Draft, spec: SectionSpec, parent: Section | None, level: int) -> int:
        """The best gap for a section whose heading has a level."""
        row, place, order = self._row(parent), place_of(spec), order_of(self._format, draft.key)
        lower, upper = self._region(spec, parent, level)
        if place > row.place:
            # What goes before it in the format has its gap already.
            lower, upper = max(lower, row.gap), max(upper, row.gap)
        costs = {
            gap: (*row.cost(gap, place, order), -gap)
            for gap in range(lower, upper + 1)
            if gap == upper or self._takes(gap, spec, parent, level)
        }
        return self._above_comments(min(costs, key=costs.__getitem__), lower)

    def _row(self, parent: Section | None) -> Row:
        """The sections of one parent, with what we add to them in mind."""
        key = parent.key if parent else ""
        row = self._rows.get(key)
        if row is None:
            present = {section.key for section in self._task.walk()}
            specs = [
                spec_of(self._format, draft.key)
                for draft in self._wanted
                if draft.key not in present and draft.key.rpartition(".")[0] == key
            ]
            added = [spec for spec in specs if spec is not None]
            row = self._rows[key] = Row(self._task, parent, added, self._format, self._block_of)
        return row

    def _region(self, spec: SectionSpec, parent: Section | None, level: int) -> tuple[int, int]:
        """The first and the last gap inside the parent; the last takes nothing of what follows."""
        blocks = self._blocks
        lower, end = 1, self._task.end
        if parent is not None:
            lower, end = self._block_of(parent.line) + 1, self._own_end(parent)
        elif spec.form == FIELD:
            end = min(end, next((block.start for block in blocks[1:] if block.kind == HEADING_BLOCK), end))
        upper = next((n for n, block in enumerate(blocks) if block.start >= end), len(blocks))
        while upper > lower and blocks[upper - 1].kind in (RULE, IGNORE):
            upper -= 1
        upper = max(lower, upper)
        while upper < self._end_gap and not self._takes(upper, spec, parent, level):
            upper += 1
        return lower, upper

    def _own_end(self, parent: Section) -> int:
        """The first line after the parent's own lines: where a section of another parent starts, it ends.

        Where that is in the midst of a paragraph, its lines above are the parent's, so that all of it is.
        """
        last = max([parent.line, *(child.end - 1 for child in parent.children)])
        ends = [parent.end]
        for section in self._task.walk():
            if last < section.line < parent.end and not section.key.startswith(f"{parent.key}."):
                block = self._blocks[self._block_of(section.line)]
                within = block.kind == PARAGRAPH and block.start < section.line
                ends.append(block.end if within else block.start)
        return min(line for line in ends if line > last)

    def _takes(self, gap: int, spec: SectionSpec, parent: Section | None, level: int) -> bool:
        """Whether a section may stand at a gap: it takes no text after it, and parts no section from its content."""
        if gap >= self._end_gap:
            return True
        block = self._blocks[gap]
        own = f"{parent.key}." if parent else ""
        for section in self._task.walk():
            around = own.startswith(f"{section.key}.") or (parent and section.line < parent.line < section.end)
            if not around and section.end > block.start and self._block_of(section.line) < gap:
                return False
        if spec.form == FIELD:
            if spec.kind in (LINE, CHOICE) or block.kind in (RULE, HEADING_BLOCK):
                return True
            return block.kind == PARAGRAPH and block.start in self._labels
        below = self._blocks[gap : self._end_gap]
        following = next((block for block in below if block.kind not in (RULE, IGNORE)), None)
        return following is None or (following.kind == HEADING_BLOCK and following.level <= level)

    def _above_comments(self, gap: int, lower: int) -> int:
        """A comment that speaks of the block after it stays there."""
        blocks = self._blocks
        while gap > lower and gap < len(blocks):
            before = blocks[gap - 1]
            attached = before.kind == HTML_BLOCK and before.end == blocks[gap].start
            comment = attached and self._task.lines[before.start].lstrip().startswith("<!--")
            if before.kind != IGNORE and not comment:
                break
            gap -= 1
        return gap

    def _own_level(self, parent: Section | None) -> int:
        """The level that those of the sections below a parent are counted from."""
        present = {section.key: section for section in reversed(list(self._task.walk()))}
        while parent is not None and not parent.level:
            parent = present.get(parent.key.rpartition(".")[0])
        return parent.level - parent.spec.depth if parent else self._task.level

    def _level(self, own: int, spec: SectionSpec, siblings: Sequence[Section]) -> int:
        """The level of a new heading: below its parent, and no higher than siblings that stand deeper."""
        # A field as a heading, as deep as its author likes, says nothing of the sections.
        levels = [section.level for section in siblings if section.level and section.spec.form == spec.form]
        return min(max(own, min(levels, default=own)), 6)

    def _level_above(self, gap: int, parent: Section | None) -> int:
        """The highest level of the headings below a parent's title that stand above a gap."""
        first = parent.line if parent else 0
        stop = self._blocks[gap - 1].end
        return min((s.level for s in self._task.walk() if s.level and first < s.line < stop), default=6)

    def _block_of(self, line: int) -> int:
        return bisect_right(self._ends, line)

    # The lines of an insertion

    def _lines_at(self, gap: int, *, rule: bool) -> list[str]:
        bullet = self._bullet
        lines = self._written(gap, bullet)
        after = self._blocks[gap] if gap < len(self._blocks) else None
        if rule:
            return [*lines, "", "---"]
        if after and after.kind == LIST_BLOCK and _last_marker(lines) == after.marker:
            lines = self._written(gap, "-" if bullet == "*" else "*")
        stop = self._base + (after.start if after else len(self._task.lines))
        if stop < len(self._document.lines) and swallows(lines, self._document.lines[stop]):
            lines = [*lines, "", TERMINATOR]
        return lines

    def _written(self, gap: int, bullet: str) -> list[str]:
        lines: list[str] = []
        for piece in sorted(self._pieces[gap], key=lambda piece: (-piece.parent, not piece.body_only, piece.order)):
            if piece.body_only:
                text = self._below_title(piece, bullet)
            else:
                text = render(piece.draft, self._format, piece.level, bullet)
            if text:
                lines += [*([""] if lines else []), *text]
        return lines

    def _below_title(self, piece: _Piece, bullet: str) -> list[str]:
        lines = with_bullet(piece.draft.body, bullet)
        for child in piece.draft.children:
            lines += [*([""] if lines else []), *render(child, self._format, piece.level, bullet)]
        return lines


def swallows(lines: Sequence[str], following: str) -> bool:
    """Whether the list at the end of `lines` would take an indented line after it for its own."""
    return bool(_last_marker(lines)) and indent_of(following) >= 2


def _last_marker(lines: Sequence[str]) -> str:
    """The marker of the list that some lines end in; "" where they end in none."""
    marker = ""
    for line, token in zip(lines, tokens_of(lines), strict=True):
        if token[3] and sum(width > 0 for width in token[4].containers) <= len(token[3]):
            marker = token[3][0].marker[-1]
        elif not is_blank(line) and not token[4].containers:
            marker = ""
    return marker
