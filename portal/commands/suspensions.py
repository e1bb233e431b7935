"""mingbai suspensions"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from portal.actions.suspensions import SuspensionRequest, end_suspensions, import_suspensions
from portal.commands.console import (
    Console,
    Day,
    Group,
    by_option,
    json_option,
    pass_console,
    say,
    show_findings,
)
from portal.commands.registers import FILE
from portal.queries.suspensions import suspension_lines


@click.group(cls=Group)
def suspensions() -> None:
    """停发名单：只留打乱的记号，用来和清册比对；查不到某个人在不在上面。"""


@suspensions.command("import")
@click.argument("file", type=FILE)
@click.option("--document", required=True, help="文号或名单的名称")
@click.option("--issued", required=True, type=Day(), help="名单的日期")
@click.option("--replace", "replaces", is_flag=True, help="本单位以前的名单全部作废，以这份为准")
@by_option
@json_option
@pass_console
def suspensions_import(
    console: Console, file: Path, document: str, issued: date, replaces: bool, by: str, as_json: bool
) -> None:
    """导入一份停发名单（.xlsx、.xls、.csv；姓名、身份证号，可有起始日期、截止日期）。"""
    done = import_suspensions(console.office, SuspensionRequest(file, document, issued, by, replaces))
    if not as_json:
        show_findings(done.findings)
    data = {
        "list": done.list_id,
        "people": done.people,
        "ended": done.ended,
        "already": done.already,
        "findings": [finding.as_json() for finding in done.findings],
    }
    words = f"第 {done.list_id} 份名单：收下 {done.people} 人，{len(done.findings)} 行没有收，作废了 {done.ended} 份。"
    say(as_json, data, "这份名单已经导入过，没有重复写入。" if done.already else words)


@suspensions.command("list")
@json_option
@pass_console
def suspensions_list(console: Console, as_json: bool) -> None:
    """列出有哪些名单：单位、文号、日期、人数。没有人名。"""
    lines = suspension_lines(console.office)
    rows = [
        {
            "list": line.id,
            "unit": line.unit,
            "document": line.document,
            "issued": line.issued.isoformat(),
            "imported_on": line.imported_on.isoformat(),
            "people": line.people,
            "ended_on": line.ended_on.isoformat() if line.ended_on else None,
        }
        for line in lines
    ]
    words = [
        f"{line.id}\t{line.unit_name}\t{line.document}\t{line.issued}\t"
        + (f"{line.ended_on} 作废" if line.ended_on else f"{line.people} 人")
        for line in lines
    ]
    say(as_json, {"lists": rows}, "\n".join(words) or "还没有名单")


@suspensions.command("expire")
@click.argument("number", type=int)
@by_option
@pass_console
def suspensions_expire(console: Console, number: int, by: str) -> None:
    """第 NUMBER 份名单作废，上面的记录马上删除。"""
    click.echo(f"第 {number} 份名单已作废，删除了 {end_suspensions(console.office, number, by)} 人的记录。")
