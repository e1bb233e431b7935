"""One batch as the desk shows it: what it comes to, where it stands, and what this person may do next."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.batches import Actor, Batch, TimelineItem
from portal.domain.next_steps import NextStep, anytime_steps, next_steps
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.domain.postings import Tally
from portal.ledger import accounts, batches, payments, registers
from portal.office import Office, batch_named, policy_in_force
from portal.queries.batches import state_of
from portal.queries.objections import Objections, batch_objections


@dataclass(frozen=True, slots=True)
class BatchPage:
    """`returned` rows wait to be corrected; `people` is name → how the people of the timeline are called."""

    batch: Batch
    policy: Policy
    title: str
    unit_name: str
    state: str
    tally: Tally
    roll: tuple[int, int]
    returned: int
    timeline: tuple[TimelineItem, ...]
    next: tuple[NextStep, ...]
    anytime: tuple[NextStep, ...]
    people: dict[str, str]
    objections: Objections

    @property
    def adds_up(self) -> bool:
        """Whether the ledger still holds what the file held."""
        return (self.tally.rows, self.tally.fen) == self.roll


def batch_page(office: Office, actor: Actor, number: str) -> BatchPage:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        batch = batch_named(connection, number)
        policy = policy_in_force(connection, batch.year, batch.policy)
        flow, is_workday = office.rules.flows[batch.flow], office.rules.is_workday
        items = batch.timeline(flow, is_workday)
        asked = (batch, flow, policy, actor, office.today, is_workday)
        return BatchPage(
            batch,
            policy,
            f"{period_word(batch.period)} {policy.name}",
            registers.all_units(connection)[batch.unit].name,
            state_of(batch, items, office.today),
            payments.tally(payments.payments_of(connection, batch.id)),
            batches.file_totals(connection, batch.id),
            payments.returned_counts(connection).get(batch.id, 0),
            tuple(items),
            tuple(next_steps(*asked)),
            tuple(anytime_steps(*asked)),
            {account.name: account.actor.display for account in accounts.all_accounts(connection)},
            batch_objections(connection, actor, batch),
        )


def area_names(office: Office) -> dict[str, str]:
    """Code → name of every area."""
    with office.ledger.read() as connection:
        return {code: area.name for code, area in registers.area_book(connection).areas.items()}
