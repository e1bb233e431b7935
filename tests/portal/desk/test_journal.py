"""The journal at the desk: every act in words, found quickly, and nothing in it of a case to whom the case concerns."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from portal.domain.journal_words import WORDS
from portal.ledger import journal
from portal.ledger.journal_search import Wanted, find_entries
from portal.office import Office
from portal.queries.journal_pages import SHOWN
from portal.security.case_keys import CaseKeys
from portal.security.places import Places
from tests.cases import AUDITOR, do
from tests.county import PROJECT, published_batch
from tests.desk_cases import entered, send
from tests.html import faults, parse_page
from tests.staff import Visitor, said
from tests.workbooks import people

OLDER = re.compile(r'href="([^"]*before=[^"]*)"')


def append_many(office: Office, count: int, act: str = "staff.signed_in", actor: str = "clerk (desk)") -> None:
    with office.ledger.write() as connection:
        for number in range(count):
            journal.append(connection, act, actor, {"factor": bool(number % 2)})


def lines(person: Visitor, query: str = "") -> list[dict[str, Any]]:
    answer = person.get(f"journal.jsonl{query}")
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.get_data(True).splitlines()]


def test_every_act_that_is_ever_written_has_words() -> None:
    written = set()
    for path in (PROJECT / "portal").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        calls = re.findall(r'(?:write_down|journal\.append)\(\s*connection,\s*(f?)"([^"]+)"', text)
        for is_made, act in calls:
            written |= {act.format(kind=kind) for kind in ("notice", "disclosure", "correction")} if is_made else {act}
    others = {"lookup.day", "policies.edit", "policies.drop", "trial.off"}  # written under a name, or after an else
    assert written | others == set(WORDS)
    assert {"case.act", "posting.notice", "release"} <= written


@pytest.mark.slow
def test_it_reads_as_sentences_and_is_searched(app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, people(8))
    auditor = entered(app, office, tmp_path, AUDITOR)
    page = auditor.get(f"journal?batch={batch}")
    words = said(page)
    assert list(faults(parse_page(page.get_data(True)))) == []
    assert f"批次{batch}，耕地地力保护补贴，第1版，小明县农业农村局，8行，1,520.00元，待核实0行" in words
    assert f"批次{batch}，“公开审查”，日期2025-06-03，主动公开" in words
    assert f"批次{batch}，1处，8行，1,520.00元" in words
    assert "登录 －" not in words.partition("最新的在前")[2]
    by = lines(auditor, "?by=reviewer")
    assert {line["by"] for line in by} == {"reviewer"}
    acts = lines(auditor, "?act=batch.step&by=accountant")
    assert [line["detail"]["step"] for line in acts] == ["credit"]
    assert {line["act"] for line in lines(auditor, "?act=政策清单")} == {"policies.import", "policies.approve"}
    assert lines(auditor, "?until=2020-01-01") == []
    assert lines(auditor, "?since=2020-01-01") == lines(auditor)
    assert lines(auditor, "?since=9999-12-31&until=0001-01-01") == []
    assert auditor.get("journal?before=nonsense&since=x&act=nosuch").status_code == 200


@pytest.mark.slow
def test_it_is_paged_by_place_without_gap_or_repeat(
    app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    auditor = entered(app, office, tmp_path, AUDITOR)
    append_many(office, 3 * SHOWN)
    rows, address, pages = [], "journal?act=staff.signed_in", 0
    while address:
        text = auditor.text(address)
        rows += re.findall(r'<tr>\n<th scope="row">', text)
        older = OLDER.search(text)
        address = older[1].replace("&amp;", "&").removeprefix("/desk/") if older else ""
        pages += 1
    assert (len(rows), pages) == (3 * SHOWN + 1, 4)  # and signing in itself
    with office.ledger.read() as connection:
        last = journal.head(connection)[0]
    text = auditor.text("journal")
    assert not re.search(rf"\b{last}\b", said(auditor.get("journal")))  # no number of an entry, no count
    assert str(last - SHOWN) not in OLDER.findall(text)[0]


@pytest.mark.slow
def test_what_is_taken_away_is_text_that_no_program_runs(
    app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    with office.ledger.write() as connection:
        journal.append(
            connection, "staff.add", "=2+2", {"name": "=cmd|' /C calc'!A0", "role": "admin", "unit": "@SUM(1)"}
        )
    auditor = entered(app, office, tmp_path, AUDITOR)
    book = openpyxl.load_workbook(io.BytesIO(auditor.get("journal.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert any(cell.value == "=cmd|' /C calc'!A0，系统管理员，@SUM(1)" for cell in cells)
    assert len(lines(auditor)) == len(list(book.active.iter_rows())) - 1  # type: ignore[union-attr]


@pytest.mark.slow
def test_whom_a_case_concerns_finds_no_entry_no_gap_and_nothing_that_moves(
    app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    """The auditor of the unit that is reported, and the administrator, who reads no cases at all."""
    near, chief = entered(app, office, tmp_path, AUDITOR), entered(app, office, tmp_path, "chief")
    visible = send(office, case_desk).number
    append_many(office, SHOWN)

    def everything(person: Visitor) -> list[bytes]:
        found = []
        for address in ("journal", "journal?act=投诉件", "journal?act=case.file", "journal?by=public", "journal.jsonl"):
            page = person.get(address)
            found.append(page.get_data())
            if older := OLDER.search(page.get_data(True)):
                found.append(person.get(older[1].replace("&amp;", "&").removeprefix("/desk/")).get_data())
        return found

    def without_tokens(pages: list[bytes]) -> list[bytes]:
        return [re.sub(rb'name="csrf_token" value="[^"]*"', b"", page) for page in pages]

    before = [without_tokens(everything(person)) for person in (near, chief)]
    hidden = send(office, case_desk, whom="department", unit="sjj").number
    do(office, hidden, "accept")
    do(office, hidden, "supervise", note="抓紧")
    after = [without_tokens(everything(person)) for person in (near, chief)]
    assert after == before
    texts = b"".join(before[0]).decode()
    assert visible in texts
    assert hidden not in texts
    assert '"act": "case.' not in b"".join(before[1]).decode()
    assert visible not in b"".join(before[1]).decode()
    with office.ledger.read() as connection:
        assert len(journal.of_case(connection, "case.act", hidden)) == 2


def test_a_place_in_an_address_tells_no_number() -> None:
    places = Places(bytes(32))
    sealed = [places.seal(number) for number in range(100)]
    assert [places.open(text) for text in sealed] == list(range(100))
    assert len({len(text) for text in sealed}) == 1
    assert places.seal(7) == sealed[7]
    assert [places.open(text) for text in ("", "abc", "ü", sealed[1][:-2], "A" * 32)] == [None] * 5
    assert Places(bytes([1]) * 32).open(sealed[1]) is None


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "SEARCH journal USING INTEGER PRIMARY KEY"),
        (Wanted(("batch.step",)), "ix_journal_act"),
        (Wanted(person="clerk"), "ix_journal_actor"),
        (Wanted(batch="2025-0001"), "journal_batches"),
        (Wanted(since="2025-01-01T00:00:00+00:00"), "SEARCH journal USING INTEGER PRIMARY KEY"),
    ],
)
def test_every_search_walks_down_an_index(office: Office, wanted: Wanted, index: str) -> None:
    append_many(office, 5)
    plans = []
    with office.ledger.read() as connection:
        run: Any = connection.execute

        def explained(query: Any, *more: Any) -> Any:
            if hasattr(query, "compile") and "journal.hash" in str(query):
                text = query.compile(connection, compile_kwargs={"literal_binds": True})
                plans.extend(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
            return run(query, *more)

        connection.execute = explained  # type: ignore[method-assign]
        list(find_entries(connection, wanted, 100, ("case.file",), 10))
    assert any(index in plan for plan in plans), plans
    assert not any(plan.startswith("SCAN journal") for plan in plans), plans
