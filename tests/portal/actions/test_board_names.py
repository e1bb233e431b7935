"""Full names for the village board: sealed where a rule demands them and nowhere else, opened while the notice runs by
who may and says why, gone when it is over."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions import board_names
from portal.actions.board_names import NamesRequest, erase_old_names, order_names
from portal.actions.drafts import confirm_draft, preview_roll
from portal.actions.prints import PrintRequest, order_pack
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.postings import Tally
from portal.domain.sheets import Layout, PackOrder
from portal.ledger import archive, drafts, journal, postings
from portal.office import Office
from portal.security import keys
from portal.security.board_names import opener, sealer
from tests.board import CHILD, SUPPORT, names_in, noticed_names, recipients, reviewed_batch, with_support
from tests.county import DONGHE, WANGCUN, XISHAN, give_feedback, make_batch, office_in, open_office, request_for, step
from tests.ledger_dump import bytes_of, change, dump
from tests.workbooks import people, write_roll

RUNNING, OVER = date(2025, 6, 6), date(2025, 6, 11)
WHY = "按规定张贴审批公示"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "office", today=RUNNING) as office:
        with_support(office, tmp_path)
        yield office


def sealed(office: Office) -> int:
    return len(dump(office.ledger)["sealed_names"])


def ordered(office: Office, number: str, place: str = DONGHE, by: str = "township-clerk", why: str = WHY) -> PackOrder:
    folder = Path(str(office.ledger.url.database)).parent
    return order_names(office, NamesRequest(number, place, by, why, Layout()), opener(folder / "keys"))


def test_names_are_sealed_of_this_policy_alone_and_of_no_minor(office: Office, tmp_path: Path) -> None:
    make_batch(office, tmp_path, people(5))
    assert sealed(office) == 0
    reviewed_batch(office, tmp_path)
    assert sealed(office) == len(recipients()) - 1
    boxes = [box for _, box in dump(office.ledger)["sealed_names"]]
    assert len(set(map(len, boxes))) == 1  # type: ignore[arg-type]
    everything = str(dump(office.ledger))
    assert [person.name for person in recipients() if person.name in everything] == []
    for _, data in bytes_of(tmp_path / "office"):
        assert not any(person.name.encode() in data for person in recipients())


def test_a_draft_keeps_them_sealed_until_it_is_a_batch(office: Office, tmp_path: Path) -> None:
    request = request_for(write_roll(tmp_path / "roll.xlsx", recipients()), SUPPORT)
    draft = preview_roll(office, request)
    with office.ledger.read() as connection:
        stored = drafts.find_draft(connection, draft.token, "enterer")
    assert stored is not None
    kept = zlib.decompress(stored.prepared or b"").decode()
    assert [person.name for person in recipients() if person.name in kept] == []
    assert sealed(office) == 0
    confirm_draft(office, Actor("enterer", "", "department", "nyj"), draft.token)
    assert sealed(office) == len(recipients()) - 1


def test_a_machine_without_the_key_says_that_names_were_not_kept(office: Office, tmp_path: Path) -> None:
    done = make_batch(replace(office, seal_name=lambda: None), tmp_path, recipients(), SUPPORT)
    assert "name.not_sealed" in {finding.code for finding in done.findings}
    assert sealed(office) == 0


def test_the_list_of_each_village_has_full_names_and_the_webs_figures(office: Office, tmp_path: Path) -> None:
    number = noticed_names(office, tmp_path)
    order = ordered(office, number)
    boards = {board.village: board for board in order.boards.values()}
    assert len(boards) == 3
    shown = {row.name for board in boards.values() for row in board.rows}
    wanted = {name for village in ("王村", "李家湾", "林溪村") for name in names_in(village)}
    assert shown == (wanted - {CHILD}) | {"公**满"}
    with office.ledger.read() as connection:
        current = {posting.id: posting for posting in postings.current(connection)}
    by_posting: dict[int, Tally] = {}
    for place, posting in enumerate(order.postings, start=1):
        by_posting[posting] = by_posting.get(posting, Tally()) + order.boards[place].tally
    assert len(by_posting) == 2  # 王村 alone, the two small villages together
    assert by_posting == {posting: current[posting].tally for posting in by_posting}


def test_who_opened_what_and_why_is_in_the_journal_without_a_name(office: Office, tmp_path: Path) -> None:
    number = noticed_names(office, tmp_path)
    order = ordered(office, number)
    with office.ledger.read() as connection:
        entry = journal.last_of(connection, "print.names")
    assert entry is not None
    assert (entry.number, entry.actor) == (order.number, "township-clerk (test)")
    assert (entry.detail["reason"], entry.detail["area"]) == (WHY, DONGHE)
    assert [person.name for person in recipients() if person.name in str(dump(office.ledger)["journal"])] == []
    assert [person.name for person in recipients() if person.name in repr(order)] == []


def test_nobody_else_opens_them_and_nothing_is_written_down_then(office: Office, tmp_path: Path) -> None:
    number = noticed_names(office, tmp_path)
    land = make_batch(office, tmp_path, people(6)).batch or ""
    before = dump(office.ledger)
    refused: list[tuple[dict[str, str], str]] = [
        ({"by": "chief"}, "打印全名由"),
        ({"by": "village-clerk"}, "打印全名由"),
        ({"by": "accountant"}, "打印全名由"),
        ({"place": XISHAN}, "西山乡不归您的单位管"),
        ({"why": "看"}, "写明为什么"),
        ({"why": "有人打电话 13999180001 来问"}, "疑似身份证号、账号或电话"),
        ({"number": land}, "村公示栏不写全名"),
    ]
    for change_of, words in refused:
        with pytest.raises(Refused, match=words):
            ordered(office, **{"number": number, **change_of})
    assert dump(office.ledger) == before


def test_who_prints_them_again_and_again_is_stopped(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_names, "A_DAY", 2)
    number = noticed_names(office, tmp_path)
    for _ in range(2):
        ordered(office, number)
    with pytest.raises(Refused, match="已经打印过2次全名"):
        ordered(office, number)
    assert ordered(office, number, by="second").boards


def test_a_sealed_name_that_was_moved_to_another_row_is_not_printed(office: Office, tmp_path: Path) -> None:
    number = noticed_names(office, tmp_path)
    rows = sorted(dump(office.ledger)["sealed_names"])
    change(office.ledger, "UPDATE sealed_names SET sealed = :box WHERE payment_id = :id", box=rows[1][1], id=rows[0][0])
    with pytest.raises(Refused, match="和名单对不上"):
        ordered(office, number)


def test_before_and_after_the_notice_there_is_nothing_to_open(office: Office, tmp_path: Path) -> None:
    number = reviewed_batch(office, tmp_path)
    with pytest.raises(Refused, match="不在公示期里"):
        ordered(office, number)
    step(office, number, "notice", "enterer", 4)
    with pytest.raises(Refused, match="不在公示期里"):
        ordered(replace(office, today=OVER), number)


def by_night(office: Office, number: str, _folder: Path) -> None:
    assert erase_old_names(office) == 0
    assert erase_old_names(replace(office, today=OVER)) == len(recipients()) - 1


def by_return(office: Office, number: str, _folder: Path) -> None:
    step(office, number, "return", "enterer", 5, reason="名单有误")


def by_withdrawal(office: Office, number: str, _folder: Path) -> None:
    step(office, number, "withdraw", "reviewer", 5, reason="公开错了")


def by_payment(office: Office, number: str, folder: Path) -> None:
    later = replace(office, today=date(2025, 6, 20))
    step(later, number, "credit", "accountant", 12)
    give_feedback(later, folder, number, recipients())


@pytest.mark.parametrize("end", [by_night, by_return, by_withdrawal, by_payment])
def test_however_the_notice_ends_the_names_are_gone_from_the_file(
    office: Office, tmp_path: Path, end: Callable[[Office, str, Path], None]
) -> None:
    number = noticed_names(office, tmp_path)
    boxes = [bytes(box) for _, box in dump(office.ledger)["sealed_names"]]  # type: ignore[arg-type]
    end(office, number, tmp_path)
    assert sealed(office) == 0
    assert not any(box in data for _, data in bytes_of(tmp_path / "office") for box in boxes)


def test_a_review_against_publishing_and_a_batch_that_comes_to_nothing_end_them_too(
    office: Office, tmp_path: Path
) -> None:
    number = make_batch(office, tmp_path, recipients(), SUPPORT).batch or ""
    assert erase_old_names(replace(office, today=date(2027, 5, 31))) == 0
    assert erase_old_names(replace(office, today=date(2027, 6, 3))) == len(recipients()) - 1
    step(office, number, "return", "enterer", 5, reason="重来")
    number = make_batch(office, tmp_path, recipients()[1:], SUPPORT).batch or ""
    assert sealed(office) == len(recipients()) - 2
    step(office, number, "review", "reviewer", 5, attribute="依申请公开")
    assert sealed(office) == 0


def test_a_backup_holds_none_and_is_whole_without(office: Office, tmp_path: Path) -> None:
    noticed_names(office, tmp_path)
    archive.backup(office.ledger, tmp_path / "data.gz")
    (tmp_path / "again").mkdir()
    again = open_office(tmp_path / "again")
    archive.restore(again.ledger, tmp_path / "data.gz")
    assert sealed(again) == 0
    assert dump(again.ledger) == dump(office.ledger) | {"sealed_names": []}
    again.ledger.close()


def test_an_ordinary_pack_has_masked_lists_before_and_after_payment(office: Office, tmp_path: Path) -> None:
    number = noticed_names(office, tmp_path)
    pack = order_pack(office, PrintRequest("batch", number, "township-clerk", Layout()))
    shown = {row.name for board in pack.boards.values() for row in board.rows}
    assert "慕**秋" in shown
    assert shown & {person.name for person in recipients()} == set()
    later = replace(office, today=date(2025, 6, 20))
    step(later, number, "credit", "accountant", 12)
    give_feedback(later, tmp_path, number, recipients())
    step(later, number, "disclosure", "discloser", 16)
    own = order_pack(later, PrintRequest("village", WANGCUN, "village-clerk", Layout()))
    assert {row.result for row in own.boards[1].rows} == {"已到账"}


def test_a_folder_without_the_private_key_opens_nothing(tmp_path: Path) -> None:
    keys.create_keys(tmp_path / "keys")
    keys.export_keys(tmp_path / "keys", "public", tmp_path / "public")
    assert keys.NAMES_PRIVATE in keys.MUST_NOT_HOLD["public"]
    seal = sealer(tmp_path / "public")
    assert seal is not None
    assert opener(tmp_path / "keys")(seal("买买提·艾力")) == "买买提·艾力"
    with pytest.raises(Refused, match=keys.NAMES_PRIVATE):
        opener(tmp_path / "public")
