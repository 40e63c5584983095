"""From a keystroke to fresh diagnostics: our server against rumdl's, and against itself on a small document."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from .peer import Open, Peer
from .plans import breakdown
from .table import Pairs, Target, head, row

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SIZES = (1_000, 10_000, 50_000)
EDITS = 50
LEAST_EDITS = 14
SECONDS = 12.0  # for one row, once it has the least number of edits

TENTH = Target(0.1)
TWICE = Target(2.0)
TOP = 1  # the line below the breakdown's heading
# The first code block closes a fence of three; nothing closes one of four, so the whole document is code then.
AT_TOP = {"new line": "\n", "fence": "```\n", "fence that stays open": "````\n"}


class Place(NamedTuple):
    """Where something is inserted, and deleted again."""

    line: int
    column: int
    text: str = "x"


@pytest.fixture
def servers(plansmith, rumdl) -> Iterator[tuple[Peer, Peer]]:
    """Both servers; rumdl without the configuration of a folder above, hence by its default rules."""
    with ExitStack() as stack:
        ours = stack.enter_context(Peer([plansmith, "server"]))
        theirs = stack.enter_context(Peer([rumdl, "server", "--no-config"]))
        assert ours.takes_ranges
        yield ours, theirs


def test_a_keystroke_against_rumdl(servers, tmp_path):
    print(head("from an edit to its diagnostics"))
    for size in SIZES:
        text = breakdown(size)
        ours, theirs = (peer.open((tmp_path / f"{size}.md").as_uri(), text) for peer in servers)
        target = TENTH if size >= 10_000 else None
        typed = _typed(ours, theirs, _places(text))
        print(row(f"typed, {size:,} lines", typed, target), f"  {_sizes(ours, theirs)}")
        for what, inserted in AT_TOP.items():
            opened, closed = _at_top(ours, theirs, Place(TOP, 0, inserted))
            print(row(f"{what} at the top", opened))
            print(row("  and taken away again", closed))


def test_a_keystroke_with_all_findings_shown(servers, tmp_path):
    """Our default maximum of findings would hide what a large answer costs."""
    (tmp_path / "plansmith.toml").write_text("max-findings = 100000\n", "utf-8")
    print(head("the same, without a maximum of findings"))
    for size in SIZES[1:]:
        text = breakdown(size)
        ours, theirs = (peer.open((tmp_path / f"{size}.md").as_uri(), text) for peer in servers)
        print(row(f"typed, {size:,} lines", _typed(ours, theirs, _places(text)), TENTH), f"  {_sizes(ours, theirs)}")
        assert ours.findings > size / 5


def test_a_keystroke_in_a_large_document_against_a_small_one(plansmith, tmp_path):
    small, *others = SIZES
    print(head("our server alone", "large", f"{small:,} lines"))
    with Peer([plansmith, "server"]) as peer:
        for size in others:
            large, little = (
                peer.open((tmp_path / f"{size}-{each}.md").as_uri(), breakdown(each)) for each in (size, small)
            )
            pairs = Pairs([], [])
            for place, other in zip(_places(breakdown(size)), _places(breakdown(small)), strict=True):
                for edit in ("insert", "delete"):
                    pairs.ours.append(getattr(large, edit)(*place))
                    pairs.theirs.append(getattr(little, edit)(*other))
            print(row(f"typed, {size:,} lines", pairs, TWICE if size == SIZES[-1] else None))


def _places(text: str) -> list[Place]:
    """Half as many places as edits, spread over the document, in the middle of what people write."""
    lines = text.splitlines()
    prose = [number for number, line in enumerate(lines) if len(line) > 30 and not line.startswith("#")]
    spread = [prose[(2 * number + 1) * len(prose) // EDITS] for number in range(EDITS // 2)]
    # Not from the top to the bottom: whoever edits here and there finds nothing warm.
    return [Place(line, len(lines[line]) // 2) for line in spread[::2] + spread[1::2]]


def _typed(ours: Open, theirs: Open, places: list[Place]) -> Pairs:
    """A character typed and deleted again at each place, both servers edit by edit."""
    pairs = Pairs([], [])
    end = time.monotonic() + SECONDS
    for place in places:
        if len(pairs.ours) >= LEAST_EDITS and time.monotonic() > end:
            break
        pairs.ours.append(ours.insert(*place))
        pairs.theirs.append(theirs.insert(*place))
        pairs.ours.append(ours.delete(*place))
        pairs.theirs.append(theirs.delete(*place))
    return pairs


def _at_top(ours: Open, theirs: Open, place: Place) -> tuple[Pairs, Pairs]:
    """One insertion at the top, and its deletion, some times over."""
    opened, closed = Pairs([], []), Pairs([], [])
    end = time.monotonic() + SECONDS / 2
    while len(opened.ours) < 10 and (len(opened.ours) < 4 or time.monotonic() < end):
        opened.ours.append(ours.insert(*place))
        opened.theirs.append(theirs.insert(*place))
        closed.ours.append(ours.delete(*place))
        closed.theirs.append(theirs.delete(*place))
    return opened, closed


def _sizes(ours: Open, theirs: Open) -> str:
    told = [f"{answer.findings:,} findings ({answer.size // 1000:,} kB)" for answer in (ours, theirs)]
    return "answers: " + " and ".join(told)
