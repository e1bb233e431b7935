"""ID numbers, names and accounts are read forgivingly, and digested the same however they were written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity import (
    Digester,
    IdReading,
    birth_date,
    check_digit,
    clean_name,
    is_name,
    normalise_account,
    normalise_name,
    read_id,
)
from tests.builders import make_digester
from tests.people import make_id

PERSON = make_id("19900101", 123)
WITH_X = next(number for serial in range(1000) if (number := make_id("19850630", serial)).endswith("X"))
OLD_FORM = WITH_X[:6] + WITH_X[8:17]
WRONG_DIGIT = PERSON[:17] + ("0" if PERSON[17] != "0" else "1")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def test_the_check_digit_is_that_of_the_standard_s_own_example() -> None:
    assert check_digit("11010519491231002") == "X"


@pytest.mark.parametrize(
    "written",
    [
        WITH_X.lower(),
        WITH_X.translate(FULL_WIDTH),
        f"  {WITH_X[:6]} {WITH_X[6:14]}\t{WITH_X[14:]}\n",
        f"'{WITH_X}",
        f"{WITH_X[:6]}-{WITH_X[6:]}",
        WITH_X[:9] + "\u200b\u202e" + WITH_X[9:],
        WITH_X[:17] + "×",
        WITH_X[:17] + "Х",  # the Cyrillic letter
    ],
)
def test_an_id_is_read_through_spaces_widths_and_lower_case_and_that_is_noted(written: str) -> None:
    assert read_id(written) == IdReading(WITH_X, "", ("id.cleaned",))


def test_an_id_as_it_should_be_carries_no_note() -> None:
    assert read_id(PERSON) == IdReading(PERSON)


@pytest.mark.parametrize("cell", [OLD_FORM, int(OLD_FORM)])
def test_the_old_form_of_15_digits_becomes_18_and_that_is_noted(cell: str | int) -> None:
    assert read_id(cell) == IdReading(WITH_X, "", ("id.upgraded",))


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (None, "id.empty"),
        ("", "id.empty"),
        (" \u3000\u200b", "id.empty"),
        (int(PERSON[:17] + "0"), "id.number"),
        (Decimal(PERSON[:17] + "0"), "id.number"),
        (Decimal("9.90121E+17"), "id.number"),
        ("9.90121E+17", "id.number"),
        ("9.90121199001E17", "id.number"),
        (PERSON[:17], "id.length"),
        (PERSON + "1", "id.length"),
        (42, "id.length"),
        ("TRUE", "id.length"),
        ("#N/A", "id.length"),
        ("无", "id.length"),
        (PERSON[:16] + "X" + PERSON[17], "id.length"),
        (WRONG_DIGIT, "id.check_digit"),
        (make_id("19900230", 1), "id.date"),
        (make_id("19901301", 1), "id.date"),
    ],
)
def test_what_is_no_id_says_why_and_gives_no_value(cell: str | int | Decimal | None, problem: str) -> None:
    reading = read_id(cell)
    assert (reading.value, reading.problem) == ("", problem)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_anywhere_is_found(place: int, shift: int) -> None:
    digit = (int(PERSON[place]) + shift) % 10
    assert read_id(f"{PERSON[:place]}{digit}{PERSON[place + 1 :]}").problem == "id.check_digit"


@given(st.one_of(st.text(max_size=40), st.integers(), st.decimals(), st.none()))
def test_whatever_stands_in_a_cell_it_is_read_or_has_a_problem(cell: str | int | Decimal | None) -> None:
    reading = read_id(cell)
    assert bool(reading.value) != bool(reading.problem)


def test_a_birth_date_is_a_day_of_the_calendar() -> None:
    found = birth_date(make_id("20000229", 1))
    assert found is not None
    assert found.isoformat() == "2000-02-29"
    assert birth_date(make_id("19000229", 1)) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" 张 三 ", "张三"),
        ("张\u3000三\u200b", "张三"),
        ("张\u202e三", "张三"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提．艾力·", "买买提·艾力"),
        ("\uf9b4三", "領三"),  # a compatibility form
    ],
)
def test_a_name_is_shown_without_blanks_and_invisible_marks_and_with_one_interpunct(written: str, shown: str) -> None:
    assert clean_name(written) == shown


@pytest.mark.parametrize("name", ["张三", "欧阳娜娜", "买买提·艾力", "㐂三", "𠮷三", "〇三"])
def test_a_name_is_han_of_two_characters_or_more_rare_ones_included(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text", ["", "张", "张3", "张三<b>", "张三😀", "Zhang", "张·", "·张三", "买··艾", "张三12", "张，三"]
)
def test_digits_markup_emoji_and_single_characters_are_no_name(text: str) -> None:
    assert not is_name(text)


def test_variant_characters_fold_for_digests_and_stay_in_what_is_shown() -> None:
    assert normalise_name("黃強") == normalise_name("黄强") == "黄强"


def test_an_interpunct_may_be_left_out_at_look_up() -> None:
    assert normalise_name("阿依古丽·买买提") == normalise_name("阿依古丽 买买提") == "阿依古丽买买提"
    assert clean_name("黃強") == "黃強"


@pytest.mark.parametrize(
    ("cell", "account"),
    [
        ("6217 0012 3456 7890", "6217001234567890"),
        ("６２１７００１２３４５６７８９０", "6217001234567890"),
        ("'12345678", "12345678"),
        (123456789012, "123456789012"),
        ("1234567", ""),
        ("6217********7890", ""),
        ("6.21700123457E+15", ""),
        (10**15, ""),
        (Decimal("6217001234567890"), ""),
        ("无", ""),
        (None, ""),
    ],
)
def test_an_account_is_its_digits_or_nothing_where_some_are_lost_or_masked(
    cell: str | int | Decimal | None, account: str
) -> None:
    assert normalise_account(cell) == account


def test_digests_know_where_one_field_ends() -> None:
    digester = make_digester()
    assert digester.digest("proof", "ab", "c") != digester.digest("proof", "a", "bc")


def test_each_kind_of_digest_has_a_key_of_its_own() -> None:
    same_key = Digester("test", dict.fromkeys(("person", "account"), b"k" * 32))
    assert same_key.person("12345678") != same_key.account("12345678")
    digester = make_digester()
    assert digester.digest("person", "1") != Digester("other", {"person": b"x" * 32}).digest("person", "1")


def test_a_proof_takes_id_and_name_together_and_folds_variants() -> None:
    digester = make_digester()
    proof = digester.proof(PERSON, "黄强")
    assert digester.proof(PERSON, " 黃 強") == proof
    assert digester.proof(PERSON, "黄刚") != proof
    assert digester.proof(WITH_X, "黄强") != proof


def test_a_tail_depends_on_the_last_four_of_the_account_alone() -> None:
    digester = make_digester()
    tail = digester.tail(PERSON, "黄强", "6217001234567890")
    assert digester.tail(PERSON, "黄强", "7890") == tail
    assert digester.tail(PERSON, "黄强", "6217001234567891") != tail
