"""Suspension lists in the browser: which units may, what is told, and that no question about a person is answered."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.actions import staff
from portal.domain.batches import ROLES
from portal.office import Office
from tests.county import make_site
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.service import make_app
from tests.staff import TOKEN, Visitor, said
from tests.workbooks import people, write_sheet

pytestmark = pytest.mark.slow  # signing in is slow on purpose

GONE = people(1)[0]


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    """Where 小明县农业农村局 may bring lists."""
    warnings = replace(office.rules.warnings, suspension_units=frozenset({"nyj"}))
    office = replace(office, rules=replace(office.rules, warnings=warnings))
    return make_app(office, make_site(office, tmp_path), tmp_path)


def bring(person: Visitor, folder: Path, **fields: str) -> object:
    path = write_sheet(folder / "list.xlsx", [["姓名", "身份证号"], [GONE.name, GONE.id], ["李四", "123"]])
    found = TOKEN.search(person.text("suspensions"))
    assert found
    data = {"csrf_token": found[1] or found[2], "document": "明民函1号", "issued": "2025-06-01", **fields}
    return person.client.post("/desk/suspensions", data={**data, "file": (io.BytesIO(path.read_bytes()), "甲.xlsx")})


@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_the_page(office: Office, app: Flask, tmp_path: Path, role: str) -> None:
    staff.change_staff(office, staff.CONSOLE, "banker", "某人", role, "nyj")
    person = entered(app, office, tmp_path, "banker")
    assert (person.get("suspensions").status_code != 403) is (role in ("department", "finance", "audit"))
    assert (person.post("suspensions", "password").status_code != 403) is (role == "department")
    staff.change_staff(office, staff.CONSOLE, "banker", "某人", role, "yh")
    if role == "department":
        other = entered(app, office, tmp_path, "banker")
        assert other.get("suspensions").status_code == 409
        assert other.post("suspensions/1/end", "password").status_code == 409


def test_a_list_comes_in_and_nothing_of_it_comes_out(office: Office, app: Flask, tmp_path: Path) -> None:
    person = entered(app, office, tmp_path, "enterer")
    assert "请先选一个文件" in said(person.post("suspensions", document="明民函1号", issued="2025-06-01"))
    answer = bring(person, tmp_path)
    words = said(answer)
    assert "已导入1人" in words
    assert "有1行没有收" in words
    page = person.text("suspensions")
    assert list(faults(parse_page(page))) == []
    proof = office.digester().proof(GONE.id, GONE.name).hex()
    for secret in (GONE.name, GONE.id, "李四", proof):
        assert secret not in page + words
    body = page.partition("<main")[2]
    for question in (f"?id={GONE.id}", f"?name={GONE.name}", "?q=1"):  # it is no look-up: the page stays as it is
        again = person.text(f"suspensions{question}").partition("<main")[2]
        assert TOKEN.sub("", again) == TOKEN.sub("", body)
    assert person.post("suspensions/1/end", "suspensions").status_code == 303
    assert "作废，记录已删除" in person.text("suspensions")
