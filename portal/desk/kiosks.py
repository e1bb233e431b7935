"""Kiosks at the desk: register one (its code is shown once), see which are in use, take one out of service."""

from __future__ import annotations

from flask import Response, flash
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from portal.actions.kiosks import ROLES, add_kiosk, revoke_kiosk
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, needed, typed
from portal.desk.sign_in import to
from portal.queries.kiosks import list_kiosks, places
from portal.shell import show


class KioskForm(DeskForm):
    name = StringField("名称", [needed("给自助机起个名字")], typed(str.strip))
    area = SelectField("放在哪里", validate_choice=False)


@desk.route("/kiosks", methods=["GET", "POST"])
@allowed(*ROLES, link="自助机")
def kiosks() -> str | Response:
    form = KioskForm()
    areas = places(office())
    form.area.choices = [SelectChoice(code, name) for code, name in areas.items()]
    if form.validate_on_submit():
        with form.telling():
            code = add_kiosk(office(), form.name.data, form.area.data or "", signed_in().name)
            return show("desk/kiosk_code.html", "自助机登记码", "办公端", code=code, name=form.name.data)
    return show("desk/kiosks.html", "自助机", "办公端", form=form, kiosks=list_kiosks(office()), areas=areas)


@desk.post("/kiosks/<int:number>/revoke")
@allowed(*ROLES)
def revoke(number: int) -> Response:
    revoke_kiosk(office(), number, signed_in().name)
    flash(f"{number}号自助机已停用")
    return to("desk.kiosks")
