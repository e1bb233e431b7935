"""Receipt numbers: the same for the same form, told apart from typing errors, saying nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.receipts import in_groups, read_receipt, receipt_for

KEY = b"r" * 32
FORMS = st.text(min_size=1, max_size=40)


@given(FORMS)
def test_a_form_sent_again_gets_the_same_receipt(form: str) -> None:
    receipt = receipt_for(KEY, form)
    assert receipt == receipt_for(KEY, form)
    assert len(receipt) == 17
    assert read_receipt(receipt) == receipt
    assert read_receipt(in_groups(receipt)) == receipt


def test_other_forms_and_other_counties_get_others() -> None:
    assert len({receipt_for(KEY, str(number)) for number in range(2000)}) == 2000
    assert receipt_for(KEY, "a") != receipt_for(b"s" * 32, "a")


@given(FORMS, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(form: str, place: int, shift: int) -> None:
    receipt = receipt_for(KEY, form)
    wrong = receipt[:place] + str((int(receipt[place]) + shift) % 10) + receipt[place + 1 :]
    assert read_receipt(wrong) is None


@given(FORMS, st.integers(0, 15))
def test_every_swap_of_neighbours_is_found(form: str, place: int) -> None:
    receipt = receipt_for(KEY, form)
    swapped = receipt[:place] + receipt[place + 1] + receipt[place] + receipt[place + 2 :]
    assert read_receipt(swapped) == (receipt if swapped == receipt else None)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{}\n"])
def test_blanks_hyphens_and_wide_digits_do_not_matter(spelling: str) -> None:
    receipt = receipt_for(KEY, "form")
    for typed in (
        receipt,
        in_groups(receipt),
        in_groups(receipt).replace(" ", "-"),
        "".join(chr(ord(d) + 0xFEE0) for d in receipt),
    ):
        assert read_receipt(spelling.format(typed)) == receipt


@pytest.mark.parametrize("typed", ["", "1", "0" * 16, "0" * 18, "12345678901234567890", "王" * 17, "1" * 10_000])
def test_what_cannot_be_a_receipt_is_none(typed: str) -> None:
    assert read_receipt(typed) is None
