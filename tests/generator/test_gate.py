"""The gate: no disguise of an ID, a card or a stranger's phone gets through, and what is none of these does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator.gate import Gate
from generator.sheets import column
from generator.typeset import Typesetter
from portal.domain.findings import Refused
from portal.office import Office
from tests.board_records import camera, photo
from tests.county import build, change_site_text, make_site, noticed_batch, office_in
from tests.ledger_dump import change
from tests.people import make_account, make_id
from tests.workbooks import people

ID = make_id("19630715", 218)
CARD = make_account(4_471_903)
PHONE = "13997712345"
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in ID)
TAGS = "".join(f"<b>{char}</b>" for char in ID)

DISGUISES = {
    "plain": ID,
    "lower-case x": make_id("19630715", 4)[:17] + make_id("19630715", 4)[17].lower(),
    "full width": WIDE,
    "spaced": " ".join(ID),
    "in groups": f"{ID[:6]} {ID[6:14]} {ID[14:]}",
    "with dashes": f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
    "with zero-width spaces": "\u200b".join(ID),
    "split by tags": TAGS,
    "split by one tag": f"{ID[:9]}<i></i>{ID[9:]}",
    "split by a comment": f"{ID[:9]}<!-- x -->{ID[9:]}",
    "as entities": "".join(f"&#{ord(char)};" for char in ID),
    "in an attribute": f'<a title="{ID}">x</a>',
    "in a link": f'<a href="?q={ID}">x</a>',
    "percent encoded": '<a href="?q=' + "".join(f"%{ord(c):02X}" for c in ID) + '">x</a>',
    "in a comment": f"<!-- {ID} -->",
    "in a script": f"<script>var x='{ID}'</script>",
    "in a meta tag": f'<meta name="Description" content="{ID}">',
    "inside words": f"编号{ID}号",
    "across a line end": f"{ID[:10]}<br>{ID[10:]}",
    "the old fifteen": ID[:6] + ID[8:17],
}


def verdict(path: str, data: str, **more: bool) -> list[str]:
    gate = Gate(frozenset({"0999-5301001", "12345"}))
    gate.check(path, data.encode(), **more)
    try:
        gate.close()
    except Refused as refused:
        return [finding.message for finding in refused.findings]
    return []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_an_id_number_is_stopped_in_every_disguise(disguise: str) -> None:
    said = verdict("villages/1/index.html", f"<html><body><p>{DISGUISES[disguise]}</p></body></html>")
    assert any("身份证号" in message for message in said), said
    assert not any(ID in message for message in said)


@pytest.mark.parametrize("path", ["list.csv", "factors.json", "feed.xml", "snapshot.txt", "x.html"])
def test_it_is_stopped_in_every_kind_of_file(path: str) -> None:
    for text in (ID, WIDE, " ".join(ID)):
        assert verdict(path, f'"{text}"')


def test_it_is_stopped_in_file_names() -> None:
    for name in (f"villages/{ID}/index.html", f"{CARD}.csv", f"{WIDE}.html", f"docs/{PHONE}.txt"):
        assert any("文件名" in message for message in verdict(name, "x"))


def test_a_card_number_is_stopped_and_another_number_of_its_length_is_not() -> None:
    assert any("银行账号" in message for message in verdict("x.html", f"<td>{CARD}</td>"))
    fours = " ".join(CARD[start : start + 4] for start in range(0, len(CARD), 4))
    assert verdict("x.html", f"<td>{fours}</td>")
    wrong = CARD[:-1] + str((int(CARD[-1]) + 1) % 10)
    assert verdict("x.html", f"<td>{wrong}</td>") == []


def test_a_phone_that_content_lists_passes_and_any_other_is_stopped() -> None:
    assert verdict("x.html", '<a href="tel:0999-5301001">0999-5301001</a> 12345') == []
    assert any("电话" in message for message in verdict("x.html", "<td>0999-5301002</td>"))
    assert any("电话" in message for message in verdict("x.html", f"<td>{PHONE}</td>"))


def test_rows_of_a_policy_that_shows_totals_only_are_stopped() -> None:
    row = '<tbody id="rows">\n<tr><td>张*</td></tr></tbody>'
    for path, text in (
        ("index.html", row),
        ("list.csv", "\ufeff行号,姓名,金额（元）\r\nA2C3,张*,1.00\r\n"),
        ("snapshot.txt", "mingbai-snapshot\t1\ncolumns\tcode\n\nA2C3\n"),
    ):
        assert any("只能公开合计" in message for message in verdict(path, text, rows_allowed=False)), path
        assert verdict(path, text, rows_allowed=True) == []
    for path, text in (("index.html", "<p>合计</p>"), ("snapshot.txt", "mingbai-snapshot\t1\ncolumns\t\n\n")):
        assert verdict(path, text, rows_allowed=False) == []


def test_a_check_code_is_exempt_and_only_where_it_is_a_check_code() -> None:
    digits = next(found for serial in range(99) if (found := make_id("19630715", serial)).isdigit())
    digest = "ab" * 11 + "c" + digits + "d" + "ef" * 11
    assert len(digest) == 64
    assert verdict("x.html", f'<code class="hash">{digest}</code>') == []
    assert verdict("x.html", f"<code>{digest}</code>") != []
    assert verdict("x.html", f'<code class="hash">{digits}</code>') != []


def test_figures_codes_and_dates_are_not_mistaken() -> None:
    text = "990121101201 2025-06-30 1,234,567.00 20250630T120000 304.00 95.00 2025-0007 第12345号 0.123456789012345678"
    assert verdict("x.html", f"<p>{text}</p>") == []


def test_everything_found_is_told_at_once() -> None:
    gate = Gate(frozenset())
    for number in range(3):
        gate.check(f"{number}.html", ID.encode())
    with pytest.raises(Refused) as refused:
        gate.close()
    assert [finding.message.partition("：")[0] for finding in refused.value.findings] == ["0.html", "1.html", "2.html"]


@pytest.fixture
def built(tmp_path: Path) -> Office:
    """An office whose first release stands."""
    with office_in(tmp_path / "office") as office:
        noticed_batch(office, tmp_path, people(6))
        build(office, make_site(office, tmp_path / "office"))
        yield office


@pytest.mark.slow
def test_a_release_with_personal_data_in_the_ledger_is_not_published(built: Office, tmp_path: Path) -> None:
    """Even when a snapshot was tampered with after the first lock."""
    site = make_site(built, tmp_path / "office")
    before = site.root()
    sql = "UPDATE postings SET snapshot = replace(snapshot, '190.00', :id), sha256 = 'ab' WHERE snapshot IS NOT NULL"
    assert change(built.ledger, sql, id=ID)
    with pytest.raises(Refused) as refused:
        build(built, site)
    assert all(finding.code == "gate.personal_data" for finding in refused.value.findings)
    assert site.root() == before


@pytest.mark.slow
def test_a_phone_written_into_the_sites_words_is_not_published(built: Office, tmp_path: Path) -> None:
    content = change_site_text(tmp_path / "content", "干部截留", f"找张三{PHONE}")
    site = make_site(built, tmp_path / "office", content)
    before = site.root()
    with pytest.raises(Refused, match="电话"):
        build(replace(built), site)
    assert site.root() == before


def sheet(*, number: str = "", rows: bool = False) -> bytes:
    """A typeset sheet with something on it."""
    heads = [column(["行号"], ["AB23"], is_figure=False)] if rows else []
    content = {
        "paper": "a4", "size": "normal", "number": number, "code": "AAAA-BBBB-CCCC",
        "qr": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>',
        "title": ["王村", "2025年补贴", "公示"], "opening": ["现公示如下。"], "columns": heads,
        "rows": [{"cells": ["AB23"], "fen": 100}] if rows else [], "totals": [["合计", "1笔，1.00元"]],
        "objection": [], "phones": [], "unit": "县", "date": "", "signatures": [],
    }  # fmt: skip
    return Typesetter().set("pack.typ", {"title": "单", "author": "县", "sheets": [content]}, date(2025, 6, 4))


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        ({}, ""),
        ({"number": ID}, "内容里有疑似身份证号"),
        ({"number": f"{ID[:6]} {ID[6:14]} {ID[14:]}"}, "内容里有疑似身份证号"),
        ({"rows": True}, "页面上却有逐行名单"),
    ],
)
def test_a_typeset_sheet_is_read_before_it_is_published(made: dict[str, Any], wrong: str) -> None:
    gate = Gate(frozenset())
    gate.check("villages/1/2/sheet.pdf", sheet(**made), rows_allowed=False)
    said = ""
    try:
        gate.close()
    except Refused as refused:
        said = "".join(finding.message for finding in refused.findings)
    assert wrong in said
    assert bool(said) == bool(wrong)


def test_what_cannot_be_read_is_not_published() -> None:
    gate = Gate(frozenset())
    gate.check("villages/1/2/sheet.pdf", b"%PDF-1.7 torn")
    with pytest.raises(Refused, match="打不开"):
        gate.close()


def judged(path: str, data: bytes) -> bool:
    """Whether a photo gets through."""
    gate = Gate(frozenset())
    gate.check_photo(path, data)
    try:
        gate.close()
    except Refused:
        return False
    return True


def test_a_photo_is_a_picture_and_nothing_else() -> None:
    place, clean = "villages/990199101201/2025-0001/board-1.jpg", photo().content
    assert judged(place, clean)
    for wrong in (
        camera(),  # the camera wrote into it where it was taken
        clean + ID.encode(),  # something behind the picture
        with_comment(clean),
        b"<html></html>\xff\xd9",
        b"",
    ):
        assert not judged(place, wrong)
    assert not judged(f"villages/990199101201/{ID}/board-1.jpg", clean)


def with_comment(data: bytes) -> bytes:
    image, made = Image.open(BytesIO(data)), BytesIO()
    image.save(made, "JPEG", comment=b"taken by somebody")
    return made.getvalue()
