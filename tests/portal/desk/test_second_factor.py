"""The second factor: forced on some roles, open to all, each code good once, no way round it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.actions import staff
from portal.domain.batches import ROLES
from portal.domain.staff import SECOND_FACTOR
from portal.office import Office
from tests.ledger_dump import dump
from tests.staff import PASSWORD, SECRET, Visitor, code_for, said, visitor


@pytest.fixture
def chief(app: Flask) -> Visitor:
    chief = visitor(app)
    chief.sign_in("chief")
    return chief


def test_who_works_for_the_whole_county_needs_one() -> None:
    assert set(ROLES) - SECOND_FACTOR == {"village", "station", "township_finance", "bank"}
    assert set(ROLES) >= SECOND_FACTOR


@pytest.mark.parametrize("role", sorted(ROLES))
def test_sign_in_leads_there_whose_role_needs_one(app: Flask, office: Office, role: str) -> None:
    staff.change_staff(office, staff.CONSOLE, "banker", "x", role, "yh")
    wanted = "/desk/second-factor/set-up" if role in SECOND_FACTOR else "/desk/"
    assert visitor(app).sign_in("banker").location == wanted


def test_before_it_is_set_up_no_other_page_opens(app: Flask, chief: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk/") and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = chief.client.get(rule.rule)
            if rule.endpoint not in ("desk.sign_in", "desk.set_up_factor"):
                assert answer.location == "/desk/sign-in", rule.endpoint


def test_set_up_then_signed_in_then_asked_for_each_time(app: Flask, chief: Visitor) -> None:
    secret = chief.set_up_factor()
    assert chief.is_in()
    again = visitor(app)
    assert again.sign_in("chief").location == "/desk/second-factor"
    assert not again.is_in()
    assert again.post("second-factor", code=code_for(secret, 30)).location == "/desk/"
    assert again.is_in()


def test_the_secret_stays_the_same_while_somebody_mistypes(chief: Visitor) -> None:
    first = SECRET.search(chief.text("second-factor/set-up"))
    assert "验证码不对" in said(chief.post("second-factor/set-up", code="000000"))
    second = SECRET.search(chief.text("second-factor/set-up"))
    assert first is not None
    assert second is not None
    assert first[1] == second[1]


def test_setting_it_up_takes_no_more_tries_than_signing_in(chief: Visitor) -> None:
    for _ in range(4):
        chief.post("second-factor/set-up", code="000000")
    assert "以后再试" in said(chief.post("second-factor/set-up", code="000000"))


def test_a_code_with_a_gap_or_in_full_width_is_right_too(chief: Visitor, app: Flask) -> None:
    secret = chief.set_up_factor()
    code = code_for(secret, 30)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    again = visitor(app)
    again.sign_in("chief")
    assert again.post("second-factor", code=f"{wide[:3]} {wide[3:]}").location == "/desk/"


def test_a_code_is_good_once(app: Flask, chief: Visitor) -> None:
    secret = chief.set_up_factor()
    code = code_for(secret, 30)
    thief = visitor(app, "198.51.100.1")
    for guest in (visitor(app), thief):
        guest.sign_in("chief")
        answer = guest.post("second-factor", code=code)
    assert "已经用过" in said(answer)
    assert not thief.is_in()
    assert "已经用过" in said(thief.post("second-factor", code=code_for(secret)))


def test_who_only_knows_the_password_cannot_bind_another_phone(app: Flask, chief: Visitor) -> None:
    chief.set_up_factor()
    thief = visitor(app)
    thief.text("second-factor/set-up")
    thief.sign_in("chief")
    assert thief.get("second-factor/set-up").location == "/desk/second-factor"
    token = re.search(r'value="([^"]+)"', thief.text("second-factor"))
    assert token
    data = {"csrf_token": token[1], "code": "123456"}
    assert thief.client.post("/desk/second-factor/set-up", data=data).location == "/desk/second-factor"


def test_a_village_may_switch_it_on(app: Flask) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    assert "绑定手机" in clerk.text("")
    clerk.set_up_factor()
    assert clerk.is_in()
    assert "绑定手机（" not in clerk.text("")
    assert "已经绑定" in clerk.text("second-factor/set-up")
    assert visitor(app).sign_in("village-clerk").location == "/desk/second-factor"


def test_an_administrator_resets_it_and_it_is_bound_anew(app: Flask, office: Office, chief: Visitor) -> None:
    old = chief.set_up_factor()
    staff.reset_factor(office, staff.CONSOLE, "chief")
    assert not chief.is_in()
    assert chief.sign_in("chief").location == "/desk/second-factor/set-up"
    assert chief.set_up_factor() != old


def test_a_forged_way_round_is_no_way(chief: Visitor) -> None:
    """The half-finished sign-in opens nothing, and its cookie cannot be written by anybody else."""
    for path in ("", "staff", "password", "second-factor"):
        assert chief.get(path).location == "/desk/sign-in"
        chief.sign_in("chief")


def test_the_secret_is_sealed_where_it_is_stored_and_in_the_cookie(office: Office, chief: Visitor) -> None:
    page = chief.text("second-factor/set-up")
    found = SECRET.search(page)
    assert found
    with chief.client.session_transaction("/desk/") as session:
        assert found[1].replace(" ", "") not in str(dict(session))
    secret = chief.set_up_factor().replace(" ", "")
    assert secret not in str(dump(office.ledger))
    assert '"enckey"' in str(dump(office.ledger)["staff"])


def test_the_qr_code_is_an_image_that_the_policy_lets_through(chief: Visitor) -> None:
    page = chief.text("second-factor/set-up")
    assert 'class="qr" src="data:image/svg+xml' in page
    assert "style=" not in page


def test_an_account_that_is_stopped_halfway_gets_no_further(app: Flask, office: Office, chief: Visitor) -> None:
    assert chief.get("second-factor/set-up").status_code == 200
    staff.deactivate(office, staff.CONSOLE, "chief")
    assert chief.get("second-factor/set-up").location == "/desk/sign-in"


def test_changing_the_password_is_refused_to_who_does_not_know_it(app: Flask, chief: Visitor) -> None:
    chief.set_up_factor()
    fields = {"new": "another one 5", "again": "another one 5"}
    for _ in range(5):
        chief.post("password", current="wrong password", **fields)
    assert "以后再试" in said(chief.post("password", current=PASSWORD, **fields))
