"""Taking a step of a batch's flow: ours are enforced, mirrored ones recorded; some publish or take back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from portal.actions.board_names import erase_names
from portal.actions.publish import publish_batch
from portal.domain.batches import ANYTIME, Actor, Batch, StepRecord, admit
from portal.domain.findings import Finding, Refused
from portal.domain.money import grouped
from portal.domain.next_steps import is_done
from portal.domain.policies import Policy
from portal.domain.postings import Kind
from portal.domain.workdays import in_chinese
from portal.ledger import batches, board_records, drafts, payments, postings
from portal.ledger.publishing import ERASURE
from portal.office import Office, batch_named, must_be_clean, policy_in_force, registered


@dataclass(frozen=True)
class StepRequest:
    """What somebody asks to record. `attribute` is a disclosure review's conclusion; `amount_fen` an allotment's; `once`
    refuses what has been recorded already (a form sent twice)."""

    batch: str
    step: str
    by: str
    day: date
    document: str = ""
    reason: str = ""
    amount_fen: int | None = None
    attribute: str = ""
    once: bool = False


@dataclass(frozen=True)
class StepTaken:
    """`until` is the last day of a notice; `postings` how many villages got one; `warnings` are leads."""

    record: StepRecord
    postings: int
    warnings: tuple[Finding, ...]


def take_step(office: Office, request: StepRequest) -> StepTaken:
    """Record a step if the flow, the roles and four eyes allow it. Raises Refused and changes nothing otherwise.

    Whose batch it is, is the desk's matter: on the command line somebody notes down for others what they did elsewhere.
    """
    must_be_clean(request.document, request.reason)
    with office.ledger.write() as connection:
        actor = registered(connection, request.by)
        batch = batch_named(connection, request.batch)
        policy = policy_in_force(connection, batch.year, batch.policy)
        flow = office.rules.flows[batch.flow]
        record = StepRecord(
            request.step,
            request.day,
            actor.name,
            request.document,
            request.reason,
            request.amount_fen,
            request.attribute or ("主动公开" if request.step == "review" else ""),
        )
        record = admit(batch, flow, policy, record, actor, office.today, office.rules.is_workday)
        if request.once and is_done(batch, flow, record.step, office.rules.is_workday):
            raise Refused("这一步已经登记过，没有重复登记", "step.repeated")
        warnings = _warnings(connection, batch, record)
        batches.add_step(connection, batch.id, record)
        detail: dict[str, object] = {"batch": batch.number, "step": record.step, "date": record.day.isoformat()}
        if record.attribute:
            detail["attribute"] = record.attribute
        if record.amount_fen is not None:
            detail["fen"] = record.amount_fen
        office.write_down(connection, "batch.step", actor, detail)
        batch = replace(batch, steps=(*batch.steps, record))
        published = _follow_up(connection, office, actor, batch, policy, record)
        erased = erase_names(connection, batch, policy, office)
    if erased or record.step in ANYTIME:
        office.ledger.forget_erased(publicly=record.step == "withdraw")
    return StepTaken(record, published, warnings)


def _follow_up(
    connection: Connection, office: Office, actor: Actor, batch: Batch, policy: Policy, record: StepRecord
) -> int:
    """What the step does besides being recorded."""
    match record.step:
        case "notice":
            return publish_batch(connection, office, actor, batch, policy, "notice")
        case "disclosure":
            again = sum(step.step == "disclosure" for step in batch.steps) > 1
            kind: Kind = "correction" if again else "disclosure"
            return publish_batch(connection, office, actor, batch, policy, kind)
        case "refund":
            sent_back = [p for p in payments.payments_of(connection, batch.id) if p.result == "returned"]
            if not sent_back:
                raise Refused(f"批次 {batch.number} 没有被银行退回、还没重发的钱", "refund.none")
            results = ((p.id, "treasury", p.reason, p.sheet, p.row) for p in sent_back)
            payments.add_results(connection, None, record.day, results)
            detail: dict[str, object] = {
                "batch": batch.number,
                "rows": len(sent_back),
                "fen": sum(p.fen for p in sent_back),
            }
            office.write_down(connection, "batch.refund", actor, detail)
        case "return" | "withdraw":
            erase_public(connection, office, actor, batch, is_withdrawn=record.step == "withdraw")
            return 0
    batches.announce(connection, "batch", batch.number)
    return 0


def erase_public(connection: Connection, office: Office, actor: Actor, batch: Batch, *, is_withdrawn: bool) -> None:
    """Erase the batch's postings; of a withdrawn one, masked names and drafts too, and the names of what was returned
    before it, which may have been public as well."""
    detail: dict[str, object] = {"batch": batch.number, "postings": postings.erase(connection, batch.id)}
    same = (batch.policy, batch.period, batch.unit)
    gone = batches.revisions(connection, *same) if is_withdrawn else []
    detail["names"] = sum(payments.erase_names(connection, each.id) for each in gone)
    board_records.erase_photos(connection, batch.id)
    if is_withdrawn:
        detail["drafts"] = drafts.delete_of_batch(connection, batch.number, *same)
    office.write_down(connection, "posting.erase", actor, detail)
    batches.announce(connection, ERASURE, batch.number)


def _warnings(connection: Connection, batch: Batch, record: StepRecord) -> tuple[Finding, ...]:
    """Facts of other systems are recorded as they are; what does not fit is said."""
    warnings = []
    if record.step == "allotment":
        _, fen = batches.file_totals(connection, batch.id)
        if record.amount_fen is None:
            raise Refused("下达指标要写明金额（单位元）", "allotment.amount", "--amount")
        if record.amount_fen < fen:
            raise Refused(
                f"指标 {grouped(record.amount_fen)} 元，少于清册合计 {grouped(fen)} 元，请核对", "allotment.exceeded"
            )
    over = batch.notice.until if batch.notice else None
    if record.step in ("report", "procedural", "credit") and over is not None and record.day <= over:
        said = f"公示要到{in_chinese(over)}才结束，这一步的日期是{in_chinese(record.day)}，请核对"
        warnings.append(Finding("warning", "notice.cut_short", said))
    return tuple(warnings)
