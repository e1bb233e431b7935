"""Telephones at the desk: once a month each is tried and ticked, or put right."""

from __future__ import annotations

from flask import Response, flash, request
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from portal.actions.hotlines import confirm_hotlines, correct_hotline
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.sign_in import to
from portal.domain.hotlines import HOTLINE_ROLES
from portal.queries.hotlines import hotline_lines
from portal.shell import show


class TickForm(DeskForm):
    """Its boxes stand in the page: `unit`, as often as there are ticks."""


class NumberForm(DeskForm):
    unit = SelectField("哪个单位", validate_choice=False)
    number = StringField("对的号码", [needed("请写对的号码")], typed(str.strip))


@desk.get("/hotlines")
@allowed(*HOTLINE_ROLES, link="电话核对", admin=False)
def hotlines() -> str:
    return _shown(TickForm(formdata=None), NumberForm(formdata=None, prefix="new"))


@desk.post("/hotlines")
@allowed(*HOTLINE_ROLES, admin=False)
def confirm_phones() -> str | Response | tuple[str, int]:
    form = TickForm()
    if form.validate_on_submit():
        with form.telling():
            count = confirm_hotlines(office(), signed_in(), request.form.getlist("unit"))
            flash(f"记下了：{count}个电话打得通")
            return to("desk.hotlines")
    return _shown(form, NumberForm(formdata=None, prefix="new")), 422


@desk.post("/hotlines/correct")
@allowed(*HOTLINE_ROLES, admin=False)
def correct_phone() -> str | Response | tuple[str, int]:
    form = NumberForm(prefix="new")
    if form.validate_on_submit():
        with form.telling():
            correct_hotline(office(), signed_in(), form.unit.data or "", form.number.data or "")
            flash("号码已改，网站一会儿就自动换过来。单位表 units.csv 也请系统管理员一起改")
            return to("desk.hotlines")
    return _shown(TickForm(formdata=None), form), 422


def _shown(ticks: TickForm, number: NumberForm) -> str:
    lines = hotline_lines(office(), signed_in())
    number.unit.choices = [SelectChoice(line.code, f"{line.name} {line.hotline}") for line in lines]
    return show("desk/hotlines.html", "电话核对", "办公端", lines=lines, ticks=ticks, number=number)
