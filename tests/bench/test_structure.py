"""Outline and folding of a large document: our warm answers against rumdl's outline of the same text."""

from __future__ import annotations

import pytest

from .peer import Peer
from .plans import breakdown
from .table import Pairs, Target, head, row

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SIZE = 10_000
PAIRS = 40
QUARTER = Target(0.25)
OUTLINE = "textDocument/documentSymbol"
FOLDING = "textDocument/foldingRange"


def test_the_structure_against_rumdls_outline(plansmith, rumdl, tmp_path):
    text = breakdown(SIZE)
    uri = (tmp_path / "plan.md").as_uri()
    params = {"textDocument": {"uri": uri}}
    print(head(f"structure of {SIZE:,} lines, rumdl's outline"))
    with Peer([plansmith, "server"]) as ours, Peer([rumdl, "server", "--no-config"]) as theirs:
        typed, _ = ours.open(uri, text), theirs.open(uri, text)
        for method in (OUTLINE, FOLDING):
            first, answer = ours.timed(method, params)
            assert answer.count(b'"range":{' if method == OUTLINE else b'"startLine":') > SIZE / 10
            pairs, edited = Pairs([], []), Pairs([], [])
            for number in range(PAIRS):
                pairs.ours.append(ours.timed(method, params)[0])
                pairs.theirs.append(theirs.timed(OUTLINE, params)[0])
                # A new line at the top moves every task; a character typed there changes none of them.
                change = typed.delete if number % 2 else typed.insert
                change(1, 0, "\n")
                edited.ours.append(ours.timed(method, params)[0])
                edited.theirs.append(theirs.timed(OUTLINE, params)[0])
            print(
                row(method.rpartition("/")[2], pairs, QUARTER),
                f"  first time {first:.1f} ms, {len(answer) // 1000:,} kB",
            )
            print(row("  after a new line at the top", edited))
