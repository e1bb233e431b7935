"""Guessing is slowed down; an account is never locked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from limits.storage import MemoryStorage

from portal.counters.store import open_store
from portal.desk.devices import Devices
from portal.desk.throttle import ADDRESS, NAME, PAIR, Throttle
from portal.domain.findings import Refused
from portal.office import Office
from tests.county import make_site
from tests.service import make_app
from tests.staff import PASSWORD, said, visitor

WAIT = "以后再试"


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.slow)])
def throttle(request: pytest.FixtureRequest, tmp_path: Path) -> Throttle:
    url = f"sqlite:///{tmp_path / 'counters.db'}" if request.param == "file" else request.getfixturevalue("redis_url")
    store = open_store(url)
    store.reset()
    return Throttle(store, b"k" * 32, Devices(b"d" * 32), ZoneInfo("Asia/Shanghai"))


def fail(throttle: Throttle, name: str = "zhang", address: str = "192.0.2.1", cookie: str = "") -> None:
    throttle.failed(throttle.attempt(name, address, cookie))


def test_five_failures_for_a_name_from_an_address_mean_waiting(throttle: Throttle) -> None:
    for _ in range(PAIR.count):
        fail(throttle)
    with pytest.raises(Refused, match=r"请在\d\d:\d\d以后再试"):
        fail(throttle)
    fail(throttle, name="li")
    fail(throttle, address="192.0.2.2")


def test_waiting_takes_its_whole_time_from_the_last_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr("portal.counters.store.time.time", lambda: now)
    throttle = Throttle(open_store(f"sqlite:///{tmp_path / 'c.db'}"), b"k", Devices(b"d"), ZoneInfo("Asia/Shanghai"))
    for _ in range(PAIR.count):
        fail(throttle)
        now += 60
    now += PAIR.seconds - 70
    with pytest.raises(Refused):
        fail(throttle)
    now += 20
    fail(throttle)


def test_one_address_cannot_go_through_all_names(throttle: Throttle) -> None:
    for number in range(ADDRESS.count):
        fail(throttle, name=f"person{number}")
    with pytest.raises(Refused):
        fail(throttle, name="another")
    fail(throttle, name="another", address="192.0.2.2")


def test_a_name_tried_from_everywhere_still_lets_its_owner_in_on_the_owners_machine(throttle: Throttle) -> None:
    cookie = throttle.device_cookie("zhang", "")
    for number in range(NAME.count):
        fail(throttle, address=f"198.51.100.{number}")
    with pytest.raises(Refused):
        throttle.attempt("zhang", "203.0.113.5", "")
    throttle.attempt("zhang", "203.0.113.5", cookie)
    with pytest.raises(Refused):
        throttle.attempt("zhang", "203.0.113.6", throttle.device_cookie("li", ""))
    with pytest.raises(Refused):
        throttle.attempt("zhang", "203.0.113.7", cookie[:-3] + "xyz")


def test_a_neighbour_behind_the_same_address_does_not_lock_the_owner_out(throttle: Throttle) -> None:
    cookie = throttle.device_cookie("zhang", "")
    for _ in range(PAIR.count):
        fail(throttle)
    throttle.attempt("zhang", "192.0.2.1", cookie)


def test_a_stolen_machine_has_five_tries_too(throttle: Throttle) -> None:
    cookie = throttle.device_cookie("zhang", "")
    for number in range(PAIR.count):
        fail(throttle, address=f"198.51.100.{number}", cookie=cookie)
    with pytest.raises(Refused):
        fail(throttle, address="198.51.100.99", cookie=cookie)


def test_many_at_once_get_no_more_tries(throttle: Throttle) -> None:
    def compared(_: int) -> bool:
        try:
            throttle.attempt("zhang", "192.0.2.1", "")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(compared, range(40))) == PAIR.count


def test_a_machine_remembers_several_people(throttle: Throttle) -> None:
    cookie = throttle.device_cookie("li", throttle.device_cookie("zhang", ""))
    for name in ("zhang", "li"):
        for number in range(NAME.count):
            fail(throttle, name=name, address=f"198.51.100.{number}")
        throttle.attempt(name, "203.0.113.5", cookie)


def test_nothing_in_the_store_is_a_name_or_an_address(tmp_path: Path) -> None:
    seen: list[str] = []

    class Watched(MemoryStorage):
        def incr(self, key: str, expiry: float, amount: int = 1) -> int:
            seen.append(key)
            return super().incr(key, expiry, amount)

    throttle = Throttle(Watched(), b"k", Devices(b"d"), ZoneInfo("Asia/Shanghai"))
    fail(throttle)
    assert len(seen) == len(set(seen)) == 3
    assert not any("zhang" in key or "192" in key for key in seen)


def test_a_right_sign_in_forgets_the_failures_before_it(app: Flask) -> None:
    clerk = visitor(app)
    for _ in range(3):
        for _ in range(PAIR.count - 1):
            clerk.sign_in("village-clerk", "wrong password")
        assert clerk.sign_in("village-clerk").location == "/desk/"
        clerk.post("sign-out", "")


def test_even_the_right_password_has_to_wait(app: Flask) -> None:
    guest = visitor(app)
    for _ in range(PAIR.count):
        guest.sign_in("village-clerk", "wrong password")
    answer = guest.sign_in("village-clerk")
    assert WAIT in said(answer)
    assert not guest.is_in()
    assert visitor(app, "192.0.2.2").sign_in("village-clerk").location == "/desk/"


def test_a_right_password_buys_no_more_tries_at_the_code(app: Flask) -> None:
    chief = visitor(app)
    chief.sign_in("chief")
    chief.set_up_factor()
    chief.post("sign-out", "")
    thief = visitor(app, "198.51.100.1")
    thief.sign_in("chief")
    for _ in range(PAIR.count - 1):
        assert "验证码不对" in said(thief.post("second-factor", code="000000"))
    assert WAIT in said(thief.post("second-factor", code="000000"))
    assert WAIT in said(thief.sign_in("chief"))


def test_without_the_counters_nobody_signs_in_and_signed_in_work_goes_on(office: Office, tmp_path: Path) -> None:
    app = make_app(office, make_site(office, tmp_path), tmp_path)
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    broken = make_app(
        office, make_site(office, tmp_path), tmp_path, counters_url=f"sqlite:///{tmp_path}/mingbai.db/none"
    )
    guest = visitor(broken)
    assert "登录暂时用不了" in said(guest.sign_in("village-clerk"))
    for cookie in clerk.client._cookies.values():
        guest.client.set_cookie(cookie.key, cookie.value, path="/desk")
    assert guest.is_in()
    fields = {"current": PASSWORD, "new": "another one 5", "again": "another one 5"}
    assert "登录暂时用不了" in said(guest.post("password", **fields))
