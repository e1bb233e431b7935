"""Look-up at the window: the person is there, the ID card is seen, the slip is printed."""

from __future__ import annotations

from flask import Response
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice

from portal.actions.window import open_at_window
from portal.counters.attempts import StoreDown
from portal.counters.openings import openings_of
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.forms import DeskForm
from portal.domain.findings import Refused
from portal.domain.lookup import PROBLEMS, Question, Unreadable, read_question
from portal.domain.window import GROUNDS, ROLES, within
from portal.queries.staff import area_of_unit
from portal.shell import root, show

_TITLE = "窗口代查"


class WindowForm(DeskForm):
    """What was typed is never shown again: `problems` is."""

    ground = RadioField(
        "谁来查",
        choices=[SelectChoice(code, words) for code, words in GROUNDS.items()],
        default="present",
        validate_choice=False,
    )
    id = StringField("身份证号")
    name = StringField("姓名")


@desk.get("/window")
@allowed(*ROLES, link=_TITLE, admin=False)
def window() -> str:
    return _form({})


@desk.post("/window")
@allowed(*ROLES, admin=False)
def window_answer() -> str | tuple[str, int] | Response:
    form = WindowForm()
    try:
        question = read_question(form.id.data or "", form.name.data or "")
        return _shown(question, form.ground.data or "")
    except Unreadable as unreadable:
        return _form({field: PROBLEMS[code] for field, code in unreadable.problems.items()}), 422
    except Refused as refused:
        return _form({"ground": str(refused)}), 409
    except StoreDown:
        return _form({"ground": "查询次数现在记不下来，所以不能代查。请过一会儿再试，或告诉管理员"}), 503


def _form(problems: dict[str, str]) -> str:
    return show("desk/window.html", _TITLE, "办公端", form=WindowForm(formdata=None), problems=problems)


def _shown(question: Question, ground: str) -> str:
    here, the_desk = office(), this_desk()
    digester = here.digester()
    nearby = within(area_of_unit(here, signed_in().unit))
    answer = the_desk.own_payments.whole_answer(digester.proof(question.id_number, question.name), nearby)
    open_at_window(here, the_desk.attempts, signed_in(), question.id_number, ground, answer.count)
    openings = openings_of(the_desk.attempts, digester, question.id_number, here.today)
    return show(
        "desk/window_answer.html",
        "补贴查询单",
        "办公端",
        answer=the_desk.answers.html(answer, root()),
        openings=openings,
        is_whole=not nearby,
    )
