"""What all payments of a batch have in common, as their beneficiaries are told: read once, remembered by look-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from portal.domain.batches import Batch, current_step
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.domain.units import Unit
from portal.ledger import policies, postings
from portal.office import Office


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What all payments of a batch have in common. `notice_until` is set while objections may be made; `rows_at` are the
    villages whose posting lists rows."""

    number: str
    year: int
    policy: str
    policy_name: str
    period_word: str
    quantity_unit: str
    is_sensitive: bool
    is_returned: bool
    step: str
    step_day: date | None
    notice_until: date | None
    next_step: str
    next_due: date | None
    unit: Unit | None
    hotline: str
    rows_at: frozenset[str]


def load_facts(connection: Connection, office: Office, units: Mapping[str, Unit], batch: Batch) -> BatchFacts | None:
    """None for a batch that a newer revision has replaced."""
    if batch.superseded:
        return None
    items = batch.timeline(office.rules.flows[batch.flow], office.rules.is_workday)
    done = current_step(items)
    coming = items[items.index(done) + 1] if done is not None and done is not items[-1] else None
    policy = policies.find_policy(connection, batch.year, batch.policy)
    unit = units.get(batch.unit)
    return BatchFacts(
        batch.number,
        batch.year,
        batch.policy,
        policy.name if policy else batch.policy,
        period_word(batch.period),
        policy.quantity_unit if policy else "",
        policy is None or policy.is_sensitive,
        batch.is_returned,
        done.step.public if done else "",
        done.record.day if done and done.record else None,
        batch.notice.until if batch.notice and batch.is_on_notice(office.today) else None,
        coming.step.public if coming else "",
        coming.due if coming else None,
        unit,
        (policy.hotline if policy else "") or (unit.hotline if unit else ""),
        frozenset(_listed(connection, batch, policy)),
    )


def _listed(connection: Connection, batch: Batch, policy: Policy | None) -> Iterator[str]:
    if batch.is_retired:
        return
    for area, kind in postings.current_kinds(connection, batch.id).items():
        if area and policy is not None and policy.shown_on_web(kind) == "rows":
            yield area
