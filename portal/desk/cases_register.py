"""The register on screen and as a workbook, and its figures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Final

import xlsxwriter
from flask import Response, request

from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.cases import names
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, DISCIPLINE_ROLE, UNIT_ROLES
from portal.domain.case_acts import KINDS
from portal.queries.case_register import COLUMNS, RegisterLine, register, seen_statistics
from portal.shell import show

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDTHS: Final = {"标题": 36, "责任科室": 22, "办理情况": 18, "重复件关联": 18}
_SHOWN: Final = 500
"""Lines on one screen; the workbook has all."""


@dataclass(frozen=True)
class Asked:
    """A period (both days counted), one unit, one category; empty words ask for all."""

    since: date
    until: date
    unit: str
    category: str


@desk.get("/cases/register")
@allowed(DESK_ROLE, AUDIT_ROLE, admin=False)
def case_register() -> str:
    asked, known = _asked(), names()
    lines = _lines(asked)
    units = {person.unit for person in known.people if person.role in UNIT_ROLES}
    return show(
        "desk/cases/register.html",
        "投诉件台账",
        "办公端",
        asked=asked,
        columns=COLUMNS,
        lines=lines[:_SHOWN],
        found=len(lines),
        units={code: known.unit(code) for code in sorted(units)},
        categories=office().rules.categories,
    )


@desk.get("/cases/register.xlsx")
@allowed(DESK_ROLE, AUDIT_ROLE, admin=False)
def case_workbook() -> Response:
    asked = _asked()
    answer = Response(workbook(_lines(asked)), mimetype=_SHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="cases-{asked.since}-{asked.until}.xlsx"'
    return answer


@desk.get("/cases/statistics")
@allowed(DESK_ROLE, AUDIT_ROLE, DISCIPLINE_ROLE, link="投诉件统计", admin=False)
def case_statistics() -> str:
    asked = _asked()
    found = seen_statistics(office(), signed_in(), asked.since, asked.until)
    categories = office().rules.categories
    return show(
        "desk/cases/statistics.html",
        "投诉件统计",
        "办公端",
        asked=asked,
        all=found.all,
        tables=(
            ("按类型", [(KINDS[kind], tally) for kind, tally in found.kinds.items()]),
            (
                "按什么事",
                [
                    (categories[code].words if code in categories else code, tally)
                    for code, tally in found.categories.items()
                ],
            ),
        ),
    )


def workbook(lines: list[RegisterLine]) -> bytes:
    """Text cells only: what begins with = + - @ is marked as text for every program that opens it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _PLAIN) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        text = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "border": 1})
        sheet = book.add_worksheet("台账")
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        for place, name in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(name, 12))
            sheet.write_string(0, place, name, head)
        for row, line in enumerate(lines, start=1):
            for place, cell in enumerate(line.cells):
                sheet.write_string(row, place, cell, text)
    return buffer.getvalue()


def _lines(asked: Asked) -> list[RegisterLine]:
    return register(
        office(), signed_in(), asked.since, asked.until, unit=asked.unit, category=asked.category
    )  # fmt: skip


def _asked() -> Asked:
    """This year so far, unless the address says otherwise."""
    today = office().today
    since, until = _day("since") or today.replace(month=1, day=1), _day("until") or today
    return Asked(since, until, request.args.get("unit", "")[:20], request.args.get("category", "")[:24])


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
