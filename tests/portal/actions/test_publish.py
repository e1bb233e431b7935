"""What a step publishes: masked snapshots whose figures are the payments', small totals together, and what taking
back leaves behind: nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.actions.policies import approve_policies, import_policies
from portal.domain.findings import Refused
from portal.domain.postings import Snapshot, Tally, read_snapshot
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.verification import verify_ledger
from tests.county import (
    COUNTY,
    DONGHE,
    ELDERS,
    HANDED_IN,
    HARDSHIP,
    LIJIAWAN,
    POLICIES,
    TODAY,
    WANGCUN,
    everywhere,
    make_batch,
    noticed_batch,
    published_batch,
    step,
    write_policies,
)
from tests.ledger_dump import bytes_of, change, dump
from tests.workbooks import Person, people


def current(office: Office) -> dict[str, Snapshot]:
    """area → what is public there now."""
    rows = dump(office.ledger)["postings"]
    return {str(row[2]): read_snapshot(str(row[7])) for row in rows if not row[5]}


def test_each_village_gets_its_own_snapshot_with_its_own_figures(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, everywhere(6))
    found = current(office)
    assert len(found) == 5
    assert all(snapshot.tally == Tally(rows=6, fen=114_000) for snapshot in found.values())
    assert Tally.total(snapshot.tally for snapshot in found.values()) == show_batch(office, batch).tally
    assert {row.amount for row in found[WANGCUN].rows()} == {"190.00"}
    assert (found[WANGCUN].facts["opened"], found[WANGCUN].facts["until"]) == ("2025-06-04", "2025-06-10")


def test_a_notice_shows_no_results_and_the_disclosure_supersedes_it(office: Office, tmp_path: Path) -> None:
    noticed_batch(office, tmp_path, people(6))
    assert "result" not in current(office)[WANGCUN].columns
    published_batch(office, tmp_path, people(6), period="2025+1")
    rows = dump(office.ledger)["postings"]
    assert [(row[3], row[5], row[7] is None) for row in rows] == [
        ("notice", False, False), ("notice", True, True), ("disclosure", False, False),
    ]  # fmt: skip
    assert rows[2][4] == rows[1][0]
    assert "result" in current(office)[WANGCUN].columns


def test_names_are_masked_and_groups_of_fewer_than_five_are_not_named(office: Office, tmp_path: Path) -> None:
    few = people(3, group="二组")
    noticed_batch(office, tmp_path, [*people(5, start=10, group="一组"), *few])
    rows = current(office)[WANGCUN].rows()
    assert sorted(row.group for row in rows) == [""] * 3 + ["一组"] * 5
    text = current(office)[WANGCUN].text
    assert not any(person.name in text for person in few)
    assert {"欧**娜", "买**力", "𠮷*贵"} <= {row.name for row in rows}


def test_where_only_totals_may_be_shown_small_villages_are_counted_together(office: Office, tmp_path: Path) -> None:
    rolls = [*people(2), *people(4, start=100, village="李家湾"), *people(9, start=200, village="林溪村")]
    noticed_batch(office, tmp_path, [*rolls, *people(6, start=300, village="赵庄")], HARDSHIP)
    found = current(office)
    assert {snapshot.tally.rows for snapshot in found.values()} == {6, 9}
    assert found[DONGHE].tally.rows == 6
    assert WANGCUN not in found
    assert LIJIAWAN not in found
    assert not any(snapshot.shows_rows or snapshot.rows_text for snapshot in found.values())


def test_held_rows_do_not_make_a_village_large_enough_for_a_total_of_its_own(office: Office, tmp_path: Path) -> None:
    held = [replace(person, name="张3") for person in people(3, start=50)]
    noticed_batch(office, tmp_path, [*people(3), *held, *people(9, start=100, village="李家湾")], HARDSHIP)
    found = current(office)
    assert {area: (snapshot.tally.rows, snapshot.tally.held_rows) for area, snapshot in found.items()} == {
        DONGHE: (15, 3)
    }


def test_a_total_too_small_for_its_township_moves_to_the_county(office: Office, tmp_path: Path) -> None:
    noticed_batch(office, tmp_path, [*people(3), *people(3, start=100, village="赵庄")], HARDSHIP)
    found = current(office)
    assert {area: snapshot.tally.rows for area, snapshot in found.items()} == {COUNTY: 6}


def test_rows_in_the_notice_and_totals_afterwards_leave_no_row_public(office: Office, tmp_path: Path) -> None:
    """The disclosure stands at other places than the notice did; the notice must go all the same."""
    shown = [{**policy, "网站公示": "逐户"} if policy["项目编码"] == HARDSHIP else policy for policy in POLICIES]
    import_policies(office, write_policies(tmp_path / "new.csv", shown), 2025, "accountant", HANDED_IN)
    approve_policies(office, 2025, "enterer", HANDED_IN)
    published_batch(office, tmp_path, [*people(3), *people(4, start=100, village="李家湾")], HARDSHIP)
    found = current(office)
    assert {area: snapshot.shows_rows for area, snapshot in found.items()} == {DONGHE: False}
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_held_rows_are_counted_on_the_posting_and_not_listed(office: Office, tmp_path: Path) -> None:
    held = Person(70, amount="1").filled()
    noticed_batch(office, tmp_path, [*people(6), held])
    snapshot = current(office)[WANGCUN]
    assert (snapshot.tally.held_rows, snapshot.tally.held_fen, snapshot.tally.listed_rows) == (1, 100, 6)
    assert len(snapshot.rows()) == 6


def test_the_journal_has_the_hash_of_what_was_published_and_no_words_of_it(office: Office, tmp_path: Path) -> None:
    noticed_batch(office, tmp_path, people(6))
    entry = next(entry for entry in dump(office.ledger)["journal"] if entry[2] == "posting.notice")
    assert "snapshots" in str(entry[4])
    assert '"rows": 6' in str(entry[4])
    assert not any(row.name in str(entry[4]) for row in current(office)[WANGCUN].rows())


def test_a_snapshot_that_holds_personal_data_is_not_published(office: Office, tmp_path: Path) -> None:
    """The last look before the posting, even when everything before it has failed."""
    batch = make_batch(office, tmp_path, people(6)).batch or ""
    step(office, batch, "review", "reviewer", 3)
    change(office.ledger, "UPDATE payments SET area_group = '990121199001'")
    change(office.ledger, "UPDATE payment_names SET masked = '13912345678' WHERE payment_id = 1")
    before = dump(office.ledger)
    with pytest.raises(Refused) as refused:
        step(office, batch, "notice", "enterer", 4)
    assert refused.value.findings[0].code == "gate.personal_data"
    assert dump(office.ledger) == before


def test_after_a_withdrawal_neither_rows_nor_names_are_anywhere_in_the_database_files(
    office: Office, tmp_path: Path
) -> None:
    batch = published_batch(office, tmp_path, everywhere(6))
    lines = [line for snapshot in current(office).values() for line in snapshot.rows_text.splitlines()]
    names = {row.name for snapshot in current(office).values() for row in snapshot.rows()}
    before = b"".join(data for path, data in bytes_of(tmp_path / "office") if "mingbai.db" in path.name)
    assert all(line.encode() in before for line in lines)
    step(office, batch, "withdraw", "reviewer", 18, reason="公开错了")
    assert all(row[6] is None and row[7] is None and row[5] for row in dump(office.ledger)["postings"])
    assert dump(office.ledger)["payment_names"] == []
    for path, data in bytes_of(tmp_path / "office"):
        found = [word for word in [*lines, *names] if word.encode() in data]
        assert (path.name, found) == (path.name, [])
    assert len(dump(office.ledger)["payments"]) == 30
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_taking_one_batch_back_leaves_the_others_as_they_are(office: Office, tmp_path: Path) -> None:
    first = published_batch(office, tmp_path, people(6))
    second = published_batch(office, tmp_path, [replace(p, quantity=None) for p in people(6)], ELDERS)
    step(office, first, "withdraw", "reviewer", 18, reason="公开错了")
    assert [snapshot.facts["batch"] for snapshot in current(office).values()] == [second]
    assert office.today == TODAY
