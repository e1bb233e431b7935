"""Turning a batch's payments into postings, one a village, inside the transaction of the step that publishes them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from portal.domain.areas import AreaBook
from portal.domain.batches import RETIRE, Actor, Batch, StepRecord
from portal.domain.findings import Refused
from portal.domain.money import plain
from portal.domain.personal_data import find_personal_data
from portal.domain.policies import Policy
from portal.domain.postings import RESULTS, Kind, Row, Snapshot, Tally, count_small_together, write_snapshot
from portal.domain.workdays import notice_end
from portal.ledger import batches, journal, payments, postings, registers
from portal.ledger.payments import Payment
from portal.ledger.publishing import ERASURE
from portal.office import Office, policy_in_force, registered, seen_batch


def publish_batch(
    connection: Connection, office: Office, actor: Actor, batch: Batch, policy: Policy, kind: Kind
) -> int:
    """Write the batch's postings, superseding those before. Returns how many there are.

    `batch` must carry the step that publishes it, so that the notice's dates stand in the snapshot.
    """
    if policy.shown_on_web("notice" if kind == "notice" else "disclosure") == "none":
        return 0
    snapshots = _snapshots(connection, batch, policy, kind)
    for snapshot in snapshots.values():
        must_pass_gate(snapshot)
    total = Tally.total(snapshot.tally for snapshot in snapshots.values())
    entry = office.write_down(
        connection,
        f"posting.{kind}",
        actor,
        {
            "batch": batch.number,
            "postings": len(snapshots),
            "rows": total.rows,
            "held": total.held_rows,
            "fen": total.fen,
            "snapshots": hashlib.sha256(
                "".join(snapshots[area].sha256 for area in sorted(snapshots)).encode()
            ).hexdigest(),
        },
    )
    before, printed = postings.current_ids(connection, batch.id), journal.printed(connection)
    for area, snapshot in snapshots.items():
        postings.add_posting(
            connection,
            batch_id=batch.id,
            area=area,
            kind=kind,
            supersedes=before.get(area),
            snapshot=snapshot,
            entry=entry,
            hangs=before.get(area) in printed,
        )
    taken_back = before.keys() - snapshots.keys()
    postings.take_back(connection, (before[area] for area in taken_back))
    takes_down = taken_back or (before and not _shows_rows(batch, policy, kind))
    batches.announce(connection, ERASURE if takes_down else "batch", batch.number)
    return len(snapshots)


def preview_postings(office: Office, number: str, by: str) -> dict[str, Snapshot]:
    """What would be published today, by area, for whoever reviews it: the next posting of the batch, made by the very code
    that makes postings, its notice counted from today; of the places that are theirs. Nothing is written and the gate
    refuses nothing."""
    with office.ledger.read() as connection:
        seen = seen_batch(connection, registered(connection, by), number)
        batch = seen.batch
        policy = policy_in_force(connection, batch.year, batch.policy)
        kind: Kind = "notice" if policy.notice_days > 0 and batch.notice is None else "disclosure"
        if policy.shown_on_web(kind) == "none":
            return {}
        until = None
        if kind == "notice":
            until = notice_end(office.today, policy.notice_days, policy.notice_day_kind, office.rules.is_workday)
        step = StepRecord(kind, office.today, by, until=until)
        found = _snapshots(connection, replace(batch, steps=(*batch.steps, step)), policy, kind)
        return {area: snapshot for area, snapshot in found.items() if seen.has_village(area)}


def must_pass_gate(snapshot: Snapshot) -> None:
    """Raises Refused where a posting's text holds personal data."""
    if hits := find_personal_data(snapshot.text):
        raise Refused(
            f"公示内容里发现疑似个人信息（{len(hits)} 处），没有发布。请检查清册的姓名、组名列", "gate.personal_data"
        )


def _snapshots(connection: Connection, batch: Batch, policy: Policy, kind: Kind) -> dict[str, Snapshot]:
    book = registers.area_book(connection)
    shared = _facts(batch, policy, kind, registers.all_units(connection)[batch.unit].name)
    shows_rows = _shows_rows(batch, policy, kind)
    by_area = _by_area(payments.payments_of(connection, batch.id), shows_rows, book)
    return {area: _snapshot(area, found, shared, shows_rows, kind, book) for area, found in by_area.items()}


def _shows_rows(batch: Batch, policy: Policy, kind: Kind) -> bool:
    return policy.shown_on_web(kind) == "rows" and not batch.is_retired


def _facts(batch: Batch, policy: Policy, kind: Kind, unit_name: str) -> dict[str, str]:
    notice, credit, retired = batch.notice, batch.last("credit"), batch.last(RETIRE)
    published = batch.last("notice" if kind == "notice" else "disclosure")
    assert published is not None, "the step that publishes is taken first"
    return {
        "kind": kind,
        "batch": batch.number,
        "policy": policy.code,
        "policy_name": policy.name,
        "year": str(batch.year),
        "period": batch.period,
        "unit": batch.unit,
        "unit_name": unit_name,
        "departments": "、".join(policy.departments),
        "payee_unit": policy.payee_unit,
        "quantity_unit": policy.quantity_unit,
        "published": published.day.isoformat(),
        "opened": notice.day.isoformat() if notice else "",
        "until": notice.until.isoformat() if notice and notice.until else "",
        "credited": credit.day.isoformat() if credit else "",
        **({"retired": retired.day.isoformat()} if retired else {}),
    }


def _by_area(found: Iterable[Payment], shows_rows: bool, book: AreaBook) -> dict[str, list[Payment]]:
    """Payments by the area whose posting they are in; "" for those whose village is not known."""
    by_village: dict[str, list[Payment]] = defaultdict(list)
    for payment in found:
        by_village[payment.village].append(payment)
    if shows_rows:
        return by_village
    counts = {village: sum(row.is_listed for row in rows) for village, rows in by_village.items() if village}
    shown_at = count_small_together(counts, lambda area: book.areas[area].parent)
    by_area: dict[str, list[Payment]] = defaultdict(list)
    for village, rows in by_village.items():
        by_area[shown_at.get(village, "")] += rows
    return by_area


def _snapshot(
    code: str, found: list[Payment], shared: dict[str, str], shows_rows: bool, kind: Kind, book: AreaBook
) -> Snapshot:
    area = book.areas.get(code)
    facts = {**shared, "area": code, "area_name": area.name if area else ""}
    rows = [row_of(payment, kind) for payment in found if payment.is_listed] if shows_rows and area else None
    return write_snapshot(facts, payments.tally(found), rows)


def row_of(payment: Payment, kind: Kind) -> Row:
    """A payment as a posting of that kind shows it."""
    result = payment.result
    if payment.is_correction:
        result = {"paid": "reissued", "pending": "corrected"}.get(result, result)
    return Row(
        payment.row_code,
        payment.group,
        payment.name,
        payment.quantity,
        payment.rate,
        plain(payment.fen),
        "" if kind == "notice" else RESULTS[result],
    )
