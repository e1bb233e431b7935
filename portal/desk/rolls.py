"""Rolls at the desk: upload one, see what is wrong with it, confirm it or throw it away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, request
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice

from portal.actions.drafts import NotGuessed, Upload, confirm_draft, discard_draft, preview_upload
from portal.actions.rolls import LONGEST_REASON, ROLES
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, said_again, written
from portal.desk.sign_in import to
from portal.desk.uploads import LARGEST, received
from portal.domain.findings import Refused
from portal.domain.periods import PARTS, PERIOD
from portal.queries.batches import handed_in
from portal.queries.drafts import ASKED_COLUMNS, DraftPage, draft_page, findings_file, my_drafts, roll_choices
from portal.shell import show

_CONFIRM: Final = "confirm"
_THEN: Final = "下一步由政务公开办做公开审查，审查过了才能公示"
_FROM_FILE: Final = "看文件里怎么写"
_YEARS_BACK: Final = 3
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(DeskForm):
    """What is left empty is guessed from the file. `asked` marks a form that showed what each column was taken for."""

    file = FileField("清册文件")
    policy = SelectField("补贴项目", validate_choice=False)
    year = SelectField("哪一年", validate_choice=False)
    part = SelectField("一年里的哪一段", choices=[SelectChoice(*part) for part in PARTS.items()], validate_choice=False)
    again = SelectField("是不是补发", validate_choice=False)
    unit = SelectField("发放单位", validate_choice=False)
    asked = HiddenField()

    def offer(self, period: str = "", policy: str = "", unit: str = "") -> None:
        """Fill the lists; what is known already is chosen."""
        found = roll_choices(office())
        this_year = office().today.year
        self.policy.choices = _choices(found.policies)
        self.year.choices = _choices({str(year): f"{year}年" for year in range(this_year, this_year - _YEARS_BACK, -1)})
        self.again.choices = [SelectChoice("", "不是"), *(SelectChoice(f"+{n}", f"第{n}次补发") for n in range(1, 5))]
        self.unit.choices = _choices(found.units, "看文件里怎么写，没写就是我的单位")
        if match := PERIOD.fullmatch(period):
            self.year.data = match["year"]
            self.part.data, _, again = period[4:].partition("+")
            self.again.data = f"+{again}" if again else ""
        self.policy.data, self.unit.data = policy or self.policy.data, unit or self.unit.data

    @property
    def period(self) -> str:
        """Empty where nothing was chosen: then the file says it. A part of a year alone is one of this year."""
        part = f"{self.part.data or ''}{self.again.data or ''}"
        return f"{self.year.data or office().today.year}{part}" if self.year.data or part else ""

    @property
    def columns(self) -> dict[str, str] | None:
        """What the person said each column is; None where the form did not ask."""
        if not self.asked.data:
            return None
        said = {code: request.form.get(f"column-{code}", "") for code in ASKED_COLUMNS}
        return {code: title for code, title in said.items() if title}

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets that were ticked; empty where the form did not ask."""
        return tuple(request.form.getlist("sheet"))


@dataclass
class Accepting:
    """What a person says of one kind of warning, as its part of the page shows it; `wrong` is what is amiss with it."""

    is_ticked: bool = False
    reason: str = ""
    wrong: str = ""


class ConfirmForm(DeskForm):
    """A tick and a reason for each kind of warning, not one for all."""

    def __init__(self, kinds: Iterable[str], **more: Any) -> None:
        super().__init__(**more)
        self.kinds = {code: self._said(code) for code in kinds}

    def _said(self, code: str) -> Accepting:
        return Accepting(f"accept-{code}" in request.form, written(request.form.get(f"reason-{code}", "")))

    def forget_numbers(self) -> None:
        for said in self.kinds.values():
            said.reason = said_again(said.reason)

    def is_complete(self) -> bool:
        """Whether each kind is ticked, for a reason; says in its place what is missing."""
        for said in self.kinds.values():
            if not said.is_ticked:
                said.wrong = "看过了、确实要照原样导入，请打上勾；不是的，改好文件再传"
            elif not said.reason:
                said.wrong = "请写明原因"
            elif len(said.reason) > LONGEST_REASON:
                said.wrong = f"原因请写在{LONGEST_REASON}字以内"
        return not any(said.wrong for said in self.kinds.values())

    @property
    def reasons(self) -> dict[str, str]:
        return {code: said.reason for code, said in self.kinds.items()}


@desk.get("/rolls")
@allowed(*ROLES, link="上传清册")
def rolls() -> str:
    form = UploadForm(formdata=None)
    form.offer()
    return _rolls(form)


@desk.post("/rolls")
@allowed(*ROLES, largest=LARGEST)
def upload_roll() -> str | Response | tuple[str, int]:
    form = UploadForm()
    form.offer()
    if not form.file.data:
        form.file.errors = ["请先选一个清册文件（.xlsx、.xls 或 .csv）"]
        return _rolls(form), 422
    try:
        return to("desk.draft", token=_preview(form))
    except NotGuessed as asked:
        form.offer(**asked.found)
        form.form_errors.append(str(asked))
    except Refused as refused:
        form.form_errors.append(str(refused))
    return _rolls(form), 422


@desk.get("/rolls/drafts/<token>")
@allowed(*ROLES)
def draft(token: str) -> str:
    page = draft_page(office(), signed_in(), token)
    return _draft(page, ConfirmForm(page.to_accept, formdata=None, prefix=_CONFIRM))


@desk.post("/rolls/drafts/<token>")
@allowed(*ROLES)
def confirm(token: str) -> str | Response | tuple[str, int]:
    page = draft_page(office(), signed_in(), token)
    form = ConfirmForm(page.to_accept, prefix=_CONFIRM)
    if not form.is_complete():
        form.form_errors.append("还没有导入：上面每一类提醒，要分别打勾、写明原因")
    elif form.validate_on_submit():
        with form.telling():
            done = confirm_draft(office(), signed_in(), token, form.reasons)
            if done.batch:
                flash("这份清册已经导入过，没有重复写入" if done.already else f"已导入，批次号 {done.batch}。{_THEN}")
                return to("desk.batch", number=done.batch)
            raise Refused("这份清册还有不改不能导入的地方，没有导入", "draft.refused")
    return _draft(page, form), 422


@desk.post("/rolls/drafts/<token>/discard")
@allowed(*ROLES)
def discard(token: str) -> Response:
    discard_draft(office(), signed_in(), token)
    flash("已丢掉，什么也没有导入")
    return to("desk.rolls")


@desk.get("/rolls/drafts/<token>/findings.xlsx")
@allowed(*ROLES)
def findings(token: str) -> Response:
    return sheet_file(findings_file(office(), signed_in(), token), "findings.xlsx")


def sheet_file(content: bytes, name: str) -> Response:
    """A workbook to be saved."""
    disposition = f'attachment; filename="{name}"'
    return Response(content, mimetype=_SHEET_TYPE, headers={"Content-Disposition": disposition})


def _preview(form: UploadForm) -> str:
    with received(form.file.data) as path:
        wanted: dict[str, Any] = {"policy": form.policy.data or "", "period": form.period, "unit": form.unit.data or ""}
        name = form.file.data.filename or ""
        sent = Upload(path, name, signed_in().name, office().today, **wanted, columns=form.columns, sheets=form.sheets)
        return preview_upload(office(), sent).token


def _rolls(form: UploadForm) -> str:
    here, me = office(), signed_in()
    return show(
        "desk/rolls.html", "上传清册", "办公端", form=form, drafts=my_drafts(here, me), batches=handed_in(here, me)
    )


def _draft(page: DraftPage, form: ConfirmForm) -> str:
    again = UploadForm(formdata=None)
    again.offer(page.period, page.policy, page.unit)
    return show("desk/draft.html", page.line.title, "办公端", page=page, form=form, again=again)


def _choices(found: Mapping[str, str], empty: str = _FROM_FILE) -> list[SelectChoice]:
    return [SelectChoice("", empty), *(SelectChoice(code, name) for code, name in found.items())]
