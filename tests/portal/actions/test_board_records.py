"""Village boards: what may be noted of them, who looks at a photo before the public, and when photos go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.board_records import Noted, drop_record, note_record, release_photo
from portal.actions.retention import retire_lists
from portal.actions.withdrawals import withdraw
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.ledger import archive, erasure
from portal.ledger.publishing_tables import board_records
from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.board import SUPPORT, recipients, with_support
from tests.board_records import DISCLOSER, PLACE, REVIEWER, WC_CLERK, camera, noted, photo, released
from tests.county import WANGCUN, ZHAOZHUANG, noticed_batch, open_office, published_batch
from tests.ledger_dump import dump
from tests.workbooks import people

DEPARTMENT = Actor("enterer", "enterer", "department", "nyj")


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    """On notice from the 4th of June, in 王村 and 赵庄."""
    return noticed_batch(office, tmp_path, [*people(6), *people(6, start=100, village="赵庄")])


def records(office: Office) -> list[tuple[object, ...]]:
    """(area, event, day, by, has a photo, released by)"""
    return [(*row[2:6], row[7] is not None, row[11]) for row in dump(office.ledger)["board_records"]]


def test_a_photo_waits_for_somebody_else(office: Office, batch: str) -> None:
    noted(office, batch, "up", 4)
    up = (WANGCUN, "up", date(2025, 6, 4), "village-clerk", True)
    assert records(office) == [(*up, None)]
    with pytest.raises(Refused, match="政务公开办"):
        release_photo(office, WC_CLERK, batch, 1)
    noted(office, batch, "up", 4, shade=130, by=REVIEWER)
    with pytest.raises(Refused, match="自己登记的照片"):
        release_photo(office, REVIEWER, batch, 2)
    release_photo(office, REVIEWER, batch, 1)
    assert records(office)[0] == (*up, "reviewer")
    with pytest.raises(Refused, match="已经有人看过"):
        release_photo(office, DISCLOSER, batch, 1)


def test_what_is_kept_is_the_picture_and_nothing_else(office: Office, batch: str) -> None:
    assert PLACE in camera()
    noted(office, batch, "up", 4)
    (row,) = dump(office.ledger)["board_records"]
    kept = row[7]
    assert isinstance(kept, bytes)
    assert (PLACE in kept, b"Exif" in kept, row[9], row[10]) == (False, False, 1280, 960)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"area": ZHAOZHUANG}, "不归您登记"),
        ({"area": "990199101202"}, "不归您登记"),
        ({"event": "torn"}, "贴出还是撤下"),
        ({"event": "down"}, "先登记哪一天贴出"),
        ({"day": date(2025, 6, 3)}, "2025年6月4日（公开那天）到今天"),
        ({"day": date(2025, 7, 1)}, "到今天之间"),
        ({"batch": "2025-0999"}, "没有批次"),
    ],
)
def test_what_cannot_be_is_refused(office: Office, batch: str, change: dict[str, object], words: str) -> None:
    asked = {"batch": batch, "area": WANGCUN, "event": "up", "day": date(2025, 6, 5), **change}
    with pytest.raises(Refused, match=words):
        note_record(office, WC_CLERK, Noted(**asked))  # type: ignore[arg-type]
    assert records(office) == []


def test_the_same_twice_is_refused(office: Office, batch: str) -> None:
    noted(office, batch, "up", 5)
    with pytest.raises(Refused, match="这张照片已经登记过"):
        noted(office, batch, "up", 6)
    with pytest.raises(Refused, match="这一天已经登记过"):
        noted(office, batch, "up", 5, shade=None)
    with pytest.raises(Refused, match="先登记哪一天贴出"):
        noted(office, batch, "down", 4, shade=None)
    for shade in (130, 140, 150):
        noted(office, batch, "up", 5, shade)
    with pytest.raises(Refused, match="够了"):
        noted(office, batch, "up", 5, 160)
    noted(office, batch, "down", 11, shade=None)
    assert len(records(office)) == 5


def test_where_the_board_shows_more_than_the_web_no_photo_is_kept(office: Office, tmp_path: Path) -> None:
    with_support(office, tmp_path)
    batch = noticed_batch(office, tmp_path, recipients(), SUPPORT)
    with pytest.raises(Refused, match="不能上传"):
        noted(office, batch, "up", 4)
    assert records(office) == []
    noted(office, batch, "up", 4, shade=None)
    assert len(records(office)) == 1


def test_a_county_that_keeps_no_records_takes_none(office: Office, batch: str) -> None:
    without = replace(office, rules=replace(office.rules, keeps_board_records=False))
    with pytest.raises(Refused, match="没有开通"):
        noted(without, batch, "up", 5)
    noted(office, batch, "up", 5)
    with pytest.raises(Refused, match="没有开通"):
        release_photo(without, REVIEWER, batch, 1)


def test_who_takes_a_record_back(office: Office, batch: str) -> None:
    noted(office, batch, "up", 5)
    with pytest.raises(Refused, match="政务公开办"):
        drop_record(office, DEPARTMENT, batch, 1)
    drop_record(office, WC_CLERK, batch, 1)
    assert records(office) == []
    with pytest.raises(Refused, match="没有这条"):
        drop_record(office, WC_CLERK, batch, 1)
    noted(office, batch, "up", 5)
    released(office, batch)
    drop_record(office, REVIEWER, batch, 1)
    kinds = [row[1] for row in dump(office.ledger)["publication_changes"]]
    assert kinds[-1] == "erasure", "what was public is taken off earlier releases too"
    assert kinds.count("erasure") == 1, "what was not needs no such thing"


@pytest.mark.parametrize("ending", ["withdrawn", "retired"])
def test_photos_go_with_the_list(office: Office, tmp_path: Path, ending: str) -> None:
    batch = published_batch(office, tmp_path, people(6))
    noted(office, batch, "up", 4)
    released(office, batch)
    assert erasure.stored_traces(office.ledger, batch)[0] == 2
    if ending == "withdrawn":
        withdraw(office, batch, "reviewer", "公开错了")
    else:
        retire_lists(replace(office, today=date(2027, 6, 16)))
    assert records(office) == [(WANGCUN, "up", date(2025, 6, 4), "village-clerk", False, None)]
    assert erasure.stored_traces(office.ledger, batch)[0] == int(ending == "retired")
    files = [
        path for path in (tmp_path / "office").glob("mingbai.db*") if photo().content[600:900] in path.read_bytes()
    ]
    assert files == [], "not in free pages either"
    with pytest.raises(Refused, match="没有可以张贴的名单"):
        noted(office, batch, "up", 5, 130)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"photo": photo(130).content}, "被换过"),
        ({"photo": photo(130).content, "sha256": hashlib.sha256(photo(130).content).hexdigest()}, "被换过"),
        ({"released_by": "village-clerk"}, "是登记的人自己公开的"),
    ],
)
def test_verification_tells_a_photo_that_was_exchanged(
    office: Office, batch: str, change: dict[str, object], words: str
) -> None:
    noted(office, batch, "up", 4)
    released(office, batch)
    assert all(check.ok for check in verify_ledger(office.ledger))
    with office.ledger.write() as connection:
        connection.execute(board_records.update().values(change))
    wrong = [check.detail for check in verify_ledger(office.ledger) if not check.ok]
    assert wrong == [f"批次 {batch}：2025年6月4日贴出的照片（第 1 条）{words}"]


def test_after_a_restore_every_photo_waits_again(office: Office, tmp_path: Path, batch: str) -> None:
    noted(office, batch, "up", 5)
    released(office, batch)
    archive.backup(office.ledger, tmp_path / "data.gz")
    (tmp_path / "there").mkdir()
    there = open_office(tmp_path / "there")
    archive.restore(there.ledger, tmp_path / "data.gz")
    assert [(row[4], row[5]) for row in records(there)] == [(True, None)]
    there.ledger.close()
