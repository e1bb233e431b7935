"""Staff, areas with the names learned for them, units."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.actions.registers import alias_area, import_areas, import_units
from portal.domain.findings import Refused
from portal.office import Office
from tests.county import AREAS, LIJIAWAN, UNITS, ZHAOZHUANG, make_batch
from tests.ledger_dump import dump
from tests.workbooks import people, write_list


def test_a_name_once_explained_is_known_in_every_later_roll(office: Office, tmp_path: Path) -> None:
    first = make_batch(office, tmp_path, people(5, village="湾里头"))
    assert (first.held, {f.code for f in first.findings if f.level == "held"}) == (5, {"area.unknown"})
    alias_area(office, "湾里头", LIJIAWAN, "enterer")
    alias_area(office, "湾里头", LIJIAWAN, "enterer")  # again is harmless
    second = make_batch(office, tmp_path, people(5, village="湾里头"), period="2025+1")
    assert second.held == 0
    assert {row[4] for row in dump(office.ledger)["payments"]} == {"", LIJIAWAN}
    assert dump(office.ledger)["area_aliases"][0][1:] == ("湾里头", LIJIAWAN, "enterer")
    assert make_batch(office, tmp_path, people(5, village="湾里头三组"), period="2025+2").held == 0


def test_a_name_that_means_two_villages_needs_the_township(office: Office, tmp_path: Path) -> None:
    alias_area(office, "湾里头", LIJIAWAN, "enterer")
    alias_area(office, "湾里头", ZHAOZHUANG, "enterer")
    outcome = make_batch(office, tmp_path, people(5, village="湾里头"))
    assert {f.code for f in outcome.findings if f.level == "held"} == {"area.ambiguous"}


def test_an_alias_for_no_village_is_refused(office: Office) -> None:
    for code in ("990199101000", "990199999999"):
        with pytest.raises(Refused, match="没有村级区划"):
            alias_area(office, "湾里头", code, "enterer")


def test_lists_may_be_imported_again_and_only_changes_count(office: Office, tmp_path: Path) -> None:
    before = dump(office.ledger)
    assert import_areas(office, write_list(tmp_path / "areas.csv", AREAS)) == 0
    assert import_units(office, write_list(tmp_path / "units.csv", UNITS)) == 0
    assert dump(office.ledger) == before
    renamed = [(code, name, "湾里头;湾上") if code == LIJIAWAN else (code, name, more) for code, name, more in AREAS]
    assert import_areas(office, write_list(tmp_path / "areas.csv", renamed)) == 1
    moved = [(*unit[:4], "0999-5309999") if unit[0] == "wc" else unit for unit in UNITS]
    assert import_units(office, write_list(tmp_path / "units.csv", moved)) == 1
    assert [row[1:] for row in dump(office.ledger)["publication_changes"]][-2:] == [
        ("county", "areas"), ("county", "units"),
    ]  # fmt: skip


def test_an_area_that_a_new_list_leaves_out_is_kept(office: Office, tmp_path: Path) -> None:
    import_areas(office, write_list(tmp_path / "areas.csv", AREAS[:-1]))
    assert len(dump(office.ledger)["areas"]) == len(AREAS) - 1


def test_lists_that_do_not_hang_together_are_refused_whole(office: Office, tmp_path: Path) -> None:
    before = dump(office.ledger)
    orphan = write_list(tmp_path / "areas.csv", [*AREAS, ("990199109201", "孤村", "")])
    nowhere = write_list(tmp_path / "units.csv", [*UNITS, ("x", "某所", "station", "990199109201", "")])
    twice = write_list(tmp_path / "twice.csv", [*UNITS, UNITS[1]])
    for act in (import_areas, orphan), (import_units, nowhere), (import_units, twice):
        with pytest.raises(Refused):
            act[0](office, act[1])
    assert dump(office.ledger) == before
