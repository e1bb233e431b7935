"""The staff page of the administrator: who has an account, and all that is done to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Response, flash
from flask_security.utils import hash_password
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from portal.actions import staff
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.sign_in import to
from portal.domain.batches import ROLES, Actor
from portal.domain.staff import SECOND_FACTOR
from portal.domain.units import UNIT_KINDS
from portal.office import Office
from portal.queries.staff import account_of, everybody, unit_names, units_to_choose
from portal.security.accounts import new_password
from portal.shell import show

ACTS: Final[Mapping[str, tuple[Callable[[Office, Actor, str], None], str]]] = {
    "deactivate": (staff.deactivate, "已停用，正在用的登录已经退出"),
    "reactivate": (staff.reactivate, "已重新启用"),
    "reset_factor": (staff.reset_factor, "手机验证码已重置，下次登录重新绑定"),
    "end_sessions": (staff.end_sessions, "已让这个账号在所有电脑上退出"),
}
"""What one button does, and what is said afterwards."""
_ROLE_CHOICES: Final = [
    SelectChoice(code, f"{word}（要绑定手机）" if code in SECOND_FACTOR else word) for code, word in ROLES.items()
]


class PersonForm(DeskForm):
    display = StringField("称呼", [needed("请填称呼，例如“东河镇财政所经办员”"), Length(max=40)], typed(str.strip))
    role = SelectField("角色", choices=_ROLE_CHOICES, validate_choice=False)
    unit = SelectField("单位", validate_choice=False)

    def offer_units(self) -> None:
        self.unit.choices = [
            SelectChoice(unit.code, unit.name, optgroup=UNIT_KINDS[unit.kind]) for unit in units_to_choose(office())
        ]


class NewPersonForm(PersonForm):
    name = StringField("用户名", [needed("请填用户名")], typed(str.strip))


@desk.get("/staff")
@allowed("admin", link="工作人员账号")
def people() -> str:
    accounts = sorted(everybody(office()), key=lambda account: not account.active)
    return show(
        "desk/people.html", "工作人员账号", "办公端", accounts=accounts, roles=ROLES, units=unit_names(office())
    )


@desk.route("/add-staff", methods=["GET", "POST"])
@allowed("admin")
def add_person() -> str | Response:
    form = NewPersonForm()
    form.offer_units()
    if form.validate_on_submit():
        with form.telling():
            name, initial = form.name.data, new_password()
            wanted = (name, form.display.data, form.role.data, form.unit.data)
            staff.add_staff(office(), *wanted, password_hash=hash_password(initial), by=signed_in())
            return show("desk/initial_password.html", "账号已添加", "办公端", name=name, initial=initial)
    return show("desk/add_person.html", "添加工作人员", "办公端", form=form)


@desk.route("/staff/<name>", methods=["GET", "POST"])
@allowed("admin")
def person(name: str) -> str | Response:
    account = account_of(office(), name)
    form = PersonForm(obj=account.actor)
    form.offer_units()
    if form.validate_on_submit():
        with form.telling():
            staff.change_staff(office(), signed_in(), name, form.display.data, form.role.data, form.unit.data)
            flash("已保存")
            return to("desk.person", name=name)
    return show("desk/person.html", account.actor.display, "办公端", form=form, account=account)


@desk.post("/staff/<name>/password")
@allowed("admin")
def give_password(name: str) -> str:
    initial = new_password()
    staff.reset_password(office(), signed_in(), name, hash_password(initial))
    return show("desk/initial_password.html", "密码已重置", "办公端", name=name, initial=initial)


@desk.post(f"/staff/<name>/<any({', '.join(ACTS)}):act>")
@allowed("admin")
def act_on(name: str, act: str) -> Response:
    action, words = ACTS[act]
    action(office(), signed_in(), name)
    flash(words)
    return to("desk.person", name=name)
