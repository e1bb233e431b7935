"""Staff registered before there were accounts keep their rows, and each stands for sessions of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.ledger import schema
from portal.ledger.accounts import all_accounts
from portal.ledger.engine import Ledger


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    sqlite = request.param == "sqlite"
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield ledger
    ledger.close()


def test_staff_of_before_cannot_sign_in_and_stand_for_different_sessions(ledger: Ledger) -> None:
    schema.migrate(ledger, "0001")
    with ledger.write() as connection:
        for name in ("zhang", "li"):
            values = {"name": name}
            connection.execute(
                text("INSERT INTO staff (name, display, role, unit) VALUES (:name, 'x', 'bank', 'yh')"), values
            )
    schema.migrate(ledger)
    with ledger.read() as connection:
        li, zhang = all_accounts(connection)
    assert (li.name, zhang.name) == ("li", "zhang")
    assert not any(account.may_sign_in or account.must_change for account in (li, zhang))
    assert li.active
    assert len(li.uniquifier) == 32
    assert li.uniquifier != zhang.uniquifier
