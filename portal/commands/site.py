"""mingbai build · verify"""

from __future__ import annotations

import click

from portal.actions.releases import publish_site
from portal.actions.verifications import keep_verification
from portal.commands.console import Console, json_option, pass_console, progress, say
from portal.commands.follow import Follower
from portal.domain.site import Check
from portal.queries.verification import verify_ledger
from portal.security.keys import refuse_foreign_keys


@click.command()
@click.option("--follow", is_flag=True, help="一直运行：有改动就自动发布，每天零点按日期再发布一次")
@click.option("--parent", type=int, default=0, hidden=True)
@json_option
@pass_console
def build(console: Console, follow: bool, parent: int, as_json: bool) -> None:
    """生成站点：只重做有变化的页面，过个人信息关，签名，整体切换。"""
    refuse_foreign_keys(console.config.keys, console.config.role)
    if follow:
        Follower(console, parent).run()
        return
    bar, move = progress(quiet=as_json)
    with bar:
        release = publish_site(console.ledger, console.site, console.office.today, move)
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
@click.option("--by", default="", metavar="NAME", help="谁核对的：结果留给办公端“核对”页看，并记入日志")
@json_option
@pass_console
def verify(console: Console, by: str, as_json: bool) -> None:
    """核对：日志链、各级合计、站点签名、页面与公示内容，说出第一处不符。"""

    def check_all() -> list[Check]:
        return [*verify_ledger(console.ledger), *console.site.verify()]

    kept = keep_verification(console.office, console.config.instance, by, check_all) if by else None
    checks = check_all() if kept is None else kept
    ok = all(check.ok for check in checks)
    data = {"ok": ok, "checks": [check.as_json() for check in checks]}
    lines = [f"{'✓' if check.ok else '✗'} {check.name}：{check.detail}" for check in checks]
    say(as_json, data, "\n".join([*lines, "全部相符。" if ok else "有不符之处，见上面打 ✗ 的行。"]))
    if not ok:
        raise SystemExit(1)
