"""A posting: one village × batch × kind as published, and the snapshot it is published as.

Where only totals may be shown, villages with few people are counted together (see `count_small_together`).

The snapshot is masked, tab-separated text. Page, sheet, CSV, check code and verification are all made from it,
so the same item carries the same figures everywhere.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from portal.domain.small_cells import SMALLEST_CELL

Kind = Literal["notice", "disclosure", "correction"]
KINDS: Final[Mapping[Kind, str]] = {"notice": "发放前公示", "disclosure": "发放结果公开", "correction": "更正公开"}

Result = Literal["pending", "paid", "returned", "corrected", "reissued", "treasury", "dropped"]
RESULTS: Final[Mapping[str, str]] = {
    "": "",
    "pending": "待发放",
    "paid": "已到账",
    "returned": "退回待重发",
    "corrected": "已更正待发",
    "reissued": "已更正到账",
    "treasury": "已退回国库",
    "dropped": "核实后不发",
}

COLUMNS: Final = ("code", "group", "name", "quantity", "rate", "amount", "result")
COLUMN_WORDS: Final[Mapping[str, str]] = {
    "code": "行号",
    "group": "组别",
    "name": "姓名",
    "quantity": "数量",
    "rate": "标准",
    "amount": "金额（元）",
    "result": "结果",
}
_FIRST_LINE: Final = "mingbai-snapshot\t1"
CODE_ALPHABET: Final = "23456789CDFGHJKMNPQRTVWXY"
"""Nothing that reads like another character on paper; and no vowel, so that a spreadsheet takes no code for a date
(3DEC) or a power of ten (23E4)."""
_BREAKS = re.compile(r"[\x00-\x08\n-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SMALLEST_GROUP: Final = 5
"""A group is named only where at least this many rows share it; smaller ones show the village."""


@dataclass(frozen=True, slots=True)
class Row:
    """One published row, all text as shown. `amount` is yuan with two decimals."""

    code: str
    group: str
    name: str
    quantity: str
    rate: str
    amount: str
    result: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows and 分 by what became of them. Invariant: all = paid + pending + held + treasury + dropped.

    `returned` (sent back by the bank, to be paid again) is the part of `pending` that people ask about; `dropped` are rows
    that were held and are not paid, as somebody found who looked into them.
    """

    rows: int = 0
    fen: int = 0
    paid_rows: int = 0
    paid_fen: int = 0
    returned_rows: int = 0
    returned_fen: int = 0
    held_rows: int = 0
    held_fen: int = 0
    treasury_rows: int = 0
    treasury_fen: int = 0
    dropped_rows: int = 0
    dropped_fen: int = 0

    @property
    def pending_rows(self) -> int:
        return self.rows - self.paid_rows - self.held_rows - self.treasury_rows - self.dropped_rows

    @property
    def pending_fen(self) -> int:
        return self.fen - self.paid_fen - self.held_fen - self.treasury_fen - self.dropped_fen

    @property
    def listed_rows(self) -> int:
        """Rows that are published, or stand behind a published total: all but the held and the dropped ones."""
        return self.rows - self.held_rows - self.dropped_rows

    @property
    def listed_fen(self) -> int:
        return self.fen - self.held_fen - self.dropped_fen

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @classmethod
    def total(cls, tallies: Iterable[Tally]) -> Tally:
        total = cls()
        for tally in tallies:
            total = total + tally
        return total


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A posting's content. `rows_text` is the rows as they stand in the text, one a line, for bulk pages."""

    facts: Mapping[str, str]
    columns: tuple[str, ...]
    rows_text: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def tally(self) -> Tally:
        return tally_of(self.facts)

    @property
    def shows_rows(self) -> bool:
        return bool(self.columns)

    def rows(self) -> list[Row]:
        """The rows, parsed. Columns that the posting does not use come back empty."""
        parsed = []
        for line in self.rows_text.split("\n")[:-1]:
            cells = dict(zip(self.columns, line.split("\t"), strict=True))
            parsed.append(Row(**{name: cells.get(name, "") for name in COLUMNS}))
        return parsed


def tally_of(facts: Mapping[str, str]) -> Tally:
    """The tally that stands in a snapshot's facts; older ones know of no dropped rows."""
    return Tally(*(int(facts.get(name, 0)) for name in Tally.__slots__))


def write_snapshot(facts: Mapping[str, str], tally: Tally, rows: Sequence[Row] | None) -> Snapshot:
    """Put a posting into its text. `rows` is None where only totals may be shown.

    Raises ValueError where a value could break a line or a cell: such data must not get this far.
    """
    all_facts = {**facts, **{name: str(getattr(tally, name)) for name in Tally.__slots__}}
    columns: tuple[str, ...] = ()
    lines: list[str] = []
    if rows is not None:
        rows = without_small_groups(rows)
        columns = columns_of(rows)
        lines = ["\t".join(getattr(row, name) for name in columns) for row in rows]
        if any(line.count("\t") != len(columns) - 1 or _BREAKS.search(line) for line in lines):
            raise ValueError("a cell holds a tab, a line break or an invisible mark")
    head = [_FIRST_LINE, *(f"{name}\t{value}" for name, value in all_facts.items()), "columns\t" + "\t".join(columns)]
    if any(_BREAKS.search(line) or line.count("\t") != 1 for line in head[:-1]):
        raise ValueError("a fact holds a tab, a line break or an invisible mark")
    rows_text = "".join(line + "\n" for line in lines)
    return Snapshot(all_facts, columns, rows_text, "\n".join(head) + "\n\n" + rows_text)


def read_snapshot(text: str) -> Snapshot:
    """The inverse of `write_snapshot`. Raises ValueError for text that it did not write."""
    head, separator, rows_text = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines[0] != _FIRST_LINE or not lines[-1].startswith("columns"):
        raise ValueError("not a snapshot")
    facts = dict(line.split("\t", 1) for line in lines[1:-1])
    columns = tuple(name for name in lines[-1].split("\t")[1:] if name)
    return Snapshot(facts, columns, rows_text, text)


def columns_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns that any of the rows uses."""
    used = {name for name in COLUMNS if any(getattr(row, name) for row in rows)} | {"code", "name", "amount"}
    return tuple(name for name in COLUMNS if name in used)


def without_small_groups(rows: Sequence[Row]) -> list[Row]:
    """The rows, a group named only where enough of them share it."""
    sizes = Counter(row.group for row in rows)
    return [row if sizes[row.group] >= _SMALLEST_GROUP else replace(row, group="") for row in rows]


def count_small_together(rows: Mapping[str, int], above: Callable[[str], str]) -> dict[str, str]:
    """Where each area's totals are shown, so that no total is of fewer than five rows or can be subtracted out.

    `rows` counts rows by village; `above` gives the area above one (and "" above the county). Small ones move up
    together, never alone: a lone one takes the next smallest along. What stays too small county-wide maps to "".
    """
    if not rows:
        return {}
    shown_at = {village: village for village in rows}
    by_township: dict[str, dict[str, int]] = defaultdict(dict)
    for village, count in rows.items():
        by_township[above(village)][village] = count
    too_small: set[str] = set()
    for township, counts in by_township.items():
        together = _pool({village for village, count in counts.items() if count < SMALLEST_CELL}, counts)
        if together is None:
            too_small |= counts.keys()
        else:
            shown_at.update(dict.fromkeys(together, township))
    places: Counter[str] = Counter()
    for village, place in shown_at.items():
        places[place] += rows[village]
    together = _pool(too_small, places)
    if together is None:
        return dict.fromkeys(rows, "")
    county = above(next(iter(by_township)))
    return {village: county if place in together else place for village, place in shown_at.items()}


def _pool(small: set[str], counts: Mapping[str, int]) -> set[str] | None:
    """`small` with as many of the next smallest as it takes: two or more, and five rows; None when there are too few."""
    pool = set(small)
    rest = sorted(counts.keys() - small, key=lambda place: (counts[place], place))
    while pool and (len(pool) < 2 or sum(counts[place] for place in pool) < SMALLEST_CELL):
        if not rest:
            return None
        pool.add(rest.pop(0))
    return pool


def new_row_codes(count: int, taken: set[str], choose: Callable[[str], str] | None = None) -> list[str]:
    """`count` row codes of four characters not in `taken`: random, never derived from a person, a key to nothing."""
    choose = choose or random.SystemRandom().choice
    codes: list[str] = []
    seen = set(taken)
    while len(codes) < count:
        code = "".join(choose(CODE_ALPHABET) for _ in range(4))
        if code not in seen:
            seen.add(code)
            codes.append(code)
    return codes
