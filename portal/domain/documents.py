"""Official documents: their number (文号), whether they are in force (有效性), whether they may be published (公开属性)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Validity = Literal["valid", "draft", "abolished"]
Attribute = Literal["public", "on_request", "withheld"]

VALIDITIES: Final[dict[str, Validity]] = {"有效": "valid", "征求意见": "draft", "废止": "abolished"}
VALIDITY_WARNINGS: Final[dict[Validity, str]] = {
    "valid": "",
    "draft": "征求意见稿，尚未生效",
    "abolished": "已经废止，不再执行",
}
ATTRIBUTES: Final[dict[str, Attribute]] = {"主动公开": "public", "依申请公开": "on_request", "不予公开": "withheld"}
"""Only 主动公开 is published; 依申请公开 is given to who asks for it (政府信息公开条例 27)."""

# NFKC has made 〔［（【 of every width into these; 〖〗 and 「」 are typed for them as well.
_OPEN, _CLOSE = "〔\\[(【〖「", "〕\\])】〗」"
_GAP = r"\s*"
_NUMBER = re.compile(
    rf"(?P<agency>[\u3400-\u9fff]+){_GAP}[{_OPEN}]{_GAP}(?P<year>(?:19|20)\d\d){_GAP}年?{_GAP}[{_CLOSE}]"
    rf"{_GAP}(?:第{_GAP})?(?P<serial>[0-9]{{1,5}}){_GAP}号"
)
_ORDER = re.compile(rf"(?P<agency>[\u3400-\u9fff]+令){_GAP}第{_GAP}(?P<serial>[0-9]{{1,5}}){_GAP}号")


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """明农发〔2026〕5号 is ("明农发", 2026, 5). An order (国务院令第577号) counts through all years: its year is 0.

    Sorts by agency, then year, then serial.
    """

    agency: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.agency}〔{self.year}〕{self.serial}号" if self.year else f"{self.agency}第{self.serial}号"


def parse_number(text: str) -> DocumentNumber | None:
    """The number in any of the brackets and widths seen in real documents; None when the text is not exactly one."""
    plain = _plain(text).strip()
    found = _NUMBER.fullmatch(plain) or _ORDER.fullmatch(plain)
    return _number(found) if found else None


def numbers_in(text: str) -> list[DocumentNumber]:
    """Every number in a sentence, in order: 《…实施方案》（明农发〔2026〕5号） has one."""
    plain = _plain(text)
    found = [*_NUMBER.finditer(plain), *_ORDER.finditer(plain)]
    return [_number(match) for match in sorted(found, key=re.Match.start)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _number(found: re.Match[str]) -> DocumentNumber:
    parts = found.groupdict()
    return DocumentNumber(parts["agency"], int(parts.get("year") or 0), int(parts["serial"]))
