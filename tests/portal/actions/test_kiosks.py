"""Kiosks: who may add and take back, codes that work once and for two days, and what the journal keeps of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.actions.kiosks import add_kiosk, revoke_kiosk, set_up_kiosk
from portal.domain.findings import Refused
from portal.domain.kiosks import CODE_DAYS
from portal.office import Office
from portal.queries.kiosks import Kiosks, list_kiosks
from tests.county import COUNTY, DONGHE, WANGCUN
from tests.ledger_dump import dump

NAME = "东河镇便民大厅1号机"


def add(office: Office, by: str = "discloser", name: str = NAME, area: str = WANGCUN) -> str:
    return add_kiosk(office, name, area, by)


def test_a_code_becomes_a_token_that_is_known(office: Office) -> None:
    code = add(office)
    assert [(kiosk.name, kiosk.area, kiosk.is_set_up, kiosk.revoked) for kiosk in list_kiosks(office)] == [
        (NAME, WANGCUN, False, False)
    ]
    token = set_up_kiosk(office, code)
    found = Kiosks(office.ledger).find(token)
    assert found is not None
    assert (found.name, found.is_set_up, found.created_by, found.created_on) == (NAME, True, "discloser", office.today)
    assert Kiosks(office.ledger).find(token[:-1]) is None
    assert Kiosks(office.ledger).find(code) is None


def test_a_code_may_be_typed_as_people_type(office: Office) -> None:
    code = add(office)
    assert set_up_kiosk(office, f" {code.lower().replace('-', ' ')} ")


def test_a_code_works_once(office: Office) -> None:
    code = add(office)
    set_up_kiosk(office, code)
    with pytest.raises(Refused, match="已经用过"):
        set_up_kiosk(office, code)


@pytest.mark.parametrize(("days", "works"), [(CODE_DAYS - 1, True), (CODE_DAYS, False)])
def test_a_code_waits_two_days(office: Office, days: int, works: bool) -> None:
    code = add(office)
    later = replace(office, today=office.today + timedelta(days=days))
    if works:
        assert set_up_kiosk(later, code)
    else:
        with pytest.raises(Refused, match="过期"):
            set_up_kiosk(later, code)


@pytest.mark.parametrize("code", ["", "-", "2222-2222-2222", "x" * 40])
def test_other_codes_do_not_work_also_beside_machines_that_wait_for_none(office: Office, code: str) -> None:
    set_up_kiosk(office, add(office))
    with pytest.raises(Refused, match="登记码不对"):
        set_up_kiosk(office, code)


def test_two_machines_have_nothing_in_common(office: Office) -> None:
    codes = [add(office), add(office)]
    tokens = [set_up_kiosk(office, code) for code in codes]
    assert len({*codes, *tokens}) == 4
    first, second = (Kiosks(office.ledger).find(token) for token in tokens)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    revoke_kiosk(office, first.id, "discloser")
    assert Kiosks(office.ledger).find(tokens[0]) is None
    assert Kiosks(office.ledger).find(tokens[1]) == second


def test_a_machine_taken_back_is_out_and_so_is_a_code_that_waited(office: Office) -> None:
    code = add(office)
    revoke_kiosk(office, list_kiosks(office)[0].id, "discloser")
    with pytest.raises(Refused, match="登记码不对"):
        set_up_kiosk(office, code)
    with pytest.raises(Refused, match="没有正在使用的"):
        revoke_kiosk(office, list_kiosks(office)[0].id, "discloser")
    assert list_kiosks(office)[0].revoked


def test_a_process_forgets_a_machine_taken_back_within_five_seconds(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, known = set_up_kiosk(office, add(office)), Kiosks(office.ledger)
    now = 1000.0
    monkeypatch.setattr("portal.queries.kiosks.time.monotonic", lambda: now)
    assert known.find(token)
    revoke_kiosk(office, 1, "discloser")
    assert known.find(token)
    now += 5.1
    assert known.find(token) is None


@pytest.mark.parametrize("by", ["enterer", "clerk", "banker", "village-clerk", "inspector", "nobody"])
def test_others_may_neither_add_nor_take_back(office: Office, by: str) -> None:
    set_up_kiosk(office, add(office))
    before = dump(office.ledger)
    with pytest.raises(Refused):
        add(office, by)
    with pytest.raises(Refused):
        revoke_kiosk(office, 1, by)
    assert dump(office.ledger) == before


@pytest.mark.parametrize(
    ("name", "area", "words"),
    [
        ("机", WANGCUN, "起个名字"),
        ("机" * 61, WANGCUN, "起个名字"),
        ("   ", WANGCUN, "起个名字"),
        (NAME, "990199999999", "没有区划"),
        ("找 13800138000 登记", WANGCUN, "电话"),
    ],
)
def test_a_name_and_a_place_are_needed(office: Office, name: str, area: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        add(office, name=name, area=area)
    assert list_kiosks(office) == []


@pytest.mark.parametrize("area", [WANGCUN, DONGHE, COUNTY])
def test_a_machine_may_stand_in_a_village_a_township_or_the_county(office: Office, area: str) -> None:
    assert add(office, area=area)


def test_the_ledger_holds_neither_code_nor_token_and_the_journal_says_who(office: Office) -> None:
    code = add(office)
    waiting = repr(dump(office.ledger))
    token = set_up_kiosk(office, code)
    revoke_kiosk(office, 1, "discloser")
    held = dump(office.ledger)
    for secret in (code, code.replace("-", ""), token):
        assert secret not in waiting + repr(held)
    journal = [row for row in held["journal"] if any(str(part).startswith("kiosk.") for part in row)]
    assert [next(part for part in row if str(part).startswith("kiosk.")) for row in journal] == [
        "kiosk.add",
        "kiosk.set_up",
        "kiosk.revoke",
    ]
    assert ["discloser" in repr(row) for row in journal] == [True, False, True]
