"""Batches as staff see them: figures, steps, what is late."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from portal.domain.batches import Batch, current_step
from portal.domain.postings import Tally
from portal.ledger import batches, payments, policies
from portal.office import Office, batch_named


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


def list_batches(office: Office) -> list[BatchOverview]:
    with office.ledger.read() as connection:
        return [_overview(connection, office, batch) for batch in batches.all_batches(connection)]


def show_batch(office: Office, number: str) -> BatchOverview:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        return _overview(connection, office, batch_named(connection, number))


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
    last = current_step(items)
    state = last.step.name if last else "未开始"
    if batch.superseded:
        state = "已被新版替代"
    elif batch.is_withdrawn:
        state = "已撤下"
    elif batch.is_returned:
        state = "已退回"
    elif batch.is_on_notice(office.today):
        state = "公示中"
    return BatchOverview(
        batch.number,
        batch.policy,
        policy.name if policy else batch.policy,
        batch.period,
        batch.unit,
        batch.revision,
        state,
        payments.tally(payments.payments_of(connection, batch.id)),
        lines,
    )
