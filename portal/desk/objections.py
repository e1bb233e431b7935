"""Objections to a list on notice: how many from each village, what clerks noted, and what was answered."""

from __future__ import annotations

from flask import Response, flash
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.actions.objections import HeardObjection, note_objection, settle_objection
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.batches import READERS
from portal.desk.forms import DayField, DeskForm, needed, written
from portal.desk.sign_in import to
from portal.domain.case_access import DESK_ROLE
from portal.domain.objections import CHANNELS, LONGEST_WORDS, NOTE_ROLES
from portal.queries.batch_page import area_names, batch_page
from portal.shell import show

_LONG = Length(max=LONGEST_WORDS, message="请写在200字以内")


class NoteForm(DeskForm):
    village = SelectField("哪个村", validate_choice=False)
    day = DayField("哪一天提的", [InputRequired("请填哪一天提的")])
    channel = RadioField(
        "怎么提的",
        choices=[SelectChoice(code, words) for code, words in CHANNELS.items()],
        default="oral",
        validate_choice=False,
    )
    count = IntegerField("几件", [InputRequired("请写一个数")], default=1)
    about = StringField("说的是什么", [needed("请写一句说的是什么"), _LONG], [written])


class OutcomeForm(DeskForm):
    outcome = StringField("怎么处理的", [needed("请写一句怎么处理的"), _LONG], [written])


@desk.get("/batches/<number>/objections")
@allowed(*READERS, DESK_ROLE)
def objections(number: str) -> str:
    return _shown(number, NoteForm(formdata=None))


@desk.post("/batches/<number>/objections")
@allowed(*NOTE_ROLES, admin=False)
def note_heard(number: str) -> str | Response | tuple[str, int]:
    form = NoteForm()
    if form.validate_on_submit():
        heard = (form.village.data or "", form.day.data, form.channel.data or "", form.count.data, form.about.data)
        with form.telling():
            note_objection(office(), signed_in(), HeardObjection(number, *heard))
            flash("记下了。处理以后，请回来写处理结果")
            return to("desk.objections", number=number)
    return _shown(number, form), 422


@desk.post("/batches/<number>/objections/<int:objection>")
@allowed(*NOTE_ROLES, admin=False)
def answer_objection(number: str, objection: int) -> str | Response | tuple[str, int]:
    form = OutcomeForm(prefix=str(objection))
    if form.validate_on_submit():
        with form.telling():
            settle_objection(office(), signed_in(), number, objection, form.outcome.data or "")
            flash("处理结果记下了")
            return to("desk.objections", number=number)
    return _shown(number, NoteForm(formdata=None), (objection, form)), 422


def _shown(number: str, form: NoteForm, refused: tuple[int, OutcomeForm] | None = None) -> str:
    page, names = batch_page(office(), signed_in(), number), area_names(office())
    form.village.choices = [SelectChoice(code, names.get(code, code)) for code in page.objections.may_note]
    found = page.objections
    forms = {each.id: OutcomeForm(formdata=None, prefix=str(each.id)) for each in found.noted if each.is_open}
    if refused and refused[0] in forms:
        forms[refused[0]] = refused[1]
    shown = {"page": page, "found": found, "form": form, "forms": forms, "names": names, "channels": CHANNELS}
    shown["may_open"] = signed_in().role != DESK_ROLE
    return show("desk/objections.html", "公示期间的异议", "办公端", **shown)
