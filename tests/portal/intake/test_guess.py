"""What a roll is, guessed from its own words: right where they say it, nothing where they do not."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from portal.domain.periods import PERIOD
from portal.domain.units import Unit
from portal.intake.guess import guess_period, guess_policy, guess_unit, words_of
from portal.intake.lists import read_policies, read_units
from portal.intake.workbook import read_workbook
from tests.builders import HEADER, make_policy, make_roll_file, make_row
from tests.county import CONTENT

TODAY = date(2025, 6, 30)
POLICIES = [
    make_policy(code=code, name=name, memo=memo)
    for code, name, memo in (
        ("gddl", "耕地地力保护补贴", "耕地补贴"),
        ("dg", "稻谷补贴", ""),
        ("lr", "90-99岁老人营养补助", "老人营养"),
        ("hl", "重度残疾人护理补贴资金", "重残护理"),
        ("csdb", "城市低保物价补贴", ""),
        ("ncdb", "农村低保物价补贴", ""),
        ("db", "低保物价补贴", ""),
        ("ym", "水库移民（大中型）后期扶持资金", ""),
    )
]
UNITS = [
    Unit("nyj", "明白县农业农村局", "department", "990121000000"),
    Unit("dh-ny", "东河镇农业服务中心", "station", "990121101000"),
    Unit("old", "明白县乡村振兴局", "department", "990121000000", valid_to=date(2024, 3, 31)),
    Unit("yh", "明白农商银行", "bank", "990121000000"),
]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        (["2025年耕地地力保护补贴发放清册"], "2025"),
        (["2025年度耕地补贴"], "2025"),
        (["2025年上半年高龄津贴"], "2025H1"),
        (["2024年第三季度"], "2024Q3"),
        (["2025年四季度"], "2025Q4"),
        (["2025年6月低保"], "2025-06"),
        (["二〇二五年六月份"], "2025-06"),
        (["二○二五年十二月"], "2025-12"),
        (["2025年1-6月"], "2025H1"),
        (["2025年7月—9月"], "2025Q3"),
        (["2025年1月至12月"], "2025"),
        (["2025年补发"], "2025+1"),
        (["2025年6月第二次补发"], "2025-06+2"),
        (["下半年补贴清册", "2024年"], "2024H2"),
        (["10月"], "2025-10"),
        (["2025年6月60周岁以上老人"], "2025-06"),
        (["2025-06低保"], "2025-06"),
        (["202506低保"], "2025-06"),
        (["2025.06"], "2025-06"),
        (["2025年秋季学期助学金"], "2025H2"),
        (["2025-06-03"], ""),
        (["20250603"], ""),
        (["2025年耕地补贴", "填报单位:东河镇2025年7月"], "2025"),
        (["2025年6月3日"], ""),
        (["耕地补贴发放清册", "2025.6.3"], ""),
        (["耕地补贴2025年6月3日", "2024年"], "2024"),
        (["清册"], ""),
        ([], ""),
    ],
)
def test_periods(words: list[str], period: str) -> None:
    assert guess_period(words, TODAY) == period
    assert period == "" or PERIOD.fullmatch(period)


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        (["明白县2025年耕地地力保护补贴发放清册"], "gddl"),
        (["2025年耕地地力保护发放表"], "gddl"),
        (["耕地补贴"], "gddl"),
        (["90-99岁老人营养补助发放表"], "lr"),
        (["2025年重度残疾人护理补贴"], "hl"),
        (["2025年城市低保物价补贴"], "csdb"),
        (["2025年低保物价补贴"], "db"),
        (["水库移民后期扶持"], "ym"),
        (["稻谷补贴和耕地地力保护补贴"], "gddl"),
        (["清册", "稻谷补贴"], "dg"),
        (["稻谷"], ""),
        (["大中型水库移民后期扶持直补发放表"], "ym"),
        (["残疾人护理补贴和90-99岁老人营养"], "lr"),
        (["重度残疾人护理"], "hl"),
        (["耕地地力保"], ""),
        (["补贴发放清册"], ""),
        (["城市低保物价补贴农村低保物价补贴"], ""),
    ],
)
def test_policies(words: list[str], policy: str) -> None:
    assert guess_policy(words, POLICIES) == policy


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        (["明白县农业农村局2025年清册"], "nyj"),
        (["填报单位:农业农村局"], "nyj"),
        (["东河镇农业服务中心"], "dh-ny"),
        (["明白县乡村振兴局"], ""),
        (["明白农商银行"], ""),
        (["清册"], ""),
    ],
)
def test_units(words: list[str], unit: str) -> None:
    assert guess_unit(words, UNITS, TODAY) == unit


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv"])
def test_words_come_from_titles_sheets_and_the_files_name_and_from_nobodys_row(tmp_path: Path, kind: str) -> None:
    rows = [
        ["2025 年 耕 地 地力保护补贴"],
        ["填报单位：明白县农业农村局", "单位：亩、元"],
        ["制表日期：2024年3月"],
        HEADER,
    ]
    path = make_roll_file(tmp_path / f"roll.{kind}", [*rows, make_row(0)], sheet="上半年")
    words = words_of(read_workbook(path), "第三季度 东河.xls")
    assert words[:2] == ("2025年耕地地力保护补贴", "填报单位:明白县农业农村局")
    assert words[-1] == "第三季度东河"
    assert "张小三" not in "".join(words)
    assert guess_policy(words, POLICIES) == "gddl"
    assert guess_period(words, TODAY) == "2025"
    assert guess_unit(words, UNITS, TODAY) == "nyj"


@pytest.mark.slow
def test_of_the_demos_rolls_no_guess_is_wrong_and_few_are_missing() -> None:
    demo = tomllib.loads((CONTENT / "demo" / "demo.toml").read_text(encoding="utf-8"))
    units = read_units(CONTENT / "units.csv")
    policies = {year: read_policies(CONTENT / "policies" / f"{year}.csv") for year in ("2024", "2025", "2026")}
    wrong, missing = [], []
    for roll in demo["roll"]:
        path = CONTENT / "demo" / roll["file"]
        words = words_of(read_workbook(path), path.name)
        policy = guess_policy(words, policies[roll["period"][:4]])
        guesses = (policy, guess_period(words, TODAY), guess_unit(words, units, TODAY))
        for guess, known in zip(guesses, (roll["policy"], roll["period"], roll["unit"]), strict=True):
            if guess and guess != known:
                wrong.append((path.name, guess, known))
        missing += [path.name] * (not all(guesses[:2]))
    assert wrong == []
    assert len(missing) <= 2
