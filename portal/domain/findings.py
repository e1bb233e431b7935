"""What a check says about a file or a row, and the refusal that carries it.

A finding is a lead, not a conclusion (线索，非结论): nothing is ever mended silently because of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["fatal", "held", "warning", "note"]
"""fatal: the whole file is refused · held: the row is kept back and counted everywhere ·
warning: somebody should look · note: accepted, and said so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark, by place. `row` is the row number as Excel shows it (1-based); 0 means the whole sheet.

    `message` is plain Chinese: what happened, where, what to do. It never repeats an ID number,
    an account, a phone or a full name. `console` is what helps on the command line (--column amount=第4列).
    """

    level: Level
    code: str
    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    console: str = ""

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("level", "code", "sheet", "row", "column", "message")}

    @property
    def place(self) -> str:
        """Where, in words: 工作表“王村” 第 12 行 “身份证号”列."""
        parts = []
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.row:
            parts.append(f"第 {self.row} 行")
        if self.column:
            parts.append(f"“{self.column}”列")
        return " ".join(parts)


PASSED_FOR_A_REASON: Final = frozenset({"total.mismatch"})
"""Kinds that refuse a file unless a named person says why it is right as it is."""


def to_accept(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The kinds that whoever imports lets pass one by one, each for a reason: every warning, and a total that does not
    add up. In the order of the findings."""
    asked = (f.code for f in findings if f.level == "warning" or (f.level == "fatal" and f.code in PASSED_FOR_A_REASON))
    return tuple(dict.fromkeys(asked))


class Refused(Exception):
    """An act that was refused as a whole and left everything as it was."""

    def __init__(self, findings: Iterable[Finding] | str, code: str = "refused", console: str = "") -> None:
        if isinstance(findings, str):
            findings = [Finding("fatal", code, findings, console=console)]
        self.findings = tuple(findings)
        super().__init__("；".join(f"{f.place}：{f.message}" if f.place else f.message for f in self.findings))
