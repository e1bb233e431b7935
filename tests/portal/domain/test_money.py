"""Money is whole 分 inside; in capitals it reads as cheques and notices write it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import capitals, grouped, number, plain, read_number, to_fen

FEN = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("10.03", "壹拾元零叁分"),
        ("10.30", "壹拾元叁角整"),
        ("16.08", "壹拾陆元零捌分"),
        ("100.10", "壹佰元壹角整"),
        ("101", "壹佰零壹元整"),
        ("110", "壹佰壹拾元整"),
        ("304", "叁佰零肆元整"),
        ("1000", "壹仟元整"),
        ("1001", "壹仟零壹元整"),
        ("1002.00", "壹仟零贰元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1100", "壹仟壹佰元整"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10500", "壹万零伍佰元整"),
        ("15000", "壹万伍仟元整"),
        ("100005", "壹拾万零伍元整"),
        ("105000", "壹拾万伍仟元整"),
        ("110500", "壹拾壹万零伍佰元整"),
        ("10010000", "壹仟零壹万元整"),
        ("100010000", "壹亿零壹万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("123456789.12", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
        ("1000000000000", "壹万亿元整"),
        ("-304.50", "负叁佰零肆元伍角整"),
    ],
)
def test_an_amount_in_capitals(yuan: str, words: str) -> None:
    assert capitals(int(Decimal(yuan) * 100)) == words


def value_of(words: str) -> int:
    """分 of an amount in capitals, worked out by the units alone."""
    digits = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = section = digit = 0
    for char in words:
        if char in digits:
            digit = digits[char]
        elif char in "拾佰仟":
            section += digit * 10 ** ("拾佰仟".index(char) + 1)
            digit = 0
        elif char == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        elif char == "元":
            total = (total + section + digit) * 100
            section = digit = 0
        elif char in "角分":
            total += digit * (10 if char == "角" else 1)
            digit = 0
    return total


@given(st.integers(0, 10**13 - 1))
def test_capitals_say_the_amount_and_never_two_noughts_running(fen: int) -> None:
    words = capitals(fen)
    assert value_of(words) == fen
    assert "零零" not in words
    assert words.endswith(("整", "分"))
    assert not words.startswith("零") or fen == 0


@given(FEN)
def test_plain_text_read_back_is_the_same_amount(fen: int) -> None:
    assert to_fen(Decimal(plain(fen))) == fen
    assert read_number(grouped(fen)) == Decimal(plain(fen))


@pytest.mark.parametrize(("fen", "shown"), [(5, "0.05"), (-5, "-0.05"), (30400, "304.00"), (123456789, "1234567.89")])
def test_plain_has_two_decimals_and_no_commas(fen: int, shown: str) -> None:
    assert plain(fen) == shown


def test_totals_are_grouped_by_thousands() -> None:
    assert grouped(-123456789) == "-1,234,567.89"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("１，２３４.50 元", "1234.50"),
        ("￥304", "304"),
        ("¥1'234", "1234"),
        (" 3.2\n", "3.2"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-3", "-3"),
        ("1.5E+3", "1500"),
        (7, "7"),
        (Decimal("0.1"), "0.1"),
    ],
)
def test_a_number_is_read_through_widths_commas_and_signs(cell: str | int | Decimal, value: str) -> None:
    assert read_number(cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell",
    [None, "", "三百", "300元/亩", "TRUE", "#N/A", "2025-06-01", "1.2.3", "NaN", "Infinity", "1E+999", "(300)", "--"],
)
def test_what_is_no_number_is_none(cell: str | None) -> None:
    assert read_number(cell) is None


def test_the_dust_of_binary_fractions_is_let_pass_and_parts_of_a_fen_are_not() -> None:
    assert to_fen(Decimal("0.30000000000000004")) == 30
    assert to_fen(Decimal("304.004999")) is None
    assert to_fen(Decimal("0.005")) is None


@pytest.mark.parametrize("yuan", ["13812345678", "990121199001011234", "1E+300", "-1E+300", "NaN", "Infinity"])
def test_a_phone_an_id_and_what_is_beyond_reason_is_no_amount(yuan: str) -> None:
    assert to_fen(Decimal(yuan)) is None


def test_an_amount_as_large_as_a_county_s_year_is_one() -> None:
    assert to_fen(Decimal("9999999999.99")) == 999999999999


@pytest.mark.parametrize(
    ("value", "shown"), [("3.20", "3.2"), ("100", "100"), ("1E+2", "100"), ("0.500", "0.5"), ("95.0000", "95")]
)
def test_a_quantity_loses_its_trailing_noughts_and_nothing_else(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown
