"""A suspension list (停发名单) → digests and days. Names, ID numbers and whatever else stands in it, causes above all,
are gone when this returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from portal.domain.findings import Finding, Refused
from portal.domain.identity import Digester, clean_name, is_name, read_id
from portal.intake.checks import ID_MESSAGES
from portal.intake.header_map import HeaderMap
from portal.intake.headers import find_header
from portal.intake.rows import RawRow, read_rows
from portal.intake.safe_words import with_safe_sheet_names
from portal.intake.workbook import read_workbook

_REQUIRED: Final = ("name", "id")
_DAY: Final = re.compile(r"(20\d\d|19\d\d)\D?(\d{1,2})\D(\d{1,2})\D?(?:\D.*)?|(20\d\d|19\d\d)(\d\d)(\d\d)")


class KeyedPerson(NamedTuple):
    """`proof` is the digest over ID and name that payments carry."""

    proof: bytes
    since: date | None
    until: date | None


@dataclass(frozen=True)
class KeyedList:
    """`findings` are rows that could not be taken."""

    people: tuple[KeyedPerson, ...]
    findings: tuple[Finding, ...]


def read_suspensions(path: Path, digester: Digester, header_map: HeaderMap) -> KeyedList:
    """Every row that can be keyed. Raises Refused where the file has no list of names and ID numbers."""
    findings: list[Finding] = []
    people: list[KeyedPerson] = []
    lists = 0
    for sheet in (each for each in with_safe_sheet_names(read_workbook(path)).sheets if each.visible and each.rows):
        header, said = find_header(sheet, header_map, _REQUIRED, {})
        if header is None:
            if said:
                raise Refused(said)
            continue
        lists += 1
        for raw in read_rows(sheet, header, header_map).rows:
            people += _keyed(raw, digester, findings)
    if not lists:
        words = "没有认出名单。第一行要有“姓名”“身份证号”两列；有起止日期的，列名写“起始日期”“截止日期”"
        raise Refused(words, "suspension.file")
    return KeyedList(tuple(people), tuple(findings))


def _keyed(raw: RawRow, digester: Digester, findings: list[Finding]) -> Iterator[KeyedPerson]:
    identity, name = read_id(raw.cells.get("id")), clean_name(raw.text("name"))
    if identity.problem:
        findings.append(_not_taken(raw, identity.problem, ID_MESSAGES[identity.problem]))
        return
    if not is_name(name):
        findings.append(_not_taken(raw, "name.bad", "姓名里有数字、字母、符号，或不足两个字，请核对"))
        return
    try:
        yield KeyedPerson(digester.proof(identity.value, name), _day(raw.text("since")), _day(raw.text("until")))
    except ValueError:
        findings.append(_not_taken(raw, "suspension.date", "起止日期读不出来，请写成 2025-03-14 这样"))


def _day(text: str) -> date | None:
    """None for an empty cell. Raises ValueError for what is no day."""
    text = text.strip()
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError("no day")
    return date(*(int(part) for part in match.groups() if part))


def _not_taken(raw: RawRow, code: str, message: str) -> Finding:
    return Finding("held", code, message, raw.sheet, raw.row)
