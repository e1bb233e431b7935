"""A name is shown masked, by one standard; what is no name is not shown at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity import is_name
from portal.domain.masking import UNVERIFIED_NAME, mask_name
from tests.people import make_account, make_id

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳娜娜", "欧**娜"),
        ("阿·力", "阿*力"),
        ("买买提", "买*提"),
        ("买买提·艾力", "买**力"),
        ("古丽娜扎尔·拜合提亚尔", "古**尔"),
        (" 张 小\u200b三", "张*三"),
        ("黃小強", "黃*強"),
        ("𠮷小三", "𠮷*三"),
    ],
)
def test_a_name_is_masked_by_its_length(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张",
        "Zhang San",
        "张3",
        "张三（户主）",
        "<b>张三</b>",
        "张三😀",
        make_id("19900101", 123),
        make_account(7),
        "13912345678",
    ],
)
def test_what_is_no_name_is_not_shown(text: str) -> None:
    assert mask_name(text) == UNVERIFIED_NAME


@given(HAN)
def test_a_masked_name_shows_one_character_of_two_and_two_of_more_and_is_no_name(name: str) -> None:
    shown = mask_name(name)
    assert shown.replace("*", "") == (name[0] if len(name) == 2 else name[0] + name[-1])
    assert 2 <= len(shown) <= 4
    assert not is_name(shown)


@given(st.text(max_size=30))
def test_no_text_is_shown_with_more_than_two_of_its_characters(text: str) -> None:
    shown = mask_name(text)
    assert shown == UNVERIFIED_NAME or len(shown.replace("*", "")) <= 2
