"""The register: its columns, who sees which lines, text cells only; and its figures."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from portal.actions.case_relations import declare_relation
from portal.actions.cases import CaseStep, act_by_receipt, describe_case
from portal.domain.case_words import SealedWords
from portal.office import Office
from portal.queries.case_register import COLUMNS, county_statistics, register, seen_statistics
from portal.security.case_keys import CaseKeys
from tests.cases import AUDITOR, DEPARTMENT, DESK_A, DESK_B, INSPECTOR, do
from tests.county import WANGCUN
from tests.desk_cases import TITLE, assigned, entered, send
from tests.staff import said


def answered(office: Office, case_keys: CaseKeys, key: str = "", **fields: Any) -> str:
    number = assigned(office, case_keys, key=key, **fields)
    do(office, number, "report_back", DEPARTMENT)
    do(office, number, "draft")
    do(office, number, "review", DESK_B)
    do(office, number, "answer")
    return number


def cells(office: Office, number: str, actor: Any = DESK_A) -> dict[str, str]:
    lines = register(office, actor, office.today, office.today)
    found = next(line for line in lines if line.number == number)
    return dict(zip(COLUMNS, found.cells, strict=True))


def test_a_line_has_the_register_s_columns(office: Office, case_desk: CaseKeys) -> None:
    number = answered(office, case_desk, "line", whom="village", area=WANGCUN)
    act_by_receipt(office, case_desk.receipt_hash(case_desk.receipt("line")), CaseStep("", "rate", note="satisfied"))
    assert cells(office, number) == {
        "编号": number, "来源": "群众反映", "方式": "网上", "类型": "投诉求决", "标题": TITLE, "乡镇": "东河镇",
        "接件时间": "2025-06-30", "责任科室": "小明县农业农村局", "转办时间": "2025-06-30", "应结办日期": "2025-07-14",
        "办理情况": "已答复", "处理结果": "予以支持", "办结时间": "2025-06-30", "答复方式": "凭回执查看", "满意度": "满意",
        "重复件关联": "", "接件人": "本人提交", "办理人": "受理员甲",
    }  # fmt: skip


def test_repeats_name_each_other(office: Office, case_desk: CaseKeys) -> None:
    main, other = assigned(office, case_desk), send(office, case_desk).number
    do(office, other, "merge", note=main)
    assert cells(office, other)["重复件关联"] == f"并入{main}"
    assert cells(office, main)["重复件关联"] == f"含{other}"


@pytest.mark.slow
def test_the_workbook_holds_text_and_nothing_else(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    titles = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "https://example.invalid/", "0012"]
    for title in titles:
        describe_case(office, DESK_A, send(office, case_desk).number, title, "转述")
    answer = entered(app, office, tmp_path, AUDITOR).get("cases/register.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(COLUMNS)
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert {cell.hyperlink for row in rows for cell in row} == {None}
    column = COLUMNS.index("标题")
    assert sorted(str(row[column].value) for row in rows[1:]) == sorted(titles)
    assert all(row[column].quotePrefix for row in rows[1:])


def test_by_period_unit_and_category(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> None:
    old = send(replace(office, today=office.today - timedelta(days=30)), case_desk).number
    other = send(office, case_desk, category="bank").number
    handled = assigned(office, case_desk)
    auditor = entered(app, office, tmp_path, AUDITOR)

    def shown(**query: str) -> set[str]:
        page = said(auditor.get("cases/register", query_string=query))
        return {number for number in (old, other, handled) if number in page}

    assert shown() == {old, other, handled}
    assert shown(since="2025-06-30") == {other, handled}
    assert shown(until="2025-06-29") == {old}
    assert shown(unit="nyj") == {handled}
    assert shown(category="bank") == {other}


def test_who_must_keep_away_has_no_line_and_no_figure_that_moves(office: Office, case_desk: CaseKeys) -> None:
    declare_relation(office, AUDITOR, "unit", "nyj")
    day = office.today
    before = seen_statistics(office, AUDITOR, day, day)
    send(office, case_desk, whom="department", unit="nyj")
    send(office, case_desk, category="diverted")
    assert register(office, AUDITOR, day, day) == []
    assert seen_statistics(office, AUDITOR, day, day) == before
    assert county_statistics(office, day, day).all.count == 2
    assert seen_statistics(office, INSPECTOR, day, day).all.count == 2


def test_the_figures_on_screen(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> None:
    answered(office, case_desk)
    send(replace(office, today=office.today - timedelta(days=60)), case_desk, category="question")
    page = said(entered(app, office, tmp_path, INSPECTOR).get("cases/statistics"))
    assert "共2件" in page
    assert "投诉求决 1 0 1 100.0% 0 予以支持1 —" in page
    assert "咨询 1 1 0 0.0% — — —" in page


@pytest.mark.parametrize("path", ["cases/register", "cases/register.xlsx", "cases/statistics"])
def test_a_unit_has_no_register(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path, path: str) -> None:
    assert entered(app, office, tmp_path, DEPARTMENT).get(path).status_code == 403


def test_reopening_is_not_decided(office: Office, case_desk: CaseKeys) -> None:
    number = answered(office, case_desk, "again")
    words = (SealedWords("words", "desk", b"sealed"),)
    act_by_receipt(office, case_desk.receipt_hash(case_desk.receipt("again")), CaseStep("", "reopen", words=words))
    line = cells(office, number)
    assert (line["办结时间"], line["处理结果"], line["责任科室"]) == ("", "", "受理科室")
