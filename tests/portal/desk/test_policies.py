"""The policy list at the desk: made by one, edited in words that are checked, approved by another who saw it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.policies import approve_policies
from portal.domain.findings import Refused
from portal.ledger import policies
from portal.office import Office
from tests.county import ELDERS, HARDSHIP, LAND, POLICIES, TODAY, write_policies
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.staff import TOKEN, Visitor, give_password, said, visitor

Staff = Callable[[str], Visitor]
BASIS = "《政府信息公开条例》第二十条"
PLAIN = {
    "name": "耕地地力保护补贴", "departments": "小明县农业农村局", "level": "county", "channel": "card", "flow": "county-finance",
    "payee_unit": "person", "rate_text": "每亩100元", "rates": "100", "quantity_unit": "亩", "notice_days": "7",
    "notice_day_kind": "calendar", "retention_months": "24", "hotline": "0999-5301001", "target_group": "种地的农户",
    "audience": "农户", "web_before": "rows", "web_after": "rows", "board_before": "rows", "board_after": "rows",
    "legal_basis": BASIS,
}  # fmt: skip


@pytest.fixture
def staff(app: Flask, office: Office, tmp_path: Path) -> Staff:
    made: dict[str, Visitor] = {}

    def of(name: str) -> Visitor:
        if name not in made:
            give_password(office, tmp_path, name)
            person = made[name] = visitor(app, f"192.0.2.{len(made) + 10}")
            if person.sign_in(name).location.endswith("set-up"):
                person.set_up_factor()
        return made[name]

    return of


def start(person: Visitor, year: int, reason: str = "") -> Any:
    fields = {"start-year": str(year), "start-reason": reason}
    return person.post("policies/start", "policies", **fields)


def upload(person: Visitor, file: Path, year: int = 2026, reason: str = "") -> Any:
    found = TOKEN.search(person.text("policies"))
    assert found
    data = {"csrf_token": found[1] or found[2], "upload-year": str(year), "upload-reason": reason}
    data |= {"upload-file": (io.BytesIO(file.read_bytes()), file.name)}  # type: ignore[dict-item]
    return person.client.post("/desk/policies/upload", data=data)


def seen(person: Visitor, year: int) -> str:
    return person.text(f"policies/{year}").partition('name="seen" value="')[2].partition('"')[0]


def listed(office: Office, year: int) -> dict[str, Any]:
    with office.ledger.read() as connection:
        return dict(policies.listed(connection, year))


def test_next_years_list_is_made_of_this_years_edited_and_approved_by_another(staff: Staff, office: Office) -> None:
    maker, other = staff("accountant"), staff("second")
    assert start(maker, 2026).status_code == 303
    answer = maker.post(f"policies/2026/policies/{LAND}", **PLAIN)
    assert answer.status_code == 303, said(answer)
    assert maker.post(f"policies/2026/policies/{FAMILY}/drop", f"policies/2026/policies/{FAMILY}").status_code == 303
    new = {**PLAIN, "code": "xinbt", "name": "新补贴", "web_before": "totals", "rates": ""}
    assert maker.post("policies/2026/add", **new).status_code == 303
    page = maker.get("policies/2026")
    assert list(faults(parse_page(page.get_data(True)))) == []
    words = said(page)
    assert "新增1项，取消1项，调整1项" in words
    assert "单价 95 100" in words
    assert "导入或改过这份清单的人不能自己批准" in words
    assert listed(office, 2026)[LAND].rate_text == "每亩95元"
    assert other.post("policies/2026/approve", "policies/2026", seen=seen(other, 2026)).status_code == 303
    now = listed(office, 2026)
    assert (now[LAND].rate_text, "xinbt" in now, FAMILY in now) == ("每亩100元", True, False)
    assert listed(office, 2025)[LAND].rate_text == "每亩95元"
    with office.ledger.read() as connection:
        changes = connection.exec_driver_sql("SELECT kind, subject FROM publication_changes ORDER BY number").all()
    assert tuple(changes[-1]) == ("policies", "2026")


FAMILY = POLICIES[3]["项目编码"]


def test_a_department_edits_its_own_policies_and_throws_away_its_own_lists(staff: Staff, office: Office) -> None:
    start(staff("accountant"), 2026)
    taken = {**PLAIN, "departments": "小明县民政局"}
    assert staff("accountant").post(f"policies/2026/policies/{FAMILY}", **taken).status_code == 303
    department = staff("second")
    page = department.text("policies/2026")
    assert f"policies/2026/policies/{LAND}" in page  # 小明县农业农村局's
    assert f"policies/2026/policies/{FAMILY}" not in page
    for path in (f"policies/2026/policies/{FAMILY}/drop", "policies/2026/discard"):
        answer = department.post(path, f"policies/2026/policies/{LAND}")
        assert (answer.status_code, "财政局" in said(answer)) == (409, True), path
    answer = department.post(f"policies/2026/policies/{LAND}", **taken)
    assert (answer.status_code, "归小明县民政局管" in said(answer)) == (422, True)
    assert staff("accountant").post("policies/2026/discard", "policies/2026").status_code == 303


def test_whoever_had_a_hand_in_it_does_not_approve_it(staff: Staff, office: Office) -> None:
    """Not who started it, not who changed one word; and not by what they saw before the last change."""
    start(staff("accountant"), 2026)
    assert "等另一人批准" in said(staff("second").get(""))
    assert "等另一人批准" not in said(staff("accountant").get(""))
    before = seen(staff("second"), 2026)
    staff("enterer").post(f"policies/2026/policies/{LAND}", **PLAIN)
    for name in ("accountant", "enterer"):
        answer = staff(name).post("policies/2026/approve", "policies", seen=seen(staff("second"), 2026))
        assert (answer.status_code, "不能自己批准" in said(answer)) == (422, True), name
    answer = staff("second").post("policies/2026/approve", "policies/2026", seen=before)
    assert (answer.status_code, "您看过以后清单又改了" in said(answer)) == (422, True)
    with pytest.raises(Refused, match="不能自己批准"):
        approve_policies(office, 2026, "enterer", TODAY)
    assert staff("banker").get("policies/2026").status_code == 403
    assert listed(office, 2026)[LAND].rate_text == "每亩95元"


def test_what_is_in_force_is_changed_by_a_new_version_that_says_why(staff: Staff, office: Office) -> None:
    maker = staff("accountant")
    before = dump(office.ledger)
    answer = maker.get(f"policies/2025/policies/{LAND}")
    assert (answer.status_code, "已经批准，不能直接改" in said(answer)) == (409, True)
    assert maker.post(f"policies/2025/policies/{LAND}", "policies", **PLAIN).status_code in (409, 422)
    answer = start(maker, 2025)
    assert (answer.status_code, "要写明为什么改" in said(answer)) == (422, True)
    assert dump(office.ledger)["policies"] == before["policies"]
    assert start(maker, 2025, "省里提高了标准").status_code == 303
    assert "省里提高了标准" in said(maker.get("policies/2025"))
    maker.post("policies/2025/discard", "policies/2025")
    after = dump(office.ledger)
    assert (after["policies"], after["policy_lists"]) == (before["policies"], before["policy_lists"])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"legal_basis": ""}, "要写明公开的法律依据"),
        ({"web_after": "full_names"}, "网站上不能公开全名"),
        ({"name": ""}, "不能空着"),
        ({"rates": "一百"}, "应是大于 0 的数"),
        ({"excludes": "nosuch"}, "引用了不存在的内容"),
        ({"target_group": "张三 110101199003077774"}, "疑似身份证号"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_and_nothing_is_kept(
    staff: Staff, office: Office, typed: dict[str, str], words: str
) -> None:
    maker = staff("accountant")
    start(maker, 2026)
    before = dump(office.ledger)["policies"]
    answer = maker.post(f"policies/2026/policies/{LAND}", **{**PLAIN, **typed})
    assert (answer.status_code, words in said(answer)) == (422, True), said(answer)
    assert "每亩100元" in answer.get_data(True)
    assert dump(office.ledger)["policies"] == before


def test_a_file_is_told_its_mistakes_by_row_and_column(staff: Staff, office: Office, tmp_path: Path) -> None:
    maker = staff("accountant")
    wrong = [{**POLICIES[0], "政策级次": "村级"}, {**POLICIES[1], "公示天数": "七天"}]
    before = dump(office.ledger)["policy_lists"]
    answer = upload(maker, write_policies(tmp_path / "new.csv", wrong))
    words = said(answer)
    assert answer.status_code == 422
    assert "下面2处改好再传" in words
    assert "第2行 政策级次 写的是“村级”" in words
    assert "第3行 公示天数 应是一个整数" in words
    assert dump(office.ledger)["policy_lists"] == before
    dearer = [{**policy, "补贴标准": "每亩120元"} if policy["项目编码"] == LAND else policy for policy in POLICIES]
    path = write_policies(tmp_path / "good.csv", [each for each in dearer if each["项目编码"] != ELDERS])
    assert upload(maker, path).status_code == 303
    assert "取消1项，调整1项" in said(maker.get("policies/2026"))
    assert upload(maker, path, 2025).status_code == 422  # in force: needs a reason
    assert HARDSHIP in listed(office, 2026)


def test_all_versions_stay_to_be_read(staff: Staff, office: Office) -> None:
    start(staff("accountant"), 2026)
    page = staff("reviewer").get("policies")
    assert list(faults(parse_page(page.get_data(True)))) == []
    assert "2026年第1版" in said(page)
    assert "照现行的做一版" not in said(page)
    assert "2025年补贴政策清单 第1版" in said(staff("reviewer").get("policies/2025?version=1"))
    assert staff("reviewer").get("policies/2025?version=7").status_code == 409
    assert approve_policies(office, 2026, "reviewer", date(2025, 6, 30)).version == 1
