"""What stands on a notice or disclosure sheet, from the same snapshot as the page: words and figures, no layout.

`templates/sheets/posting.typ` lays it out. Every character is looked up in the faces first; one that none has is
printed as 〓 and the row is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from generator import fonts
from generator.catalogue import PostingPage, VillagePage
from generator.qr import QrCodes, picture
from generator.shell import day
from generator.site_text import SiteText
from portal.domain.findings import Finding
from portal.domain.money import capitals, grouped
from portal.domain.policies import Show
from portal.domain.postings import COLUMN_WORDS, Row, Snapshot, Tally, columns_of
from portal.domain.sheets import BoardList, Hanging, Layout, check_code, check_path
from portal.domain.units import Unit

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
    """Writes sheets of one site; draws their QR codes."""

    def __init__(self, site: SiteText) -> None:
        self._site = site
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
            "opening": [*_opening(page, bool(columns)), _about_rows(page, columns, board)],
            "columns": [
                column(
                    _head(name, page.posting.facts["quantity_unit"]),
                    [getattr(row, name) for row in rows],
                    is_figure=name in _FIGURES,
                )
                for name in columns
            ],
            "rows": [{"cells": [getattr(row, name) for name in columns], "fen": _fen(row)} for row in rows],
            "totals": list(_totals(page, tally, bool(columns))),
            "objection": [_objection(page, bool(columns))],
            "phones": list(_phones(page, self._site)),
            "unit": page.posting.facts["unit_name"],
            "date": day(page.posting.facts["published"]),
            "signatures": [f"{_committee(page)}（签字）", "村务监督委员会（签字）", "张贴日期", "撤下日期"],
        }
        sheet = checked(content, page.title)
        if shows_rows_on_board(page) and not columns and "retired" not in page.posting.facts:
            return Sheet(sheet.content, (*sheet.findings, _list_is_owed(page)))
        if board is not None and _board_class(page) == "full_names" and not board.full_names:
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


def shows_rows_on_board(page: PostingPage) -> bool:
    """Whether the board's disclosure class allows rows; full names take a desk act of their own, so rows stay masked."""
    return _board_class(page) in ("rows", "full_names")


def may_hang(page: PostingPage) -> bool:
    """Whether the policy has anything at all on the village board at this stage."""
    return _board_class(page) != "none"


def _board_class(page: PostingPage) -> Show:
    return page.policy.shown_on_board(page.posting.kind)


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


def _committee(page: PostingPage) -> str:
    """Whose signature it takes: a community (社区) has a residents' committee, a village a villagers' one."""
    return "居民委员会" if page.area.name.endswith(("社区", "居")) else "村民委员会"


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


def _opening(page: PostingPage, shows_rows: bool) -> Iterator[str]:
    facts, policy = page.posting.facts, page.policy
    basis = "、".join(policy.basis[:2]) + ("等文件" if len(policy.basis) > 2 else "")
    what = "名单" if shows_rows else "合计"
    title = f"{page.batch.period_word}{policy.name}"
    words = f"根据{basis or '本年度补贴政策清单'}，"
    if page.posting.kind == "notice":
        words += f"现将{page.place}{title}{what}公示如下，请大家监督。"
    else:
        words += f"{title}已于{day(facts['credited'])}由银行发放，" if facts["credited"] else ""
        words += f"现将{page.place}{'更正后的' if page.posting.kind == 'correction' else ''}发放结果公开如下。"
    if policy.rate_text:
        words += f"补贴标准：{policy.rate_text.rstrip('。')}。"
    yield words
    if facts["opened"] and facts["until"]:
        days = (date.fromisoformat(facts["until"]) - date.fromisoformat(facts["opened"])).days + 1
        said = "公示时间" if page.posting.kind == "notice" else "发放前公示过"
        yield f"{said}：{day(facts['opened'])}至{day(facts['until'])}，首尾都算，共{days}天。"


def _about_rows(page: PostingPage, columns: Sequence[str], board: BoardList | None) -> str:
    """How to read the list, and what of it the web has."""
    if not columns:
        return "这张单子只列合计。" if shows_rows_on_board(page) else "这项补贴按规定只公布合计，不公布名单。"
    names = "姓名按规定隐去一部分"
    if board is not None and board.full_names:
        names = "姓名按规定只在村公示栏、只在公示期里写全，期满就撤下，请不要拍照外传"
    words = f"一行是一笔，{names}{'，人少的组不写组别' if 'group' in columns else ''}。"
    if board is not None and page.policy.shown_on_web(page.posting.kind) == "totals":
        together = "，人数少的村合在一起算" if board.village != page.posting.area else ""
        words += f"网上只公布合计{together}，核对码核对的是网上的合计。"
    return words


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


def _totals(page: PostingPage, tally: Tally, shows_rows: bool) -> Iterator[tuple[str, str]]:
    yield "合计" if shows_rows else "公布合计", f"{tally.listed_rows}笔，{grouped(tally.listed_fen)}元"
    yield "大写", f"人民币{capitals(tally.listed_fen)}"
    if page.posting.kind != "notice":
        yield "已到账", f"{tally.paid_rows}笔，{grouped(tally.paid_fen)}元"
        returned = f"，其中银行退回{tally.returned_rows}笔，改好后重发" if tally.returned_rows else ""
        yield "待发放", f"{tally.pending_rows}笔，{grouped(tally.pending_fen)}元{returned}"
        if tally.treasury_rows:
            yield "已退国库", f"{tally.treasury_rows}笔，{grouped(tally.treasury_fen)}元"
    held = f"另有{tally.held_rows}行、{grouped(tally.held_fen)}元待核实，未列出"
    yield "未列出", held if tally.held_rows else "没有待核实的"
    if tally.dropped_rows:
        yield "不发的", f"{tally.dropped_rows}行、{grouped(tally.dropped_fen)}元核实后不发，未列出"


def _objection(page: PostingPage, shows_rows: bool) -> str:
    until = page.posting.facts["until"]
    when = f"请在{day(until)}以前（当天也算）" if page.posting.kind == "notice" and until else "请"
    what = "谁不该有、谁漏了、哪一行不对" if shows_rows else "数字不对、钱没收到"
    how = "，说出那一行的行号就行" if shows_rows else ""
    return f"有意见怎么提：{what}，{when}打下面的电话，或者到村里、乡镇当面说{how}。反映问题不收费，也不用找熟人。"


def _phones(page: PostingPage, site: SiteText) -> Iterator[tuple[str, str]]:
    """Whom to call: village, township, issuing unit, the policy's line, the county's two hotlines. Each number once."""
    units: list[Unit | None] = [page.village_unit, page.township_unit, page.batch.unit]
    lines = [(unit.name, unit.hotline) for unit in units if unit is not None and unit.hotline]
    lines += [("政策咨询", page.policy.hotline)] if page.policy.hotline else []
    lines += [(hotline["name"], hotline["number"]) for hotline in site.hotlines[:2]]
    seen: set[str] = set()
    for name, number in lines:
        if number not in seen:
            seen.add(number)
            yield name, number
