"""Signing in and out: name and password, then whatever the account asks for."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, redirect, request, session, url_for
from flask_security.utils import logout_user, verify_password
from wtforms import PasswordField, StringField

from portal.actions import staff
from portal.desk import devices, sessions
from portal.desk.access import allowed, desk, office, own_account, this_desk
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.throttle import Attempt
from portal.domain.batches import ROLES
from portal.domain.findings import Refused
from portal.domain.staff import Account
from portal.queries.staff import known_account
from portal.shell import show

_WRONG = "用户名或密码不对。请看看有没有打开大写锁定，或者输错了字"


class SignInForm(DeskForm):
    name = StringField("用户名", [needed("请填用户名")], typed(str.strip, str.lower))
    password = PasswordField("密码", [needed("请填密码")], typed())


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response:
    if own_account():
        return to("desk.front")
    form = SignInForm()
    if form.validate_on_submit():
        with form.telling():
            return _go_on(_checked(form.name.data, form.password.data))
    return show("desk/sign_in.html", "工作人员登录", "办公端", form=form)


@desk.post("/sign-out")
@allowed(*ROLES)
def sign_out() -> Response:
    if account := own_account():
        staff.sign_out(office(), account)
    logout_user()
    session.clear()
    return to("desk.sign_in")


def attempt(name: str) -> Attempt:
    """Count a try of this client at this name. Raises Refused when it has to wait."""
    return this_desk().throttle.attempt(name, request.remote_addr or "", _device_cookie())


def let_in(account: Account, tried: Attempt, counter: int | None = None, new_factor: str | None = None) -> Response:
    """The end of every sign-in: journaled, a session begun, the machine remembered."""
    staff.sign_in(office(), account, counter, new_factor)
    this_desk().throttle.passed(tried)
    wanted = session.get("next")
    sessions.enter(session, account)
    _remember_device(account)
    return redirect(request.script_root + wanted, 303) if wanted else to("desk.front")  # type: ignore[return-value]


def to(endpoint: str, **values: Any) -> Response:
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def _checked(name: str, password: str) -> tuple[Account, Attempt]:
    """The account whose password this is. The same words, after the same work, for whatever is wrong."""
    tried = attempt(name)
    account = known_account(office(), name)
    may = account is not None and account.may_sign_in
    known_hash = account.password_hash if account is not None and may else None
    right = verify_password(password, known_hash or this_desk().decoy_hash)
    if account is None or not may or not right:
        this_desk().throttle.failed(tried)
        raise Refused(_WRONG, "sign_in.wrong")
    return account, tried


def _go_on(checked: tuple[Account, Attempt]) -> Response:
    account, tried = checked
    if account.factor is None and not account.must_have_factor:
        return let_in(account, tried)
    sessions.enter_halfway(session, account)
    return to("desk.second_factor" if account.factor else "desk.set_up_factor")


def _device_cookie() -> str:
    return request.cookies.get(devices.COOKIE, "")


def _remember_device(account: Account) -> None:
    value = this_desk().throttle.device_cookie(account.name, _device_cookie())
    secure = this_desk().config.https

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            devices.COOKIE,
            value,
            devices.SECONDS,
            path=sessions.cookie_path(),
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
        return response
