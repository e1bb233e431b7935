"""The policy list desk: next year's list made of this year's or of a file, edited policy by policy, approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Response, flash

from portal.actions import policies as lists
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.forms import DeskForm, asked_number
from portal.desk.policy_forms import HINTS, SECTIONS, ApproveForm, ListFileForm, PolicyForm, StartForm
from portal.desk.sign_in import to
from portal.desk.uploads import LARGEST, received
from portal.domain.findings import Finding, Refused
from portal.domain.policies import FIELD_WORDS, SHOWS
from portal.domain.policy_lists import APPROVERS, EDITORS
from portal.queries.policy_lists import all_lists, list_page, listed_policy, people_by_name
from portal.shell import show

_READERS: Final = (*EDITORS, *APPROVERS, "audit")
_START, _UPLOAD = "start", "upload"
_SHOWN_MISTAKES: Final = 200


@desk.get("/policies")
@allowed(*_READERS, link="补贴政策清单")
def policy_lists() -> str:
    return _lists(*_forms())


@desk.post("/policies/start")
@allowed(*EDITORS)
def start_list() -> str | Response | tuple[str, int]:
    start, upload = _forms(_START)
    if start.validate_on_submit():
        with start.telling():
            made = lists.start_list(
                office(), start.year.data, signed_in().name, office().today, start.reason.data or ""
            )
            flash(f"{made.year}年清单第{made.version}版做好了，内容和现行的一样，请逐项改")
            return to("desk.policy_list", year=made.year)
    return _lists(start, upload), 422


@desk.post("/policies/upload")
@allowed(*EDITORS, largest=LARGEST)
def upload_list() -> str | Response | tuple[str, int]:
    start, upload = _forms(_UPLOAD)
    mistakes: Sequence[Finding] = ()
    if not upload.file.data:
        upload.file.errors = ["请先选一个清单文件（.xlsx、.xls 或 .csv）"]
    elif upload.validate_on_submit():
        try:
            with received(upload.file.data) as path:
                wanted = (upload.year.data, signed_in().name, office().today, upload.reason.data or "")
                done = lists.import_policies(office(), path, *wanted)
            flash("这个文件已经传过，没有重复写入" if done.already else f"读到{done.policies}个项目，还没有生效")
            return to("desk.policy_list", year=done.list.year)
        except Refused as refused:
            mistakes = refused.findings
    return _lists(start, upload, mistakes), 422


@desk.get("/policies/<int:year>")
@allowed(*_READERS)
def policy_list(year: int) -> str:
    return _list(year, ApproveForm(formdata=None))


@desk.post("/policies/<int:year>/approve")
@allowed(*APPROVERS)
def approve_list(year: int) -> str | Response | tuple[str, int]:
    form = ApproveForm()
    if form.validate_on_submit():
        with form.telling():
            done = lists.approve_policies(office(), year, signed_in().name, office().today, form.seen.data or "-")
            flash(f"{done.year}年清单第{done.version}版已批准，网站一会儿就自动公布")
            return to("desk.policy_list", year=year)
    return _list(year, form), 422


@desk.post("/policies/<int:year>/discard")
@allowed(*EDITORS)
def discard_list(year: int) -> Response:
    gone = lists.discard_list(office(), year, signed_in().name)
    flash(f"{year}年清单第{gone.version}版已丢掉，现行的清单没有变")
    return to("desk.policy_lists")


@desk.get("/policies/<int:year>/add")
@allowed(*EDITORS)
def new_policy(year: int) -> str:
    return _policy(year, "", _policy_form(filled=False))


@desk.post("/policies/<int:year>/add")
@allowed(*EDITORS)
def add_policy(year: int) -> str | Response | tuple[str, int]:
    return _change(year, "")


@desk.get("/policies/<int:year>/policies/<code>")
@allowed(*EDITORS)
def policy(year: int, code: str) -> str:
    form = _policy_form(filled=False)
    form.fill(listed_policy(list_page(office(), signed_in(), year), code))
    return _policy(year, code, form)


@desk.post("/policies/<int:year>/policies/<code>")
@allowed(*EDITORS)
def change_policy(year: int, code: str) -> str | Response | tuple[str, int]:
    return _change(year, code)


@desk.post("/policies/<int:year>/policies/<code>/drop")
@allowed(*EDITORS)
def drop_policy(year: int, code: str) -> Response:
    lists.drop_policy(office(), year, code, signed_in().name)
    flash("已从这一版里删去")
    return to("desk.policy_list", year=year)


def _change(year: int, code: str) -> str | Response | tuple[str, int]:
    form = _policy_form(filled=True)
    if form.validate_on_submit():
        try:
            changed = lists.change_policy(office(), year, code, form.columns(code), signed_in().name)
            flash("已存好，等另一人批准" if changed else "和原来一样，没有改动")
            return to("desk.policy_list", year=year)
        except Refused as refused:
            form.tell(refused.findings)
    return _policy(year, code, form), 422


def _policy_form(*, filled: bool) -> PolicyForm:
    form = PolicyForm() if filled else PolicyForm(formdata=None)
    form.offer()
    return form


def _forms(sent: str = "") -> tuple[StartForm, ListFileForm]:
    """The two forms of the front page; `sent` names the one that was just sent."""
    this_year = office().today.year
    years = {year: f"{year}年" for year in (this_year + 1, this_year, this_year - 1)}
    start = StartForm(prefix=_START) if sent == _START else StartForm(formdata=None, prefix=_START)
    upload = ListFileForm(prefix=_UPLOAD) if sent == _UPLOAD else ListFileForm(formdata=None, prefix=_UPLOAD)
    start.offer(years)
    upload.offer(years)
    return start, upload


def _lists(start: StartForm, upload: ListFileForm, mistakes: Sequence[Finding] = ()) -> str:
    return show(
        "desk/policy_lists.html",
        "补贴政策清单",
        "办公端",
        lists=all_lists(office()),
        people=people_by_name(office()),
        start=start,
        upload=upload,
        mistakes=mistakes[:_SHOWN_MISTAKES],
        found=len(mistakes),
        may_edit=signed_in().role in (*EDITORS, "admin"),
    )


def _list(year: int, form: DeskForm) -> str:
    page = list_page(office(), signed_in(), year, asked_number("version"))
    title = f"{year}年补贴政策清单 第{page.list.version}版"
    return show("desk/policy_list.html", title, "办公端", page=page, form=form, fields=FIELD_WORDS, shows=SHOWS)


def _policy(year: int, code: str, form: PolicyForm) -> str:
    page = list_page(office(), signed_in(), year)
    if not page.may_edit:
        raise Refused("这一版已经批准，不能直接改。请在“补贴政策清单”里做新的一版，写明原因", "policies.approved")
    title = listed_policy(page, code).name if code else "加一个项目"
    return show(
        "desk/policy.html", title, "办公端", page=page, code=code, form=form, sections=SECTIONS, hints=HINTS
    )  # fmt: skip
