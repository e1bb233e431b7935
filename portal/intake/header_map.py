"""The declarative map of headers (content/rules/headers.toml): what a column can mean, and how a header is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]")
_UNIT = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NOT_UNITS: Final = ("大写", "签字", "签名", "签章", "盖章")


@dataclass(frozen=True, slots=True)
class Field:
    """A meaning a column can have. `names` ranks the exact names, likeliest first; `like`/`unlike` are for headers
    that no exact name covers."""

    code: str
    word: str
    names: Mapping[str, int]
    like: tuple[str, ...]
    unlike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """The declarative map: fields, and the words that mark total rows and signature rows."""

    fields: tuple[Field, ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> HeaderMap:
        """From the parsed text of content/rules/headers.toml."""
        fields = tuple(
            Field(
                code,
                entry["word"],
                {clean_header(name)[0]: rank for rank, name in enumerate(entry["names"])},
                tuple(entry.get("like", ())),
                tuple(entry.get("unlike", ())),
            )
            for code, entry in table["fields"].items()
        )
        return cls(fields, tuple(table["rows"]["totals"]), tuple(table["rows"]["notes"]))

    def field(self, code: str) -> Field:
        return next(field for field in self.fields if field.code == code)

    def word(self, code: str) -> str:
        return self.field(code).word


def clean_header(text: str) -> tuple[str, str]:
    """(text without blanks and units, the unit): "补贴 面积（亩）" → ("补贴面积", "亩"). "金额（大写）" stays whole."""
    text = _BLANK.sub("", unicodedata.normalize("NFKC", text)).rstrip(":*")
    unit = ""
    match = _UNIT.search(text)
    if match and match.start() > 0 and match.end() == len(text) and match[1] not in _NOT_UNITS:
        unit, text = match[1], text[: match.start()]
    return text.strip("*、,，"), unit
