"""mingbai print"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import click

from portal.actions.prints import PrintRequest, order_pack
from portal.commands.console import (
    Console,
    Group,
    by_option,
    json_option,
    pass_console,
    progress,
    say,
    show_findings,
)
from portal.domain.sheets import EXTRAS, PAPERS, TYPE_SIZES, Extra, Layout, PackKind, Paper, TypeSize

_Command = Callable[..., Any]


def _pack_options(command: _Command) -> _Command:
    """What all packs are asked."""
    for option in (
        json_option,
        click.option("--out", "folder", type=click.Path(path_type=Path), required=True, help="放到哪个（空的）文件夹"),
        click.option(
            "--size", type=click.Choice(list(TYPE_SIZES)), default="normal", help="公示单的字号：普通、省纸、大字"
        ),
        click.option("--paper", type=click.Choice(list(PAPERS)), default="a4"),
        by_option,
    ):
        command = option(command)
    return command


_extras_option = click.option(
    "--with",
    "extras",
    type=click.Choice(list(EXTRAS)),
    multiple=True,
    help="另附明白卡、村务监督会议材料、补贴底册、纸质意见单（每个村10张，编号连着）",
)
_amendment_option = click.option(
    "--amendment", is_flag=True, help="只印变动说明：和上次印的比，改了什么，引用原来的印制编号"
)
_quarter_option = click.option(
    "--quarter", default="", metavar="2025Q2", help="只印这个季度发布的；不写就是所有还公开着的，包括往年的"
)


@click.group("print", cls=Group)
def print_() -> None:
    """打印公示单：张贴清单、公示单、广播稿，一次印齐。"""


@print_.command("batch")
@click.argument("number", metavar="BATCH")
@click.option("--township", default="", metavar="乡镇或村", help="只印这个乡镇或村（名字或代码）")
@_amendment_option
@_extras_option
@_pack_options
@pass_console
def print_batch(console: Console, /, number: str, township: str, **options: Any) -> None:
    """一个批次的公示单：全县、一个乡镇或一个村。"""
    _print(console, "batch", number, township=township, **options)


@print_.command("village")
@click.argument("village", metavar="村")
@_quarter_option
@_amendment_option
@_extras_option
@_pack_options
@pass_console
def print_village(console: Console, /, village: str, quarter: str, **options: Any) -> None:
    """一个村的公示单（名字或代码）。"""
    _print(console, "village", village, quarter=quarter, **options)


@print_.command("township")
@click.argument("township", metavar="乡镇")
@_quarter_option
@_amendment_option
@_extras_option
@_pack_options
@pass_console
def print_township(console: Console, /, township: str, quarter: str, **options: Any) -> None:
    """一个乡镇各村的公示单（名字或代码）。"""
    _print(console, "township", township, quarter=quarter, **options)


def _print(
    console: Console,
    kind: PackKind,
    subject: str,
    *,
    by: str,
    paper: str,
    size: str,
    folder: Path,
    as_json: bool,
    township: str = "",
    quarter: str = "",
    amendment: bool = False,
    extras: tuple[Extra, ...] = (),
) -> None:
    layout = Layout(cast(Paper, paper), cast(TypeSize, size))
    wanted = PrintRequest(kind, subject, by, layout, township, quarter, amendment=amendment, extras=extras)
    order = order_pack(console.office, wanted)
    bar, move = progress(quiet=as_json)
    with bar:
        printed = console.site.pack(order, folder, move)
    if not as_json:
        show_findings(printed.findings)
    data = {
        "number": order.number,
        "sheets": printed.sheets,
        "pages": printed.pages,
        "files": [str(path) for path in printed.files],
        "findings": [finding.as_json() for finding in printed.findings],
    }
    names = "\n".join(f"  {path}" for path in printed.files)
    say(as_json, data, f"{printed.sheets}份公示单，{printed.pages}页，印制编号 {order.number:06d}：\n{names}")
