"""Look-ups leave one entry a day in the journal, with counts and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.actions.lookups import close_days
from portal.counters.attempts import Attempts, StoreDown
from portal.counters.openings import count_opening, openings_of
from portal.counters.store import open_store
from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.county import TODAY
from tests.ledger_dump import dump
from tests.people import make_id

ID = make_id("19680203", 12)


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(open_store(f"sqlite:///{tmp_path / 'counters.db'}"))


def entries(office: Office) -> list[dict[str, object]]:
    return [json.loads(str(row[4])) for row in dump(office.ledger)["journal"] if row[2] == "lookup.day"]


def test_each_past_day_is_journaled_once(office: Office, attempts: Attempts) -> None:
    digester = office.digester()
    before, yesterday = TODAY - timedelta(days=3), TODAY - timedelta(days=1)
    for day, channel in ((before, "web"), (before, "web"), (before, "kiosk"), (yesterday, "window"), (TODAY, "web")):
        count_opening(attempts, digester, ID, day, channel)
    attempts.add({f"day/{before}/web/missed": 900})
    assert close_days(office, attempts) == [before, yesterday]
    wanted = [
        {"day": before.isoformat(), "web_found": 2, "kiosk_found": 1, "web_missed": 1},
        {"day": yesterday.isoformat(), "window_found": 1},
    ]
    assert entries(office) == wanted
    assert close_days(office, attempts) == []
    tomorrow = replace(office, today=TODAY + timedelta(days=1))
    assert close_days(tomorrow, attempts) == [TODAY]
    assert entries(office) == [*wanted, {"day": TODAY.isoformat(), "web_found": 1}]
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_a_person_can_be_told_by_day_and_channel(office: Office, attempts: Attempts) -> None:
    digester = office.digester()
    for back, channel in ((0, "web"), (0, "web"), (40, "kiosk"), (365, "window"), (366, "web")):
        count_opening(attempts, digester, ID, TODAY - timedelta(days=back), channel)
    count_opening(attempts, digester, make_id("19680203", 14), TODAY, "web")
    assert [((TODAY - day).days, channel, times) for day, channel, times in openings_of(attempts, digester, ID, TODAY)] == [
        (0, "web", 2), (40, "kiosk", 1), (365, "window", 1),
    ]  # fmt: skip


def test_without_the_counters_nothing_is_journaled(office: Office, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    with pytest.raises(StoreDown):
        close_days(office, Attempts(open_store(f"sqlite:///{tmp_path / 'broken'}")))
    assert entries(office) == []
