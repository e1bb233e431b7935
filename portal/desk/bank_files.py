"""The bank's files at the desk: take one in, say what its columns are, and settle what it left open."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, request
from wtforms import SelectField

from portal.actions import feedback
from portal.actions.bank_lines import LineDecision, explain_words, settle_lines
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.batches import FileForm, sent
from portal.desk.forms import DeskForm, is_number, said_again, written
from portal.desk.sign_in import to
from portal.desk.uploads import LARGEST
from portal.domain.finding_kinds import group_findings
from portal.domain.postings import RESULTS
from portal.queries.bank_lines import open_matters
from portal.queries.batch_page import batch_page
from portal.shell import show

_COLUMNS: Final = {"account": "账号", "name": "户名", "amount": "金额", "status": "状态", "reason": "失败原因"}
_NOT_OURS: Final = "none"
_AT_ONCE: Final = 50
"""Lines on a page: what was settled goes, the next ones come."""


class BankFileForm(FileForm):
    """`bank` is asked where there are several and the person is of none."""

    bank = SelectField("哪家银行的文件", validate_choice=False)

    @property
    def columns(self) -> dict[str, str] | None:
        """What the person said each column is; None where the form did not ask."""
        if "asked" not in request.form:
            return None
        said = {code: request.form.get(f"column-{code}", "") for code in _COLUMNS}
        return {code: title for code, title in said.items() if title}


class LinesForm(DeskForm):
    """For each line a choice and a reason; lines without a choice stay as they are."""

    @property
    def decisions(self) -> list[LineDecision]:
        chosen = ((name.removeprefix("line-"), value) for name, value in request.form.items() if value)
        return [
            LineDecision(int(line), None if value == _NOT_OURS else int(value), _why(line))
            for line, value in chosen
            if is_number(line) and (is_number(value) or value == _NOT_OURS)
        ]


class WordsForm(DeskForm):
    """For each of the bank's words the reason that it stands for."""

    @property
    def meanings(self) -> dict[int, str]:
        chosen = ((name.removeprefix("words-"), value) for name, value in request.form.items() if value)
        return {int(words): code for words, code in chosen if is_number(words)}


@desk.get("/batches/<number>/feedback")
@allowed(*feedback.ROLES)
def bank_list(number: str) -> str:
    return _page(number, BankFileForm(formdata=None))


@desk.post("/batches/<number>/feedback")
@allowed(*feedback.ROLES, largest=LARGEST)
def give_feedback(number: str) -> str | tuple[str, int]:
    form, done = BankFileForm(), None
    with form.telling(), sent(form) as path:
        who, day = signed_in().name, form.day.data or office().today
        wanted = feedback.FeedbackRequest(path, number, who, day, form.columns, form.bank.data or "")
        done = feedback.import_feedback(office(), wanted)
    return _page(number, form, done), 200 if done else 422


@desk.post("/batches/<number>/feedback/lines")
@allowed(*feedback.ROLES)
def settle_bank_lines(number: str) -> str | Response | tuple[str, int]:
    form = LinesForm()
    if form.validate_on_submit():
        with form.telling():
            count = settle_lines(office(), signed_in(), number, form.decisions)
            flash(f"处理了{count}行")
            return to("desk.bank_list", number=number)
    return _page(number, BankFileForm(formdata=None), lines=form), 422


@desk.post("/batches/<number>/feedback/words")
@allowed(*feedback.ROLES)
def explain_bank_words(number: str) -> str | Response | tuple[str, int]:
    form = WordsForm()
    if form.validate_on_submit():
        with form.telling():
            count = explain_words(office(), signed_in(), number, form.meanings)
            flash(f"已记住，{count}笔的原因改好了，这家银行以后的文件照这样认")
            return to("desk.bank_list", number=number)
    return _page(number, BankFileForm(formdata=None), words=form), 422


def _why(line: str) -> str:
    return str(written(request.form.get(f"why-{line}", "")))


def _page(
    number: str,
    form: BankFileForm,
    done: feedback.ImportedFeedback | None = None,
    lines: LinesForm | None = None,
    words: WordsForm | None = None,
) -> str:
    here, me = office(), signed_in()
    found = open_matters(here, me, number)
    form.bank.choices = [("", "请选"), *found.banks.items()]
    said = done.columns if done else {}
    return show(
        "desk/feedback.html",
        "登记银行结果",
        "办公端",
        page=batch_page(here, me, number),
        form=form,
        done=done,
        groups=group_findings(done.findings) if done else [],
        results=RESULTS,
        found=found,
        asks_bank=len(found.banks) > 1 and me.unit not in found.banks,
        columns=[
            {"field": code, "word": word, "title": "", "choice": said.get(code, "")} for code, word in _COLUMNS.items()
        ],
        lines_form=lines or LinesForm(formdata=None),
        words_form=words or WordsForm(formdata=None),
        typed={name: said_again(words) for name, words in request.form.items()},
        limit=_AT_ONCE,
    )
