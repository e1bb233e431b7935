"""The demo county's mistakes, sent at the desk: each is told in words that a clerk can act on, none breaks a page."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from portal.actions.policies import approve_policies, import_policies
from portal.actions.registers import import_areas, import_units
from portal.actions.staff import add_staff
from portal.ledger import schema
from portal.security import keys
from tests.county import CONTENT, make_site, open_office
from tests.html import faults, parse_page
from tests.portal.desk.test_rolls import upload
from tests.service import make_app
from tests.staff import give_password, said, visitor

pytestmark = pytest.mark.slow
FOR_MACHINES = re.compile(r"--[a-z]|mingbai|Error|None|Traceback|\{|\}")


def test_every_mistake_is_told_in_words(tmp_path: Path) -> None:
    keys.create_keys(tmp_path / "keys")
    office = open_office(tmp_path, today=date(2025, 11, 20))
    schema.migrate(office.ledger)
    import_areas(office, CONTENT / "areas.csv")
    import_units(office, CONTENT / "units.csv")
    for name, role, unit in (
        ("one", "finance", "czj"),
        ("two", "department", "nyncj"),
        ("clerk", "station", "t101-ny"),
    ):
        add_staff(office, name, name, role, unit)
    import_policies(office, CONTENT / "policies" / "2025.csv", 2025, "one", date(2025, 1, 6))
    approve_policies(office, 2025, "two", date(2025, 1, 7))
    give_password(office, tmp_path, "clerk")
    clerk = visitor(make_app(office, make_site(office, tmp_path), tmp_path))
    clerk.sign_in("clerk")
    told = {}
    for mistake in tomllib.loads((CONTENT / "demo" / "demo.toml").read_text(encoding="utf-8"))["mistake"]:
        path = CONTENT / "demo" / mistake["file"]
        period = mistake["period"]
        part = {"policy": mistake["policy"], "year": period[:4], "part": period[4:], "unit": mistake["unit"]}
        answer = upload(clerk, path.read_bytes(), path.name, **part)
        if answer.status_code == 303:
            answer = clerk.get(str(answer.location).removeprefix("/desk/"))
            assert answer.status_code == 200, path.name
        else:
            assert answer.status_code == 422, path.name
        text = said(answer)
        told[path.name] = "不改不能导入" in text or "改好再传，或写明原因" in text or answer.status_code == 422
        assert list(faults(parse_page(answer.get_data(True)))) == [], path.name
        assert not FOR_MACHINES.search(text.partition("办公端首页")[2]), (path.name, FOR_MACHINES.search(text))
        assert told[path.name] == (mistake["expect"] == "refused"), path.name
    assert len(told) > 10
    office.ledger.close()
