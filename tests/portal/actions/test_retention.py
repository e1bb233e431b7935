"""Lists whose time is over turn into totals by themselves; every sum still agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.releases import publish_site
from portal.actions.retention import retire_lists
from portal.actions.withdrawals import withdraw
from portal.domain.findings import Refused
from portal.domain.postings import Snapshot, read_snapshot
from portal.domain.retention import months_later
from portal.domain.site import Release
from portal.ledger import bank_lines, erasure, sealed_names
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.retention import ending_lists
from portal.queries.verification import verify_ledger
from tests.county import HARDSHIP, WANGCUN, everywhere, make_site, noticed_batch, office_in, published_batch, step
from tests.ledger_dump import bytes_of, dump
from tests.workbooks import people

ON_THE_DAY = date(2027, 6, 16)
"""The disclosure was on 16 June 2025; the list says 24 months, or nothing, and then content/site.toml does."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "office") as office:
        yield office


def on(office: Office, day: date) -> Office:
    return replace(office, today=day)


def current(office: Office) -> list[Snapshot]:
    return [read_snapshot(str(row[7])) for row in dump(office.ledger)["postings"] if not row[5]]


def build(office: Office, folder: Path) -> Release:
    site = make_site(office, folder / "office")
    return publish_site(office.ledger, site, office.today, lambda _words, _done, _total: None)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 6, 16), 24, date(2027, 6, 16)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
    ],
)
def test_months_are_counted_as_the_calendar_has_them(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


@pytest.mark.slow
def test_on_the_day_rows_and_names_go_and_sums_stay(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, [*everywhere(6), *people(3, start=40)], returned={2: "已销户"})
    younger = published_batch(office, tmp_path, people(6), period="2025+1")
    step(office, younger, "disclosure", "discloser", 25)
    build(office, tmp_path)
    before, tally = current(office), show_batch(office, batch).tally
    rows = [row for found in before if found.facts["batch"] == batch for row in found.rows_text.splitlines()]
    assert len(rows) == 33
    eve = on(office, date(2027, 6, 15))
    assert [line.number for line in ending_lists(eve, months_later(eve.today, 1))] == [batch, younger]
    assert retire_lists(eve).batches == ()
    day = on(office, ON_THE_DAY)
    assert [(line.number, line.rows) for line in ending_lists(day, day.today)] == [(batch, 33)]
    gone = retire_lists(day)
    assert (gone.batches, gone.names) == ((batch,), 33)
    assert (retire_lists(day).batches, ending_lists(day, day.today)) == ((), [])
    assert show_batch(day, batch).tally == tally
    build(day, tmp_path)
    site = make_site(day, tmp_path / "office")
    assert [check for check in [*verify_ledger(day.ledger), *site.verify()] if not check.ok] == []
    root = site.root()
    assert root is not None
    page = (root / "villages" / WANGCUN / batch / "index.html").read_text("utf-8")
    assert "名单公开的期限满了，2027年6月16日起撤下并删除" in page
    assert "9笔，<strong>1,710.00元</strong>" in page
    assert "6行" in (root / "villages" / WANGCUN / younger / "index.html").read_text("utf-8")
    for path, data in bytes_of(tmp_path / "office"):
        forms = (
            form.encode() for row in rows for form in (row, row.replace("\t", ","), row.replace("\t", "</td><td>"))
        )
        assert not any(form in data for form in forms), path
    held = dump(day.ledger)
    assert {row[0] for row in held["payment_names"]} == {row[0] for row in held["payments"] if row[1] == 2}
    entry = next(entry for entry in held["journal"] if entry[2] == "posting.retire")
    assert json.loads(str(entry[4])) == {"batch": batch, "names": 33, "postings": 5}
    step(day, batch, "disclosure", "discloser", 20)  # what the bank pays later makes no list again
    assert not any(found.rows_text for found in current(day) if found.facts["batch"] == batch)


def test_villages_too_small_for_a_total_are_counted_together(office: Office, tmp_path: Path) -> None:
    published_batch(office, tmp_path, [*people(2), *people(4, start=100, village="李家湾"), *people(9, start=200)])
    published_batch(office, tmp_path, [*people(3), *people(9, start=300, village="林溪村")], period="2025+1")
    retire_lists(on(office, ON_THE_DAY))
    assert all(found.tally.rows >= 5 and not found.shows_rows for found in current(office))
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_where_only_totals_were_public_the_names_go_and_the_posting_stays(office: Office, tmp_path: Path) -> None:
    published_batch(office, tmp_path, people(6), HARDSHIP)
    before = current(office)
    assert build(office, tmp_path).rebuilt
    assert retire_lists(on(office, ON_THE_DAY)).names == 6
    assert current(office) == before
    assert dump(office.ledger)["payment_names"] == []


@pytest.mark.parametrize("ending", ["withdrawn", "retired"])
def test_names_of_bank_lines_and_sealed_names_go_too(office: Office, tmp_path: Path, ending: str) -> None:
    batch = published_batch(office, tmp_path, people(6))
    with office.ledger.write() as connection:
        line = ("account", "赵*敏", 19_000, "paid", "", "Sheet1", 3)
        bank_lines.add_lines(connection, 1, 1, office.today, [line])
        sealed_names.add(connection, [(1, b"sealed")])
    assert erasure.stored_traces(office.ledger, batch) == (1, 8)
    if ending == "withdrawn":
        withdraw(office, batch, "reviewer", "公开错了")
    else:
        retire_lists(on(office, ON_THE_DAY))
    assert erasure.stored_traces(office.ledger, batch) == (int(ending == "retired"), 0)


def test_a_returned_batch_stays_returned(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, people(6))
    step(office, batch, "return", "reviewer", 5, reason="名单要改")
    day = on(office, ON_THE_DAY)
    assert (retire_lists(day).names, retire_lists(day).batches) == (6, ())
    assert show_batch(day, batch).state == show_batch(office, batch).state
    assert current(day) == []


def test_only_the_disclosure_office_asks_for_it(office: Office, tmp_path: Path) -> None:
    published_batch(office, tmp_path, people(6))
    before = dump(office.ledger)
    with pytest.raises(Refused, match="由政务公开办办理"):
        retire_lists(on(office, ON_THE_DAY), "enterer")
    assert dump(office.ledger) == before
    assert retire_lists(on(office, ON_THE_DAY), "discloser").batches
