"""From an upheld case to the money: both payments of a correction say so, to whom they belong and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from generator.site_text import SiteText
from portal.actions.cases import describe_case
from portal.answers.pages import AnswerPages
from portal.domain.findings import Refused
from portal.domain.payment_refs import PaymentRef
from portal.ledger import payments
from portal.office import Office
from portal.queries.own_payments import OwnPayment, OwnPaymentsQuery
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, DESK_B, do, file_one, open_desk
from tests.county import HARDSHIP, LAND, WANGCUN, make_batch, make_site, office_in, published_batch
from tests.service import make_app
from tests.workbooks import Person, people

PERSONS = people(8)
WRONGED, OTHER = PERSONS[1], PERSONS[2]
LATER = "2025+1"


class Town:
    """A land batch that was paid, and a second one (of the year's first addition) for those whose area was wrong."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.keys: CaseKeys = open_desk(office, folder / "office")
        published_batch(office, folder, PERSONS)
        published_batch(
            office, folder, [replace(each, quantity=Decimal(1), amount="95") for each in PERSONS[1:7]], LAND, LATER
        )

    def own(self, person: Person, *, is_sensitive_shown: bool = True) -> list[OwnPayment]:
        query = OwnPaymentsQuery(lambda: self.office)
        proof = self.office.digester().proof(person.id, person.name)
        answer = query.whole_answer(proof) if is_sensitive_shown else query.answer(proof, None)
        return [payment for year in answer.years for payment in year.payments]

    def reference(self, person: Person, batch: str) -> PaymentRef:
        found = next(each for each in self.own(person) if each.facts.number == batch)
        return PaymentRef(batch, found.found.village, found.found.row_code)

    def upheld(self, person: Person = WRONGED, category: str = "amount", outcome: str = "upheld") -> str:
        """A case about the person's first payment, answered; returns its number."""
        with self.office.ledger.read() as connection:
            payment = payments.find_reference(connection, self.reference(person, "2025-0001"))
        number = file_one(self.office, self.keys, category=category, payment_id=payment).number
        describe_case(self.office, DESK_A, number, "金额不对", "反映人说面积少算了一亩")
        do(self.office, number, "accept")
        do(self.office, number, "assign", unit="nyj")
        do(self.office, number, "report_back", DEPARTMENT, outcome=outcome)
        do(self.office, number, "draft", outcome=outcome)
        do(self.office, number, "review", DESK_B)
        do(self.office, number, "answer")
        return number

    def correct(self, number: str, person: Person = WRONGED, batch: str = "2025-0002") -> None:
        do(self.office, number, "correct", note=str(self.reference(person, batch)).lower())

    def app(self, *, online: bool) -> Flask:
        site = make_site(self.office, self.folder / "office")
        app = make_app(self.office, site, self.folder / "office")
        text: SiteText = app.jinja_env.globals["site"]
        app.jinja_env.globals["site"] = SiteText({**text.table, "cases": {"online": online}})
        return app

    def cards(self, person: Person, *, online: bool = False) -> list[str]:
        """The person's cards as they are read, and what is linked in them, newest payment first."""
        query = OwnPaymentsQuery(lambda: self.office)
        answer = query.whole_answer(self.office.digester().proof(person.id, person.name))
        with self.app(online=online).test_request_context("/lookup"):
            html = str(AnswerPages(query, self.office.rules).html(answer, "./"))
        return html.split('<li class="payment')[1:]


@pytest.fixture
def town(office: Office, tmp_path: Path) -> Town:
    return Town(office, tmp_path)


def text(card: str) -> str:
    return re.sub(r"\s|<[^>]+>", "", card)


def test_both_payments_of_a_correction_say_so_and_where_the_other_is(town: Town) -> None:
    assert [payment.standing.corrected for payment in town.own(WRONGED)] == [None, None]
    town.correct(town.upheld())
    new, old = town.cards(WRONGED)
    code = town.reference(WRONGED, "2025-0002").code
    assert f"这一笔已按反映更正，见2025年（第1次补发）耕地地力保护补贴，行号{code}：已到账。" in text(old)
    assert f'href="./villages/{WANGCUN}/2025-0002/">看那份公示' in old
    first = town.reference(WRONGED, "2025-0001").code
    assert f"这一笔是按反映更正后补发的，原来那一笔：2025年耕地地力保护补贴，行号{first}。" in text(new)
    assert all("更正" not in card for card in town.cards(OTHER))


def test_who_was_reported_does_not_learn_it_from_the_correction(town: Town) -> None:
    """A report of wrongdoing about somebody's payment: their own look-up says that it was corrected, not why."""
    town.correct(town.upheld(category="undeserving", outcome="true"))
    new, old = town.cards(WRONGED)
    assert "这一笔已更正，见" in text(old)
    assert "这一笔是更正后补发的" in text(new)
    assert "反映更正" not in text(old + new)


def test_a_payment_of_somebody_else_corrects_nothing(town: Town) -> None:
    number = town.upheld()
    with pytest.raises(Refused, match="不是同一个人"):
        town.correct(number, OTHER)
    with pytest.raises(Refused, match="还是原来那一笔"):
        town.correct(number, WRONGED, "2025-0001")
    assert [payment.standing.corrected for payment in town.own(WRONGED) + town.own(OTHER)] == [None] * 4


def test_nothing_is_said_of_a_payment_that_is_not_shown(town: Town) -> None:
    """The correction is of a policy that names nobody in public: without the tail neither card knows of it."""
    poor = [replace(WRONGED, quantity=None, amount="95"), *people(6, start=40, quantity=None)]
    published_batch(town.office, town.folder, poor, HARDSHIP)
    town.correct(town.upheld(), batch="2025-0003")
    assert [payment.standing.corrected for payment in town.own(WRONGED, is_sensitive_shown=False)] == [None, None]
    marked = {payment.facts.number for payment in town.own(WRONGED) if payment.standing.corrected}
    assert marked == {"2025-0001", "2025-0003"}


def test_a_case_about_no_payment_marks_none(town: Town) -> None:
    number = town.upheld()
    with town.office.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET payment_id = NULL")
    town.correct(number)
    assert [payment.standing.corrected for payment in town.own(WRONGED)] == [None, None]


def test_what_is_remembered_learns_of_a_correction_when_the_journal_grows(town: Town) -> None:
    query = OwnPaymentsQuery(lambda: town.office)
    proof = town.office.digester().proof(WRONGED.id, WRONGED.name)
    number = town.upheld()
    assert query.whole_answer(proof).years[0].payments[0].standing.corrected is None
    town.correct(number)
    query._looked_at = 0.0  # a second has passed
    assert query.whole_answer(proof).years[0].payments[0].standing.corrected is not None


def test_a_payment_that_is_wrong_is_reported_on_line_where_the_county_takes_it(town: Town) -> None:
    reference = town.reference(WRONGED, "2025-0002")
    link = f'href="./complain?payment={reference}">在网上反映这一笔'
    assert link in town.cards(WRONGED, online=True)[0]
    offline = town.cards(WRONGED, online=False)[0]
    assert "complain" not in offline
    assert "照着说，不用报身份证号" in offline
    assert not any(secret in link for secret in (WRONGED.id, WRONGED.name, WRONGED.account))


def test_a_payment_that_waits_is_none_of_the_same_person_by_chance(office: Office, tmp_path: Path) -> None:
    """Rows whose ID number could not be read have no digest: two of them are not the same person."""
    nameless = [replace(person, id="12345") for person in people(2)]
    make_batch(office, tmp_path, [*nameless, *PERSONS[2:]])
    with office.ledger.read() as connection:
        assert not payments.is_same_person(connection, 1, 2)
        assert payments.is_same_person(connection, 1, 1)
        assert payments.newest_of(connection, 3) == 3


@pytest.fixture
def postgres_town(postgres_url: str, tmp_path: Path) -> Iterator[Town]:
    with office_in(tmp_path / "office", postgres_url) as office:
        yield Town(office, tmp_path)


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_town: Town) -> None:
    test_a_payment_of_somebody_else_corrects_nothing(postgres_town)
    test_both_payments_of_a_correction_say_so_and_where_the_other_is(postgres_town)
