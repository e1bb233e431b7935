"""mingbai backup · restore"""

from __future__ import annotations

import tarfile
from pathlib import Path

import click

from portal.commands.console import Console, pass_console
from portal.commands.registers import FILE
from portal.domain.findings import Refused
from portal.ledger import archive
from portal.ledger.engine import Ledger


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
    click.echo(f"数据已备份到 {destination}（{rows} 行，不含密钥）。")


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", "only_keys", is_flag=True, help="恢复的是密钥备份")
@pass_console
def restore(console: Console, file: Path, only_keys: bool) -> None:
    """从备份恢复到一个空的 instance 目录，恢复后请运行 mingbai verify 和 mingbai build。"""
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
    click.echo(f"已恢复 {rows} 行。请运行 mingbai verify 核对，再运行 mingbai build。")
