"""What was measured, as lines of a table."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

_WHAT, _TIMES, _RATIO = 46, 17, 9


class Pairs(NamedTuple):
    """Neighbouring runs, ours and theirs, in milliseconds."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios, pair by pair."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio_of_minima(self) -> float:
        return min(self.ours) / min(self.theirs)


class Target(NamedTuple):
    """The ratio that is promised, and the one that is hoped for."""

    at_most: float
    aim: float | None = None

    def verdict(self, ratio: float) -> str:
        said = [f"at most {self.at_most:g}: {_met(ratio <= self.at_most)}"]
        if self.aim is not None:
            said.append(f"aim {self.aim:g}: {_met(ratio <= self.aim)}")
        return ", ".join(said)


def head(title: str, ours: str = "plansmith", theirs: str = "rumdl") -> str:
    """The heads of the columns."""
    columns = f"{ours + ' ms':>{_TIMES}}{theirs + ' ms':>{_TIMES}}{'ratio of':>{_RATIO}}{'ratio of':>{_RATIO}}"
    times = f"{'min / median':>{_TIMES}}"
    units = f"{times}{times}{'pairs':>{_RATIO}}{'minima':>{_RATIO}}"
    return f"\n{title:<{_WHAT}}{columns}\n{'':<{_WHAT}}{units}  target for the pairs"


def row(what: str, pairs: Pairs, target: Target | None = None) -> str:
    """One measurement."""
    verdict = f"  {target.verdict(pairs.ratio)}" if target else ""
    ratios = f"{pairs.ratio:>{_RATIO}.3f}{pairs.ratio_of_minima:>{_RATIO}.3f}"
    what = f"{what} ({len(pairs.ours)} pairs)"
    return f"{what:<{_WHAT}}{_times(pairs.ours)}{_times(pairs.theirs)}{ratios}{verdict}"


def paragraph(text: str) -> str:
    """A paragraph as wide as the table."""
    return textwrap.fill(" ".join(text.split()), 120)


def _times(times: Sequence[float]) -> str:
    digits = 0 if min(times) >= 100 else 2
    return f"{f'{min(times):.{digits}f} / {median(times):.{digits}f}':>{_TIMES}}"


def _met(met: bool) -> str:
    return "met" if met else "NOT MET"
