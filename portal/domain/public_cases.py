"""The public's statistics of cases: of whole quarters, small numbers hidden, nothing that moves afterwards.

A case is received in the quarter in which it was filed and decided in the quarter in which it was answered, both as it
stood on the quarter's last day. So that no later act changes what was published, and no difference between two days'
figures tells of a case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from portal.domain.case_acts import KINDS, OUTCOMES, RATINGS, Kind
from portal.domain.case_routing import Category
from portal.domain.case_statistics import CountedCase, tally
from portal.domain.cases import Case
from portal.domain.periods import period_word
from portal.domain.small_cells import may_be_shown, shown_lines, total_of

_OTHER: Final = "不在上面的"
_DISCIPLINE: Final = "discipline"
_NO_OUTCOME: Final = "不予受理或者转到别处"
_KIND_WORDS: Final[Mapping[str, str]] = dict(KINDS.items())
_Cases = Sequence[CountedCase]


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year; `number` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def code(self) -> str:
        """2025Q2, as periods are written."""
        return f"{self.year}Q{self.number}"

    @property
    def word(self) -> str:
        return period_word(self.code)


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A kind, a category of it, or all together: only words from the rules, and numbers. None is what is hidden.

    `outcomes` are (words, how many); `median_days` are calendar days from filing to the answer.
    """

    name: str
    received: int | None
    decided: int | None = None
    in_time: int | None = None
    late: int | None = None
    median_days: float | None = None
    outcomes: tuple[tuple[str, int | None], ...] = ()
    satisfied: int | None = None
    unsatisfied: int | None = None
    categories: tuple[PublicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicQuarter:
    """What is published of a quarter. `discipline` is how many of those received went to discipline inspection."""

    quarter: Quarter
    total: PublicLine
    kinds: tuple[PublicLine, ...]
    discipline: int | None


def completed_quarters(first: date, today: date) -> list[Quarter]:
    """The quarters that are over, from the one in which `first` lies; oldest first."""
    found, quarter = [], Quarter.of(first)
    while quarter.last_day < today:
        found.append(quarter)
        quarter = quarter.next
    return found


def as_of(case: Case, day: date) -> Case:
    """The case as it stood at the end of that day."""
    return replace(case, events=tuple(event for event in case.events if event.day <= day))


def public_quarter(
    quarter: Quarter,
    received: _Cases,
    decided: _Cases,
    with_discipline: int,
    categories: Mapping[str, Category],
) -> PublicQuarter:
    """`received` and `decided` are cases of that quarter without those that are with discipline inspection, which are
    only counted."""
    kinds = _Lines(received, decided, lambda case: case.kind, _KIND_WORDS, {_DISCIPLINE: with_discipline})
    below = []
    for kind in KINDS:
        listed = {category.code: category.words for category in categories.values() if category.kind == kind}
        below.append(_kind(kinds.line(kind), kind, *kinds.seen(kind), listed))
    discipline = with_discipline if _DISCIPLINE in kinds.came_shown else None
    return PublicQuarter(quarter, kinds.total, tuple(below), discipline)


class _Lines:
    """Cases divided into lines, and what may be shown of each: how many came, were decided, were in time. `more` are
    lines of which only the number that came is known."""

    def __init__(
        self,
        received: _Cases,
        decided: _Cases,
        key: Callable[[CountedCase], str],
        names: Mapping[str, str],
        more: Mapping[str, int] | None = None,
    ) -> None:
        self._names = names
        self._came, self._went = _by(key, received), _by(key, decided)
        came = {name: (len(self._came[name]),) for name in names} | {name: (n,) for name, n in (more or {}).items()}
        went = {name: (len(self._went[name]),) for name in names}
        timed = {name: _timing(self._went[name]) for name in names}
        self.came_shown, self._went_shown = shown_lines(came), shown_lines(went)
        self._timed_shown = shown_lines(timed) & self._went_shown
        everything = total_of(came.values())
        self.total = PublicLine("合计", sum(everything) if may_be_shown(everything) else None)
        if may_be_shown(total_of(went.values())):
            self.total = _with_decided(self.total, decided, is_timed=may_be_shown(_timing(decided)))

    def line(self, name: str) -> PublicLine:
        came, went = self.seen(name)
        line = PublicLine(self._names[name], len(came) if came is not None else None)
        return line if went is None else _with_decided(line, went, is_timed=name in self._timed_shown)

    def seen(self, name: str) -> tuple[_Cases | None, _Cases | None]:
        """The cases of a line that came, and that were decided; None where that is hidden."""
        came = self._came[name] if name in self.came_shown else None
        return came, self._went[name] if name in self._went_shown else None


def _kind(
    line: PublicLine, kind: Kind, came: _Cases | None, went: _Cases | None, categories: Mapping[str, str]
) -> PublicLine:
    """A kind's line with what is below it; of what is hidden (None), nothing is."""
    if went is not None:
        ends = Counter(OUTCOMES[kind].get(case.outcome, _NO_OUTCOME) for case in went)
        outcomes = _parts(ends, (*OUTCOMES[kind].values(), _NO_OUTCOME))
        ratings = _parts(Counter(case.rating for case in went), (*RATINGS, ""))
        satisfied, unsatisfied = ratings["satisfied"], ratings["unsatisfied"]
        line = replace(line, outcomes=tuple(outcomes.items()), satisfied=satisfied, unsatisfied=unsatisfied)
    if len(categories) < 2:  # the kind's own line says it all
        return line
    names = {**categories, _OTHER: _OTHER}
    lines = _Lines(came or (), went or (), lambda case: case.category if case.category in names else _OTHER, names)
    below = [lines.line(name) for name in names]
    if line.in_time is None:  # what is hidden of a kind must not add up from its categories
        below = [replace(each, in_time=None, late=None) for each in below]
    return replace(line, categories=tuple(below))


def _with_decided(line: PublicLine, went: _Cases, *, is_timed: bool) -> PublicLine:
    figures = tally(went)
    line = replace(line, decided=len(went), median_days=figures.median_days)
    return replace(line, in_time=figures.in_time, late=figures.late) if is_timed else line


def _parts(counts: Counter[str], names: Sequence[str]) -> dict[str, int | None]:
    """How many of each, of a total that is shown; None where that is hidden."""
    shown = shown_lines({name: (counts[name],) for name in names})
    return {name: counts[name] if name in shown else None for name in names}


def _by(key: Callable[[CountedCase], str], cases: _Cases) -> Mapping[str, list[CountedCase]]:
    found: dict[str, list[CountedCase]] = defaultdict(list)
    for case in cases:
        found[key(case)].append(case)
    return found


def _timing(cases: _Cases) -> tuple[int, int, int]:
    """In time, late, and neither: those for which no day was set."""
    kept = Counter(case.in_time for case in cases)
    return kept[True], kept[False], kept[None]
