"""The table of cases: what may follow what, by whose hand, with what it must carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_acts import ACTS, KINDS, OPEN, OUTCOMES, STATES
from portal.domain.case_clocks import Due, Pause
from portal.domain.cases import Case, CaseEvent, admit
from portal.domain.findings import Refused
from tests.county import rules

DAY = date(2025, 9, 22)
FILED = Case("2025-0001", "complaint", DAY, frozenset({"wc"}))
CARRYING = {"unit": "nyj", "outcome": "upheld", "note": "satisfied"}


def event(act: str, by: str = "", day: int = 0, **more: str) -> CaseEvent:
    needs = ACTS[act].needs
    carried = {
        "unit": CARRYING["unit"] if "unit" in needs else "",
        "outcome": CARRYING["outcome"] if "outcome" in needs else "",
        "note": CARRYING["note"] if ACTS[act].note_need else "",
    }
    return CaseEvent(
        act, DAY + timedelta(days=day), by or {"second": "li"}.get(ACTS[act].hand, "zhang"), **{**carried, **more}
    )


def after(*acts: str | CaseEvent, case: Case = FILED) -> Case:
    """The case after these acts, each admitted."""
    for act in acts:
        done = act if isinstance(act, CaseEvent) else event(act)
        admit(case, done, has_words=True)
        case = replace(case, events=(*case.events, done))
    return case


WAY = ("accept", "assign", "report_back", "draft", "review", "answer")


def test_the_whole_way_of_a_complaint() -> None:
    states = [after(*WAY[:number]).state for number in range(len(WAY) + 1)]
    assert states == ["filed", "accepted", "assigned", "investigated", "investigated", "reviewed", "answered"]
    closed = after(*WAY, "close")
    assert (closed.state, closed.is_open, closed.outcome) == ("closed", False, "upheld")


@pytest.mark.parametrize("act", ACTS)
def test_no_act_is_taken_in_a_state_that_is_not_in_its_line(act: str) -> None:
    reached = {
        "filed": after(), "accepted": after("accept"), "assigned": after("accept", "assign"),
        "investigated": after("accept", "assign", "report_back"), "answered": after(*WAY), "closed": after(*WAY, "close"),
        "declined": after("decline"), "referred": after("refer"), "handed_over": after("hand_over"),
        "merged": after("merge"), "withdrawn": after("withdraw"), "reviewed": after(*WAY[:5]),
    }  # fmt: skip
    assert reached.keys() == STATES.keys()
    for state, case in reached.items():
        assert case.state == state
        if state not in ACTS[act].since:
            with pytest.raises(Refused, match="不能"):
                admit(case, event(act), has_words=True)


@pytest.mark.parametrize(("act", "need"), [(code, need) for code, act in ACTS.items() for need in act.needs])
def test_an_act_says_what_it_is_missing(act: str, need: str) -> None:
    case = {
        "filed": after(), "accepted": after("accept"), "assigned": after("accept", "assign"),
        "investigated": after("accept", "assign", "report_back", "draft", "ask_extension"), "answered": after(*WAY),
        "handed_over": after("hand_over", "sign_for"),
    }[next(state for state in ("filed", "assigned", "accepted", "investigated", "answered", "handed_over") if state in ACTS[act].since)]  # fmt: skip
    if act == "extend":
        case = after("accept", "ask_extension")
    blank = {"unit": {"unit": ""}, "outcome": {"outcome": ""}, "words": {}}.get(need, {"note": ""})
    admit(case, event(act), has_words=True)
    with pytest.raises(Refused, match="还要写明"):
        admit(case, event(act, **blank), has_words=need != "words")


def test_a_case_never_goes_to_whom_it_concerns() -> None:
    with pytest.raises(Refused, match="回避"):
        after("accept", event("assign", unit="wc"))
    with pytest.raises(Refused, match="回避"):
        after("accept", "assign", "report_back", event("send_back", unit="wc"))


@pytest.mark.parametrize(
    ("way", "act"), [(WAY[:4], "review"), (WAY[:4], "reject"), (("accept", "ask_extension"), "extend")]
)
def test_another_person_checks(way: tuple[str, ...], act: str) -> None:
    with pytest.raises(Refused, match="另一人"):
        after(*way, event(act, by="zhang"))
    after(*way, event(act, by="li"))


def test_an_answer_needs_a_draft_and_a_review() -> None:
    with pytest.raises(Refused, match="还没有拟答复"):
        after("accept", "assign", "report_back", "review")
    with pytest.raises(Refused, match="不能“答复”"):
        after(*WAY[:4], "answer")


def test_an_extension_is_asked_for_once_and_given_once() -> None:
    assert after("accept", "ask_extension", "extend").is_extended
    with pytest.raises(Refused, match="没有延期申请"):
        after("accept", "extend")
    with pytest.raises(Refused, match="只能延期一次"):
        after("accept", "ask_extension", "extend", "ask_extension")


def test_pauses_have_an_end() -> None:
    case = after("accept", event("pause", day=2))
    assert case.is_paused
    with pytest.raises(Refused, match="已经暂停"):
        after("pause", case=case)
    case = after(event("resume", day=9), case=case)
    assert case.pauses == (Pause(DAY + timedelta(days=2), DAY + timedelta(days=9)),)
    with pytest.raises(Refused, match="没有暂停"):
        after("resume", case=case)


def test_an_objection_brings_the_case_back_to_the_desk() -> None:
    case = after("accept", "assign", "object")
    assert (case.state, case.unit) == ("accepted", "")
    assert after("assign", case=case).unit == "nyj"


def test_a_reopened_case_starts_anew() -> None:
    case = after(*(event(act, day=1) for act in WAY), event("reopen", day=40))
    assert (case.state, case.unit, case.accepted) == ("accepted", "", DAY + timedelta(days=40))


def test_what_was_paused_and_extended_before_it_was_reopened_counts_no_more() -> None:
    before = ("accept", "assign", "pause", "ask_extension", "extend", *WAY[2:])
    case = after(*(event(act, day=1) for act in before), event("reopen", day=40))
    assert (case.is_extended, case.is_paused, case.pauses) == (False, False, ())
    told = case.due(rules().case_rules["local"], rules().is_workday).words
    assert "延长" not in told
    assert "暂停" not in told
    assert after(event("ask_extension", day=41), case=case).is_extension_asked


@pytest.mark.parametrize("act", ["tell", "return_matter", "conclude"])
def test_discipline_inspection_signs_before_it_does_anything_else(act: str) -> None:
    with pytest.raises(Refused, match="还没有签收"):
        after("hand_over", act)
    after("hand_over", "sign_for", act)
    with pytest.raises(Refused, match="还没有签收"):
        after("hand_over", "sign_for", "return_matter", "hand_over", act)


def test_days_do_not_run_backwards() -> None:
    with pytest.raises(Refused, match="早于前一步"):
        after(event("accept", day=3), event("assign", day=2))


def test_outcomes_belong_to_their_kind() -> None:
    with pytest.raises(Refused, match="结果只能是"):
        after("accept", "assign", event("report_back", outcome="untrue"))
    assert OUTCOMES.keys() == KINDS.keys()


def test_a_rating_is_one_of_two_and_is_forgotten_by_a_case_that_is_reopened() -> None:
    with pytest.raises(Refused, match="满意或者不满意"):
        after(*WAY, event("rate", note="fine"))
    case = after(*WAY, event("rate", note="unsatisfied"))
    assert case.rating == "unsatisfied"
    assert after("reopen", case=case).rating == ""


def test_what_discipline_inspection_returns_starts_anew_at_the_desk() -> None:
    case = after("hand_over", "sign_for", event("return_matter", day=12))
    assert (case.state, case.is_with_discipline, case.accepted) == ("accepted", False, DAY + timedelta(days=12))
    concluded = after("hand_over", "sign_for", event("conclude", outcome="partly"))
    assert concluded.state == "answered"
    with pytest.raises(Refused, match="上一级纪检监察机关"):
        after("reopen", case=concluded)


def test_what_is_due_next_follows_the_state() -> None:
    def due(case: Case, given: date | None = None) -> Due:
        return case.due(rules().case_rules["local"], rules().is_workday, given)

    given = DAY + timedelta(days=4)
    assert "告知是否受理" in due(FILED).words
    assert "告知是否受理" in due(after("hand_over")).words
    assert due(after("hand_over", "sign_for", "tell")).day is None
    assert due(after("accept")).day == date(2025, 10, 11)
    assert due(after("accept"), given).day == given
    assert due(after("accept", "pause"), given).day is None
    assert due(after(*WAY), given).day is None


def test_what_is_handed_over_is_with_no_unit_any_more() -> None:
    assert after("accept", "assign").unit == "nyj"
    assert after("accept", "assign", "hand_over").unit == ""


def test_only_wrongdoing_goes_to_discipline_inspection() -> None:
    for kind in KINDS:
        case = replace(FILED, kind=kind)
        assert ("hand_over" in [act.code for act in case.next_acts("desk")]) == (kind in ("report", "complaint"))


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=25))
def test_whatever_is_offered_is_admitted_and_nothing_else(acts: list[str]) -> None:
    """`next_acts` and `admit` are one rule; every state is a known one."""
    case = FILED
    for code in acts:
        offered = code in [act.code for act in case.next_acts(ACTS[code].hand)]
        by = "li" if ACTS[code].hand == "second" else "zhang"
        try:
            admit(case, event(code, by), has_words=True)
        except Refused:
            assert not offered
            continue
        assert offered
        case = replace(case, events=(*case.events, event(code, by)))
        assert case.state in STATES
        assert case.is_open == (case.state in OPEN)
