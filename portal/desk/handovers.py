"""Discipline inspection at the desk: cases as packages to take away, sign for, answer or return. No words are read here."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, flash

from portal.actions import case_handovers
from portal.actions.cases import CaseStep, act_on_case
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.cases import NOT_FOUND, case_keys, names, seen_case
from portal.desk.cases_forms import act_forms, must_be_meant, typed, words_for_reporter
from portal.desk.sign_in import to
from portal.domain.case_access import DISCIPLINE_ROLE
from portal.domain.case_acts import ACTS, KINDS, OUTCOMES, STATES, CaseAct
from portal.domain.findings import Refused
from portal.queries.case_handovers import handovers as list_handovers
from portal.queries.case_handovers import sealed_case
from portal.queries.cases import CasePage
from portal.security.case_packages import ENDING, make_package
from portal.shell import show

ACTS_HERE: Final = tuple(code for code, act in ACTS.items() if act.hand == "discipline")


@desk.get("/handovers")
@allowed(DISCIPLINE_ROLE, link="移交件", admin=False)
def handovers() -> str:
    current, done = list_handovers(office(), signed_in())
    return show(
        "desk/cases/handovers.html",
        "移交件",
        "办公端",
        current=current,
        done=done,
        states=STATES,
        kinds=KINDS,
        categories=office().rules.categories,
    )


@desk.get("/handovers/<number>")
@allowed(DISCIPLINE_ROLE, admin=False)
def handover(number: str) -> str:
    return _shown(seen_case(number))


@desk.post("/handovers/<number>/package")
@allowed(DISCIPLINE_ROLE, admin=False)
def package(number: str) -> Response:
    """The package, as a file that only their own machine can open."""
    page, sealed = seen_case(number), sealed_case(office(), signed_in(), number)
    if sealed is None:
        raise Refused(NOT_FOUND, "case.unknown")
    case_handovers.take_package(office(), signed_in(), number)
    words = ((said.part, said.sealed) for said in sealed.words)
    code = this_desk().secrets.acknowledgement(number)
    answer = Response(
        make_package(case_keys(), _facts(page), words, sealed.files, code), mimetype="application/octet-stream"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}{ENDING}"'
    return answer


@desk.post(f"/handovers/<number>/<any({', '.join(ACTS_HERE)}):code>")
@allowed(DISCIPLINE_ROLE, admin=False)
def act_on_handover(number: str, code: str) -> str | Response | tuple[str, int]:
    page, act = seen_case(number), ACTS[code]
    try:
        must_be_meant(act)
        _act(page, act)
    except Refused as refused:
        return _shown(page, code, str(refused)), 409
    flash(f"已办：{act.word}")
    return to("desk.handover", number=number)


def _act(page: CasePage, act: CaseAct) -> None:
    number = page.line.case.number
    if act.code == "sign_for":
        case_handovers.sign_for(
            office(), signed_in(), number, typed("code"), this_desk().secrets.acknowledgement(number)
        )
        return
    words = words_for_reporter(page, "discipline") if "words" in act.needs else ()
    outcome = typed("outcome") if "outcome" in act.needs else ""
    note = typed("note") if act.note_need else ""
    act_on_case(office(), signed_in(), CaseStep(number, act.code, outcome=outcome, note=note, words=words))


def _facts(page: CasePage) -> dict[str, Any]:
    """What is known beside the sealed words: codes and days."""
    case, facts = page.line.case, page.line.facts
    category = office().rules.categories[facts.category]
    return {
        "编号": case.number,
        "类型": KINDS[case.kind],
        "反映的事": category.words,
        "可能涉及": [office().rules.forbidden_acts[number] for number in category.acts],
        "收到": case.filed.isoformat(),
        "署名": facts.named,
        "经过": [{"日期": event.day.isoformat(), "步骤": ACTS[event.act].word} for event in case.events],
    }


def _shown(page: CasePage, refused: str = "", problem: str = "") -> str:
    case = page.line.case
    category = office().rules.categories.get(page.line.facts.category)
    return show(
        "desk/cases/handover.html",
        f"移交件{case.number}",
        "办公端",
        page=page,
        forms=act_forms(page, names(), refused, problem),
        problem=problem,
        kind=KINDS[case.kind],
        state=STATES[case.state],
        outcome=OUTCOMES[case.kind].get(case.outcome, ""),
        category=category.words if category else "",
        acts=ACTS,
        names=names(),
    )
