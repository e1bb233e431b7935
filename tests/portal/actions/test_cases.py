"""Cases are taken in once and whole, and worked by the table, by who may and by nobody whom they concern."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.actions.cases import (
    CaseStep,
    act_by_receipt,
    act_on_case,
    close_answered,
    describe_case,
    file_case,
    hand_contact_to_unit,
)
from portal.domain.batches import Actor
from portal.domain.case_words import SealedFile, SealedWords
from portal.domain.findings import Refused
from portal.ledger import case_words, cases
from portal.office import Office
from portal.queries.cases import case_page, filed_between, queue
from portal.queries.follow import follow
from portal.security.case_keys import CaseKeys
from tests.cases import (
    AUDITOR,
    CONTACT,
    DEPARTMENT,
    DESK_A,
    DESK_B,
    INSPECTOR,
    STORY,
    VILLAGE,
    do,
    file_one,
    make_filing,
    open_desk,
    opened,
)
from tests.county import office_in
from tests.ledger_dump import dump


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> CaseKeys:
    return open_desk(office, tmp_path / "office")


def described(office: Office, number: str) -> str:
    describe_case(office, DESK_A, number, "补贴没到账", "反映人说今年的耕地补贴没有到账，请查发放情况")
    return number


def assigned(office: Office, case_keys: CaseKeys, **more: object) -> str:
    number = described(office, file_one(office, case_keys, **more).number)
    do(office, number, "accept")
    do(office, number, "assign")
    return number


def answered(office: Office, case_keys: CaseKeys, form: str = "") -> str:
    number = assigned(office, case_keys, form=form)
    do(office, number, "report_back", DEPARTMENT)
    do(office, number, "draft")
    do(office, number, "review", DESK_B)
    do(office, number, "answer")
    return number


def test_what_was_filed_is_kept_sealed_and_found_by_its_receipt(office: Office, desk: CaseKeys) -> None:
    photo = SealedFile("photo", "image/jpeg", "desk", 3, desk.seal("desk", b"jpg"))
    filed = file_case(office, replace(make_filing(office, desk, "form-one"), files=(photo,)))
    page = case_page(office, DESK_A, filed.number)
    assert page is not None
    assert [opened("desk", words.sealed) for words in page.words] == [STORY, CONTACT]
    assert [(file.kind, file.size) for file in page.files] == [("photo", 3)]
    found = follow(office, desk.receipt_hash(desk.receipt("form-one")))
    assert found is not None
    assert (found.case.number, found.case.state) == (filed.number, "filed")
    everything = str(dump(office.ledger))
    assert STORY not in everything
    assert CONTACT not in everything


def test_the_same_form_is_one_case_however_often_and_at_once(office: Office, desk: CaseKeys) -> None:
    filing = make_filing(office, desk, "again")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: file_case(office, filing), range(24)))
    assert len({filed.number for filed in found}) == 1
    assert sum(filed.is_new for filed in found) == 1
    assert len(queue(office, DESK_A)) == 1


def test_whatever_fails_on_the_way_leaves_nothing(
    office: Office, desk: CaseKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(office.ledger)

    def broken(*_: object) -> int:
        raise OSError("disk")

    monkeypatch.setattr(case_words, "add_files", broken)
    with pytest.raises(OSError, match="disk"):
        file_one(office, desk)
    assert dump(office.ledger) == before


def test_numbers_count_nothing(office: Office, desk: CaseKeys) -> None:
    numbers = [int(file_one(office, desk).number[5:]) for _ in range(6)]
    assert numbers != sorted(numbers) or max(numbers) - min(numbers) > 100


def test_the_whole_way_of_a_complaint(office: Office, desk: CaseKeys) -> None:
    number = answered(office, desk, "the way")
    receipt_hash = desk.receipt_hash(desk.receipt("the way"))
    assert act_by_receipt(office, receipt_hash, CaseStep("", "rate", note="satisfied")).rating == "satisfied"
    acts = [event.act for event in case_page(office, DESK_A, number).line.case.events]  # type: ignore[union-attr]
    assert acts == ["accept", "assign", "report_back", "draft", "review", "answer", "rate"]
    journal = [entry for entry in dump(office.ledger)["journal"] if number in str(entry)]
    assert len(journal) == 9  # filed, described, and the seven


@pytest.mark.parametrize("viewer", [VILLAGE, AUDITOR, DEPARTMENT, INSPECTOR, Actor("chief", "", "admin", "czj")])
def test_nobody_but_the_desk_and_the_auditor_sees_what_is_not_assigned_to_them(
    office: Office, desk: CaseKeys, viewer: Actor
) -> None:
    number = file_one(office, desk).number
    page = case_page(office, viewer, number)
    if viewer is not AUDITOR:
        assert page is None
        assert queue(office, viewer) == []
    else:
        assert page is not None
        assert (page.words, page.files, page.acts) == ((), (), ())


def test_the_handling_unit_reads_the_paraphrase_and_no_word_that_was_said(office: Office, desk: CaseKeys) -> None:
    page = case_page(office, DEPARTMENT, assigned(office, desk))
    assert page is not None
    assert (page.words, page.files) == ((), ())
    assert "没有到账" in page.line.facts.summary
    assert [act.code for act in page.acts] == ["object", "report_back"]


def test_whom_a_case_concerns_sees_nothing_of_it_and_no_count_moves(office: Office, desk: CaseKeys) -> None:
    own = file_one(office, desk).number
    described(office, own)
    do(office, own, "accept")
    do(office, own, "assign")
    before = [line.case.number for line in queue(office, DEPARTMENT)]
    about = file_one(office, desk, unit="nyj").number
    described(office, about)
    do(office, about, "accept")
    assert [line.case.number for line in queue(office, DEPARTMENT)] == before == [own]
    assert case_page(office, DEPARTMENT, about) is None
    with pytest.raises(Refused, match="回避"):
        do(office, about, "assign", unit="nyj")
    with pytest.raises(Refused, match="没有这一件"):
        do(office, about, "report_back", DEPARTMENT)
    assert filed_between(office, DEPARTMENT, office.today, office.today) == queue(office, DEPARTMENT)


def test_a_township_s_cases_are_hidden_from_everybody_in_it(office: Office, desk: CaseKeys) -> None:
    assert make_filing(office, desk, unit="dh").case.concerns == {"dh", "wc"}
    assert make_filing(office, desk, unit="wc").case.concerns == {"wc"}
    assert make_filing(office, desk, unit="nyj").case.concerns == {"nyj"}


def test_who_stands_back_sees_it_no_more(office: Office, desk: CaseKeys) -> None:
    number = file_one(office, desk).number
    do(office, number, "recuse", note="desk-b")
    assert case_page(office, DESK_B, number) is None
    assert case_page(office, DESK_A, number) is not None
    with pytest.raises(Refused, match="没有登记过"):
        do(office, number, "recuse", note="nobody-here")


@pytest.mark.parametrize(("kind", "subject"), [("unit", "nyj"), ("person", "village-clerk")])
def test_declared_relatives_keep_away_too(office: Office, desk: CaseKeys, kind: str, subject: str) -> None:
    number = file_one(office, desk, unit="nyj").number
    with office.ledger.write() as connection:
        cases.add_relation(connection, "desk-b", kind, subject)
        cases.add_relation(connection, "desk-b", kind, subject)
        cases.add_concerns(connection, cases.find_numbered(connection, number).id, "person", ["village-clerk"])  # type: ignore[union-attr]
    assert case_page(office, DESK_B, number) is None
    assert case_page(office, DESK_A, number) is not None


def test_what_goes_to_discipline_inspection_is_seen_by_nobody_else(office: Office, desk: CaseKeys) -> None:
    for more in ({"unit": "xfj"}, {"category": "diverted"}):
        filed = file_one(office, desk, **more)
        assert case_page(office, DESK_A, filed.number) is None
        assert case_page(office, AUDITOR, filed.number) is None
        page = case_page(office, INSPECTOR, filed.number)
        assert page is not None
        assert (page.line.case.kind, page.line.case.state) == ("report", "handed_over")
        assert [opened("discipline", words.sealed) for words in page.words] == [STORY, CONTACT]
        assert page.rules.code == "discipline"
    do(office, filed.number, "sign_for", INSPECTOR)
    with pytest.raises(Refused, match="没有这一件"):
        do(office, filed.number, "accept")
    do(office, filed.number, "return_matter", INSPECTOR, note="不涉及违纪，属于发放问题")
    returned = case_page(office, AUDITOR, filed.number)
    assert returned is not None
    assert returned.line.case.state == "accepted"


def test_what_concerns_the_desk_itself_never_comes_to_it(office: Office, desk: CaseKeys) -> None:
    number = file_one(office, desk, unit="xfj").number
    do(office, number, "sign_for", INSPECTOR)
    with pytest.raises(Refused, match="反映的是受理科室"):
        do(office, number, "return_matter", INSPECTOR, note="属于发放问题")
    do(office, number, "conclude", INSPECTOR, outcome="untrue")


def test_a_case_is_merged_into_one_that_the_person_may_see(office: Office, desk: CaseKeys) -> None:
    """And into none that others must not see: who stands back from one would meet it in the other."""
    hidden, other, third = (file_one(office, desk).number for _ in range(3))
    do(office, third, "merge", note=other)
    do(office, hidden, "recuse", note=DESK_B.name)
    do(office, hidden, "recuse", note=DESK_B.name)
    with pytest.raises(Refused, match="没有这一件在办的件"):
        do(office, other, "merge", DESK_B, note=hidden)
    for case, main in ((hidden, other), (other, hidden)):
        with pytest.raises(Refused, match="不能并"):
            do(office, case, "merge", note=main)
    do(office, other, "recuse", note=DESK_B.name)
    assert case_page(office, DESK_B, third) is None
    assert case_page(office, DESK_A, third) is not None


def test_four_eyes_and_hands(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk)
    with pytest.raises(Refused, match="不由您办理"):
        do(office, number, "report_back", DESK_A)
    do(office, number, "report_back", DEPARTMENT)
    do(office, number, "draft")
    with pytest.raises(Refused, match="另一人"):
        do(office, number, "review", DESK_A)


def test_a_unit_is_given_nothing_before_there_is_a_paraphrase(office: Office, desk: CaseKeys) -> None:
    number = file_one(office, desk).number
    do(office, number, "accept")
    with pytest.raises(Refused, match="先写好转述"):
        do(office, number, "assign")
    with pytest.raises(Refused, match="身份证号"):
        describe_case(office, DESK_A, number, "标题", "电话13800138000的人说")


def test_the_unit_has_the_phone_only_by_consent_and_only_as_long_as_it_needs_it(office: Office, desk: CaseKeys) -> None:
    phone = SealedWords("contact", "unit", b"sealed to the unit")
    without = assigned(office, desk)
    with pytest.raises(Refused, match="没有同意"):
        hand_contact_to_unit(office, DESK_A, without, phone)
    number = assigned(office, desk, consent=True)
    assert not case_page(office, DESK_A, number).unit_has_contact  # type: ignore[union-attr]
    hand_contact_to_unit(office, DESK_A, number, phone)
    assert case_page(office, DESK_A, number).unit_has_contact  # type: ignore[union-attr]
    assert [words.sealed for words in case_page(office, DEPARTMENT, number).words] == [phone.sealed]  # type: ignore[union-attr]
    do(office, number, "object", DEPARTMENT)
    with office.ledger.read() as connection:
        stored = cases.find_numbered(connection, number)
        assert stored is not None
        assert case_words.words_of(connection, stored.id, ["unit"]) == []


def test_what_is_handed_over_goes_by_the_inspectors_terms_from_that_day(office: Office, desk: CaseKeys) -> None:
    number = file_one(office, desk, source="12345", order_number="GD-9").number
    later = replace(office, today=date(2025, 7, 14))
    do(later, number, "hand_over")
    line = case_page(later, INSPECTOR, number).line  # type: ignore[union-attr]
    assert (line.facts.rules, line.due.day) == ("discipline", date(2025, 8, 4))  # fifteen working days
    do(later, number, "sign_for", INSPECTOR)
    do(later, number, "return_matter", INSPECTOR)
    assert case_page(later, DESK_A, number).line.facts.rules == "hotline"  # type: ignore[union-attr]


def test_a_report_s_contact_goes_to_no_unit_whatever_was_ticked(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk, category="undeserving", consent=True)
    with pytest.raises(Refused, match="没有同意"):
        hand_contact_to_unit(office, DESK_A, number, SealedWords("contact", "unit", b"sealed to the unit"))


def test_a_contact_handed_twice_is_there_once(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk, consent=True)
    for phone in (b"old", b"new"):
        hand_contact_to_unit(office, DESK_A, number, SealedWords("contact", "unit", phone))
    assert [words.sealed for words in case_page(office, DEPARTMENT, number).words] == [b"new"]  # type: ignore[union-attr]


def test_what_is_handed_over_leaves_the_unit_and_reaches_discipline_inspection(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk)
    do(office, number, "hand_over")
    assert case_page(office, DEPARTMENT, number) is None
    assert case_page(office, INSPECTOR, number) is not None
    assert case_page(office, DESK_A, number) is not None


def test_staff_words_hold_no_personal_data_and_units_exist(office: Office, desk: CaseKeys) -> None:
    with pytest.raises(Refused, match="电话"):
        file_one(office, desk, order_number="13800138000")
    number = described(office, file_one(office, desk).number)
    with pytest.raises(Refused, match="电话"):
        do(office, number, "supervise", note="请打13800138000")
    do(office, number, "accept")
    with pytest.raises(Refused, match="没有这个单位"):
        do(office, number, "assign", unit="nowhere")
    with pytest.raises(Refused, match="没有“no-such-act”这一步"):
        act_on_case(office, DESK_A, CaseStep(number, "no-such-act"))


def test_the_desk_s_words_stand_once_it_is_answered(office: Office, desk: CaseKeys) -> None:
    with pytest.raises(Refused, match="不能再改"):
        describe_case(office, DESK_A, answered(office, desk), "标题", "转述")


def test_a_unit_objects_within_its_working_days(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk)
    last = replace(office, today=date(2025, 7, 2))  # two working days after Monday 30 June
    with pytest.raises(Refused, match="2个工作日内才能提异议"):
        do(replace(office, today=date(2025, 7, 3)), number, "object", DEPARTMENT)
    assert do(last, number, "object", DEPARTMENT).state == "accepted"


def test_a_draft_is_not_told_before_it_is_answered(office: Office, desk: CaseKeys) -> None:
    number = assigned(office, desk, form="drafts")
    receipt_hash = desk.receipt_hash(desk.receipt("drafts"))

    def told() -> list[bytes]:
        found = follow(office, receipt_hash)
        assert found is not None
        return [words.sealed for words in found.words]

    do(office, number, "ask", words=(SealedWords("words", "receipt", b"a question"),))
    do(office, number, "report_back", DEPARTMENT)
    for draft in (b"first draft", b"second draft"):
        do(office, number, "draft", words=(SealedWords("words", "receipt", draft),))
    do(office, number, "review", DESK_B)
    assert told() == [b"a question"]
    do(office, number, "answer")
    assert told() == [b"a question", b"second draft"]


def test_repeats_are_handled_with_the_first_and_told_its_answer(office: Office, desk: CaseKeys) -> None:
    main, other = assigned(office, desk, form="main"), file_one(office, desk, "other").number
    with pytest.raises(Refused, match="没有这一件"):
        do(office, other, "merge", note="2025-99999")
    about = file_one(office, desk, unit="wc").number
    with pytest.raises(Refused, match="不能并"):
        do(office, about, "merge", note=main)
    do(office, other, "merge", note=main)
    page = case_page(office, DESK_A, main)
    assert page is not None
    assert page.repeats == (other,)
    do(office, main, "report_back", DEPARTMENT)
    words = tuple(SealedWords("words", "receipt", key, case_id) for case_id, key in page.reply_keys)
    do(office, main, "draft", words=words)
    do(office, main, "review", DESK_B)
    do(office, main, "answer")
    found = follow(office, desk.receipt_hash(desk.receipt("other")))
    assert found is not None
    assert (found.is_merged, found.case.number, found.case.state) == (True, main, "answered")
    assert [said.sealed for said in found.main_words] == [page.reply_keys[1][1]]
    assert found.words == ()


def test_answers_are_closed_after_the_time_to_reopen_and_not_before(office: Office, desk: CaseKeys) -> None:
    number = answered(office, desk, "late")
    receipt_hash = desk.receipt_hash(desk.receipt("late"))
    last = office.today + timedelta(days=30)
    assert close_answered(replace(office, today=last)) == 0
    after = replace(office, today=last + timedelta(days=1))
    reopen = CaseStep("", "reopen", words=(SealedWords("words", "desk", b"again"),))
    with pytest.raises(Refused, match="已经过了"):
        act_by_receipt(after, receipt_hash, reopen)
    assert close_answered(after) == 1
    assert case_page(after, DESK_A, number).line.case.state == "closed"  # type: ignore[union-attr]
    in_time = replace(office, today=last)
    assert answered(office, desk, "in time")
    assert act_by_receipt(in_time, desk.receipt_hash(desk.receipt("in time")), reopen).state == "accepted"


def test_the_most_urgent_comes_first_and_late_ones_say_so(office: Office, desk: CaseKeys) -> None:
    old = file_one(replace(office, today=office.today - timedelta(days=40)), desk).number
    new = file_one(office, desk, category="question").number
    lines = queue(office, DESK_A)
    assert [line.case.number for line in lines] == [old, new]
    assert lines[0].is_far_overdue
    assert not lines[1].days_late
    assert "工作日内告知是否受理" in lines[1].due.words


def test_a_work_order_of_12345_keeps_its_own_day(office: Office, desk: CaseKeys) -> None:
    given = office.today + timedelta(days=3)
    number = file_one(office, desk, source="12345", order_number="GD20250630-17", given_due=given).number
    do(office, number, "accept")
    line = queue(office, DESK_A)[0]
    assert (line.due.day, line.facts.rules) == (given, "hotline")


@pytest.fixture
def postgres_desk(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Office, CaseKeys]]:
    with office_in(tmp_path / "office", postgres_url) as office:
        yield office, open_desk(office, tmp_path / "office")


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_desk: tuple[Office, CaseKeys]) -> None:
    office, case_keys = postgres_desk
    test_the_whole_way_of_a_complaint(office, case_keys)
    filing = make_filing(office, case_keys, "again")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: file_case(office, filing), range(16)))
    assert len({filed.number for filed in found}) == 1
