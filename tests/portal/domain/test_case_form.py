"""What is said on the form: read, checked in words, written down for whom it is sealed to."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_form import (
    LONGEST_LINE,
    LONGEST_NAME,
    PROBLEMS,
    CaseForm,
    Unreadable,
    check_contact,
    check_story,
    check_whom,
    contact_text,
    read_category,
    read_sealed,
    story_text,
    tidy,
)
from portal.domain.case_routing import Category
from portal.domain.case_words import LONGEST_STORY
from portal.domain.payment_refs import PaymentRef

CATEGORIES = {"unpaid": Category("unpaid", "没收到钱", "complaint", "desk", (2,))}


def problems(check: object, *arguments: object, **more: object) -> dict[str, str]:
    """What a check finds wrong; each with words for it."""
    try:
        check(*arguments, **more)  # type: ignore[operator]
    except Unreadable as unreadable:
        found = unreadable.problems
    else:
        found = {}
    assert set(found.values()) <= PROBLEMS.keys()
    return found


def test_words_stay_as_they_were_said_without_control_signs() -> None:
    assert tidy(" 没收到\r\n钱\0\x1b[31m\ud800 \r") == "没收到\n钱[31m"
    assert tidy("<script>&amp; '=1+1'") == "<script>&amp; '=1+1'"


@given(st.text())
def test_what_is_tidy_stays_so_and_can_be_stored(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    tidy(text).encode()


def test_it_must_be_said_what_happened_and_whom_it_concerns() -> None:
    assert read_category(CaseForm("unpaid"), CATEGORIES).kind == "complaint"
    assert problems(read_category, CaseForm("nothing"), CATEGORIES) == {"category": "category.empty"}
    assert problems(check_whom, CaseForm("unpaid", "")) == {"whom": "whom.empty"}  # type: ignore[arg-type]
    assert problems(check_whom, CaseForm("unpaid", "village")) == {"area": "area.empty"}
    assert problems(check_whom, CaseForm("unpaid", "bank")) == {"unit": "unit.empty"}
    assert problems(check_whom, CaseForm("unpaid", "village", "990199101201")) == {}
    assert problems(check_whom, CaseForm("unpaid", "leaders")) == {}
    assert problems(check_whom, CaseForm("unpaid", person="张" * (LONGEST_LINE + 1))) == {"person": "person.long"}


def test_a_story_has_some_words_and_not_too_many() -> None:
    assert problems(check_story, CaseForm("unpaid")) == {"story": "story.empty"}
    assert problems(check_story, CaseForm("unpaid", story="没" * LONGEST_STORY)) == {}
    assert problems(check_story, CaseForm("unpaid", story="没" * (LONGEST_STORY + 1), when="x" * 121)) == {
        "story": "story.long",
        "when": "when.long",
    }


@pytest.mark.parametrize(
    ("name", "phone", "more", "wrong"),
    [
        ("", "", {}, {}),
        ("李四", "", {}, {}),
        ("", "13900000000", {}, {}),
        ("", "", {"is_needed": True}, {"name": "name.empty", "phone": "phone.empty"}),
        ("李" * (LONGEST_NAME + 1), "", {}, {"name": "name.long"}),
        ("李四", "12", {}, {"phone": "phone.digits"}),
        ("李四", "0999-5301001", {"offices": frozenset({"09995301001"})}, {"phone": "phone.office"}),
    ],
)
def test_name_and_phone(name: str, phone: str, more: dict[str, object], wrong: dict[str, str]) -> None:
    form = CaseForm("unpaid", name=name, phone=phone)
    assert problems(check_contact, form, **{"is_needed": False, **more}) == wrong


def test_nobody_can_agree_without_leaving_name_and_phone() -> None:
    agreed = CaseForm("unpaid", consent=True, name="李四")
    assert problems(check_contact, agreed, is_needed=False) == {"consent": "consent.empty"}


def test_who_said_it_is_written_apart_from_what_was_said() -> None:
    form = CaseForm(
        "unpaid", "village", "990199101201", policy="p", payment=PaymentRef("2025-0007", "990199101201", "K7QX"),
        person="会计", when="六月", story="没收到\n“钱”", details=(("怎么拿", "邮寄"),), name="李四", phone="13900000000", consent=True,
    )  # fmt: skip
    said, who = story_text(form), contact_text(form)
    assert "李四" not in said
    assert "13900000000" not in said
    assert json.loads(who) == {"name": "李四", "phone": "13900000000"}
    again = read_sealed(said)
    assert (again.story, again.payment, again.details, again.whom) == (
        form.story,
        form.payment,
        form.details,
        "village",
    )
    assert read_sealed(who).name == "李四"
    assert not again.is_named
