"""mingbai kiosk"""

from __future__ import annotations

import click

from portal.actions import kiosks
from portal.commands.console import Console, Group, by_option, json_option, pass_console, say
from portal.queries.kiosks import list_kiosks


@click.group(cls=Group)
def kiosk() -> None:
    """自助查询机：登记、列表、停用。"""


@kiosk.command("add")
@click.argument("name")
@click.option("--area", required=True, help="所在的村、乡镇或县的区划代码：断网时能看这里的公示")
@by_option
@pass_console
def kiosk_add(console: Console, name: str, area: str, by: str) -> None:
    """登记一台自助机（名称 NAME），得到一个一次性登记码。"""
    code = kiosks.add_kiosk(console.office, name, area, by)
    click.echo(f"登记码：{code}\n在自助机上打开 /kiosk，输入它。两天内有效，只能用一次。")


@kiosk.command("list")
@json_option
@pass_console
def kiosk_list(console: Console, as_json: bool) -> None:
    """列出自助机。"""
    found = list_kiosks(console.office)
    data = {
        "kiosks": [
            {"id": k.id, "name": k.name, "area": k.area, "in_use": k.is_set_up, "revoked": k.revoked} for k in found
        ]
    }
    lines = [
        f"{k.id}\t{k.name}\t{k.area}\t{'已停用' if k.revoked else '在用' if k.is_set_up else '待登记'}" for k in found
    ]
    say(as_json, data, "\n".join(lines) or "还没有自助机")


@kiosk.command("revoke")
@click.argument("number", type=int)
@by_option
@pass_console
def kiosk_revoke(console: Console, number: int, by: str) -> None:
    """停用一台自助机（编号 NUMBER，见 list），几秒内生效。"""
    kiosks.revoke_kiosk(console.office, number, by)
    click.echo(f"{number} 号自助机已停用。")
