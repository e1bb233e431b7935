"""A prepared roll as bytes and back: what a draft keeps for a day. Masked and keyed already, nothing raw in it."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import astuple
from decimal import Decimal
from typing import Final

from portal.domain.findings import Finding
from portal.intake.offers import OfferedSheet
from portal.intake.prepare import PreparedRoll, PreparedRow

_DIGESTS: Final = tuple(map(PreparedRow._fields.index, ("person", "proof", "account", "tail", "sealed_name")))
_MEASURES: Final = tuple(map(PreparedRow._fields.index, ("quantity", "rate")))


def pack(roll: PreparedRoll) -> bytes:
    content = {
        "rows": [_plain(row) for row in roll.rows],
        "findings": [astuple(finding) for finding in roll.findings],
        "sheets": roll.sheets,
        "columns": dict(roll.columns),
        "choices": dict(roll.choices),
        "offered": roll.offered,
        "sample": roll.sample,
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(packed: bytes) -> PreparedRoll:
    content = json.loads(zlib.decompress(packed))
    return PreparedRoll(
        tuple(map(_row, content["rows"])),
        tuple(Finding(*finding) for finding in content["findings"]),
        tuple(content["sheets"]),
        content["columns"],
        content["choices"],
        tuple(OfferedSheet(*sheet) for sheet in content.get("offered", ())),
        tuple(map(tuple, content.get("sample", ()))),
    )


def _plain(row: PreparedRow) -> list[object]:
    cells: list[object] = list(row)
    for place in _DIGESTS:
        digest = row[place]
        cells[place] = b64encode(digest).decode() if isinstance(digest, bytes) else None
    for place in _MEASURES:
        cells[place] = None if row[place] is None else str(row[place])
    return cells


def _row(cells: list[str | int | None]) -> PreparedRow:
    values: list[object] = list(cells)
    for place in _DIGESTS:
        digest = cells[place]
        values[place] = b64decode(digest) if isinstance(digest, str) else None
    for place in _MEASURES:
        values[place] = None if cells[place] is None else Decimal(str(cells[place]))
    return PreparedRow(*values)  # type: ignore[arg-type]
