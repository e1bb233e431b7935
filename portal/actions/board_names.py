"""Full names on the village board: opened for one printing, by whom and why in the journal, and erased in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from portal.actions.board_lists import BoardLists
from portal.actions.prints import own_place
from portal.domain.batches import ROLES, Actor, Batch
from portal.domain.board_names import PRINTERS, OpenName, are_of_use, demands_full_names
from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.domain.sheets import BoardList, Layout, PackOrder
from portal.ledger import batches, journal, policies, postings, registers, sealed_names
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, must_be_clean, must_fit, own_areas, policy_in_force, registered

_SHORTEST_REASON: Final = 4
_LONGEST_REASON: Final = 200
A_DAY: Final = 30
"""Packs of full names that one person may have printed in 24 hours: each village of a township twice."""


@dataclass(frozen=True)
class NamesRequest:
    """`place` is a village's or township's code or name."""

    batch: str
    place: str
    by: str
    reason: str
    layout: Layout


def order_names(office: Office, request: NamesRequest, open_name: OpenName) -> PackOrder:
    """Write down who prints full names, where and why; then open them. Raises Refused, and opens nothing then."""
    reason = request.reason.strip()
    if len(reason) < _SHORTEST_REASON:
        raise Refused(f"请写明为什么要打印全名（至少{_SHORTEST_REASON}个字）", "names.reason")
    must_be_clean(reason)
    must_fit(reason, _LONGEST_REASON)
    with office.ledger.write() as connection:
        actor = registered(connection, request.by)
        batch = batch_named(connection, request.batch)
        policy = policy_in_force(connection, batch.year, batch.policy)
        must_be_open(office, actor, batch, policy)
        _must_be_within_quota(connection, office, actor)
        book = registers.area_book(connection)
        place = own_place(book, request.place, own_areas(connection, actor))
        current = [posting for posting in postings.current(connection) if posting.batch == batch.number]
        lists = BoardLists(connection, book, batch, policy, current)
        found = [(posting, board) for posting in current for board in lists.of(posting, book.within(place.code))]
        sealed = sealed_names.of_batch(connection, batch.id)
        if not found or not sealed:
            raise Refused(f"{place.name}没有封存的全名：这里没有名单，或者全名已经删除", "names.none")
        detail: dict[str, object] = {
            "batch": batch.number,
            "area": place.code,
            "paper": request.layout.paper,
            "size": request.layout.size,
            "postings": [posting.id for posting, _ in found],
            "reason": reason,
        }
        number = office.write_down(connection, "print.names", actor, detail)
    opened: list[tuple[Posting, BoardList]] = [
        (posting, lists.with_full_names(board, posting, sealed, open_name)) for posting, board in found
    ]
    boards = {at: board for at, (_, board) in enumerate(opened, start=1)}
    ids = tuple(posting.id for posting, _ in opened)
    return PackOrder("batch", place.code, number, ids, request.layout, boards)


def must_be_open(office: Office, actor: Actor, batch: Batch, policy: Policy) -> None:
    """Whether this person may print full names of the batch today. Raises Refused."""
    if actor.role not in PRINTERS:
        raise Refused(f"打印全名由{'、'.join(ROLES[role] for role in PRINTERS)}办理", "staff.role")
    if not demands_full_names(policy):
        raise Refused("按政策清单，这项补贴的村公示栏不写全名", "names.policy")
    if not batch.is_on_notice(office.today):
        raise Refused("现在不在公示期里，不能打印全名。全名只在公示期内张贴，期满就撤下、删除", "names.period")


def _must_be_within_quota(connection: Connection, office: Office, actor: Actor) -> None:
    since = (datetime.now(UTC) - timedelta(hours=24)).isoformat(timespec="seconds")
    own = [entry for entry in journal.entries_of(connection, "print.names") if entry.actor == office.signature(actor)]
    if sum(entry.moment > since for entry in own) >= A_DAY:
        raise Refused(f"24小时里您已经打印过{A_DAY}次全名，请明天再印，或请同事打印", "names.quota")


def erase_names(connection: Connection, batch: Batch, policy: Policy, office: Office) -> int:
    """Delete the batch's sealed names once they are of no more use, within the caller's transaction. Returns how many."""
    if are_of_use(batch, policy, office.today, office.rules.public_months(policy)):
        return 0
    return sealed_names.erase(connection, batch.id)


def erase_old_names(office: Office) -> int:
    """Every night: names whose notice is over go, with the copies that the database keeps for itself."""
    erased = 0
    with office.ledger.write() as connection:
        kept = sealed_names.batches_with(connection)
        for batch in batches.all_batches(connection) if kept else ():
            if batch.id in kept:
                policy = policies.find_policy(connection, batch.year, batch.policy)
                erased += erase_names(connection, batch, policy, office) if policy else 0
    if erased:
        office.ledger.forget_erased()
    return erased
