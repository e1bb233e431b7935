"""The second factor: the code at sign-in, and setting it up."""

from __future__ import annotations

import re

import segno
from flask import Response, flash, session
from wtforms import StringField

from portal.actions import staff
from portal.desk import sessions
from portal.desk.access import desk, office, own_account, this_desk
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.sign_in import attempt, let_in, to
from portal.domain.findings import Refused
from portal.domain.staff import Account
from portal.queries.staff import whose_session
from portal.shell import show

_LATE = "等得太久了，请重新输入用户名和密码"
_WRONG = "验证码不对。请看手机上现在显示的6个数字；一直不对的话，看看手机时间是不是自动的"


class CodeForm(DeskForm):
    code = StringField(
        "手机上的6位验证码", [needed("请填手机上的6位验证码")], typed(lambda code: re.sub(r"\s", "", code))
    )


@desk.route("/second-factor", methods=["GET", "POST"])
def second_factor() -> str | Response:
    account = _halfway()
    if account is None or account.factor is None:
        return _begin_again()
    form = CodeForm()
    if form.validate_on_submit():
        with form.telling():
            tried = attempt(account.name)
            counter = this_desk().factor.counter(account.factor, form.code.data)
            if counter is None:
                this_desk().throttle.failed(tried)
                raise Refused(_WRONG, "factor.wrong")
            return let_in(account, tried, counter)
    return show("desk/second_factor.html", "手机验证码", "办公端", form=form)


@desk.route("/second-factor/set-up", methods=["GET", "POST"])
def set_up_factor() -> str | Response:
    """For who signs in without one and must have one, and for who is signed in and switches it on."""
    account = own_account() or _halfway()
    if account is None:
        return _begin_again()
    if account.factor is not None:
        return show("desk/factor_is_set.html", "手机验证码", "办公端") if own_account() else to("desk.second_factor")
    form = CodeForm()
    sealed: str = session.setdefault("new_factor", this_desk().factor.new_secret())
    if form.validate_on_submit():
        with form.telling():
            return _set_up(account, sealed, form.code.data)
    factor = this_desk().factor
    code = segno.make(factor.address(sealed, account.name), micro=False).svg_data_uri(scale=4, border=4)
    secret = factor.readable(sealed)
    return show("desk/set_up_factor.html", "绑定手机", "办公端", form=form, qr=code, secret=secret, account=account)


def _set_up(account: Account, sealed: str, code: str) -> Response:
    tried = attempt(account.name)
    counter = this_desk().factor.counter(sealed, code)
    if counter is None:
        raise Refused(_WRONG, "factor.wrong")
    if own_account() is None:
        return let_in(account, tried, counter, sealed)
    changed = staff.set_own_factor(office(), account, counter, sealed)
    this_desk().throttle.passed(tried)
    sessions.enter(session, changed, since=session["started"])
    flash("手机已绑定。以后登录，输完密码还要填手机上的验证码")
    return to("desk.front")


def _halfway() -> Account | None:
    """Whose password was right a little while ago."""
    if not (pending := sessions.halfway(session)):
        return None
    account = whose_session(office(), pending)
    return account if account is not None and account.may_sign_in else None


def _begin_again() -> Response:
    flash(_LATE)
    return to("desk.sign_in")
