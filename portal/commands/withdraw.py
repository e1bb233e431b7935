"""mingbai withdraw"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

import click

from portal.actions.releases import publish_site
from portal.actions.withdrawals import Withdrawn
from portal.actions.withdrawals import withdraw as withdraw_batch
from portal.commands.console import Console, by_option, json_option, pass_console, progress, say
from portal.domain.findings import Refused
from portal.queries.publishing import builder_now
from portal.queries.withdrawals import left_in_ledger

_PATIENCE_SECONDS: Final = 120.0
_STILL_PUBLIC: Final = "数据库里已经删除，但网站没有重新发布成功，网站上现在还看得见！"


@click.command()
@click.argument("number", metavar="BATCH")
@by_option
@click.option("--reason", required=True, help="为什么撤下，记进日志")
@json_option
@pass_console
def withdraw(console: Console, number: str, by: str, reason: str, as_json: bool) -> None:
    """把公开错了的批次从网站和数据库里彻底撤下，马上重新发布，再到处找一遍。不能恢复。"""
    started = time.monotonic()
    gone = withdraw_batch(console.office, number, by, reason)
    _publish(console, gone, as_json)
    left = [*left_in_ledger(console.office, number, gone.rows), *console.site.traces(number, gone.rows)]
    seconds = round(time.monotonic() - started, 1)
    data = {"batch": number, "postings": gone.postings, "rows": len(gone.rows), "seconds": seconds, "left": left}
    if left:
        say(as_json, data, "\n".join([f"还没有撤干净，用了 {seconds} 秒，这些地方还有：", *left]))
        raise SystemExit(1)
    words = (
        f"批次 {number} 已撤下：{gone.postings} 个村的名单，{len(gone.rows)} 行。"
        f"网站、下载、搜索、旧版本、数据库都找过，没有了。用了 {seconds} 秒。\n"
        "收不回来的：搜索引擎的快照、别人存下的、已经张贴的纸。请派人撕下，并向搜索引擎申请删除快照。"
    )
    say(as_json, data, words)


def _publish(console: Console, gone: Withdrawn, quiet: bool) -> None:
    """Publish at once, or see to it that the builder at work does. Raises Refused when the site could not be made anew."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    bar, move = progress(quiet)
    with bar:
        while builder_now(console.ledger).change < gone.change:
            try:
                publish_site(console.ledger, console.site, console.office.today, move)
            except Refused as refused:
                code, builder = refused.findings[0].code, builder_now(console.ledger)
                is_coming = code == "build.busy" or (code == "key.missing" and builder.is_alive(datetime.now(UTC)))
                if not is_coming or time.monotonic() > deadline:
                    raise Refused(f"{_STILL_PUBLIC}原因：{builder.failure or refused}", "withdraw.public") from None
                time.sleep(0.2)
