"""What is asked at look-up, and how often wrong guesses are borne."""

from __future__ import annotations

import pytest

from portal.domain.identity import DIGEST_KINDS, Digester
from portal.domain.lookup import CAPS, PROBLEMS, Question, Unreadable, attempt_keys, is_tripped, read_question
from tests.people import make_id

ID = make_id("19680203", 12)
OTHER_SERIAL = make_id("19680203", 14)
DIGESTER = Digester("k", {kind: kind.encode() * 8 for kind in DIGEST_KINDS})


@pytest.mark.parametrize(
    "typed",
    [ID, f" {ID} ", ID.lower(), f"{ID[:6]} {ID[6:14]} {ID[14:]}", f"{ID[:6]}-{ID[6:]}", "".join(chr(ord(c) + 0xFEE0) for c in ID)],
)  # fmt: skip
def test_an_id_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_question(typed, "王秀英").id_number == ID


def test_an_old_number_of_15_digits_is_the_new_one() -> None:
    assert read_question(ID[:6] + ID[8:17], "王秀英").id_number == ID


@pytest.mark.parametrize("typed", ["王秀英", " 王 秀 英 ", "王\u200b秀英", "王秀英\n"])
def test_blanks_and_invisible_marks_in_a_name_do_not_matter(typed: str) -> None:
    assert read_question(ID, typed).name == "王秀英"


@pytest.mark.parametrize(("typed", "read"), [("", ""), (" 8 8 1 2 ", "8812"), ("８８１２", "8812"), ("88-12", "8812")])
def test_the_tail_may_be_left_out_or_spaced(typed: str, read: str) -> None:
    assert read_question(ID, "王秀英", typed).tail == read


@pytest.mark.parametrize(
    ("id_number", "name", "tail", "problems"),
    [
        ("", "", "", {"id": "id.empty", "name": "name.empty"}),
        (ID[:17], "王秀英", "", {"id": "id.length"}),
        (ID[:17] + ("0" if ID[17] != "0" else "1"), "王秀英", "", {"id": "id.check_digit"}),
        (make_id("19680231", 12), "王秀英", "", {"id": "id.date"}),
        ("9.90121E+17", "王秀英", "", {"id": "id.number"}),
        (ID, "王" * 41, "", {"name": "name.length"}),
        (ID, "王秀英", "812", {"tail": "tail.digits"}),
        (ID, "王秀英", "88a2", {"tail": "tail.digits"}),
        (ID, " \u200b", "", {"name": "name.empty"}),
    ],
)
def test_what_cannot_be_right_is_told_at_once(id_number: str, name: str, tail: str, problems: dict[str, str]) -> None:
    with pytest.raises(Unreadable) as told:
        read_question(id_number, name, tail)
    assert told.value.problems == problems
    assert set(problems.values()) <= PROBLEMS.keys()


def test_the_caps_are_the_promised_ones() -> None:
    assert {cap.name: cap.limit for cap in CAPS} == {"birth": 10, "ending": 100, "name": 50, "id": 5}


def test_each_cap_counts_what_its_questions_share() -> None:
    asked = Question(ID, "王秀英")
    others = {
        "birth": (Question(OTHER_SERIAL, "李四"), Question(make_id("19680204", 12), "李四")),
        "ending": (Question(ID[:6] + "19770101" + ID[14:], "李四"), Question(OTHER_SERIAL, "李四")),
        "name": (Question(OTHER_SERIAL, "王秀英"), Question(OTHER_SERIAL, "王秀兰")),
        "id": (Question(ID, "李四"), Question(OTHER_SERIAL, "李四")),
    }
    keys = attempt_keys(asked, DIGESTER, with_tail=False)
    for number, cap in enumerate(CAPS):
        sharing, apart = others[cap.name]
        assert attempt_keys(sharing, DIGESTER, with_tail=False)[number] == keys[number], cap.name
        assert attempt_keys(apart, DIGESTER, with_tail=False)[number] != keys[number], cap.name


def test_keys_name_nobody_and_failures_with_the_tail_are_counted_apart() -> None:
    asked = Question(ID, "王秀英", "8812")
    plain, tail = (attempt_keys(asked, DIGESTER, with_tail=with_tail) for with_tail in (False, True))
    assert len({*plain, *tail}) == 8
    assert all(len(key) == 32 and int(key, 16) for key in [*plain, *tail])


def test_variant_characters_count_as_the_same_name() -> None:
    keys = [attempt_keys(Question(ID, name), DIGESTER, with_tail=False)[2] for name in ("吕强", "呂強")]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("number", range(4))
def test_a_cap_trips_when_it_is_used_up_and_not_before(number: int) -> None:
    counts = [0, 0, 0, 0]
    counts[number] = CAPS[number].limit - 1
    assert not is_tripped(counts)
    counts[number] += 1
    assert is_tripped(counts)
