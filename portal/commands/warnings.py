"""mingbai warnings"""

from __future__ import annotations

import click

from portal.commands.console import Console, json_option, pass_console, say
from portal.domain.batches import Actor
from portal.domain.leads import KINDS
from portal.queries.leads import LeadLine, lead_lines, source_rows

_COUNTY = Actor("console", "控制台", "finance", "")
"""Whoever is at the server's console sees what the county's finance office sees."""


@click.command()
@click.option("--all", "everything", is_flag=True, help="连已经有人看过、情况没有变的也列出来")
@json_option
@pass_console
def warnings(console: Console, everything: bool, as_json: bool) -> None:
    """列出预警线索：是线索，不是结论。--json 带上来源（批次、工作表、行号、隐去部分的姓名、金额）。"""
    office = console.office
    lines = [line for line in lead_lines(office, _COUNTY) if everything or not line.is_settled]
    data = {"leads": [{**_row(line), "rows": _rows(console, line)} for line in lines]} if as_json else {}
    say(as_json, data, "\n".join(map(_words, lines)) or "没有要看的线索")


def _row(line: LeadLine) -> dict[str, object]:
    return {
        "name": line.lead.name,
        "kind": line.lead.kind,
        "words": line.lead.words,
        "amount_fen": line.lead.fen,
        "policies": list(line.policies),
        "places": list(line.places),
        "settled": line.is_settled,
    }


def _rows(console: Console, line: LeadLine) -> list[dict[str, object]]:
    names = ("batch", "policy", "period", "village", "sheet", "row", "name")
    return [
        {**{name: getattr(row, name) for name in names}, "amount_fen": row.fen}
        for row in source_rows(console.office, line.lead)
    ]


def _words(line: LeadLine) -> str:
    told = (KINDS[line.lead.kind].title, "、".join(line.policies), "、".join(line.places), line.lead.words)
    return "\t".join(filter(None, told))
