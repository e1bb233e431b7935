"""What the commands share: opening the office, speaking plainly, and one place where refusals become messages."""

from __future__ import annotations

import errno
import getpass
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import click
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from portal.config import Config
from portal.domain.findings import Finding, Refused
from portal.domain.money import read_number, to_fen
from portal.domain.site import Site
from portal.ledger import schema
from portal.ledger.engine import Ledger
from portal.office import Office
from portal.rules import Rules, load_rules
from portal.security import board_names, keys

LEVEL_WORDS = {"fatal": "不行", "held": "待核实", "warning": "请留意", "note": "说明"}
_SHOWN_FINDINGS = 40
_SHOWN_ROWS = 8


@dataclass
class Console:
    """The command line's context. Everything is opened when first asked for: precheck needs none of it."""

    config: Config
    make_site: Callable[[Config, Ledger, Rules], Site]
    today: date | None = field(default=None)

    @cached_property
    def ledger(self) -> Ledger:
        ledger = Ledger(self.config.database_url)
        with ledger.read() as connection:
            current = schema.current_revision(connection)
        if not current:
            raise Refused("还没有建库。请先运行：mingbai init", "ledger.missing")
        if current != schema.wanted_revision():
            raise Refused("数据库版本与程序不符。请先备份，再运行：mingbai migrate", "ledger.version")
        return ledger

    @cached_property
    def rules(self) -> Rules:
        return load_rules(self.config.content)

    @cached_property
    def site(self) -> Site:
        return self.make_site(self.config, self.ledger, self.rules)

    @property
    def office(self) -> Office:
        return Office(
            self.ledger,
            self.rules,
            lambda: keys.load_digester(self.config.keys),
            self.today or self.config.today(),
            f"console:{getpass.getuser()}",
            lambda: board_names.sealer(self.config.keys),
        )


pass_console = click.make_pass_decorator(Console)


class Group(click.Group):
    """Refusals become plain messages and exit code 1, here and nowhere else."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refusal:
            findings = refusal.findings
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has had enough; click knows what to do
                raise
            findings = (Finding("fatal", "file.system", _machine_words(error)),)
        if "--json" in sys.argv:
            click.echo(json.dumps({"findings": [f.as_json() for f in findings]}, ensure_ascii=False))
        else:
            show_findings(findings)
        raise SystemExit(1) from None


def _machine_words(error: OSError) -> str:
    """What the operating system refused, in words."""
    match error.errno:
        case errno.ENOSPC | errno.EFBIG | errno.EDQUOT:
            return "磁盘已满，没有完成，原有数据没有变化。请清理磁盘后再试"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"没有权限读写 {error.filename or '文件'}，请检查权限"
        case errno.ENOENT:
            return f"找不到 {error.filename or '文件'}"
    return f"读写文件时出错（{error.strerror or error}）：{error.filename or ''}"


def show_findings(findings: Iterable[Finding]) -> None:
    """Findings in words on stderr, the gravest first; what is said of many rows is said once."""
    rows: dict[Finding, list[int]] = defaultdict(list)
    for finding in findings:
        rows[replace(finding, row=0)].append(finding.row)
    order = list(LEVEL_WORDS)
    said = sorted(rows, key=lambda finding: order.index(finding.level))
    for finding in said[:_SHOWN_FINDINGS]:
        place = _place(finding, rows[finding])
        console = f"（{finding.console}）" if finding.console else ""
        click.echo(f"[{LEVEL_WORDS[finding.level]}] {place}{finding.message}{console}", err=True)
    if len(said) > _SHOWN_FINDINGS:
        click.echo(f"……还有 {len(said) - _SHOWN_FINDINGS} 种，用 --json 看全部", err=True)


def _place(finding: Finding, rows: list[int]) -> str:
    if len(rows) == 1:
        place = replace(finding, row=rows[0]).place
    else:
        first = "、".join(map(str, rows[:_SHOWN_ROWS])) + (" 等" if len(rows) > _SHOWN_ROWS else "")
        place = f"{finding.place} 第 {first} 行（共 {len(rows)} 行）"
    return f"{place}：" if place else ""


def say(as_json: bool, data: Mapping[str, object], words: str) -> None:
    """The result: one JSON object for machines, or a sentence for people."""
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else words)


class Day(click.ParamType[date]):
    """2025-03-14, within reason."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"日期“{value}”应写成 2025-03-14 这样", param, context)


class Yuan(click.ParamType[int]):
    """An amount in yuan, kept as 分."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        number = read_number(str(value))
        fen = to_fen(number) if number is not None else None
        if fen is None or fen < 0:
            self.fail(f"“{value}”不是金额", param, context)
        return fen


class Pair(click.ParamType[tuple[str, str]]):
    """A code and what is said of it: amount=应发金额. `bare` where the code may stand alone."""

    def __init__(self, name: str, example: str, *, bare: bool = False) -> None:
        self.name, self._example, self._bare = name, example, bare

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> tuple[str, str]:
        code, separator, title = str(value).partition("=")
        if self._bare and code and not separator:
            return code, ""
        if not separator or not code or not title:
            self.fail(f"“{value}”应写成 {self._example} 这样", param, context)
        return code, title


def progress(quiet: bool) -> tuple[Progress, Callable[[str, int, int], None]]:
    """A progress bar on stderr, and the function that moves it."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=RichConsole(stderr=True),
        disable=quiet,
        transient=True,
    )
    task = bar.add_task("", total=None)

    def move(words: str, done: int, total: int) -> None:
        bar.update(task, description=words, completed=done, total=total)

    return bar, move


json_option = click.option("--json", "as_json", is_flag=True, help="输出给程序读的 JSON")
by_option = click.option("--by", required=True, metavar="NAME", help="经办人的用户名（先用 mingbai staff add 登记）")
date_option = click.option("--date", "day", type=Day(), default=None, help="日期，默认今天")
