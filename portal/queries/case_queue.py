"""The desk's queue: whose turn it is, how urgent, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Final, Literal

from portal.domain.batches import Actor
from portal.domain.case_access import UNIT_ROLES
from portal.domain.case_acts import OPEN, STATES
from portal.office import Office
from portal.queries.cases import CaseLine, count_seen, queue

Tab = Literal["mine", "all", "done"]
TABS: Final[Mapping[Tab, str]] = {"mine": "我的单位", "all": "全部", "done": "已办"}
URGENCIES: Final[Mapping[str, str]] = {"far": "远超期", "over": "超期", "soon": "三天内到期", "rest": "其余"}
DONE: Final = frozenset(STATES) - OPEN
PAGE: Final = 50
_SOON_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; empty words filter nothing. `page` counts from 1."""

    tab: Tab = "mine"
    kind: str = ""
    category: str = ""
    unit: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the queue: groups by urgency (one group named "" of what is done), and how many each tab holds."""

    wanted: Wanted
    groups: tuple[tuple[str, tuple[CaseLine, ...]], ...]
    counts: Mapping[Tab, int]
    found: int
    pages: int


def list_cases(office: Office, actor: Actor, wanted: Wanted) -> Listed:
    """The most urgent first; what is done, the newest first."""
    current = queue(office, actor)
    tabs: dict[Tab, Sequence[CaseLine]] = {
        "mine": [line for line in current if is_turn_of(actor, line)],
        "all": current,
        "done": (),
    }
    counts: dict[Tab, int] = {tab: len(lines) for tab, lines in tabs.items()}
    counts["done"] = count_seen(office, actor, DONE)
    if wanted.tab == "done":
        tabs["done"] = sorted(queue(office, actor, DONE), key=_last_day, reverse=True)
    lines = [line for line in tabs[wanted.tab] if _fits(line, wanted)]
    pages = max(1, -(-len(lines) // PAGE))
    shown = replace(wanted, page=min(max(wanted.page, 1), pages))
    some = lines[(shown.page - 1) * PAGE : shown.page * PAGE]
    return Listed(shown, tuple(_grouped(some, office.today, wanted.tab)), counts, len(lines), pages)


def is_turn_of(actor: Actor, line: CaseLine) -> bool:
    """Whether the next step is this person's unit's: the handling unit's while it is assigned, else the desk's, who also
    has to read what the reporter said meanwhile."""
    if actor.role in UNIT_ROLES:
        return line.case.state == "assigned"
    return line.case.state != "assigned" or line.case.has_unread_words


def urgency(line: CaseLine, today: date) -> str:
    if line.is_far_overdue:
        return "far"
    if line.days_late:
        return "over"
    return "soon" if line.due.day and (line.due.day - today).days <= _SOON_DAYS else "rest"


def _fits(line: CaseLine, wanted: Wanted) -> bool:
    asked = (
        (wanted.kind, line.case.kind),
        (wanted.category, line.facts.category),
        (wanted.unit, line.case.unit),
        (wanted.state, line.case.state),
    )
    return all(word in ("", value) for word, value in asked)


def _grouped(lines: Iterable[CaseLine], today: date, tab: Tab) -> Iterable[tuple[str, tuple[CaseLine, ...]]]:
    for name, some in groupby(lines, lambda line: "" if tab == "done" else urgency(line, today)):
        yield name, tuple(some)


def _last_day(line: CaseLine) -> tuple[date, int]:
    return (line.case.events[-1].day if line.case.events else line.case.filed), line.id
