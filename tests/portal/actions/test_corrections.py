"""The full circle of a payment that came back: template, correction, second payment, a posting that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from portal.actions.corrections import ImportedCorrections, import_corrections, write_template
from portal.domain.findings import Refused
from portal.domain.postings import read_snapshot
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.verification import verify_ledger
from tests.county import give_feedback, published_batch, step
from tests.ledger_dump import dump
from tests.people import make_account
from tests.workbooks import Person, people, write_sheet

PEOPLE = people(8)
RETURNED = {0: "账号不存在", 1: "户名不符"}
DAY = date(2025, 6, 17)


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    """Paid, but for two rows that came back."""
    return published_batch(office, tmp_path, PEOPLE, returned=RETURNED)


def template(office: Office, batch: str, path: Path) -> list[list[str]]:
    write_template(office, batch, path)
    book = openpyxl.load_workbook(path)
    rows = [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]
    book.close()
    return rows


def correct(office: Office, path: Path, batch: str, rows: Sequence[Sequence[str]]) -> ImportedCorrections:
    return import_corrections(office, write_sheet(path, rows), batch, "enterer", DAY)


def fill(rows: list[list[str]], place: int, person: Person) -> None:
    rows[place][8:11] = [person.name, person.id, person.account]


def posted(office: Office) -> list[tuple[str, str, str]]:
    """(name, amount, result) of every row that is public."""
    texts = [row[7] for row in dump(office.ledger)["postings"] if row[7] is not None]
    return [(row.name, row.amount, row.result) for text in texts for row in read_snapshot(str(text)).rows()]


def test_the_template_names_the_rows_by_key_and_holds_no_personal_data(
    office: Office, tmp_path: Path, batch: str
) -> None:
    rows = template(office, batch, tmp_path / "template.xlsx")
    assert [row[0] for row in rows[1:]] == [batch, batch]
    assert [row[6:8] for row in rows[1:]] == [["清册", "3"], ["清册", "4"]]
    assert {row[5] for row in rows[1:]} == {"账号不存在", "户名或证件号与银行登记的不一致"}
    assert all(row[8:11] == ["", "", ""] for row in rows[1:])
    text = "".join("".join(row) for row in rows)
    for person in PEOPLE:
        assert not any(raw in text for raw in (person.name, person.id, person.account))


def test_a_payment_that_came_back_is_corrected_paid_again_and_posted_as_such(
    office: Office, tmp_path: Path, batch: str
) -> None:
    total = show_batch(office, batch).tally.fen
    assert sorted(result for _, _, result in posted(office)) == ["已到账"] * 6 + ["退回待重发"] * 2
    rows = template(office, batch, tmp_path / "template.xlsx")
    healed = [replace(PEOPLE[0], account=make_account(7001)), replace(PEOPLE[1], name="张大强")]
    for place, person in enumerate(healed, start=1):
        fill(rows, place, person)
    outcome = correct(office, tmp_path / "filled.xlsx", batch, rows)
    assert (outcome.corrected, outcome.left) == (2, 0)
    assert [(finding.level, finding.code) for finding in outcome.findings] == [("warning", "correction.name")]
    assert all(check.ok for check in verify_ledger(office.ledger))
    step(office, batch, "disclosure", "discloser", 19)
    assert sorted(result for _, _, result in posted(office)) == ["已到账"] * 6 + ["已更正待发"] * 2
    again = give_feedback(office, tmp_path, batch, healed)
    assert again.results == {"paid": 2}
    taken = step(office, batch, "disclosure", "discloser", 20)
    assert taken.postings == 1
    assert sorted(result for _, _, result in posted(office)) == ["已到账"] * 6 + ["已更正到账"] * 2
    assert ("张*强", "190.00", "已更正到账") in posted(office)
    tally = show_batch(office, batch).tally
    assert (tally.rows, tally.fen, tally.paid_rows, tally.returned_rows) == (8, total, 8, 0)
    assert all(check.ok for check in verify_ledger(office.ledger))
    kinds = [row[3] for row in dump(office.ledger)["postings"]]
    assert kinds == ["notice", "disclosure", "correction", "correction"]


def test_a_corrected_row_keeps_its_code_and_its_place_and_the_old_one_stays_as_it_was(
    office: Office, tmp_path: Path, batch: str
) -> None:
    old = dump(office.ledger)["payments"]
    rows = template(office, batch, tmp_path / "template.xlsx")
    fill(rows, 1, replace(PEOPLE[0], account=make_account(7001)))
    outcome = correct(office, tmp_path / "filled.xlsx", batch, rows)
    assert (outcome.corrected, outcome.left) == (1, 1)
    now = dump(office.ledger)["payments"]
    assert now[: len(old)] == old
    new, replaced = now[-1], next(row for row in old if row[0] == now[-1][3])
    assert (new[4], new[13], new[15]) == (replaced[4], replaced[13], replaced[15])  # village, fen, row code
    assert new[8] != replaced[8]  # account


def test_the_same_filled_template_again_is_a_no_op(office: Office, tmp_path: Path, batch: str) -> None:
    rows = template(office, batch, tmp_path / "template.xlsx")
    fill(rows, 1, PEOPLE[0])
    path = write_sheet(tmp_path / "filled.xlsx", rows)
    import_corrections(office, path, batch, "enterer", DAY)
    before = dump(office.ledger)
    again = import_corrections(office, path, batch, "enterer", DAY)
    assert (again.already, again.corrected, again.left) == (True, 0, 1)
    assert dump(office.ledger) == before


def test_what_is_not_right_in_a_template_is_named_and_changes_nothing(
    office: Office, tmp_path: Path, batch: str
) -> None:
    rows = template(office, batch, tmp_path / "template.xlsx")
    fill(rows, 1, replace(PEOPLE[0], id=PEOPLE[0].id[:-1]))
    fill(rows, 2, PEOPLE[1])
    rows[2][4] = "99999"
    rows.append([*rows[1][:2], "ZZZZ", *rows[1][3:]])
    fill(rows, 3, PEOPLE[2])
    before = dump(office.ledger)
    outcome = correct(office, tmp_path / "filled.xlsx", batch, rows)
    assert [(f.code, f.row) for f in outcome.findings] == [
        ("id.length", 2),
        ("correction.value", 3),
        ("correction.row", 4),
    ]
    assert outcome.corrected == 0
    assert dump(office.ledger) == before


def test_a_template_that_went_through_excel_is_understood_or_says_where_it_is_not(
    office: Office, tmp_path: Path, batch: str
) -> None:
    """Columns moved, a row deleted, keys turned into numbers, a key typed over, a key column lost."""
    rows = template(office, batch, tmp_path / "template.xlsx")
    fill(rows, 1, PEOPLE[0])
    fill(rows, 2, PEOPLE[1])
    rows[2][2] = "ZZZZ"
    moved = [[*row[8:], *row[:8]] for row in rows]
    moved[1][4] = int(moved[1][4])  # type: ignore[call-overload]
    outcome = correct(office, tmp_path / "moved.xlsx", batch, moved)
    assert (outcome.corrected, outcome.left) == (1, 1)
    (damaged,) = outcome.findings
    assert damaged.place == "工作表“清册” 第 3 行 “行号”列"
    assert "请照模板原样填回" in damaged.message
    one_left = template(office, batch, tmp_path / "again.xlsx")
    lost = [row[:2] + row[3:] for row in one_left]
    with pytest.raises(Refused, match=r"没有找到“行号”列.*重新下载"):
        correct(office, tmp_path / "lost.xlsx", batch, lost)
    assert correct(office, tmp_path / "deleted.xlsx", batch, one_left[:1]).corrected == 0
    assert show_batch(office, batch).tally.returned_rows == 1


def test_the_template_of_another_batch_is_refused(office: Office, tmp_path: Path, batch: str) -> None:
    rows = template(office, batch, tmp_path / "template.xlsx")
    rows[1][0] = "2025-0002"
    with pytest.raises(Refused, match="批次号不是"):
        correct(office, tmp_path / "filled.xlsx", batch, rows)
    with pytest.raises(Refused, match="不是更正模板"):
        correct(office, tmp_path / "other.xlsx", batch, [["甲", "乙"], ["1", "2"]])


def test_there_is_no_template_where_nothing_came_back(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, PEOPLE)
    with pytest.raises(Refused) as refused:
        write_template(office, batch, tmp_path / "template.xlsx")
    assert refused.value.findings[0].code == "correction.none"
    assert not (tmp_path / "template.xlsx").exists()


def test_money_that_cannot_be_paid_goes_back_to_the_treasury_and_the_sums_stay_right(
    office: Office, tmp_path: Path, batch: str
) -> None:
    step(office, batch, "refund", "accountant", 18, reason="联系不上本人")
    tally = show_batch(office, batch).tally
    assert (tally.paid_rows, tally.treasury_rows, tally.treasury_fen, tally.pending_rows) == (6, 2, 38_000, 0)
    step(office, batch, "disclosure", "discloser", 20)
    assert sorted(result for _, _, result in posted(office)) == ["已到账"] * 6 + ["已退回国库"] * 2
    assert all(check.ok for check in verify_ledger(office.ledger))
