"""The `mingbai` command: one module a noun, all behind one group."""

from __future__ import annotations

import click

from portal.commands.backup import backup, restore
from portal.commands.batches import batch
from portal.commands.cases import case
from portal.commands.console import Group
from portal.commands.kiosks import kiosk
from portal.commands.policies import policies
from portal.commands.precheck import precheck
from portal.commands.prints import print_
from portal.commands.registers import areas, units
from portal.commands.retention import retention
from portal.commands.rolls import feedback, roll
from portal.commands.service import keys, nightly
from portal.commands.setup import demo, doctor, init, migrate, serve
from portal.commands.site import build, verify
from portal.commands.staff import staff
from portal.commands.suspensions import suspensions
from portal.commands.trial import trial
from portal.commands.warnings import warnings
from portal.commands.withdraw import withdraw


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="mingbai")
def cli() -> None:
    """明白账：把补贴政策清单和发放清册变成村民看得懂、查得到的公开网站。

    \b
    第一次：mingbai demo            看一个虚构县的样子
    建立：  mingbai init            然后 areas / units / staff / policies
    日常：  mingbai roll import     →  batch step … review / notice
            feedback import         →  batch step … disclosure  →  build
    撤下：  mingbai withdraw 批次    公开错了，到处删干净再查一遍
    上墙：  mingbai print batch    某乡镇、某村一次印齐
    核对：  mingbai verify          发布前自查文件：mingbai precheck
    """


for command in (
    init, migrate, doctor, demo, staff, areas, units, policies, roll, batch, feedback, build, print_, verify, serve,
    backup, restore, precheck, kiosk, keys, nightly, case, withdraw, retention, trial, warnings, suspensions,
):  # fmt: skip
    cli.add_command(command)
