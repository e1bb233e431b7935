"""The county's own lists (areas, units, policies) from .csv or Excel, checked line by line before any is stored."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from portal.domain.areas import Area
from portal.domain.findings import Finding, Refused
from portal.domain.money import read_number
from portal.domain.personal_data import find_personal_data
from portal.domain.policies import CHANNELS, CODE_WORD, DAY_KINDS, FIELD_WORDS, LEVELS, PAYEE_UNITS, SHOWS, Policy
from portal.domain.units import UNIT_KINDS, Unit
from portal.intake.workbook import Cell, read_workbook

_SPLIT = re.compile(r"[;；|]")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_POLICY_CODE: Final = re.compile(r"[a-z][a-z0-9]{1,19}")
_UNIT_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
_PHONES: Final = ("hotline", FIELD_WORDS["hotline"])
"""The columns in which telephones stand that everybody may read."""
Item = TypeVar("Item")


class _Line:
    """One line of a list, by column name. Complaints gather in `findings` instead of stopping at the first."""

    def __init__(self, cells: Mapping[str, Cell], sheet: str, row: int, findings: list[Finding]) -> None:
        self._cells, self._sheet, self._row, self._findings = cells, sheet, row, findings

    def complain(self, column: str, message: str) -> None:
        self._findings.append(Finding("fatal", "list.value", message, self._sheet, self._row, column))

    def text(self, column: str, *, required: bool = False) -> str:
        cell = self._cells.get(column)
        text = "" if cell is None else unicodedata.normalize("NFC", str(cell))
        text = _BREAKS.sub(" ", _INVISIBLE.sub("", text)).strip()
        if any(hit.kind != "phone" or column not in _PHONES for hit in find_personal_data(text)):
            self.complain(column, "有疑似身份证号、账号或电话，请去掉")
            return ""
        if required and not text:
            self.complain(column, "不能空着，请补上")
        return text

    def texts(self, column: str, separators: re.Pattern[str] = _SPLIT) -> tuple[str, ...]:
        return tuple(part.strip() for part in separators.split(self.text(column)) if part.strip())

    def code(self, column: str, words: Mapping[str, str], default: str = "") -> Any:
        """The code whose Chinese word stands in the cell."""
        text = self.text(column)
        if not text and default:
            return default
        for code, word in words.items():
            if text in (word, code) or (text and word.rstrip("级") == text.rstrip("级")):
                return code
        self.complain(column, f"写的是“{text[:20]}”，应是：{'、'.join(words.values())}")
        return default

    def integer(self, column: str) -> int | None:
        text = self.text(column)
        if not text:
            return None
        value = read_number(text)
        if value is None or value != int(value) or not 0 <= value <= 100_000:
            self.complain(column, "应是一个整数")
            return None
        return int(value)

    def day(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            self.complain(column, "日期应写成 2024-03-31 这样")
            return None

    def numbers(self, column: str) -> tuple[Decimal, ...]:
        values = [read_number(part) for part in self.texts(column)]
        if any(value is None or value <= 0 for value in values):
            self.complain(column, "应是大于 0 的数；几个标准之间用分号隔开")
        return tuple(value for value in values if value is not None)


def read_areas(path: Path) -> list[Area]:
    """Areas from a list with columns code, name, aliases. Raises Refused with every mistake in it."""

    def area(line: _Line) -> Area:
        code = line.text("code", required=True)
        if not re.fullmatch(r"\d{12}", code):
            line.complain("code", "区划代码应是 12 位数字")
        return Area(code, line.text("name", required=True), line.texts("aliases"))

    found = _read(path, ("code", "name"), area, lambda area: area.code)
    codes = {area.code for area in found}
    orphans = [area.name for area in found if area.parent and area.parent not in codes]
    if orphans or sum(area.level == "county" for area in found) != 1:
        raise Refused(
            f"区划表里要有且只有一个县，每个村都要有所属乡镇。缺上级的：{'、'.join(orphans[:10])}", "areas.tree"
        )
    return found


def read_units(path: Path) -> list[Unit]:
    """Units from a list with columns code, name, kind, area, hotline …. Raises Refused with every mistake in it."""

    def unit(line: _Line) -> Unit:
        code = line.text("code", required=True)
        if not _UNIT_CODE.fullmatch(code):
            line.complain("code", "单位编码应是小写字母开头的字母、数字")
        kind = line.text("kind", required=True)
        if kind not in UNIT_KINDS:
            line.complain("kind", f"应是：{'、'.join(UNIT_KINDS)}")
        return Unit(
            code,
            line.text("name", required=True),
            kind,
            line.text("area", required=True),
            line.text("hotline"),
            line.text("address"),
            line.day("valid_from"),
            line.day("valid_to"),
            line.text("successor"),
        )

    return _read(path, ("code", "name", "kind", "area"), unit, lambda unit: unit.code)


def read_policies(path: Path) -> list[Policy]:
    """A year's policy list. What is not classified shows totals only. Raises Refused with every mistake in it."""
    return _read(path, (CODE_WORD, "项目名称", "主管部门", "政策级次"), _policy, lambda policy: policy.code)


def typed_policy(cells: Mapping[str, str]) -> Policy:
    """One policy as somebody typed it, by the columns of the list. Raises Refused with every mistake in it, by column."""
    findings: list[Finding] = []
    policy = _policy(_Line(dict(cells), "", 0, findings))
    if findings:
        raise Refused(findings)
    return policy


def _policy(line: _Line) -> Policy:
    word = FIELD_WORDS
    code = line.text(CODE_WORD, required=True)
    if not _POLICY_CODE.fullmatch(code):
        line.complain(CODE_WORD, "应是小写字母开头、20 个以内的字母和数字")
    values: dict[str, Any] = {name: line.code(word[name], SHOWS, "totals") for name in _SHOW_FIELDS}
    for name in ("web_before", "web_after"):
        if values[name] == "full_names":
            line.complain(word[name], "网站上不能公开全名，请改为“逐户”（脱敏）")
    values |= {name: line.text(word[name]) for name in _TEXT_FIELDS}
    return Policy(
        code=code,
        name=line.text(word["name"], required=True),
        departments=line.texts(word["departments"], re.compile(r"[、;；\s]+")),
        level=line.code(word["level"], LEVELS),
        channel=line.code(word["channel"], CHANNELS),
        payee_unit=line.code(word["payee_unit"], PAYEE_UNITS, "person"),
        audience=line.texts(word["audience"], re.compile(r"[、;；]")),
        rates=line.numbers(word["rates"]),
        basis=line.texts(word["basis"]),
        notice_days=line.integer(word["notice_days"]) or 0,
        notice_day_kind=line.code(word["notice_day_kind"], DAY_KINDS, "calendar"),
        flow=line.text(word["flow"]) or "county-finance",
        retention_months=line.integer(word["retention_months"]) or 0,
        age_from=line.integer(word["age_from"]),
        age_to=line.integer(word["age_to"]),
        excludes=line.texts(word["excludes"]),
        **values,
    )


_SHOW_FIELDS: Final = ("web_before", "web_after", "board_before", "board_after")
_TEXT_FIELDS: Final = (
    "target_group",
    "rate_text",
    "quantity_unit",
    "guide",
    "frequency",
    "memo",
    "legal_basis",
    "hotline",
)


def _read(
    path: Path, required: tuple[str, ...], build: Callable[[_Line], Item], key: Callable[[Item], str]
) -> list[Item]:
    sheet = next((sheet for sheet in read_workbook(path).sheets if sheet.visible), None)
    rows = sheet.rows if sheet else []
    name = sheet.name if sheet else ""
    start = next((i for i, row in enumerate(rows) if set(required) <= {_title(cell) for cell in row}), None)
    if start is None:
        raise Refused(f"没有找到表头。第一行应有这些列：{'、'.join(required)}", "list.header")
    titles = [_title(cell) for cell in rows[start]]
    findings: list[Finding] = []
    items: list[Item] = []
    for index in range(start + 1, len(rows)):
        if not any(cell is not None and str(cell).strip() for cell in rows[index]):
            continue
        cells = dict(zip(titles, rows[index], strict=False))
        items.append(build(_Line(cells, name, index + 1, findings)))
    counts = Counter(key(item) for item in items)
    if twice := [code for code, count in counts.items() if count > 1]:
        findings.append(Finding("fatal", "list.twice", f"编码重复：{'、'.join(twice[:10])}", name))
    if not items:
        findings.append(Finding("fatal", "list.empty", "表头下面没有内容", name))
    if findings:
        raise Refused(findings)
    return items


def _title(cell: Cell) -> str:
    return "" if cell is None else re.sub(r"[\s\ufeff]", "", str(cell))
