"""mingbai case"""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal.commands.console import Console, Group, by_option, json_option, pass_console, say
from portal.commands.service import passphrase_option, read_passphrase
from portal.domain.case_acts import KINDS, STATES
from portal.domain.findings import Refused
from portal.queries.cases import CaseLine, queue
from portal.queries.staff import account_of
from portal.security import sealing
from portal.security.case_packages import open_package
from portal.security.keys import DISCIPLINE_SEALING


@click.group(cls=Group)
def case() -> None:
    """投诉件：列出在办的，打开移交包。"""


@case.command("list")
@by_option
@json_option
@pass_console
def case_list(console: Console, by: str, as_json: bool) -> None:
    """列出 --by 这个人能看到的在办件，最急的在前；没有原话。"""
    lines = queue(console.office, account_of(console.office, by).actor)
    say(as_json, {"cases": [_row(line) for line in lines]}, "\n".join(map(_words, lines)) or "没有在办的件")


@case.command("open-package")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="空文件夹，内容写在里面")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"默认密钥文件夹里的 {DISCIPLINE_SEALING}",
)
@passphrase_option
@pass_console
def case_open_package(console: Console, file: Path, out: Path, key: Path | None, passphrase_file: Path | None) -> None:
    """打开移交包 FILE（在纪检监察机关自己的机器上），显示签收码。"""
    found = key or console.config.keys / DISCIPLINE_SEALING
    if not found.exists():
        raise Refused(f"没有密钥文件 {found}。用 --key 指明 {DISCIPLINE_SEALING} 在哪里", "key.missing")
    if out.exists() and any(out.iterdir()):
        raise Refused(f"{out} 里已经有文件，请换一个空文件夹", "package.folder")
    private = sealing.unlock(found.read_bytes(), read_passphrase(passphrase_file, twice=False))
    contents, code = open_package(private, file.read_bytes())
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in contents.items():
        with os.fdopen(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(content)
    click.echo(f"已写到 {out}：{'、'.join(sorted(contents))}")
    click.echo(f"签收码：{code} 。请在办公端“移交件”里填它，表示收到了。")


def _row(line: CaseLine) -> dict[str, object]:
    return {
        "number": line.case.number,
        "kind": line.case.kind,
        "state": line.case.state,
        "unit": line.case.unit,
        "due": line.due.day.isoformat() if line.due.day else None,
        "days_late": line.days_late,
    }


def _words(line: CaseLine) -> str:
    due = f"{line.due.day} 到期" if line.due.day else "不计时"
    late = f"超期 {line.days_late} 天" if line.days_late else ""
    told = (line.case.number, KINDS[line.case.kind], STATES[line.case.state], line.case.unit, due, late)
    return "\t".join(filter(None, told))
