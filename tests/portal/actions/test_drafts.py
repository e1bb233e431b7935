"""A draft is what import would do, one word before: the same findings, nobody else's to see, one batch, gone after a day."""

from __future__ import annotations

import threading
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from portal.actions.drafts import (
    NotGuessed,
    Upload,
    confirm_draft,
    delete_old_drafts,
    discard_draft,
    preview_roll,
    preview_upload,
)
from portal.actions.rolls import ImportedRoll, import_roll
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.ledger import drafts, registers
from portal.ledger.archive import backup, restore
from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.county import HANDED_IN, HARDSHIP, LAND, make_batch, office_in, request_for, step
from tests.ledger_dump import change, dump
from tests.workbooks import people, write_roll, write_sheet

PEOPLE = people(8)
TITLE = ["小明县农业农村局2025年耕地地力保护补贴发放清册"]


def actor(office: Office, name: str = "enterer") -> Actor:
    with office.ledger.read() as connection:
        found = registers.find_staff(connection, name)
    assert found is not None
    return found


def all_but_drafts(office: Office) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in dump(office.ledger).items() if name != "drafts"}


def stored(office: Office) -> list[drafts.StoredDraft]:
    with office.ledger.read() as connection:
        return drafts.drafts_of(connection, "enterer")


def titled_roll(path: Path, title: list[str] = TITLE, amount: str = "补贴金额（元）") -> Path:
    header = ["村", "姓名", "身份证号", "一卡通账号", amount]
    rows = [[p.village, p.name, p.id, p.account, 190] for p in PEOPLE]
    return write_sheet(path, [title, header, *rows])


def upload(path: Path, **more: object) -> Upload:
    return Upload(path, path.name, "enterer", HANDED_IN, **more)  # type: ignore[arg-type]


def test_a_draft_confirmed_is_what_import_would_have_made(office: Office, tmp_path: Path) -> None:
    wrong = [replace(PEOPLE[0], village="没有这个村"), *PEOPLE[1:]]
    request = request_for(write_roll(tmp_path / "roll.xlsx", wrong))
    draft = preview_roll(office, request)
    request.path.unlink()  # the file is gone by the time somebody confirms
    done = confirm_draft(office, actor(office), draft.token)
    with office_in(tmp_path / "other") as other:
        imported = import_roll(other, replace(request, path=write_roll(tmp_path / "roll.xlsx", wrong)))
        theirs = all_but_drafts(other)
    assert done == imported
    assert ("held", "area.unknown") in [(f.level, f.code) for f in done.findings]
    ours = all_but_drafts(office)
    for table in ("batches", "steps", "payment_names"):
        assert ours[table] == theirs[table]
    codes = {table: [row[:15] + row[16:] for row in found["payments"]] for table, found in ((1, ours), (2, theirs))}
    assert [row[4:6] + row[11:14] for row in codes[1]] == [row[4:6] + row[11:14] for row in codes[2]]
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_a_preview_writes_nothing_but_the_draft_and_the_draft_holds_nothing_raw(office: Office, tmp_path: Path) -> None:
    before = all_but_drafts(office)
    preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    assert all_but_drafts(office) == before
    row = dump(office.ledger)["drafts"][0]
    packed = next(cell for cell in row if isinstance(cell, bytes) and len(cell) > 32)
    said = str(row) + zlib.decompress(packed).decode()
    assert '"欧**娜"' in said
    for person in PEOPLE:
        assert not any(word in said for word in (person.name, person.id, person.account))


def test_only_who_made_a_draft_sees_it(office: Office, tmp_path: Path) -> None:
    draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    before = dump(office.ledger)
    for name in ("second", "chief", "clerk"):
        for act in (confirm_draft, discard_draft):
            with pytest.raises(Refused, match="没有这份草稿"):
                act(office, actor(office, name), draft.token)
    assert dump(office.ledger) == before
    assert [found.token for found in stored(office)] == [draft.token]


def test_who_may_not_import_may_not_preview(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    for by in ("banker", "inspector"):
        with pytest.raises(Refused, match="不能办"):
            preview_roll(office, request_for(path, by=by))
        with pytest.raises(Refused, match="不能办"):
            preview_upload(office, replace(upload(path), by=by))
    draft = preview_roll(office, request_for(path))
    change(office.ledger, "UPDATE staff SET role = 'bank' WHERE name = 'enterer'")
    with pytest.raises(Refused, match="不能办"):
        confirm_draft(office, actor(office), draft.token)


def test_confirming_twice_makes_one_batch(office: Office, tmp_path: Path) -> None:
    draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    first = confirm_draft(office, actor(office), draft.token)
    before = dump(office.ledger)
    again = confirm_draft(office, actor(office), draft.token)
    assert (first.batch, first.already) == ("2025-0001", False)
    assert (again.batch, again.rows, again.fen, again.already) == ("2025-0001", 8, first.fen, True)
    assert dump(office.ledger) == before
    assert stored(office) == []
    with pytest.raises(Refused, match="已经确认"):
        discard_draft(office, actor(office), draft.token)


def test_confirming_many_times_at_once_makes_one_batch(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    mine = preview_roll(office, request_for(path))
    theirs = preview_roll(office, request_for(path, by="second"))
    done: list[ImportedRoll] = []

    def confirm(name: str, token: str) -> None:
        done.append(confirm_draft(office, actor(office, name), token))

    wanted = [("enterer", mine.token), ("second", theirs.token)] * 4
    threads = [threading.Thread(target=confirm, args=each) for each in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found.batch for found in done] == ["2025-0001"] * 8
    assert sum(not found.already for found in done) == 1
    assert len(dump(office.ledger)["batches"]) == 1


def test_conflicts_are_looked_for_again_when_confirming(office: Office, tmp_path: Path) -> None:
    draft = preview_roll(office, request_for(write_roll(tmp_path / "mine.xlsx", PEOPLE[:4])))
    batch = make_batch(office, tmp_path, PEOPLE).batch
    before = dump(office.ledger)
    with pytest.raises(Refused, match=f"已有批次 {batch}"):
        confirm_draft(office, actor(office), draft.token)
    assert dump(office.ledger) == before
    step(office, batch or "", "return", "accountant", 5, reason="少了证明材料")
    assert confirm_draft(office, actor(office), draft.token).batch == "2025-0002"


def test_a_wrong_total_stays_a_draft_until_a_named_person_says_why(office: Office, tmp_path: Path) -> None:
    draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE, total="1500")))
    before = dump(office.ledger)
    assert confirm_draft(office, actor(office), draft.token).is_refused
    with pytest.raises(Refused, match="必须写明原因"):
        confirm_draft(office, actor(office), draft.token, {"total.mismatch": " "})
    with pytest.raises(Refused, match="疑似身份证号"):
        confirm_draft(office, actor(office), draft.token, {"total.mismatch": f"见 {PEOPLE[0].id}"})
    assert confirm_draft(office, actor(office), draft.token, {"amount.jump": "另一类"}).unaccepted
    assert dump(office.ledger) == before
    done = confirm_draft(office, actor(office), draft.token, {"total.mismatch": "合计行漏改"})
    assert done.batch == "2025-0001"
    assert "合计行漏改" in str(dump(office.ledger)["acceptances"])
    assert "total.mismatch" in str(dump(office.ledger)["journal"][-1])


def test_a_new_preview_of_the_same_file_or_batch_takes_the_place_of_the_old_one(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", PEOPLE)
    old = preview_roll(office, request_for(path))
    preview_roll(office, request_for(path, period="2025H1"))
    mended = preview_roll(office, request_for(write_roll(tmp_path / "mended.xlsx", PEOPLE[1:]), period="2025H1"))
    assert [found.token for found in stored(office)] == [mended.token]
    with pytest.raises(Refused, match="没有这份草稿"):
        confirm_draft(office, actor(office), old.token)


def test_a_draft_is_gone_after_a_day_and_thrown_away_at_once(office: Office, tmp_path: Path) -> None:
    old = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    change(office.ledger, "UPDATE drafts SET created = '2025-06-01T00:00:00+00:00'")
    with pytest.raises(Refused, match="没有这份草稿"):
        confirm_draft(office, actor(office), old.token)
    young = preview_roll(office, request_for(write_roll(tmp_path / "young.xlsx", PEOPLE[:5]), HARDSHIP))
    assert delete_old_drafts(office) == 1
    assert [row[0] for row in dump(office.ledger)["drafts"]] == [young.token]
    assert delete_old_drafts(office) == 0
    discard_draft(office, actor(office), young.token)
    assert dump(office.ledger)["drafts"] == []


def test_a_draft_read_with_another_key_is_refused(office: Office, tmp_path: Path) -> None:
    draft = preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    change(office.ledger, "UPDATE drafts SET key_id = 'another'")
    with pytest.raises(Refused, match="换密钥以前"):
        confirm_draft(office, actor(office), draft.token)


def test_no_draft_lives_on_in_a_backup(office: Office, tmp_path: Path) -> None:
    preview_roll(office, request_for(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    backup(office.ledger, tmp_path / "backup.gz")
    with office_in(tmp_path / "other") as other:
        empty = type(other.ledger)(f"sqlite:///{tmp_path / 'empty.db'}")
        restore(empty, tmp_path / "backup.gz")
        assert dump(empty) == {**dump(office.ledger), "drafts": []}
        empty.close()


def test_what_nobody_chose_is_guessed_and_said_to_be(office: Office, tmp_path: Path) -> None:
    draft = preview_upload(office, upload(titled_roll(tmp_path / "roll.xlsx")))
    assert (draft.request.policy, draft.request.period, draft.request.unit) == (LAND, "2025", "nyj")
    assert draft.guessed == ("policy", "period", "unit")
    draft = preview_upload(office, upload(titled_roll(tmp_path / "roll.xlsx"), policy=HARDSHIP, period="2025H1"))
    assert (draft.request.policy, draft.request.period, draft.guessed) == (HARDSHIP, "2025H1", ("unit",))


def test_what_cannot_be_guessed_is_asked_for(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotGuessed, match="哪一项补贴") as asked:
        preview_upload(office, upload(titled_roll(tmp_path / "roll.xlsx", ["2025年发放清册"])))
    assert (asked.value.missing, asked.value.found["period"]) == (["policy"], "2025")
    assert dump(office.ledger)["drafts"] == []


def test_what_a_column_was_said_to_be_is_remembered_for_the_unit_and_policy(office: Office, tmp_path: Path) -> None:
    odd = titled_roll(tmp_path / "odd.xlsx", amount="钱数")
    draft = preview_upload(office, upload(odd))
    assert draft.prepared.is_refused
    assert "钱数" in draft.prepared.choices
    draft = preview_upload(office, upload(odd, columns={"amount": "钱数"}))
    assert not draft.prepared.is_refused
    confirm_draft(office, actor(office), draft.token)
    again = preview_upload(office, upload(odd, period="2025H2"))
    assert (dict(again.request.columns), again.prepared.is_refused) == ({"amount": "钱数"}, False)
    other = preview_upload(office, upload(titled_roll(tmp_path / "plain.xlsx"), period="2025Q1"))
    assert (dict(other.request.columns), other.prepared.is_refused) == ({}, False)
    assert preview_upload(office, upload(odd, policy=HARDSHIP)).prepared.is_refused
    assert preview_upload(office, upload(odd, period="2025H2", columns={})).prepared.is_refused
