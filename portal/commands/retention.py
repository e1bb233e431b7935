"""mingbai retention"""

from __future__ import annotations

from typing import Final

import click

from portal.actions.retention import retire_lists
from portal.commands.console import Console, json_option, pass_console, say
from portal.domain.findings import Refused
from portal.domain.retention import months_later
from portal.queries.retention import EndingList, ending_lists

_WHAT_NEXT: Final = "要现在就删：mingbai retention --erase --by 用户名；mingbai nightly 每天夜里也会自己删到期的。"


@click.command()
@click.option("--months", default=1, show_default=True, type=click.IntRange(0, 120), help="看到几个月以后")
@click.option("--erase", is_flag=True, help="真的删：已到期的名单变成合计。不写就只是看")
@click.option("--by", default="", metavar="NAME", help="经办人的用户名，和 --erase 一起用")
@json_option
@pass_console
def retention(console: Console, months: int, erase: bool, by: str, as_json: bool) -> None:
    """公开期限：哪些名单到期了、快到期了。到期的名单撤下，只留合计；不加 --erase 什么都不删。"""
    office = console.office
    if erase:
        if not by:
            raise Refused("要写明是谁办的", "retention.by", "--by")
        gone = retire_lists(office, by)
        data: dict[str, object] = {"batches": list(gone.batches), "names": gone.names}
        words = f"{len(gone.batches)} 批名单已变成合计，删除 {gone.names} 个姓名" if gone.batches else "没有到期的名单"
        say(as_json, data, f"{words}。")
        return
    found = ending_lists(office, months_later(office.today, months))
    lines = [_line(line, line.ends <= office.today) for line in found]
    words = "\n".join([*lines, _WHAT_NEXT] if lines else [f"{months} 个月内没有到期的名单。"])
    say(as_json, {"lists": [line.as_json() for line in found]}, words)


def _line(line: EndingList, is_over: bool) -> str:
    state = "已到期" if is_over else "　　　"
    return (
        f"{state} {line.ends}  {line.number}  {line.title}  {line.unit}  "
        f"公开 {line.months} 个月  {line.postings} 页 {line.rows} 行"
    )
