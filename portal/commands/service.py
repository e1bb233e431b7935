"""mingbai keys · nightly"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from portal.actions.board_names import erase_old_names
from portal.actions.cases import close_answered
from portal.actions.drafts import delete_old_drafts
from portal.actions.lookups import close_days
from portal.actions.retention import retire_lists
from portal.actions.suspensions import delete_past_suspensions
from portal.commands.console import Console, Group, json_option, pass_console, say
from portal.config import ROLES
from portal.counters.attempts import Attempts, StoreDown
from portal.counters.store import open_store
from portal.domain.case_routing import READERS, Reader
from portal.domain.findings import Refused
from portal.office import Office
from portal.security import sealing
from portal.security.keys import create_sealing_pair, export_keys


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


passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="口令写在这个文件里（脚本用）",
)


def read_passphrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase from a file, or typed, never as an argument: others on the machine could read it."""
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    return str(click.prompt("口令", hide_input=True, confirmation_prompt="再输一遍" if twice else False))


@keys.command("seal")
@click.argument("reader", type=click.Choice(list(READERS)))
@passphrase_option
@pass_console
def keys_seal(console: Console, reader: Reader, passphrase_file: Path | None) -> None:
    """为 READER（desk 县受理科室、discipline 纪检监察机关）做封存密钥，口令输两遍。

    口令由读的人自己定、自己记，系统里不存；忘了，封存的内容谁也打不开。已经有的不会换掉。
    """
    create_sealing_pair(console.config.keys, reader, read_passphrase(passphrase_file, twice=True))
    private, public = sealing.private_name(reader), sealing.public_name(reader)
    click.echo(f"已做好：公钥 {public} 留在这里，私钥 {private} 请另外备份。")
    if reader == "discipline":
        click.echo(f"请把 {private} 交给纪检监察机关，拷到他们自己的机器上，再从 {console.config.keys} 里删掉。")
    click.echo("做好以后重新启动服务。")


_DELETED_AT_NIGHT: Final[Mapping[str, tuple[str, Callable[[Office], int]]]] = {
    "drafts": ("份过期的清册草稿", delete_old_drafts),
    "suspensions": ("个停发名单上到期的人", delete_past_suspensions),
    "names": ("个公示期已满的封存全名", erase_old_names),
}
"""What keeps itself no longer than it must."""


@click.command()
@json_option
@pass_console
def nightly(console: Console, as_json: bool) -> None:
    """每天夜里运行一次：到期的办结、撤下、删掉。

    答复过了期限的投诉件办结，前一天的查询次数记进日志，公开期满的名单变成合计，过期的都删掉：计数、清册草稿、停发名单上的人、公示期满的封存全名。"""
    closed, retired = close_answered(console.office), list(retire_lists(console.office).batches)
    deleted = {name: (words, delete(console.office)) for name, (words, delete) in _DELETED_AT_NIGHT.items()}
    try:
        days = close_days(console.office, Attempts(open_store(console.config.counters_url)))
    except StoreDown:
        raise Refused("计数的存储打不开，没有记。请检查 MINGBAI_COUNTERS_URL 和磁盘", "counters.down") from None
    said = "、".join(map(str, days))
    words = f"记了这些天的查询次数：{said}" if days else "没有要记的"
    words += f"；自动办结投诉件{closed}件"
    words += f"；{len(retired)}批名单公开期满，已变成合计" if retired else ""
    words += "".join(f"；删除了{count}{what}" for what, count in deleted.values() if count)
    data = {"days": [day.isoformat() for day in days], "closed": closed, "retired": retired}
    say(as_json, {**data, **{name: count for name, (_, count) in deleted.items()}}, words)
