"""What stands on a notice or disclosure sheet, from the same snapshot as the page: words and figures, no layout.

`templates/sheets/posting.typ` lays it out. Every character is looked up in the faces first; one that none has is
printed as 〓 and the row is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from generator import fonts, sheet_words
from generator.catalogue import PostingPage, VillagePage
from generator.qr import QrCodes, picture
from generator.sheet_words import shows_rows_on_board
from generator.shell import day
from generator.site_text import SiteText
from portal.domain.findings import Finding
from portal.domain.postings import COLUMN_WORDS, Row, Snapshot, Tally, columns_of
from portal.domain.sheets import BoardList, Hanging, Layout, check_code, check_path

_FIGURES: Final = frozenset({"quantity", "rate", "amount"})
_CAPITALS: Final = {**dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ", 1.4), "M": 1.9, "W": 2.0}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`content` is what the template gets, plain values only."""

    content: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> int:
        return len(self.content["rows"])


class SheetWriter:
    """Writes sheets of one site that are printed `today`; draws their QR codes."""

    def __init__(self, site: SiteText, today: date) -> None:
        self._site, self._today = site, today
        self._codes = QrCodes()

    def posting(
        self, page: PostingPage, snapshot: Snapshot, number: str, layout: Layout, board: BoardList | None = None
    ) -> Sheet:
        """The sheet of a posting. Rows are on it where both the snapshot and the board's disclosure class have them, or
        where `board` brings them."""
        code = check_code(page.posting.sha256)
        if board is not None:
            columns, rows, tally = columns_of(board.rows), list(board.rows), board.tally
        else:
            columns = snapshot.columns if shows_rows_on_board(page) else ()
            rows, tally = snapshot.rows() if columns else [], page.tally
        content = {
            "paper": layout.paper,
            "size": layout.size,
            "number": number,
            "code": code,
            "qr": self.qr(check_path(code)),
            "title": [page.place, f"{page.batch.period_word}{page.policy.name}", page.kind_word],
            "opening": [*sheet_words.opening(page, bool(columns)), sheet_words.about_rows(page, columns, board)],
            "columns": [
                column(
                    _head(name, page.posting.facts["quantity_unit"]),
                    [getattr(row, name) for row in rows],
                    is_figure=name in _FIGURES,
                )
                for name in columns
            ],
            "rows": [{"cells": [getattr(row, name) for name in columns], "fen": _fen(row)} for row in rows],
            "totals": list(sheet_words.totals(page, tally, bool(columns))),
            "objection": [sheet_words.objection(page, bool(columns), self._today)],
            "phones": list(sheet_words.phones(page, self._site)),
            "unit": page.posting.facts["unit_name"],
            "date": day(page.posting.facts["published"]),
            "signatures": sheet_words.signatures(page),
        }
        sheet = checked(content, page.title)
        if shows_rows_on_board(page) and not columns and "retired" not in page.posting.facts:
            return Sheet(sheet.content, (*sheet.findings, _list_is_owed(page)))
        if board is not None and sheet_words.board_class(page) == "full_names" and not board.full_names:
            return Sheet(sheet.content, (*sheet.findings, _names_are_owed(page)))
        return sheet

    def qr(self, path: str) -> str:
        """The QR code of an address of the site, as SVG that stands alone."""
        return picture(self._codes, self._site.url + path)


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A sheet to be printed: `board` is the list on it where the web has none, `hanging` what it amends."""

    page: PostingPage
    number: str
    board: BoardList | None = None
    hanging: Hanging | None = None

    @property
    def tally(self) -> Tally:
        return self.board.tally if self.board is not None else self.page.tally


def at_village(page: PostingPage, village: VillagePage) -> PostingPage:
    """The posting as it hangs at one village of those that the web counts together."""
    return replace(
        page,
        area=village.area,
        township=village.township,
        village_unit=village.unit,
        township_unit=village.township_unit,
    )


def checked(content: dict[str, Any], title: str) -> Sheet:
    """The content with stand-ins for characters that no face has, and a finding for each place of one."""
    findings = []
    for place, text in _texts(content):
        if lacking := sorted(fonts.missing(text)):
            codes = "、".join(f"U+{ord(character):04X}" for character in lacking)
            findings.append(
                Finding(
                    "warning",
                    "sheet.character",
                    f"{title}：{place}有字库里没有的字（{codes}），印成了“{fonts.STAND_IN}”，请用笔补上",
                )
            )
    if findings:
        content = _replaced(content, fonts.missing("".join(text for _, text in _texts(content))))
    return Sheet(content, tuple(findings))


def _list_is_owed(page: PostingPage) -> Finding:
    return Finding(
        "warning",
        "sheet.list_is_owed",
        f"{page.title}：按政策清单村公示栏要贴名单，网上只公布合计，这里也只印得出合计，名单请另按规定张贴",
    )


def _names_are_owed(page: PostingPage) -> Finding:
    return Finding(
        "warning",
        "sheet.names_are_owed",
        f"{page.batch.title}：按政策清单村公示栏要写全名，这里印的是隐去一部分的。要全名的，请在办公端“打印公示单”里写明理由打印",
    )


def _texts(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(where in words, text) of all that is printed; a row is named by its code."""
    for row in content.get("rows", ()):
        yield f"行号 {row['cells'][0]} 这一行", "".join(row["cells"])
    rest = {name: value for name, value in content.items() if name not in ("rows", "qr")}
    yield "表头或说明里", "".join(_leaves(rest))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str):
        yield value


def _replaced(value: Any, lacking: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(each, lacking) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, lacking) for each in value]
    return fonts.with_stand_ins(value, lacking) if isinstance(value, str) else value


def column(head: Sequence[str], cells: Sequence[str], *, is_figure: bool) -> dict[str, Any]:
    """A column as the template gets it; `head` in lines, the widest cell to find the width by."""
    return {"head": list(head), "widest": max(cells, key=_width, default=""), "kind": "figure" if is_figure else "text"}


def _head(name: str, unit: str) -> list[str]:
    more = {"quantity": f"（{unit}）", "rate": f"（元/{unit}）"} if unit else {}
    return [COLUMN_WORDS[name], *([more[name]] if name in more else [])]


def _width(text: str) -> float:
    """In halves of a Chinese character, about as the face draws it."""
    return sum(_CAPITALS.get(character, 1.0) if character.isascii() else 2 for character in text)


def _fen(row: Row) -> int:
    return int(row.amount.replace(".", ""))
