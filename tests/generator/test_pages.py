"""The portal serves a release: headers on every answer, a page for the lost, nothing outside the site."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.security.headers import HEADERS
from tests.county import WANGCUN, make_site
from tests.generator.conftest import Built
from tests.people import make_id
from tests.service import make_app


@pytest.fixture
def client(built: Built) -> FlaskClient:
    return make_app(built.office, built.site, built.folder / "office").test_client()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), (f"/villages/{WANGCUN}/", "text/html"), (f"/villages/{WANGCUN}/2025-0001/list.csv", "text/csv"),
     ("/factors.json", "application/json"), ("/search?q=王村", "text/html"), ("/nosuch/", "text/html")],
)  # fmt: skip
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert answer.mimetype == kind
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "Set-Cookie" not in answer.headers


def test_files_are_served_as_they_stand_in_the_release(built: Built, client: FlaskClient) -> None:
    for path in ("index.html", f"villages/{WANGCUN}/2025-0001/index.html", "factors.json"):
        assert client.get("/" + path.removesuffix("index.html")).data == (built.root / path).read_bytes()


def test_a_folder_without_its_slash_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get(f"/villages/{WANGCUN}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/villages/{WANGCUN}/")
    under = client.get(f"/villages/{WANGCUN}", environ_overrides={"SCRIPT_NAME": "/mingbai"})
    assert under.headers["Location"] == f"/mingbai/villages/{WANGCUN}/"


def test_a_redirect_never_leaves_the_site(client: FlaskClient) -> None:
    for path in (
        "//evil.example/",
        "/\\evil.example",
        "//etc",
        "/%2Fetc",
        "/%2F%2Fevil.example",
        "/https://evil.example",
    ):
        answer = client.get(path)
        location = answer.headers.get("Location", "/")
        assert not location.startswith(("//", "/\\", "http://evil", "https://evil")), (path, location)
        assert client.get(location).status_code in (200, 404)


def test_the_lost_get_a_page_of_the_site(client: FlaskClient) -> None:
    answer = client.get("/villages/990199999999/2025-0001/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.get_data(as_text=True)


OUTSIDE = [
    "/../manifest.json", "/../../../keys/identity.key", "/..%2f..%2f..%2fkeys/identity.key", "/%2e%2e/state.json",
    "/villages/../../manifest.sig", "/....//manifest.json", "/..\\manifest.json", "/static/%2e%2e/%2e%2e/state.json",
    "/../index/", "//etc/passwd", "/%2Fetc/passwd", "/villages/%00/index.html", "/.git/config", "/~root",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_site_is_served(built: Built, client: FlaskClient, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code in (400, 404), path
    secret = (built.folder / "office" / "keys" / "identity.key").read_bytes()
    assert secret not in answer.data
    assert b"root:" not in answer.data
    assert b"ledger_head" not in answer.data


def test_the_site_only_answers_and_takes_nothing(client: FlaskClient) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/").status_code == 405


def test_what_is_refused_is_refused_in_chinese(built: Built, client: FlaskClient, tmp_path: Path) -> None:
    named = make_app(built.office, built.site, tmp_path, hosts="localhost").test_client()
    answers = [
        client.delete("/"),
        client.put("/lookup"),
        client.post("/lookup", data={"name": "王" * 70_000}),
        named.get("/", headers={"Host": "evil.example"}),
    ]
    assert [answer.status_code for answer in answers] == [405, 405, 413, 400]
    assert "GET" in answers[0].headers["Allow"]
    for answer in answers:
        assert answer.mimetype == "text/plain"
        assert "没有处理" in answer.get_data(as_text=True)


def test_search_answers_anything_that_may_be_typed(client: FlaskClient) -> None:
    for typed in ("", "王村", "耕地补贴", "*", '"', "(", "a AND", "\\", "%00", "<b>", "王" * 5000, "姓名:张三"):
        answer = client.get("/search", query_string={"q": typed})
        assert answer.status_code == 200, typed
    found = client.get("/search", query_string={"q": "耕地补贴"}).get_data(as_text=True)
    assert "policies/gddlbhbt/" in found


@pytest.mark.parametrize(
    "typed",
    [
        make_id("19640421", 373),
        f"王小兵 {make_id('19640421', 372)[:6]} {make_id('19640421', 372)[6:]}",
        "９９０１０１１９６４０４２１３７３６",
        "6299-0101-2345-6789-012",
    ],
)
def test_a_long_number_in_the_search_is_sent_to_the_look_up_and_not_said_again(client: FlaskClient, typed: str) -> None:
    answer = client.get("/search", query_string={"q": typed})
    said = answer.get_data(as_text=True)
    assert "这里不能填身份证号、卡号" in said
    assert typed not in said
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_name_in_the_search_is_shown_the_way_to_the_look_up(client: FlaskClient) -> None:
    said = client.get("/search", query_string={"q": "王小兵"}).get_data(as_text=True)
    assert ">查我的补贴</a></p>" in said


def test_before_the_first_build_the_portal_says_that_it_is_not_ready(built: Built, tmp_path: Path) -> None:
    site = make_site(built.office, built.folder / "office", releases=tmp_path / "none")
    client = make_app(built.office, site, tmp_path).test_client()
    assert client.get("/").status_code == 503
    assert client.get("/search?q=x").status_code in (200, 503)


def test_a_new_release_is_served_at_once(built: Built, tmp_path: Path) -> None:
    site = make_site(built.office, built.folder / "office", releases=tmp_path / "releases")
    client = make_app(built.office, site, tmp_path).test_client()
    assert client.get("/").status_code == 503
    site.publish(built.office.today, lambda *_: None)
    assert client.get("/").status_code == 200


def test_a_flood_of_searches_is_stopped_and_others_are_not(built: Built, tmp_path: Path) -> None:
    client = make_app(built.office, built.site, tmp_path).test_client()
    statuses = [client.get("/search", environ_overrides={"REMOTE_ADDR": "10.9.9.9"}).status_code for _ in range(301)]
    assert statuses == [200] * 300 + [429]
    assert client.get("/search", environ_overrides={"REMOTE_ADDR": "10.9.9.8"}).status_code == 200


def test_search_goes_on_without_the_counters(built: Built, tmp_path: Path) -> None:
    (tmp_path / "counters.db").mkdir()
    client = make_app(built.office, built.site, tmp_path).test_client()
    assert client.get("/search?q=王村").status_code == 200
