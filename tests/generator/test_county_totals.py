"""County totals agree at every step: several batches taken the whole way, with held rows, returns, a correction, a refund
and a withdrawal; after each round of steps roll = ledger = snapshots = pages = downloads = catalogue."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from generator.load import load_catalogue
from generator.site import PublicSite
from portal.actions.bank_lines import LineDecision, settle_lines
from portal.actions.corrections import import_corrections, write_template
from portal.actions.held_rows import Decision, settle_rows
from portal.domain.batches import Actor
from portal.domain.money import grouped
from portal.domain.postings import Tally
from portal.ledger import batches, payments
from portal.office import Office, registered
from portal.publication import Publication
from portal.queries.bank_lines import open_matters
from portal.queries.held_rows import held_rows
from portal.queries.verification import verify_ledger
from tests.county import (
    CONTENT,
    FAMILIES,
    HARDSHIP,
    LAND,
    build,
    everywhere,
    give_feedback,
    make_batch,
    make_site,
    office_in,
    step,
)
from tests.ledger_dump import change
from tests.workbooks import Person

pytestmark = pytest.mark.slow
ROLL = everywhere(6)
HELD = [replace(ROLL[0], amount="180"), replace(ROLL[1], id="12"), replace(ROLL[2], village="没有的村"), *ROLL[3:]]
HELD.append(ROLL[7])  # once more


@dataclass
class County:
    """An office with its site; `check` after each step."""

    office: Office
    site: PublicSite
    folder: Path

    def actor(self, name: str) -> Actor:
        with self.office.ledger.read() as connection:
            return registered(connection, name)

    def check(self) -> dict[str, Tally]:
        """Build and hold everything against everything; returns batch → what became of its rows."""
        release = build(self.office, self.site)
        wrong = [c for c in (*verify_ledger(self.office.ledger), *self.site.verify()) if not c.ok]
        assert wrong == []
        with self.office.ledger.read() as connection:
            found = {batch.number: batch for batch in batches.all_batches(connection)}
            ledger = {
                number: payments.tally(payments.payments_of(connection, each.id)) for number, each in found.items()
            }
            rolls = {number: batches.file_totals(connection, each.id) for number, each in found.items()}
        assert {number: (tally.rows, tally.fen) for number, tally in ledger.items()} == rolls
        root = self.folder / "releases" / release.name / "site"
        lines = list(csv.DictReader((root / "data/payments.csv").read_text(encoding="utf-8").splitlines()))
        data: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for line in lines:
            data[line["batch"]][0] += int(line["rows"])
            data[line["batch"]][1] += int(line["amount"].replace(".", ""))
        with Publication(self.office.ledger, self.office.rules).view(self.office.today) as view:
            catalogue = load_catalogue(view, CONTENT)
        for batch in catalogue.batches:
            if not batch.postings:
                continue
            assert (batch.tally.rows, batch.tally.fen) == rolls[batch.number] == tuple(data[batch.number])
            page = (root / "batches" / batch.number / "index.html").read_text(encoding="utf-8")
            assert grouped(batch.tally.fen) in page
        placed = Tally.total(posting.tally for posting in catalogue.postings)
        unplaced = Tally.total(batch.unplaced for batch in catalogue.batches)
        assert placed + unplaced == catalogue.tally
        townships = Tally.total(township.tally for township in catalogue.townships)
        assert townships + Tally.total(page.tally for page in catalogue.county_postings) == placed
        for township in catalogue.townships:
            of_villages = Tally.total(village.tally for village in township.villages)
            assert of_villages + Tally.total(page.tally for page in township.merged) == township.tally
        return ledger


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with office_in(tmp_path) as office:
        yield County(office, make_site(office, tmp_path), tmp_path)


def settle(county: County, number: str, outcomes: dict[str, str]) -> None:
    """Kind of finding → what becomes of all its rows."""
    second = county.actor("second")
    lines = held_rows(county.office, second, number).lines
    found = [
        Decision(each.payment, outcomes[each.kind.title], "入户核对过") for each in lines if each.kind.title in outcomes
    ]
    assert settle_rows(county.office, second, number, found) == len(found) > 0


def correct(county: County, number: str, person: Person, day: int) -> None:
    """The one row that waits for a correction is filled in for the person."""
    path = county.folder / f"template-{day}.xlsx"
    assert write_template(county.office, number, path) == 1
    book = openpyxl.load_workbook(path)
    for column, value in enumerate((person.name, person.id, person.account), start=9):
        book.active.cell(2, column, value)  # type: ignore[union-attr]
    book.save(path)
    assert import_corrections(county.office, path, number, "clerk", date(2025, 6, day)).corrected == 1


def test_county_totals_agree_at_every_step(county: County) -> None:
    office, folder = county.office, county.folder
    poor = [replace(person, quantity=None) for person in everywhere(2)]
    one = make_batch(office, folder, HELD, LAND).batch or ""
    two = make_batch(office, folder, poor, HARDSHIP, "2025H1").batch or ""
    three = make_batch(office, folder, ROLL, FAMILIES, "2025H2").batch or ""
    assert county.check()[one].held_rows == 4
    settle(county, one, {"数量×标准不等于金额": "admitted", "同一个人出现两次": "dropped"})
    correct(county, one, ROLL[1], 3)
    tally = county.check()[one]
    assert (tally.held_rows, tally.dropped_rows, tally.pending_rows) == (1, 1, 29)
    for number in (one, two, three):
        step(office, number, "review", "reviewer", 3)
        step(office, number, "notice", "enterer", 4)
    county.check()
    for number in (one, two, three):
        step(office, number, "credit", "accountant", 12)
    give_feedback(office, folder, one, [*HELD[:1], *ROLL[1:2], *ROLL[3:]], {3: "账号不存在"})
    give_feedback(office, folder, two, [*poor[:-1], replace(poor[-1], account="6200****1234")])
    give_feedback(office, folder, three, ROLL, {5: "该户尚未激活", 100: "户名不符"})
    tally = county.check()[one]
    assert (tally.paid_rows, tally.returned_rows) == (28, 1)
    (line,) = open_matters(office, county.actor("banker"), two).lines
    settle_lines(office, county.actor("banker"), two, [LineDecision(line.line.id, line.proposals[0].payment)])
    assert county.check()[two].pending_rows == 0
    settle(county, one, {"不认识的村名": "dropped"})
    for number in (one, two, three):
        step(office, number, "disclosure", "discloser", 16)
    county.check()
    correct(county, one, ROLL[3], 17)
    county.check()
    give_feedback(office, folder, one, ROLL[3:4])
    step(office, one, "disclosure", "discloser", 18)
    tally = county.check()[one]
    assert (tally.paid_rows, tally.dropped_rows, tally.held_rows, tally.pending_rows) == (29, 2, 0, 0)
    step(office, three, "refund", "accountant", 19, reason="年底结余")
    county.check()
    step(office, three, "withdraw", "discloser", 20, reason="名单有误")
    assert county.check()[three].treasury_rows == 2


def test_a_fen_that_went_astray_is_seen(county: County) -> None:
    make_batch(county.office, county.folder, ROLL, LAND)
    county.check()
    change(county.office.ledger, "UPDATE payments SET fen = fen + 1 WHERE id = 1")
    with pytest.raises(AssertionError):
        county.check()
