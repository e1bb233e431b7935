"""The journal: numbered without gaps, chained by hash, written with the act or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.journal import GENESIS, first_break
from portal.ledger import journal, schema
from portal.ledger.engine import Ledger
from tests.county import office_in, published_batch
from tests.ledger_dump import dump
from tests.workbooks import people


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    schema.migrate(ledger)
    yield ledger
    ledger.close()


def test_the_chain_starts_at_sixty_four_noughts_and_joins_up(ledger: Ledger) -> None:
    with ledger.read() as connection:
        assert journal.head(connection) == (0, GENESIS)
    for number in range(1, 6):
        with ledger.write() as connection:
            assert journal.append(connection, "test", "somebody", {"n": number, "词": "中文", "list": [1, 2]}) == number
    with ledger.read() as connection:
        entries = list(journal.entries(connection))
        assert journal.head(connection) == (5, entries[-1].hash)
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert first_break(entries) is None


def test_every_past_head_is_a_prefix_of_the_chain(ledger: Ledger) -> None:
    heads = []
    for number in range(5):
        with ledger.write() as connection:
            journal.append(connection, "test", "somebody", {"n": number})
        with ledger.read() as connection:
            heads.append(journal.head(connection))
    with ledger.read() as connection:
        assert [(entry.number, entry.hash) for entry in journal.entries(connection)] == heads


def test_an_act_that_fails_leaves_no_entry(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as connection:
            journal.append(connection, "test", "somebody", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.read() as connection:
        assert journal.head(connection) == (0, GENESIS)


def test_no_digest_no_name_and_no_words_stand_in_it(tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        published_batch(office, tmp_path, people(8), returned={0: "销户"})
        held = dump(office.ledger)
        written = str(held["journal"])
    digests = {value.hex() for row in held["payments"] for value in row if isinstance(value, bytes)}
    digests |= {value.hex() for row in held["files"] for value in row if isinstance(value, bytes)}
    assert digests
    assert [digest for digest in digests if digest in written] == []
    names = {str(row[1]) for row in held["payment_names"]}
    assert [name for name in names if name in written] == []
