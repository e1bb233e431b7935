"""Personal data is found in every disguise we know, and plain figures are left alone."""

from __future__ import annotations

import hashlib
import random
import time

import pytest

from portal.domain.personal_data import Hit, find_personal_data, text_of_html
from tests.people import make_account, make_id

PERSON = make_id("19900101", 123)
WITH_X = next(number for serial in range(1000) if (number := make_id("19850630", serial)).endswith("X"))
CARD = make_account(217001234567890)
FULL_WIDTH = PERSON.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in find_personal_data(text)]


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        f"张三{PERSON}元",
        f"id={PERSON}&x=1",
        WITH_X,
        WITH_X.lower(),
        WITH_X[:-1] + "Ⅹ",
        WITH_X[:-1] + "Ｘ",
        FULL_WIDTH,
        " ".join(PERSON),
        "\u00a0".join(PERSON),
        "\u2009".join(PERSON),
        "\u200b".join(PERSON),
        "\u200b" + PERSON[:3] + "\u2060" + PERSON[3:],
        f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}",
        f"{PERSON[:6]}-{PERSON[6:14]}-{PERSON[14:]}",
        f"{PERSON[:6]}.{PERSON[6:14]}.{PERSON[14:]}",
        f"{PERSON[:6]}_{PERSON[6:14]}_{PERSON[14:]}",
        f"{PERSON[:4]} {PERSON[4:8]}-{PERSON[8:12]}_{PERSON[12:]}",
        f"1. {PERSON}",
        f"12-{PERSON}",
        "990121900101123",
    ],
)
def test_an_id_number_is_found_in_every_disguise(text: str) -> None:
    assert kinds(text) == ["id"]


def test_every_place_is_named_and_nothing_else() -> None:
    text = f"张三 {PERSON} 13812345678 {CARD}"
    hits = find_personal_data(text)
    assert [(hit.kind, text[hit.start : hit.end]) for hit in hits] == [
        ("id", PERSON),
        ("phone", "13812345678"),
        ("account", CARD),
    ]
    assert hits[0] == Hit("id", 3, 21)


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        f"账号{CARD}",
        f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
        f"{CARD[:6]} {CARD[6:]}",
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    assert kinds(text) == ["account"]


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "+86 13812345678",
        "8613812345678",
        "0571-88886666",
        "(0571)88886666",
        "（0571）8888 6666",
        "010-6666 7777",
        "028 87654321",
    ],
)
def test_a_phone_number_is_found(text: str) -> None:
    assert kinds(text) == ["phone"]


def test_public_phones_are_allowed_by_their_digits() -> None:
    text = "热线 0571-88886666，手机 +86 13812345678，其他 13987654321"
    hits = find_personal_data(text, allowed_phones=frozenset({"(0571) 8888 6666", "138-1234-5678"}))
    assert [text[hit.start : hit.end] for hit in hits] == ["13987654321"]


@pytest.mark.parametrize(
    "text",
    [
        "304.00 95.00 1200.00 12.50 2024",
        "304.00 95.00 1187.50 12.00 360.25",
        "990121001001",
        "99012100100100112345",
        "2024-05-01 2024-05-31",
        "2024年5月1日至2024年5月31日（共7个工作日）",
        "明财农〔2022〕7号",
        "12345 12388 12317 12333",
        PERSON[:-1] + str((int(PERSON[-1]) + 1) % 10),
        make_id("19900101", 123, area="990121")[:6] + "18900101" + "1230",
        "x990121900101123",
        CARD[:-1] + str((int(CARD[-1]) + 1) % 10),
        CARD + "a",
        "0." + CARD,
        PERSON + "12",
        "0.30000000000000004",
    ],
)
def test_plain_figures_are_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_an_impossible_birth_date_or_province_is_no_id() -> None:
    assert kinds(make_id("19900231", 123)) == []
    assert kinds(make_id("29900101", 123)) == []
    assert kinds(make_id("19900101", 123, area="880121")) == []


def test_digests_and_tables_of_figures_raise_no_alarm() -> None:
    chance = random.Random(7)
    digests = "\n".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000))
    table = "\n".join(
        f"{row} {chance.randrange(1, 99)}.{chance.randrange(10, 99)} 95.00 {chance.randrange(100, 9999)}.00 2024-05-01"
        for row in range(20_000)
    )
    assert kinds(digests) == []
    assert kinds(table) == []


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><b>{PERSON[:7]}</b>{PERSON[7:]}</p>",
        f"<p>{PERSON[:5]}<!-- x -->{PERSON[5:]}</p>",
        f"<p>{PERSON[:6]}<br>{PERSON[6:]}</p>",
        f"<p>{PERSON[:6]}<wbr>{PERSON[6:]}</p>",
        "<tr>" + "".join(f"<td class='n'>{digit}</td>\n" for digit in PERSON) + "</tr>",
        f'<a data-person="{PERSON}">x</a>',
        f"<a data-person={PERSON}>x</a>",
        f"<!-- {PERSON} -->",
        f"<script>var person = '{PERSON}'</script>",
        '<script type="application/json">{"id": "'
        + "".join(f"\\u{ord(digit):04x}" for digit in PERSON)
        + '"}</script>',
        "".join(f"&#{ord(digit)};" for digit in PERSON),
        f'<a href="/look?id={PERSON[:6]}%20{PERSON[6:]}">x</a>',
    ],
)
def test_markup_hides_no_id(markup: str) -> None:
    assert kinds(text_of_html(markup)) == ["id"]


def test_cells_stay_apart() -> None:
    assert kinds(text_of_html(f"<tr><td>{PERSON[:9]}</td><td>{PERSON[9:]}</td></tr>")) == []
    assert kinds(text_of_html("<td>1381</td><td>2345678</td>")) == []


@pytest.mark.parametrize("piece", ["<a", '="1', "=", "\n ", "<!--", "<script>", "a\n", "<td>", "&#", "\\u0031"])
def test_hostile_markup_costs_no_more_than_its_length(piece: str) -> None:
    start = time.process_time()  # of work: waiting for a busy machine is none
    find_personal_data(text_of_html(piece * 100_000))
    assert time.process_time() - start < 5


@pytest.mark.slow
def test_clean_text_costs_milliseconds() -> None:
    text = "惠民惠农财政补贴资金一卡通，2024年5月1日发放304.00元。" * 60_000
    best = min(_seconds(text) for _ in range(3))
    assert best / (len(text.encode()) / 1e6) < 0.03  # measured 0.004 s; room for a busy machine


def _seconds(text: str) -> float:
    start = time.process_time()
    assert find_personal_data(text) == []
    return time.process_time() - start
