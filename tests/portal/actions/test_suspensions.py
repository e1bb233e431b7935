"""Suspension lists: digests alone, from the units that keep them; a roll is compared with them, a person never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.drafts import preview_roll
from portal.actions.staff import add_staff
from portal.actions.suspensions import (
    ImportedSuspensions,
    SuspensionRequest,
    delete_past_suspensions,
    end_suspensions,
    import_suspensions,
)
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.leads import lead_lines
from portal.queries.suspensions import suspension_lines
from tests.county import give_feedback, make_batch, office_in, published_batch, request_for
from tests.ledger_dump import bytes_of, dump
from tests.workbooks import Person, people, write_roll, write_sheet

PERSONS = people(6)
GONE, AWAY = PERSONS[1], PERSONS[2]
ELSEWHERE = people(1, start=900)[0]
CAUSE = "已去世未销户"


@pytest.fixture
def office(office: Office) -> Office:
    """With a department that may bring lists: 小明县农业农村局 stands in for 民政局."""
    return with_bringers(office)


def with_bringers(office: Office) -> Office:
    warnings = replace(office.rules.warnings, suspension_units=frozenset({"nyj"}))
    return replace(office, rules=replace(office.rules, warnings=warnings))


def bring(
    office: Office, folder: Path, rows: Sequence[tuple[Person, str, str]], document: str = "明民函1号", **more: object
) -> ImportedSuspensions:
    """A list with a cause in it, as offices keep them: (person, since, until) each."""
    table = [["序号", "姓名", "身份证号码", "起始日期", "截止日期", "原因"]]
    table += [[str(n), who.name, who.id, since, until, CAUSE] for n, (who, since, until) in enumerate(rows, 1)]
    path = write_sheet(folder / f"{document}.xlsx", [["停发人员名单"], *table])
    asked = {"by": "enterer", "document": document, "issued": date(2025, 6, 1), **more}
    return import_suspensions(office, SuspensionRequest(path, **asked))  # type: ignore[arg-type]


def test_a_row_of_a_roll_is_held_until_eligibility_is_clear(office: Office, tmp_path: Path) -> None:
    bring(office, tmp_path, [(GONE, "2025-03-14", ""), (AWAY, "2024年1月2日", "20250531")])
    roll = write_roll(tmp_path / "roll.xlsx", PERSONS)
    draft = preview_roll(office, request_for(roll))
    held = [finding for finding in draft.prepared.findings if finding.code == "person.eligibility"]
    assert [(finding.level, finding.row) for finding in held] == [("held", 4)]  # AWAY is back before 2 June
    assert "停发" not in held[0].message + held[0].column
    done = make_batch(office, tmp_path, PERSONS)
    assert (done.rows, done.held) == (6, 1)
    acts = [row for row in dump(office.ledger)["journal"] if row[2] == "roll.eligibility"]
    assert len(acts) == 1  # nobody tries people out and leaves no trace


def test_a_list_that_comes_after_the_roll_is_a_lead(office: Office, tmp_path: Path) -> None:
    make_batch(office, tmp_path, PERSONS)
    finance = Actor("accountant", "accountant", "finance", "czj")

    def found() -> list[str]:
        return [line.lead.words for line in lead_lines(office, finance) if line.lead.kind == "suspended"]

    assert found() == []
    bring(office, tmp_path, [(GONE, "2025-03-14", ""), (AWAY, "2025-06-20", "")])  # AWAY only after the roll
    assert found() == ["资格待核实的人有1笔在发，共190.00元"]
    bring(office, tmp_path, [(GONE, "", "")], "明民函2号")  # on two lists, still one lead
    assert found() == ["资格待核实的人有1笔在发，共190.00元"]
    for line in suspension_lines(office):
        end_suspensions(office, line.id, "enterer")
    assert found() == []


def test_lists_add_up_are_replaced_expire_and_leave_nothing(office: Office, tmp_path: Path) -> None:
    first = bring(office, tmp_path, [(GONE, "", ""), (GONE, "", ""), (AWAY, "", "2025-06-29")])
    assert (first.people, first.already) == (2, False)
    assert bring(office, tmp_path, [(GONE, "", ""), (GONE, "", ""), (AWAY, "", "2025-06-29")]).already
    assert delete_past_suspensions(office) == 1
    assert delete_past_suspensions(office) == 0
    bring(office, tmp_path, [(PERSONS[3], "", "")], "明民函2号")
    assert [(line.document, line.people) for line in suspension_lines(office)] == [("明民函2号", 1), ("明民函1号", 1)]
    assert bring(office, tmp_path, [(AWAY, "", "")], "明民函3号", replaces=True).ended == 2
    assert [line.people for line in suspension_lines(office)] == [1, 0, 0]
    assert end_suspensions(office, suspension_lines(office)[0].id, "second") == 1  # anybody of the same unit
    assert dump(office.ledger)["suspensions"] == []
    with pytest.raises(Refused, match="没有这份还有效的名单"):
        end_suspensions(office, 1, "enterer")


def test_rows_that_cannot_be_keyed_are_told_by_place_alone(office: Office, tmp_path: Path) -> None:
    wrong = replace(AWAY, id=AWAY.id[:-1] + ("0" if AWAY.id[-1] != "0" else "1"))
    done = bring(office, tmp_path, [(GONE, "", ""), (wrong, "", ""), (PERSONS[3], "去年春天", "")])
    assert done.people == 1
    assert [(finding.code, finding.row) for finding in done.findings] == [("id.check_digit", 4), ("suspension.date", 5)]
    assert not any(who.name in str(done.findings) or who.id in str(done.findings) for who in (AWAY, PERSONS[3]))
    path = write_sheet(tmp_path / "letter.xlsx", [["关于停发的通知"], ["请按规定办理"]])
    with pytest.raises(Refused, match="没有认出名单"):
        import_suspensions(office, SuspensionRequest(path, "通知", date(2025, 6, 1), "enterer"))


@pytest.mark.parametrize("by", ["clerk", "accountant", "reviewer", "village-clerk", "chief", "other"])
def test_only_a_department_that_keeps_such_lists_may(office: Office, tmp_path: Path, by: str) -> None:
    add_staff(office, "other", "别的部门", "department", "gkb")
    with pytest.raises(Refused, match="停发名单由"):
        bring(office, tmp_path, [(GONE, "", "")], by=by)
    bring(office, tmp_path, [(GONE, "", "")])
    with pytest.raises(Refused, match="停发名单由"):
        end_suspensions(office, 1, by)


def test_nothing_of_a_list_is_anywhere(tmp_path: Path) -> None:
    """Neither names, numbers nor causes in the database's files; no digest in the journal; nothing on the postings."""
    with office_in(tmp_path / "office") as plain:
        office = with_bringers(plain)
        bring(office, tmp_path, [(GONE, "2025-03-14", ""), (ELSEWHERE, "", "")])
        number = published_batch(office, tmp_path, PERSONS)
        give_feedback(office, tmp_path, number, PERSONS)
        stored = dump(office.ledger)
        proofs = [row[1] for row in stored["suspensions"] if isinstance(row[1], bytes)]
        assert len(proofs) == 2
        told = repr(stored["journal"]) + repr(stored["postings"])
        assert not any(proof.hex() in told or repr(proof) in told for proof in proofs)
        assert "停发" not in repr(stored)
        content = everything(tmp_path / "office")
        for secret in (CAUSE, *(value for who in (GONE, ELSEWHERE) for value in (who.id, who.name))):
            assert secret.encode() not in content
        alone = office.digester().proof(ELSEWHERE.id, ELSEWHERE.name)
        assert alone in content
        end_suspensions(office, 1, "enterer")
    assert alone not in everything(tmp_path / "office")


def everything(folder: Path) -> bytes:
    return b"".join(found for path, found in bytes_of(folder) if "keys" not in path.parts)
