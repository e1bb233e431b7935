"""Following by receipt: what is shown, what may be done, and what guessing costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.actions.cases import describe_case
from portal.domain.case_words import LONGEST_WORDS, SealedWords
from portal.domain.receipts import in_groups, read_receipt
from portal.office import Office
from portal.security import proof_of_work, sealing
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, DESK_B, INSPECTOR, do, opened
from tests.portal.cases.conftest import Answer, County, Villager

ANSWER = "查清了，账号录错一位，已经改好，7月15日以前重新发"


def words(keys: CaseKeys, receipt: str, text: str) -> tuple[SealedWords, ...]:
    return (SealedWords("words", "receipt", sealing.seal(keys.reply_public(receipt), text.encode())),)


def work(county: County, filed: Answer, *acts: str, answer: str = ANSWER, **given: Any) -> None:
    """Acts of the desk and the unit it gave the case to, in order."""
    by = {"report_back": DEPARTMENT, "review": DESK_B}
    for act in acts:
        if act == "assign":
            describe_case(county.office, DESK_A, filed.number, "没到账", "一户没有到账")
        said = (
            {"words": words(county.keys, filed.receipt, answer)} if act in ("draft", "ask", "decline", "extend") else {}
        )
        do(county.office, filed.number, act, by.get(act, DESK_A), **said, **given)


TO_ANSWER = ("accept", "assign", "report_back", "draft", "review", "answer")


@pytest.fixture
def filed(villager: Villager) -> Answer:
    return villager.file()


def test_a_receipt_shows_where_the_case_stands(villager: Villager, filed: Answer, county: County) -> None:
    found = villager.follow(in_groups(filed.receipt))
    assert (found.status, found.title) == (200, "您反映的事办到哪一步了")
    assert "现在：已收到" in found.text
    assert "2025年7月3日以前" in found.text
    assert "2025年6月30日收到，3个工作日内告知是否受理" in found.text
    assert found.headers["Cache-Control"] == "no-store"
    work(county, filed, "accept")
    found = villager.follow(filed.receipt)
    assert "现在：已受理" in found.text
    assert "受理了2025年6月30日" in found.text


def test_the_answer_shows_once_it_is_given_and_what_may_be_done(
    villager: Villager, filed: Answer, county: County
) -> None:
    work(county, filed, *TO_ANSWER[:-2])
    assert ANSWER not in villager.follow(filed.receipt).text  # a draft is nobody's answer
    work(county, filed, "review")
    assert "现在：答复写好了，就要发给您" in villager.follow(filed.receipt).text
    work(county, filed, "answer")
    found = villager.follow(filed.receipt)
    assert found.text.count(ANSWER) == 2  # as the answer and in its place among what was done
    assert "予以支持" in found.text
    assert "交给小明县农业农村局查办" in found.text
    for door in ("上一级机关", "12345", "12388", "12333", "要求重新办理"):
        assert door in found.text
    for name in (DESK_A.name, DESK_A.display, DESK_B.display, DEPARTMENT.name):
        assert name not in found.page


def test_who_sees_what_is_told_as_it_is(county: County, villager: Villager) -> None:
    filed = villager.file()
    assert "谁看得到县受理科室。被反映的单位和人看不到" in villager.follow(filed.receipt).text
    work(county, filed, "accept", "assign")
    assert "小明县农业农村局只看转述，不知道是谁反映的" in villager.follow(filed.receipt).text
    agreed = villager.file(named="yes", name="周桂兰", phone="13900000000", consent="yes")
    work(county, agreed, "accept", "assign")
    assert "您同意过，办理期间也看得到您的姓名和电话" in villager.follow(agreed.receipt).text
    work(county, agreed, *TO_ANSWER[2:])
    assert "谁看得到县受理科室。被反映的单位和人看不到" in villager.follow(agreed.receipt).text


def test_of_a_report_no_unit_is_named(county: County, villager: Villager) -> None:
    filed = villager.file(category="undeserving")
    work(county, filed, "accept", "assign")
    found = villager.follow(filed.receipt)
    assert "交下去查办" in found.text
    assert "农业农村局" not in found.text.partition("谁看得到")[2]


def test_what_the_reporter_says_goes_to_the_desk_and_to_the_receipt(
    county: County, villager: Villager, filed: Answer
) -> None:
    work(county, filed, "accept", "ask", answer="哪家银行的存折？")
    assert "哪家银行的存折？" in villager.follow(filed.receipt).text
    said = villager.act(filed.receipt, "message", words="农商行的\n去年到了")
    assert said.status == 200
    assert "补充的话收到了" in said.text
    assert "农商行的\n去年到了" in said.page
    sealed = dict(county.sealed(filed.number, "words")[1:])
    assert opened("desk", sealed["desk"]) == "农商行的\n去年到了"
    assert set(sealed) == {"desk", "receipt"}


def test_of_a_case_with_discipline_inspection_words_are_sealed_to_it(county: County, villager: Villager) -> None:
    filed = villager.file(category="deducted")
    assert "已移交纪检监察机关" in villager.follow(filed.receipt).text
    told = words(county.keys, filed.receipt, "查了，退给您了")
    do(county.office, filed.number, "sign_for", INSPECTOR)
    do(county.office, filed.number, "conclude", INSPECTOR, outcome="true", words=told)
    found = villager.follow(filed.receipt)
    assert "查了，退给您了" in found.text
    assert "属实" in found.text
    assert "要求重新办理" not in found.text  # its next door is the superior organ's
    assert "向上一级纪检监察机关反映" in found.text
    assert "申请复查" not in found.text
    assert villager.act(filed.receipt, "rate", rating="satisfied").status == 200


def test_the_same_press_twice_is_done_once(villager: Villager, filed: Answer, county: County) -> None:
    again = {"act": "message", "turn": "0", "words": "只说一遍"}
    assert villager.follow(filed.receipt, **again).status == 200
    twice = villager.follow(filed.receipt, **again)
    assert twice.status == 422
    assert "刚才有了变化" in twice.text
    assert len(county.followed(filed.receipt).own.events) == 1


def test_rate_reopen_withdraw(villager: Villager, county: County) -> None:
    filed = villager.file()
    work(county, filed, *TO_ANSWER)
    assert villager.act(filed.receipt, "rate").status == 422  # neither one nor the other
    assert "您评价：不满意" in villager.act(filed.receipt, "rate", rating="unsatisfied").text
    assert "请先写几句" in villager.act(filed.receipt, "reopen").text
    assert "会重新办理" in villager.act(filed.receipt, "reopen", words="还是没到").text
    assert county.followed(filed.receipt).own.state == "accepted"
    assert "已经撤回" in villager.act(filed.receipt, "withdraw").text
    assert county.followed(filed.receipt).own.state == "withdrawn"
    assert villager.act(filed.receipt, "message", words="x").status == 422
    assert villager.act(filed.receipt, "accept").status == 422  # not a reporter's act
    assert villager.act(filed.receipt, "song").status == 422


def test_words_that_are_too_long_are_refused_and_kept(villager: Villager, filed: Answer) -> None:
    long = "长" * (LONGEST_WORDS + 1)
    found = villager.act(filed.receipt, "message", words=long)
    assert found.status == 422
    assert f"缩到{LONGEST_WORDS}个字以内" in found.text
    assert long in found.page


def test_declined_says_why(villager: Villager, filed: Answer, county: County) -> None:
    work(county, filed, "decline", answer="这件事归法院管")
    found = villager.follow(filed.receipt)
    assert "不予受理" in found.text
    assert "这件事归法院管" in found.text
    assert "上一级机关" in found.text


def test_a_case_that_was_merged_shows_the_one_it_went_into_without_its_reporter(
    county: County, villager: Villager, filed: Answer
) -> None:
    main = villager.file()
    villager.act(main.receipt, "message", words="另一个人的话")
    do(county.office, filed.number, "merge", note=main.number)
    villager.act(main.receipt, "message", words="另一个人后来的话")
    do(county.office, main.number, "accept")
    found = villager.follow(filed.receipt)
    assert "并入同一件办理" in found.text
    assert "已受理" in found.text
    assert main.number not in found.page
    assert "另一个人" not in found.page


def test_a_slip_of_the_pen_is_told_at_once_and_costs_nothing(villager: Villager, filed: Answer) -> None:
    wrong = filed.receipt[:-1] + str((int(filed.receipt[-1]) + 1) % 10)
    for typed in (wrong, "", "12345", "字" * 500, filed.receipt[:16], "1" * 100_000):
        for _ in range(3):
            found = villager.follow(typed)
            assert found.status == 422
            assert "抄错了" in found.text
    assert villager.follow(filed.receipt).status == 200


def another(receipt: str, number: int) -> str:
    """A receipt that nobody has, with a right check digit."""
    body = f"{(int(receipt[:16]) + number) % 10**16:016d}"
    return next(made for digit in "0123456789" if (made := read_receipt(body + digit)))


def test_past_ten_wrong_ones_an_hour_each_must_wait_and_nobody_is_shut_out(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    villager = Villager(county.app(tmp_path).test_client())
    filed = villager.file()
    hashed: list[str] = []
    known = CaseKeys.receipt_hash
    monkeypatch.setattr(CaseKeys, "receipt_hash", lambda keys, receipt: hashed.append(receipt) or known(keys, receipt))
    for number in range(1, 11):
        found = villager.follow(another(filed.receipt, number))
        assert (found.status, "没有这张回执" in found.text) == (422, True)
    assert len(hashed) == 10
    held = villager.follow(filed.receipt)
    assert (held.status, "data-challenge" in held.page) == (429, True)
    assert len(hashed) == 10  # nothing is hashed for who has not shown anything
    assert Villager(villager.client, "10.0.0.9").follow(filed.receipt).status == 200
    monkeypatch.setattr(proof_of_work, "TICKET_AGE", 0)
    ticket = villager.open("/follow").page.partition('name="ticket" value="')[2].partition('"')[0]
    assert villager.follow(filed.receipt, ticket=ticket).status == 200


def test_wrong_ones_from_everywhere_count_together(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cases.follow._WRONG_EVERYWHERE", 3)
    villager = Villager(county.app(tmp_path).test_client())
    filed = villager.file()
    for number in range(1, 4):
        villager.address = f"10.1.0.{number}"
        assert villager.follow(another(filed.receipt, number)).status == 422
    villager.address = "10.2.0.1"
    assert villager.follow(filed.receipt).status == 429


def test_following_says_so_when_it_cannot_be_counted(county: County, villager: Villager, tmp_path: Path) -> None:
    filed = villager.file()
    down = Villager(county.app(tmp_path, counters_url="sqlite:////proc/nowhere/counters.db").test_client())
    found = down.follow(filed.receipt)
    assert (found.status, found.title) == (503, "暂时查不了")
    assert "反映事情照常能寄" in found.text


def test_a_proof_is_genuine_or_not_and_opens_nothing(villager: Villager, filed: Answer) -> None:
    found = villager.post("/receipt-check", {"proof": f" {filed.proof[:40]}\n{filed.proof[40:]} "})
    assert "是真的✓" in found.text
    assert f"编号{filed.number}，投诉求决，2025年6月30日收到" in found.text
    for wrong in (filed.proof[:-3], filed.proof.replace("complaint", "report"), "", filed.receipt, "<b>x</b>" * 900):
        found = villager.post("/receipt-check", {"proof": wrong})
        assert "对不上" in found.text
        assert "<b>x" not in found.page
    assert villager.follow(filed.proof).status == 422
    assert filed.receipt not in filed.proof


def test_the_receipt_carries_codes_whose_words_browsers_keep_to_themselves(filed: Answer, office: Office) -> None:
    assert filed.page.count("data:image/png;base64,") == 2
    assert "抄下来、拍照，或者打印" in filed.text
    assert "2025年7月3日以前" in filed.text
