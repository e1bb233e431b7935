"""Bank files are matched payment by payment; ties, masked accounts and words nobody has seen go to a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from portal.domain.masking import mask_name
from portal.intake.feedback import Open, Outcome, PreparedFeedback, prepare_feedback
from tests.builders import make_digester, make_person, make_roll_file, make_workbook, rules
from tests.portal.intake.findings import codes, finding

HEADER = ("账号", "户名", "金额", "状态", "失败原因")
DIGESTER = make_digester()
Bank = Callable[..., PreparedFeedback]


def make_open(number: int, payment: int | None = None, fen: int = 30400) -> Open:
    """A payment of 304 yuan to a person that waits for its result."""
    person = make_person(number)
    return Open(
        number if payment is None else payment,
        DIGESTER.account(person.account),
        DIGESTER.proof(person.id_number, person.name),
        mask_name(person.name),
        fen,
    )


def line(number: int, *rest: Any, yuan: Any = "304.00") -> list[Any]:
    person = make_person(number)
    return [person.account, person.name, yuan, *rest]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """bank(*rows, payments=…, kind="csv", **named): the bank's file, matched to the payments of persons 0 to 5."""

    def prepared(
        *rows: Sequence[Any], payments: Sequence[Open] = (), kind: str = "csv", **named: str
    ) -> PreparedFeedback:
        path = make_roll_file(tmp_path / f"bank.{kind}", rows)
        waiting = payments or [make_open(number) for number in range(6)]
        found = prepare_feedback(path, waiting, DIGESTER, rules().header_map, rules().reasons, named)
        said = repr(found)
        for person in map(make_person, range(20)):
            assert not any(raw in said for raw in (person.name, person.id_number, person.account))
        return found

    return prepared


def results(found: PreparedFeedback) -> dict[int, tuple[str, str]]:
    return {outcome.payment: (outcome.result, outcome.reason) for outcome in found.outcomes}


PAID, CLOSED, OTHER = ("paid", ""), ("returned", "closed"), ("returned", "other")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls"])
def test_a_list_with_a_header_is_read_and_matched(bank: Bank, kind: str) -> None:
    found = bank(HEADER, line(0, "发放成功", ""), line(2, "发放失败", "该账户已销户"), line(1, "发放中", ""), kind=kind)
    assert results(found) == {0: PAID, 2: CLOSED, 1: ("pending", "")}
    assert (found.findings, found.rows, found.is_refused) == ((), 3, False)
    assert found.outcomes[1].row == 3


@pytest.mark.parametrize(
    "lines",
    [
        [line(0, "0"), line(1, "0"), line(2, "1")],
        [line(0, "成功"), line(1, "成功"), line(2, "失败")],
        [line(0, "成功", ""), line(1, "成功", ""), line(2, "失败", "")],
        [line(0, "", ""), line(1, "", ""), line(2, "", "账号已销户")],
        [line(0, "0", ""), line(1, "0", ""), line(2, "1", "销户")],
        [[1, *line(0, "0")], [2, *line(1, "0")], [3, *line(2, "1")]],
        [line(0, "0000", "交易成功"), line(1, "0000", "交易成功"), line(2, "1", "已销户")],
        [["20251105", *line(0, "代发成功")], ["20251105", *line(1, "代发成功")], ["20251105", *line(2, "代发失败")]],
        [[make_person(n).name, make_person(n).account, 304, "1" if n == 2 else "0"] for n in range(3)],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_without_a_header_is_read_by_what_its_columns_hold(
    bank: Bank, lines: list[list[Any]], kind: str
) -> None:
    found = bank(*lines, kind=kind)
    assert [(outcome.payment, outcome.result) for outcome in found.outcomes] == [
        (0, "paid"),
        (1, "paid"),
        (2, "returned"),
    ]


def test_a_failure_after_many_successes_is_seen_without_a_header(bank: Bank) -> None:
    lines = [line(number, "成功", "") for number in range(300)]
    found = bank(*lines, line(300, "失败", "账号不存在"), payments=[make_open(n) for n in range(301)])
    assert results(found) == dict.fromkeys(range(300), PAID) | {300: ("returned", "no_account")}


def test_a_list_without_statuses_is_one_of_what_was_paid_unless_a_reason_or_remark_says_else(bank: Bank) -> None:
    header = ("账号", "户名", "金额", "失败原因", "备注")
    found = bank(header, line(0), line(1, "户名不符"), line(2, "", "已销户"), line(3, "", "地力补贴"), line(4, "成功"))
    assert results(found) == {0: PAID, 1: ("returned", "name_mismatch"), 2: CLOSED, 3: PAID, 4: PAID}


def test_a_reason_that_nobody_has_seen_does_not_pass_for_paid(bank: Bank) -> None:
    found = bank(("账号", "户名", "金额", "失败原因"), line(0, "天书"), line(1))
    assert results(found) == {1: PAID}
    assert codes(found, "held") == ["feedback.status"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("户名不符", "name_mismatch"),
        ("姓名或证件号不符", "name_mismatch"),
        ("已销户", "closed"),
        ("账户注销", "closed"),
        ("存折挂失", "lost"),
        ("司法冻结", "frozen"),
        ("账号不存在", "no_account"),
        ("身份证过期", "id_expired"),
        ("超限额", "over_limit"),
        ("单日累计超渠道限制", "over_limit"),
        ("账户状态受限制", "frozen"),
        ("其他", "other"),
    ],
)
def test_the_banks_words_are_known_in_the_reason_the_remark_or_the_status(bank: Bank, words: str, code: str) -> None:
    header = (*HEADER, "备注")
    lines = [line(0, "退票", words), line(1, "失败", "", words), line(2, f"失败（{words}）", ""), line(3, words, "")]
    assert set(results(bank(header, *lines)).values()) == {("returned", code)}


def test_a_reason_nobody_has_seen_is_recorded_as_other_and_said(bank: Bank) -> None:
    found = bank(HEADER, line(0, "失败", "天书"))
    assert results(found) == {0: OTHER}
    assert codes(found, "warning") == ["feedback.reason"]


@pytest.mark.parametrize("status", ["天书", "A7", ""])
def test_a_status_nobody_has_seen_or_a_blank_one_goes_to_a_person(bank: Bank, status: str) -> None:
    found = bank(HEADER, line(0, status, ""), line(1, "成功", ""))
    assert results(found) == {1: PAID}
    assert (finding(found, "feedback.status").level, finding(found, "feedback.status").row) == ("held", 2)


def test_each_payment_takes_one_result(bank: Bank) -> None:
    found = bank(HEADER, line(0, "成功", ""), line(0, "失败", "销户"))
    assert results(found) == {0: PAID}
    assert [f.row for f in found.findings if f.code == "feedback.unmatched"] == [3]


def test_two_payments_of_one_person_take_a_result_each(bank: Bank) -> None:
    payments = [make_open(0, payment=1), make_open(0, payment=2)]
    found = bank(HEADER, line(0, "成功", ""), line(0, "失败", "销户"), payments=payments)
    assert results(found) == {1: PAID, 2: CLOSED}


def test_two_people_who_cannot_be_told_apart_go_to_a_person(bank: Bank) -> None:
    one = make_open(0, payment=1)
    other = one._replace(payment=2, proof=make_open(1).proof)
    found = bank(HEADER, line(0, "成功", ""), line(0, "成功", ""), payments=[one, other])
    assert found.outcomes == ()
    assert codes(found, "held") == ["feedback.tie"] * 2


def test_people_on_one_account_are_told_apart_by_name_or_amount(bank: Bank) -> None:
    father = make_open(0, payment=1)
    son = father._replace(payment=2, proof=make_open(1).proof, name=mask_name(make_person(1).name))
    daughter = father._replace(payment=3, proof=make_open(2).proof, fen=9500)
    account = make_person(0).account
    lines = [[account, make_person(1).name, 304, "失败", "挂失"], [account, make_person(0).name, 95, "成功", ""]]
    assert results(bank(HEADER, *lines, payments=[father, son, daughter])) == {2: ("returned", "lost"), 3: PAID}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["6217********1234", make_person(0).name, 304], "feedback.account"),
        ([None, make_person(0).name, 304], "feedback.account"),
        ([float(10**17), make_person(0).name, 304], "feedback.account"),
        (line(9), "feedback.unmatched"),
        (line(0, yuan=305), "feedback.unmatched"),
        (line(0, yuan=-304), "feedback.unmatched"),
        ([make_person(0).account, make_person(1).name, 304], "feedback.unmatched"),
        ([make_person(0).account, None, 304], "feedback.unmatched"),
        (line(0, yuan=None), "feedback.amount"),
        (line(0, yuan=True), "feedback.amount"),
        (line(0, yuan="#N/A"), "feedback.amount"),
    ],
)
def test_a_line_that_matches_nothing_changes_nothing_and_says_why(bank: Bank, cells: list[Any], code: str) -> None:
    found = bank(HEADER, [*cells, "成功", ""], line(5, "成功", ""), kind="xlsx")
    assert results(found) == {5: PAID}
    assert (finding(found, code).level, finding(found, code).row) == ("held", 2)


def test_a_masked_account_is_matched_by_id_and_name_where_the_bank_gives_them(bank: Bank) -> None:
    person = make_person(0)
    header = ("账号", "身份证号", "户名", "金额", "状态")
    masked = "6217********1234"
    found = bank(
        header,
        [masked, person.id_number, person.name, 304, "成功"],
        [masked, make_person(1).id_number, "王五", 304, "成功"],
    )
    assert results(found) == {0: PAID}
    assert codes(found, "held") == ["feedback.unmatched"]


def test_a_total_at_the_end_is_checked_and_no_result(bank: Bank) -> None:
    lines = [HEADER, line(0, "成功", ""), line(1, "成功", "")]
    assert bank(*lines, ["合计", None, 608]).findings == ()
    assert bank(*lines, ["合计", None, 609]).is_refused


def test_a_covering_letter_beside_the_list_is_passed_over_and_said(tmp_path: Path) -> None:
    path = make_workbook(
        tmp_path / "bank.xlsx", {"回执单": [["发放完成回执单"]], "明细": [HEADER, line(0, "成功", "")]}
    )
    found = prepare_feedback(path, [make_open(0)], DIGESTER, rules().header_map, rules().reasons, {})
    assert found.outcomes == (Outcome(0, "paid", "", "明细", 2),)
    assert [(f.level, f.code, f.sheet) for f in found.findings] == [("warning", "header.unknown", "回执单")]


@pytest.mark.parametrize("rows", [[["说明"], ["本行已全部代发"]], [["王村", "304"]]])
def test_a_file_in_which_no_list_is_found_is_refused(bank: Bank, rows: list[list[Any]]) -> None:
    assert codes(bank(*rows), "fatal") == ["header.unknown"]


def test_a_list_without_a_line_is_refused(bank: Bank) -> None:
    assert codes(bank(HEADER), "fatal") == ["feedback.empty"]


def test_columns_can_be_named(bank: Bank) -> None:
    header = ("打入哪里", "户名", "多少钱", "状态")
    assert bank(header, line(0, "成功")).is_refused
    assert results(bank(header, line(0, "成功"), account="打入哪里", amount="多少钱")) == {0: PAID}
