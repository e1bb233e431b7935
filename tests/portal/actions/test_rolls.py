"""Importing a roll: whole or not at all, once, by the right person, with held rows counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.actions.rolls import import_roll
from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.verification import verify_ledger
from tests.county import ELDERS, FAMILIES, HARDSHIP, LAND, make_batch, published_batch, request_for, step
from tests.ledger_dump import dump
from tests.people import make_id
from tests.workbooks import Person, people, write_roll

PEOPLE = people(8)


def codes(outcome: object) -> list[tuple[str, str]]:
    return [(finding.level, finding.code) for finding in outcome.findings]  # type: ignore[attr-defined]


def test_a_dry_run_finds_the_same_and_writes_nothing(office: Office, tmp_path: Path) -> None:
    wrong = replace(PEOPLE[0], id=PEOPLE[0].id[:-1] + ("0" if PEOPLE[0].id[-1] != "0" else "1"))
    request = request_for(write_roll(tmp_path / "roll.xlsx", [wrong, *PEOPLE[1:]]))
    before = dump(office.ledger)
    dry = import_roll(office, request, dry_run=True)
    assert dump(office.ledger) == before
    real = import_roll(office, request)
    assert (dry.batch, real.batch) == (None, "2025-0001")
    assert (dry.rows, dry.held, dry.fen, dry.findings) == (real.rows, real.held, real.fen, real.findings)
    assert ("held", "id.check_digit") in codes(real)


def test_the_same_file_again_is_a_no_op_that_names_its_batch(office: Office, tmp_path: Path) -> None:
    first = make_batch(office, tmp_path, PEOPLE)
    before = dump(office.ledger)
    again = import_roll(office, request_for(tmp_path / f"{LAND}-2025.xlsx"))
    assert dump(office.ledger) == before
    assert (again.batch, again.rows, again.fen, again.already) == (first.batch, 8, first.fen, True)


def test_another_file_is_refused_until_the_batch_is_returned_and_then_makes_a_second_revision(
    office: Office, tmp_path: Path
) -> None:
    first = make_batch(office, tmp_path, PEOPLE)
    changed = write_roll(tmp_path / "changed.xlsx", PEOPLE[:-1])
    before = dump(office.ledger)
    with pytest.raises(Refused, match="已有批次 2025-0001"):
        import_roll(office, request_for(changed))
    assert dump(office.ledger) == before
    assert first.batch is not None
    step(office, first.batch, "return", "accountant", 5, reason="少了证明材料")
    second = import_roll(office, request_for(changed))
    assert second.batch == "2025-0002"
    assert show_batch(office, "2025-0002").revision == 2
    assert show_batch(office, "2025-0001").state == "已被新版替代"
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_a_returned_roll_handed_in_again_unchanged_makes_a_new_revision(office: Office, tmp_path: Path) -> None:
    first = make_batch(office, tmp_path, PEOPLE)
    assert first.batch is not None
    step(office, first.batch, "return", "accountant", 5, reason="等一份证明")
    assert import_roll(office, request_for(tmp_path / f"{LAND}-2025.xlsx")).batch == "2025-0002"


def test_a_supplement_of_the_same_period_is_a_batch_of_its_own(office: Office, tmp_path: Path) -> None:
    make_batch(office, tmp_path, PEOPLE)
    late = make_batch(office, tmp_path, people(3, start=50), period="2025+1")
    assert (late.batch, late.rows) == ("2025-0002", 3)


def test_who_may_not_import_is_refused(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    before = dump(office.ledger)
    for by, code in (("banker", "staff.role"), ("inspector", "staff.role"), ("nobody", "staff.unknown")):
        with pytest.raises(Refused) as refused:
            import_roll(office, request_for(path, by=by))
        assert refused.value.findings[0].code == code
    assert dump(office.ledger) == before


def test_a_policy_a_unit_or_a_period_that_is_not_there_is_refused(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    for changes, code in (
        ({"policy": "nosuch"}, "policy.unknown"),
        ({"unit": "nosuch"}, "unit.unknown"),
        ({"period": "2025H3"}, "period.bad"),
        ({"period": "2024"}, "policies.none"),
    ):
        with pytest.raises(Refused) as refused:
            import_roll(office, request_for(path, **changes))
        assert refused.value.findings[0].code == code


def test_a_total_that_does_not_add_up_refuses_the_whole_file_with_both_figures(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE, total="1500")
    before = dump(office.ledger)
    outcome = import_roll(office, request_for(path))
    assert outcome.is_refused
    assert outcome.batch is None
    said = next(finding.message for finding in outcome.findings if finding.code == "total.mismatch")
    assert "1,500.00" in said
    assert "1,520.00" in said
    assert dump(office.ledger) == before


def test_a_named_person_may_let_a_wrong_total_pass_with_a_reason(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE, total="1500")
    with pytest.raises(Refused, match="必须写明原因"):
        import_roll(office, request_for(path, accepted={"total.mismatch": ""}))
    outcome = import_roll(office, request_for(path, accepted={"total.mismatch": "合计行漏改"}))
    assert outcome.batch == "2025-0001"
    assert ("warning", "total.mismatch") in codes(outcome)
    journal = dump(office.ledger)["journal"][-1]
    assert "total.mismatch" in str(journal)
    assert "合计行漏改" in str(journal)
    assert "enterer" in str(journal)


def test_every_kind_of_warning_has_a_reason_of_its_own_or_stands_as_unexplained(office: Office, tmp_path: Path) -> None:
    shared = [replace(PEOPLE[0], account=PEOPLE[1].account), *PEOPLE[1:]]
    path = write_roll(tmp_path / "roll.xlsx", shared, total="1500")
    reasons = {"total.mismatch": "合计行漏改", "amount.jump": "这一批没有"}
    outcome = import_roll(office, request_for(path, accepted=reasons))
    assert outcome.unaccepted == ("account.shared",)
    kept = [row[1:] for row in dump(office.ledger)["acceptances"]]
    assert kept == [("account.shared", 1, ""), ("total.mismatch", 1, "合计行漏改")]


def test_a_reason_with_somebodys_id_in_it_is_refused(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE, total="1500")
    with pytest.raises(Refused, match="疑似身份证号"):
        import_roll(office, request_for(path, accepted={"total.mismatch": f"见 {PEOPLE[0].id}"}))


def test_held_rows_are_kept_back_and_counted_to_the_fen(office: Office, tmp_path: Path) -> None:
    rows = [
        *PEOPLE,
        Person(20, village="没有这个村"),
        Person(21, amount="200"),  # 2 × 95 is 190
        Person(22, name="张3丰"),
        Person(23, id="990121195001010000"),
    ]
    outcome = make_batch(office, tmp_path, rows)
    held = {finding.code for finding in outcome.findings if finding.level == "held"}
    assert held == {"area.unknown", "amount.mismatch", "name.bad", "id.check_digit"}
    assert (outcome.rows, outcome.held, outcome.fen) == (12, 4, 8 * 190_00 + 3 * 190_00 + 200_00)
    tally = show_batch(office, outcome.batch or "").tally
    assert (tally.held_rows, tally.held_fen, tally.pending_rows) == (4, 77_000, 8)
    published_batch(
        office, tmp_path, [Person(number, village="没有这个村") for number in range(40, 44)] + PEOPLE, ELDERS
    )
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_somebody_twice_two_on_one_account_and_the_wrong_age_are_said_with_their_rows(
    office: Office, tmp_path: Path
) -> None:
    one = replace(PEOPLE[0], quantity=None, id=make_id("19200101", 7))
    young = replace(PEOPLE[1], quantity=None)
    shared = replace(PEOPLE[2], quantity=None, account=young.account)
    outcome = make_batch(office, tmp_path, [one, young, shared, one], ELDERS)
    by_code = {finding.code: finding for finding in outcome.findings}
    assert by_code["person.twice"].level == "held"
    assert by_code["person.twice"].row == 6
    assert "第 3 行" in by_code["person.twice"].message
    assert (by_code["account.shared"].level, by_code["account.shared"].row) == ("warning", 4)
    assert by_code["age.outside"].row in (4, 5)
    assert outcome.held == 1


def test_households_may_share_an_account_and_earlier_batches_are_looked_at(office: Office, tmp_path: Path) -> None:
    poor = [replace(person, quantity=None) for person in PEOPLE]
    make_batch(office, tmp_path, poor, HARDSHIP)
    family = [replace(poor[0], account=poor[1].account), poor[1]]
    outcome = make_batch(office, tmp_path, family, FAMILIES)
    assert ("note", "account.shared") in codes(outcome)
    assert ("warning", "policy.excluded") in codes(outcome)
    assert ("warning", "account.changed") in codes(outcome)
    elsewhere = import_roll(office, request_for(write_roll(tmp_path / "dh.xlsx", poor[:2]), HARDSHIP, unit="dh"))
    assert ("warning", "person.paid_already") in codes(elsewhere)


def test_a_file_that_cannot_be_read_changes_nothing(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    path.write_bytes(path.read_bytes()[:-400])
    before = dump(office.ledger)
    with pytest.raises(Refused):
        import_roll(office, request_for(path))
    assert dump(office.ledger) == before


def test_who_was_paid_by_a_batch_that_was_withdrawn_is_said_when_the_roll_comes_again(
    office: Office, tmp_path: Path
) -> None:
    batch = published_batch(office, tmp_path, people(6), returned={0: "销户"})
    step(office, batch, "withdraw", "discloser", 17, reason="名单发错了村")
    again = make_batch(office, tmp_path, people(6))
    found = [finding for finding in again.findings if finding.code == "person.paid_already"]
    assert len(found) == 5
    assert batch in found[0].message
