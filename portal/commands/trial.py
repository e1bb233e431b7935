"""mingbai trial"""

from __future__ import annotations

import click

from portal.actions.trial import set_trial
from portal.commands.console import Console, Group, by_option, pass_console
from portal.queries.publishing import trial_since


@click.group(cls=Group)
def trial() -> None:
    """试运行：正式开通以前，群众只看到“还没有正式开通”，登录的工作人员看得到整个网站。"""


@trial.command("on")
@by_option
@pass_console
def trial_on(console: Console, by: str) -> None:
    """开始试运行：网站对群众关上，几秒内生效。"""
    set_trial(console.office, by, is_on=True)
    click.echo("网站开始试运行，群众看不到了。nginx 直接提供 releases/current/site/ 的，请先改成转给服务。")


@trial.command("off")
@by_option
@pass_console
def trial_off(console: Console, by: str) -> None:
    """正式开通：谁都能看，几秒内生效。"""
    set_trial(console.office, by, is_on=False)
    click.echo("网站正式开通了。")


@trial.command("show")
@pass_console
def trial_show(console: Console) -> None:
    """现在是不是试运行。"""
    since = trial_since(console.ledger)
    click.echo(f"{since} 起试运行，群众看不到网站。" if since else "已正式开通，谁都能看。")
