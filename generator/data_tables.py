"""A table of the open data, its dictionary, and how it is written: CSV that no spreadsheet takes for formulas, JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

_LITERAL: Final = frozenset({"integer", "number", "year"})
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: a Table Schema field. `words` are the only values it takes, `pattern` their form."""

    name: str
    title: str
    description: str
    type: Literal["string", "integer", "number", "year", "date"] = "string"
    required: bool = True
    words: tuple[str, ...] = ()
    pattern: str = ""

    def schema(self) -> dict[str, Any]:
        constraints: dict[str, Any] = {"required": True} if self.required else {}
        if self.words:
            constraints["enum"] = list(self.words)
        if self.pattern:
            constraints["pattern"] = self.pattern
        described = {"name": self.name, "title": self.title, "type": self.type, "description": self.description}
        return {**described, "constraints": constraints} if constraints else described


@dataclass(frozen=True)
class Table:
    """A table; its cells are text as written in the CSV, "" where there is nothing."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> bytes:
        """UTF-8 without a BOM, as programs expect (the page says how Excel opens it); lines end in CRLF (RFC 4180)."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(field.name for field in self.fields)
        texts = [field.type == "string" for field in self.fields]
        writer.writerows(
            [harmless(cell) if text else cell for cell, text in zip(row, texts, strict=True)] for row in self.rows
        )
        return out.getvalue().encode()

    def json(self) -> bytes:
        """A list of objects. Numbers are written with the digits they have in the CSV, so none is rounded."""
        fields = [(json.dumps(field.name) + ":", field.type in _LITERAL) for field in self.fields]
        objects = (
            ",".join(
                name + ("null" if not cell else cell if literal else _quoted(cell))
                for (name, literal), cell in zip(fields, row, strict=True)
            )
            for row in self.rows
        )
        return ("[\n" + ",\n".join(f"{{{members}}}" for members in objects) + "\n]\n").encode()


@lru_cache(maxsize=1 << 14)
def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=1 << 14)
def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line: an apostrophe goes before a sign of one."""
    text = _BREAKS.sub(" ", text).strip()
    return "'" + text if _FORMULA.match(text) else text
