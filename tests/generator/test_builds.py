"""Building again: only what changed is made anew, and the result is what a build from nothing would have made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.policies import approve_policies, import_policies
from portal.actions.registers import import_areas, import_units
from portal.office import Office
from tests.county import (
    AREAS,
    ELDERS,
    HARDSHIP,
    LAND,
    POLICIES,
    TODAY,
    UNITS,
    WANGCUN,
    build,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
    write_policies,
)
from tests.workbooks import people, write_list

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 20)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "office") as office:
        published_batch(office, tmp_path, everywhere(6))
        noticed_batch(office, tmp_path, everywhere(6), ELDERS)
        build(office, make_site(office, tmp_path / "office"))
        yield office


def files(root: Path | None) -> dict[str, bytes]:
    assert root is not None
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def another_notice(office: Office, tmp_path: Path) -> None:
    noticed_batch(office, tmp_path, people(6, start=40), period="2025+1")


def another_total(office: Office, tmp_path: Path) -> None:
    published_batch(office, tmp_path, [*people(3), *people(4, start=100, village="李家湾")], HARDSHIP)


def a_withdrawal(office: Office, tmp_path: Path) -> None:
    step(office, "2025-0001", "withdraw", "reviewer", 18, reason="公开错了")


def a_return(office: Office, tmp_path: Path) -> None:
    step(office, "2025-0002", "return", "accountant", 18, reason="名单有误")


def a_mirrored_step(office: Office, tmp_path: Path) -> None:
    step(office, "2025-0001", "archive", "enterer", 20, document="小明农〔2025〕7号")


def a_new_phone(office: Office, tmp_path: Path) -> None:
    moved = [(*unit[:4], "0999-5309999") if unit[0] in ("wc", "nyj") else unit for unit in UNITS]
    import_units(office, write_list(tmp_path / "units.csv", moved))


def a_new_name(office: Office, tmp_path: Path) -> None:
    renamed = [(code, {"李家湾": "李家新湾", "西山乡": "西山镇"}.get(name, name), more) for code, name, more in AREAS]
    import_areas(office, write_list(tmp_path / "areas.csv", renamed))


def a_new_list(office: Office, tmp_path: Path) -> None:
    new = [
        {**policy, "补贴标准": "每亩95元，按确权面积"} if policy["项目编码"] == LAND else policy for policy in POLICIES
    ]
    import_policies(
        office,
        write_policies(tmp_path / "new.csv", [*new[:3], {**new[3], "项目名称": "移民扶持"}]),
        2025,
        "accountant",
        DAY,
    )
    approve_policies(office, 2025, "enterer", DAY)


def next_years_list(office: Office, tmp_path: Path) -> None:
    new = [{**policy, "单价": "100"} if policy["项目编码"] == LAND else policy for policy in POLICIES[:3]]
    import_policies(office, write_policies(tmp_path / "2026.csv", new), 2026, "accountant", DAY)
    approve_policies(office, 2026, "enterer", DAY)


CHANGES: list[Callable[[Office, Path], None]] = [
    another_notice, another_total, a_withdrawal, a_return, a_mirrored_step, a_new_phone, a_new_name, a_new_list,
    next_years_list,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_any_change_the_site_is_byte_for_byte_what_a_build_from_nothing_makes(
    office: Office, tmp_path: Path, change: Callable[[Office, Path], None]
) -> None:
    change(office, tmp_path)
    site = make_site(office, tmp_path / "office")
    fresh = make_site(office, tmp_path / "office", releases=tmp_path / "elsewhere")
    for one in (site, fresh):
        one.publish(office.today, lambda *_: None)
    step_by_step, from_nothing = files(site.root()), files(fresh.root())
    assert [path for path in from_nothing if step_by_step.get(path) != from_nothing[path]] == []
    more = step_by_step.keys() - from_nothing.keys()  # tombstones: only who knows the past leaves them
    assert [path for path in more if not re.search("撤下|不再", step_by_step[path].decode())] == []
    assert [check for check in site.verify() if not check.ok] == []


def test_a_second_build_without_a_change_makes_nothing(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path / "office")
    before = sorted((tmp_path / "office" / "releases").iterdir())
    again = build(office, site)
    assert again.rebuilt == 0
    assert sorted((tmp_path / "office" / "releases").iterdir()) == before


def test_only_pages_that_show_the_change_are_made_anew(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path / "office")
    old = site.root()
    assert old is not None
    another_notice(office, tmp_path)
    made = build(office, site)
    new = site.root()
    assert new is not None
    assert 0 < made.rebuilt < made.pages / 2
    untouched = f"villages/{WANGCUN}/2025-0001/index.html"
    assert (new / untouched).stat().st_ino == (old / untouched).stat().st_ino
    other = "villages/990199102201/index.html"
    assert (new / other).stat().st_ino == (old / other).stat().st_ino
    assert (new / f"villages/{WANGCUN}/index.html").read_bytes() != (
        old / f"villages/{WANGCUN}/index.html"
    ).read_bytes()


def test_a_day_that_passes_changes_the_pages_it_concerns(tmp_path: Path) -> None:
    """On the last day of the notice a page says so; on the day after it says that it is over."""
    with office_in(tmp_path / "office", today=date(2025, 6, 10)) as office:
        noticed_batch(office, tmp_path, everywhere(6))
        site = make_site(office, tmp_path / "office")
        build(office, site)
        on_notice = files(site.root())
        office = replace(office, today=date(2025, 6, 11))
        site = make_site(office, tmp_path / "office")
        assert site.publish(office.today, lambda *_: None).rebuilt > 0
        over = files(site.root())
        fresh = make_site(office, tmp_path / "office", releases=tmp_path / "elsewhere")
        fresh.publish(office.today, lambda *_: None)
        expected = files(fresh.root())
    page = f"villages/{WANGCUN}/2025-0001/index.html"
    assert "公示已经结束" in over[page].decode()
    assert "公示已经结束" not in on_notice[page].decode()
    assert "正在公示" in on_notice["batches/2025-0001/index.html"].decode()
    assert [path for path in expected if undated(expected[path]) != undated(over.get(path, b""))] == []


def undated(data: bytes) -> bytes:
    """Without the line that says when a page was made: an unchanged page keeps its day."""
    return re.sub("(?:本页更新于|清单印，)[^。]*".encode(), b"", data)


def test_the_county_may_build_on_any_day(office: Office, tmp_path: Path) -> None:
    for day in (date(2025, 7, 15), date(2025, 12, 31), date(2026, 1, 1), date(2027, 3, 1)):
        later = replace(office, today=day)
        site = make_site(later, tmp_path / "office")
        build(later, site)
        assert [check for check in site.verify() if not check.ok] == []
    assert day > TODAY
