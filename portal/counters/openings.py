"""How often a record was opened, by day and channel, so that the person can be told. Kept twelve months.

Counted under digests of person, day and channel: only who has the ID number in hand can ask for the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from portal.counters.attempts import Attempts
from portal.domain.identity import Digester
from portal.domain.lookup import CHANNELS, Channel

_KEPT_DAYS: Final = 366
KEPT_SECONDS: Final = _KEPT_DAYS * 24 * 3600


class Opening(NamedTuple):
    """A day on which the record was opened through a channel, and how often."""

    day: date
    channel: str
    times: int


def _key(digester: Digester, id_number: str, day: date, channel: str) -> str:
    return digester.digest("attempt", "opened", id_number, day.isoformat(), channel).hex()[:32]


def day_key(day: date, channel: str, outcome: str) -> str:
    """Under what all look-ups of a day are counted, for the journal's one entry a day."""
    return f"day/{day.isoformat()}/{channel}/{outcome}"


def count_opening(
    attempts: Attempts,
    digester: Digester,
    id_number: str,
    day: date,
    channel: Channel,
    counted: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Count it, and what else is to be counted in the same commit. Raises StoreDown: then the record is not shown."""
    opened = _key(digester, id_number, day, channel)
    attempts.note({**counted, opened: KEPT_SECONDS, day_key(day, channel, "found"): KEPT_SECONDS})


def openings_of(attempts: Attempts, digester: Digester, id_number: str, today: date) -> list[Opening]:
    """The last twelve months' openings, newest first. Raises StoreDown."""
    wanted = [(today - timedelta(days=back), channel) for back in range(_KEPT_DAYS) for channel in CHANNELS]
    counts = attempts.counts([_key(digester, id_number, day, channel) for day, channel in wanted])
    return [Opening(day, channel, count) for (day, channel), count in zip(wanted, counts, strict=True) if count]
