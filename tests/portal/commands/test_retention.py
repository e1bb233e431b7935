"""mingbai retention shows and does not erase; --erase does, and so does every night."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.config import Config
from tests.command_line import Command, start
from tests.county import open_office, published_batch
from tests.ledger_dump import dump
from tests.workbooks import people

pytestmark = pytest.mark.slow


def run_on(instance: Path, day: date, *arguments: str) -> Command:
    """The command, on that day."""

    def move_the_clock() -> None:
        Config.today = lambda _self: day  # type: ignore[method-assign]

    return start(instance, *arguments, before=move_the_clock).wait()


def test_looking_erases_nothing_and_the_night_does(instance: Path, tmp_path: Path) -> None:
    office = open_office(instance)
    for period in ("2025", "2025+1"):
        published_batch(office, tmp_path, people(6), period=period)
    names = len(dump(office.ledger)["payment_names"])
    assert "没有到期的名单" in run_on(instance, date(2027, 5, 1), "retention").stdout
    soon = run_on(instance, date(2027, 6, 1), "retention")
    assert "2027-06-16  2025-0001" in soon.stdout
    assert "已到期" not in soon.stdout
    assert "已到期 2027-06-16" in run_on(instance, date(2027, 6, 16), "retention").stdout
    assert len(dump(office.ledger)["payment_names"]) == names == 12
    unsigned = run_on(instance, date(2027, 6, 16), "retention", "--erase")
    assert (unsigned.returncode, "要写明是谁办的" in unsigned.stderr) == (1, True)
    assert len(dump(office.ledger)["payment_names"]) == names
    assert "2批名单公开期满，已变成合计" in run_on(instance, date(2027, 6, 16), "nightly").stdout
    assert dump(office.ledger)["payment_names"] == []
    assert "没有到期的名单" in run_on(instance, date(2027, 6, 17), "retention", "--erase", "--by", "reviewer").stdout
    office.ledger.close()
