"""The kiosk's routes: set up by a code, known by a cookie, its list of pages, and what it may be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.actions.kiosks import add_kiosk, revoke_kiosk
from portal.lookup import kiosk
from portal.queries.kiosks import list_kiosks
from portal.security import doorkeeper
from portal.security.headers import CONTENT_SECURITY_POLICY
from tests.county import COUNTY, DONGHE, WANGCUN, XISHAN, change_site_text
from tests.html import faults, parse_page
from tests.portal.lookup.conftest import County
from tests.workbooks import people

CODE = "4K7Q-9DHT-3MXP"


@pytest.fixture
def client(county: County, tmp_path: Path) -> FlaskClient:
    return county.app(tmp_path).test_client()


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of tokens is asked anew each time."""
    monkeypatch.setattr("portal.queries.kiosks._REMEMBERED_SECONDS", 0.0)


def set_up(client: FlaskClient, county: County, area: str = WANGCUN, **more: Any) -> Any:
    code = add_kiosk(county.office, "便民大厅1号机", area, "discloser")
    return client.post("/kiosk", data={"code": code}, **more)


def revoke_last(county: County) -> None:
    revoke_kiosk(county.office, list_kiosks(county.office)[-1].id, "discloser")


def pages(client: FlaskClient) -> dict[str, str]:
    answer = client.get("/kiosk/pages.json")
    assert answer.status_code == 200
    found: dict[str, str] = answer.get_json()["pages"]
    return found


def test_a_machine_that_is_not_set_up_asks_for_a_code(client: FlaskClient) -> None:
    answer = client.get("/kiosk")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="code"' in page
    assert "k-front" not in page
    assert "Set-Cookie" not in answer.headers
    assert list(faults(parse_page(page))) == []


def test_a_code_makes_it_a_kiosk_by_a_cookie_that_script_cannot_read(client: FlaskClient, county: County) -> None:
    answer = set_up(client, county)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("mingbai_kiosk=")
    assert {part.strip() for part in cookie.split(";")[1:]} >= {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert "Secure" not in cookie
    assert int(re.search(r"Max-Age=(\d+)", cookie)[1]) > 365 * 24 * 3600  # type: ignore[index]
    page = client.get("/kiosk").get_data(as_text=True)
    assert 'id="k-front"' in page
    assert "便民大厅1号机" in page
    assert f'href="./villages/{WANGCUN}/"' in page


def test_over_https_the_cookie_is_secure_and_under_a_sub_path_it_stays_there(county: County, tmp_path: Path) -> None:
    client = county.app(tmp_path, https="1").test_client()
    answer = set_up(client, county, environ_overrides={"SCRIPT_NAME": "/mingbai"})
    assert answer.headers["Location"] == "/mingbai/kiosk"
    assert {"Secure", "Path=/mingbai"} <= {part.strip() for part in answer.headers["Set-Cookie"].split(";")}


@pytest.mark.parametrize("area", [DONGHE, COUNTY])
def test_a_township_and_the_county_choose_the_village_first(client: FlaskClient, county: County, area: str) -> None:
    set_up(client, county, area)
    assert 'href="./villages/"' in client.get("/kiosk").get_data(as_text=True)


def test_the_kiosks_page_is_a_good_one_and_allows_nothing_inline(client: FlaskClient, county: County) -> None:
    set_up(client, county)
    answer = client.get("/kiosk")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r"<form|<input(?![^>]*autocomplete=\"off\")", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert list(faults(parse_page(page))) == ["not one h1"]  # each screen has its own, one is shown


def test_a_reader_may_be_asked_and_nobody_else(county: County, tmp_path: Path) -> None:
    content = change_site_text(
        tmp_path / "content", 'reader_url = ""', 'reader_url = "http://127.0.0.1:18080/read?x=1"'
    )
    client = county.app(tmp_path, content=str(content)).test_client()
    set_up(client, county)
    answer = client.get("/kiosk")
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' http://127.0.0.1:18080;" in policy
    assert policy.replace(" http://127.0.0.1:18080", "") == CONTENT_SECURITY_POLICY
    assert 'data-reader="http://127.0.0.1:18080/read?x=1"' in answer.get_data(as_text=True)
    assert client.get("/lookup").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("code", ["", CODE, "x" * 200, "' OR 1=1 --"])
def test_a_wrong_code_is_told(client: FlaskClient, code: str) -> None:
    answer = client.post("/kiosk", data={"code": code})
    assert answer.status_code == 422
    assert "登记码不对" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_codes_are_not_tried_for_ever(client: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "_CODES_AN_HOUR", 3)
    for _ in range(3):
        assert "登记码不对" in client.post("/kiosk", data={"code": CODE}).get_data(as_text=True)
    answer = set_up(client, county)
    assert answer.status_code == 422
    assert "太多了" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_another_sites_page_cannot_set_a_machine_up(client: FlaskClient, county: County) -> None:
    assert set_up(client, county, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert set_up(client, county, headers={"Origin": "https://elsewhere.invalid"}).status_code == 403


def test_the_list_names_the_places_pages_and_nothing_else(client: FlaskClient, county: County) -> None:
    assert client.get("/kiosk/pages.json").status_code == 403
    set_up(client, county)
    found = pages(client)
    always = {"index.html", "offline.html", "villages/index.html", "factors.json", "static/css/site.css"}
    assert always <= found.keys()
    assert f"villages/{WANGCUN}/index.html" in found
    assert f"townships/{DONGHE[:9]}/index.html" in found
    assert any(re.fullmatch(rf"villages/{WANGCUN}/2025-\d+/index.html", path) for path in found)
    others = [path for path in found if re.match(r"villages/\d", path) and not path.startswith(f"villages/{WANGCUN}/")]
    assert others == []
    assert {path.rpartition(".")[2] for path in found} <= {"html", "css", "js", "svg", "json"}
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in found.values())


def test_a_township_keeps_its_villages_and_the_county_none(county: County, tmp_path: Path) -> None:
    for area, mine, others in ((DONGHE, DONGHE, XISHAN), (XISHAN, XISHAN, DONGHE), (COUNTY, "", DONGHE)):
        client = county.app(tmp_path).test_client()
        set_up(client, county, area)
        found = pages(client)
        villages = [path for path in found if re.match(r"villages/\d", path)]
        assert all(path.startswith(f"villages/{mine[:9]}") for path in villages) if mine else villages == []
        assert bool(villages) == bool(mine)
        assert not any(path.startswith((f"villages/{others[:9]}", f"townships/{others[:9]}")) for path in found)


def test_a_machine_taken_back_is_a_stranger(client: FlaskClient, county: County) -> None:
    set_up(client, county)
    assert pages(client)
    revoke_last(county)
    assert 'name="code"' in client.get("/kiosk").get_data(as_text=True)
    answer = client.get("/kiosk/pages.json")
    assert (answer.status_code, answer.get_json()) == (403, {"pages": {}})


def test_its_questions_are_counted_on_its_own_until_it_is_taken_back(
    client: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more visitor from the hall's address would have to compute; the kiosk does not."""
    monkeypatch.setitem(doorkeeper._FREE_AN_HOUR, "web", 1)
    person = people(12)[7]
    form = {"id": person.id, "name": person.name, "tail": ""}
    for _ in range(2):
        client.post("/lookup", data=form)
    assert 'data-outcome="proof"' in client.post("/lookup", data=form).get_data(as_text=True)
    set_up(client, county)
    for _ in range(3):
        assert 'data-outcome="found"' in client.post("/lookup", data=form).get_data(as_text=True)
    revoke_last(county)
    assert 'data-outcome="proof"' in client.post("/lookup", data=form).get_data(as_text=True)


def test_a_cookie_of_ones_own_making_is_nobodys(client: FlaskClient) -> None:
    for token in ("", "x" * 43, "x" * 4000):
        client.set_cookie("mingbai_kiosk", token)
        assert client.get("/kiosk/pages.json").status_code == 403


def _answers(client: FlaskClient, county: County) -> Iterator[Any]:
    yield client.get("/kiosk")
    yield client.post("/kiosk", data={"code": CODE})
    yield client.get("/kiosk/pages.json")
    yield set_up(client, county)
    yield client.get("/kiosk")
    yield client.get("/kiosk/pages.json")
    yield client.get("/kiosk-worker.js")


def test_no_cache_keeps_any_of_it(client: FlaskClient, county: County) -> None:
    assert {answer.headers["Cache-Control"] for answer in _answers(client, county)} == {"no-store"}


def test_the_worker_comes_from_the_root_so_that_it_may_keep_the_site(client: FlaskClient) -> None:
    answer = client.get("/kiosk-worker.js")
    assert answer.status_code == 200
    assert answer.mimetype in ("text/javascript", "application/javascript")
    assert len(answer.get_data(as_text=True).splitlines()) <= 150
