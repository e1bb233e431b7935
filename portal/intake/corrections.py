"""Corrections of rows that the bank sent back (二次发放), or that were held for their ID or name: read from a template
that was prefilled with batch and row keys, since a wrong ID number cannot match itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from portal.domain.findings import Finding, Refused
from portal.domain.identity import Digester, clean_name, is_name, normalise_account, read_id
from portal.domain.masking import UNVERIFIED_NAME, mask_name
from portal.intake.checks import ID_MESSAGES
from portal.intake.header_map import HeaderMap
from portal.intake.headers import Header, find_header
from portal.intake.rows import RawRow, amount_fen, read_rows
from portal.intake.safe_words import with_safe_sheet_names
from portal.intake.workbook import read_workbook

TEMPLATE_COLUMNS: Final = (
    "批次",
    "村区划代码",
    "行号",
    "原名单姓名",
    "金额（元）",
    "原因",
    "原表",
    "原行",
    "姓名",
    "身份证号",
    "账号",
)
_PASTE: Final = "请重新下载这一批的更正模板，把填好的内容贴过去"
_REQUIRED: Final = ("batch", "area", "row_code", "name", "id", "account")


class Returned(NamedTuple):
    """A payment that the bank sent back, or that is held, and that may be corrected. `name` is masked."""

    payment: int
    village: str
    row_code: str
    fen: int
    name: str = ""


class Correction(NamedTuple):
    """A corrected row, masked and keyed; amount and place stay those of the payment it replaces."""

    payment: int
    name: str
    person: bytes
    proof: bytes
    account: bytes
    tail: bytes
    sheet: str
    row: int


@dataclass(frozen=True)
class PreparedCorrections:
    corrections: tuple[Correction, ...]
    findings: tuple[Finding, ...]
    file_digest: bytes


def prepare_corrections(
    path: Path, batch: str, returned: Mapping[tuple[str, str], Returned], digester: Digester, header_map: HeaderMap
) -> PreparedCorrections:
    """Read a filled-in template. Rows left empty are skipped; a row that is not right is a held finding and changes
    nothing. Raises Refused when the file is not the template of this batch."""
    findings: list[Finding] = []
    found: dict[int, Correction] = {}
    workbook = with_safe_sheet_names(read_workbook(path))
    for sheet in (sheet for sheet in workbook.sheets if sheet.visible and sheet.rows):
        header, said = find_header(sheet, header_map, _REQUIRED, {})
        if header is None:
            lost = [replace(f, message=f.message.partition("请指明")[0] + _PASTE) for f in said]
            words = "这不是更正模板。请先下载这一批的更正模板，填好后再传"
            raise Refused(lost or words, "correction.file", "mingbai feedback template")
        for raw in read_rows(sheet, header, header_map).rows:
            if raw.text("batch").strip() != batch:
                message = f"批次号不是 {batch}，请核对是不是这一批的模板，批次列有没有动过"
                raise Refused([_held(raw, "correction.batch", message, header.title("batch"))])
            if not (raw.text("name") or raw.text("id") or raw.text("account")):
                continue
            payment = returned.get((raw.text("area").strip(), raw.text("row_code").strip()))
            correction = _correction(raw, payment, digester, header, findings)
            if correction is not None and correction.payment in found:
                findings.append(_held(raw, "correction.twice", "这一行在文件里出现了两次，只取第一次"))
            elif correction is not None:
                found[correction.payment] = correction
    return PreparedCorrections(tuple(found.values()), tuple(findings), digester.file(path))


def _correction(
    raw: RawRow, payment: Returned | None, digester: Digester, header: Header, findings: list[Finding]
) -> Correction | None:
    if payment is None:
        message = "这个村、这个行号没有等着更正的行：也许已更正过，也许村区划代码、行号这两列动过。请照模板原样填回"
        findings.append(_held(raw, "correction.row", message, header.title("row_code")))
        return None
    fen = amount_fen(raw.cells.get("amount"), header.scale)
    identity, name = read_id(raw.cells.get("id")), clean_name(raw.text("name"))
    account = normalise_account(raw.cells.get("account"))
    problem, column = "", ""
    if identity.problem:
        problem, column = ID_MESSAGES[identity.problem], "id"
    elif not is_name(name):
        problem, column = "姓名里有数字、字母、符号，或不足两个字，请核对", "name"
    elif not account:
        problem, column = "账号是空的、打了星号或存成了数字，请按文本填写", "account"
    elif fen is not None and fen != payment.fen:
        problem, column = "金额与原来的不同；更正只改姓名、证件号、账号，金额不能改", "amount"
    if problem:
        findings.append(_held(raw, identity.problem or "correction.value", problem, header.title(column)))
        return None
    masked = mask_name(name)
    if payment.name not in ("", UNVERIFIED_NAME, masked):
        message = f"姓名和原名单上的（{payment.name}）不一样，请核对是不是填串了行"
        findings.append(Finding("warning", "correction.name", message, raw.sheet, raw.row, header.title("name")))
    return Correction(
        payment.payment,
        masked,
        digester.person(identity.value),
        digester.proof(identity.value, name),
        digester.account(account),
        digester.tail(identity.value, name, account),
        raw.sheet,
        raw.row,
    )


def _held(raw: RawRow, code: str, message: str, column: str = "") -> Finding:
    return Finding("held", code, message, raw.sheet, raw.row, column)
