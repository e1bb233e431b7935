"""mingbai roll · feedback"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from portal.actions.corrections import import_corrections, write_template
from portal.actions.feedback import FeedbackRequest, import_feedback
from portal.actions.rolls import ImportedRoll, RollRequest, import_roll
from portal.commands.console import (
    Console,
    Group,
    Pair,
    by_option,
    date_option,
    json_option,
    pass_console,
    say,
    show_findings,
)
from portal.commands.registers import FILE
from portal.domain.finding_kinds import KINDS
from portal.domain.findings import Refused
from portal.domain.money import grouped
from portal.domain.postings import RESULTS

columns_option = click.option(
    "--column",
    "columns",
    type=Pair("field=列名", "amount=应发金额"),
    multiple=True,
    help="指明哪一列是什么，如 amount=应发金额；可重复",
)


@click.group(cls=Group)
def roll() -> None:
    """发放清册：试读、导入。"""


@roll.command("import")
@click.argument("file", type=FILE)
@click.option("--policy", required=True, metavar="CODE", help="补贴项目编码")
@click.option("--period", required=True, help="期次：2025、2025H1、2025Q3、2025-06，补发加 +1")
@click.option("--unit", required=True, help="发放单位编码")
@by_option
@date_option
@click.option("--sheet", "sheets", multiple=True, help="只读这张工作表；可重复")
@columns_option
@click.option(
    "--accept",
    "accepted",
    type=Pair("code=原因", "account.shared=一家人共用一张卡，已核对", bare=True),
    multiple=True,
    help="逐类说明为什么照原样导入，如 account.shared=监护人代领；可重复",
)
@click.option("--reason", default="", help="只放行一类时，原因也可以写在这里")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@json_option
@pass_console
def roll_import(
    console: Console,
    file: Path,
    policy: str,
    period: str,
    unit: str,
    by: str,
    day: date | None,
    sheets: tuple[str, ...],
    columns: tuple[tuple[str, str], ...],
    accepted: tuple[tuple[str, str], ...],
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """导入一份发放清册（.xlsx、.xls、.csv）。有一行写错，那一行待核实；文件有大错，整份不导入。"""
    if reason and len([code for code, why in accepted if not why]) > 1:
        raise Refused("一类提醒写一个原因，不能几类共用一个", "override.reason", "--accept code=原因")
    passed = {code: why or reason for code, why in accepted}
    request = RollRequest(file, policy, period, unit, by, day or console.office.today, sheets, dict(columns), passed)
    try:
        done = import_roll(console.office, request, dry_run=dry_run)
    except Refused as refusal:  # the same JSON whether the file was refused before it was read or after
        done = ImportedRoll(None, 0, 0, 0, refusal.findings)
    if not as_json:
        show_findings(done.findings)
    data = {
        "batch": done.batch,
        "rows": done.rows,
        "held": done.held,
        "amount_fen": done.fen,
        "findings": [finding.as_json() for finding in done.findings],
    }
    say(as_json, data, _in_words(done, dry_run))
    if done.is_refused:
        raise SystemExit(1)


def _in_words(done: ImportedRoll, dry_run: bool) -> str:
    if done.is_refused and not done.rows:
        return "没有导入。请按上面的提示处理，原有数据没有变化。"
    figures = f"{done.rows} 行，{grouped(done.fen)} 元，其中待核实 {done.held} 行"
    if done.is_refused:
        figures = f"（{figures}）" if done.rows else ""
        return f"没有导入{figures}。请按上面的提示改好文件再来，原有数据没有变化。"
    asked = "、".join(f"“{KINDS[code].title}”（--accept {code}=原因）" for code in done.unaccepted)
    if dry_run:
        return f"试读完成：{figures}。没有写入。" + (f"导入时请逐类写明为什么放行：{asked}。" if asked else "")
    if done.already:
        return f"这份清册已经导入过，就是批次 {done.batch}，没有重复写入。"
    unexplained = f"没有写明为什么放行的，在批次页上会标出来：{asked}。" if asked else ""
    return f"已导入为批次 {done.batch}：{figures}。{unexplained}下一步：由另一人做公开审查。"


@click.group(cls=Group)
def feedback() -> None:
    """代发反馈：登记银行报回的发放结果。"""


@feedback.command("import")
@click.argument("file", type=FILE)
@click.option("--batch", required=True, help="批次号，如 2025-0007")
@by_option
@date_option
@columns_option
@click.option("--bank", default="", metavar="UNIT", help="哪家银行的文件（单位编码）；只有一家时不用写")
@json_option
@pass_console
def feedback_import(
    console: Console,
    file: Path,
    batch: str,
    by: str,
    day: date | None,
    columns: tuple[tuple[str, str], ...],
    bank: str,
    as_json: bool,
) -> None:
    """导入银行的代发反馈文件（没有表头的也行）。对不上的行列出来，由人核对。"""
    request = FeedbackRequest(file, batch, by, day or console.office.today, dict(columns) or None, bank)
    done = import_feedback(console.office, request)
    if not as_json:
        show_findings(done.findings)
    data = {
        "batch": done.batch,
        "rows": done.rows,
        "results": dict(done.results),
        "waiting": done.waiting,
        "findings": [finding.as_json() for finding in done.findings],
    }
    results = "，".join(f"{RESULTS[result]} {count} 行" for result, count in done.results.items())
    words = f"批次 {done.batch}：读到 {done.rows} 行，{results or '没有登记新的结果'}；还没有结果的 {done.waiting} 行。"
    say(as_json, data, "这个文件已经登记过，没有重复写入。" if done.already else words)
    if done.is_refused:
        raise SystemExit(1)


@feedback.command("template")
@click.argument("batch")
@click.argument("destination", type=click.Path(dir_okay=False, path_type=Path))
@pass_console
def feedback_template(console: Console, batch: str, destination: Path) -> None:
    """把被银行退回的行导出成更正模板（带批次和行号，不含个人信息），发给村里填正确的姓名、证件号、账号。"""
    if destination.exists():
        raise Refused(f"{destination} 已经存在，请换一个文件名", "file.exists")
    rows = write_template(console.office, batch, destination)
    click.echo(f"已导出 {rows} 行到 {destination}。填好后用 mingbai feedback correct 导入。")


@feedback.command("correct")
@click.argument("file", type=FILE)
@click.option("--batch", required=True, help="批次号")
@by_option
@date_option
@json_option
@pass_console
def feedback_correct(console: Console, file: Path, batch: str, by: str, day: date | None, as_json: bool) -> None:
    """导入填好的更正模板，等待二次发放。"""
    done = import_corrections(console.office, file, batch, by, day or console.office.today)
    if not as_json:
        show_findings(done.findings)
    data = {
        "batch": done.batch,
        "corrected": done.corrected,
        "left": done.left,
        "findings": [finding.as_json() for finding in done.findings],
    }
    words = f"批次 {done.batch}：更正 {done.corrected} 行，还有 {done.left} 行退回未更正。"
    say(as_json, data, "这个文件已经导入过，没有重复写入。" if done.already else words)
