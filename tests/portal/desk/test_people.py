"""The administrator's page: who has an account, and what is done to one."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from portal.domain.units import UNIT_KINDS
from portal.office import Office
from portal.queries.staff import account_of, everybody
from tests.ledger_dump import dump
from tests.staff import NEW_PASSWORD, SECRET, Visitor, said, visitor

NEWCOMER = {"name": "newcomer", "display": "新来的", "role": "bank", "unit": "yh"}


@pytest.fixture
def chief(app: Flask) -> Visitor:
    chief = visitor(app)
    chief.sign_in("chief")
    chief.set_up_factor()
    return chief


def journal(office: Office, act: str) -> list[tuple[str, dict[str, object]]]:
    """(who, what) of every entry of this act."""
    found = dump(office.ledger)["journal"]
    return [(row[3], json.loads(row[4])) for row in map(list, found) if row[2] == act]


def initial_in(page: str) -> str:
    found = SECRET.search(page)
    assert found
    return found[1]


def test_everybody_is_listed_with_how_they_sign_in(chief: Visitor, office: Office) -> None:
    page = said(chief.get("staff"))
    assert all(account.name in page for account in everybody(office))
    for words in ("密码和手机", "没有密码，不能登录", "还没有绑定手机"):
        assert words in page


def test_units_are_offered_kind_by_kind(chief: Visitor) -> None:
    page = chief.get("add-staff").get_data(True)
    groups = re.findall(r'<optgroup label="([^"]+)"', page)
    assert groups == [name for name in UNIT_KINDS.values() if name in groups]
    assert len(groups) > 3


def test_who_is_added_signs_in_with_the_password_that_was_shown_once(
    app: Flask, chief: Visitor, office: Office
) -> None:
    answer = chief.post("add-staff", **NEWCOMER)
    initial = initial_in(answer.get_data(True))
    assert re.fullmatch("[a-z2-9]{12}", initial)
    assert initial not in str(dump(office.ledger))
    assert initial not in chief.text("staff/newcomer") + chief.text("staff")
    assert "chief (desk)" in str(journal(office, "staff.add"))
    newcomer = visitor(app)
    newcomer.sign_in("newcomer", initial)
    assert newcomer.get("").location == "/desk/password"
    newcomer.post("password", current=initial, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert newcomer.is_in()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "chief", "已经有人用了"),
        ("name", "张三", "小写字母开头"),
        ("name", "", "请填用户名"),
        ("display", " ", "请填称呼"),
        ("unit", "nosuch", "没有登记过的单位"),
        ("role", "king", "没有角色“king”"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_with_what_was_typed(
    chief: Visitor, office: Office, field: str, value: str, words: str
) -> None:
    before = len(everybody(office))
    answer = chief.post("add-staff", **{**NEWCOMER, field: value})
    assert words in said(answer)
    assert len(everybody(office)) == before
    if field != "display":
        assert 'value="新来的"' in answer.get_data(True)


def test_role_unit_and_display_are_changed(chief: Visitor, office: Office) -> None:
    answer = chief.post("staff/village-clerk", display="李家湾文书", role="station", unit="dh")
    assert answer.location == "/desk/staff/village-clerk"
    assert "已保存" in chief.text("staff/village-clerk")
    actor = account_of(office, "village-clerk").actor
    assert (actor.display, actor.role, actor.unit) == ("李家湾文书", "station", "dh")
    detail = {"name": "village-clerk", "role": "station", "unit": "dh"}
    assert journal(office, "staff.change") == [("chief (desk)", detail)]


def test_an_account_is_stopped_and_opened_again(app: Flask, chief: Visitor, office: Office) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    chief.post("staff/village-clerk/deactivate", "staff/village-clerk")
    assert not clerk.is_in()
    assert not account_of(office, "village-clerk").active
    assert "已停用" in chief.text("staff/village-clerk")
    chief.post("staff/village-clerk/reactivate", "staff/village-clerk")
    assert visitor(app).sign_in("village-clerk").location == "/desk/"
    assert [len(journal(office, f"staff.{act}")) for act in ("deactivate", "reactivate")] == [1, 1]


def test_a_password_is_reset_and_shown_once(app: Flask, chief: Visitor, office: Office) -> None:
    answer = chief.post("staff/village-clerk/password", "staff/village-clerk")
    initial = initial_in(answer.get_data(True))
    assert "用户名或密码不对" in said(visitor(app).sign_in("village-clerk"))
    assert visitor(app).sign_in("village-clerk", initial).status_code == 303
    assert journal(office, "staff.password_reset")[-1] == ("chief (desk)", {"name": "village-clerk"})


def test_a_lost_phone_and_a_forgotten_machine(app: Flask, chief: Visitor, office: Office) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    clerk.set_up_factor()
    chief.post("staff/village-clerk/reset_factor", "staff/village-clerk")
    assert account_of(office, "village-clerk").factor is None
    clerk.sign_in("village-clerk")
    assert clerk.is_in()
    chief.post("staff/village-clerk/end_sessions", "staff/village-clerk")
    assert not clerk.is_in()
    assert len(journal(office, "staff.factor_reset")) == len(journal(office, "staff.sessions_ended")) == 1


def test_the_last_administrator_cannot_stop_or_demote_themself(chief: Visitor, office: Office) -> None:
    chief.post("staff/second-chief/deactivate", "staff/second-chief")
    answer = chief.post("staff/chief/deactivate", "staff/chief")
    assert answer.status_code == 409
    assert "最后一个系统管理员" in said(answer)
    answer = chief.post("staff/chief", display="x", role="finance", unit="czj")
    assert "最后一个系统管理员" in said(answer)
    assert chief.is_in()


def test_an_unknown_act_is_nothing(chief: Visitor) -> None:
    assert chief.client.post("/desk/staff/village-clerk/delete").status_code in (404, 405)
