"""`verify` names the case in which something is wrong, whatever somebody with a database console has changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.cases import open_desk, work_cases
from tests.county import office_in, open_office
from tests.ledger_dump import change

STATE, ORDER, WHOLE, JOURNAL, CLEAN = (
    "件的状态、承办单位＝逐步记录",
    "件的每一步照规定、按先后",
    "件的原话、附件、回执齐全",
    "件＝日志，封存内容没有变",
    "件的文字里没有个人信息",
)
NAMES = {STATE, ORDER, WHOLE, JOURNAL, CLEAN}


def wrong(office: Office) -> dict[str, str]:
    """Name → what it says, of the checks of cases that fail."""
    return {check.name: check.detail for check in verify_ledger(office.ledger) if not check.ok and check.name in NAMES}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worked")
    with office_in(folder) as office:
        work_cases(office, open_desk(office, folder))
    return folder


@pytest.fixture
def office(worked: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(worked, tmp_path / "office")
    office = open_office(tmp_path / "office")
    yield office
    office.ledger.close()


def test_what_nobody_touched_verifies(office: Office) -> None:
    assert wrong(office) == {}
    assert {check.name for check in verify_ledger(office.ledger)} > NAMES


TAMPERED = [
    ("UPDATE cases SET state = 'closed' WHERE id = 1", STATE, "列表里是“已办结”，按逐步记录应是“已受理”"),
    ("UPDATE cases SET unit = 'czj' WHERE id = 1", STATE, "列表里的承办单位是“czj”"),
    ("UPDATE case_events SET act = 'forget' WHERE id = 7", STATE, "没有“forget”这一步"),
    ("UPDATE case_events SET by = 'desk-a' WHERE act = 'review'", ORDER, "第 5 步：拟的人不能自己审"),
    ("UPDATE case_events SET outcome = 'true' WHERE act = 'draft'", ORDER, "结果只能是"),
    ("UPDATE case_events SET day = '2024-01-01' WHERE act = 'answer'", ORDER, "早于前一步"),
    ("DELETE FROM case_events WHERE act = 'review'", ORDER, "不能“答复”"),
    ("DELETE FROM case_words WHERE part = 'words' AND reader = 'receipt'", ORDER, "还要写明：告诉反映人的话"),
    ("INSERT INTO case_concerns VALUES (1, 'unit', 'nyj')", ORDER, "回避"),
    ("DELETE FROM case_words WHERE part = 'story' AND case_id = 3", WHOLE, "封存的原话不见了"),
    ("UPDATE case_words SET reader = 'unit' WHERE part = 'story' AND case_id = 2", WHOLE, "封存的原话不见了"),
    ("UPDATE cases SET receipt_hash = x'00' WHERE id = 3", WHOLE, "没有回执"),
    ("UPDATE case_files SET case_id = 99 WHERE id = 2", WHOLE, "封存的附件第 2 行不属于任何一件"),
    ("UPDATE case_words SET case_id = 99 WHERE part = 'contact' AND case_id = 3", WHOLE, "不属于任何一件"),
    ("UPDATE case_words SET event_id = 1 WHERE part = 'contact' AND case_id = 3", WHOLE, "的任何一步"),
    ("UPDATE case_events SET case_id = 99 WHERE act = 'sign_for'", WHOLE, "逐步记录第 9 行不属于任何一件"),
    ("UPDATE case_words SET sealed = x'00' WHERE part = 'story' AND case_id = 1", JOURNAL, "收件时封存的内容"),
    ("UPDATE case_words SET sealed = x'00' WHERE part = 'words' AND reader = 'desk'", JOURNAL, "第 7 步封存的内容"),
    ("UPDATE case_files SET sealed = x'00' WHERE id = 1", JOURNAL, "收件时封存的内容"),
    ("DELETE FROM case_files WHERE id = 2", JOURNAL, "收件时封存的内容"),
    ("UPDATE case_words SET reader = 'discipline' WHERE part = 'contact' AND case_id = 1", JOURNAL, "收件时封存的内容"),
    ("DELETE FROM case_events WHERE act = 'sign_for'", JOURNAL, "台账里 1 步，日志里 2 步"),
    ("UPDATE case_events SET act = 'note_review' WHERE act = 'answer'", JOURNAL, "或先后不同"),
    ("DELETE FROM cases WHERE id = 3", JOURNAL, "日志里有，台账里没有这一件"),
    ("DELETE FROM journal WHERE act = 'case.file'", JOURNAL, "日志里"),
    ("UPDATE cases SET title = '打13800138000' WHERE id = 1", CLEAN, "标题里有疑似"),
    ("UPDATE cases SET summary = '打13800138000' WHERE id = 1", CLEAN, "转述里有疑似"),
    ("UPDATE case_events SET note = '打13800138000' WHERE act = 'return_matter'", CLEAN, "第 3 步的说明里有疑似"),
]


@pytest.mark.parametrize(("statement", "check", "words"), TAMPERED, ids=[statement for statement, *_ in TAMPERED])
def test_whatever_was_changed_is_said(office: Office, statement: str, check: str, words: str) -> None:
    with closing(sqlite3.connect(str(office.ledger.url.database))) as console:  # which keeps no foreign keys
        assert console.execute(statement).rowcount > 0
        console.commit()
    said = wrong(office)
    assert words in said.get(check, ""), said


def test_the_phone_that_a_unit_had_for_a_while_may_be_erased(office: Office) -> None:
    change(office.ledger, "INSERT INTO case_words (case_id, part, reader, sealed) VALUES (1, 'contact', 'unit', x'01')")
    assert wrong(office) == {}


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    with office_in(tmp_path / "office", postgres_url) as office:
        work_cases(office, open_desk(office, tmp_path / "office"))
        assert wrong(office) == {}
        assert change(office.ledger, "UPDATE case_words SET sealed = '\\x00' WHERE part = 'story'") == 3
        assert "收件时封存的内容" in wrong(office)[JOURNAL]
