"""文号 as real documents write it, in one normal form and order; the words for validity and disclosure attribute."""

from __future__ import annotations

import pytest

from portal.domain.documents import (
    ATTRIBUTES,
    VALIDITIES,
    VALIDITY_WARNINGS,
    DocumentNumber,
    numbers_in,
    parse_number,
)


@pytest.mark.parametrize(
    "text",
    [
        "明财发〔2022〕7号",
        "明财发[2022]7号",
        "明财发［2022］7号",
        "明财发(2022)7号",
        "明财发（2022）7号",
        "明财发【2022】7号",
        "明财发〖2022〗7号",
        "明财发「2022」7号",
        "明财发〔2022]7号",
        "明财发〔２０２２〕７号",
        "明财发〔2022年〕第007号",
        " 明财发 〔 2022 〕 7 号\u3000",
    ],
)
def test_every_bracket_width_and_gap_is_the_same_number(text: str) -> None:
    assert parse_number(text) == DocumentNumber("明财发", 2022, 7)


def test_a_number_is_written_with_hexagonal_brackets() -> None:
    assert str(parse_number("明财发（２０２２）０７号")) == "明财发〔2022〕7号"


def test_an_order_counts_through_the_years() -> None:
    order = parse_number("国务院令第577号")
    assert order == DocumentNumber("国务院令", 0, 577)
    assert str(order) == "国务院令第577号"


@pytest.mark.parametrize(
    "text",
    ["", "明财发", "明财发2022 7号", "明财发〔2022〕7", "明财发〔22〕7号", "明财发〔3022〕7号", "〔2022〕7号",
     "abc〔2022〕7号", "明财发〔2022〕号", "明财发〔2022〕123456号", "按明财发〔2022〕7号办", "第7号"],
)  # fmt: skip
def test_what_is_not_exactly_a_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_numbers_sort_by_agency_then_year_then_serial_as_figures() -> None:
    texts = ["明财发〔2022〕26号", "明农发〔2021〕1号", "明财发〔2022〕7号", "明财发〔2016〕11号"]
    numbers = sorted(number for text in texts if (number := parse_number(text)))
    assert [str(number) for number in numbers] == [
        "明农发〔2021〕1号",
        "明财发〔2016〕11号",
        "明财发〔2022〕7号",
        "明财发〔2022〕26号",
    ]


def test_numbers_are_found_in_a_sentence_in_order() -> None:
    basis = "《自然灾害救助条例》（国务院令第577号）；《明白县实施方案》（明农发[2026]5号）"
    assert [str(number) for number in numbers_in(basis)] == ["国务院令第577号", "明农发〔2026〕5号"]
    assert numbers_in("《中华人民共和国森林法》") == []


def test_only_what_is_not_in_force_carries_a_warning() -> None:
    assert {word: VALIDITY_WARNINGS[code] for word, code in VALIDITIES.items()} == {
        "有效": "",
        "征求意见": "征求意见稿，尚未生效",
        "废止": "已经废止，不再执行",
    }


def test_one_attribute_alone_is_public() -> None:
    assert [word for word, code in ATTRIBUTES.items() if code == "public"] == ["主动公开"]
