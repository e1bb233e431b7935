"""The journal as an auditor or the administrator reads it.

Nobody meets here what the desk for complaints would not show them: entries about a case go to who may see that case, and
nothing tells that others are missing, since entries have no numbers here and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from portal.domain.batches import ANYTIME, Actor
from portal.domain.case_access import AUDIT_ROLE
from portal.domain.journal import Entry
from portal.domain.journal_words import CASE_PREFIX, GROUPS, LEAD_ACT, WORDS, Line, Names, in_words
from portal.domain.leads import circle_of
from portal.ledger import accounts, cases, leads, policies, registers
from portal.ledger.journal_search import Wanted, find_entries
from portal.office import Office

SHOWN: Final = 50
_AT_ONCE: Final = 1000
_MOST_AT_ONCE: Final = 8000
"""Read further in strides where much is not to be shown."""
_PROGRAMS: Final = {"public": "反映人", "program": "程序", "system": "系统", "builder": "生成程序"}
_KEPT_BACK: Final = ("change",)
"""A running count of other things than the entry's own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`act` is an act or a group of them; both days are counted; empty and None ask for all."""

    act: str = ""
    person: str = ""
    batch: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """`before` is the number below which it goes on, None at the end: for the address, sealed, never to be shown."""

    lines: tuple[Line, ...]
    before: int | None


def journal_page(office: Office, actor: Actor, asked: Asked, before: int | None, timezone: tzinfo) -> JournalPage:
    """The newest entries below a place, fifty of them."""
    with office.ledger.read() as connection:
        found = list(islice(_seen(connection, actor, _wanted(asked, timezone), before, SHOWN + 1), SHOWN + 1))
        names = _names(connection, office)
    lines = tuple(in_words(entry, names, timezone) for entry in found[:SHOWN])
    return JournalPage(lines, found[SHOWN - 1].number if len(found) > SHOWN else None)


def journal_lines(
    office: Office, actor: Actor, asked: Asked, timezone: tzinfo
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Every entry that fits, the newest first, in words and with its codes; read piece by piece, so that a slow reader
    holds up nobody."""
    with office.ledger.read() as connection:
        names = _names(connection, office)
    before: int | None = None
    while True:
        with office.ledger.read() as connection:
            found = list(islice(_seen(connection, actor, _wanted(asked, timezone), before, _AT_ONCE), _AT_ONCE))
        for entry in found:
            detail = {key: value for key, value in entry.detail.items() if key not in _KEPT_BACK}
            yield in_words(entry, names, timezone), detail
        if len(found) < _AT_ONCE:
            return
        before = found[-1].number


def people_who_sign(office: Office) -> dict[str, str]:
    """Name → how they are called, of everybody who may stand in the journal."""
    with office.ledger.read() as connection:
        return _people(connection)


def _seen(connection: Connection, actor: Actor, wanted: Wanted, before: int | None, at_once: int) -> Iterator[Entry]:
    """The entries that fit and that this person may see. Of cases an auditor sees what the register shows them, whoever
    they may be near to, and of leads what they hear of; nobody else sees any."""
    is_auditor = actor.role == AUDIT_ROLE
    hidden = () if is_auditor else (LEAD_ACT, *(act for act in WORDS if act.startswith(CASE_PREFIX)))
    theirs = cases.seen_numbers(connection, cases.viewer_of(connection, actor)) if is_auditor else frozenset()
    told = leads.told_words(connection, circle_of(actor)) if is_auditor else frozenset()
    while True:
        found = list(find_entries(connection, wanted, before, hidden, at_once))
        for entry in found:
            about = entry.detail.get("case")
            if entry.act == LEAD_ACT and entry.detail.get("word") not in told:
                continue
            if not entry.act.startswith(CASE_PREFIX) or (is_auditor and (about is None or about in theirs)):
                yield entry
        if len(found) < at_once:
            return
        before, at_once = found[-1].number, min(2 * at_once, _MOST_AT_ONCE)


def _wanted(asked: Asked, timezone: tzinfo) -> Wanted:
    acts = tuple(GROUPS[asked.act]) if asked.act in GROUPS else (asked.act,) if asked.act else ()
    until = asked.until + timedelta(days=1) if asked.until and asked.until < date.max else None
    return Wanted(acts, asked.person, asked.batch, _moment(asked.since, timezone), _moment(until, timezone))


def _moment(day: date | None, timezone: tzinfo) -> str:
    """The beginning of a day of the county's, as the journal writes moments."""
    if day is None:
        return ""
    if day.year < 1000:  # before any journal, and beyond what UTC can be reckoned back to
        return "1000"
    return datetime.combine(day, time.min, timezone).astimezone(UTC).isoformat(timespec="seconds")


def _names(connection: Connection, office: Office) -> Names:
    steps = {step.code: step.name for flow in office.rules.flows.values() for step in flow.steps}
    return Names(
        _people(connection),
        {code: unit.name for code, unit in registers.all_units(connection).items()},
        {code: area.name for code, area in registers.area_book(connection).areas.items()},
        {**{code: step.name for code, step in ANYTIME.items()}, **steps},
        policies.names(connection),
    )


def _people(connection: Connection) -> dict[str, str]:
    return {**_PROGRAMS, **{found.name: found.actor.display for found in accounts.all_accounts(connection)}}
