"""The journal's chain: each entry carries the hash of the one before, so that nothing can be rewritten unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what to which rows. Never names of beneficiaries, words or digests."""

    number: int
    moment: str
    act: str
    actor: str
    detail: Mapping[str, object]
    previous: str
    hash: str


def entry_hash(number: int, moment: str, act: str, actor: str, detail: Mapping[str, object], previous: str) -> str:
    """SHA-256 in hex over the canonical JSON of everything in the entry, the previous hash included."""
    body = json.dumps(
        [number, moment, act, actor, detail, previous], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(body.encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> str | None:
    """Walk the chain from its start; say in words where it breaks, or None when it is whole."""
    previous = GENESIS
    for number, entry in enumerate(entries, start=1):
        if entry.number != number:
            return f"第 {number} 条缺失（读到的是第 {entry.number} 条）"
        if entry.previous != previous:
            return f"第 {number} 条与前一条不相接"
        if entry.hash != entry_hash(entry.number, entry.moment, entry.act, entry.actor, entry.detail, entry.previous):
            return f"第 {number} 条内容与其哈希不符"
        previous = entry.hash
    return None
