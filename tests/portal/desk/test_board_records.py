"""Village boards at the desk: a village clerk notes what hangs from a phone, somebody else looks before the public does."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.staff import CONSOLE, change_staff
from portal.domain.batches import ROLES
from portal.domain.board_records import READ_ROLES
from portal.office import Office
from portal.queries.today import today
from tests.board import SUPPORT, recipients, with_support
from tests.board_records import PLACE, REVIEWER, camera, noted
from tests.county import WANGCUN, ZHAOZHUANG, build, make_site, noticed_batch
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.ledger_dump import bytes_of, dump
from tests.service import make_app
from tests.staff import TOKEN, Visitor, said
from tests.workbooks import people


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    return noticed_batch(office, tmp_path, [*people(6), *people(6, start=100, village="赵庄")])


def send(person: Visitor, batch: str, content: bytes | None, **fields: str) -> Any:
    """The form as a phone sends it."""
    path = f"batches/{batch}/board"
    found = TOKEN.search(person.text(path))
    assert found
    form = {"csrf_token": found[1] or found[2], "area": WANGCUN, "event": "up", "day": "2025-06-04", **fields}
    photo = {"photo": (BytesIO(content), "IMG_20250604.jpg")} if content is not None else {}
    answer = person.client.post("/desk/" + path, data={**form, **photo}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the client's own file for what is large
    return answer


@pytest.mark.slow
def test_from_the_phone_to_the_villages_page(app: Flask, office: Office, batch: str, tmp_path: Path) -> None:
    clerk, path = entered(app, office, tmp_path, "village-clerk"), f"batches/{batch}/board"
    assert f'href="/desk/{path}"' in clerk.text(f"batches/{batch}")
    page = clerk.text(path)
    assert list(faults(parse_page(page))) == []
    assert (WANGCUN in page, ZHAOZHUANG in page) == (True, False)
    assert send(clerk, batch, camera()).status_code == 303
    waiting = clerk.text(path)
    assert list(faults(parse_page(waiting))) == []
    assert "等公开办另一个人看" in waiting
    assert "可以公开</button>" not in waiting
    site = make_site(office, tmp_path)

    def root() -> Path:
        build(office, site)
        found = site.root()
        assert found is not None
        return found / "villages" / WANGCUN

    village = root()
    assert "2025年6月4日贴出" in (village / "index.html").read_text("utf-8")
    assert list(village.rglob("*.jpg")) == []

    assert any(item.address == path for item in today(office, REVIEWER))
    reviewer = entered(app, office, tmp_path, "reviewer")
    seen = reviewer.get(f"{path}/1.jpg")
    assert (seen.mimetype, PLACE in seen.data, seen.headers["Cache-Control"]) == ("image/jpeg", False, "no-store")
    assert reviewer.post(f"{path}/1/release", path).status_code == 303
    assert not any(item.address == path for item in today(office, REVIEWER))
    village = root()
    page = (village / batch / "index.html").read_text("utf-8")
    assert 'alt="东河镇王村的公示栏，2025年6月4日贴出时拍的照片"' in page
    assert (village / batch / "board-1.jpg").read_bytes() == seen.data
    assert f'src="../../villages/{WANGCUN}/{batch}/board-1.jpg"' in (village / "index.html").read_text("utf-8")

    assert "没有照片" not in clerk.text(path)
    assert clerk.post(f"{path}/1/drop", path).status_code == 303
    village = root()
    assert list(village.rglob("*.jpg")) == []
    assert "贴出" not in (village / batch / "index.html").read_text("utf-8")
    assert not [where for where, data in bytes_of(tmp_path) if seen.data[600:900] in data]


def test_wrong_files_are_refused_in_words(app: Flask, office: Office, batch: str, tmp_path: Path) -> None:
    clerk = entered(app, office, tmp_path, "village-clerk")
    for content, words in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是照片"),
        (camera()[:900], "打不开"),
        (b"\xff\xd8\xff" + b"0" * 10_485_760, "不能超过10兆"),
    ):
        answer = send(clerk, batch, content)
        assert (answer.status_code, words in said(answer)) == (422, True), words
    answer = send(clerk, batch, b"0" * 12_000_000)
    assert (answer.status_code, "超过了11 MB" in said(answer)) == (413, True)
    assert "请填哪一天" in said(send(clerk, batch, None, day=""))
    assert dump(office.ledger)["board_records"] == []


def test_a_photo_of_full_names_is_not_even_opened(app: Flask, office: Office, tmp_path: Path) -> None:
    with_support(office, tmp_path)
    batch = noticed_batch(office, tmp_path, recipients(), SUPPORT)
    clerk = entered(app, office, tmp_path, "village-clerk")
    assert "不收照片，只登记日期" in clerk.text(f"batches/{batch}/board")
    assert 'name="photo"' not in clerk.text(f"batches/{batch}/board")
    answer = send(clerk, batch, b"no photo at all")
    assert (answer.status_code, "照片不能上传，什么也没有存" in said(answer)) == (422, True)
    assert dump(office.ledger)["board_records"] == []
    assert send(clerk, batch, None).status_code == 303


def test_others_photos_are_not_shown(app: Flask, office: Office, batch: str, tmp_path: Path) -> None:
    noted(office, batch, "up", 4)
    change_staff(office, CONSOLE, "banker", "某人", "village", "dh")
    with office.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE units SET area = ? WHERE code = 'dh'", (ZHAOZHUANG,))
    other = entered(app, office, tmp_path, "banker")
    assert other.get(f"batches/{batch}/board/1.jpg").status_code == 409
    assert "贴出</h3>" not in other.text(f"batches/{batch}/board")


def test_a_county_without_such_records_has_no_page(office: Office, batch: str, tmp_path: Path) -> None:
    noted(office, batch, "up", 4)
    without = replace(office, rules=replace(office.rules, keeps_board_records=False))
    site = make_site(without, tmp_path)
    clerk = entered(make_app(without, site, tmp_path), without, tmp_path, "village-clerk")
    assert "公示栏张贴登记" not in clerk.text(f"batches/{batch}")
    assert clerk.get(f"batches/{batch}/board").status_code == 409
    build(without, site)
    root = site.root()
    assert root is not None
    assert "贴出" not in (root / "villages" / WANGCUN / "index.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_the_page(office: Office, app: Flask, batch: str, tmp_path: Path, role: str) -> None:
    noted(office, batch, "up", 4)
    change_staff(office, CONSOLE, "banker", "某人", role, "nyj")
    person, path = entered(app, office, tmp_path, "banker"), f"batches/{batch}/board"
    may_read = role in (*READ_ROLES, "admin")
    assert (person.get(path).status_code != 403) is may_read
    assert (person.get(f"{path}/1.jpg").status_code == 200) is may_read
    for act in ("release", "drop"):
        page = path if may_read else "password"
        answer = person.post(f"{path}/1/{act}", page)
        assert (answer.status_code == 303) is (role in ("disclosure", "admin")), act
