"""Every finding that a file can bring has a name and a piece of advice; they are told worst first, by sheet and row."""

from __future__ import annotations

import ast
import re

from portal.domain.finding_kinds import KINDS, LEVEL_WORDS, group_findings, kind_of
from portal.domain.findings import Finding
from tests.county import PROJECT

SPOKEN = ("checks", "corrections", "feedback", "headers", "prepare", "rows", "suspensions", "tables")
REFUSALS = {"sheet.missing", "header.data", "correction.file", "suspension.file"}
"""What refuses a file at once is a message by itself."""
CODE = re.compile(r"(?!file\.)[a-z]+\.[a-z_]+")


def codes_in(module: str) -> set[str]:
    tree = ast.parse((PROJECT / "portal" / "intake" / f"{module}.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if CODE.fullmatch(text)}


def test_every_code_that_a_file_can_bring_has_words_of_its_own() -> None:
    found = set().union(*map(codes_in, SPOKEN)) | {"quantity.implausible", "rate.implausible"}
    assert len(found) > 30
    assert found - REFUSALS == set(KINDS)


def test_words_are_for_people() -> None:
    for kind in KINDS.values():
        assert kind.title
        assert kind.advice
        assert not re.search(r"[a-z]{3,}|--", kind.title + kind.advice + kind.outside)


def test_the_worst_comes_first_and_in_it_what_most_rows_have() -> None:
    findings = [
        Finding("note", "id.cleaned", "…", "甲"),
        Finding("held", "id.length", "…", "甲", 3),
        *(Finding("held", "name.bad", "…", "甲", row) for row in (9, 4, 5, 6)),
        Finding("warning", "rate.differs", "…", "甲", 8),
        Finding("fatal", "total.mismatch", "…", "甲", 20),
    ]
    groups = group_findings(findings)
    assert [group.kind.title for group in groups] == [
        KINDS[code].title for code in ("total.mismatch", "name.bad", "id.length", "rate.differs", "id.cleaned")
    ]
    assert [group.level for group in groups] == ["fatal", "held", "held", "warning", "note"]
    assert groups[1].places == ["工作表“甲”：第 4—6、9 行"]
    assert groups[4].places == ["工作表“甲”"]


def test_places_are_told_by_sheet_and_not_without_end() -> None:
    findings = [Finding("held", "name.bad", "…", sheet, row) for sheet in ("甲", "乙") for row in range(3, 63, 2)]
    first, second = group_findings(findings)[0].places
    assert first.startswith("工作表“甲”：第 3、5、7")
    assert second.endswith("41 等 30 行")
    assert group_findings([Finding("fatal", "roll.empty", "没有名单")])[0].places == []


def test_what_has_no_name_of_its_own_is_told_by_its_message() -> None:
    assert kind_of(Finding("warning", "something.new", "看一看")).title == "看一看"
    assert set(LEVEL_WORDS) == {"fatal", "held", "warning", "note"}
