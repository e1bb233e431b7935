"""A batch at the desk: only the steps that are somebody's to take, the review sees what will be published, the bank's
list and its corrections come in as files."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.actions.publish import preview_postings
from portal.actions.rolls import import_roll
from portal.ledger import postings
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.today import Item, today
from tests.county import HARDSHIP, LAND, give_feedback, make_batch, noticed_batch, request_for, step
from tests.html import faults, parse_page
from tests.ledger_dump import change, dump
from tests.people import make_account, make_id
from tests.portal.actions.test_drafts import actor
from tests.staff import TOKEN, Visitor, give_password, said, visitor
from tests.workbooks import people, write_feedback, write_roll

PEOPLE = people(8)


@pytest.fixture
def staff(app: Flask, office: Office, tmp_path: Path) -> Any:
    """staff("reviewer"): that person, signed in, with a phone where the role needs one."""
    names = ("clerk", "enterer", "reviewer", "discloser", "banker", "accountant", "treasurer", "chief")
    give_password(office, tmp_path, *names)
    made: dict[str, Visitor] = {}

    def of(name: str) -> Visitor:
        if name not in made:
            person = made[name] = visitor(app, f"192.0.2.{len(made) + 10}")
            if person.sign_in(name).location.endswith("set-up"):
                person.set_up_factor()
        return made[name]

    return of


def take(person: Visitor, number: str, code: str, **fields: str) -> TestResponse:
    page = f"batches/{number}/review" if code == "review" else f"batches/{number}"
    named = {f"{code}-{name}": value for name, value in fields.items()}
    answer: TestResponse = person.post(f"batches/{number}/steps/{code}", page, **named)
    return answer


def send(person: Visitor, path: str, file: Path, **fields: str) -> TestResponse:
    found = TOKEN.search(person.text(path))
    assert found
    data: dict[str, Any] = {"csrf_token": found[1] or found[2], "file": (io.BytesIO(file.read_bytes()), file.name)}
    answer: TestResponse = person.client.post("/desk/" + path, data={**data, **fields})
    return answer


def steps_offered(person: Visitor, number: str) -> set[str]:
    text = person.text(f"batches/{number}")
    found = {part.partition('"')[0] for part in text.split(f"/desk/batches/{number}/steps/")[1:]}
    links = {name for name in ("review", "feedback") if f'href="/desk/batches/{number}/{name}"' in text}
    links |= {"withdraw"} if f'href="/desk/withdraw/{number}"' in text else set()
    return found | links


@pytest.mark.slow
def test_a_batch_goes_the_whole_way_at_the_desk(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    assert take(staff("reviewer"), number, "review", attribute="主动公开", day="2025-06-03").status_code == 303
    step(office, number, "notice", "enterer", 4)  # at the desk it would begin today
    assert "公示到2025年6月10日" in said(staff("enterer").get(f"batches/{number}"))
    assert (
        take(staff("accountant"), number, "allotment", amount="1,520.00", document="明财〔2025〕7号").status_code == 303
    )
    assert take(staff("accountant"), number, "credit", day="2025-06-12").status_code == 303
    file = write_feedback(tmp_path / "bank.xlsx", PEOPLE, {2: "账号已销户", 3: "户名不符"})
    answer = send(staff("banker"), f"batches/{number}/feedback", file, day="2025-06-13")
    assert "读到8行。已到账6行。退回待重发2行。还没有结果的0行" in said(answer)
    assert take(staff("discloser"), number, "disclosure", day="2025-06-16").status_code == 303
    clerk = staff("clerk")
    assert "银行退回2行 去更正" in said(clerk.get(f"batches/{number}"))
    sheet = fill_in(clerk.get(f"batches/{number}/corrections.xlsx").data, tmp_path)
    answer = send(clerk, f"batches/{number}/corrections", sheet)
    assert "更正了2行，还有0行没有更正" in said(answer)
    page = said(clerk.get(f"batches/{number}"))
    assert "明财〔2025〕7号，1,520.00元" in page
    tally = show_batch(office, number).tally
    assert (tally.paid_rows, tally.pending_rows, tally.returned_rows) == (6, 2, 0)


def fill_in(content: bytes, folder: Path) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 9).value = "赵小" + "明亮"[row % 2]
        sheet.cell(row, 10).value = make_id("19600101", row)
        sheet.cell(row, 11).value = make_account(70_000 + row)
    book.save(folder / "filled.xlsx")
    return folder / "filled.xlsx"


@pytest.mark.slow
def test_everybody_is_offered_their_own_steps_and_no_others(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    assert steps_offered(staff("reviewer"), number) == {"review", "return", "withdraw"}
    assert steps_offered(staff("banker"), number) == {"credit", "feedback"}
    assert steps_offered(staff("clerk"), number) == {"collect", "report"}
    assert steps_offered(staff("treasurer"), number) == {"treasury"}
    assert "notice" not in steps_offered(staff("enterer"), number)
    step(office, number, "review", "reviewer", 3)
    assert "notice" in steps_offered(staff("enterer"), number)
    assert "review" not in steps_offered(staff("reviewer"), number)
    step(office, number, "notice", "enterer", 4)
    assert {"notice", "review"} & steps_offered(staff("chief"), number) == set()


def test_a_step_that_is_not_somebodys_is_refused_whatever_they_send(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    staff("clerk")
    before = dump(office.ledger)
    answer = staff("clerk").post(f"batches/{number}/steps/review", "password", **{"review-attribute": "主动公开"})
    assert answer.status_code in (409, 422)
    assert "由政务公开办办理" in said(answer)
    answer = staff("clerk").post(f"batches/{number}/steps/withdraw", "password", **{"withdraw-reason": "不想要了"})
    assert "由政务公开办办理" in said(answer)
    assert dump(office.ledger) == before


def test_what_is_wrong_with_a_step_is_said_on_its_form(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    staff("accountant")
    before = dump(office.ledger)
    for code, fields, words in (
        ("allotment", {"amount": "很多"}, "“很多”不是金额"),
        ("allotment", {}, "要写明金额"),
        ("allotment", {"amount": "1"}, "少于清册合计"),
        ("credit", {"day": "2025-07-30"}, "还没有到"),
        ("credit", {"day": "昨天"}, "日期请写成 2025-03-14 这样"),
        ("credit", {"document": f"见{PEOPLE[0].id}"}, "疑似身份证号"),
        ("return", {}, "必须写明原因"),
    ):
        answer = take(staff("accountant"), number, code, **fields)
        assert (answer.status_code, words in said(answer)) == (422, True), (code, said(answer))
        assert "--" not in said(answer)
    assert dump(office.ledger) == before


def test_a_withdrawn_batch_is_owed_nothing_more(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, PEOPLE)
    step(office, number, "credit", "accountant", 12)
    assert "应在" in said(staff("reviewer").get(f"batches/{number}"))
    step(office, number, "withdraw", "reviewer", 13, reason="公开错了")
    page = said(staff("reviewer").get(f"batches/{number}"))
    assert ("不办了" in page, "应在" in page) == (True, False)


def test_four_eyes_are_explained_to_who_entered_the_roll(staff: Any, office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    number = import_roll(office, request_for(path, by="chief")).batch or ""
    chief = staff("chief")
    assert "公开审查：录入的人不能自己审查" in said(chief.get(f"batches/{number}"))
    assert "录入的人不能自己审查" in said(chief.get(f"batches/{number}/review"))
    assert "steps/review" not in chief.text(f"batches/{number}/review")
    assert take(chief, number, "review", attribute="主动公开").status_code == 422


def test_the_review_sees_exactly_what_the_notice_will_publish(staff: Any, office: Office, tmp_path: Path) -> None:
    wrong = replace(PEOPLE[0], village="没有的村")
    number = make_batch(office, tmp_path, [wrong, *PEOPLE[1:]]).batch or ""
    before = dump(office.ledger)
    page = staff("reviewer").text(f"batches/{number}/review")
    previewed = preview_postings(office, number, "reviewer")
    assert dump(office.ledger)["postings"] == before["postings"] == []
    step(office, number, "review", "reviewer", 30)
    step(office, number, "notice", "enterer", 30)
    with office.ledger.read() as connection:
        ids = postings.current_ids(connection, 1)
        published = dict(postings.snapshots(connection, list(ids.values())))
    assert {area: published[found].text for area, found in ids.items()} == {
        area: snapshot.text for area, snapshot in previewed.items()
    }
    for row in previewed["990199101201"].rows():
        assert f"<td>{row.code}</td>" in page
    assert "另有0行待核实" in page
    for person in PEOPLE:
        assert not any(word in page for word in (person.name, person.id, person.account))


def test_the_review_of_totals_shows_no_rows_and_the_law_stands_on_it(
    staff: Any, office: Office, tmp_path: Path
) -> None:
    number = make_batch(office, tmp_path, [replace(p, quantity=None) for p in PEOPLE], HARDSHIP).batch or ""
    page = said(staff("reviewer").get(f"batches/{number}/review"))
    assert "公示时网站上合计" in page
    assert "只公布合计，不公布名单" in page
    assert "没有发现身份证号、账号、电话" in page
    assert take(staff("reviewer"), number, "review", attribute="依申请公开", reason="涉及困难家庭").status_code == 303
    assert "依申请公开" in said(staff("reviewer").get(f"batches/{number}"))


def test_the_gate_is_asked_before_anybody_publishes(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    change(office.ledger, "UPDATE payment_names SET masked = '13912345678' WHERE payment_id = 1")
    assert "发现疑似个人信息，不能发布：王村（1处）" in said(staff("reviewer").get(f"batches/{number}/review"))


def test_what_the_bank_sent_that_does_not_match_is_said(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, PEOPLE)
    strangers = people(2, start=300)
    answer = send(
        staff("banker"), f"batches/{number}/feedback", write_feedback(tmp_path / "b.xlsx", [*PEOPLE[:3], *strangers])
    )
    text = said(answer)
    assert "已到账3行" in text
    assert "和清册对不上 这些行没有登记 工作表“清册”：第 5—6 行（共 2 处）" in text
    assert not any(person.name in text or person.account in text for person in strangers)
    again = send(staff("banker"), f"batches/{number}/feedback", tmp_path / "b.xlsx")
    assert "已经登记过，没有重复写入" in said(again)


def test_a_file_of_the_wrong_kind_changes_nothing(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, PEOPLE)
    staff("banker"), staff("clerk")
    before = dump(office.ledger)
    (tmp_path / "letter.csv").write_text("敬启者\n贵县", encoding="utf-8")
    answer = send(staff("banker"), f"batches/{number}/feedback", tmp_path / "letter.csv")
    assert "没有登记，原有数据没有变化" in said(answer)
    answer = send(staff("clerk"), f"batches/{number}/corrections", tmp_path / "letter.csv")
    assert (answer.status_code, "这不是更正模板" in said(answer)) == (422, True)
    assert "mingbai" not in said(answer)
    answer = staff("banker").post(f"batches/{number}/feedback")
    assert (answer.status_code, "请先选一个文件" in said(answer)) == (422, True)
    assert staff("clerk").get(f"batches/{number}/corrections.xlsx").status_code == 409
    assert dump(office.ledger) == before


def own(office: Office, name: str) -> list[Item]:
    """What the front page says of batches."""
    return [item for item in today(office, actor(office, name)) if item.address not in ("warnings", "hotlines")]


def test_today_tells_everybody_their_own_work(office: Office, tmp_path: Path) -> None:
    def words(name: str) -> list[str]:
        return [item.words for item in own(office, name)]

    number = make_batch(office, tmp_path, PEOPLE).batch or ""
    title = f"2025年 耕地地力保护补贴（{number}）"
    assert words("reviewer") == [f"{title}：办“公开审查”"]
    assert words("banker") == words("inspector") == words("treasurer") == []
    step(office, number, "approve", "enterer", 3)
    item = own(office, "reviewer")[0]
    assert (item.address, item.due, item.is_late) == (f"batches/{number}", date(2025, 6, 10), True)
    step(office, number, "review", "reviewer", 3)
    assert words("reviewer") == words("clerk") == [f"{title}：办“发放前公示”"]
    step(office, number, "notice", "enterer", 4)
    step(office, number, "credit", "accountant", 12)
    assert words("banker") == [f"{title}：办“代发反馈”"]
    give_feedback(office, tmp_path, number, PEOPLE, {2: "账号已销户"})
    assert words("banker") == []
    assert f"{title}：银行退回1笔，等着更正" in words("clerk")
    assert words("discloser") == [f"{title}：办“发放结果公开”"]


def test_a_returned_batch_tells_who_entered_it(staff: Any, office: Office, tmp_path: Path) -> None:
    number = make_batch(office, tmp_path, PEOPLE, LAND).batch or ""
    assert take(staff("accountant"), number, "return", reason="少了证明材料").status_code == 303
    assert "被退回了，改好清册重新上传" in said(staff("enterer").get(""))
    page = said(staff("enterer").get(f"batches/{number}"))
    assert "重新上传" in page
    assert "原因：少了证明材料" in page
    assert own(office, "reviewer") == []


def test_every_page_is_sound(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, PEOPLE)
    step(office, number, "credit", "accountant", 12)
    give_feedback(office, tmp_path, number, PEOPLE, {2: "账号已销户"})
    paths = (
        "",
        "batches",
        f"batches/{number}",
        *(f"batches/{number}/{page}" for page in ("review", "feedback", "corrections")),
    )
    for path in paths:
        assert list(faults(parse_page(staff("chief").text(path)))) == [], path
    assert staff("chief").get("batches/2025-9999").status_code == 409
