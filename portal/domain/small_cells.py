"""Hiding small numbers: what is published lets nobody work out a count of one to four."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

SMALLEST_CELL: Final = 5
"""A count of fewer than this says too much about somebody."""
Counts = tuple[int, ...]
"""What a line counts, divided into parts that add up to the line: (in time, late). One part where it is not divided."""


def shown_lines(lines: Mapping[str, Counts]) -> frozenset[str]:
    """Which lines may be published, beside their total where that `may_be_shown`.

    A line that may not be shown itself is left out. What is left out must be two lines or more, and a sum that may be
    shown, since it can be worked out from the total: else the smallest line goes with it. Where there is nobody in what
    is left out, that may be said. Without a total there is nothing to subtract from.
    """
    shown = sorted((name for name in lines if may_be_shown(lines[name])), key=lambda name: (sum(lines[name]), name))
    if not may_be_shown(total_of(lines.values())):
        return frozenset(shown)
    rest = [name for name in lines if name not in shown]
    if not any(map(sum, (lines[name] for name in rest))):
        return frozenset(lines)
    while shown and (len(rest) == 1 or not may_be_shown(total_of([lines[name] for name in rest]))):
        rest.append(shown.pop(0))
    return frozenset(shown)


def may_be_shown(counts: Counts) -> bool:
    """Five or more, and of each part five or nobody."""
    return sum(counts) >= SMALLEST_CELL and all(part == 0 or part >= SMALLEST_CELL for part in counts)


def total_of(found: Collection[Counts]) -> Counts:
    """Part by part."""
    return tuple(map(sum, zip(*found, strict=True)))
