"""The page of one case, and the acts on it: each a small form, one action, and back to the page."""

from __future__ import annotations

from typing import Any

from flask import Response, flash

from portal.actions import cases as actions
from portal.actions.cases import CaseStep
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.cases import CASE_ROLES, Names, is_of_desk, is_of_unit, names, seen_case, unlocked_key
from portal.desk.cases_forms import (
    DESK_ACTS,
    act_forms,
    acts_by_hand,
    must_be_meant,
    report_for_desk,
    typed,
    words_for_reporter,
)
from portal.desk.cases_timeline import timeline
from portal.desk.cases_words import resealed_for_discipline
from portal.desk.sign_in import to
from portal.domain.case_access import DESK_ROLE, UNIT_ROLES
from portal.domain.case_acts import ACTS, KINDS, OUTCOMES, STATES, CaseAct
from portal.domain.case_facts import LONGEST_SUMMARY, LONGEST_TITLE
from portal.domain.case_routing import SOURCES
from portal.domain.case_words import SealedFile
from portal.domain.findings import Refused
from portal.queries.case_files import openings
from portal.queries.cases import CasePage, case_page
from portal.shell import show

_Answer = str | Response | tuple[str, int]


@desk.get("/cases/<number>")
@allowed(*CASE_ROLES, admin=False)
def case(number: str) -> str:
    return shown(seen_case(number))


@desk.post(f"/cases/<number>/<any({', '.join(DESK_ACTS)}):code>")
@allowed(DESK_ROLE, *UNIT_ROLES, admin=False)
def act_on_case(number: str, code: str) -> _Answer:
    page, act = seen_case(number), ACTS[code]
    try:
        must_be_meant(act)
        actions.act_on_case(office(), signed_in(), _step(page, act))
    except Refused as refused:
        return shown(page, code, str(refused)), 409
    return _back(number, f"已办：{act.word}")


@desk.post("/cases/<number>/describe")
@allowed(DESK_ROLE, admin=False)
def describe(number: str) -> _Answer:
    page = seen_case(number)
    try:
        actions.describe_case(office(), signed_in(), number, typed("title"), typed("summary"))
    except Refused as refused:
        return shown(page, "describe", str(refused)), 409
    return _back(number, "标题和转述已保存")


def shown(page: CasePage, refused: str = "", problem: str = "") -> str:
    """The page as this person may see it; the form that was `refused` says why."""
    known, key = names(), unlocked_key()
    forms = act_forms(page, known, refused, problem)
    onward, beside = acts_by_hand(forms)
    title = page.line.facts.title or f"{KINDS[page.line.case.kind]} {page.line.case.number}"
    moments = timeline(page, known, key, for_unit=is_of_unit())
    return show(
        "desk/cases/unit_case.html" if is_of_unit() else "desk/cases/case.html",
        title,
        "办公端",
        page=page,
        names=known,
        onward=onward,
        beside=beside,
        timeline=moments,
        draft=next((each for each in reversed(moments) if each.act == "draft"), None) if _has_draft(page) else None,
        openings=openings(office(), signed_in(), page.line.case.number),
        unlocked=key is not None,
        timezone=this_desk().config.timezone,
        may_act=is_of_desk(),
        refused=refused,
        problem=problem,
        typed=typed,
        todo=_todo(page, known),
        **_words(page, known),
    )


def _has_draft(page: CasePage) -> bool:
    return page.line.case.state in ("investigated", "reviewed") and page.line.case.last("draft") is not None


def _words(page: CasePage, known: Names) -> dict[str, Any]:
    rules, facts = office().rules, page.line.facts
    category = rules.categories.get(facts.category)
    return {
        "kind": KINDS[page.line.case.kind],
        "state": STATES[page.line.case.state],
        "outcome_word": OUTCOMES[page.line.case.kind].get(page.line.case.outcome, ""),
        "source": SOURCES.get(facts.source, facts.source),
        "category": category.words if category else facts.category,
        "acts_meant": [rules.forbidden_acts[number] for number in category.acts] if category else [],
        "place": known.choices.place(facts.area),
        "policy": known.choices.policies.get(facts.policy, facts.policy),
        "longest_title": LONGEST_TITLE,
        "longest_summary": LONGEST_SUMMARY,
    }


def _step(page: CasePage, act: CaseAct) -> CaseStep:
    """What was sent for this act: only what the table says it needs."""
    number = page.line.case.number
    note = typed("note") if act.note_need else ""
    files: tuple[SealedFile, ...] = ()
    unit = typed("unit") if "unit" in act.needs else ""
    outcome = typed("outcome") if "outcome" in act.needs else ""
    words = words_for_reporter(page) if "words" in act.needs else ()
    if act.code == "report_back":
        words = report_for_desk()
    if act.code == "hand_over":
        words, files = resealed_for_discipline(page, unlocked_key())
    return CaseStep(number, act.code, unit, outcome, note, words, files)


def _todo(page: CasePage, known: Names) -> list[str]:
    """What is missing, in words: what the person whose turn it is would ask."""
    case, facts = page.line.case, page.line.facts
    found = {
        "filed": ["还没有受理：看过原话，决定受理、不予受理、转送，或者移交纪检监察。"],
        "accepted": ["还没有交办：选一个办理单位；自己就能答的，直接拟答复。"],
        "assigned": [f"等{known.unit(case.unit)}报结果。"],
        "reviewed": ["答复已审核，还没有交给反映人：点“答复”。"],
        "handed_over": ["已移交，由纪检监察机关办理和答复。"],
        "answered": ["等反映人评价；过了可以要求重新办理的日子，程序自动办结。"],
    }.get(case.state, [])
    if case.state == "investigated":
        drafted = case.last("draft")
        found = [f"{known.person(drafted.by)}拟了答复，等另一人审核。"] if drafted else ["结果已报回，还没有拟答复。"]
        if drafted and drafted.by == signed_in().name:
            found.append("拟的人不能自己审。")
    if case.has_unread_words and case.is_open:
        found.insert(0, "反映人又写了话：打开原话看一看，有的是回答问过的事。")
    if case.state in ("filed", "accepted") and not facts.summary:
        found.append("还没有标题和转述：办理单位只看转述，没有转述不能交办。")
    if case.is_extension_asked and not case.is_extended and case.is_open:
        found.append("有延期申请，等另一人批准。")
    return found


def _back(number: str, words: str) -> Response:
    """To the case, or to the queue where the act has taken the case out of this person's sight."""
    flash(words)
    still_seen = case_page(office(), signed_in(), number) is not None
    return to("desk.case", number=number) if still_seen else to("desk.cases")
