"""Amendment sheets: what changed since the sheet that hangs was printed, its print number cited."""

from __future__ import annotations

from typing import Any, Final

from generator.catalogue import PostingPage
from generator.sheet_words import shows_rows_on_board
from generator.sheets import Sheet, SheetWriter, checked, column
from portal.domain.amendments import CHANGE_WORDS, Change, changes
from portal.domain.money import capitals, grouped
from portal.domain.postings import KINDS, Snapshot, Tally
from portal.domain.sheets import Hanging, Layout, check_code

_HEADS: Final = ("变动", "行号", "姓名", "原金额（元）", "现金额（元）", "还有什么变了")
_FIGURES: Final = frozenset({3, 4})
_UNCHANGED: Final = "名单一行也没有变，变的是下面的合计。"


def amendment(
    writer: SheetWriter, page: PostingPage, snapshot: Snapshot, number: str, layout: Layout, hanging: Hanging
) -> Sheet:
    """The sheet that is hung beside the old one."""
    old = hanging.snapshot
    shows_rows = shows_rows_on_board(page) and snapshot.shows_rows
    found = changes(old, snapshot) if shows_rows else []
    rows = [_row(change) for change in found]
    content: dict[str, Any] = {
        **writer.posting(page, snapshot, number, layout).content,
        "title": [page.place, f"{page.batch.period_word}{page.policy.name}", "变动说明"],
        "opening": list(_opening(page, hanging, found, shows_rows)),
        "columns": _columns(rows) if rows else [],
        "rows": rows,
        "sums": False,
        "totals": [
            ("原来那张", f"印制编号{hanging.number}"),
            ("那张的核对码", check_code(old.sha256)),
            *_totals(old.tally, page),
        ],
    }
    return checked(content, page.title)


def _opening(page: PostingPage, hanging: Hanging, found: list[Change], shows_rows: bool) -> list[str]:
    old_kind = KINDS[hanging.snapshot.facts["kind"]]  # type: ignore[index]
    said = f"印制编号{hanging.number}的{old_kind}贴出以后，有下面的变动。这张请贴在那一张旁边。"
    if not shows_rows:
        return [said, "这项补贴按规定只公布合计。"]
    if not found:
        return [said, _UNCHANGED]
    counts = [f"{word}{count}行" for kind, word in CHANGE_WORDS.items() if (count := _count(found, kind))]
    return [said, f"{'，'.join(counts)}。去掉的划了横线；没有列出的行没有变。"]


def _count(found: list[Change], kind: str) -> int:
    return sum(change.kind == kind for change in found)


def _row(change: Change) -> dict[str, Any]:
    cells = [CHANGE_WORDS[change.kind], change.code, change.name, change.before, change.after, change.notes]
    return {"cells": cells, "fen": 0, "mark": change.kind}


def _columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        column([head], [row["cells"][at] for row in rows], is_figure=at in _FIGURES) for at, head in enumerate(_HEADS)
    ]


def _totals(old: Tally, page: PostingPage) -> list[tuple[str, str]]:
    new = page.tally
    lines = [
        ("原来合计", f"{old.listed_rows}笔，{grouped(old.listed_fen)}元"),
        ("现在合计", f"{new.listed_rows}笔，{grouped(new.listed_fen)}元"),
        ("大写", f"人民币{capitals(new.listed_fen)}"),
    ]
    if page.posting.kind != "notice":
        lines.append(("已到账", f"原来{old.paid_rows}笔，现在{new.paid_rows}笔，{grouped(new.paid_fen)}元"))
    return lines
