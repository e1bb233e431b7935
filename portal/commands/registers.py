"""mingbai staff · areas · units"""

from __future__ import annotations

from pathlib import Path

import click

from portal.actions import registers
from portal.commands.console import Console, Group, by_option, json_option, pass_console, say
from portal.domain.batches import ROLES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def staff() -> None:
    """工作人员：登记、列表。"""


@staff.command("add")
@click.argument("name")
@click.option("--display", default="", help="显示的称呼，默认同用户名")
@click.option(
    "--role", required=True, type=click.Choice(list(ROLES)), help="、".join(f"{c} {w}" for c, w in ROLES.items())
)
@click.option("--unit", required=True, help="单位编码")
@pass_console
def staff_add(console: Console, name: str, display: str, role: str, unit: str) -> None:
    """登记一名工作人员（用户名 NAME）。"""
    registers.add_staff(console.office, name, display or name, role, unit)
    click.echo(f"已登记 {name}（{ROLES[role]}）。")


@staff.command("list")
@json_option
@pass_console
def staff_list(console: Console, as_json: bool) -> None:
    """列出登记过的工作人员。"""
    people = registers.list_staff(console.office)
    data = {"staff": [{"name": p.name, "display": p.display, "role": p.role, "unit": p.unit} for p in people]}
    say(as_json, data, "\n".join(f"{p.name}\t{p.display}\t{ROLES[p.role]}\t{p.unit}" for p in people) or "还没有人")


@click.group(cls=Group)
def areas() -> None:
    """区划：导入，登记别名。"""


@areas.command("import")
@click.argument("file", type=FILE)
@pass_console
def areas_import(console: Console, file: Path) -> None:
    """导入区划表（列：code,name,aliases）。重复导入无妨。"""
    click.echo(f"区划有 {registers.import_areas(console.office, file)} 处新增或改动。")


@areas.command("alias")
@click.argument("name")
@click.argument("code")
@by_option
@pass_console
def areas_alias(console: Console, name: str, code: str, by: str) -> None:
    """登记一个村名的别名 NAME，以后的清册都认得。"""
    registers.alias_area(console.office, name, code, by)
    click.echo(f"记住了：“{name}”就是 {code}。")


@click.group(cls=Group)
def units() -> None:
    """单位：部门、乡镇、站所、村、银行及其电话。"""


@units.command("import")
@click.argument("file", type=FILE)
@pass_console
def units_import(console: Console, file: Path) -> None:
    """导入单位表（列：code,name,kind,area,hotline,…）。重复导入无妨。"""
    click.echo(f"单位有 {registers.import_units(console.office, file)} 处新增或改动。")
