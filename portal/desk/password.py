"""Changing one's own password, and the first page of whoever was given an initial one."""

from __future__ import annotations

from flask import Response, flash, session
from flask_security.utils import hash_password, verify_password
from wtforms import PasswordField
from wtforms.validators import EqualTo

from portal.actions import staff
from portal.desk import sessions
from portal.desk.access import allowed, desk, office, own_account, this_desk
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.sign_in import attempt, to
from portal.domain.batches import ROLES
from portal.domain.findings import Refused
from portal.domain.staff import SHORTEST_PASSWORD, Account, must_be_good_password
from portal.shell import show


class PasswordForm(DeskForm):
    current = PasswordField("现在的密码", [needed("请填现在的密码")], typed())
    new = PasswordField("新密码", [needed("请填新密码")], typed())
    again = PasswordField("再输一遍新密码", [EqualTo("new", "两遍新密码不一样，请重新输")], typed())


@desk.route("/password", methods=["GET", "POST"])
@allowed(*ROLES)
def password() -> str | Response:
    account = own_account()
    assert account is not None
    form = PasswordForm()
    if form.validate_on_submit():
        with form.telling():
            return _changed(account, form.current.data, form.new.data)
    return show("desk/password.html", "改密码", "办公端", form=form, account=account, shortest=SHORTEST_PASSWORD)


def _changed(account: Account, current: str, new: str) -> Response:
    tried = attempt(account.name)
    if not verify_password(current, account.password_hash or ""):
        raise Refused("现在的密码不对", "password.wrong")
    if new == current:
        raise Refused("新密码和现在的一样，请换一个", "password.same")
    must_be_good_password(new, account.name)
    changed = staff.change_own_password(office(), account, hash_password(new))
    this_desk().throttle.passed(tried)
    sessions.enter(session, changed, since=session["started"])
    flash("密码已改。这个账号在别的电脑上已经退出")
    return to("desk.front")
