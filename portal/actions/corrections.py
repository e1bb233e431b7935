"""Correcting rows that the bank sent back, or that are held for their ID or name: template out, corrected rows in, linked
to what they replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from xlsxwriter import Workbook

from portal.domain.batches import Actor, Batch
from portal.domain.finding_kinds import KINDS
from portal.domain.findings import Finding, Refused
from portal.domain.held_rows import CORRECTABLE, may_correct, still_wrong, why_closed
from portal.domain.money import plain
from portal.intake.corrections import TEMPLATE_COLUMNS, Returned, prepare_corrections
from portal.ledger import batches, payments, settlements
from portal.ledger.payments import NewPayment, Payment
from portal.office import Office, batch_named, must_have_role, policy_in_force, registered, seen_batch

_TWICE: Final = "更正后的这个人在这一批里已有一行，金额也一样，疑似重复，没有更正。重复的请在“待核实的行”里改成不发"
ROLES = ("station", "township_finance", "department", "finance")


@dataclass(frozen=True)
class ImportedCorrections:
    """`left` are payments that still wait for a correction."""

    batch: str
    corrected: int
    left: int
    findings: tuple[Finding, ...]
    already: bool = False


def write_template(office: Office, number: str, path: Path, by: str = "") -> int:
    """Write the template for a batch's rows to correct, or those of them that are `by`'s: our keys, the place in the clerk's
    own file, no personal data. All cells are text, so that Excel keeps every digit. Returns how many rows it has."""
    with office.ledger.read() as connection:
        if by:
            batch, returned = _own_correctable(connection, registered(connection, by), number)
        else:
            batch = batch_named(connection, number)
            returned = _correctable(connection, batch, by)
    if not returned:
        raise Refused(f"批次 {number} 没有被银行退回、也没有因为姓名或身份证号待核实的行，不用更正", "correction.none")
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("更正")
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(TEMPLATE_COLUMNS) - 1, 18, text)
        sheet.write_row(0, 0, TEMPLATE_COLUMNS, book.add_format({"bold": True, "num_format": "@"}))
        for index, payment in enumerate(returned, start=1):
            reason = office.rules.reason_words.get(payment.reason, {}).get("word", "")
            reason = KINDS[payment.held].title if payment.held else reason
            keys = (batch.number, payment.village, payment.row_code)
            cells = (*keys, payment.name, plain(payment.fen), reason, payment.sheet, str(payment.row))
            sheet.write_row(index, 0, cells, text)
    return len(returned)


def import_corrections(office: Office, path: Path, number: str, by: str, day: date) -> ImportedCorrections:
    """Take over corrected rows. Each becomes a new payment linked to the one it replaces, waiting to be paid; amount,
    place and row code stay. A held row that is wrong in other ways too stays held for these."""
    digester = office.digester()
    with office.ledger.read() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *ROLES)
        batch, own = _own_correctable(connection, actor, number)
        returned = {(payment.village, payment.row_code): payment for payment in own}
    keys = {key: Returned(p.id, p.village, p.row_code, p.fen, p.name) for key, p in returned.items()}
    prepared = prepare_corrections(path, number, keys, digester, office.rules.header_map)
    import_key = digester.digest("file", prepared.file_digest, number, "correction")
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        batch, own = _own_correctable(connection, actor, number)
        if batches.has_file(connection, batch.id, import_key):
            return ImportedCorrections(number, 0, len(own), (), already=True)
        replaced = {payment.id: payment for payment in own}
        known = set(settlements.listed_people(connection, batch.id).values())
        corrections, findings = [], list(prepared.findings)
        for correction in prepared.corrections:
            old = replaced.get(correction.payment)
            if old is not None and old.held and (correction.person, old.fen) in known:
                findings.append(Finding("held", "person.twice", _TWICE, correction.sheet, correction.row))
            elif old is not None:
                corrections.append(correction)
                known.add((correction.person, old.fen))
        if not corrections:
            return ImportedCorrections(number, 0, len(replaced), tuple(findings))
        file_id = batches.add_file(
            connection,
            batch_id=batch.id,
            kind="correction",
            digest=prepared.file_digest,
            import_key=import_key,
            sheets=(),
            columns={},
            rows=len(corrections),
            fen=sum(replaced[correction.payment].fen for correction in corrections),
        )
        new = [
            NewPayment(
                old.village,
                old.group,
                correction.name,
                correction.person,
                correction.proof,
                correction.account,
                correction.tail,
                old.quantity or None,
                old.rate or None,
                old.fen,
                still_wrong(old.fen, _measure(old.quantity), _measure(old.rate)) if old.held else "",
                old.row_code,
                correction.sheet,
                correction.row,
                old.id,
            )
            for correction in corrections
            for old in (replaced[correction.payment],)
        ]
        payments.add_payments(connection, batch.id, file_id, digester.key_id, new)
        detail: dict[str, object] = {"batch": number, "file": file_id, "rows": len(new), "date": day.isoformat()}
        office.write_down(connection, "correction.import", actor, detail)
        batches.announce(connection, "batch", number)
    return ImportedCorrections(number, len(new), len(replaced) - len(new), tuple(findings))


def _own_correctable(connection: Connection, actor: Actor, number: str) -> tuple[Batch, list[Payment]]:
    """The batch and those of its rows to correct that are this person's. Raises Refused."""
    seen = seen_batch(connection, actor, number)
    found = _correctable(connection, seen.batch, actor.name)
    return seen.batch, [payment for payment in found if seen.has_village(payment.village)]


def _correctable(connection: Connection, batch: Batch, by: str) -> list[Payment]:
    """Rows that the bank sent back; and, while they may still join the list, rows held for their ID or name."""
    policy = policy_in_force(connection, batch.year, batch.policy)
    may_join = batch.is_live and not batch.is_returned and not why_closed(batch, policy) and may_correct(batch, by)
    return [
        payment
        for payment in payments.payments_of(connection, batch.id)
        if (payment.result == "returned" and not payment.held)
        or (may_join and payment.held in CORRECTABLE and payment.village)
    ]


def _measure(written: str) -> Decimal | None:
    return Decimal(written) if written else None
