"""mingbai backup · restore

Beside the backups lies `withdrawn.json`, the batches that were withdrawn: an older backup still has their lists, and its
restore takes them down again before anything is published.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Final

import click

from portal.actions.withdrawals import withdraw_again
from portal.commands.console import Console, pass_console
from portal.commands.registers import FILE
from portal.domain.findings import Refused
from portal.ledger import archive
from portal.ledger.engine import Ledger
from portal.queries.withdrawals import withdrawn_batches

_WITHDRAWN: Final = "withdrawn.json"


@click.command()
@click.argument("destination", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--keys", "only_keys", is_flag=True, help="备份密钥（与数据分开保管，不要放在一起）")
@pass_console
def backup(console: Console, destination: Path, only_keys: bool) -> None:
    """备份数据到一个文件；密钥用 --keys 另外备份，两者分开保管。"""
    if destination.exists():
        raise Refused(f"{destination} 已经存在，请换一个文件名", "backup.exists")
    if only_keys:
        if not console.config.keys.is_dir():
            raise Refused("还没有密钥。请先运行 mingbai init", "key.missing")
        destination.touch(mode=0o600)
        with tarfile.open(destination, "w") as tar:
            for path in sorted(console.config.keys.iterdir()):
                tar.add(path, path.name)
        click.echo(f"密钥已备份到 {destination}。请离线保管，不要与数据备份放在一起。")
        return
    rows = archive.backup(console.ledger, destination)
    beside = destination.parent / _WITHDRAWN
    beside.write_text(json.dumps(sorted({*_withdrawn(beside), *withdrawn_batches(console.office)})), encoding="utf-8")
    click.echo(f"数据已备份到 {destination}（{rows} 行，不含密钥）。撤下过的批次记在旁边的 {_WITHDRAWN}，请一起保管。")


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", "only_keys", is_flag=True, help="恢复的是密钥备份")
@click.option("--withdrawn", multiple=True, metavar="BATCH", help="最后一次备份以后还撤下过的批次，可以写多个")
@pass_console
def restore(console: Console, file: Path, only_keys: bool, withdrawn: tuple[str, ...]) -> None:
    """从备份恢复到一个空的 instance 目录，恢复后请运行 mingbai verify 和 mingbai build。

    备份以后撤下过的批次（备份旁边的 withdrawn.json，和 --withdrawn）在恢复时重新撤下。
    """
    if only_keys:
        console.config.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(console.config.keys.iterdir()):
            raise Refused("这里已有密钥，不能覆盖", "restore.used")
        with tarfile.open(file) as tar:
            tar.extractall(console.config.keys, filter="data")
        for path in console.config.keys.iterdir():
            path.chmod(0o600)
        click.echo("密钥已恢复。")
        return
    console.config.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    ledger = Ledger(console.config.database_url)
    rows = archive.restore(ledger, file)
    ledger.close()
    again = withdraw_again(console.office, {*_withdrawn(file.parent / _WITHDRAWN), *withdrawn})
    click.echo(f"已恢复 {rows} 行。" + (f"重新撤下：{'、'.join(again)}。" if again else ""))
    click.echo(
        "备份以后还撤下过别的批次吗？有的话先逐个运行 mingbai withdraw，再往下做。\n"
        "请运行 mingbai verify 核对，再运行 mingbai build。"
    )


def _withdrawn(path: Path) -> list[str]:
    try:
        return [str(number) for number in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except ValueError:
        raise Refused(
            f"{path} 读不懂，请从别的备份旁边找一份，或者删掉它并用 --withdrawn 逐个写明", "restore.withdrawn"
        ) from None
