"""The journal's one entry a day for all look-ups: how many, through which channel, never whose."""

from __future__ import annotations

from datetime import date, timedelta

from portal.counters.attempts import Attempts
from portal.counters.openings import day_key
from portal.domain.batches import Actor
from portal.domain.lookup import CHANNELS
from portal.ledger import journal
from portal.office import Office

_ACT = "lookup.day"
_LOOKED_BACK_DAYS = 31


def close_days(office: Office, attempts: Attempts) -> list[date]:
    """Journal every past day that had look-ups and is not journaled yet, and tidy the counters; returns those days.

    Raises StoreDown.
    """
    past = [office.today - timedelta(days=back) for back in range(_LOOKED_BACK_DAYS, 0, -1)]
    outcomes = [(channel, outcome) for channel in CHANNELS for outcome in ("found", "missed")]
    counted: dict[date, dict[str, object]] = {}
    for day in past:
        counts = attempts.counts([day_key(day, *outcome) for outcome in outcomes])
        if any(counts):
            counted[day] = {
                f"{channel}_{outcome}": count
                for (channel, outcome), count in zip(outcomes, counts, strict=True)
                if count
            }
    with office.ledger.write() as connection:
        last = journal.last_of(connection, _ACT)
        done = date.fromisoformat(str(last.detail["day"])) if last else date.min
        new = [day for day in counted if day > done]
        for day in new:
            office.write_down(connection, _ACT, _SYSTEM, {"day": day.isoformat(), **counted[day]})
    attempts.tidy()
    return new


_SYSTEM = Actor("system", "系统", "admin", "")
