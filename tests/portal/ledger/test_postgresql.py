"""The main path once on PostgreSQL: roll, review, notice, payment, feedback, correction, withdrawal, site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from portal.actions.corrections import import_corrections, write_template
from portal.actions.drafts import confirm_draft, delete_old_drafts, preview_roll
from portal.actions.rolls import import_roll
from portal.domain.batches import Actor
from portal.ledger.journal_search import Wanted, find_entries, first_since
from portal.queries.batches import batch_lines, show_batch
from portal.queries.drafts import draft_page
from portal.queries.today import today
from portal.queries.verification import verify_ledger
from tests.cases import AUDITOR
from tests.county import (
    HARDSHIP,
    build,
    everywhere,
    give_feedback,
    make_site,
    office_in,
    published_batch,
    request_for,
    step,
)
from tests.ledger_dump import change, dump
from tests.people import make_account
from tests.workbooks import people, write_roll

pytestmark = pytest.mark.slow


def test_the_whole_circle_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    rolls = everywhere(6)
    with office_in(tmp_path / "office", postgres_url) as office:
        batch = published_batch(office, tmp_path, rolls, returned={0: "账号不存在"})
        assert import_roll(office, request_for(tmp_path / "gddlbhbt-2025.xlsx")).already
        write_template(office, batch, tmp_path / "template.xlsx")
        book = openpyxl.load_workbook(tmp_path / "template.xlsx")
        healed = replace(rolls[0], account=make_account(7001))
        for column, value in enumerate((healed.name, healed.id, healed.account), start=9):
            book.active.cell(2, column, value)
        book.save(tmp_path / "filled.xlsx")
        assert import_corrections(office, tmp_path / "filled.xlsx", batch, "enterer", date(2025, 6, 17)).corrected == 1
        assert give_feedback(office, tmp_path, batch, [healed]).results == {"paid": 1}
        step(office, batch, "disclosure", "discloser", 20)
        tally = show_batch(office, batch).tally
        assert (tally.paid_rows, tally.returned_rows) == (30, 0)
        second = published_batch(office, tmp_path, people(6), HARDSHIP)
        site = make_site(office, tmp_path / "office")
        first_release = build(office, site)
        checks = [*verify_ledger(office.ledger), *site.verify()]
        assert [check for check in checks if not check.ok] == []
        step(office, batch, "withdraw", "reviewer", 21, reason="公开错了")
        assert [row[2] for row in dump(office.ledger)["postings"] if row[7]] == ["990199101201"]
        assert build(office, site).name != first_release.name
        assert [check for check in [*verify_ledger(office.ledger), *site.verify()] if not check.ok] == []
        assert show_batch(office, second).state != "已撤下"
        assert build(office, site).rebuilt == 0
        with office.ledger.read() as connection:
            searches = (Wanted(batch=batch), Wanted(("batch.step",), "reviewer"), Wanted(("roll.import", "release")))
            found = [list(find_entries(connection, wanted, None, ("case.file",), 5)) for wanted in searches]
            assert first_since(connection, "2020-01-01") == 1
        assert [entry.detail["batch"] for entry in found[0]] == [batch] * 5
        assert {entry.actor.partition(" ")[0] for entry in found[1]} == {"reviewer"}
        assert [entry.act for entry in found[2]][-1] == "roll.import"
        assert all(a.number > b.number for some in found for a, b in pairwise(some))


def test_a_draft_becomes_a_batch_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    clerk = Actor("enterer", "enterer", "department", "nyj")
    with office_in(tmp_path / "office", postgres_url) as office:
        draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", people(8))))
        assert draft_page(office, clerk, draft.token).line.rows == 8
        assert [item.address for item in today(office, clerk)] == [f"rolls/drafts/{draft.token}"]
        number = confirm_draft(office, clerk, draft.token).batch or ""
        assert confirm_draft(office, clerk, draft.token).already
        give_feedback(office, tmp_path, number, people(8), {2: "已销户"})
        assert [(line.rows, line.fen, line.returned) for line in batch_lines(office, AUDITOR, 2025)] == [
            (8, 152_000, 1)
        ]
        change(office.ledger, "UPDATE drafts SET created = '2025-01-01T00:00:00+00:00'")
        assert delete_old_drafts(office) == 1
        assert all(check.ok for check in verify_ledger(office.ledger))
