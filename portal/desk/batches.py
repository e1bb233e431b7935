"""Batches at the desk: where each stands, the next step of whoever looks, the disclosure review, the bank's list and
what it sent back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from flask import Response, flash, request
from flask_wtf.file import FileField
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from portal.actions import corrections
from portal.actions.publish import preview_postings
from portal.actions.steps import StepRequest, StepTaken, take_step
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DayField, DeskForm, asked_number, said_again, typed, written
from portal.desk.rolls import sheet_file
from portal.desk.sign_in import to
from portal.desk.uploads import LARGEST, received
from portal.domain.batches import ATTRIBUTES, ROLES
from portal.domain.board_records import READ_ROLES as BOARD_READERS
from portal.domain.finding_kinds import KINDS as FINDINGS
from portal.domain.finding_kinds import group_findings
from portal.domain.findings import Refused
from portal.domain.held_rows import ROLES as SETTLERS
from portal.domain.money import read_number, to_fen
from portal.domain.next_steps import NextStep
from portal.domain.personal_data import find_personal_data
from portal.domain.postings import KINDS
from portal.domain.sheets import PRINTERS
from portal.domain.workdays import in_chinese
from portal.queries.batch_page import BatchPage, area_names, batch_page, must_be_theirs
from portal.queries.batches import batch_lines, years_of
from portal.queries.held_rows import held_rows
from portal.shell import show

READERS: Final = (
    "village", "station", "township_finance", "department", "finance", "treasury", "bank", "disclosure", "audit",
)  # fmt: skip
_SHOWN_ROWS: Final = 300


class StepForm(DeskForm):
    """What a step asks for; each shows only what it needs."""

    day = DayField("哪一天办的", [Optional()])
    document = StringField("文号", [Length(max=120, message="请写在120字以内")], [written])
    reason = StringField("原因", [Length(max=200, message="原因请写在200字以内")], [written])
    amount = StringField("指标金额（元）", [], typed(str.strip))
    attribute = RadioField(
        "公开属性", choices=[SelectChoice(word) for word in ATTRIBUTES], default=ATTRIBUTES[0], validate_choice=False
    )

    def fen(self) -> int | None:
        """The amount. Raises Refused for what is no amount of money."""
        if not self.amount.data:
            return None
        number = read_number(self.amount.data)
        fen = to_fen(number) if number is not None else None
        if fen is None or fen < 0:
            self.amount.data = said_again(self.amount.data)
            raise Refused(f"“{self.amount.data}”不是金额，请只写数字，例如 1520.00", "amount.bad")
        return fen


class FileForm(DeskForm):
    file = FileField("文件")
    day = DayField("哪一天的", [Optional()])


@desk.get("/batches")
@allowed(*READERS, link="发放批次")
def batches() -> str:
    years = years_of(office())
    asked = asked_number("year")
    year = asked if asked in years else (years or [office().today.year])[0]
    return show(
        "desk/batches.html",
        "发放批次",
        "办公端",
        lines=batch_lines(office(), signed_in(), year),
        years=years,
        year=year,
    )


@desk.get("/batches/<number>")
@allowed(*READERS)
def batch(number: str) -> str:
    return _batch(batch_page(office(), signed_in(), number))


@desk.post("/batches/<number>/steps/<step>")
@allowed(*READERS)
def step(number: str, step: str) -> str | Response | tuple[str, int]:
    form, here, me = StepForm(prefix=step), office(), signed_in()
    must_be_theirs(here, me, number, step)
    if form.validate_on_submit():
        with form.telling():
            if step == "notice" and form.day.data not in (None, here.today):
                raise Refused("公示只能从今天算起：网站今天才登出来，写早了群众就看不满天数", "notice.day")
            attribute = form.attribute.data or "" if step == "review" else ""
            wanted = (form.document.data or "", form.reason.data or "", form.fen(), attribute)
            done = take_step(here, StepRequest(number, step, me.name, form.day.data or here.today, *wanted, once=True))
            flash(_in_words(done))
            return to("desk.batch", number=number)
    page = batch_page(here, me, number)
    is_reviewer = any(each.step.code == "review" for each in page.next)
    return (_review(page, form) if step == "review" and is_reviewer else _batch(page, step, form)), 422


@desk.get("/batches/<number>/review")
@allowed("disclosure", "department", "township_finance", "station")
def review(number: str) -> str:
    page = batch_page(office(), signed_in(), number)
    form = StepForm(formdata=None, prefix="review")
    form.document.data = page.policy.legal_basis[:120]
    return _review(page, form)


@desk.get("/batches/<number>/corrections")
@allowed(*corrections.ROLES)
def returned(number: str) -> str:
    return _file_page(number, FileForm(formdata=None))


@desk.post("/batches/<number>/corrections")
@allowed(*corrections.ROLES, largest=LARGEST)
def correct(number: str) -> str | tuple[str, int]:
    form, done = FileForm(), None
    with form.telling(), sent(form) as path:
        day = form.day.data or office().today
        done = corrections.import_corrections(office(), path, number, signed_in().name, day)
    return _file_page(number, form, done), 200 if done else 422


@desk.get("/batches/<number>/corrections.xlsx")
@allowed(*corrections.ROLES)
def template(number: str) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        corrections.write_template(office(), number, path, signed_in().name)
        return sheet_file(path.read_bytes(), f"corrections-{number}.xlsx")


def _in_words(done: StepTaken) -> str:
    said = ["已登记"]
    if until := done.record.until:
        said.append(f"公示到{in_chinese(until)}为止，首尾都算")
    if done.postings:
        said.append("公示页一会儿就自动出现在网站上；首页上面那一行说到哪儿了")
    return "。".join([*said, *(f"请留意：{finding.message}" for finding in done.warnings)])


def sent(form: FileForm) -> Any:
    """The file that was sent. Raises Refused where none was, or another field is wrong."""
    if not form.file.data:
        raise Refused("请先选一个文件（.xlsx、.xls 或 .csv）", "upload.none")
    if not form.validate():
        raise Refused("还有写得不对的地方，请看下面；改好后再选一次文件", "upload.form")
    return received(form.file.data)


def _batch(page: BatchPage, refused: str = "", form: StepForm | None = None) -> str:
    """The page of a batch; `form` is that of the step that was just refused."""

    def form_of(step: NextStep) -> StepForm:
        if form is not None and step.step.code == refused:
            return form
        return StepForm(formdata=None, prefix=step.step.code)

    found = {each.step.code: form_of(each) for each in (*page.next, *page.anytime)}
    may_print = page.batch.may_be_shown and signed_in().role in (*PRINTERS, "admin")
    may_note = page.batch.may_be_shown and not page.batch.is_retired and signed_in().role in (*BOARD_READERS, "admin")
    lost = form if form is not None and refused not in found else None
    return show(
        "desk/batch.html",
        page.title,
        "办公端",
        page=page,
        forms=found,
        lost=lost,
        refused=refused,
        titles=FINDINGS,
        may_print=may_print,
        may_note=may_note and office().rules.keeps_board_records,
        may_settle=signed_in().role in (*SETTLERS, "admin") and page.is_whole,
        roles=ROLES,
    )


def _review(page: BatchPage, form: StepForm) -> str:
    snapshots = preview_postings(office(), page.batch.number, signed_in().name)
    names = area_names(office())
    areas = {code: names.get(code, "不上页面的行") for code in sorted(snapshots, key=lambda code: (not code, code))}
    form.document.label.text = "公开的依据"
    asked = request.args.get("area", "")
    shown = asked if asked and asked in snapshots else next(iter(areas), "")
    gate = {areas[code]: len(hits) for code, found in snapshots.items() if (hits := find_personal_data(found.text))}
    step = next((each for each in page.next if each.step.code == "review"), None)
    return show(
        "desk/review.html",
        "公开审查",
        "办公端",
        page=page,
        form=form,
        step=step,
        areas=areas,
        area=shown,
        snapshot=snapshots.get(shown),
        gate=gate,
        kinds=KINDS,
        limit=_SHOWN_ROWS,
    )


def _file_page(number: str, form: FileForm, done: corrections.ImportedCorrections | None = None) -> str:
    page = batch_page(office(), signed_in(), number)
    groups = group_findings(done.findings) if done else []
    held = held_rows(office(), signed_in(), number).correctable
    template = "desk/corrections.html"
    return show(template, "更正退回的行", "办公端", page=page, form=form, done=done, groups=groups, held=held)
