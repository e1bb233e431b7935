"""What a person's payments are told as, through every turn that a batch can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from portal.actions.corrections import import_corrections, write_template
from portal.office import Office
from portal.queries.own_payments import Answer, OwnPaymentsQuery
from tests.county import (
    HARDSHIP,
    WANGCUN,
    give_feedback,
    make_batch,
    noticed_batch,
    published_batch,
    step,
)
from tests.people import make_account
from tests.workbooks import Person, people

PERSONS = people(8)


@pytest.fixture
def asked(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[Person], Answer]:
    """Everything of a person, as of now: nothing is remembered longer than the ledger stays as it is."""
    monkeypatch.setattr("portal.queries.own_payments._LOOKED_AT_EVERY", 0.0)
    query = OwnPaymentsQuery(lambda: office)

    def ask(person: Person) -> Answer:
        return query.whole_answer(office.digester().proof(person.id, person.name))

    return ask


def test_while_objections_may_be_made_it_is_said_until_when(office: Office, tmp_path: Path) -> None:
    noticed_batch(office, tmp_path, PERSONS)
    proof = office.digester().proof(PERSONS[1].id, PERSONS[1].name)

    def until(day: date) -> date | None:
        query = OwnPaymentsQuery(lambda: replace(office, today=day))
        return query.whole_answer(proof).years[0].payments[0].facts.notice_until

    last = date(2025, 6, 10)
    assert until(date(2025, 6, 5)) == until(last) == last
    assert until(date(2025, 6, 11)) is None


def states(answer: Answer) -> list[tuple[int, str, int]]:
    return [(year.year, payment.state, payment.found.fen) for year in answer.years for payment in year.payments]


def test_the_way_of_a_payment_from_roll_to_bank(
    office: Office, asked: Callable[[Person], Answer], tmp_path: Path
) -> None:
    person, sent_back = PERSONS[1], PERSONS[0]
    assert asked(person).years == ()
    batch = noticed_batch(office, tmp_path, PERSONS)
    payment = asked(person).years[0].payments[0]
    assert (payment.state, payment.facts.step, payment.facts.step_day) == (
        "pending", "名单公示，有意见可以提", date(2025, 6, 4),
    )  # fmt: skip
    assert payment.facts.next_step == "公示结束，名单上报"
    assert payment.facts.rows_at == {WANGCUN}
    step(office, batch, "credit", "accountant", 12)
    credited = asked(person).years[0].payments[0].facts
    assert (credited.step, credited.next_step, credited.next_due) == (
        "银行把钱打到卡（折）上", "银行报回发放结果", date(2025, 6, 16),
    )  # fmt: skip
    give_feedback(office, tmp_path, batch, PERSONS, {0: "账号不存在"})
    assert states(asked(person)) == [(2025, "paid", 19000)]
    assert states(asked(sent_back)) == [(2025, "returned", 19000)]
    assert asked(sent_back).years[0].payments[0].found.reason == "no_account"


def test_a_payment_made_again_says_so(office: Office, asked: Callable[[Person], Answer], tmp_path: Path) -> None:
    batch, person = published_batch(office, tmp_path, PERSONS, returned={0: "账号不存在"}), PERSONS[0]
    write_template(office, batch, tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    account = make_account(4711)
    for column, value in enumerate((person.name, person.id, account), start=9):
        book.active.cell(2, column, value)
    book.save(tmp_path / "filled.xlsx")
    import_corrections(office, tmp_path / "filled.xlsx", batch, "enterer", date(2025, 6, 17))
    assert states(asked(person)) == [(2025, "pending", 19000)]
    give_feedback(office, tmp_path, batch, [replace(person, account=account)])
    assert states(asked(person)) == [(2025, "reissued", 19000)]
    assert (asked(person).years[0].paid_fen, asked(person).years[0].waiting_fen) == (19000, 0)


def test_a_list_that_was_sent_back_and_came_again(
    office: Office, asked: Callable[[Person], Answer], tmp_path: Path
) -> None:
    number = make_batch(office, tmp_path, PERSONS).batch
    assert number is not None
    step(office, number, "return", "accountant", 3, reason="金额要核对")
    assert states(asked(PERSONS[1])) == [(2025, "sent_back", 19000)]
    corrected = [replace(person, quantity=person.quantity, amount="190") for person in PERSONS[:-1]]
    again = make_batch(office, tmp_path, [replace(corrected[1], amount="190"), *corrected[2:]])
    assert again.batch is not None
    assert states(asked(PERSONS[1])) == [(2025, "pending", 19000)]  # the first revision counts no more
    assert asked(PERSONS[7]).years == ()


def test_money_given_back_to_the_treasury_says_so(
    office: Office, asked: Callable[[Person], Answer], tmp_path: Path
) -> None:
    batch = published_batch(office, tmp_path, PERSONS, returned={0: "销户"})
    step(office, batch, "refund", "accountant", 20, reason="人已不在", amount_fen=19000)
    assert states(asked(PERSONS[0])) == [(2025, "treasury", 19000)]


def test_a_withdrawn_posting_is_linked_no_more_and_the_payment_stays(
    office: Office, asked: Callable[[Person], Answer], tmp_path: Path
) -> None:
    batch = published_batch(office, tmp_path, PERSONS)
    assert asked(PERSONS[1]).years[0].payments[0].facts.rows_at == {WANGCUN}
    step(office, batch, "withdraw", "reviewer", 18, reason="公开错了")
    told = asked(PERSONS[1]).years[0].payments[0]
    assert (told.state, told.facts.rows_at) == ("paid", frozenset())


def test_years_come_newest_first_with_their_sums(
    office: Office, asked: Callable[[Person], Answer], tmp_path: Path
) -> None:
    published_batch(office, tmp_path, PERSONS)
    published_batch(
        office, tmp_path, [replace(person, quantity=None, amount="0.07") for person in PERSONS], HARDSHIP, "2025Q1"
    )
    make_batch(office, tmp_path, PERSONS, period="2025+1")
    year = asked(PERSONS[2]).years[0]
    assert (year.paid_fen, year.waiting_fen, year.held_fen) == (19007, 19000, 0)
    assert [payment.facts.policy_name for payment in year.payments] == [
        "困难群众补助",
        "耕地地力保护补贴",
        "耕地地力保护补贴",
    ]


def test_facts_are_remembered_only_while_the_ledger_stays_as_it_is(office: Office, tmp_path: Path) -> None:
    query = OwnPaymentsQuery(lambda: office)
    batch = noticed_batch(office, tmp_path, PERSONS)
    proof = office.digester().proof(PERSONS[1].id, PERSONS[1].name)
    first, second = query.whole_answer(proof), query.whole_answer(proof)
    assert first.years[0].payments[0].facts is second.years[0].payments[0].facts
    step(office, batch, "credit", "accountant", 12)
    query._looked_at = 0.0  # a second has passed
    assert query.whole_answer(proof).years[0].payments[0].facts.step == "银行把钱打到卡（折）上"
    assert query.whole_answer(proof).generation > first.generation


def test_the_township_helps_first(office: Office) -> None:
    query = OwnPaymentsQuery(lambda: office)
    found = query.township_office(WANGCUN)
    assert found is not None
    assert (found.code, query.place(WANGCUN)) == ("dh", "东河镇王村")
    assert (query.township_office(""), query.place("990199999999")) == (None, "")
