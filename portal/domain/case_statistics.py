"""What cases add up to: how many, how many in time, how long they took, how they ended, what people think of it.

Exact figures, for who may see them; what is shown to the public hides small cells besides.
"""

from __future__ import annotations

import statistics as figures
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.case_acts import KINDS, OUTCOMES, Kind
from portal.domain.case_clocks import Due, RuleSet
from portal.domain.cases import Case
from portal.domain.workdays import IsWorkday

_ENDS: Final = frozenset({"answer", "conclude", "decline", "refer"})
"""Acts after which the reporter has been told how it ended, here."""


@dataclass(frozen=True, slots=True)
class CountedCase:
    """A case as it is counted. `decided` is the day it ended, None while it is open (again), withdrawn or merged;
    `in_time` None where no day has come yet by which anything had to be done; `days` are calendar days from filing."""

    kind: Kind
    category: str
    is_open: bool
    decided: date | None
    days: int | None
    in_time: bool | None
    outcome: str
    rating: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Some cases together. `outcomes` are in words (予以支持 → 3), because kinds share their codes."""

    count: int
    open: int
    decided: int
    in_time: int
    late: int
    median_days: float | None
    outcomes: Mapping[str, int]
    satisfied: int
    unsatisfied: int

    @property
    def on_time_rate(self) -> float | None:
        """0 to 1, of those whose day has come; None where there are none."""
        known = self.in_time + self.late
        return self.in_time / known if known else None

    @property
    def satisfaction(self) -> float | None:
        """0 to 1, of those who judged; None where nobody did."""
        rated = self.satisfied + self.unsatisfied
        return self.satisfied / rated if rated else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """`kinds` in the order of the table of kinds, `categories` by their code; only those that there are."""

    all: Tally
    kinds: Mapping[Kind, Tally]
    categories: Mapping[str, Tally]


def counted(
    case: Case, category: str, rules: RuleSet, is_workday: IsWorkday, today: date, given: date | None = None
) -> CountedCase:
    """The case as it is counted today; `given` is the day that another system's work order has set.

    In time means every time: a case that was answered late, reopened and answered in time was late.
    """
    kept: list[bool] = []
    for place, event in enumerate(case.events):
        if event.act in _ENDS:
            due = _due_before(case, place, rules, is_workday, given)
            kept += [not due.is_over(event.day)] if due.day else []
    now = case.due(rules, is_workday, given)
    if now.is_over(today):
        kept.append(False)
    ended = decided_on(case)
    return CountedCase(
        case.kind,
        category,
        case.is_open or case.state == "handed_over",
        ended,
        (ended - case.filed).days if ended else None,
        all(kept) if kept else None,
        case.outcome if ended else "",
        case.rating,
    )


def decided_on(case: Case) -> date | None:
    """The day it ended; None while it is open (again), withdrawn or merged."""
    place = _last_end(case)
    return case.events[place].day if place is not None else None


def due_day(case: Case, rules: RuleSet, is_workday: IsWorkday, given: date | None = None) -> date | None:
    """By when it must be done, or had to be when it was; None where no day was set."""
    place = _last_end(case)
    due = case.due(rules, is_workday, given) if place is None else _due_before(case, place, rules, is_workday, given)
    return due.day


def _last_end(case: Case) -> int | None:
    if case.state not in ("answered", "closed", "declined", "referred"):
        return None
    return max(place for place, event in enumerate(case.events) if event.act in _ENDS)


def _due_before(case: Case, place: int, rules: RuleSet, is_workday: IsWorkday, given: date | None) -> Due:
    before = Case(case.number, case.kind, case.filed, events=case.events[:place])
    return before.due(rules, is_workday, given)


def statistics(cases: Iterable[CountedCase]) -> Statistics:
    """Everything added up, and by kind and category."""
    everything = list(cases)
    kinds: dict[Kind, list[CountedCase]] = {kind: [] for kind in KINDS}
    categories: dict[str, list[CountedCase]] = defaultdict(list)
    for case in everything:
        kinds[case.kind].append(case)
        categories[case.category].append(case)
    return Statistics(
        tally(everything),
        {kind: tally(found) for kind, found in kinds.items() if found},
        {code: tally(found) for code, found in sorted(categories.items())},
    )


def tally(cases: Iterable[CountedCase]) -> Tally:
    found = list(cases)
    days = [case.days for case in found if case.days is not None]
    judged = Counter(case.rating for case in found)
    return Tally(
        count=len(found),
        open=sum(case.is_open for case in found),
        decided=sum(case.decided is not None for case in found),
        in_time=sum(case.in_time is True for case in found),
        late=sum(case.in_time is False for case in found),
        median_days=figures.median(days) if days else None,
        outcomes=Counter(OUTCOMES[case.kind][case.outcome] for case in found if case.outcome),
        satisfied=judged["satisfied"],
        unsatisfied=judged["unsatisfied"],
    )
