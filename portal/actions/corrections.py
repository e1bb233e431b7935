"""Correcting rows that the bank sent back: template out, corrected rows in, linked to what they replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from xlsxwriter import Workbook

from portal.domain.batches import Actor, Batch
from portal.domain.findings import Finding, Refused
from portal.domain.money import plain
from portal.intake.corrections import TEMPLATE_COLUMNS, Returned, prepare_corrections
from portal.ledger import batches, payments
from portal.ledger.payments import NewPayment, Payment
from portal.office import Office, batch_named, must_have_role, registered, seen_batch

ROLES = ("station", "township_finance", "department", "finance")


@dataclass(frozen=True)
class ImportedCorrections:
    """`left` are returned payments that still wait for a correction."""

    batch: str
    corrected: int
    left: int
    findings: tuple[Finding, ...]
    already: bool = False


def write_template(office: Office, number: str, path: Path, by: str = "") -> int:
    """Write the template for a batch's returned rows, or those of them that are `by`'s: our keys, the place in the clerk's
    own file, no personal data. All cells are text, so that Excel keeps every digit. Returns how many rows it has."""
    with office.ledger.read() as connection:
        if by:
            batch, returned = _own_returned(connection, registered(connection, by), number)
        else:
            batch = batch_named(connection, number)
            returned = _returned(connection, batch)
    if not returned:
        raise Refused(f"批次 {number} 没有被银行退回、等待更正的行", "correction.none")
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("更正")
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(TEMPLATE_COLUMNS) - 1, 18, text)
        sheet.write_row(0, 0, TEMPLATE_COLUMNS, book.add_format({"bold": True, "num_format": "@"}))
        for index, payment in enumerate(returned, start=1):
            reason = office.rules.reason_words.get(payment.reason, {}).get("word", "")
            keys = (batch.number, payment.village, payment.row_code)
            cells = (*keys, payment.name, plain(payment.fen), reason, payment.sheet, str(payment.row))
            sheet.write_row(index, 0, cells, text)
    return len(returned)


def import_corrections(office: Office, path: Path, number: str, by: str, day: date) -> ImportedCorrections:
    """Take over corrected rows. Each becomes a new payment linked to the one it replaces, waiting for the second
    payment; amount, place and row code stay."""
    digester = office.digester()
    with office.ledger.read() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *ROLES)
        own = _own_returned(connection, actor, number)[1]
        returned = {(payment.village, payment.row_code): payment for payment in own}
    keys = {key: Returned(p.id, p.village, p.row_code, p.fen) for key, p in returned.items()}
    prepared = prepare_corrections(path, number, keys, digester, office.rules.header_map)
    import_key = digester.digest("file", prepared.file_digest, number, "correction")
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        batch, own = _own_returned(connection, actor, number)
        if batches.has_file(connection, batch.id, import_key):
            return ImportedCorrections(number, 0, len(own), (), already=True)
        replaced = {payment.id: payment for payment in own}
        corrections = [correction for correction in prepared.corrections if correction.payment in replaced]
        if not corrections:
            return ImportedCorrections(number, 0, len(replaced), prepared.findings)
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
                "",
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
    return ImportedCorrections(number, len(new), len(replaced) - len(new), prepared.findings)


def _own_returned(connection: Connection, actor: Actor, number: str) -> tuple[Batch, list[Payment]]:
    """The batch and those of its returned rows that are this person's to correct. Raises Refused."""
    seen = seen_batch(connection, actor, number)
    return seen.batch, [payment for payment in _returned(connection, seen.batch) if seen.has_village(payment.village)]


def _returned(connection: Connection, batch: Batch) -> list[Payment]:
    return [p for p in payments.payments_of(connection, batch.id) if p.result == "returned" and not p.held]
