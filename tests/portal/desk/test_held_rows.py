"""Held rows at the desk: one by one, masked, for a reason, by somebody else than who entered them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.office import Office
from tests.county import build, make_batch, make_site, step
from tests.html import faults, parse_page
from tests.staff import Visitor, give_password, said, visitor
from tests.workbooks import people

PEOPLE = people(8)
ROLL = [replace(PEOPLE[0], amount="180"), replace(PEOPLE[1], id="12"), *PEOPLE[2:]]


@pytest.fixture
def number(office: Office, tmp_path: Path) -> str:
    give_password(office, tmp_path, "second", "enterer", "discloser")
    return make_batch(office, tmp_path, ROLL).batch or ""


def sign_in(app: Flask, name: str) -> Visitor:
    person = visitor(app)
    if person.sign_in(name).location.endswith("set-up"):
        person.set_up_factor()
    return person


def test_rows_are_settled_one_by_one_from_todays_work_on(app: Flask, number: str) -> None:
    second = sign_in(app, "second")
    assert "待核实2行，一行一行核实" in said(second.get(""))
    page = f"batches/{number}/held"
    answer = second.get(page)
    assert not list(faults(parse_page(answer.get_data(True))))
    text = said(answer)
    assert "工作表“清册”第 3 行 王村" in text
    assert "数量×标准不等于金额" in text
    assert "不能照发：身份证号或姓名读不出来" in text
    assert not any(word in text for person in PEOPLE for word in (person.name, person.id, person.account))
    assert "还没有选" in said(second.post(page, page))
    answer = second.post(page, page, **{"outcome-1": "admitted", "reason-1": ""})
    assert answer.status_code == 422
    assert "都要写明原因" in said(answer)
    assert (
        second.post(page, page, **{"outcome-1": "admitted", "reason-1": "按合同核对，180元是对的"}).status_code == 303
    )
    text = said(second.get(page))
    assert "待核实的1行" in text
    assert "核实无误，照发" in text
    assert "按合同核对，180元是对的" in text
    assert "待核实 1行，190.00元，不公布" in said(second.get(f"batches/{number}"))


def test_who_entered_them_and_others_look_only(app: Flask, number: str) -> None:
    page = f"batches/{number}/held"
    enterer = sign_in(app, "enterer")
    assert "录入的人不能自己核实" in said(enterer.get(page))
    assert "outcome-1" not in enterer.text(page)
    assert "待核实2行" not in said(enterer.get(""))
    answer = enterer.post(page, page, **{"outcome-1": "admitted", "reason-1": "我核对过"})
    assert "录入的人不能自己核实" in said(answer)
    discloser = sign_in(app, "discloser")
    assert "不能办" in said(discloser.get(page))
    assert discloser.post(page, page, **{"outcome-1": "dropped", "reason-1": "不发"}).status_code == 403


def test_the_public_page_says_what_was_dropped(app: Flask, office: Office, number: str, tmp_path: Path) -> None:
    second = sign_in(app, "second")
    page = f"batches/{number}/held"
    second.post(page, page, **{"outcome-2": "dropped", "reason-2": "查无此人"})
    step(office, number, "review", "reviewer", 3)
    step(office, number, "notice", "enterer", 4)
    release = build(office, make_site(office, tmp_path))
    posting = (tmp_path / "releases" / release.name / "site/villages/990199101201" / number / "index.html").read_text()
    assert "另有1行、180.00元待核实" in posting
    assert "还有1行、190.00元核实后不发，也未列出" in posting


def test_a_village_is_named_on_the_page_where_the_roll_named_none(app: Flask, office: Office, tmp_path: Path) -> None:
    give_password(office, tmp_path, "second")
    batch = make_batch(office, tmp_path, [replace(PEOPLE[0], village="没有的村"), *PEOPLE[1:]]).batch
    second, page = sign_in(app, "second"), f"batches/{batch}/held"
    payment = second.text(page).partition('name="village-')[2].partition('"')[0]
    decision = {f"outcome-{payment}": "admitted", f"reason-{payment}": "问过村里"}
    answer = second.post(page, page, **decision, **{f"village-{payment}": "没有的村"})
    assert "先写明是哪个村" in said(answer)
    assert 'value="没有的村"' in answer.get_data(True)
    assert second.post(page, page, **decision, **{f"village-{payment}": "李家湾"}).status_code == 303
    assert "没有待核实的行" in said(second.get(page))
