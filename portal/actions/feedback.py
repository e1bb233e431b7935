"""The bank's feedback: matched outside, recorded in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from portal.domain.batches import StepRecord, admit_feedback
from portal.domain.findings import Finding
from portal.intake.feedback import Open, PreparedFeedback, prepare_feedback
from portal.ledger import batches, payments
from portal.office import Office, must_have_role, own_batch, registered


@dataclass(frozen=True)
class FeedbackRequest:
    path: Path
    batch: str
    by: str
    day: date
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportedFeedback:
    """`results` counts by result code; `waiting` are payments of the batch that still have none."""

    batch: str
    rows: int
    results: Mapping[str, int]
    waiting: int
    findings: tuple[Finding, ...]
    already: bool = False

    @property
    def is_refused(self) -> bool:
        return any(finding.level == "fatal" for finding in self.findings)


def import_feedback(office: Office, request: FeedbackRequest) -> ImportedFeedback:
    """Take over a bank file. Rows that match nothing are reported and change nothing; the same file is a no-op."""
    digester = office.digester()
    with office.ledger.read() as connection:
        actor = registered(connection, request.by)
        must_have_role(actor, "bank", "finance", "department", "township_finance")
        batch = own_batch(connection, actor, request.batch)
        record = StepRecord("feedback", request.day, actor.name)
        admit_feedback(batch, office.rules.flows[batch.flow], record, office.today)
        waiting = [Open(*payment) for payment in payments.awaiting_result(connection, batch.id)]
    prepared = prepare_feedback(
        request.path, waiting, digester, office.rules.header_map, office.rules.reasons, request.columns
    )
    import_key = digester.digest("file", prepared.file_digest, batch.number, "feedback")
    counts = Counter(outcome.result for outcome in prepared.outcomes)
    left = len(waiting) - counts["paid"] - counts["returned"]
    with office.ledger.read() as connection:
        if batches.has_file(connection, batch.id, import_key):
            return ImportedFeedback(batch.number, prepared.rows, {}, len(waiting), (), already=True)
    outcome = ImportedFeedback(batch.number, prepared.rows, counts, left, prepared.findings)
    if not outcome.is_refused and prepared.outcomes:
        _store(office, request, prepared, import_key, record)
    return outcome


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
            columns=request.columns,
            rows=prepared.rows,
            fen=0,
        )
        payments.add_results(
            connection, file_id, request.day, ((o.payment, o.result, o.reason, o.sheet, o.row) for o in outcomes)
        )
        batches.add_step(connection, batch.id, record)
        counts = Counter(outcome.result for outcome in outcomes)
        detail: dict[str, object] = {"batch": batch.number, "file": file_id, "rows": prepared.rows, **counts}
        office.write_down(connection, "feedback.import", actor, detail)
        batches.announce(connection, "batch", batch.number)
