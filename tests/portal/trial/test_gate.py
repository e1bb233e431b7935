"""Until the county says go, the public reads that the site is not open; staff who ask see it, to the byte as it will be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions import staff as staff_actions
from portal.actions.trial import set_trial
from portal.domain.findings import Refused
from portal.domain.staff import IDLE_SECONDS, SESSION_SECONDS
from portal.office import Office
from portal.queries.publishing import trial_since
from portal.security import keys
from portal.security.preview import COOKIE, Preview
from portal.trial import gate
from tests.county import WANGCUN, build, everywhere, make_site, noticed_batch, office_in
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.service import Client, make_app
from tests.staff import Visitor, give_password, said, visitor

POSTING = f"/villages/{WANGCUN}/2025-0001/"
PUBLIC = (
    "/", POSTING, POSTING + "list.csv", "/villages/", "/feed.xml", "/robots.txt", "/factors.json", "/search?q=补贴",
    "/lookup", "/complain", "/request", "/follow", "/receipt-check", "/kiosk", "/nothing-here", "/static/", "/static/../index.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Path]]:
    folder = tmp_path_factory.mktemp("trial")
    with office_in(folder) as office:
        give_password(office, folder, "reviewer", "discloser", "enterer", "village-clerk")
        noticed_batch(office, folder, everywhere(6))
        build(office, make_site(office, folder))
        yield office, folder


@pytest.fixture
def app(county: tuple[Office, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The service, on trial, which looks at every request whether it still is."""
    monkeypatch.setattr(gate, "LOOKED_AT_EVERY", 0.0)
    office, folder = county
    set_trial(office, "reviewer", is_on=True)
    yield make_app(office, make_site(office, folder), folder)
    with suppress(Refused):  # where the test has opened it
        set_trial(office, "reviewer", is_on=False)


def signed_in(app: Flask, name: str = "village-clerk") -> Visitor:
    person = visitor(app)
    if person.sign_in(name).location.endswith("set-up"):
        person.set_up_factor()
    return person


def looking(app: Flask, name: str = "village-clerk") -> Visitor:
    """Somebody who asked to see the site."""
    person = signed_in(app, name)
    answer = person.post("trial/view", "")
    assert (answer.status_code, answer.location) == (303, "/")
    return person


def stranger(app: Flask) -> Client:
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def cookie_of(person: Visitor) -> str:
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    return str(cookie.value)


def test_the_public_reads_that_it_is_not_open_and_whom_to_ring(app: Flask) -> None:
    client = stranger(app)
    for path in PUBLIC:
        for answer in (client.get(path), client.post(path, data={"name": "张三"})):
            assert (path, answer.status_code, answer.headers["Cache-Control"]) == (path, 503, "no-store")
            assert answer.headers["Retry-After"] == "86400"
            text = said(answer)
            assert "还没有正式开通" in text
            assert "12345" in text
            assert not any(word in text for word in ("王村", "耕地", "2025-0001", "张*"))
    assert list(faults(parse_page(client.get("/").get_data(True)))) == []
    assert client.get("/static/css/site.css").status_code == 200
    assert client.get("/desk/sign-in").status_code == 200


def test_staff_see_the_whole_site_to_the_byte_as_it_will_be(app: Flask, county: tuple[Office, Path]) -> None:
    person = signed_in(app)
    assert "还没有正式开通" in person.text("")
    assert person.client.get(POSTING).status_code == 503
    answer = person.post("trial/view", "")
    cookie = answer.headers["Set-Cookie"]
    assert [word in cookie for word in (COOKIE, "HttpOnly", "SameSite=Lax", "Path=/;")] == [True] * 4
    root = make_site(*county).root()
    assert root is not None
    for path in ("index.html", POSTING.strip("/") + "/index.html", POSTING.strip("/") + "/list.csv", "feed.xml"):
        shown = person.client.get("/" + path.removesuffix("index.html"))
        assert shown.status_code == 200
        assert shown.get_data() == (root / path).read_bytes()
        assert shown.headers["Cache-Control"] == "no-store"
    assert person.client.get("/lookup").status_code == 200
    assert "耕地" in person.client.get("/search?q=耕地").get_data(True)
    assert [check for check in make_site(*county).verify() if not check.ok] == []


def test_it_ends_with_the_session(app: Flask, county: tuple[Office, Path]) -> None:
    office, _ = county
    person = looking(app)
    stolen = stranger(app)
    stolen.set_cookie(COOKIE, cookie_of(person))
    assert [client.get("/").status_code for client in (person.client, stolen)] == [200, 200]
    person.post("sign-out", "")
    assert [client.get("/").status_code for client in (person.client, stolen)] == [503, 503]
    other = looking(app, "enterer")
    staff_actions.deactivate(office, staff_actions.CONSOLE, "enterer")
    assert other.client.get("/").status_code == 503
    staff_actions.reactivate(office, staff_actions.CONSOLE, "enterer")


def test_it_ends_with_half_an_hour_of_rest_and_ten_hours_after_the_session_began(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, begun = looking(app), time.time()
    now: list[float] = [begun]
    monkeypatch.setattr(time, "time", lambda: now[0])
    for _ in range(19):  # somebody who looks every 29 minutes
        now[0] += IDLE_SECONDS - 60
        assert person.client.get("/").status_code == 200
    assert now[0] - begun < SESSION_SECONDS
    now[0] = begun + SESSION_SECONDS
    assert person.client.get("/").status_code == 503
    now[0] = begun
    idle = looking(app, "reviewer")
    now[0] += IDLE_SECONDS
    assert idle.client.get("/").status_code == 503


def test_a_forged_ticket_opens_nothing(app: Flask, county: tuple[Office, Path]) -> None:
    person = looking(app)
    office, folder = county
    uniquifier = next(row[6] for row in dump(office.ledger)["staff"] if row[1] == "village-clerk")
    wrong_key = Preview(b"x" * 32).issue(str(uniquifier), time.time())
    right_key = Preview(keys.load_secret(folder / "keys", keys.PREVIEW, "preview"))
    nobody = right_key.issue("0" * 32, time.time())
    for value in ("", "x", wrong_key, nobody, cookie_of(person)[:-2] + "xx"):
        client = stranger(app)
        client.set_cookie(COOKIE, value)
        assert client.get("/").status_code == 503, value


def test_the_disclosure_office_opens_it_and_it_is_journaled(app: Flask, county: tuple[Office, Path]) -> None:
    office, _ = county
    clerk = signed_in(app)
    assert [clerk.get("trial").status_code, clerk.post("trial/open", "").status_code] == [403, 403]
    reviewer = signed_in(app, "discloser")
    assert "试运行" in reviewer.text("trial")
    assert list(faults(parse_page(reviewer.text("trial")))) == []
    assert reviewer.post("trial/open", "trial").status_code == 303
    answer = stranger(app).get("/")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert answer.headers["Cache-Control"] != "no-store"
    assert "已经正式开通" in reviewer.text("trial")
    assert "先勾上“我知道”" in said(reviewer.client.get(reviewer.post("trial/close", "trial").location))
    assert trial_since(office.ledger) is None
    assert reviewer.post("trial/close", "trial", sure="yes").status_code == 303
    assert stranger(app).get("/").status_code == 503
    acts = [(row[2], row[3]) for row in dump(office.ledger)["journal"] if str(row[2]).startswith("trial.")]
    assert acts[-2:] == [("trial.off", "discloser (desk)"), ("trial.on", "discloser (desk)")]
    with pytest.raises(Refused, match="没有变化"):
        set_trial(office, "reviewer", is_on=True)
    with pytest.raises(Refused, match="由政务公开办办理"):
        set_trial(office, "enterer", is_on=False)


def test_a_public_process_checks_the_desks_ticket_and_its_own_keys_are_enough(
    app: Flask, county: tuple[Office, Path], tmp_path: Path
) -> None:
    office, folder = county
    keys.export_keys(folder / "keys", "public", tmp_path / "public")
    public = make_app(office, make_site(office, folder), folder, role="public", keys=str(tmp_path / "public"))
    client = public.test_client()
    assert (client.get("/").status_code, client.get("/desk/").status_code) == (503, 503)
    client.set_cookie(COOKIE, cookie_of(looking(app)))
    assert client.get("/").status_code == 200


def test_public_requests_ask_the_ledger_once_in_a_while(
    county: tuple[Office, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, folder = county
    asked: list[Any] = []
    real = gate.trial_since
    monkeypatch.setattr(gate, "trial_since", lambda ledger: asked.append(ledger) or real(ledger))
    monkeypatch.setattr(gate, "LOOKED_AT_EVERY", 3600.0)
    client = make_app(office, make_site(office, folder), folder).test_client()
    assert {client.get("/").status_code for _ in range(50)} == {200}
    assert len(asked) == 1


def test_without_a_ledger_what_was_known_holds_and_at_first_it_is_closed(
    app: Flask, county: tuple[Office, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, folder = county
    set_trial(office, "reviewer", is_on=False)
    assert stranger(app).get("/").status_code == 200

    def away(_ledger: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(gate, "trial_since", away)
    assert stranger(app).get("/").status_code == 200
    assert make_app(office, make_site(office, folder), folder).test_client().get("/").status_code == 503


def test_those_who_come_first_together_all_wait_for_the_answer(
    county: tuple[Office, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads that an open site is closed, only because somebody else is just asking."""
    office, folder = county

    def slowly(_ledger: object) -> None:
        time.sleep(0.2)

    monkeypatch.setattr(gate, "trial_since", slowly)
    app = make_app(office, make_site(office, folder), folder)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: stranger(app).get("/").status_code, range(8)))
    assert answers == [200] * 8
