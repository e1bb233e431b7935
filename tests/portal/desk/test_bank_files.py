"""What the bank's file left open, at the desk: lines and words are settled on the page that takes the files."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.office import Office
from portal.queries.batches import show_batch
from tests.county import FAMILIES, give_feedback, noticed_batch
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.staff import TOKEN, Visitor, give_password, said, visitor
from tests.workbooks import people, write_sheet

PEOPLE = people(8)
PAIR = [replace(PEOPLE[0], name="王大明"), replace(PEOPLE[1], name="王小明", account=PEOPLE[0].account)]


@pytest.fixture
def page(office: Office, tmp_path: Path) -> str:
    give_password(office, tmp_path, "banker", "discloser")
    number = noticed_batch(office, tmp_path, [*PAIR, *PEOPLE[2:]], FAMILIES)
    give_feedback(office, tmp_path, number, [*PAIR, *PEOPLE[2:7]], {2: "该户尚未激活"})
    return f"batches/{number}/feedback"


@pytest.fixture
def banker(app: Flask, page: str) -> Visitor:
    person = visitor(app)
    if person.sign_in("banker").location.endswith("set-up"):
        person.set_up_factor()
    return person


def test_lines_and_words_wait_on_the_page_and_are_settled_there(banker: Visitor, office: Office, page: str) -> None:
    assert "银行文件里3行等着处理" in said(banker.get(""))
    answer = banker.get(page)
    assert not list(faults(parse_page(answer.get_data(True))))
    text = said(answer)
    assert "对不上的2行，等您处理" in text
    assert "王*明，190.00元，已到账。分不清是哪一行" in text
    assert "“该户尚未激活”（1笔）" in text
    assert not any(word in text for person in PAIR for word in (person.name, person.account))
    assert "还没有选" in said(banker.post(page + "/lines", page, **{"line-1": "", "line-2": ""}))
    answer = banker.post(page + "/lines", page, **{"line-1": "1", "line-2": "none"})
    assert answer.status_code == 422
    assert "要写明原因" in said(answer)
    lines = {"line-1": "1", "line-2": "none", "why-2": "银行列了两次"}
    assert banker.post(page + "/lines", page, **lines).status_code == 303
    assert banker.post(page + "/words", page, **{"words-1": "frozen"}).status_code == 303
    assert "等着处理" not in said(banker.get(""))
    text = said(banker.get(page))
    assert "等您处理" not in text
    assert "没见过的失败原因" not in text
    tally = show_batch(office, page.split("/")[1]).tally
    assert (tally.paid_rows, tally.returned_rows, tally.pending_rows) == (5, 1, 3)


def test_others_do_not_even_see_it(app: Flask, office: Office, page: str) -> None:
    other = visitor(app)
    if other.sign_in("discloser").location.endswith("set-up"):
        other.set_up_factor()
    before = dump(office.ledger)["results"]
    for path in ("/lines", "/words"):
        assert other.post(page + path, "password", **{"line-1": "1", "words-1": "frozen"}).status_code == 403
    assert other.get(page).status_code == 403
    assert dump(office.ledger)["results"] == before


def test_a_list_that_is_not_understood_shows_its_first_lines_and_asks(
    banker: Visitor, page: str, tmp_path: Path
) -> None:
    person = PEOPLE[7]
    path = write_sheet(tmp_path / "odd.xlsx", [[person.name, "火星", person.account, "190元整"]])

    def send(**more: str) -> Any:
        found = TOKEN.search(banker.text(page))
        assert found
        data: dict[str, Any] = {"csrf_token": found[1] or found[2], "file": (io.BytesIO(path.read_bytes()), "a.xlsx")}
        return banker.client.post("/desk/" + page, data={**data, **more})

    answer = send()
    text = said(answer)
    assert "说明每一列是什么" in text
    assert "第 3 列（像账号）" in text
    assert "19位号码" in text
    assert person.name not in text
    assert not list(faults(parse_page(answer.get_data(True))))
