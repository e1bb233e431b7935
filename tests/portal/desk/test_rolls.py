"""Rolls at the desk: upload, preview, confirm; a refused file leaves everything as it was."""

from __future__ import annotations

import io
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.actions import drafts as action
from portal.office import Office
from tests.builders import make_workbook
from tests.county import HARDSHIP, LAND, make_batch
from tests.html import faults, parse_page
from tests.ledger_dump import change, dump
from tests.staff import TOKEN, Visitor, give_password, said, visitor
from tests.workbooks import Person, people, write_sheet

PEOPLE = people(8)
TITLE = "小明县农业农村局2025年耕地地力保护补贴发放清册"
HEADER = ["村", "姓名", "身份证号", "一卡通账号", "补贴金额（元）"]


def rows_of(found: list[Person], title: str = TITLE, total: str = "", amount: str = HEADER[-1]) -> list[list[Any]]:
    body = [[p.village, p.name, p.id, p.account, float(p.amount)] for p in found]
    return [[title], [*HEADER[:-1], amount], *body, *([["合计", "", "", "", float(total)]] if total else [])]


def workbook(folder: Path, rows: list[list[Any]]) -> bytes:
    path = write_sheet(folder / "made.xlsx", rows)
    content = path.read_bytes()
    path.unlink()
    return content


def upload(person: Visitor, content: bytes, name: str = "清册.xlsx", **fields: str | list[str]) -> TestResponse:
    found = TOKEN.search(person.text("rolls"))
    assert found
    data: dict[str, Any] = {"csrf_token": found[1] or found[2], "file": (io.BytesIO(content), name), **fields}
    answer: TestResponse = person.client.post("/desk/rolls", data=data, content_type="multipart/form-data")
    return answer


def uploaded(person: Visitor, content: bytes, **fields: str | list[str]) -> str:
    """Upload what is taken; the address of its draft below /desk/."""
    answer = upload(person, content, **fields)
    assert answer.status_code == 303, said(answer)
    return str(answer.location).removeprefix("/desk/")


@pytest.fixture
def clerk(app: Flask, office: Office, tmp_path: Path) -> Visitor:
    give_password(office, tmp_path, "clerk", "village-clerk")
    clerk = visitor(app)
    clerk.sign_in("clerk")
    return clerk


def test_a_roll_goes_from_file_to_batch(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    page = uploaded(clerk, workbook(tmp_path, rows_of(PEOPLE)))
    text = said(clerk.get(page))
    assert "耕地地力保护补贴 自动认的" in text
    assert "2025年 自动认的" in text
    assert "8行， 1,520.00元" in text
    assert "壹仟伍佰贰拾元整" in text
    assert "王村 8 1,520.00 0" in text
    answer = clerk.post(page, page)
    assert answer.location == "/desk/batches/2025-0001"
    assert "已导入，批次号 2025-0001" in said(clerk.get("batches/2025-0001"))
    assert clerk.post(page, page).location == "/desk/batches/2025-0001"
    assert len(dump(office.ledger)["batches"]) == 1
    assert "已经确认" in said(clerk.get(page))
    assert "2025-0001" in said(clerk.get("rolls"))


def test_nothing_raw_is_on_any_page_or_in_the_database(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    wrong = [replace(PEOPLE[0], id="123456"), *PEOPLE[1:]]
    page = uploaded(clerk, workbook(tmp_path, rows_of(wrong)))
    pages = clerk.text(page) + clerk.text("rolls") + str(clerk.get(page + "/findings.xlsx").data)
    everything = pages + str(dump(office.ledger))
    for person in PEOPLE:
        assert not any(word in everything for word in (person.name, person.id, person.account))


def test_what_the_file_does_not_say_is_asked_for_and_what_it_says_is_kept(clerk: Visitor, tmp_path: Path) -> None:
    content = workbook(tmp_path, rows_of(PEOPLE, title="2025年上半年发放清册"))
    answer = upload(clerk, content)
    assert answer.status_code == 422
    assert "看不出是哪一项补贴" in said(answer)
    assert re.search(r'<option selected value="2025">', answer.get_data(True))
    assert re.search(r'<option selected value="H1">', answer.get_data(True))
    page = uploaded(clerk, content, policy=HARDSHIP, year="2025", part="-06", again="+1")
    text = said(clerk.get(page))
    assert "困难群众补助 期次 2025年6月（第1次补发） 发放单位" in text
    page = uploaded(clerk, content, policy=HARDSHIP, part="Q3")
    assert "期次 2025年第三季度 发放单位" in said(clerk.get(page))


def test_findings_are_grouped_worst_first_with_sheets_and_rows(clerk: Visitor, tmp_path: Path) -> None:
    rows = [
        replace(PEOPLE[0], id="12"),
        replace(PEOPLE[1], id="34"),
        replace(PEOPLE[2], village="没有的村"),
        *PEOPLE[3:],
    ]
    page = uploaded(clerk, workbook(tmp_path, rows_of(rows, total="1500")))
    text = said(clerk.get(page))
    places = [text.index(words) for words in ("合计和逐行相加不一样", "身份证号位数不对", "不认识的村名")]
    assert places == sorted(places)
    assert "工作表“清册”：第 3—4 行（共 2 处）" in text
    assert "1,500.00 元，逐行相加是 1,520.00 元" in text
    assert "怎么办： 照身份证核对，应是18位" in text


def test_a_wrong_total_passes_by_name_and_reason_alone(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    page = uploaded(clerk, workbook(tmp_path, rows_of(PEOPLE, total="1500")))
    before = dump(office.ledger)
    answer = clerk.post(page, page)
    assert answer.status_code == 422
    assert "要分别打勾、写明原因" in said(answer)
    ticked = {"accept-total.mismatch": "on"}
    assert "疑似身份证号" in said(clerk.post(page, page, **ticked, **{"reason-total.mismatch": f"见{PEOPLE[0].id}"}))
    assert dump(office.ledger) == before
    assert clerk.post(page, page, **ticked, **{"reason-total.mismatch": "合计行漏改"}).status_code == 303
    assert "合计行漏改" in said(clerk.get("batches/2025-0001"))


def test_a_file_for_the_village_holds_text_cells_and_nothing_of_our_ledger(
    clerk: Visitor, office: Office, tmp_path: Path
) -> None:
    poor = [replace(person, quantity=None) for person in PEOPLE]
    make_batch(office, tmp_path, poor, HARDSHIP)
    rows = [replace(PEOPLE[0], id="=1+1"), replace(PEOPLE[1], account=PEOPLE[2].account), *PEOPLE[3:]]
    content = workbook(tmp_path, rows_of(rows, title="2025年水库移民后期扶持清册"))
    page = uploaded(clerk, content)
    assert "此人今年已领" in said(clerk.get(page))
    answer = clerk.get(page + "/findings.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == ["工作表", "行", "列", "哪里不对", "怎么办"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert cells[1][:3] == ["清册", "3", "身份证号"]
    told = str(cells)
    assert "困难群众补助" not in told
    assert "请核对此人是否符合领取条件" in told


def test_a_column_is_named_by_sending_the_file_again(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    content = workbook(tmp_path, rows_of(PEOPLE, amount="钱数"))
    page = uploaded(clerk, content)
    text = said(clerk.get(page))
    assert "少了必须有的列" in text
    assert "--column" not in text
    assert '<option value="钱数">' in clerk.text(page)
    assert clerk.post(page, page).status_code == 422
    page = uploaded(clerk, content, policy=LAND, year="2025", asked="1", **{"column-amount": "钱数"})
    assert '<option value="钱数" selected>' in clerk.text(page)
    assert clerk.post(page, page).status_code == 303
    page = uploaded(clerk, content, year="2025", part="H2")
    assert "不改不能导入" not in said(clerk.get(page))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.xlsx", "0 字节"),
        (b"%PDF-1.7 nothing", "清册.pdf", "没有"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "坏.xls", "损坏"),
        ("名单".encode("gb18030") + b"\xff\xfe\x00", "乱.csv", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_changes_nothing(
    clerk: Visitor, office: Office, content: bytes, name: str, words: str
) -> None:
    before = dump(office.ledger)
    answer = upload(clerk, content, name, policy=LAND, year="2025")
    assert answer.status_code == 422
    assert words in said(answer)
    assert 'role="alert"' in answer.get_data(True)
    assert dump(office.ledger) == before


def test_no_file_is_said_at_the_field(clerk: Visitor) -> None:
    answer = clerk.post("rolls")
    assert answer.status_code == 422
    assert "请先选一个清册文件" in said(answer)


def test_a_draft_is_seen_by_who_made_it_and_nobody_else(
    app: Flask, clerk: Visitor, office: Office, tmp_path: Path
) -> None:
    page = uploaded(clerk, workbook(tmp_path, rows_of(PEOPLE)))
    other = visitor(app, "192.0.2.7")
    other.sign_in("village-clerk")
    before = dump(office.ledger)
    for path in (page, page + "/findings.xlsx"):
        answer = other.get(path)
        assert (answer.status_code, "没有这份草稿" in said(answer)) == (409, True)
    for path in (page, page + "/discard"):
        assert other.post(path, "rolls").status_code == 409
    assert dump(office.ledger) == before
    assert "耕地" not in other.text("") + other.text("rolls").partition("<h2>")[2]


def test_a_draft_is_thrown_away(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    page = uploaded(clerk, workbook(tmp_path, rows_of(PEOPLE)))
    assert "清册草稿：2025年 耕地地力保护补贴，8行" in said(clerk.get(""))
    assert clerk.post(page + "/discard", page).location == "/desk/rolls"
    assert dump(office.ledger)["drafts"] == []
    assert "清册草稿" not in said(clerk.get(""))


def test_who_may_not_import_has_no_such_page(app: Flask, office: Office) -> None:
    banker = visitor(app)
    banker.sign_in("banker")
    assert banker.get("rolls").status_code == 403
    assert banker.post("rolls", "password").status_code == 403
    assert "上传清册" not in banker.text("")


def test_the_file_lies_in_a_private_folder_for_the_request_alone(
    clerk: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, int, bytes]] = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    left = tmp_path / "tmp" / "mingbai-upload-left"
    left.mkdir()
    os.utime(left, (0, 0))
    real_read = action.read_workbook

    def spying(path: Path) -> Any:
        seen.append((path, path.parent.stat().st_mode & 0o777, path.read_bytes()))
        return real_read(path)

    monkeypatch.setattr(action, "read_workbook", spying)
    content = workbook(tmp_path, rows_of(PEOPLE))
    uploaded(clerk, content)
    assert [(path.name, mode, found) for path, mode, found in seen] == [("file", 0o700, content)]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_only_this_form_may_be_large_and_only_for_who_may_send_it(app: Flask, clerk: Visitor) -> None:
    large = b"x" * 300_000  # above what other forms may bring
    assert upload(clerk, large, "大.csv", policy=LAND, year="2025").status_code == 422
    found = TOKEN.search(clerk.text("password"))
    assert found
    data = {"csrf_token": found[1] or found[2]}
    for path in ("/desk/password", "/desk/rolls/drafts/1"):
        answer = clerk.client.post(path, data={**data, "file": (io.BytesIO(large), "x")})
        assert answer.status_code == 413, path
        assert "太大了，没有收" in said(answer)
    guest = visitor(app, "192.0.2.9")
    answer = guest.client.post("/desk/rolls", data={"file": (io.BytesIO(large), "x")})
    assert answer.status_code == 413


def test_every_page_is_sound(clerk: Visitor, office: Office, tmp_path: Path) -> None:
    rows = [replace(PEOPLE[0], id="12"), replace(PEOPLE[2], village="没有的村"), *PEOPLE[3:]]
    page = uploaded(clerk, workbook(tmp_path, rows_of(rows, total="1")))
    for path in ("", "rolls", page):
        assert list(faults(parse_page(clerk.text(path)))) == [], path
    change(office.ledger, "UPDATE drafts SET created = '2025-01-01T00:00:00+00:00'")
    assert clerk.get(page).status_code == 409


def test_each_kind_of_warning_is_ticked_and_given_a_reason_of_its_own(
    clerk: Visitor, office: Office, tmp_path: Path
) -> None:
    shared = [replace(person, account=PEOPLE[0].account) if person.number < 2 else person for person in PEOPLE]
    page = uploaded(clerk, workbook(tmp_path, rows_of(shared, total="1500")))
    before = dump(office.ledger)
    assert "有2类要您分别打勾" in said(clerk.get(page))
    one = {"accept-account.shared": "on", "reason-account.shared": "母女一张卡"}
    answer = clerk.post(page, page, **one)
    assert answer.status_code == 422
    assert 'value="母女一张卡"' in answer.get_data(True)
    assert answer.get_data(True).count('class="wrong"') == 1
    both = {**one, "accept-total.mismatch": "on", "reason-total.mismatch": ""}
    assert "请写明原因" in said(clerk.post(page, page, **both))
    assert dump(office.ledger) == before
    assert clerk.post(page, page, **{**both, "reason-total.mismatch": "合计行漏改"}).status_code == 303
    text = said(clerk.get("batches/2025-0001"))
    assert "几个人用同一个账号（1处）：母女一张卡" in text
    assert "合计和逐行相加不一样（1处）：合计行漏改" in text
    journal = str(dump(office.ledger)["journal"][-1])
    assert "母女一张卡" in journal
    assert "合计行漏改" in journal


def test_a_large_roll_shows_twenty_places_of_a_kind(clerk: Visitor, tmp_path: Path) -> None:
    wrong = [replace(person, id="12") for person in people(40)]
    page = clerk.text(uploaded(clerk, workbook(tmp_path, rows_of(wrong))))
    assert page.count("证件号不是 18 位") == 20
    assert "这里只列前 20 处，全部在下面的 Excel 里" in page


def test_a_list_without_a_header_shows_its_first_lines_masked_and_asks_for_each_column(
    clerk: Visitor, office: Office, tmp_path: Path
) -> None:
    lines = [[p.name, p.village, p.id, p.account, 190.0] for p in PEOPLE]
    content = workbook(tmp_path, lines)
    what = {"policy": LAND, "year": "2025", "unit": "nyj"}
    page = uploaded(clerk, content, **what)
    html = clerk.text(page)
    assert not list(faults(parse_page(html)))
    text = said(clerk.get(page))
    assert "这份名单没有表头" in text
    assert "王村 18位号码 19位号码 190" in text
    assert "第 3 列（像身份证号）" in text
    everything = html + str(dump(office.ledger))
    assert not any(word in everything for p in PEOPLE for word in (p.name, p.id, p.account))
    places = {"name": "第1列", "village": "第2列", "id": "第3列", "account": "第4列", "amount": "第5列"}
    page = uploaded(clerk, content, **what, asked="1", **{f"column-{code}": place for code, place in places.items()})
    assert "8行， 1,520.00元" in said(clerk.get(page))
    assert clerk.post(page, page).status_code == 303
    page = uploaded(clerk, content, **{**what, "part": "H1"})
    assert "8行， 1,520.00元" in said(clerk.get(page))  # remembered for unit and policy


def test_the_clerk_chooses_which_sheets_count(clerk: Visitor, tmp_path: Path) -> None:
    sheets = {"王村": rows_of(PEOPLE[:3]), "去年的": rows_of(PEOPLE[3:5]), "备查": rows_of(PEOPLE[5:])}
    content = make_workbook(tmp_path / "several.xlsx", sheets, hidden_sheets=["备查"]).read_bytes()
    page = uploaded(clerk, content)
    text = said(clerk.get(page))
    assert "5行， 950.00元" in text
    assert "有隐藏的工作表没有读" in text
    assert "备查（5行，隐藏的）" in text
    page = uploaded(clerk, content, asked="1", sheet=["王村", "备查"])
    text = said(clerk.get(page))
    assert "6行， 1,140.00元" in text
    assert "读了隐藏的工作表" in text
    assert "有的工作表没有选 说明 工作表“去年的”" in text
