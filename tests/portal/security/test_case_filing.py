"""From a form to what is stored: routed, sealed, and in clear only what must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.cases import Filing, file_case
from portal.domain.case_form import CaseForm, read_sealed
from portal.domain.payment_refs import PaymentRef
from portal.office import Office
from portal.queries.case_choices import case_choices
from portal.security import sealing
from portal.security.case_filing import Arrival, Attachment, make_filing, where_to
from portal.security.case_keys import CaseKeys
from tests.cases import DESK_A, open_desk, opened, private_key
from tests.county import LAND, WANGCUN, published_batch
from tests.workbooks import people

FORM = CaseForm(
    "unpaid",
    "village",
    WANGCUN,
    policy=LAND,
    person="王会计",
    story="没收到钱",
    name="李四",
    phone="13900000000",
    consent=True,
)


@pytest.fixture
def keys(office: Office, tmp_path: Path) -> CaseKeys:
    return open_desk(office, tmp_path / "office")


def filing(office: Office, keys: CaseKeys, form: CaseForm, **more: object) -> Filing:
    arrival = more.pop("arrival", Arrival("web"))
    return make_filing(office, keys, case_choices(office), form, arrival, keys.receipt("form"), **more)  # type: ignore[arg-type]


def test_for_the_desk(office: Office, keys: CaseKeys) -> None:
    made = filing(office, keys, FORM, attachments=[Attachment("photo", "image/jpeg", b"picture")])
    assert (made.case.kind, made.case.concerns, made.facts.reader) == ("complaint", frozenset({"wc"}), "desk")
    assert (made.facts.area, made.facts.policy, made.facts.named, made.facts.consent) == (WANGCUN, LAND, True, True)
    assert [(piece.part, piece.reader) for piece in made.words] == [("story", "desk"), ("contact", "desk")]
    story, contact = (read_sealed(opened("desk", piece.sealed)) for piece in made.words)
    assert (story.story, story.person, story.name, contact.name, contact.phone) == (
        "没收到钱",
        "王会计",
        "",
        "李四",
        "13900000000",
    )
    (file,) = made.files
    assert (file.kind, file.reader, file.size) == ("photo", "desk", 7)
    assert sealing.unseal(private_key("desk"), file.sealed) == b"picture"
    assert made.facts.receipt_hash == keys.receipt_hash(keys.receipt("form"))
    assert file_case(office, made).is_new


def test_for_discipline_inspection_nothing_about_it_stands_in_clear(office: Office, keys: CaseKeys) -> None:
    for form in (
        replace(FORM, category="deducted"), replace(FORM, whom="desk"), replace(FORM, whom="department", unit="xfj"),
    ):  # fmt: skip
        made = filing(office, keys, form)
        facts = made.facts
        assert (made.case.kind, facts.reader, facts.desk_sees, facts.discipline_sees) == (
            "report",
            "discipline",
            False,
            True,
        )
        assert (facts.area, facts.policy, facts.payment_id, facts.consent) == ("", "", None, False)
        assert {piece.reader for piece in made.words} == {"discipline"}


def test_a_payment_says_which_policy_it_is(office: Office, keys: CaseKeys, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, people(2))
    with office.ledger.read() as connection:
        code = connection.exec_driver_sql("SELECT row_code FROM payments LIMIT 1").scalar_one()
    made = filing(office, keys, replace(FORM, policy="", payment=PaymentRef(batch, WANGCUN, code)))
    assert made.facts.payment_id is not None
    assert made.facts.policy == LAND


def test_without_a_name_there_is_no_contact(office: Office, keys: CaseKeys) -> None:
    made = filing(office, keys, replace(FORM, name="", phone="", consent=False))
    assert [piece.part for piece in made.words] == ["story"]
    assert not made.facts.named


def test_how_it_came_in_and_who_entered_it(office: Office, keys: CaseKeys) -> None:
    made = filing(office, keys, FORM, arrival=Arrival("12345", DESK_A, "GD20250630001", date(2025, 7, 10)))
    assert (made.facts.source, made.facts.order_number, made.facts.entered_by) == (
        "12345",
        "GD20250630001",
        DESK_A.name,
    )
    assert filing(office, keys, FORM).facts.entered_by == ""


def test_what_goes_higher_is_no_filing(office: Office, keys: CaseKeys) -> None:
    choices = case_choices(office)
    form = replace(FORM, whom="leaders")
    assert where_to(form, office.rules.categories["unpaid"], choices) == "superior"
    with pytest.raises(AssertionError):
        filing(office, keys, form)
