"""Everything a ledger holds, to be compared or looked through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text

from portal.ledger.all_tables import metadata
from portal.ledger.engine import Ledger


def dump(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, tables and rows in a fixed order."""
    with ledger.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def change(ledger: Ledger, statement: str, **values: object) -> int:
    """What somebody with a database console could do; returns how many rows it changed."""
    with ledger.write() as connection:
        return connection.execute(text(statement), values).rowcount


def scalar(connection: Connection, statement: str) -> object:
    return connection.execute(text(statement)).scalar()


def bytes_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file under a folder with what is in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()
