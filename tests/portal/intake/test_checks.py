"""A row that is not right is held with the reason; what only somebody should look at is a lead, and nothing is mended."""

from __future__ import annotations

from typing import Any

import pytest

from portal.intake.checks import History
from tests.builders import WANGCUN, make_digester, make_person, make_policy, make_row
from tests.portal.intake.conftest import PrepareRoll
from tests.portal.intake.findings import codes, finding

HELD_ROWS = [
    ("id.empty", {"id": None}),
    ("id.number", {"id": int(make_person(0).id_number[:17] + "0")}),
    ("id.check_digit", {"id": make_person(0).id_number[:17] + ("1" if make_person(0).id_number[17] != "1" else "2")}),
    ("id.length", {"id": "99012119500312"}),
    ("name.bad", {"name": "张3三"}),
    ("name.bad", {"name": "<b>张三</b>"}),
    ("name.bad", {"name": "张三😀"}),
    ("name.bad", {"name": None}),
    ("name.bad", {"name": make_person(1).id_number}),
    ("area.unknown", {"village": "赵家庄"}),
    ("area.ambiguous", {"village": "新华村"}),
    ("area.empty", {"village": None}),
    ("area.mismatch", {"village": "石桥镇王村"}),
    ("amount.unreadable", {"amount": "待定"}),
    ("amount.unreadable", {"amount": None}),
    ("amount.not_positive", {"amount": 0, "area": 0}),
    ("amount.not_positive", {"amount": -304, "area": None, "rate": None}),
    ("amount.mismatch", {"amount": 800}),
]


@pytest.mark.parametrize(("code", "change"), HELD_ROWS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_row_that_is_not_right_is_held_with_the_reason_and_its_place(
    roll: PrepareRoll, code: str, change: dict[str, Any], kind: str
) -> None:
    if (kind, code) == ("csv", "id.number"):
        change = {"id": "9.90121E+17"}
    found = roll(make_row(0, **change), make_row(1), kind=kind)
    assert [(row.row, row.held) for row in found.rows] == [(2, code), (3, "")]
    said = [finding for finding in found.findings if finding.code == code]
    assert [(finding.level, finding.row) for finding in said] == [("held", 2)]
    assert said[0].column
    assert not found.is_refused


def test_the_mismatch_names_both_figures_and_mends_nothing(roll: PrepareRoll) -> None:
    found = roll(make_row(0, area=10, rate=800, amount=800), policy=make_policy(rates=()))
    assert all(word in finding(found, "amount.mismatch").message for word in ("10", "800", "8000", "800.00"))
    assert (found.rows[0].fen, found.rows[0].quantity) == (80000, 10)


def test_half_a_fen_of_rounding_is_no_mismatch(roll: PrepareRoll) -> None:
    assert roll(make_row(0, area=1.33, rate=1.5, amount=2), policy=make_policy(rates=())).held == []
    assert roll(make_row(0, area=1.33, rate=1.5, amount=2.01), policy=make_policy(rates=())).held != []


def test_where_the_roll_has_no_rate_the_policy_s_only_one_is_used_and_checked(roll: PrepareRoll) -> None:
    (row,) = roll(make_row(0, rate=None)).rows
    assert (row.rate, row.held) == (95, "")
    (row,) = roll(make_row(0, rate=None, area=3)).rows
    assert row.held == "amount.mismatch"


def test_a_rate_other_than_the_policy_s_is_a_warning_that_names_both(roll: PrepareRoll) -> None:
    found = roll(make_row(0, rate=100, amount=320))
    assert found.held == []
    assert codes(found, "warning") == ["rate.differs"]
    assert all(word in finding(found, "rate.differs").message for word in ("100", "95"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (make_person(0).id_number.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}), "id.cleaned"),
        (f"{make_person(0).id_number[:6]} {make_person(0).id_number[6:]}", "id.cleaned"),
        (make_person(0).id_number[:6] + make_person(0).id_number[8:17], "id.upgraded"),
    ],
)
def test_an_id_that_could_be_read_is_accepted_and_noted(roll: PrepareRoll, written: str, code: str) -> None:
    found = roll(make_row(0, id=written))
    assert found.held == []
    assert codes(found, "note") == [code]
    assert "共 1 行" in finding(found, code).message
    assert found.rows[0].person == make_digester().person(make_person(0).id_number)


@pytest.mark.parametrize("mark", ["\t", "\n", "\u200b", "\u202e", "\u2066", "\u3000"])
def test_invisible_marks_are_cleaned_out_of_names_and_places(roll: PrepareRoll, mark: str) -> None:
    found = roll(make_row(0, name=f"张{mark}小三", village=f"王{mark}村三组"))
    (row,) = found.rows
    assert row.name == "张*三"
    assert mark not in repr(row)
    assert (row.village, row.group) in ((WANGCUN, "三组"), ("", ""))
    assert "name.cleaned" in codes(found, "note")


def test_a_total_that_does_not_add_up_refuses_the_whole_unless_a_person_lets_it_pass(roll: PrepareRoll) -> None:
    rows = [make_row(0), make_row(1), ["合计", None, None, None, None, None, 609, None]]
    refused = roll(*rows)
    assert refused.is_refused
    assert all(figure in finding(refused, "total.mismatch").message for figure in ("609.00", "608.00"))
    passed = roll(*rows, accepted=("total.mismatch",))
    assert not passed.is_refused
    assert codes(passed, "warning") == ["total.mismatch"]


def test_nothing_but_a_total_can_be_let_pass(roll: PrepareRoll) -> None:
    header = ("姓名", "身份证号")
    assert roll(["张小三", make_person(0).id_number], header=header, accepted=("column.missing",)).is_refused


def test_one_person_twice_with_the_same_amount_is_held_and_with_another_is_a_warning(roll: PrepareRoll) -> None:
    found = roll(make_row(0), make_row(0), make_row(0, area=1, amount=95))
    assert [row.held for row in found.rows] == ["", "person.twice", ""]
    assert [(f.level, f.row) for f in found.findings if f.code == "person.twice"] == [("held", 3), ("warning", 4)]
    assert "第 2 行" in found.findings[0].message


def test_two_people_on_one_account_are_a_lead_with_rows_and_sum_and_usual_for_households(roll: PrepareRoll) -> None:
    rows = [make_row(0), make_row(1, account=make_person(0).account), make_row(2)]
    found = roll(*rows)
    assert found.held == []
    warned = finding(found, "account.shared")
    assert (warned.level, warned.row) == ("warning", 2)
    assert all(word in warned.message for word in ("第 2 行", "第 3 行", "608.00"))
    assert "第 4 行" not in warned.message
    assert finding(roll(*rows, policy=make_policy(payee_unit="household")), "account.shared").level == "note"


def test_an_age_outside_the_policy_s_is_a_lead_that_says_no_age(roll: PrepareRoll) -> None:
    found = roll(make_row(0), policy=make_policy(age_from=90, age_to=99))
    warned = finding(found, "age.outside")
    assert warned.level == "warning"
    assert "75" not in warned.message
    assert roll(make_row(0), policy=make_policy(age_from=60, age_to=None)).findings == ()


def test_earlier_batches_give_leads_about_the_same_person(roll: PrepareRoll) -> None:
    digester, person = make_digester(), make_person(0)
    key = digester.person(person.id_number)
    history = History(
        in_period={key: "2025-0003"},
        last_year={key: 10_000},
        accounts={key: digester.account(make_person(1).account)},
        excluded={key: "退耕还林补助"},
    )
    found = roll(make_row(0), make_row(2), history=history)
    assert found.held == []
    assert {(f.level, f.code, f.row) for f in found.findings} == {
        ("warning", "person.paid_already", 2),
        ("warning", "policy.excluded", 2),
        ("warning", "amount.jump", 2),
        ("warning", "account.changed", 2),
    }
    assert "2025-0003" in finding(found, "person.paid_already").message
    assert "退耕还林补助" in finding(found, "policy.excluded").message
    assert all(figure in finding(found, "amount.jump").message for figure in ("100.00", "304.00"))


@pytest.mark.parametrize(
    ("before", "jumps"), [(10_133, True), (10_134, False), (30_400, False), (91_199, False), (91_200, True)]
)
def test_three_times_or_a_third_of_last_year_is_worth_a_look(roll: PrepareRoll, before: int, jumps: bool) -> None:
    key = make_digester().person(make_person(0).id_number)
    found = roll(make_row(0), history=History(last_year={key: before}))
    assert ("amount.jump" in codes(found, "warning")) is jumps
