"""mingbai nightly: drafts whose day is over go."""

from __future__ import annotations

from pathlib import Path

from portal.actions.drafts import preview_roll
from tests.command_line import run, run_json
from tests.county import open_office, request_for
from tests.ledger_dump import change, dump
from tests.workbooks import people, write_roll


def test_old_drafts_are_deleted_every_night(instance: Path, tmp_path: Path) -> None:
    office = open_office(instance)
    preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", people(3))))
    nothing = {"days": [], "closed": 0, "retired": [], "drafts": 0, "suspensions": 0, "names": 0}
    assert run_json(instance, "nightly") == nothing
    change(office.ledger, "UPDATE drafts SET created = '2025-06-01T00:00:00+00:00'")
    assert "删除了1份过期的清册草稿" in run(instance, "nightly").stdout
    assert dump(office.ledger)["drafts"] == []
    office.ledger.close()
