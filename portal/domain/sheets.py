"""Sheets: postings on paper. How they are laid out, what is ordered in one go, and the code that says which snapshot
a piece of paper shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from portal.domain.findings import Finding
from portal.domain.objections import Heard
from portal.domain.postings import CODE_ALPHABET, Row, Snapshot, Tally
from portal.domain.slips import Slips

Paper = Literal["a4", "a3"]
TypeSize = Literal["normal", "compact", "large"]
Extra = Literal["leaflets", "meeting", "register", "slips"]
PackKind = Literal["batch", "village", "township"]
PAPERS: Final[Mapping[Paper, str]] = {"a4": "A4", "a3": "A3"}
TYPE_SIZES: Final[Mapping[TypeSize, str]] = {"normal": "普通", "compact": "省纸", "large": "大字"}

EXTRAS: Final[Mapping[Extra, str]] = {
    "leaflets": "明白卡",
    "meeting": "村务监督会议材料",
    "register": "补贴底册",
    "slips": "纸质意见单",
}
"""What a pack may bring along, besides its sheets."""

PRINTERS: Final = ("village", "station", "township_finance", "department", "finance", "disclosure")
"""Roles that print what the site shows; the admin does too."""

_CODE_LENGTH: Final = 12
"""25^12 is 55 bits: among ten million snapshots, one chance in seven hundred that any two share a code."""
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """`compact` sets small type in up to three lists beside each other, `large` is for old eyes."""

    paper: Paper = "a4"
    size: TypeSize = "normal"


@dataclass(frozen=True, slots=True)
class BoardList:
    """What a village's board shows row by row of a posting that is totals on the web. With `full_names` it lives in
    memory alone: never printed into a file, never logged."""

    village: str
    tally: Tally
    rows: tuple[Row, ...] = field(repr=False)
    full_names: bool = False


@dataclass(frozen=True, slots=True)
class Hanging:
    """A sheet that hangs somewhere and was superseded since: its print number, and what stands on it."""

    number: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class PackOrder:
    """What is to be printed in one go. `number` is the journal entry that recorded it; `postings` are ids, in the order
    of the paper: the sheets' print numbers follow from both. `area` is the place it is for, "" for all of a batch.
    `boards` maps a place of the paper, counted from 1, to the list that hangs there where the web has none; `amends` to
    the sheet there that is told what changed, in a pack of amendments. `objections` is what was noted of a (batch, village),
    for the village's meeting, `slips` the numbers of blank complaint slips."""

    kind: PackKind
    area: str
    number: int
    postings: tuple[int, ...]
    layout: Layout
    boards: Mapping[int, BoardList] = field(default_factory=dict, repr=False)
    amends: Mapping[int, Hanging] = field(default_factory=dict, repr=False)
    extras: tuple[Extra, ...] = ()
    objections: Mapping[tuple[str, str], Heard] = field(default_factory=dict)
    slips: tuple[Slips, ...] = ()

    def print_number(self, place: int) -> str:
        """The print number of the sheet at this place, counted from 1."""
        return print_number(self.number, place)


def print_number(entry: int, place: int) -> str:
    """What is printed on a sheet: the journal entry that ordered it, and its place in the pack, counted from 1."""
    return f"{entry:06d}-{place:03d}"


@dataclass(frozen=True, slots=True)
class Printed:
    """A pack on the disk. `findings` name what could not be printed as it stands."""

    files: tuple[Path, ...]
    sheets: int
    pages: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A pack in memory: `files` maps a name to its document."""

    files: Mapping[str, bytes] = field(repr=False)
    sheets: int
    pages: int
    findings: tuple[Finding, ...]


def check_code(sha256: str) -> str:
    """The check code of a snapshot: K7QX-93MD-TRVW. Anybody can compute it from the snapshot's SHA-256 in hex."""
    number = int(sha256, 16)
    characters = ""
    for _ in range(_CODE_LENGTH):
        number, place = divmod(number, len(CODE_ALPHABET))
        characters += CODE_ALPHABET[place]
    return "-".join(characters[start : start + _GROUP] for start in range(0, _CODE_LENGTH, _GROUP))


def check_path(code: str) -> str:
    """Where on the site a check code is explained; what its QR code leads to."""
    bare = code.replace("-", "")
    return f"check/{bare[:2]}/#{bare}"
