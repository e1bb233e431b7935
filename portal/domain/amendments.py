"""What changed between a posting that hangs on paper and the one that superseded it: row by row, as a reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from portal.domain.postings import Row, Snapshot

ChangeKind = Literal["added", "removed", "changed"]
CHANGE_WORDS: Final[Mapping[ChangeKind, str]] = {"added": "新增", "removed": "去掉", "changed": "改动"}
_COMPARED: Final[Mapping[str, str]] = {"name": "姓名", "quantity": "数量", "rate": "标准", "result": "结果"}


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are amounts in yuan, "" where there is no row; `notes` say what else of it changed."""

    kind: ChangeKind
    code: str
    name: str
    before: str
    after: str
    notes: str


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """In the order of the new list, what went at the end. A row is the same row by its code. That results came in, where
    there were none, is no change: the list is what was announced."""
    old = {row.code: row for row in before.rows()}
    new = {row.code: row for row in after.rows()}
    found = [change for code, row in new.items() if (change := _change(old.get(code), row)) is not None]
    gone = [Change("removed", code, row.name, row.amount, "", "") for code, row in old.items() if code not in new]
    return found + gone


def _change(old: Row | None, new: Row) -> Change | None:
    if old is None:
        return Change("added", new.code, new.name, "", new.amount, "")
    notes = [
        f"{word}：{was} → {now}"
        for field, word in _COMPARED.items()
        if (was := getattr(old, field)) != (now := getattr(new, field)) and (field != "result" or was)
    ]
    if old.amount == new.amount and not notes:
        return None
    return Change("changed", new.code, new.name, old.amount, new.amount, "；".join(notes))
