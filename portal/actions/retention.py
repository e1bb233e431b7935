"""Lists that have been public long enough turn into totals: rows and masked names are erased, sums stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from portal.actions.publish import publish_batch
from portal.domain.batches import RETIRE, Actor, Batch, StepRecord
from portal.domain.retention import list_ends
from portal.ledger import batches, board_records, payments, policies, postings, sealed_names
from portal.ledger.publishing import ERASURE
from portal.office import Office, must_have_role, registered

ROLES = ("disclosure",)
_SYSTEM = Actor("system", "系统", "admin", "")


@dataclass(frozen=True)
class Retired:
    """What one run erased: numbers of batches whose lists became totals, and how many masked names went."""

    batches: tuple[str, ...]
    names: int


def retire_lists(office: Office, by: str = "") -> Retired:
    """Everything whose time is over today. `by` is who asked for it, empty for the nightly run. Raises Refused."""
    with office.ledger.read() as connection:
        actor = registered(connection, by) if by else _SYSTEM
        must_have_role(actor, *ROLES)
        wanted = [batch.number for batch in batches.all_batches(connection) if _is_due(connection, office, batch)]
    retired, names = [], 0
    for number in wanted:  # a transaction each: others may write in between
        with office.ledger.write() as connection:
            batch = batches.find_batch(connection, number)
            if batch is not None and _is_due(connection, office, batch):
                gone = _retire(connection, office, actor, batch)
                names += gone
                retired += [number] if gone or not batch.is_returned else []
    if retired:
        office.ledger.forget_erased(publicly=True)
    return Retired(tuple(retired), names)


def _is_due(connection: Connection, office: Office, batch: Batch) -> bool:
    policy = policies.find_policy(connection, batch.year, batch.policy)
    months = office.rules.public_months(policy)
    return not (batch.is_withdrawn or batch.is_retired) and list_ends(batch, months) <= office.today


def _retire(connection: Connection, office: Office, actor: Actor, batch: Batch) -> int:
    """Returns how many masked names went. A returned batch has nothing public; it keeps its last step, which says so."""
    kinds, posted = postings.current_kinds(connection, batch.id), 0
    policy = policies.find_policy(connection, batch.year, batch.policy)
    if not batch.is_returned:
        record = StepRecord(RETIRE, office.today, actor.name)
        batches.add_step(connection, batch.id, record)
        batch = replace(batch, steps=(*batch.steps, record))
        kind = next(iter(kinds.values()), None)
        if kind is not None and policy is None:  # no list has it any more, so nothing says what may stay
            postings.erase(connection, batch.id)
        elif kind is not None and policy is not None and policy.shown_on_web(kind) == "rows":
            posted = publish_batch(connection, office, actor, batch, policy, kind)
    names = payments.erase_names(connection, batch.id)
    sealed_names.erase(connection, batch.id)
    board_records.erase_photos(connection, batch.id)
    if names or not batch.is_returned:
        detail: dict[str, object] = {"batch": batch.number, "postings": posted, "names": names}
        office.write_down(connection, "posting.retire", actor, detail)
        batches.announce(connection, ERASURE, batch.number)
    return names
