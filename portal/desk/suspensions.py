"""Suspension lists at the desk: bring one in, see which there are, end one. Nobody can look a person up here."""

from __future__ import annotations

from flask import Response, flash
from flask_wtf.file import FileField
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.actions.suspensions import (
    LONGEST_DOCUMENT,
    ImportedSuspensions,
    SuspensionRequest,
    end_suspensions,
    import_suspensions,
    may_bring,
)
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DayField, DeskForm, needed, written
from portal.desk.sign_in import to
from portal.desk.uploads import LARGEST, received
from portal.domain.finding_kinds import group_findings
from portal.domain.findings import Refused
from portal.queries.suspensions import suspension_lines
from portal.shell import show

_OVERSEERS = ("finance", "audit")
"""Who sees that there are lists besides those who bring them."""


class ListForm(DeskForm):
    file = FileField("名单文件")
    document = StringField(
        "文号或名称",
        [needed("请写文号或名单的名称"), Length(max=LONGEST_DOCUMENT, message="请写在120字以内")],
        [written],
    )
    issued = DayField("名单是哪一天的", [InputRequired("请填名单的日期")])
    how = RadioField(
        "以前的名单怎么办",
        choices=[
            SelectChoice("add", "以前的继续有效，这份是补充"),
            SelectChoice("replace", "以前的全部作废，以这份为准"),
        ],
        default="add",
        validate_choice=False,
    )


@desk.get("/suspensions")
@allowed("department", *_OVERSEERS, link="停发名单", admin=False)
def suspensions() -> str:
    return _shown(ListForm(formdata=None))


@desk.post("/suspensions")
@allowed("department", admin=False, largest=LARGEST)
def bring_suspensions() -> str | Response | tuple[str, int]:
    form, done = ListForm(), None
    if not form.file.data:
        form.file.errors = ["请先选一个文件（.xlsx、.xls 或 .csv）"]
    elif form.validate():
        with form.telling(), received(form.file.data) as path:
            asked = (form.document.data or "", form.issued.data, signed_in().name, form.how.data == "replace")
            done = import_suspensions(office(), SuspensionRequest(path, *asked))
    return _shown(form, done), 200 if done else 422


@desk.post("/suspensions/<int:number>/end")
@allowed("department", admin=False)
def end_suspension_list(number: int) -> Response:
    people = end_suspensions(office(), number, signed_in().name)
    flash(f"名单已作废，{people}人的记录已删除")
    return to("desk.suspensions")


def _shown(form: ListForm, done: ImportedSuspensions | None = None) -> str:
    me, here = signed_in(), office()
    may = may_bring(me, here.rules)
    if not may and me.role not in _OVERSEERS:
        raise Refused("停发名单由县里定的几个部门导入和查看（民政、人社等），您的单位不办这件事", "suspension.role")
    return show(
        "desk/suspensions.html",
        "停发名单",
        "办公端",
        form=ListForm(formdata=None) if done else form,
        lines=suspension_lines(here),
        may_bring=may,
        unit=me.unit,
        done=done,
        groups=group_findings(done.findings) if done else [],
    )
