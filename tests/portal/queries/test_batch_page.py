"""A batch as the desk shows it."""

from __future__ import annotations

from portal.office import Office
from portal.queries.batch_page import area_names
from tests.county import WANGCUN, XINHUA
from tests.ledger_dump import change


def test_villages_of_one_name_are_called_with_their_townships_and_no_others(office: Office) -> None:
    assert area_names(office)[XINHUA] == "新华村"
    change(office.ledger, f"UPDATE areas SET name = '新华村' WHERE code = '{WANGCUN}'")
    names = area_names(office)
    assert names[XINHUA] != names[WANGCUN]
    assert all(name.endswith("新华村") and len(name) > 3 for name in (names[XINHUA], names[WANGCUN]))
    assert sum(name.endswith("新华村") for name in names.values()) == 2
