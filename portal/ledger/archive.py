"""Backup and restore of the whole ledger as one compressed file: every table at one moment, line by line.

Independent of the database behind it (a county may move from SQLite to PostgreSQL with it). Keys are never in it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from portal.domain.findings import Refused
from portal.ledger import board_records, schema
from portal.ledger.all_tables import metadata
from portal.ledger.draft_tables import drafts
from portal.ledger.engine import Ledger
from portal.ledger.tables import sealed_names

_FORMAT: Final = "mingbai-backup-1"
_AT_ONCE: Final = 2000
_NOT_KEPT: Final = (drafts, sealed_names)
"""What is kept for a day, or until a notice is over, may not live on in a backup."""
_BROKEN: Final = (EOFError, gzip.BadGzipFile, zlib.error, ValueError, KeyError, TypeError, IntegrityError, DataError)


def backup(ledger: Ledger, path: Path) -> int:
    """Write all tables as of one read transaction; returns how many rows. The file appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    rows = 0
    with ledger.read() as connection, gzip.open(part, "wb") as file:
        file.write(_line({"format": _FORMAT, "revision": schema.current_revision(connection)}))
        digest = hashlib.sha256()
        for table in (table for table in metadata.sorted_tables if table not in _NOT_KEPT):
            for values in _rows(connection, table):
                line = _line([table.name, values])
                digest.update(line)
                file.write(line)
                rows += 1
        file.write(_line({"rows": rows, "sha256": digest.hexdigest()}))
    part.chmod(0o600)
    part.replace(path)
    return rows


def restore(ledger: Ledger, path: Path) -> int:
    """Fill an empty database from a backup; all or nothing. Raises Refused for a broken file or a used database."""
    schema.migrate(ledger)
    with ledger.write() as connection, gzip.open(path, "rb") as file:
        if any(connection.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables):
            raise Refused("这个数据库里已有数据，不能覆盖。请换一个空的 instance 目录再恢复", "restore.used")
        try:
            rows = _fill(connection, file)
        except _BROKEN as error:
            raise Refused("备份文件不完整或不是本程序的备份，没有恢复任何内容", "restore.broken") from error
        board_records.close_again(connection)
        _move_counters(ledger, connection)
        return rows


def _fill(connection: Connection, file: gzip.GzipFile) -> int:
    head = json.loads(file.readline())
    if head["format"] != _FORMAT:
        raise ValueError("another format")
    if head["revision"] != schema.current_revision(connection):
        raise Refused(f"备份的版本是 {head['revision']}，与本程序不同。请用同版本的程序恢复后再升级", "restore.version")
    digest = hashlib.sha256()
    table: Table | None = None
    waiting: list[dict[str, Any]] = []

    def flush() -> None:
        if table is not None and waiting:
            connection.execute(insert(table), waiting)
            waiting.clear()

    for rows, line in enumerate(file):
        content = json.loads(line)
        if isinstance(content, dict):
            flush()
            if content != {"rows": rows, "sha256": digest.hexdigest()} or file.read(1):
                raise ValueError("damaged")
            return rows
        name, values = content
        if table is None or table.name != name or len(waiting) >= _AT_ONCE:
            flush()
            table = metadata.tables[name]
        waiting.append(_decoded(table, values))
        digest.update(line)
    raise EOFError


def _move_counters(ledger: Ledger, connection: Connection) -> None:
    """PostgreSQL counts ids in sequences that explicit ids do not move."""
    if ledger.is_sqlite:
        return
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}
            )
            top = connection.scalar(select(func.max(column)))
            if sequence and top:
                connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": top})


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    encoders: list[Callable[[Any], Any]] = [_encoder(column.type) for column in table.columns]
    for row in connection.execute(select(table).order_by(*table.primary_key)).yield_per(_AT_ONCE):
        yield [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]


def _encoder(kind: object) -> Callable[[Any], Any]:
    if isinstance(kind, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(kind, Date):
        return lambda value: value.isoformat()
    return lambda value: value


def _decoded(table: Table, values: list[Any]) -> dict[str, Any]:
    decoded = {}
    for column, value in zip(table.columns, values, strict=True):
        if value is not None and isinstance(column.type, LargeBinary):
            value = base64.b64decode(value)
        elif value is not None and isinstance(column.type, Date):
            value = date.fromisoformat(value)
        decoded[column.name] = value
    return decoded


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
