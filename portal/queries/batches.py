"""Batches as staff see them: figures, steps, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch, TimelineItem, current_step
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.domain.postings import Tally
from portal.domain.reach import Seen
from portal.ledger import batches, payments, policies, registers
from portal.office import Office, batch_named, reach, see

_SHOWN_OWN: Final = 30


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the flow, taken or to come."""

    code: str
    name: str
    day: date | None
    due: date | None
    late: bool
    by: str
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchOverview:
    number: str
    policy: str
    policy_name: str
    period: str
    unit: str
    revision: int
    state: str
    tally: Tally
    steps: tuple[StepLine, ...]

    def as_json(self) -> dict[str, object]:
        data = asdict(self)
        for step in data["steps"]:
            step["day"] = step["day"] and step["day"].isoformat()
            step["due"] = step["due"] and step["due"].isoformat()
        return data


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in a list. `rows` and `fen` are the roll's as it was read; `returned` rows wait to be corrected. Of a batch
    that is theirs in part somebody sees the sums of their own villages."""

    number: str
    title: str
    unit: str
    state: str
    rows: int
    fen: int
    returned: int
    is_late: bool


def batch_lines(office: Office, actor: Actor, year: int) -> list[BatchLine]:
    """The batches of a year that this person may see and that nothing has replaced, newest first."""
    with office.ledger.read() as connection:
        mine = reach(connection, actor)
        of_year = [each for each in batches.all_batches(connection) if each.year == year and not each.superseded]
        return _lines(connection, office, filter(None, (see(connection, mine, batch) for batch in of_year)))


def handed_in(office: Office, actor: Actor) -> list[BatchLine]:
    """The newest batches that this person entered, or their unit issues."""
    with office.ledger.read() as connection:
        mine = reach(connection, actor)
        found = [
            Seen(batch, True, mine)
            for batch in batches.all_batches(connection)
            if actor.name == batch.entered_by or actor.unit == batch.unit
        ]
        return _lines(connection, office, found[-_SHOWN_OWN:])


def years_of(office: Office) -> list[int]:
    """The years that have batches, newest first."""
    with office.ledger.read() as connection:
        return sorted({batch.year for batch in batches.all_batches(connection)}, reverse=True)


def _lines(connection: Connection, office: Office, found: Iterable[Seen]) -> list[BatchLine]:
    sums = batches.roll_sums(connection)
    returned = cache(lambda area: payments.returned_counts(connection, area))
    units = registers.all_units(connection)
    listed: dict[int, dict[str, Policy]] = {}
    lines = []
    for seen in found:
        batch, area = seen.batch, "" if seen.is_whole else seen.reach.area
        items = batch.timeline(office.rules.flows[batch.flow], office.rules.is_workday)
        if batch.year not in listed:
            listed[batch.year] = policies.listed(connection, batch.year)
        policy = listed[batch.year].get(batch.policy)
        lines.append(
            BatchLine(
                batch.number,
                f"{period_word(batch.period)} {policy.name if policy else batch.policy}",
                units[batch.unit].name,
                state_of(batch, items, office.today),
                *(batches.sums_within(connection, batch.id, area) if area else sums.get(batch.id, (0, 0))),
                returned(area).get(batch.id, 0),
                batch.is_live and any(item.is_late(office.today) for item in items),
            )
        )
    return lines[::-1]


def list_batches(office: Office) -> list[BatchOverview]:
    with office.ledger.read() as connection:
        return [_overview(connection, office, batch) for batch in batches.all_batches(connection)]


def show_batch(office: Office, number: str) -> BatchOverview:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        return _overview(connection, office, batch_named(connection, number))


def state_of(batch: Batch, items: Sequence[TimelineItem], today: date) -> str:
    """Where a batch stands, in a word or two."""
    if batch.superseded:
        return "已被新版替代"
    if batch.is_withdrawn:
        return "已撤下"
    if batch.is_returned:
        return "已退回"
    if batch.is_on_notice(today):
        return "公示中"
    last = current_step(items)
    return last.step.name if last else "未开始"


def _overview(connection: Connection, office: Office, batch: Batch) -> BatchOverview:
    items = batch.timeline(office.rules.flows[batch.flow], office.rules.is_workday)
    policy = policies.find_policy(connection, batch.year, batch.policy)
    lines = tuple(
        StepLine(
            item.step.code,
            item.step.name,
            item.record.day if item.record else None,
            item.due,
            item.is_late(office.today),
            item.record.by if item.record else "",
            item.record.document if item.record else "",
            item.record.reason if item.record else "",
        )
        for item in items
    )
    return BatchOverview(
        batch.number,
        batch.policy,
        policy.name if policy else batch.policy,
        batch.period,
        batch.unit,
        batch.revision,
        state_of(batch, items, office.today),
        payments.tally(payments.payments_of(connection, batch.id)),
        lines,
    )
