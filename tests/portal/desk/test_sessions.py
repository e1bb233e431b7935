"""How long somebody stays signed in, and what ends it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.actions import staff
from portal.desk import sessions
from portal.domain.staff import IDLE_SECONDS, SESSION_SECONDS
from portal.ledger.accounts import change_account
from portal.office import Office
from tests.staff import PASSWORD, Visitor, visitor


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass, for sessions."""
    passed = 0.0
    real = sessions._now

    def later(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(sessions, "_now", lambda: real() + passed)
    return later


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    assert clerk.is_in()
    return clerk


def test_half_an_hour_without_doing_anything_ends_it(clerk: Visitor, clock: Callable[[float], None]) -> None:
    clock(IDLE_SECONDS - 5)
    assert clerk.is_in()
    clock(IDLE_SECONDS - 5)
    assert clerk.is_in()
    clock(IDLE_SECONDS)
    assert not clerk.is_in()


def test_ten_hours_end_it_whatever_one_does(clerk: Visitor, clock: Callable[[float], None]) -> None:
    for _ in range(SESSION_SECONDS // 1200 - 1):
        clock(1200)
        assert clerk.is_in()
    clock(1200)
    assert not clerk.is_in()


def test_changing_the_password_does_not_begin_the_ten_hours_anew(
    clerk: Visitor, clock: Callable[[float], None]
) -> None:
    for _ in range(SESSION_SECONDS // 1200 - 1):
        clock(1200)
        clerk.get("")
    clerk.post("password", current=PASSWORD, new="another one 5", again="another one 5")
    assert clerk.is_in()
    clock(1200)
    assert not clerk.is_in()


def test_the_time_between_password_and_code_is_short(app: Flask, clock: Callable[[float], None]) -> None:
    chief = visitor(app)
    assert chief.sign_in("chief").location == "/desk/second-factor/set-up"
    clock(599)
    assert chief.get("second-factor/set-up").status_code == 200
    clock(2)
    assert chief.get("second-factor/set-up").location == "/desk/sign-in"


def test_a_copied_cookie_ends_with_signing_out(app: Flask, clerk: Visitor) -> None:
    copy = visitor(app)
    cookie = clerk.client.get_cookie(sessions.COOKIE, path="/desk")
    assert cookie is not None
    copy.client.set_cookie(sessions.COOKIE, cookie.value, path="/desk")
    assert copy.is_in()
    clerk.post("sign-out", "")
    assert not copy.is_in()


@pytest.mark.parametrize(
    "act",
    [
        lambda office: staff.deactivate(office, staff.CONSOLE, "village-clerk"),
        lambda office: staff.change_staff(office, staff.CONSOLE, "village-clerk", "x", "station", "wc"),
        lambda office: staff.change_staff(office, staff.CONSOLE, "village-clerk", "x", "village", "dh"),
        lambda office: staff.reset_password(office, staff.CONSOLE, "village-clerk", "$argon2id$"),
        lambda office: staff.reset_factor(office, staff.CONSOLE, "village-clerk"),
        lambda office: staff.end_sessions(office, staff.CONSOLE, "village-clerk"),
    ],
    ids=["deactivated", "role", "unit", "password", "factor", "everywhere"],
)
def test_what_changes_the_account_ends_its_sessions_at_once(
    clerk: Visitor, office: Office, act: Callable[[Office], None]
) -> None:
    act(office)
    assert not clerk.is_in()


def test_a_deactivated_person_is_out_even_where_the_row_was_changed_by_hand(clerk: Visitor, office: Office) -> None:
    with office.ledger.write() as connection:
        change_account(connection, "village-clerk", end_sessions=False, active=False)
    assert not clerk.is_in()


def test_another_display_name_does_not(clerk: Visitor, office: Office) -> None:
    staff.change_staff(office, staff.CONSOLE, "village-clerk", "王村文书", "village", "wc")
    assert "王村文书，您好" in clerk.text("")


def test_reactivating_does_not_bring_old_sessions_back(clerk: Visitor, office: Office) -> None:
    staff.deactivate(office, staff.CONSOLE, "village-clerk")
    staff.reactivate(office, staff.CONSOLE, "village-clerk")
    assert not clerk.is_in()


def test_looking_at_a_page_does_not_wait_for_the_writer(clerk: Visitor, office: Office) -> None:
    with office.ledger.write():
        assert clerk.is_in()


def test_neither_headers_nor_addresses_sign_anybody_in(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        from flask_security.proxies import _security

        account = _security.datastore.find_user(fs_uniquifier=_uniquifier(clerk))
        assert account is not None
        token = account.get_auth_token()
    guest = visitor(app)
    assert guest.get("", headers={"Authentication-Token": token}).status_code == 303
    assert guest.get("?auth_token=" + token).status_code == 303


def _uniquifier(clerk: Visitor) -> str:
    with clerk.client.session_transaction("/desk/") as session:
        return str(session["_user_id"])


def test_villagers_are_not_asked_who_is_signed_in(app: Flask) -> None:
    """What the libraries do before and after each request, they do at the desk alone."""
    everywhere = [hook for hooks in (app.before_request_funcs, app.after_request_funcs) for hook in hooks[None]]
    assert {hook.__module__.partition(".")[0] for hook in everywhere} == {"portal"}
    at_the_desk = [hook for hooks in (app.before_request_funcs, app.after_request_funcs) for hook in hooks["desk"]]
    assert {hook.__module__.partition(".")[0] for hook in at_the_desk} == {
        "flask_wtf",
        "flask_principal",
        "flask_login",
    }
