"""The sheets of a workbook that are lists, with their raw rows; what is skipped or hidden is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from portal.domain.findings import Finding, Refused
from portal.domain.masking import mask_name
from portal.intake.header_map import HeaderMap
from portal.intake.headerless import header_from_places
from portal.intake.headers import Header, column_choices, find_header
from portal.intake.name_columns import looks_like_a_name
from portal.intake.rows import SheetRows, amount_fen, read_rows
from portal.intake.workbook import Cell, Sheet, Workbook


def read_tables(
    workbook: Workbook,
    header_map: HeaderMap,
    required: Sequence[str],
    named_columns: Mapping[str, str],
    wanted: Collection[str],
) -> tuple[list[SheetRows], list[Finding]]:
    """The sheets that are lists, with their raw rows. Hidden sheets are read only when named, and always reported."""
    findings: list[Finding] = []
    tables: list[SheetRows] = []
    for sheet in _chosen_sheets(workbook, wanted, findings):
        header, said = header_of(sheet, header_map, required, named_columns)
        findings += said
        if header is None:
            if not said and any(any(cell is not None for cell in row) for row in sheet.rows):
                findings.append(_unknown_sheet(sheet))
            continue
        _report_hidden(sheet, findings)
        if "account" not in header.columns:
            message = "没有账号列，银行反馈回来时只能由人核对。如果有，请指明是哪一列"
            console = "--column account=列名"
            findings.append(Finding("warning", "account.column", message, sheet.name, console=console))
        table = read_rows(sheet, header, header_map, sum(_fen(t) for t in tables))
        findings += table.findings
        tables.append(table)
    if not tables and not any(finding.level == "fatal" for finding in findings):
        findings = [replace(f, level="fatal") if f.code == "header.unknown" else f for f in findings]
        if not any(finding.level == "fatal" for finding in findings):
            findings.append(Finding("fatal", "roll.empty", "文件里没有看得见的名单，请核对"))
    return tables, findings


def header_of(
    sheet: Sheet, header_map: HeaderMap, required: Sequence[str], named: Mapping[str, str]
) -> tuple[Header | None, list[Finding]]:
    """The sheet's header; of a sheet that has none, what somebody said of its columns by place."""
    if named and not column_choices(sheet, header_map, required) and (placed := header_from_places(sheet, named)):
        return placed, []
    return find_header(sheet, header_map, required, named)


def _fen(table: SheetRows) -> int:
    return sum(amount_fen(raw.cells.get("amount"), table.header.scale) or 0 for raw in table.rows)


def _chosen_sheets(workbook: Workbook, wanted: Collection[str], findings: list[Finding]) -> list[Sheet]:
    names = {sheet.name for sheet in workbook.sheets}
    if missing := [name for name in wanted if name not in names]:
        raise Refused(f"文件里没有工作表“{'、'.join(missing)}”；有：{'、'.join(sorted(names))}", "sheet.missing")
    if wanted:
        for sheet in workbook.sheets:
            if sheet.name in wanted and not sheet.visible:
                message = "隐藏的工作表，照您选的也读了，请核对"
                findings.append(Finding("warning", "sheet.hidden_read", message, sheet.name))
            elif sheet.name not in wanted and sheet.rows:
                findings.append(Finding("note", "sheet.left_out", "没有选这张表，没有读", sheet.name))
        return [sheet for sheet in workbook.sheets if sheet.name in wanted]
    for sheet in workbook.sheets:
        if not sheet.visible and sheet.rows:
            message = "隐藏的工作表没有读入"
            findings.append(Finding("warning", "sheet.hidden", message, sheet.name, console=f"--sheet {sheet.name}"))
    return [sheet for sheet in workbook.sheets if sheet.visible]


def _unknown_sheet(sheet: Sheet) -> Finding:
    first = next((row for row in sheet.rows if any(cell is not None for cell in row)), [])
    if _holds_data(first):
        said = "第一行就是数据，没有表头行"
    else:
        words = [str(cell).strip() for cell in first if cell is not None]
        said = "第一行看到的是：" + "、".join(mask_name(w) if looks_like_a_name(w) else w for w in words)[:80]
    return Finding(
        "warning",
        "header.unknown",
        f"没有认出表头，这张表没有读入。找的是“姓名”“身份证号”“金额”这样的列；{said}。"
        "如果它是名单，请检查表头，或指明哪一列是姓名",
        sheet.name,
        console="--column name=列名",
    )


def _holds_data(row: list[Cell]) -> bool:
    """Such a row is never repeated in a message: it may be somebody's name and number."""
    return any(isinstance(cell, int | Decimal) or sum(ch.isdigit() for ch in str(cell)) >= 6 for cell in row if cell)


def _report_hidden(sheet: Sheet, findings: list[Finding]) -> None:
    if sheet.hidden_rows:
        findings.append(
            Finding("warning", "rows.hidden", f"有 {len(sheet.hidden_rows)} 行是隐藏的，也已读入，请核对", sheet.name)
        )
    if sheet.hidden_columns:
        findings.append(
            Finding("note", "columns.hidden", f"有 {len(sheet.hidden_columns)} 列是隐藏的，请核对", sheet.name)
        )
