"""A draft's rows come back as they were, and hold nothing raw."""

from __future__ import annotations

import zlib
from dataclasses import replace

from portal.intake.packing import pack, unpack
from tests.builders import make_person, make_row
from tests.portal.intake.conftest import PrepareRoll


def test_a_roll_comes_back_as_it_was(roll: PrepareRoll) -> None:
    rows = [make_row(number) for number in range(5)]
    found = roll(
        *rows, make_row(6, id="123", account=""), make_row(7, area=None, rate=None), ["合计", *[None] * 5, 1, None]
    )
    assert found.is_refused
    assert unpack(pack(found)) == replace(found, columns=dict(found.columns), choices=dict(found.choices))


def test_what_is_packed_holds_no_name_and_no_number(roll: PrepareRoll) -> None:
    said = zlib.decompress(pack(roll(*(make_row(number) for number in range(5))))).decode()
    assert "张*三" in said
    for person in map(make_person, range(5)):
        assert not any(word in said for word in (person.name, person.id_number, person.account))


def test_columns_that_may_be_chosen_are_named_by_header_or_place_and_never_by_somebodys_name(roll: PrepareRoll) -> None:
    header = ("村名", "姓名", "身份证号", "金额", "金额", "单价", "王小红")
    found = roll(["王村", "张小三", make_person(0).id_number, 304, 304, 95, ""], header=header)
    assert dict(found.choices) == {
        "村名": "村名", "姓名": "姓名", "身份证号": "身份证号", "第4列": "金额（第 4 列）", "第5列": "金额（第 5 列）",
        "单价": "单价",
    }  # fmt: skip
