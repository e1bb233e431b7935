"""Finding the header of a payment roll and what each column is, by a declarative map (content/rules/headers.toml).

No script per format: a new way to write a header is a new word in the map.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal.domain.findings import Finding
from portal.domain.money import read_number
from portal.intake.header_map import HeaderMap, clean_header
from portal.intake.workbook import Cell, Sheet

_SEARCHED_ROWS: Final = 30
_TALLEST_HEADER: Final = 3
_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]")
_UNIT_ABOVE = re.compile(r"单位:\S*万元")
_SPREAD_PARENT_PARTS: Final = ("合计", "小计", "总计", "共计")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a sheet's header is and what its columns are. Columns count from 0; `first_row` is the first data row's
    index. `scale` is 10000 where the header says 万元. `titles` are the header texts as people see them."""

    columns: Mapping[str, int]
    titles: Mapping[int, str]
    first_row: int
    scale: Decimal
    above: str

    def title(self, code: str) -> str:
        """The header text of a field's column, for messages."""
        return self.titles.get(self.columns.get(code, -1), "")


@dataclass(frozen=True, slots=True)
class _Candidate:
    columns: dict[str, list[int]]
    titles: dict[int, str]
    start: int
    height: int
    exact: int


def find_header(
    sheet: Sheet, header_map: HeaderMap, required: Sequence[str], named: Mapping[str, str]
) -> tuple[Header | None, list[Finding]]:
    """The header of a sheet, or None with findings that say what was looked for and what was seen.

    `named` maps a field to a header text, or a place, that a person chose (--column amount=应发金额, amount=第5列).
    A sheet in which not even a name or an ID column is found yields (None, []) : it is not a roll.
    """
    best = _best(sheet, header_map, required, named)
    if best is None:
        return None, []
    return _settle(best, sheet, header_map, required, named)


def column_choices(sheet: Sheet, header_map: HeaderMap, required: Sequence[str]) -> dict[str, str]:
    """What a person may say a column is, as `named` takes it → as people see it: the header text, or the place where
    several columns have the same. Empty for a sheet that is not a roll."""
    best = _best(sheet, header_map, required, {})
    titles = {index: clean_header(title)[0] for index, title in best.titles.items()} if best else {}
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {
        f"第{index + 1}列" if title in twice else title: f"{title}（第 {index + 1} 列）" if title in twice else title
        for index, title in titles.items()
    }


def _best(sheet: Sheet, header_map: HeaderMap, required: Sequence[str], named: Mapping[str, str]) -> _Candidate | None:
    best: _Candidate | None = None
    for start in range(min(_SEARCHED_ROWS, len(sheet.rows))):
        if not any(isinstance(cell, str) and cell.strip() for cell in sheet.rows[start]):
            continue
        for height in range(1, _TALLEST_HEADER + 1):
            if start + height > len(sheet.rows) or _looks_like_data(sheet.rows[start + height - 1]):
                break
            candidate = _read_block(sheet, start, height, header_map, named)
            if best is None or _score(candidate, required) > _score(best, required):
                best = candidate
    return best if best is not None and {"name", "id"} & best.columns.keys() else None


def _score(candidate: _Candidate, required: Sequence[str]) -> tuple[int, int, int, int, int]:
    found = candidate.columns
    unambiguous = sum(1 for columns in found.values() if len(columns) == 1)
    return (
        sum(1 for code in required if code in found),
        unambiguous,
        candidate.exact,
        -candidate.height,
        -candidate.start,
    )


def _read_block(sheet: Sheet, start: int, height: int, header_map: HeaderMap, named: Mapping[str, str]) -> _Candidate:
    width = max(len(row) for row in sheet.rows[start : start + height])
    pieces = _column_pieces(sheet, start, height, width)
    spread = _spread_parents(pieces)
    wanted = {clean_header(text)[0]: code for code, text in named.items()}
    columns: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    titles: dict[int, str] = {}
    for index, parts in enumerate(pieces):
        if not parts:
            continue
        titles[index] = "".join(parts)
        readings = _readings(parts, spread)
        chosen = next((wanted[name] for name in (f"第{index + 1}列", *readings) if name in wanted), None)
        if chosen is not None:
            columns.setdefault(chosen, []).append(index)
            continue
        code = _exact(readings, header_map)
        if code is not None and code not in named:
            columns.setdefault(code, []).append(index)
        elif code is None and (code := _loose(readings[0], header_map)) is not None and code not in named:
            loose.setdefault(code, []).append(index)
    exact = len(columns)
    for code, indexes in loose.items():
        columns.setdefault(code, indexes)
    return _Candidate(columns, titles, start, height, exact)


def _column_pieces(sheet: Sheet, start: int, height: int, width: int) -> list[list[str]]:
    """Header texts of each column from top to bottom, merged cells filled, repeats dropped."""
    grid: dict[tuple[int, int], str] = {}
    for row in range(start, start + height):
        for column, cell in enumerate(sheet.rows[row]):
            if cell is not None and str(cell).strip():
                grid[row, column] = str(cell)
    for top, left, bottom, right in sheet.merged:
        if start <= top < start + height and (top, left) in grid:
            for row in range(top, min(bottom, start + height - 1) + 1):
                for column in range(left, right + 1):
                    grid[row, column] = grid[top, left]
    pieces = []
    for column in range(width):
        parts: list[str] = []
        for row in range(start, start + height):
            text = grid.get((row, column), "")
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        pieces.append(parts)
    return pieces


def _spread_parents(pieces: list[list[str]]) -> set[str]:
    """Upper header texts that stand over several columns: their meaning is not any one child's."""
    seen: dict[str, int] = {}
    for parts in pieces:
        for part in parts[:-1]:
            seen[part] = seen.get(part, 0) + 1
    return {part for part, count in seen.items() if count > 1}


def _readings(parts: list[str], spread: set[str]) -> list[str]:
    """Ways to read a column's header, most telling first: lowest cell, all joined, then what stands above it.

    Under a parent that spans several columns only its 合计 child carries the parent's meaning.
    """
    cleaned = [clean_header(part)[0] for part in parts]
    readings = [cleaned[-1], "".join(cleaned)]
    for part, text in zip(parts[-2::-1], cleaned[-2::-1], strict=True):
        if part not in spread:
            readings.append(text)
        elif cleaned[-1] in _SPREAD_PARENT_PARTS:
            readings.insert(0, text)
    return readings


def _exact(readings: list[str], header_map: HeaderMap) -> str | None:
    for reading in readings:
        for field in header_map.fields:
            if reading in field.names:
                return field.code
    return None


def _loose(reading: str, header_map: HeaderMap) -> str | None:
    for field in header_map.fields:
        if any(word in reading for word in field.like) and not any(word in reading for word in field.unlike):
            return field.code
    return None


def _looks_like_data(row: Sequence[Cell]) -> bool:
    """A row with several numbers, or with a long one in its text, is not part of a header."""
    numbers = sum(1 for cell in row if read_number(cell) is not None)
    long_digits = any(isinstance(cell, str) and re.search(r"\d{10,}", _BLANK.sub("", cell)) for cell in row)
    return numbers >= 2 or long_digits


def _settle(
    best: _Candidate, sheet: Sheet, header_map: HeaderMap, required: Sequence[str], named: Mapping[str, str]
) -> tuple[Header | None, list[Finding]]:
    findings: list[Finding] = []
    seen = "、".join(clean_header(title)[0] for title in best.titles.values())
    columns: dict[str, int] = {}
    pairs = all(len(best.columns.get(code, ())) > 1 for code in ("quantity", "rate"))  # one amount for several crops
    for code, indexes in best.columns.items():
        if len(indexes) == 1 or code not in ("name", "id", "account", "quantity", "rate", "amount", "village", "group"):
            columns[code] = indexes[0]
            continue
        findings.append(_ambiguous(code, indexes, best, header_map, sheet.name))
        names = header_map.field(code).names
        ranks = [names.get(clean_header(best.titles[i])[0], len(names)) for i in indexes]
        # Where nothing says which one is meant, none is taken.
        if ranks.count(min(ranks)) == 1 and not (pairs and code in ("quantity", "rate")):
            columns[code] = indexes[ranks.index(min(ranks))]
    for code in [*required, *named]:
        if code not in best.columns:
            looked_for = "、".join(list(header_map.field(code).names)[:6])
            findings.append(
                Finding(
                    "fatal",
                    "column.missing",
                    f"没有找到“{header_map.word(code)}”列（找过：{looked_for} 等）。表头里有：{seen}。请指明哪一列是",
                    sheet.name,
                    console=f"--column {code}=列名",
                )
            )
    if any(finding.level == "fatal" for finding in findings):
        return None, findings
    above = "\n".join(
        str(cell) for row in sheet.rows[: best.start] for cell in row if isinstance(cell, str) and cell.strip()
    )
    titles = {index: clean_header(title)[0] for index, title in best.titles.items()}
    scale = _scale(best.titles.get(columns.get("amount", -1), ""), above)
    return Header(columns, titles, best.start + best.height, scale, above), findings


def _ambiguous(code: str, indexes: list[int], best: _Candidate, header_map: HeaderMap, sheet: str) -> Finding:
    titles = [clean_header(best.titles[i])[0] for i in indexes]
    rivals = "、".join(f"“{title}”（第 {i + 1} 列）" for i, title in zip(indexes, titles, strict=True))
    example = titles[-1] if titles.count(titles[-1]) == 1 else f"第{indexes[-1] + 1}列"
    return Finding(
        "fatal" if code in ("name", "id", "amount") else "warning",
        "column.ambiguous",
        f"有 {len(indexes)} 列都像“{header_map.word(code)}”：{rivals}。请指明用哪一列",
        sheet,
        console=f"--column {code}={example}",
    )


def _scale(title: str, above: str) -> Decimal:
    """10000 where the amount's header says 万元, or says nothing of its unit and the lines above do (单位：万元)."""
    lines = _BLANK.sub("", unicodedata.normalize("NFKC", above))
    in_ten_thousands = "万元" in title or ("元" not in title and _UNIT_ABOVE.search(lines))
    return Decimal(10_000) if in_ten_thousands else Decimal(1)
