"""mingbai policies"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from portal.actions.policies import approve_policies, compare_policies, import_policies
from portal.commands.console import Console, Group, by_option, date_option, json_option, pass_console, say
from portal.commands.registers import FILE
from portal.domain.policies import FIELD_WORDS, Change

_WORDS = {"added": "新增", "dropped": "取消", "changed": "调整"}


@click.group(cls=Group)
def policies() -> None:
    """补贴政策清单：导入、批准、比较。"""


@policies.command("import")
@click.argument("file", type=FILE)
@click.option("--year", required=True, type=click.IntRange(2000, 2100))
@click.option("--reason", default=None, help="这一年的清单已经批准过的，为什么改")
@by_option
@date_option
@json_option
@pass_console
def policies_import(
    console: Console, file: Path, year: int, reason: str | None, by: str, day: date | None, as_json: bool
) -> None:
    """导入一年的补贴政策清单（.csv 或 Excel），等另一人批准。"""
    done = import_policies(console.office, file, year, by, day or console.office.today, reason)
    words = "这个文件已经导入过，没有重复写入。" if done.already else "请由另一人批准：mingbai policies approve。"
    data = {"year": year, "version": done.list.version, "policies": done.policies, "already": done.already}
    say(as_json, data, f"{year} 年清单第 {done.list.version} 版，{done.policies} 个项目。{words}")


@policies.command("approve")
@click.option("--year", required=True, type=int)
@by_option
@date_option
@pass_console
def policies_approve(console: Console, year: int, by: str, day: date | None) -> None:
    """批准一年的清单（不能是导入的人）。"""
    done = approve_policies(console.office, year, by, day or console.office.today)
    click.echo(f"{year} 年清单第 {done.version} 版已批准。")


@policies.command("diff")
@click.argument("before", type=int)
@click.argument("after", type=int)
@json_option
@pass_console
def policies_diff(console: Console, before: int, after: int, as_json: bool) -> None:
    """比较两年的清单：新增、取消、调整了什么。"""
    changes = compare_policies(console.office, before, after)
    data = {
        "changes": [
            {"kind": c.kind, "code": c.code, "name": c.name, "fields": {k: list(v) for k, v in c.fields.items()}}
            for c in changes
        ]
    }
    say(as_json, data, "\n".join(map(_in_words, changes)) or "没有变化")


def _in_words(change: Change) -> str:
    lines = [f"{_WORDS[change.kind]}  {change.code}  {change.name}"]
    lines += [
        f"    {FIELD_WORDS[name]}：{old or '（空）'} → {new or '（空）'}" for name, (old, new) in change.fields.items()
    ]
    return "\n".join(lines)
