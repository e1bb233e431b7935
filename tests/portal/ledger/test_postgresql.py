"""The main path once on PostgreSQL: roll, review, notice, payment, feedback, correction, withdrawal, site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from portal.actions.bank_lines import LineDecision, explain_words, settle_lines
from portal.actions.board_names import NamesRequest, erase_old_names, order_names
from portal.actions.board_records import drop_record
from portal.actions.corrections import import_corrections, write_template
from portal.actions.drafts import confirm_draft, delete_old_drafts, preview_roll
from portal.actions.held_rows import Decision, settle_rows
from portal.actions.objections import HeardObjection, note_objection, settle_objection
from portal.actions.prints import PrintRequest, order_pack
from portal.actions.rolls import import_roll
from portal.actions.suspensions import end_suspensions
from portal.actions.withdrawals import withdraw
from portal.domain.batches import Actor
from portal.domain.objections import Heard
from portal.domain.sheets import Layout
from portal.ledger.engine import Ledger
from portal.ledger.journal_search import Wanted, find_entries, first_since
from portal.office import registered
from portal.queries.bank_lines import open_matters
from portal.queries.batches import batch_lines, show_batch
from portal.queries.drafts import draft_page
from portal.queries.held_rows import held_rows
from portal.queries.leads import lead_lines, lead_page
from portal.queries.today import today
from portal.queries.verification import verify_ledger
from portal.queries.withdrawals import left_in_ledger
from portal.security.board_names import opener
from tests.board import noticed_names, recipients, with_support
from tests.board_records import REVIEWER, WC_CLERK, noted, photo, released
from tests.cases import AUDITOR
from tests.county import (
    DONGHE,
    FAMILIES,
    HARDSHIP,
    WANGCUN,
    build,
    everywhere,
    give_feedback,
    make_batch,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    request_for,
    step,
)
from tests.ledger_dump import change, dump, scalar
from tests.people import make_account
from tests.portal.actions.test_suspensions import bring
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
        gone = withdraw(office, batch, "reviewer", "公开错了")
        assert (len(gone.rows), left_in_ledger(office, batch, gone.rows)) == (30, [])
        assert site.traces(batch, gone.rows) != []
        assert stored_bytes(office.ledger, gone.rows) == []
        assert [row[2] for row in dump(office.ledger)["postings"] if row[7]] == ["990199101201"]
        assert build(office, site).name != first_release.name
        assert site.traces(batch, gone.rows) == []
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


def test_leads_are_found_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    finance = Actor("accountant", "accountant", "finance", "czj")
    with office_in(tmp_path / "office", postgres_url) as plain:
        units = replace(plain.rules.warnings, suspension_units=frozenset({"nyj"}))
        office = replace(plain, rules=replace(plain.rules, warnings=units))
        first, second, third = people(3)
        make_batch(office, tmp_path, [first, replace(second, account=first.account), third])
        make_batch(office, tmp_path, [replace(third, account=make_account(7001))], period="2025+1")
        bring(office, tmp_path, [(first, "2025-03-14", "")])
        found = [line.lead.kind for line in lead_lines(office, finance)]
        assert set(found) >= {"suspended", "above", "shared", "accounts", "silent", "hotline"}
        assert lead_page(office, finance, lead_lines(office, finance)[0].lead.name).rows
        assert end_suspensions(office, 1, "enterer") == 1


def stored_bytes(ledger: Ledger, rows: Sequence[str]) -> list[str]:
    """The rows that still stand in the table's files (and those of its long texts), once all is written to disk."""
    change(ledger, "CHECKPOINT")
    with ledger.read() as connection:
        folder = Path(str(scalar(connection, "SHOW data_directory")))
        toast = "SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = 'postings'"
        places = ["SELECT pg_relation_filepath('postings')", toast]
        data = b"".join((folder / str(scalar(connection, place))).read_bytes() for place in places)
    return [row for row in rows if row.encode() in data]


def test_a_draft_becomes_a_batch_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    clerk = Actor("enterer", "enterer", "department", "nyj")
    with office_in(tmp_path / "office", postgres_url) as office:
        draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", people(8))))
        assert draft_page(office, clerk, draft.token).line.rows == 8
        addresses = [item.address for item in today(office, clerk)]
        assert [address for address in addresses if address.startswith("rolls")] == [f"rolls/drafts/{draft.token}"]
        number = confirm_draft(office, clerk, draft.token).batch or ""
        assert confirm_draft(office, clerk, draft.token).already
        give_feedback(office, tmp_path, number, people(8), {2: "已销户"})
        assert [(line.rows, line.fen, line.returned) for line in batch_lines(office, AUDITOR, 2025)] == [
            (8, 152_000, 1)
        ]
        change(office.ledger, "UPDATE drafts SET created = '2025-01-01T00:00:00+00:00'")
        assert delete_old_drafts(office) == 1
        assert all(check.ok for check in verify_ledger(office.ledger))


def test_what_people_settle_by_hand_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    found = people(6)
    pair = [replace(found[0], name="王大明"), replace(found[1], name="王小明", account=found[0].account)]
    roll = [*pair, *found[2:], replace(found[2], account=make_account(7002)), replace(found[5], id="12")]
    with office_in(tmp_path / "office", postgres_url) as office:
        shared = {"account.shared": "母女一张卡"}
        path = write_roll(tmp_path / "roll.xlsx", [replace(person, quantity=None) for person in roll])
        batch = import_roll(office, request_for(path, FAMILIES, accepted=shared)).batch or ""
        with office.ledger.read() as connection:
            second, banker = registered(connection, "second"), registered(connection, "banker")
        again, unknown = held_rows(office, second, batch).lines
        decisions = [Decision(again.payment, "admitted", "两块地"), Decision(unknown.payment, "dropped", "查无此人")]
        assert settle_rows(office, second, batch, decisions) == 2
        step(office, batch, "review", "reviewer", 3)
        step(office, batch, "notice", "enterer", 4)
        give_feedback(office, tmp_path, batch, roll[:6], {2: "该户尚未激活"})
        matters = open_matters(office, banker, batch)
        (words,), line = matters.words, matters.lines[0]
        assert settle_lines(office, banker, batch, [LineDecision(line.line.id, line.proposals[0].payment)]) == 1
        assert explain_words(office, banker, batch, {words.id: "frozen"}) == 1
        tally = show_batch(office, batch).tally
        assert (tally.paid_rows, tally.returned_rows, tally.dropped_rows, tally.pending_rows) == (4, 1, 1, 3)
        assert all(check.ok for check in verify_ledger(office.ledger))


def test_full_names_and_what_hangs_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with office_in(tmp_path / "office", postgres_url, date(2025, 6, 6)) as office:
        with_support(office, tmp_path)
        number = noticed_names(office, tmp_path)
        wanted = NamesRequest(number, DONGHE, "township-clerk", "按规定张贴", Layout())
        order = order_names(office, wanted, opener(tmp_path / "office" / "keys"))
        assert {"慕容清秋", "公**满"} <= {row.name for board in order.boards.values() for row in board.rows}
        later = replace(office, today=date(2025, 6, 20))
        assert erase_old_names(later) == len(recipients()) - 1
        assert dump(office.ledger)["sealed_names"] == []
        give_feedback(later, tmp_path, number, recipients())
        step(later, number, "disclosure", "discloser", 16)
        amended = order_pack(later, PrintRequest("batch", number, "clerk", Layout(), amendment=True))
        assert {hanging.number for hanging in amended.amends.values()} <= {order.print_number(n) for n in (1, 2, 3)}


def test_boards_slips_and_the_meetings_counts_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with office_in(tmp_path / "office", postgres_url) as office:
        batch = noticed_batch(office, tmp_path, people(6))
        noted(office, batch, "up", 4)
        noted(office, batch, "up", 5, 130)
        released(office, batch)
        drop_record(office, REVIEWER, batch, 2)
        for count in (2, 1):
            note_objection(office, WC_CLERK, HeardObjection(batch, WANGCUN, date(2025, 6, 5), "oral", count, "多报了"))
        settle_objection(office, WC_CLERK, batch, 1, "重新量过")
        order = order_pack(office, PrintRequest("batch", batch, "clerk", Layout(), extras=("meeting", "slips")))
        assert order.objections == {(batch, WANGCUN): Heard(3, 1)}
        assert [(each.place, each.numbers[0]) for each in order.slips] == [("东河镇王村", "000001-3")]
        site = make_site(office, tmp_path / "office")
        build(office, site)
        root = site.root()
        assert root is not None
        assert (root / "villages" / WANGCUN / batch / "board-1.jpg").read_bytes() == photo().content
        assert [check for check in [*verify_ledger(office.ledger), *site.verify()] if not check.ok] == []
        withdraw(office, batch, "reviewer", "公开错了")
        assert left_in_ledger(office, batch, ()) == []
        with office.ledger.read() as connection:
            assert scalar(connection, "SELECT count(*) FROM board_records WHERE photo IS NOT NULL") == 0
