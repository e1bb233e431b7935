"""The money in five questions: where it comes from, where it goes, to whom, whether it arrived, what is wrong.

Every breakdown adds up to the same total. A policy with several departments, or for several kinds of people, is
counted once, under the first that its list names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from generator.catalogue import BatchPage, Catalogue
from generator.site_text import area_path
from portal.domain.batches import TimelineItem
from portal.domain.policies import LEVELS
from portal.domain.postings import Tally

_MOST_BARS: Final = 10
"""A chart of more bars than this is a wall: the smallest go together into one bar."""

MERGED: Final = "全县合并（人数少的）"
UNPLACED: Final = "还没分到村"
UNSTATED: Final = "清单没有写明"


class Line(NamedTuple):
    """A line of a table. `path` is the page about it, from the site's root, or ""."""

    name: str
    path: str
    tally: Tally


class Bar(NamedTuple):
    """A bar of a chart, in 分."""

    label: str
    fen: int
    path: str = ""


@dataclass(frozen=True)
class Breakdown:
    """One way to divide the money. Its lines add up to `total`."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Tally:
        return Tally.total(line.tally for line in self.lines)

    @property
    def bars(self) -> list[Bar]:
        """The lines as bars, the smallest together once there are too many."""
        bars = [Bar(line.name, line.tally.fen, line.path) for line in self.lines]
        if len(bars) <= _MOST_BARS:
            return bars
        rest = bars[_MOST_BARS - 1 :]
        return [*bars[: _MOST_BARS - 1], Bar(f"其余{len(rest)}项合计", sum(bar.fen for bar in rest))]


class Problem(NamedTuple):
    """A batch in which something is wrong: rows held or sent back, steps overdue."""

    batch: BatchPage
    late: tuple[TimelineItem, ...]


@dataclass(frozen=True, eq=False)
class Money:
    """The published money of one year, or of all (`year` is None)."""

    catalogue: Catalogue
    year: int | None

    @cached_property
    def batches(self) -> list[BatchPage]:
        return [batch for batch in self.catalogue.batches if self.year in (None, batch.public.year)]

    @cached_property
    def total(self) -> Tally:
        return Tally.total(batch.tally for batch in self.batches)

    @cached_property
    def by_level(self) -> Breakdown:
        """By the level of government that set the policy, from the centre down."""
        sums = _sums((LEVELS[batch.policy.level], batch.tally) for batch in self.batches)
        return Breakdown(tuple(Line(word, "", sums[word]) for word in LEVELS.values() if word in sums))

    @cached_property
    def by_policy(self) -> Breakdown:
        pages = self.catalogue.policies
        sums = _sums((batch.public.policy, batch.tally) for batch in self.batches)
        return _largest_first(
            Line(pages[code].newest.name if self.year is None else self._name_of(code), pages[code].path, tally)
            for code, tally in sums.items()
        )

    @cached_property
    def by_department(self) -> Breakdown:
        return self._by(lambda batch: department_of(batch))

    @cached_property
    def by_audience(self) -> Breakdown:
        return self._by(lambda batch: next(iter(batch.policy.audience), UNSTATED))

    @cached_property
    def by_township(self) -> Breakdown:
        """The townships, largest first; then what is counted county-wide and what is not placed yet."""
        townships: dict[str, Tally] = defaultdict(Tally)
        merged = unplaced = Tally()
        names = {}
        for batch in self.batches:
            unplaced = unplaced + batch.unplaced
            for area, tally in batch.by_township:
                if area.level == "township":
                    names[area.code] = (area.name, area_path(area))
                    townships[area.code] += tally
                else:
                    merged = merged + tally
        lines = _largest_first(Line(*names[code], tally) for code, tally in townships.items()).lines
        others = (Line(MERGED, "", merged), Line(UNPLACED, "", unplaced))
        return Breakdown((*lines, *(line for line in others if line.tally.rows)))

    @cached_property
    def by_year(self) -> Breakdown:
        """Newest first."""
        years = years_of(self.catalogue) if self.year is None else [self.year]
        return Breakdown(
            tuple(Line(f"{year}年", money_path(year), Money(self.catalogue, year).total) for year in years)
        )

    @property
    def outcome(self) -> list[Bar]:
        """What became of it: these add up to the total."""
        total = self.total
        bars = [
            Bar("已到账", total.paid_fen),
            Bar("等着第一次发放", total.pending_fen - total.returned_fen),
            Bar("银行退回，等重发", total.returned_fen),
            Bar("待核实", total.held_fen),
        ]
        bars += [Bar("已退国库", total.treasury_fen)] * bool(total.treasury_rows)
        return bars + [Bar("核实后不发", total.dropped_fen)] * bool(total.dropped_rows)

    @cached_property
    def problems(self) -> list[Problem]:
        """Batches to look at, newest first."""
        found = (Problem(batch, _late(batch)) for batch in self.batches)
        return [
            problem
            for problem in found
            if problem.late or problem.batch.tally.held_rows or problem.batch.tally.returned_rows
        ]

    @property
    def late_steps(self) -> int:
        return sum(len(problem.late) for problem in self.problems)

    @property
    def key(self) -> list[object]:
        """Changes whenever something on this page does."""
        figures = [
            (batch.number, batch.unplaced, [page.posting.id for page in batch.postings], _late(batch))
            for batch in self.batches
        ]
        return [years_of(self.catalogue), figures]

    def _name_of(self, code: str) -> str:
        """The policy's name in this year's list."""
        return next(batch.policy.name for batch in self.batches if batch.public.policy == code)

    def _by(self, name_of: Callable[[BatchPage], str]) -> Breakdown:
        sums = _sums((name_of(batch), batch.tally) for batch in self.batches)
        return _largest_first(Line(name, "", tally) for name, tally in sums.items())


def years_of(catalogue: Catalogue) -> list[int]:
    """Years with a public batch, newest first."""
    return sorted({batch.public.year for batch in catalogue.batches}, reverse=True)


def money_path(year: int | None) -> str:
    return "money/" if year is None else f"money/{year}/"


def department_of(batch: BatchPage) -> str:
    """The department under which a batch's money is counted: the first of the policy's list."""
    return next(iter(batch.policy.departments), UNSTATED)


def _late(batch: BatchPage) -> tuple[TimelineItem, ...]:
    return tuple(item for item in batch.timeline if batch.is_late(item))


def _sums(found: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    sums: dict[str, Tally] = {}
    for name, tally in found:
        if tally.rows:
            sums[name] = sums.get(name, Tally()) + tally
    return sums


def _largest_first(lines: Iterable[Line] | Iterator[Line]) -> Breakdown:
    return Breakdown(tuple(sorted(lines, key=lambda line: (-line.tally.fen, line.name))))
