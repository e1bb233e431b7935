"""Looking up one's own payments, asked over HTTP as a browser does."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.domain.lookup import PROBLEMS
from portal.security.keys import export_keys
from tests.county import change_site_text
from tests.html import faults, parse_page
from tests.people import make_id
from tests.portal.lookup.conftest import HELD, County
from tests.workbooks import Person, people

ONLY_HARDSHIP = people(1, start=40)[0]
STRANGER = people(1, start=700)[0]


@dataclass
class Answer:
    """`outcome` is found, missed, tail, window, proof or closed; `text` what a person reads."""

    status: int
    outcome: str
    page: str
    headers: Any

    @property
    def text(self) -> str:
        return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", self.page.partition("<main")[2])))

    @property
    def amounts(self) -> list[str]:
        return re.findall(r'<p class="amount"><strong>([\d,.]+)元', self.page)


class Asking:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, person: Person, tail: str = "", address: str = "10.0.0.1", **changed: str) -> Answer:
        form = {"id": person.id, "name": person.name, "tail": tail, **changed}
        found = self.client.post("/lookup", data=form, environ_overrides={"REMOTE_ADDR": address})
        page = found.get_data(as_text=True)
        outcome = re.search(r'data-outcome="(\w+)"', page)
        return Answer(found.status_code, outcome[1] if outcome else "", page, found.headers)


@pytest.fixture
def ask(county: County, tmp_path: Path) -> Asking:
    return Asking(county.app(tmp_path).test_client())


def tail_of(person: Person) -> str:
    return person.account[-4:]


def test_a_person_sees_every_payment_with_how_it_was_worked_out(ask: Asking, county: County) -> None:
    found = ask(county.persons[1])
    assert (found.status, found.outcome) == (200, "found")
    assert found.amounts == ["190.00", "80.00"]  # by policy; hardship needs the tail
    assert "2亩×95元/亩=190.00元" in found.text
    assert "已到账190.00元，还没到账80.00元" in found.text
    assert "2025年6月13日，银行报回已打到卡（存折）上" in found.text


def test_with_the_tail_everything_shows(ask: Asking, county: County) -> None:
    person = county.persons[1]
    assert sorted(ask(person, tail_of(person)).amounts) == ["190.00", "321.50", "80.00"]
    assert "321.50" not in ask(person).page


def test_what_the_bank_sent_back_says_why_and_what_to_do(ask: Asking, county: County) -> None:
    found = ask(county.persons[0])
    assert "卡（折）已销户" in found.text
    assert "到代发银行（原来发卡、发存折的那家）办一张新的" in found.text
    assert "0999-5301005" in found.text  # the township: no finance office of its own in this county
    assert "还没到账270.00元" in found.text


def test_a_payment_on_its_way_says_where_it_stands_with_dates(ask: Asking, county: County) -> None:
    found = ask(county.persons[2])
    assert "办到哪一步：名单公示，有意见可以提（2025年6月4日）。下一步：公示结束，名单上报" in found.text


def test_a_payment_not_yet_reviewed_is_told_to_its_owner_without_a_link(ask: Asking, county: County) -> None:
    found = ask(county.persons[4])
    assert found.amounts.count("190.00") == 2
    assert "办到哪一步：补贴名单录入系统（2025年6月2日）" in found.text
    assert len(re.findall(r'href="\./villages/990199101201/2025-\d{4}/"', found.page)) == 2  # land and elders


def test_the_row_code_and_link_lead_to_the_row(ask: Asking, county: County) -> None:
    found = ask(county.persons[1])
    code, path = re.search(
        r"行号是<strong>(\w{4})</strong>，<a class=\"big\" href=\"\./([^\"]+)\"", found.page
    ).groups()  # type: ignore[union-attr]
    posting = ask.client.get("/" + path).get_data(as_text=True)
    assert re.search(rf"<td>{code}</td>", posting)


def test_a_held_row_is_told_without_saying_why(ask: Asking) -> None:
    found = ask(HELD)
    assert found.outcome == "found"
    assert "待核实1.00元" in found.text
    assert "信息有疑点，正在核实" in found.text


def test_a_payment_that_is_wrong_is_named_without_the_person(ask: Asking, county: County) -> None:
    person = county.persons[1]
    assert re.search(r"“东河镇王村，2025年耕地地力保护补贴，批次2025-0001，行号\w{4}，这一笔不对", ask(person).text)
    assert "没收到，或者不对？" in ask(person).text  # not paid yet: nobody looks for a wrong payment there


def test_no_answer_says_who_was_asked_about(ask: Asking, county: County) -> None:
    person = county.persons[1]
    for found in (ask(person), ask(person, tail_of(person)), ask(person, name="王五"), ask(person, id="1")):
        for typed in (person.id, person.name, person.account, "王五"):
            assert typed not in found.page


@pytest.mark.parametrize("field", ["id", "name", "tail"])
def test_what_cannot_be_right_is_told_and_not_put_back(ask: Asking, county: County, field: str) -> None:
    typed = {"id": county.persons[0].id[:-1] + "9Q", "name": "<b>" * 30, "tail": "99zz"}[field]
    found = ask(county.persons[0], **{field: typed})
    assert found.status == 422
    assert any(words in found.page for words in PROBLEMS.values())
    assert typed not in html.unescape(found.page)
    assert f'id="{field}-problem"' in found.page


def misses(county: County) -> dict[str, tuple[Person, dict[str, str]]]:
    person = county.persons[7]
    return {
        "another name": (person, {"name": "赵无人"}),
        "another ID": (person, {"id": make_id("19610101", 333)}),
        "nobody": (STRANGER, {}),
        "only payments that need the tail": (ONLY_HARDSHIP, {}),
        "a wrong tail": (person, {"tail": "0000"}),
        "nobody with a tail": (STRANGER, {"tail": "1234"}),
    }


def test_every_miss_is_the_same_answer(ask: Asking, county: County) -> None:
    pages = {kind: ask(person, **changed) for kind, (person, changed) in misses(county).items()}
    assert {found.outcome for found in pages.values()} == {"missed"}
    assert len({(found.status, found.page) for found in pages.values()}) == 1


def test_misses_trip_a_step_up_that_is_the_same_for_people_who_do_not_exist(ask: Asking, county: County) -> None:
    person = county.persons[5]
    for number in range(5):
        assert ask(person, name="错" + "一二三四五"[number] + "名").outcome == "missed"
        assert ask(STRANGER, name="错" + "六七八九十"[number] + "名").outcome == "missed"
    right, nobody = ask(person), ask(STRANGER)
    assert (right.outcome, right.page) == ("tail", nobody.page)
    assert ask(person, tail_of(person)).outcome == "found"
    assert ask(STRANGER, "1234").outcome == "missed"


def test_the_tail_is_capped_too_and_then_only_the_window_helps(ask: Asking, county: County) -> None:
    person = county.persons[6]
    for number in range(5):
        ask(person, name="错" + "一二三四五"[number] + "名")
    for number in range(5):
        assert ask(person, f"000{number}").outcome == "missed"
    assert ask(person, tail_of(person)).outcome == "window"
    assert ask(person).outcome == "tail"


def test_right_answers_use_nothing_up(ask: Asking, county: County) -> None:
    for number in range(20):
        assert ask(county.persons[8], address=f"10.1.0.{number}").outcome == "found"


def test_a_county_may_ask_for_the_tail_always(county: County, tmp_path: Path) -> None:
    content = change_site_text(tmp_path / "content", 'tail = "tripped"', 'tail = "always"')
    ask = Asking(county.app(tmp_path, content=str(content)).test_client())
    person = county.persons[1]
    assert ask(person).outcome == "tail"
    assert ask(STRANGER).page == ask(person).page
    assert ask(person, tail_of(person)).outcome == "found"


def test_a_county_may_show_how_often_a_record_was_opened(county: County, tmp_path: Path, ask: Asking) -> None:
    content = change_site_text(tmp_path / "content", "show_openings = false", "show_openings = true")
    showing = Asking(county.app(tmp_path, content=str(content)).test_client())
    person = county.persons[1]
    assert "被查过" not in ask(person).page
    showing(person)
    assert re.search(r"\d+年\d+月\d+日，手机或电脑，3次", showing(person).text)
    assert "1次" in showing(county.persons[2]).text


def test_answers_are_not_kept_and_set_no_cookie(ask: Asking, county: County) -> None:
    for found in (ask(county.persons[1]), ask(STRANGER), ask(STRANGER, id="1")):
        assert found.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in found.headers
    assert ask.client.get("/lookup").headers["Cache-Control"] == "no-store"


def test_a_question_is_never_taken_from_an_address(ask: Asking, county: County) -> None:
    person = county.persons[1]
    found = ask.client.get("/lookup", query_string={"id": person.id, "name": person.name}).get_data(as_text=True)
    assert "190.00" not in found
    assert person.id not in found


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "https://evil.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
     ({"Origin": "null"}, 403), ({"Origin": "http://localhost"}, 200), ({"Sec-Fetch-Site": "same-origin"}, 200), ({}, 200)],
)  # fmt: skip
def test_only_our_own_form_is_answered(ask: Asking, county: County, headers: dict[str, str], status: int) -> None:
    person = county.persons[9]
    found = ask.client.post("/lookup", data={"id": person.id, "name": person.name}, headers=headers)
    assert found.status_code == status
    assert (b"190.00" in found.data) == (status == 200)


def test_without_the_counters_nothing_is_answered_and_the_site_stays(county: County, tmp_path: Path) -> None:
    (tmp_path / "counters.db").mkdir()
    ask = Asking(county.app(tmp_path).test_client())
    closed = ask(county.persons[1])
    assert (closed.status, closed.outcome) == (503, "closed")
    assert "190.00" not in closed.page
    assert ask.client.get("/").status_code == 200
    assert ask.client.get("/lookup").status_code == 200


def test_a_public_process_has_look_up_and_no_desk_and_the_other_way_round(county: County, tmp_path: Path) -> None:
    public = county.folder / "public-keys"
    export_keys(county.folder / "office" / "keys", "public", public)
    app = county.app(tmp_path, role="public", keys=str(public))
    assert Asking(app.test_client())(county.persons[1]).outcome == "found"
    assert [rule.rule for rule in app.url_map.iter_rules() if "desk" in rule.rule] == []
    desk = county.app(tmp_path, role="desk")
    assert [rule.rule for rule in desk.url_map.iter_rules() if "lookup" in rule.rule and "desk" not in rule.rule] == []


def test_the_pages_are_sound_html(ask: Asking, county: County) -> None:
    person = county.persons[0]
    pages = [
        ask.client.get("/lookup").get_data(as_text=True),
        ask(person).page,
        ask(STRANGER).page,
        ask(person, id="1").page,
    ]
    for page in pages:
        assert list(faults(parse_page(page))) == []
