"""One batch as the desk shows it: what it comes to, where it stands, and what this person may do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from portal.domain.areas import Area
from portal.domain.batches import ANYTIME, Actor, Batch, FlowStep, StepRecord, TimelineItem
from portal.domain.next_steps import NextStep, anytime_steps, awaited, next_steps
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.domain.postings import Tally
from portal.ledger import acceptances, accounts, batches, payments, registers
from portal.ledger.acceptances import Acceptance
from portal.office import Office, only_a_part, policy_in_force, seen_batch
from portal.queries.batches import state_of
from portal.queries.objections import Objections, batch_objections


@dataclass(frozen=True, slots=True)
class BatchPage:
    """`returned` rows wait to be corrected; where the batch is not `is_whole` this person's, tally and returned are of
    their own villages alone; `people` is name → how the people of the timeline are called; `accepted` is what was let
    pass when the roll came in."""

    batch: Batch
    policy: Policy
    title: str
    unit_name: str
    state: str
    tally: Tally
    roll: tuple[int, int]
    returned: int
    is_whole: bool
    timeline: tuple[TimelineItem, ...]
    next: tuple[NextStep, ...]
    anytime: tuple[NextStep, ...]
    people: dict[str, str]
    accepted: tuple[Acceptance, ...]
    objections: Objections

    @property
    def ended(self) -> StepRecord | None:
        """Who returned or withdrew it, and why; None for a batch that goes its way."""
        if self.batch.is_withdrawn:
            return self.batch.last("withdraw")
        return self.batch.last("return") if self.batch.is_returned else None

    @property
    def awaited(self) -> FlowStep | None:
        """What the batch waits for, whoever's turn it is."""
        item = awaited(self.timeline, self.policy) if self.batch.is_live and not self.batch.is_returned else None
        return item.step if item else None

    @property
    def adds_up(self) -> bool:
        """Whether the ledger still holds what the file held."""
        return not self.is_whole or (self.tally.rows, self.tally.fen) == self.roll


def batch_page(office: Office, actor: Actor, number: str) -> BatchPage:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        seen = seen_batch(connection, actor, number)
        batch = seen.batch
        rows = [each for each in payments.payments_of(connection, batch.id) if seen.has_village(each.village)]
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
            payments.tally(rows),
            batches.file_totals(connection, batch.id),
            sum(each.result == "returned" and not each.held for each in rows),
            seen.is_whole,
            tuple(items),
            tuple(each for each in next_steps(*asked) if seen.may_take(each.step)),
            tuple(each for each in anytime_steps(*asked) if seen.may_take(each.step)),
            {account.name: account.actor.display for account in accounts.all_accounts(connection)},
            tuple(acceptances.of_batch(connection, batch.id)),
            batch_objections(connection, actor, batch, seen),
        )


def must_be_theirs(office: Office, actor: Actor, number: str, code: str) -> None:
    """Raises Refused where the batch, or this step of it, is not this person's to take."""
    with office.ledger.read() as connection:
        seen = seen_batch(connection, actor, number)
        step = office.rules.flows[seen.batch.flow].step(code) or ANYTIME.get(code)
        if step is not None and not seen.may_take(step):
            raise only_a_part(number)


def area_names(office: Office) -> dict[str, str]:
    """Code → name of every area; a village that shares its name with another is called with its township."""
    with office.ledger.read() as connection:
        areas = registers.area_book(connection).areas
    times = Counter(area.name for area in areas.values())

    def called(area: Area) -> str:
        return f"{areas[area.parent].name}{area.name}" if times[area.name] > 1 and area.parent in areas else area.name

    return {code: called(area) for code, area in areas.items()}
