"""mingbai areas · units"""

from __future__ import annotations

from pathlib import Path

import click

from portal.actions import registers
from portal.commands.console import Console, Group, by_option, pass_console

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
