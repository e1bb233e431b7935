"""Early warning at the desk: leads by kind, the rows behind each, and a word on what was found. Leads, no conclusions."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, request
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from portal.actions.leads import LONGEST_REASON, settle_lead
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, asked_number, needed, written
from portal.desk.sign_in import to
from portal.domain.leads import KINDS, LEAD_ROLES, ROW_ROLES, VERDICTS
from portal.queries.leads import lead_lines, lead_page, open_counts
from portal.queries.staff import everybody
from portal.shell import show

_PAGE: Final = 50


class WordForm(DeskForm):
    verdict = RadioField(
        "查的结果",
        [DataRequired("请选一个")],
        choices=[SelectChoice(code, words) for code, words in VERDICTS.items()],
        validate_choice=False,
    )
    reason = StringField(
        "怎么查的、查到什么",
        [needed("请写明怎么查的、查到什么；转办的写转给谁"), Length(max=LONGEST_REASON, message="请写在200字以内")],
        [written],
    )


@desk.get("/warnings")
@allowed(*LEAD_ROLES, link="预警线索", admin=False)
def warnings() -> str:
    lines = lead_lines(office(), signed_in())
    counts = open_counts(lines)
    settled = "settled" in request.args
    asked = request.args.get("kind", "")
    kind = asked if asked in KINDS else next(iter(counts), "")
    found = [line for line in lines if line.is_settled is settled and (settled or line.lead.kind == kind)]
    pages = max(1, -(-len(found) // _PAGE))
    page = min(max(asked_number("page") or 1, 1), pages)
    return show(
        "desk/warnings.html",
        "预警线索",
        "办公端",
        lines=found[(page - 1) * _PAGE : page * _PAGE],
        found=len(found),
        counts=counts,
        settled=settled,
        settled_count=sum(line.is_settled for line in lines),
        kind=kind,
        kinds=KINDS,
        verdicts=VERDICTS,
        page=page,
        pages=pages,
    )


@desk.get("/warnings/<name>")
@allowed(*LEAD_ROLES, admin=False)
def warning(name: str) -> str:
    return _lead(name, WordForm(formdata=None))


@desk.post("/warnings/<name>")
@allowed(*sorted(ROW_ROLES), admin=False)
def settle_warning(name: str) -> str | Response | tuple[str, int]:
    form = WordForm()
    if form.validate_on_submit():
        with form.telling():
            lead = lead_page(office(), signed_in(), name).line.lead
            settle_lead(office(), signed_in(), lead, form.verdict.data or "", form.reason.data or "")
            flash("已记下。情况没有新变化，就不再提示")
            return to("desk.warnings")
    return _lead(name, form), 422


def _lead(name: str, form: WordForm) -> str:
    page = lead_page(office(), signed_in(), name)
    people = {account.name: account.actor.display for account in everybody(office())}
    kind = KINDS[page.line.lead.kind]
    return show(
        "desk/warning.html", kind.title, "办公端", page=page, kind=kind, form=form, people=people, verdicts=VERDICTS
    )
