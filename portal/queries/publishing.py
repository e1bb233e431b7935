"""How far the public site is behind the ledger, and whether it is on trial."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.domain.publishing import Builder, Publishing
from portal.ledger import publishing
from portal.ledger.engine import Ledger


@dataclass(frozen=True, slots=True)
class Changes:
    """`newest` is the last change announced; `erased` the last one not published yet that takes something down, or 0."""

    newest: int
    erased: int


def publishing_now(ledger: Ledger) -> Publishing:
    with ledger.read() as connection:
        builder = publishing.read_builder(connection)
        waiting = publishing.pending(connection, builder.change)
        return Publishing(builder, waiting, _moment_of(publishing.last_release(connection)))


def builder_now(ledger: Ledger) -> Builder:
    with ledger.read() as connection:
        return publishing.read_builder(connection)


def changes_after(ledger: Ledger, change: int) -> Changes:
    """What has been announced, and whether something after `change` must go at once."""
    with ledger.read() as connection:
        newest = publishing.newest_change(connection)
        return Changes(newest, publishing.newest_erasure(connection, change) if newest > change else 0)


def trial_since(ledger: Ledger) -> date | None:
    """The day since which the site is on trial; None when it is open."""
    with ledger.read() as connection:
        return publishing.trial_since(connection)


def _moment_of(release: str) -> datetime | None:
    """A release is named by its moment."""
    with suppress(ValueError):
        return datetime.strptime(release, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    return None
