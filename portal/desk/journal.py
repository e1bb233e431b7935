"""The journal in a browser: searched, paged by place, and taken away as a workbook or line by line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, Final

import xlsxwriter
from flask import Response, request, url_for

from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.rolls import sheet_file
from portal.domain.case_access import AUDIT_ROLE
from portal.domain.journal_words import CASE_PREFIX, GROUPS, Line
from portal.queries.journal_pages import Asked, journal_lines, journal_page, people_who_sign
from portal.security import keys
from portal.security.places import Places
from portal.shell import show

_COLUMNS: Final = ("时间", "谁", "从哪里", "做了什么", "内容")
_PLAIN: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True,
}  # fmt: skip
IN_A_WORKBOOK: Final = 20_000
"""Entries that one workbook takes: more would hold up the desk while it is made."""


@desk.get("/journal")
@allowed(AUDIT_ROLE, link="操作日志")
def journal() -> str:
    asked, places, timezone = _asked(), _places(), this_desk().config.timezone
    sent = request.args.get("before", "")
    page = journal_page(office(), signed_in(), asked, places.open(sent) if sent else None, timezone)
    chosen: dict[str, Any] = {
        "act": asked.act, "by": asked.person, "batch": asked.batch, "since": _iso(asked.since), "until": _iso(asked.until),
    }  # fmt: skip
    chosen = {name: value for name, value in chosen.items() if value}
    older = url_for("desk.journal", before=places.seal(page.before), **chosen) if page.before is not None else ""
    is_auditor = signed_in().role == AUDIT_ROLE
    return show(
        "desk/journal.html",
        "操作日志",
        "办公端",
        page=page,
        asked=asked,
        chosen=chosen,
        older=older,
        is_first=not sent,
        groups={name: acts for name, acts in GROUPS.items() if is_auditor or not _is_of_cases(acts)},
        people=people_who_sign(office()),
        most=IN_A_WORKBOOK,
    )


@desk.get("/journal.xlsx")
@allowed(AUDIT_ROLE)
def journal_workbook() -> Response:
    return sheet_file(workbook(line for line, _ in islice(_lines(), IN_A_WORKBOOK)), "journal.xlsx")


@desk.get("/journal.jsonl")
@allowed(AUDIT_ROLE)
def journal_file() -> Response:
    found = _lines()
    answer = Response((_json(line, detail) for line, detail in found), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="journal.jsonl"'
    return answer


def workbook(lines: Iterator[Line]) -> bytes:
    """Text cells only."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _PLAIN) as book:
        head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "quote_prefix": True})
        sheet = book.add_worksheet("操作日志")
        sheet.freeze_panes(1, 0)
        for place, (name, width) in enumerate(zip(_COLUMNS, (20, 16, 12, 18, 70), strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        for row, line in enumerate(lines, start=1):
            cells = (f"{line.moment:%Y-%m-%d %H:%M:%S}", line.who, line.through, line.word, line.about)
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell, text)
    return buffer.getvalue()


def _json(line: Line, detail: dict[str, Any]) -> str:
    said = {
        "moment": line.moment.isoformat(), "act": line.act, "word": line.word, "by": line.who, "through": line.through,
        "about": line.about, "detail": detail,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False) + "\n"


def _lines() -> Iterator[tuple[Line, dict[str, Any]]]:
    return journal_lines(office(), signed_in(), _asked(), this_desk().config.timezone)


def _places() -> Places:
    return Places(keys.load_secret(this_desk().config.keys, keys.DESK_SESSION, "journal"))


def _is_of_cases(acts: Any) -> bool:
    return all(act.startswith(CASE_PREFIX) for act in acts)


def _asked() -> Asked:
    typed = {name: request.args.get(name, "").strip()[:40] for name in ("act", "by", "batch")}
    return Asked(typed["act"], typed["by"], typed["batch"], _day("since"), _day("until"))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
