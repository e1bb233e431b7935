"""Backup and restore: the drill. Everything is there elsewhere, on the other database as well, and keys never travel
with the data."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from pathlib import Path

import pytest

from portal.domain.findings import Refused
from portal.ledger import archive
from portal.ledger.engine import Ledger
from portal.office import Office
from portal.queries.cases import case_page
from portal.queries.follow import follow
from portal.queries.verification import verify_ledger
from portal.security.case_keys import CaseKeys
from tests.cases import CONTACT, DESK_A, STORY, open_desk, opened, work_cases
from tests.county import (
    build,
    everywhere,
    give_feedback,
    make_batch,
    make_site,
    office_in,
    open_office,
    published_batch,
    step,
)
from tests.ledger_dump import dump
from tests.workbooks import people


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a county in the middle of its work; beside it the ledger it was taken of, closed."""
    with office_in(tmp_path / "here") as office:
        published_batch(office, tmp_path, everywhere(6), returned={0: "销户"})
        make_batch(office, tmp_path, people(6, start=50), period="2025+1")
        work_cases(office, open_desk(office, tmp_path / "here"))
        build(office, make_site(office, tmp_path / "here"))
        rows = archive.backup(office.ledger, tmp_path / "data.gz")
        assert rows == sum(map(len, dump(office.ledger).values()))
    return tmp_path / "data.gz"


def restored(saved: Path, url: str | None = None) -> Office:
    """The backup in another place; the keys were brought there separately."""
    there = saved.parent / "there"
    shutil.copytree(saved.parent / "here" / "keys", there / "keys")
    office = open_office(there, url)
    archive.restore(office.ledger, saved)
    return office


def continues(office: Office, folder: Path) -> None:
    """The restored county verifies, knows its people again and who complained, builds its site and goes on working."""
    here = open_office(folder / "here")
    assert dump(office.ledger) == dump(here.ledger)
    here.ledger.close()
    assert [check for check in verify_ledger(office.ledger) if not check.ok] == []
    case_keys = CaseKeys(folder / "there" / "keys")
    followed = follow(office, case_keys.receipt_hash(case_keys.receipt("one")))
    assert followed is not None
    page = case_page(office, DESK_A, followed.case.number)
    assert page is not None
    assert [opened("desk", words.sealed) for words in page.words if not words.event] == [STORY, CONTACT]
    assert [file.kind for file in page.files] == ["photo", "photo"]
    site = make_site(office, folder / "there")
    build(office, site)
    assert [check for check in site.verify() if not check.ok] == []
    step(office, "2025-0002", "review", "reviewer", 3)
    step(office, "2025-0002", "notice", "enterer", 4)
    assert give_feedback(office, folder, "2025-0002", people(6, start=50)).results == {"paid": 6}
    step(office, "2025-0002", "disclosure", "discloser", 16)
    assert make_batch(office, folder, people(6, start=50), period="2025+2").batch == "2025-0003"
    assert [check for check in verify_ledger(office.ledger) if not check.ok] == []
    office.ledger.close()


def test_a_backup_restored_in_another_folder_is_the_same_county(saved: Path) -> None:
    continues(restored(saved), saved.parent)


@pytest.mark.slow
def test_a_county_moves_from_sqlite_to_postgresql(saved: Path, postgres_url: str) -> None:
    continues(restored(saved, postgres_url), saved.parent)


@pytest.mark.slow
def test_and_from_postgresql_to_sqlite(tmp_path: Path, postgres_url: str) -> None:
    with office_in(tmp_path / "here", postgres_url) as office:
        published_batch(office, tmp_path, people(6))
        archive.backup(office.ledger, tmp_path / "data.gz")
        ledger = Ledger(f"sqlite:///{tmp_path / 'there.db'}")
        archive.restore(ledger, tmp_path / "data.gz")
        assert dump(ledger) == dump(office.ledger)
        ledger.close()


def test_no_key_is_in_a_backup_in_any_spelling(saved: Path) -> None:
    data = gzip.decompress(saved.read_bytes())
    secret = (saved.parent / "here" / "keys" / "identity.key").read_bytes()
    spellings = [secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret)]
    pem = (saved.parent / "here" / "keys" / "release-signing.pem").read_bytes().split()[3]
    spellings.append(pem)
    assert [spelling for spelling in spellings if spelling in data] == []
    assert b"PRIVATE KEY" not in data
    assert saved.stat().st_mode & 0o077 == 0


def test_a_truncated_or_altered_backup_is_refused_and_leaves_the_database_empty(saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    changed = b"".join(lines).replace(b"19000", b"19001", 1)
    broken = {
        "cut in the middle": whole[: len(whole) // 2],
        "cut by a byte": whole[:-1],
        "without its last line": gzip.compress(b"".join(lines[:-1])),
        "without a row": gzip.compress(b"".join(lines[:40] + lines[41:])),
        "without its batches": gzip.compress(b"".join(line for line in lines if not line.startswith(b'["batches"'))),
        "with a table nobody knows": gzip.compress(b"".join([*lines[:9], b'["nosuch",[1]]\n', *lines[9:]])),
        "with a flipped byte": whole[:200] + bytes([whole[200] ^ 0xFF]) + whole[201:],
        "with another amount": gzip.compress(changed),
        "no backup at all": b"PK\x03\x04 something else",
        "empty": b"",
    }
    for number, (what, data) in enumerate(broken.items()):
        saved.write_bytes(data)
        ledger = Ledger(f"sqlite:///{tmp_path / f'{number}.db'}")
        with pytest.raises(Refused) as refused:
            archive.restore(ledger, saved)
        assert (what, refused.value.findings[0].code) == (what, "restore.broken")
        assert not any(dump(ledger).values()), what
        ledger.close()


def test_a_database_in_use_is_never_overwritten(saved: Path) -> None:
    office = restored(saved)
    before = dump(office.ledger)
    with pytest.raises(Refused, match="已有数据"):
        archive.restore(office.ledger, saved)
    assert dump(office.ledger) == before
    office.ledger.close()


def test_a_backup_of_another_version_is_refused(saved: Path, tmp_path: Path) -> None:
    lines = gzip.decompress(saved.read_bytes()).splitlines(keepends=True)
    head = {**json.loads(lines[0]), "revision": "0000"}
    saved.write_bytes(gzip.compress(json.dumps(head).encode() + b"\n" + b"".join(lines[1:])))
    ledger = Ledger(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(Refused, match="备份的版本是 0000"):
        archive.restore(ledger, saved)
    ledger.close()


def test_a_backup_taken_while_somebody_writes_is_of_one_moment(tmp_path: Path) -> None:
    with office_in(tmp_path / "here") as office:
        make_batch(office, tmp_path, people(6))
        with office.ledger.write() as connection:
            connection.exec_driver_sql("DELETE FROM payment_names")
            archive.backup(office.ledger, tmp_path / "data.gz")
        ledger = Ledger(f"sqlite:///{tmp_path / 'there.db'}")
        archive.restore(ledger, tmp_path / "data.gz")
        assert len(dump(ledger)["payment_names"]) == 6
        ledger.close()
