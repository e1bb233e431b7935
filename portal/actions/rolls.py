"""Importing a payment roll: prepared outside, stored in one transaction, whole or not at all."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Batch, StepRecord
from portal.domain.board_names import demands_full_names
from portal.domain.finding_kinds import KINDS
from portal.domain.findings import Finding, Refused, to_accept
from portal.domain.identity import Digester
from portal.domain.money import number
from portal.domain.periods import PERIOD, period_word
from portal.domain.postings import new_row_codes
from portal.intake.checks import History
from portal.intake.prepare import PreparedRoll, PreparedRow, RollContext, prepare, prepare_workbook
from portal.intake.workbook import Workbook
from portal.ledger import acceptances, batches, history, payments, registers, suspensions
from portal.ledger.acceptances import Acceptance
from portal.ledger.payments import NewPayment
from portal.office import Office, must_be_clean, must_fit, must_have_role, policy_in_force, registered

ROLES: Final = ("station", "township_finance", "department", "finance", "village")
"""Who may hand in a roll."""
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class RollRequest:
    """What somebody asks to import. `day` is when the roll was handed in; `accepted` says for each kind of warning (and
    for a total that does not add up) why it is let pass."""

    path: Path
    policy: str
    period: str
    unit: str
    by: str
    day: date
    sheets: Collection[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return int(self.period[:4])


@dataclass(frozen=True)
class ImportedRoll:
    """`batch` is None after a dry run or a refusal; `already` when the very same import had been made before;
    `unaccepted` are kinds of warnings that nobody gave a reason for."""

    batch: str | None
    rows: int
    held: int
    fen: int
    findings: tuple[Finding, ...]
    already: bool = False
    unaccepted: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(finding.level == "fatal" for finding in self.findings)


@dataclass(frozen=True)
class ReadRoll:
    """A roll as it was read, with all that storing it needs: masked and keyed, nothing raw. A roll that waited as a
    draft has no file any more, so the request's path is not looked at."""

    request: RollRequest
    prepared: PreparedRoll
    key_id: str
    file_digest: bytes
    import_key: bytes

    @property
    def outcome(self) -> ImportedRoll:
        found = self.prepared
        unaccepted = tuple(code for code in to_accept(found.findings) if code not in self.request.accepted)
        return ImportedRoll(None, len(found.rows), len(found.held), found.fen, found.findings, unaccepted=unaccepted)

    @property
    def acceptances(self) -> list[Acceptance]:
        """What is let pass: the kinds that this roll has, with how often and why; from the command line perhaps without."""
        times = Counter(finding.code for finding in self.prepared.findings if finding.level == "warning")
        accepted = self.request.accepted
        return [Acceptance(code, times[code], accepted.get(code, "")) for code in sorted(times)]


def import_roll(office: Office, request: RollRequest, *, dry_run: bool = False) -> ImportedRoll:
    """Import a roll; a dry run does all but write. The same file again is a no-op that names the batch it made. Warnings
    without a reason keep nothing back here: they are kept with the batch as unexplained (at the desk each is explained).

    A roll that was returned takes a new revision. Once a batch is in, its rows never change; after payment only
    linked corrections follow (seed law: 任何单位和个人不得修改补贴资金发放数据).
    """
    must_be_period(request.period)
    must_give_reasons(request.accepted)
    key = import_key(office.digester(), request)
    with office.ledger.read() as connection:
        context = roll_context(connection, office, request)
        if not dry_run and (same := batches.imported_as(connection, key)) is not None:
            return already(connection, same)
    roll = read_roll(request, context)
    if roll.prepared.is_refused or dry_run:
        return roll.outcome
    with office.ledger.write() as connection:
        return store_roll(connection, office, roll)


def read_roll(request: RollRequest, context: RollContext, workbook: Workbook | None = None) -> ReadRoll:
    """Check, mask and key a roll; writes nothing. `workbook` is the request's file where it has been read already."""
    prepared = prepare(request.path, context) if workbook is None else prepare_workbook(workbook, context)
    digester = context.digester
    digest, key = digester.file(request.path), import_key(digester, request)
    return ReadRoll(request, prepared, digester.key_id, digest, key)


def store_roll(connection: Connection, office: Office, roll: ReadRoll) -> ImportedRoll:
    """Store a roll that nothing refuses, within the caller's write transaction: conflicts are looked for again, since
    somebody may have imported in the meantime."""
    if (same := batches.imported_as(connection, roll.import_key)) is not None:
        return already(connection, same)
    return replace(roll.outcome, batch=_store(connection, office, roll).number)


def must_be_period(period: str) -> None:
    if not PERIOD.fullmatch(period):
        raise Refused(
            f"期次“{period}”写法不对。可以写 2025、2025H1（上半年）、2025Q3（三季度）、2025-06（6 月）；补发加 +1",
            "period.bad",
        )


def must_give_reasons(accepted: Mapping[str, str]) -> None:
    """Whoever lets something pass says why, of each kind by itself, in words without personal data. Raises Refused."""
    for code, reason in accepted.items():
        if not reason.strip():
            title = KINDS[code].title if code in KINDS else code
            raise Refused(f"“{title}”：照原样导入必须写明原因", "override.reason", f"--accept {code}=原因")
        must_fit(reason, LONGEST_REASON)
    must_be_clean(*accepted.values())


def import_key(digester: Digester, request: RollRequest) -> bytes:
    """What makes an import the same: file, policy, period, unit, sheets and mapping."""
    mapping = json.dumps([sorted(request.sheets), sorted(request.columns.items())], ensure_ascii=False)
    return digester.digest("file", digester.file(request.path), request.policy, request.period, request.unit, mapping)


def already(connection: Connection, batch: Batch) -> ImportedRoll:
    """What to answer where the very same import was made before."""
    found = payments.tally(payments.payments_of(connection, batch.id))
    return ImportedRoll(batch.number, found.rows, found.held_rows, found.fen, (), already=True)


def roll_context(connection: Connection, office: Office, request: RollRequest) -> RollContext:
    """What the checks need to know. Raises Refused for who may not import, and for what is not registered."""
    actor = registered(connection, request.by)
    must_have_role(actor, *ROLES)
    policy = policy_in_force(connection, request.year, request.policy)
    unit = registers.all_units(connection).get(request.unit)
    if unit is None:
        raise Refused(f"没有登记过的单位“{request.unit}”", "unit.unknown")
    return RollContext(
        policy=policy,
        paid_on=request.day,
        unit_area=unit.area,
        areas=registers.area_book(connection),
        header_map=office.rules.header_map,
        digester=office.digester(),
        history=History(
            in_period=history.in_period(connection, policy.code, request.period, request.unit),
            last_year=history.paid_in_year(connection, policy.code, request.year - 1, request.period),
            accounts=history.last_accounts(connection, request.year),
            excluded=history.paid_under(connection, policy.excludes, request.year),
            suspended=suspensions.suspended_on(connection, request.day),
        ),
        named_columns=request.columns,
        sheets=request.sheets,
        accepted=request.accepted,
        seal_name=office.seal_name() if demands_full_names(policy) else None,
    )


def _store(connection: Connection, office: Office, roll: ReadRoll) -> Batch:
    request, prepared = roll.request, roll.prepared
    actor = registered(connection, request.by)
    must_have_role(actor, *ROLES)
    policy = policy_in_force(connection, request.year, request.policy)
    before = batches.live_batch(connection, request.policy, request.period, request.unit)
    if before is not None and not before.is_returned:
        raise Refused(
            f"{period_word(request.period)}的这个项目已有批次 {before.number}。名单要改，请先退回那一批；"
            "已发放的只能更正；补发请把期次选成补发",
            "batch.exists",
            f"mingbai batch step {before.number} return，或 --period {request.period}+1",
        )
    batch = batches.add_batch(
        connection,
        policy=request.policy,
        year=request.year,
        period=request.period,
        unit=request.unit,
        revision=before.revision + 1 if before else 1,
        flow=policy.flow,
        by=actor.name,
    )
    if before is not None:
        batches.supersede(connection, before.id)
        batches.announce(connection, "batch", before.number)
    file_id = batches.add_file(
        connection,
        batch_id=batch.id,
        kind="roll",
        digest=roll.file_digest,
        import_key=roll.import_key,
        sheets=prepared.sheets,
        columns=prepared.columns,
        rows=len(prepared.rows),
        fen=prepared.fen,
    )
    payments.add_payments(connection, batch.id, file_id, roll.key_id, _with_row_codes(prepared.rows))
    batches.add_step(connection, batch.id, StepRecord("roll", request.day, actor.name))
    detail: dict[str, object] = {
        "batch": batch.number,
        "policy": batch.policy,
        "period": batch.period,
        "unit": batch.unit,
        "revision": batch.revision,
        "file": file_id,
        "rows": len(prepared.rows),
        "held": len(prepared.held),
        "fen": prepared.fen,
    }
    if passed := roll.acceptances:
        detail["accepted"] = {kind.code: {"times": kind.times, "reason": kind.reason} for kind in passed}
        acceptances.add(connection, batch.id, passed)
    office.write_down(connection, "roll.import", actor, detail)
    return batch


def _with_row_codes(rows: tuple[PreparedRow, ...]) -> list[NewPayment]:
    """Row codes are drawn per village × batch."""
    by_village: dict[str, list[PreparedRow]] = defaultdict(list)
    for row in rows:
        by_village[row.village].append(row)
    return [
        NewPayment(
            row.village,
            row.group,
            row.name,
            row.person,
            row.proof,
            row.account,
            row.tail,
            None if row.quantity is None else number(row.quantity),
            None if row.rate is None else number(row.rate),
            row.fen,
            row.held,
            code,
            row.sheet,
            row.row,
            sealed_name=row.sealed_name,
        )
        for found in by_village.values()
        for row, code in zip(found, new_row_codes(len(found), set()), strict=True)
    ]
