"""Signing in by name and password: who gets in, what is said to others, and what is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from argon2 import low_level
from flask import Flask, session
from sqlalchemy import Engine, event

from portal.actions.staff import CONSOLE, deactivate
from portal.desk import devices, sessions
from portal.desk.access import own_account
from portal.office import Office
from tests.county import make_site
from tests.ledger_dump import dump
from tests.service import make_app
from tests.staff import NEW_PASSWORD, PASSWORD, give_password, said, visitor

WRONG = "用户名或密码不对"


def test_a_clerk_signs_in_by_password_alone_and_out_again(app: Flask) -> None:
    clerk = visitor(app)
    assert clerk.sign_in("village-clerk").location == "/desk/"
    assert "village-clerk，您好" in said(clerk.get(""))
    assert clerk.post("sign-out", "").location == "/desk/sign-in"
    assert clerk.get("").location == "/desk/sign-in"


def test_an_input_method_left_on_does_not_matter(app: Flask) -> None:
    assert visitor(app).sign_in(" Ｖillage-clerk ", "ｃorrect horse ９").location == "/desk/"


@pytest.mark.parametrize("name", ["village-clerk", "nobody", "clerk", "张三", "\0", "a\0b", ""])
def test_whatever_is_wrong_is_said_in_the_same_words(app: Flask, name: str) -> None:
    answer = visitor(app).sign_in(name, "wrong password")
    assert answer.status_code == 200
    assert (WRONG if name.strip("\0") else "请填用户名") in said(answer)


def test_a_deactivated_person_is_told_no_more_than_a_stranger(app: Flask, office: Office) -> None:
    deactivate(office, CONSOLE, "banker")
    assert WRONG in said(visitor(app).sign_in("banker"))


def test_whatever_is_wrong_costs_the_same_work(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody learns from a clock who works here: one real Argon2id of the same cost, the same questions to the ledger,
    for a wrong password, an unknown name, an account without a password and one that was deactivated."""
    work: list[tuple[object, ...]] = []
    verify, make = low_level.verify_secret, low_level.hash_secret

    def verifying(hash: bytes, secret: bytes, type: low_level.Type) -> bool:
        *cost, salt, checksum = hash.split(b"$")
        work.append(("verify", *cost, len(salt), len(checksum), len(secret), type))
        return verify(hash, secret, type)

    def making(*arguments: Any, **named: Any) -> bytes:
        work.append(("hash", *arguments, *named.items()))
        return make(*arguments, **named)

    def asking(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "trial" not in statement and statement != "BEGIN":  # that is asked by the clock, whoever comes
            work.append(("ask", statement))

    def work_for(name: str, password: str) -> list[tuple[object, ...]]:
        work.clear()
        assert WRONG in said(visitor(app).sign_in(name, password))
        return work.copy()

    deactivate(office, CONSOLE, "banker")
    monkeypatch.setattr(low_level, "verify_secret", verifying)
    monkeypatch.setattr(low_level, "hash_secret", making)
    event.listen(Engine, "before_cursor_execute", asking)
    try:
        known, *others = (
            work_for(name, "wrong password") for name in ("village-clerk", "nobody", "clerk", "banker", "张三")
        )
        deactivated = work_for("banker", PASSWORD)
    finally:
        event.remove(Engine, "before_cursor_execute", asking)
    hashed = [done for done in known if done[0] != "ask"]
    assert [done[:5] for done in hashed] == [("verify", b"", b"argon2id", b"v=19", b"m=19456,t=2,p=1")]
    assert any(done[0] == "ask" for done in known)
    assert [*others, deactivated] == [known] * 5


def test_each_sign_in_is_in_the_journal_without_address_or_password(app: Flask, office: Office) -> None:
    visitor(app, "192.0.2.77").sign_in("village-clerk")
    visitor(app).sign_in("village-clerk", "wrong password")
    entries = [entry for entry in dump(office.ledger)["journal"] if "staff.signed_in" in map(str, entry)]
    assert len(entries) == 1
    assert "village-clerk (desk)" in entries[0]
    assert "192.0.2.77" not in str(dump(office.ledger))
    assert PASSWORD not in str(dump(office.ledger))


def test_passwords_are_stored_as_argon2id_under_a_key_of_the_desk(office: Office, tmp_path: Path) -> None:
    stored = str(dump(office.ledger)["staff"])
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored


def test_an_initial_password_has_to_be_changed_before_anything_else(app: Flask, office: Office, tmp_path: Path) -> None:
    give_password(office, tmp_path, "village-clerk", initial=True)
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    assert clerk.get("").location == "/desk/password"
    assert "初始密码" in clerk.text("password")
    fields = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert clerk.post("password", **fields).location == "/desk/"
    assert clerk.is_in()
    assert WRONG in said(visitor(app).sign_in("village-clerk"))
    assert visitor(app).sign_in("village-clerk", NEW_PASSWORD).location == "/desk/"


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        ("not mine at all", NEW_PASSWORD, NEW_PASSWORD, "现在的密码不对"),
        (PASSWORD, NEW_PASSWORD, "another one", "两遍新密码不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "和现在的一样"),
        (PASSWORD, "short", "short", "至少要10个字"),
        (PASSWORD, "Village-Clerk", "Village-Clerk", "不能和用户名一样"),
        (PASSWORD, "woaini1314520"[:10], "woaini1314"[:10], "太常见"),
        (PASSWORD, "", "", "请填新密码"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(app: Flask, current: str, new: str, again: str, words: str) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    answer = clerk.post("password", current=current, new=new, again=again)
    assert answer.status_code == 200
    assert words in said(answer)
    assert visitor(app).sign_in("village-clerk").location == "/desk/"


def test_changing_the_password_ends_the_sessions_elsewhere_and_not_here(app: Flask) -> None:
    here, there = visitor(app), visitor(app)
    for clerk in (here, there):
        clerk.sign_in("village-clerk")
    here.post("password", current=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert here.is_in()
    assert not there.is_in()


def test_one_arrives_where_one_wanted_to_go_and_nowhere_else(app: Flask) -> None:
    clerk = visitor(app)
    assert clerk.get("password?next=https://example.org/").location == "/desk/sign-in"
    assert (
        clerk.post("sign-in?next=//example.org", name="village-clerk", password=PASSWORD).location == "/desk/password"
    )


def test_cookies_are_only_the_desks(app: Flask, office: Office, tmp_path: Path) -> None:
    secure = make_app(office, make_site(office, tmp_path), tmp_path, https="1", proxies="1")
    behind = {"X-Forwarded-Prefix": "/mingbai", "X-Forwarded-For": "192.0.2.9"}
    clerk = visitor(secure)
    clerk.client.environ_base.update(
        {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in behind.items()}
    )
    answer = clerk.client.get("/desk/sign-in")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(sessions.COOKIE + "=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/mingbai/desk"} == set(cookie.split("; ")[1:])
    assert answer.headers["Cache-Control"] == "no-store"
    assert clerk.client.get("/desk/").location == "/mingbai/desk/sign-in"
    for path in ("/", "/search?q=x", "/desk.html", "/desktop/", "/lookup"):
        answer = clerk.client.get(path)
        assert "Set-Cookie" not in answer.headers, path
        assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_the_public_side_does_not_know_who_is_signed_in(app: Flask) -> None:
    """Even a client that sends the cookie everywhere has no session outside of the desk."""
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    cookie = clerk.client.get_cookie(sessions.COOKIE, path="/desk")
    assert cookie is not None
    with clerk.client:
        clerk.client.get("/search?q=x", headers={"Cookie": f"{sessions.COOKIE}={cookie.value}"})
        assert dict(session) == {}
        assert own_account() is None


def test_the_cookie_is_another_one_after_signing_in(app: Flask) -> None:
    clerk = visitor(app)
    clerk.text("sign-in")
    before = clerk.client.get_cookie(sessions.COOKIE, path="/desk")
    clerk.sign_in("village-clerk")
    after = clerk.client.get_cookie(sessions.COOKIE, path="/desk")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    clerk.client.set_cookie(sessions.COOKIE, before.value, path="/desk")
    assert not clerk.is_in()


def test_the_device_cookie_names_nobody_and_lasts(app: Flask) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    cookie = clerk.client.get_cookie(devices.COOKIE, path="/desk")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.max_age) == (True, "Lax", devices.SECONDS)
    assert "village" not in cookie.decoded_value
