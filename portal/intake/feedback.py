"""The bank's completion list (代发反馈) → results, matched to the batch's payments.

Matched by account digest within the batch and confirmed by masked name and amount. Ties, masked accounts and
words nobody has seen go to a person; nothing is guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from portal.domain.findings import Finding, Level
from portal.domain.identity import Digester, clean_name, normalise_account, read_id
from portal.domain.masking import mask_name
from portal.domain.personal_data import find_personal_data
from portal.intake.header_map import HeaderMap, clean_header
from portal.intake.headerless import header_from_content
from portal.intake.headers import Header
from portal.intake.offers import first_lines, safe_choices
from portal.intake.rows import RawRow, amount_fen, read_rows
from portal.intake.safe_words import with_safe_sheet_names
from portal.intake.tables import header_of
from portal.intake.workbook import Workbook, read_workbook

LONGEST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class ReasonMap:
    """Banks' words → our codes, from content/rules/reasons.toml."""

    statuses: Mapping[str, str]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    learned: Mapping[str, str] = field(default_factory=dict)
    """Whole texts of one bank → code, as somebody said once (see `bank_words`)."""

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> ReasonMap:
        statuses = {clean_header(word)[0]: result for result, words in table["statuses"].items() for word in words}
        return cls(statuses, tuple((entry["code"], tuple(entry["like"])) for entry in table["reasons"]))

    def reason(self, text: str) -> str | None:
        """The code for a bank's free text; None when nobody has seen such words."""
        known = self.learned.get(bank_words(text))
        return known or next((code for code, words in self.reasons if any(word in text for word in words)), None)


def bank_words(text: str) -> str:
    """A bank's free text as it is remembered: blanks and width evened out."""
    return clean_header(text)[0]


class Open(NamedTuple):
    """A payment that waits for its result: the newest of its chain of corrections."""

    payment: int
    account: bytes | None
    proof: bytes | None
    name: str
    fen: int


class Outcome(NamedTuple):
    """What the bank says of one payment. `reason` is a code, or "" ; `words` are the bank's own where nobody has said yet
    what they mean and nobody's name or number stands in them."""

    payment: int
    result: str
    reason: str
    sheet: str
    row: int
    words: str = ""


class Unmatched(NamedTuple):
    """A line that says what became of a payment, but not of which. `code` is the finding's; `name` is masked."""

    code: str
    name: str
    fen: int
    result: str
    reason: str
    sheet: str
    row: int


@dataclass(frozen=True)
class PreparedFeedback:
    """`choices` are what a person may say a column is; `sample` the first lines, masked, of a list without a header."""

    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    rows: int
    file_digest: bytes
    unmatched: tuple[Unmatched, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    sample: tuple[tuple[str, ...], ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(finding.level == "fatal" for finding in self.findings)


def prepare_feedback(
    path: Path,
    payments: Iterable[Open],
    digester: Digester,
    header_map: HeaderMap,
    reasons: ReasonMap,
    named_columns: Mapping[str, str],
    workbook: Workbook | None = None,
) -> PreparedFeedback:
    """Read a bank file and match it. Rows that match nothing are findings; they change nothing. `workbook` is the file
    where it has been read already."""
    workbook = with_safe_sheet_names(workbook or read_workbook(path))
    findings: list[Finding] = []
    raw_rows = _read(workbook, header_map, reasons, named_columns, findings)
    matcher = _Matcher(payments, digester)
    outcomes: list[Outcome] = []
    unmatched: list[Unmatched] = []
    names = {clean_name(raw.text("name")) for raw, _ in raw_rows} - {""}
    for raw, scale_header in raw_rows:
        fen = amount_fen(raw.cells.get("amount"), scale_header.scale)
        if fen is None:
            findings.append(_unmatched(raw, "feedback.amount", "金额是空的或不是数字"))
            continue
        result, reason = _outcome(raw, scale_header, reasons, findings)
        if result is None:
            continue
        payment = matcher.match(raw, fen, findings)
        if payment is None:
            name = mask_name(raw.text("name"))
            unmatched.append(Unmatched(findings[-1].code, name, fen, result, reason, raw.sheet, raw.row))
            continue
        words = _safe_words(raw, names) if (result, reason) == ("returned", "other") else ""
        outcomes.append(Outcome(payment, result, reason, raw.sheet, raw.row, words))
    if not raw_rows and not findings:
        findings.append(Finding("fatal", "feedback.empty", "文件里没有一行发放结果，请核对文件"))
    digest = digester.file(path)
    choices, sample = safe_choices(workbook, header_map), first_lines(workbook, header_map)
    told = (tuple(outcomes), tuple(findings), len(raw_rows), digest, tuple(unmatched))
    return PreparedFeedback(*told, choices, sample)


def _safe_words(raw: RawRow, names: Collection[str]) -> str:
    """The bank's words for a failure, where they may be kept: no number, and no name of somebody in the file."""
    words = bank_words(raw.text("reason") or raw.text("remark") or raw.text("status"))
    told = any(name in words for name in names) or re.search(r"\d{4}", words) or find_personal_data(words)
    return "" if told or len(words) > LONGEST_WORDS else words


def _unmatched(raw: RawRow, code: str, message: str) -> Finding:
    return Finding("held", code, message + "，这一行没有登记，请人工核对", raw.sheet, raw.row)


def _read(
    workbook: Workbook, header_map: HeaderMap, reasons: ReasonMap, named: Mapping[str, str], findings: list[Finding]
) -> list[tuple[RawRow, Header]]:
    rows: list[tuple[RawRow, Header]] = []
    unknown: list[str] = []
    for sheet in workbook.sheets:
        if not sheet.visible or not sheet.rows:
            continue
        header, said = header_of(sheet, header_map, ("name", "amount"), named)
        header = header or (None if said else header_from_content(sheet, reasons.statuses))
        findings += said
        if header is None:
            unknown += [] if said else [sheet.name]
            continue
        table = read_rows(sheet, header, header_map)
        findings += table.findings
        rows += [(raw, header) for raw in table.rows]
    level: Level = "warning" if rows else "fatal"  # a covering letter beside the list is no harm
    message = "没有认出户名、账号和金额的列，这张表没有读入。如果它是结果清单，请检查表头"
    console = "--column name=列名"
    findings += [Finding(level, "header.unknown", message, sheet_name, console=console) for sheet_name in unknown]
    return rows


def _outcome(raw: RawRow, header: Header, reasons: ReasonMap, findings: list[Finding]) -> tuple[str | None, str]:
    """(result, reason code). A list without a status column is a list of what was paid, unless a reason says else."""
    status, reason_text = clean_header(raw.text("status"))[0], raw.text("reason")
    known = reasons.reason(reason_text or raw.text("remark"))
    result: str | None
    if status:
        in_status = reasons.reason(raw.text("status"))
        result = reasons.statuses.get(status, "returned" if in_status else None)
        known = known or in_status
    elif known:
        result = "returned"
    elif "status" in header.columns:
        result = None  # blank where the others say something
    elif reason_text:
        result = reasons.statuses.get(clean_header(reason_text)[0])
    else:
        result = "paid"
    if result is None:
        findings.append(_unmatched(raw, "feedback.status", "没见过的发放状态"))
        return None, ""
    if result != "returned":
        return result, ""
    if known is None:
        findings.append(Finding("warning", "feedback.reason", "没见过的失败原因，先记为“其他原因”", raw.sheet, raw.row))
    return result, known or "other"


class _Matcher:
    """Each payment is matched at most once."""

    def __init__(self, payments: Iterable[Open], digester: Digester) -> None:
        self._digester = digester
        self._by_account: dict[bytes, list[Open]] = defaultdict(list)
        self._by_proof: dict[bytes, list[Open]] = defaultdict(list)
        self._used: set[int] = set()
        for payment in payments:
            if payment.account is not None:
                self._by_account[payment.account].append(payment)
            if payment.proof is not None:
                self._by_proof[payment.proof].append(payment)

    def match(self, raw: RawRow, fen: int, findings: list[Finding]) -> int | None:
        """The payment a bank row is about, or None with a finding that says why nobody can tell."""
        account = normalise_account(raw.cells.get("account"))
        name = clean_name(raw.text("name"))
        identity = read_id(raw.cells.get("id")) if "id" in raw.cells else None
        if account:
            candidates = self._by_account.get(self._digester.account(account), [])
        elif identity is not None and identity.value:
            candidates = self._by_proof.get(self._digester.proof(identity.value, name), [])
        else:
            findings.append(_unmatched(raw, "feedback.account", "账号是空的、打了星号或存成了数字，也没有证件号"))
            return None
        fitting = [p for p in candidates if p.fen == fen and p.name == mask_name(name) and p.payment not in self._used]
        if len(fitting) > 1 and len({p.proof for p in fitting}) > 1:
            findings.append(
                _unmatched(raw, "feedback.tie", f"同一账号、姓名、金额有 {len(fitting)} 行，分不清是哪一行")
            )
            return None
        if not fitting:
            why = "这一批里没有这个账号" if not candidates else "账号对得上，但姓名或金额对不上（或已登记过结果）"
            findings.append(_unmatched(raw, "feedback.unmatched", why))
            return None
        self._used.add(fitting[0].payment)
        return fitting[0].payment
