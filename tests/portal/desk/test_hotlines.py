"""Telephones tried once a month: by the unit or a finance office for it, put right with what held before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.hotlines import confirm_hotlines, correct_hotline
from portal.actions.staff import add_staff
from portal.domain.batches import ROLES, Actor
from portal.domain.findings import Refused
from portal.domain.hotlines import HOTLINE_ROLES
from portal.ledger import registers
from portal.office import Office
from portal.publication import Publication
from portal.queries.hotlines import hotline_lines
from portal.queries.leads import lead_lines
from portal.queries.today import today
from tests.county import build, make_site, office_in, published_batch
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.service import make_app
from tests.staff import said
from tests.workbooks import people

FINANCE = Actor("accountant", "accountant", "finance", "czj")
TOWNSHIP = Actor("town", "东河财政所", "township_finance", "dh")
VILLAGE = Actor("village-clerk", "village-clerk", "village", "wc")
BANK = Actor("banker", "banker", "bank", "yh")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path) as office:
        add_staff(office, "town", "东河财政所", "township_finance", "dh")
        yield office


def due(office: Office, actor: Actor) -> list[str]:
    return [line.code for line in hotline_lines(office, actor) if line.is_due]


def test_who_may_try_whose(office: Office) -> None:
    assert due(office, VILLAGE) == ["wc"]
    assert set(due(office, TOWNSHIP)) == {"dh", "wc"}
    assert len(due(office, FINANCE)) == 6
    for actor, other in ((VILLAGE, "dh"), (TOWNSHIP, "nyj"), (BANK, "wc"), (BANK, "nowhere")):
        with pytest.raises(Refused, match="只能核对自己单位的电话"):
            confirm_hotlines(office, actor, [other])
        with pytest.raises(Refused, match="只能核对自己单位的电话"):
            correct_hotline(office, actor, other, "0999-5309999")


def test_it_is_due_again_every_month_and_late_after_the_tenth(office: Office) -> None:
    def leads(of: Office) -> set[str]:
        return {line.lead.subject for line in lead_lines(of, FINANCE) if line.lead.kind == "hotline"}

    assert "wc.2025-06" in leads(office)
    assert [item.is_late for item in today(office, VILLAGE)] == [True]
    confirm_hotlines(office, VILLAGE, ["wc"])
    assert "wc.2025-06" not in leads(office)
    assert today(office, VILLAGE) == []
    july = replace(office, today=date(2025, 7, 1))
    assert due(july, VILLAGE) == ["wc"]
    assert [item.is_late for item in today(july, VILLAGE)] == [False]
    assert leads(july) == set()  # until the tenth


def test_another_number_holds_from_today_and_the_old_one_is_remembered(office: Office, tmp_path: Path) -> None:
    for wrong in ("13800138000", "5309999", "0999-53", "电话坏了", ""):
        with pytest.raises(Refused, match="办公电话"):
            correct_hotline(office, VILLAGE, "wc", wrong)
    with pytest.raises(Refused, match="这就是现在公布的号码"):
        correct_hotline(office, VILLAGE, "wc", "0999-5301006")
    correct_hotline(office, VILLAGE, "wc", "0999-5309999")
    with office.ledger.read() as connection:
        assert registers.all_units(connection)["wc"].hotline == "0999-5309999"
    (line,) = hotline_lines(office, VILLAGE)
    assert (line.is_due, line.before, line.day) == (False, "0999-5301006", office.today)
    entry = next(row for row in dump(office.ledger)["journal"] if row[2] == "hotline.correct")
    assert "5309999" not in str(entry)
    with Publication(office.ledger, office.rules).view(office.today) as view:
        assert view.units()["wc"].tried == "2025-06"
        assert view.units()["dh"].tried == ""
    published_batch(office, tmp_path, people(6))
    site = make_site(office, tmp_path)
    build(office, site)
    page = next((tmp_path / "releases").glob("*/site/990199101000/990199101201/index.html"), None)
    text = (page or next((tmp_path / "releases").glob("*/site/**/990199101201/index.html"))).read_text(encoding="utf-8")
    assert "0999-5309999" in text
    assert "2025年6月核对过，打得通" in text


@pytest.mark.slow
def test_in_the_browser(office: Office, tmp_path: Path) -> None:
    app = make_app(office, make_site(office, tmp_path), tmp_path)
    assert set(HOTLINE_ROLES) < set(ROLES)
    clerk = entered(app, office, tmp_path, "village-clerk")
    assert list(faults(parse_page(clerk.text("hotlines")))) == []
    assert "请先勾上" in said(clerk.post("hotlines"))
    assert "只能核对自己单位" in said(clerk.post("hotlines", unit="dh"))
    assert "办公电话" in said(
        clerk.post("hotlines/correct", "hotlines", **{"new-unit": "wc", "new-number": "13800138000"})
    )
    assert clerk.post("hotlines", unit="wc").status_code == 303
    assert "这个月核对过的" in clerk.text("hotlines")
    chief = entered(app, office, tmp_path, "chief")
    assert chief.get("hotlines").status_code == 403
    assert entered(app, office, tmp_path, "inspector").get("hotlines").status_code == 403
