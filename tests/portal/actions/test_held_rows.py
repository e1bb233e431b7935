"""Held rows settled later: paid after all, not paid, or corrected; the sums agree whatever becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from portal.actions.corrections import import_corrections, write_template
from portal.actions.held_rows import Decision, settle_rows
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.ledger import batches, settlements
from portal.office import Office, registered
from portal.queries.batches import show_batch
from portal.queries.held_rows import HeldLine, held_rows
from portal.queries.verification import verify_ledger
from tests.county import LIJIAWAN, give_feedback, make_batch, step
from tests.ledger_dump import change, dump
from tests.workbooks import people

RIGHT = people(12)
WRONG_AMOUNT, NO_ID, NO_VILLAGE, TWICE = 1, 2, 3, 12
ROLL = [*RIGHT, RIGHT[0]]
ROLL[WRONG_AMOUNT] = replace(RIGHT[WRONG_AMOUNT], amount="180")
ROLL[NO_ID] = replace(RIGHT[NO_ID], id="12")
ROLL[NO_VILLAGE] = replace(RIGHT[NO_VILLAGE], village="没有的村")


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    """Twelve rows and the first again: four are held."""
    return make_batch(office, tmp_path, ROLL).batch or ""


def actor(office: Office, name: str = "second") -> Actor:
    with office.ledger.read() as connection:
        return registered(connection, name)


def line(office: Office, batch: str, place: int) -> HeldLine:
    """The held row at that place of the roll, whose first person stands on line 3."""
    return next(each for each in held_rows(office, actor(office), batch).lines if each.row == place + 3)


def decide(office: Office, batch: str, place: int, outcome: str, by: str = "second", reason: str = "入户核对过") -> int:
    return settle_rows(
        office, actor(office, by), batch, [Decision(line(office, batch, place).payment, outcome, reason)]
    )


def correct(office: Office, batch: str, folder: Path, cells: dict[int, list[str]]) -> object:
    """Fill in the template: row of the template → name, ID, account."""
    path = folder / "template.xlsx"
    write_template(office, batch, path)
    book = openpyxl.load_workbook(path)
    for row, values in cells.items():
        for column, value in enumerate(values, start=9):
            book.active.cell(row, column, value)  # type: ignore[union-attr]
    book.save(path)
    return import_corrections(office, path, batch, "second", date(2025, 6, 3))


def is_sound(office: Office) -> bool:
    return all(check.ok for check in verify_ledger(office.ledger))


def test_a_row_that_is_right_is_paid_after_all_and_one_that_is_not_never(
    office: Office, batch: str, tmp_path: Path
) -> None:
    assert [each.row for each in held_rows(office, actor(office), batch).lines] == [4, 5, 6, 15]
    assert decide(office, batch, WRONG_AMOUNT, "admitted") == 1
    assert decide(office, batch, TWICE, "dropped", reason="重复录入") == 1
    tally = show_batch(office, batch).tally
    assert (tally.rows, tally.held_rows, tally.dropped_rows, tally.dropped_fen) == (13, 2, 1, 19_000)
    assert tally.pending_rows == 10
    assert is_sound(office)
    step(office, batch, "review", "reviewer", 3)
    step(office, batch, "notice", "enterer", 4)
    step(office, batch, "credit", "accountant", 12)
    give_feedback(office, tmp_path, batch, [ROLL[n] for n in (0, 1, *range(4, 12))], {1: "账号不存在"})
    tally = show_batch(office, batch).tally
    assert (tally.paid_rows, tally.returned_rows, tally.held_rows, tally.dropped_rows) == (9, 1, 2, 1)
    step(office, batch, "disclosure", "discloser", 16)
    assert is_sound(office)
    assert [row.outcome for row in held_rows(office, actor(office), batch).settled] == ["admitted", "dropped"]
    assert "重复录入" in str(dump(office.ledger)["journal"])


def test_who_has_nothing_to_do_with_them_reads_no_names(office: Office, batch: str) -> None:
    decide(office, batch, TWICE, "dropped", reason="重复录入")
    banker = Actor("banker", "", "bank", "yh")
    for who, hidden in ((actor(office), False), (banker, True)):
        found = held_rows(office, who, batch)
        assert {line.name == "姓名在这里不显示" for line in (*found.lines, *found.settled)} == {hidden}


def test_whom_nobody_can_tell_is_not_paid(office: Office, batch: str) -> None:
    before = dump(office.ledger)
    with pytest.raises(Refused, match="不知道是谁"):
        decide(office, batch, NO_ID, "admitted")
    assert dump(office.ledger) == before
    assert decide(office, batch, NO_ID, "dropped") == 1


def test_a_row_without_a_village_is_paid_where_somebody_says_it_belongs(office: Office, batch: str) -> None:
    row = line(office, batch, NO_VILLAGE).payment
    before = dump(office.ledger)
    for village, words in (("", "没有写村名"), ("还是没有的村", "认不出来"), (RIGHT[0].id, "疑似身份证号")):
        with pytest.raises(Refused, match=words):
            settle_rows(office, actor(office), batch, [Decision(row, "admitted", "问过村里", village)])
    assert dump(office.ledger) == before
    settle_rows(office, actor(office), batch, [Decision(row, "admitted", "问过村里", "东河镇李家湾")])
    assert len(held_rows(office, actor(office), batch).lines) == 3
    old, new = dump(office.ledger)["payments"][row - 1], dump(office.ledger)["payments"][-1]
    assert (old[4], new[3], new[4]) == ("", row, LIJIAWAN)
    assert old[6:14] == new[6:14]  # whoever it is and what it comes to
    assert is_sound(office)
    step(office, batch, "review", "reviewer", 3)
    step(office, batch, "notice", "enterer", 4)
    assert any(row[2] == LIJIAWAN and RIGHT[3].name[0] in str(row[7]) for row in dump(office.ledger)["postings"])


def test_who_entered_the_roll_and_who_looks_at_procedure_alone_settle_nothing(office: Office, batch: str) -> None:
    before = dump(office.ledger)
    for by, words in (("enterer", "录入的人不能自己核实"), ("accountant", "不能办"), ("village-clerk", "不能办")):
        with pytest.raises(Refused, match=words):
            decide(office, batch, WRONG_AMOUNT, "admitted", by)
    with pytest.raises(Refused, match="写明原因"):
        decide(office, batch, WRONG_AMOUNT, "admitted", reason="")
    with pytest.raises(Refused, match="疑似身份证号"):
        decide(office, batch, WRONG_AMOUNT, "admitted", reason=f"身份证{RIGHT[1].id}")
    assert dump(office.ledger) == before


def test_what_was_never_on_notice_joins_no_list(office: Office, batch: str, tmp_path: Path) -> None:
    step(office, batch, "review", "reviewer", 3)
    step(office, batch, "notice", "enterer", 4)
    with pytest.raises(Refused, match="没有公示过"):
        decide(office, batch, WRONG_AMOUNT, "admitted")
    with pytest.raises(Refused, match="不用更正"):
        write_template(office, batch, tmp_path / "template.xlsx")
    assert decide(office, batch, WRONG_AMOUNT, "dropped") == 1
    assert is_sound(office)


def test_all_or_none_and_each_row_once(office: Office, batch: str) -> None:
    good = Decision(line(office, batch, WRONG_AMOUNT).payment, "admitted", "入户核对过")
    before = dump(office.ledger)
    with pytest.raises(Refused, match="别人已经处理过"):
        settle_rows(office, actor(office), batch, [good, Decision(9_999, "dropped", "没有这一行")])
    assert dump(office.ledger) == before
    settle_rows(office, actor(office), batch, [good])
    with pytest.raises(Refused, match="别人已经处理过"):
        settle_rows(office, actor(office), batch, [good])


def test_a_wrong_id_is_mended_by_the_template_and_waits_to_be_paid(office: Office, batch: str, tmp_path: Path) -> None:
    person = RIGHT[NO_ID]
    done = correct(office, batch, tmp_path, {2: [person.name, person.id, person.account]})
    assert (done.corrected, done.left) == (1, 0)  # type: ignore[attr-defined]
    tally = show_batch(office, batch).tally
    assert (tally.rows, tally.held_rows, tally.pending_rows) == (13, 3, 10)
    assert is_sound(office)
    for other in RIGHT:
        assert other.id not in str(dump(office.ledger))


def test_a_correction_to_somebody_who_is_listed_already_changes_nothing(
    office: Office, batch: str, tmp_path: Path
) -> None:
    other = RIGHT[5]
    done = correct(office, batch, tmp_path, {2: [other.name, other.id, other.account]})
    assert (done.corrected, done.left) == (0, 1)  # type: ignore[attr-defined]
    assert "疑似重复" in done.findings[-1].message  # type: ignore[attr-defined]


def test_a_corrected_row_that_is_wrong_in_other_ways_stays_held(office: Office, tmp_path: Path) -> None:
    person = RIGHT[2]
    batch = make_batch(office, tmp_path, [*RIGHT[:2], replace(person, id="12", amount="180"), *RIGHT[3:6]]).batch or ""
    correct(office, batch, tmp_path, {2: [person.name, person.id, person.account]})
    (held,) = held_rows(office, actor(office), batch).lines
    assert held.kind.title == "数量×标准不等于金额"
    assert held.why_not == ""


def test_verify_names_a_row_that_was_settled_behind_the_journals_back(office: Office, batch: str) -> None:
    decide(office, batch, WRONG_AMOUNT, "admitted")
    change(office.ledger, "UPDATE settlements SET outcome = 'dropped'")
    assert not is_sound(office)
    change(office.ledger, "UPDATE settlements SET outcome = 'admitted', by = 'enterer'")
    said = [check.detail for check in verify_ledger(office.ledger) if not check.ok]
    assert said == [f"批次 {batch}：录入的人自己核实（第 4 行）"]


def test_the_count_of_held_rows_knows_what_is_settled(office: Office, batch: str) -> None:
    with office.ledger.read() as connection:
        found = batches.find_batch(connection, batch)
        assert found is not None
        assert settlements.held_counts(connection) == {found.id: 4}
    decide(office, batch, TWICE, "dropped")
    with office.ledger.read() as connection:
        assert settlements.held_counts(connection) == {found.id: 3}


def test_a_row_corrected_before_it_was_paid_is_published_as_paid_and_not_as_paid_again(
    office: Office, batch: str, tmp_path: Path
) -> None:
    person = RIGHT[NO_ID]
    correct(office, batch, tmp_path, {2: [person.name, person.id, person.account]})
    step(office, batch, "review", "reviewer", 3)
    step(office, batch, "notice", "enterer", 4)
    step(office, batch, "credit", "accountant", 12)
    give_feedback(office, tmp_path, batch, [person, *RIGHT[4:]])
    step(office, batch, "disclosure", "discloser", 16)
    texts = [str(row[7]) for row in dump(office.ledger)["postings"] if row[7] is not None]
    assert sum(text.count("已到账") for text in texts) == 9
    assert not any("已更正" in text for text in texts)
