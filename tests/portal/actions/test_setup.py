"""The demo county, whole: every story plays through the same actions as a county's own, and again is quick."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.actions.setup import mistakes, set_up_demo
from portal.commands.setup import demo_photo
from portal.domain.findings import Refused
from portal.ledger import schema
from portal.queries.batches import list_batches
from portal.queries.verification import verify_ledger
from portal.security import keys
from tests.county import CONTENT, open_office
from tests.ledger_dump import dump

pytestmark = pytest.mark.slow


def _quiet(_words: str, _done: int, _total: int) -> None:
    pass


def test_the_demo_county_plays_through_verifies_and_is_harmless_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.create_keys(tmp_path / "keys")
    office = open_office(tmp_path, today=date(2026, 11, 20))
    schema.migrate(office.ledger)
    rolls = set_up_demo(office, CONTENT, demo_photo, _quiet)
    found = list_batches(office)
    assert rolls == len(found)
    assert rolls >= 12
    assert len({batch.number[:4] for batch in found}) == 3
    held = dump(office.ledger)
    assert sum(row[2] == "feedback" for row in held["files"]) >= 6
    assert len({row[6] for row in held["payments"] if row[6]}) >= 2500  # different people
    assert any(batch.state == "公示中" for batch in found)
    assert [check for check in verify_ledger(office.ledger) if not check.ok] == []
    entered = {row[0]: row[8] for row in held["batches"]}
    reviews = [row for row in held["steps"] if row[2] == "review"]
    assert reviews
    assert all(row[4] != entered[row[1]] for row in reviews)
    with monkeypatch.context() as watching:
        watching.setattr("portal.actions.rolls.prepare", lambda *_: pytest.fail("a roll was read anew"))
        assert set_up_demo(office, CONTENT, demo_photo, _quiet) == rolls
    assert dump(office.ledger) == held
    told = dict(mistakes(office, CONTENT))
    assert len(told) >= 20
    assert dump(office.ledger) == held
    for name, outcome in told.items():
        assert outcome.findings, name
        text = "".join(f"{finding.message}{finding.column}{finding.sheet}" for finding in outcome.findings)
        assert any("\u4e00" <= char <= "\u9fff" for char in text), name
        assert "Traceback" not in text
    assert isinstance(told["截断的文件.xlsx"], Refused)
    office.ledger.close()
