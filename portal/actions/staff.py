"""Keeping the staff's accounts. Whatever changes what somebody may do or how they sign in ends their sessions.

Passwords come hashed and second factors sealed: nothing here ever sees, stores or journals one in clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.staff import Account, must_be_role, must_be_username
from portal.ledger import accounts, registers
from portal.office import Office, must_have_role

CONSOLE: Final = Actor("system", "系统", "admin", "")
"""Whoever has the machine's command line: the first accounts are made before anybody can sign in."""


def add_staff(
    office: Office,
    name: str,
    display: str,
    role: str,
    unit: str,
    *,
    password_hash: str | None = None,
    by: Actor = CONSOLE,
) -> None:
    """Register a staff member, who can sign in only with a password. Raises Refused when the name is taken or the role
    or unit is unknown."""
    must_have_role(by, "admin")
    must_be_username(name)
    must_be_role(role)
    actor = Actor(name, display, role, unit)
    with office.ledger.write() as connection:
        _must_be_unit(connection, unit)
        if accounts.find_account(connection, name):
            raise Refused(f"用户名“{name}”已经有人用了", "staff.taken")
        accounts.add_account(connection, actor, password_hash)
        office.write_down(connection, "staff.add", by, {"name": name, "role": role, "unit": unit})


def add_first_admin(office: Office, name: str, unit: str, password_hash: str) -> None:
    """The one account that is made before anybody can sign in to make others. Raises Refused when somebody can."""
    with office.ledger.read() as connection:
        able = [found.name for found in accounts.all_accounts(connection) if _is_able_admin(found)]
    if able:
        raise Refused(f"已经有能登录的系统管理员：{'、'.join(able)}。其他账号请他在办公端添加", "staff.first")
    add_staff(office, name, "系统管理员", "admin", unit, password_hash=password_hash)


def change_staff(office: Office, by: Actor, name: str, display: str, role: str, unit: str) -> None:
    must_be_role(role)
    with _changing(office, by, name) as (connection, account):
        _must_be_unit(connection, unit)
        if role != "admin":
            _must_leave_an_admin(connection, account)
        moved = (role, unit) != (account.actor.role, account.actor.unit)
        accounts.change_account(connection, name, end_sessions=moved, display=display, role=role, unit=unit)
        office.write_down(connection, "staff.change", by, {"name": name, "role": role, "unit": unit})


def move(office: Office, by: Actor, name: str, role: str, unit: str) -> None:
    """Another role or unit under the same display name."""
    with office.ledger.read() as connection:
        display = _known(connection, name).actor.display
    change_staff(office, by, name, display, role, unit)


def deactivate(office: Office, by: Actor, name: str) -> None:
    with _changing(office, by, name) as (connection, account):
        _must_leave_an_admin(connection, account)
        accounts.change_account(connection, name, end_sessions=True, active=False)
        office.write_down(connection, "staff.deactivate", by, {"name": name})


def reactivate(office: Office, by: Actor, name: str) -> None:
    with _changing(office, by, name) as (connection, _account):
        accounts.change_account(connection, name, end_sessions=True, active=True)
        office.write_down(connection, "staff.reactivate", by, {"name": name})


def reset_password(office: Office, by: Actor, name: str, password_hash: str) -> None:
    """Give an initial password, which has to be changed at the next sign-in."""
    with _changing(office, by, name) as (connection, _account):
        accounts.change_account(connection, name, end_sessions=True, password_hash=password_hash, must_change=True)
        office.write_down(connection, "staff.password_reset", by, {"name": name})


def reset_factor(office: Office, by: Actor, name: str) -> None:
    """For a phone that is lost: the next sign-in sets the second factor up anew where the role must have one."""
    with _changing(office, by, name) as (connection, _account):
        accounts.change_account(connection, name, end_sessions=True, totp_secret=None, totp_counter=None)
        office.write_down(connection, "staff.factor_reset", by, {"name": name})


def end_sessions(office: Office, by: Actor, name: str) -> None:
    with _changing(office, by, name) as (connection, _account):
        accounts.change_account(connection, name, end_sessions=True)
        office.write_down(connection, "staff.sessions_ended", by, {"name": name})


def sign_in(office: Office, account: Account, counter: int | None = None, new_factor: str | None = None) -> None:
    """The last step of a sign-in whose password was right. `counter` is that of the code which was right, `new_factor`
    the sealed secret it was made with, where the account had none. Raises Refused for a code that was used before."""
    with office.ledger.write() as connection:
        now = _unchanged(connection, account)
        if new_factor is not None:
            _set_factor(office, connection, now, new_factor)
        elif (now.factor or now.must_have_factor) and counter is None:
            raise Refused("还没有验证手机上的验证码，请重新登录", "factor.missing")
        if counter is not None:
            if now.last_counter is not None and counter <= now.last_counter:
                raise Refused("这个验证码已经用过了，请等手机上换了新的再填", "factor.used")
            accounts.change_account(connection, now.name, end_sessions=False, totp_counter=counter)
        office.write_down(connection, "staff.signed_in", now.actor, {"factor": counter is not None})


def sign_out(office: Office, account: Account) -> None:
    """Ends the person's sessions on every machine: a cookie that somebody copied ends with them."""
    with office.ledger.write() as connection:
        if now := accounts.find_account(connection, account.name):
            accounts.change_account(connection, now.name, end_sessions=True)
            office.write_down(connection, "staff.signed_out", now.actor, {})


def change_own_password(office: Office, account: Account, password_hash: str) -> Account:
    """Returns the account as it is now, for a session to go on with."""
    with office.ledger.write() as connection:
        now = _unchanged(connection, account)
        accounts.change_account(connection, now.name, end_sessions=True, password_hash=password_hash, must_change=False)
        office.write_down(connection, "staff.password_changed", now.actor, {})
        return _known(connection, now.name)


def set_own_factor(office: Office, account: Account, counter: int, new_factor: str) -> Account:
    """Switch the second factor on. Returns the account as it is now, for a session to go on with."""
    with office.ledger.write() as connection:
        now = _unchanged(connection, account)
        _set_factor(office, connection, now, new_factor)
        accounts.change_account(connection, now.name, end_sessions=True, totp_counter=counter)
        return _known(connection, now.name)


def _set_factor(office: Office, connection: Connection, account: Account, new_factor: str) -> None:
    """Only where there is none: who merely knows the password must not replace the phone."""
    if account.factor is not None:
        raise Refused("这个账号已经绑定了手机。换手机请找系统管理员重置", "factor.set")
    accounts.change_account(connection, account.name, end_sessions=False, totp_secret=new_factor)
    office.write_down(connection, "staff.factor_set", account.actor, {})


@contextmanager
def _changing(office: Office, by: Actor, name: str) -> Iterator[tuple[Connection, Account]]:
    """A write transaction in which an administrator changes somebody's account."""
    must_have_role(by, "admin")
    with office.ledger.write() as connection:
        yield connection, _known(connection, name)


def _known(connection: Connection, name: str) -> Account:
    account = accounts.find_account(connection, name)
    if account is None:
        raise Refused(f"没有登记过的工作人员“{name}”", "staff.unknown")
    return account


def _unchanged(connection: Connection, account: Account) -> Account:
    """The account as it is now; refused when its sessions were ended meanwhile."""
    now = accounts.find_session(connection, account.uniquifier)
    if now is None or not now.may_sign_in:
        raise Refused("账号刚刚有变动，请重新登录", "staff.stale")
    return now


def _must_be_unit(connection: Connection, unit: str) -> None:
    if unit not in registers.all_units(connection):
        raise Refused(f"没有登记过的单位“{unit}”。先用 mingbai units import 导入单位表", "unit.unknown")


def _is_able_admin(account: Account) -> bool:
    return account.may_sign_in and account.actor.role == "admin"


def _must_leave_an_admin(connection: Connection, account: Account) -> None:
    """Somebody has to be left who can sign in and mend what went wrong."""
    if account.actor.role != "admin" or not account.active:
        return
    others = [
        found
        for found in accounts.all_accounts(connection)
        if found.name != account.name and found.active and found.actor.role == "admin"
    ]
    if not any(found.may_sign_in for found in others) and (_is_able_admin(account) or not others):
        raise Refused("这是最后一个系统管理员，停用或改角色之前请先另设一个", "staff.last_admin")
