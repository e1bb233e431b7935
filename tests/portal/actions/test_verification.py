"""`verify` names the first thing that is wrong, whatever somebody with a database console has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.domain.site import Check
from portal.domain.verification import COMPARED
from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.county import HARDSHIP, build, everywhere, make_site, published_batch
from tests.ledger_dump import change
from tests.workbooks import people

CHAIN, FILE, BALANCE, HELD, VILLAGES = (
    "日志链",
    "清册＝批次",
    "清册＝已到账＋待发放＋待核实＋已退国库＋核实后不发，不超指标",
    "待核实的行都由别人核实",
    "批次＝各村公示之和",
)


def wrong(office: Office) -> dict[str, str]:
    """Name → what it says, of the checks that fail."""
    return {check.name: check.detail for check in verify_ledger(office.ledger) if not check.ok}


@pytest.fixture
def published(office: Office, tmp_path: Path) -> Office:
    published_batch(office, tmp_path, everywhere(6), returned={0: "销户"})
    assert wrong(office) == {}
    return office


def test_every_check_of_the_ledger_says_at_the_desk_what_it_compares(published: Office) -> None:
    assert {check.name for check in verify_ledger(published.ledger)} - COMPARED.keys() == set()


def test_an_amount_that_was_changed(published: Office) -> None:
    assert change(published.ledger, "UPDATE payments SET fen = fen + 1 WHERE id = 7") == 1
    said = wrong(published)
    assert "2025-0001" in said[FILE]
    assert "5,700.01" in said[FILE]
    assert BALANCE in said


def test_a_payment_that_was_deleted(published: Office) -> None:
    change(published.ledger, "DELETE FROM results WHERE payment_id = 7")
    change(published.ledger, "DELETE FROM payment_names WHERE payment_id = 7")
    change(published.ledger, "DELETE FROM payments WHERE id = 7")
    assert "库中 29 行" in wrong(published)[FILE]


def test_a_journal_entry_whose_detail_was_changed(published: Office) -> None:
    change(published.ledger, "UPDATE journal SET detail = '{}' WHERE number = 20")
    assert wrong(published) == {CHAIN: "第 20 条内容与其哈希不符"}


def test_a_journal_entry_whose_actor_was_changed(published: Office) -> None:
    change(published.ledger, "UPDATE journal SET actor = 'somebody else' WHERE number = 18")
    assert wrong(published) == {CHAIN: "第 18 条内容与其哈希不符"}


def test_a_journal_entry_that_was_deleted(published: Office) -> None:
    change(published.ledger, "DELETE FROM journal WHERE number = 15")
    assert wrong(published) == {CHAIN: "第 15 条缺失（读到的是第 16 条）"}


def test_an_entry_rewritten_with_a_hash_of_its_own_no_longer_joins_the_next(published: Office) -> None:
    change(published.ledger, "UPDATE journal SET previous = hash WHERE number = 21")
    assert wrong(published) == {CHAIN: "第 21 条与前一条不相接"}


def test_an_allotment_smaller_than_the_roll(published: Office) -> None:
    sql = "INSERT INTO steps (batch_id, step, day, by, document, reason, amount_fen, attribute) "
    change(published.ledger, sql + "VALUES (1, 'allotment', '2025-06-11', 'x', '', '', 1, '')")
    assert "超过指标 0.01 元" in wrong(published)[BALANCE]


def test_a_posting_that_was_taken_out_of_sight(published: Office) -> None:
    change(published.ledger, "UPDATE postings SET superseded = true WHERE id = 10")
    assert wrong(published) == {VILLAGES: "批次 2025-0001：各村公示相加 24 行 4,560.00 元，清册 30 行 5,700.00 元"}


def site_says(office: Office, tmp_path: Path) -> dict[str, Check]:
    return {check.name: check for check in make_site(office, tmp_path / "office").verify()}


def test_a_snapshot_that_was_changed_no_longer_fits_page_and_hash(published: Office, tmp_path: Path) -> None:
    build(published, make_site(published, tmp_path / "office"))
    assert all(check.ok for check in site_says(published, tmp_path).values())
    sql = "UPDATE postings SET snapshot = replace(snapshot, '190.00', '910.00') WHERE id = 6"
    assert change(published.ledger, sql) == 1
    check = site_says(published, tmp_path)["公示快照＝网页＝下载"]
    assert not check.ok
    assert "东河镇王村" in check.detail


def test_a_posting_without_a_page_yet_is_said(published: Office, tmp_path: Path) -> None:
    build(published, make_site(published, tmp_path / "office"))
    published_batch(published, tmp_path, people(6), HARDSHIP)
    check = site_says(published, tmp_path)["公示快照＝网页＝下载"]
    assert "请运行 mingbai build" in check.detail


def test_a_release_whose_record_was_changed_is_named(published: Office, tmp_path: Path) -> None:
    build(published, make_site(published, tmp_path / "office"))
    change(published.ledger, "UPDATE releases SET manifest_hash = 'x'")
    assert not site_says(published, tmp_path)["版本已登记"].ok


def test_before_the_first_build_there_is_no_site_to_verify(office: Office, tmp_path: Path) -> None:
    assert [check.ok for check in make_site(office, tmp_path / "office").verify()] == [False]
