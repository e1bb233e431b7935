"""mingbai staff"""

from __future__ import annotations

import click

from portal.actions import staff as actions
from portal.commands.console import Console, Group, json_option, pass_console, say
from portal.domain.batches import ROLES
from portal.domain.staff import Account
from portal.queries.staff import everybody

role_option = click.option(
    "--role", required=True, type=click.Choice(list(ROLES)), help="、".join(f"{c} {w}" for c, w in ROLES.items())
)
unit_option = click.option("--unit", required=True, help="单位编码")


@click.group(cls=Group)
def staff() -> None:
    """工作人员：登记、列表，密码和账号。"""


@staff.command("add")
@click.argument("name")
@click.option("--display", default="", help="显示的称呼，默认同用户名")
@role_option
@unit_option
@pass_console
def staff_add(console: Console, name: str, display: str, role: str, unit: str) -> None:
    """登记一名工作人员（用户名 NAME）。还没有密码，不能登录办公端。"""
    actions.add_staff(console.office, name, display or name, role, unit)
    click.echo(f"已登记 {name}（{ROLES[role]}）。")


@staff.command("list")
@json_option
@pass_console
def staff_list(console: Console, as_json: bool) -> None:
    """列出登记过的工作人员，停用的也在内。"""
    people = everybody(console.office)
    data = {"staff": [_row(person) for person in people]}
    say(as_json, data, "\n".join(map(_line, people)) or "还没有人")


@staff.command("first-admin")
@click.argument("name")
@unit_option
@pass_console
def staff_first_admin(console: Console, name: str, unit: str) -> None:
    """建第一个能登录的系统管理员（用户名 NAME），初始密码只显示一次。已经有了就不建。"""
    initial, hashed = initial_password(console)
    actions.add_first_admin(console.office, name, unit, hashed)
    _show(name, initial)


@staff.command("password")
@click.argument("name")
@pass_console
def staff_password(console: Console, name: str) -> None:
    """给 NAME 一个新的初始密码，只显示一次，第一次登录要改。"""
    initial, hashed = initial_password(console)
    actions.reset_password(console.office, actions.CONSOLE, name, hashed)
    _show(name, initial)


@staff.command("deactivate")
@click.argument("name")
@pass_console
def staff_deactivate(console: Console, name: str) -> None:
    """停用 NAME 的账号：马上退出登录，不能再办事；办过的事都保留。"""
    actions.deactivate(console.office, actions.CONSOLE, name)
    click.echo(f"已停用 {name}。")


@staff.command("reset-factor")
@click.argument("name")
@pass_console
def staff_reset_factor(console: Console, name: str) -> None:
    """NAME 的手机丢了或换了：下次登录重新绑定。"""
    actions.reset_factor(console.office, actions.CONSOLE, name)
    click.echo(f"已重置 {name} 的手机验证码，下次登录重新绑定。")


@staff.command("role")
@click.argument("name")
@role_option
@unit_option
@pass_console
def staff_role(console: Console, name: str, role: str, unit: str) -> None:
    """改 NAME 的角色和单位；改了要重新登录。"""
    actions.move(console.office, actions.CONSOLE, name, role, unit)
    click.echo(f"{name} 现在是{ROLES[role]}（{unit}）。")


def initial_password(console: Console) -> tuple[str, str]:
    """A new initial password and its hash. The library behind them takes a second to load: only here."""
    from portal.security.accounts import hash_at_console, new_password

    initial = new_password()
    return initial, hash_at_console(console.config, initial)


def _show(name: str, initial: str) -> None:
    click.echo(f"用户名 {name}，初始密码 {initial}")
    click.echo("这个密码只显示这一次，第一次登录办公端（/desk）时要改。", err=True)


def _row(person: Account) -> dict[str, object]:
    actor = person.actor
    return {
        "name": actor.name,
        "display": actor.display,
        "role": actor.role,
        "unit": actor.unit,
        "active": person.active,
        "may_sign_in": person.may_sign_in,
        "second_factor": person.factor is not None,
    }


def _line(person: Account) -> str:
    signing_in = "" if person.may_sign_in else "已停用" if not person.active else "没有密码"
    actor = person.actor
    return "\t".join(filter(None, (actor.name, actor.display, ROLES[actor.role], actor.unit, signing_in)))
