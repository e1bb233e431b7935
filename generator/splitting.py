"""Long lists on pages of their own: by group where the list has groups, never more than a hundred rows a page.

Rows keep their order, so the parts laid end to end are the snapshot's rows. Lists that fit one page, nearly all of
them, are not looked into.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from portal.domain.postings import Snapshot

MOST_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list. `groups` are those it holds, in order ("" for rows that name none); empty where the list has
    one part."""

    number: int
    rows_text: str
    rows: int
    fen: int
    groups: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Below the posting's own address: the first part is that address itself."""
        return "" if self.number == 1 else f"{self.number}/"


def split(snapshot: Snapshot, most: int = MOST_ROWS) -> list[Part]:
    """The parts of a posting's list, in order; at least one."""
    tally = snapshot.tally
    if tally.listed_rows <= most or not snapshot.shows_rows:
        return [Part(1, snapshot.rows_text, tally.listed_rows, tally.listed_fen)]
    amount = snapshot.columns.index("amount")
    group = snapshot.columns.index("group") if "group" in snapshot.columns else None
    rows = [(line + "\n", line.split("\t")) for line in snapshot.rows_text.split("\n")[:-1]]
    parts = []
    for number, chunk in enumerate(_chunks(rows, group, most), start=1):
        fen = sum(int(cells[amount].replace(".", "")) for _, cells in chunk)
        groups = dict.fromkeys(cells[group] for _, cells in chunk) if group is not None else ()
        parts.append(Part(number, "".join(line for line, _ in chunk), len(chunk), fen, tuple(groups)))
    return parts


_Row = tuple[str, list[str]]


def _chunks(rows: list[_Row], group: int | None, most: int) -> Iterable[list[_Row]]:
    """Whole groups as long as they fit; a group longer than a page is cut."""
    chunk: list[_Row] = []
    for _, found in groupby(rows, key=lambda row: row[1][group] if group is not None else ""):
        run = list(found)
        if chunk and len(chunk) + len(run) > most:
            yield chunk
            chunk = []
        while len(run) > most:
            yield run[:most]
            run = run[most:]
        chunk = chunk + run
    if chunk:
        yield chunk
