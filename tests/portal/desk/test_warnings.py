"""Early warning in the browser: who may open what, what stands on the pages, and a word that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.actions import staff
from portal.domain.batches import ROLES, Actor
from portal.domain.leads import LEAD_ROLES, ROW_ROLES, TODAY_ROLES
from portal.office import Office
from portal.queries.leads import lead_lines
from tests.county import make_batch
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.staff import said
from tests.workbooks import people

pytestmark = pytest.mark.slow  # signing in is slow on purpose

PAGES: Mapping[str, set[str]] = {"warnings": set(LEAD_ROLES), "warnings/{lead}": set(LEAD_ROLES)}
PEOPLE = people(3)
SHARED = [PEOPLE[0], replace(PEOPLE[1], account=PEOPLE[0].account), PEOPLE[2]]


def lead_of(office: Office) -> str:
    finance = Actor("accountant", "accountant", "finance", "czj")
    return next(line.lead.name for line in lead_lines(office, finance) if line.lead.kind == "shared")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_every_page(office: Office, app: Flask, tmp_path: Path, role: str) -> None:
    make_batch(office, tmp_path, SHARED)
    staff.change_staff(office, staff.CONSOLE, "banker", "某人", role, "nyj")
    person, lead = entered(app, office, tmp_path, "banker"), lead_of(office)
    answers = {path: person.get(path.format(lead=lead)) for path in PAGES}
    open_to = {path for path, answer in answers.items() if answer.status_code != 403}
    assert open_to == {path for path, roles in PAGES.items() if role in roles}
    assert ("工作表" in said(answers["warnings/{lead}"])) is (role in ROW_ROLES)
    assert ("预警：" in said(person.get(""))) is (role in TODAY_ROLES)
    posted = person.post(f"warnings/{lead}", "password", verdict="nothing", reason="母女共用")
    assert posted.status_code == (303 if role in ROW_ROLES else 403)


def test_a_lead_shows_rows_and_nothing_that_is_secret(office: Office, app: Flask, tmp_path: Path) -> None:
    make_batch(office, tmp_path, SHARED)
    person, lead = entered(app, office, tmp_path, "accountant"), lead_of(office)
    overview, page = person.text("warnings"), person.text(f"warnings/{lead}")
    for text in (overview, page):
        assert "线索，不是结论" in text
        assert not list(faults(parse_page(text)))
    assert "2个人的2笔打到同一个账号" in overview
    digests = [value.hex() for row in dump(office.ledger)["payments"] for value in row if isinstance(value, bytes)]
    for text in (overview, page, lead):
        for each in SHARED:
            assert not any(secret in text for secret in (each.id, each.account, each.account[-4:], each.name))
        assert not any(digest in text or digest[:16] in text for digest in digests)
    missing = person.post(f"warnings/{lead}")
    assert missing.status_code == 422
    assert "请选一个" in said(missing)
    done = person.post(f"warnings/{lead}", verdict="nothing", reason="母女共用一本存折")
    assert done.status_code == 303
    assert "2个人的2笔" not in person.text("warnings?kind=shared")
    assert "母女共用一本存折" in person.text("warnings?settled=1")
    assert person.get("warnings/shared.999").status_code == 409
