"""Kiosks at the desk: the code is shown once; a revoked machine is out."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.actions.kiosks import set_up_kiosk
from portal.office import Office
from portal.queries.kiosks import list_kiosks
from tests.county import WANGCUN
from tests.ledger_dump import dump
from tests.staff import Visitor, said, visitor

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def chief(app: Flask) -> Visitor:
    chief = visitor(app)
    chief.sign_in("chief")
    chief.set_up_factor()
    return chief


def test_a_code_is_shown_once_and_kept_nowhere(chief: Visitor, office: Office) -> None:
    shown = said(chief.post("kiosks", name="便民大厅1号机", area=WANGCUN))
    code = CODE.findall(shown)[0]
    assert code not in str(dump(office.ledger))
    assert CODE.search(chief.text("kiosks")) is None
    assert "等着输登记码" in said(chief.get("kiosks"))
    assert set_up_kiosk(office, code.lower().replace("-", " "))
    assert "在用" in said(chief.get("kiosks"))


def test_a_kiosk_is_taken_out_of_service(chief: Visitor, office: Office) -> None:
    code = CODE.findall(said(chief.post("kiosks", name="1号机", area=WANGCUN)))[0]
    set_up_kiosk(office, code)
    assert chief.post("kiosks/1/revoke", "kiosks").status_code == 303
    assert [kiosk.revoked for kiosk in list_kiosks(office)] == [True]
    assert "已停用" in said(chief.get("kiosks"))
    assert chief.post("kiosks/1/revoke", "kiosks").status_code == 409


@pytest.mark.parametrize(("name", "area", "words"), [("一", WANGCUN, "起个名字"), ("1号机", "990100", "没有区划")])
def test_what_is_wrong_is_said_on_the_form(chief: Visitor, office: Office, name: str, area: str, words: str) -> None:
    assert words in said(chief.post("kiosks", name=name, area=area))
    assert list_kiosks(office) == []
