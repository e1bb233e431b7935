"""mingbai keys · nightly"""

from __future__ import annotations

from pathlib import Path

import click

from portal.actions.drafts import delete_old_drafts
from portal.actions.lookups import close_days
from portal.commands.console import Console, Group, json_option, pass_console, say
from portal.config import ROLES
from portal.counters.attempts import Attempts, StoreDown
from portal.counters.store import open_store
from portal.domain.findings import Refused
from portal.security.keys import export_keys


@click.group(cls=Group)
def keys() -> None:
    """密钥：按进程的角色分开。"""


@keys.command("export")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_console
def keys_export(console: Console, role: str, folder: Path) -> None:
    """把角色 ROLE 的进程可以拿的密钥复制到 FOLDER（权限 0600），别的不给它。"""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} 里已经有文件，请换一个空文件夹", "key.folder")
    names = export_keys(console.config.keys, next(known for known in ROLES if known == role), folder)
    click.echo(f"已复制：{'、'.join(names)}。把 MINGBAI_KEYS 指向 {folder}，MINGBAI_ROLE 设为 {role}。")


@click.command()
@json_option
@pass_console
def nightly(console: Console, as_json: bool) -> None:
    """每天夜里运行一次：把前一天的查询次数记进日志（每天一条），清掉过期的计数，删除超过24小时的清册草稿。"""
    drafts = delete_old_drafts(console.office)
    try:
        days = close_days(console.office, Attempts(open_store(console.config.counters_url)))
    except StoreDown:
        raise Refused("计数的存储打不开，没有记。请检查 MINGBAI_COUNTERS_URL 和磁盘", "counters.down") from None
    said = "、".join(map(str, days))
    words = f"记了这些天的查询次数：{said}" if days else "没有要记的"
    words += f"；删除了 {drafts} 份过期的清册草稿" if drafts else ""
    say(as_json, {"days": [day.isoformat() for day in days], "drafts": drafts}, words)
