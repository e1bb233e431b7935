"""mingbai build · verify"""

from __future__ import annotations

import click

from portal.actions.releases import record_release
from portal.commands.console import Console, json_option, pass_console, progress, say
from portal.queries.verification import verify_ledger


@click.command()
@json_option
@pass_console
def build(console: Console, as_json: bool) -> None:
    """生成站点：只重做有变化的页面，过个人信息关，签名，整体切换。"""
    bar, move = progress(quiet=as_json)
    with bar:
        release = console.site.publish(console.office.today, move)
    record_release(console.ledger, release)
    data = {
        "release": release.name,
        "pages": release.pages,
        "rebuilt": release.rebuilt,
        "seconds": round(release.seconds, 3),
    }
    say(
        as_json,
        data,
        f"版本 {release.name}：{release.pages} 页，新生成 {release.rebuilt} 页，{release.seconds:.1f} 秒。",
    )


@click.command()
@json_option
@pass_console
def verify(console: Console, as_json: bool) -> None:
    """核对：日志链、各级合计、站点签名、页面与公示内容，说出第一处不符。"""
    checks = [*verify_ledger(console.ledger), *console.site.verify()]
    ok = all(check.ok for check in checks)
    data = {"ok": ok, "checks": [check.as_json() for check in checks]}
    lines = [f"{'✓' if check.ok else '✗'} {check.name}：{check.detail}" for check in checks]
    say(as_json, data, "\n".join([*lines, "全部相符。" if ok else "有不符之处，见上面打 ✗ 的行。"]))
    if not ok:
        raise SystemExit(1)
