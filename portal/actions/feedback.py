"""The bank's feedback: matched outside, recorded in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, StepRecord, admit_feedback
from portal.domain.findings import Finding, Refused
from portal.intake.feedback import Open, PreparedFeedback, prepare_feedback
from portal.intake.offers import safe_choices
from portal.intake.workbook import read_workbook
from portal.ledger import bank_lines, batches, drafts, payments, registers
from portal.office import Office, must_have_role, own_batch, registered

BANK_LISTS: Final = ""
"""In place of a policy: what columns of a bank's own lists are is remembered for the bank alone."""
ROLES: Final = ("bank", "finance", "department", "township_finance")


@dataclass(frozen=True)
class FeedbackRequest:
    """`columns` is None where nobody was asked: then what was said for the bank's files before counts. `bank` is a unit;
    empty for the bank of who brings the file, or the only one."""

    path: Path
    batch: str
    by: str
    day: date
    columns: Mapping[str, str] | None = None
    bank: str = ""


@dataclass(frozen=True)
class ImportedFeedback:
    """`results` counts by result code; `waiting` are payments of the batch that still have none.
    `choices`, `sample` and `columns` are for saying what each column is: what may be said, the first lines, what was."""

    batch: str
    rows: int
    results: Mapping[str, int]
    waiting: int
    findings: tuple[Finding, ...]
    already: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    sample: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return any(finding.level == "fatal" for finding in self.findings)


def import_feedback(office: Office, request: FeedbackRequest) -> ImportedFeedback:
    """Take over a bank file. Rows that match nothing are reported and change nothing; the same file is a no-op."""
    digester = office.digester()
    with office.ledger.read() as connection:
        actor = registered(connection, request.by)
        must_have_role(actor, *ROLES)
        batch = own_batch(connection, actor, request.batch)
        record = StepRecord("feedback", request.day, actor.name)
        admit_feedback(batch, office.rules.flows[batch.flow], record, office.today)
        waiting = [Open(*payment) for payment in payments.awaiting_result(connection, batch.id)]
        request = replace(request, bank=_bank(connection, actor, request.bank))
        reasons = replace(office.rules.reasons, learned=bank_lines.learned(connection, request.bank))
        remembered = drafts.choices_of(connection, request.bank, BANK_LISTS)
    workbook = read_workbook(request.path)
    columns = request.columns
    if columns is None:
        choices = safe_choices(workbook, office.rules.header_map) if remembered else {}
        columns = {code: title for code, title in remembered.items() if title in choices}
    request = replace(request, columns=columns)
    prepared = prepare_feedback(request.path, waiting, digester, office.rules.header_map, reasons, columns, workbook)
    import_key = digester.digest("file", prepared.file_digest, batch.number, "feedback")
    counts = Counter(outcome.result for outcome in prepared.outcomes)
    left = len(waiting) - counts["paid"] - counts["returned"]
    with office.ledger.read() as connection:
        if batches.has_file(connection, batch.id, import_key):
            return ImportedFeedback(batch.number, prepared.rows, {}, len(waiting), (), already=True)
    asked = (prepared.choices, prepared.sample, columns)
    outcome = ImportedFeedback(batch.number, prepared.rows, counts, left, prepared.findings, False, *asked)
    if not outcome.is_refused and (prepared.outcomes or _may_fit(prepared, waiting)):
        _store(office, request, prepared, import_key, record)
    return outcome


def _bank(connection: Connection, actor: Actor, chosen: str) -> str:
    """Whose file it is: what was chosen, else the bank that the person is of, else the only one; empty where that is
    not known. Raises Refused for a unit that is no bank."""
    banks = [unit.code for unit in registers.all_units(connection).values() if unit.kind == "bank"]
    if chosen and chosen not in banks:
        raise Refused(f"“{chosen}”不是登记过的银行", "bank.unknown")
    own = actor.unit if actor.unit in banks else ""
    return chosen or own or (banks[0] if len(banks) == 1 else "")


def _may_fit(prepared: PreparedFeedback, waiting: Iterable[Open]) -> bool:
    """Whether any line without a payment could be of this batch at all: else it is somebody else's file."""
    known = {(payment.name, payment.fen) for payment in waiting}
    return any((line.name, line.fen) in known for line in prepared.unmatched)


def _store(
    office: Office, request: FeedbackRequest, prepared: PreparedFeedback, import_key: bytes, record: StepRecord
) -> None:
    with office.ledger.write() as connection:
        actor = registered(connection, request.by)
        batch = own_batch(connection, actor, request.batch)
        if batches.has_file(connection, batch.id, import_key):
            return  # somebody imported the same file while this one was being read
        still_open = {payment.payment for payment in payments.awaiting_result(connection, batch.id)}
        outcomes = [outcome for outcome in prepared.outcomes if outcome.payment in still_open]
        file_id = batches.add_file(
            connection,
            batch_id=batch.id,
            kind="feedback",
            digest=prepared.file_digest,
            import_key=import_key,
            sheets=(),
            columns=request.columns or {},
            rows=prepared.rows,
            fen=0,
        )
        payments.add_results(
            connection, file_id, request.day, ((o.payment, o.result, o.reason, o.sheet, o.row) for o in outcomes)
        )
        bank_lines.add_lines(connection, batch.id, file_id, request.day, prepared.unmatched)
        bank_lines.ask_words(connection, request.bank, ((o.payment, o.words) for o in outcomes if o.words))
        said = {code: title for code, title in (request.columns or {}).items() if title in prepared.choices}
        if said:  # a file that needed no help says nothing of the next
            drafts.remember_choices(connection, request.bank, BANK_LISTS, said)
        if outcomes:
            batches.add_step(connection, batch.id, record)
        counts = Counter(outcome.result for outcome in outcomes)
        detail: dict[str, object] = {"batch": batch.number, "file": file_id, "rows": prepared.rows, **counts}
        detail["unmatched"] = len(prepared.unmatched)
        office.write_down(connection, "feedback.import", actor, detail)
        batches.announce(connection, "batch", batch.number)
