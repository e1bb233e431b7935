"""mingbai batch"""

from __future__ import annotations

from datetime import date

import click

from portal.actions.steps import StepRequest, take_step
from portal.commands.console import (
    Console,
    Group,
    Yuan,
    by_option,
    date_option,
    json_option,
    pass_console,
    say,
    show_findings,
)
from portal.domain.batches import ATTRIBUTES
from portal.domain.money import grouped
from portal.queries.batches import BatchOverview, list_batches, show_batch


@click.group(cls=Group)
def batch() -> None:
    """发放批次：列表、查看、办理步骤。"""


@batch.command("list")
@json_option
@pass_console
def batch_list(console: Console, as_json: bool) -> None:
    """列出所有批次和走到哪一步。"""
    found = list_batches(console.office)
    data = {"batches": [overview.as_json() for overview in found]}
    say(as_json, data, "\n".join(map(_line, found)) or "还没有批次")


@batch.command("show")
@click.argument("number", metavar="BATCH")
@json_option
@pass_console
def batch_show(console: Console, number: str, as_json: bool) -> None:
    """查看一个批次：金额、结果、办理过程、晚了没有。"""
    overview = show_batch(console.office, number)
    lines = [_line(overview)]
    for step in overview.steps:
        mark = "✓" if step.day else ("晚" if step.late else "　")
        when = str(step.day or (f"应在 {step.due} 前" if step.due else ""))
        lines.append(f"  {mark} {step.name}（{step.code}）{when} {step.by} {step.document} {step.reason}".rstrip())
    say(as_json, overview.as_json(), "\n".join(lines))


def _line(overview: BatchOverview) -> str:
    tally = overview.tally
    return (
        f"{overview.number}  {overview.policy} {overview.policy_name}  {overview.period}  {overview.unit}"
        f"  第{overview.revision}版  {tally.rows} 行 {grouped(tally.fen)} 元"
        f"（到账 {tally.paid_rows}，待发 {tally.pending_rows}，待核实 {tally.held_rows}，不发 {tally.dropped_rows}）  {overview.state}"
    )


@batch.command("step")
@click.argument("number", metavar="BATCH")
@click.argument("step")
@by_option
@date_option
@click.option("--document", default="", help="文号")
@click.option("--reason", default="", help="原因（退回、撤下必填）")
@click.option("--amount", "amount_fen", type=Yuan(), default=None, help="指标金额，单位元")
@click.option("--attribute", type=click.Choice(ATTRIBUTES), default=None, help="公开审查的结论")
@json_option
@pass_console
def batch_step(
    console: Console,
    number: str,
    step: str,
    by: str,
    day: date | None,
    document: str,
    reason: str,
    amount_fen: int | None,
    attribute: str | None,
    as_json: bool,
) -> None:
    """办理一步：review 公开审查、notice 公示、disclosure 公开结果、return 退回、withdraw 撤下，或登记别处办的步骤。"""
    request = StepRequest(number, step, by, day or console.office.today, document, reason, amount_fen, attribute or "")
    done = take_step(console.office, request)
    if not as_json:
        show_findings(done.warnings)
    record = done.record
    data = {
        "batch": number,
        "step": record.step,
        "date": record.day.isoformat(),
        "until": record.until.isoformat() if record.until else None,
        "postings": done.postings,
        "findings": [finding.as_json() for finding in done.warnings],
    }
    words = f"批次 {number}：{step} 已登记（{record.day}）。"
    if record.until:
        words += f"公示到 {record.until} 为止（首尾都算）。"
    if done.postings:
        words += f"{done.postings} 个村的公示页将在下次生成站点时出现。"
    say(as_json, data, words)
