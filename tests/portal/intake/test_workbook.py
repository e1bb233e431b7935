"""Roll files as they really are, and files made to do harm: read right or refused in plain Chinese, quickly."""

from __future__ import annotations

import datetime
import io
import os
import struct
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from portal.domain.findings import Refused
from portal.intake.child import Limits
from portal.intake.workbook import Sheet, Workbook, read_workbook

SHEET_PART = "xl/worksheets/sheet1.xml"
QUICK = Limits(cpu_seconds=15, wall_seconds=600)
"""Seconds of work, not of waiting: a busy machine changes nothing, a reader that takes longer is stopped and says so."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Title far from the corner, a merged header, hidden row, column and sheet, every kind of cell."""
    path = tmp_path / "roll.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("王村")
        sheet.merge_range(2, 1, 2, 3, "2024年耕地补贴")
        sheet.write_row(3, 1, ["姓 名", "面积", "金额"])
        sheet.write_row(4, 1, [" 张三 ", 3.5, 304])
        sheet.write(5, 1, "\t李四")
        sheet.write_number(5, 2, 512324199100101234)
        sheet.write_datetime(5, 3, datetime.date(2024, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_boolean(6, 1, True)
        sheet.write_formula(6, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(6, 3, "=C5*2", None, 7)
        sheet.write_blank(40, 9, None, book.add_format({"bold": True}))
        sheet.write(30, 1, "   ")
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_row(6, 0)
        sheet.set_column(2, 2, None, None, {"hidden": True})
        book.add_worksheet("底稿").hide()
        book.add_worksheet("更深").very_hidden()
    return path


def code_of(path: Path, limits: Limits | None = None) -> str:
    """The code of the refusal, which must come for little work and in Chinese."""
    with pytest.raises(Refused) as refused:
        read_workbook(path, limits=limits or QUICK)
    (finding,) = refused.value.findings
    assert finding.level == "fatal"
    assert "。" in finding.message
    return finding.code


def repack(source: Path, changes: dict[str, bytes]) -> Path:
    """The same zipped file with some parts replaced or added."""
    target = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **dict.fromkeys(changes)}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return target


def part(source: Path, name: str) -> bytes:
    with zipfile.ZipFile(source) as archive:
        return archive.read(name)


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def only_sheet(path: Path) -> Sheet:
    (sheet,) = read_workbook(path).sheets
    return sheet


def test_xlsx_cells_stand_where_excel_shows_them(small: Path) -> None:
    book = read_workbook(small)
    assert (book.kind, book.encoding) == ("xlsx", "")
    sheet = book.sheets[0]
    assert sheet.rows[:2] == [[None] * 4] * 2
    assert sheet.rows[2][:2] == [None, "2024年耕地补贴"]
    assert sheet.rows[4] == [None, " 张三 ", Decimal("3.5"), 304]
    assert type(sheet.rows[4][3]) is int
    assert sheet.rows[5] == [None, "\t李四", Decimal("5.123241991001012E+17"), "2024-05-01"]
    assert sheet.rows[6] == [None, "TRUE", "#DIV/0!", 7]
    assert len(sheet.rows) == 7  # a cell of blanks further down and a formatted one are no rows


def test_xlsx_says_what_is_hidden_and_merged(small: Path) -> None:
    sheet, hidden, deeper = read_workbook(small).sheets
    assert sheet.hidden_rows == {6, 7}  # set hidden, and squeezed to no height
    assert sheet.hidden_columns == {2}
    assert sheet.merged == ((2, 1, 2, 3),)
    assert (sheet.visible, hidden.visible, deeper.visible) == (True, False, False)


def test_a_prefixed_sheet_is_scanned_as_well(small: Path) -> None:
    plain = part(small, SHEET_PART).decode()
    prefixed = plain.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:x=")
    assert read_workbook(repack(small, {SHEET_PART: prefixed.encode()})).sheets[0].hidden_rows == {6, 7}


def test_numbers_keep_what_they_have(tmp_path: Path) -> None:
    path = tmp_path / "numbers.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, [0.1, 95.0, -3, 10**15 - 1, 10**15, 1e17])
    row = only_sheet(path).rows[0]
    assert row == [Decimal("0.1"), 95, -3, 10**15 - 1, Decimal(10**15), Decimal("1E+17")]
    assert [type(cell) for cell in row] == [Decimal, int, int, int, Decimal, Decimal]


def test_xls_is_read_like_xlsx(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("王村")
    date = xlwt.XFStyle()
    date.num_format_str = "yyyy-mm-dd"
    sheet.write_merge(1, 1, 0, 2, "清册")
    sheet.write(2, 1, "张三")
    sheet.write(2, 2, 95.5)
    sheet.write(3, 1, datetime.date(2024, 5, 1), date)
    sheet.write(3, 2, 5.12324199100101e17)
    sheet.row(3).hidden = True
    sheet.col(2).hidden = True
    book.add_sheet("底稿").visibility = 1
    path = tmp_path / "old.csv"  # the name never decides
    book.save(str(path))
    read = read_workbook(path)
    first, second = read.sheets
    assert read.kind == "xls"
    assert first.rows[1:] == [
        ["清册", None, None],
        [None, "张三", Decimal("95.5")],
        [None, "2024-05-01", Decimal("5.12324199100101E+17")],
    ]
    assert (first.hidden_rows, first.hidden_columns, first.merged) == ({4}, {2}, ((1, 0, 1, 2),))
    assert (first.visible, second.visible) == (True, False)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("姓名,金额\n张三,304.00\n".encode(), "utf-8"),
        ("姓名,金额\n张三,304.00\n".encode("utf-8-sig"), "utf-8"),
        ("姓名,金额\r\n张三,304.00\r\n".encode("gb18030"), "gb18030"),
        ("姓名\t金额\r\n张三\t304.00\r\n".encode("utf-16"), "utf-16"),
        ("\ufeff姓名;金额\n张三;304.00\n".encode("utf-16-be"), "utf-16"),
        ("姓名|金额\n张三|304.00\n".encode(), "utf-8"),
    ],
)
def test_csv_encodings_and_delimiters(tmp_path: Path, data: bytes, encoding: str) -> None:
    book = read_workbook(written(tmp_path / "roll.xlsx", data))
    assert (book.kind, book.encoding) == ("csv", encoding)
    assert book.sheets[0].rows == [["姓名", "金额"], ["张三", "304.00"]]


def test_csv_rare_characters_survive(tmp_path: Path) -> None:
    rare = "张㐂,李𬭎,买买提·艾力"
    assert only_sheet(written(tmp_path / "a.csv", rare.encode("gb18030"))).rows == [rare.split(",")]


def test_csv_signs_of_text_come_off_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    text = '\n姓名,账号,备注\n张三,="0123",\'0456\n\n"李\n四","a,b"\n , ,\n\n'
    assert only_sheet(written(tmp_path / "a.csv", text)).rows == [
        [],
        ["姓名", "账号", "备注"],
        ["张三", "0123", "0456"],
        [],
        ["李\n四", "a,b"],
    ]


def test_the_delimiter_is_the_one_in_most_lines(tmp_path: Path) -> None:
    text = '姓名;备注\n张三;"a,b,c"\n李四;x,y\n'
    assert only_sheet(written(tmp_path / "a.csv", text)).rows == [["姓名", "备注"], ["张三", "a,b,c"], ["李四", "x,y"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"a,b\x00\n", "file.unknown"),
        ("a\x00b".encode("utf-16"), "file.unknown"),
        (b"\xff\xff\xff,\n", "file.encoding"),
        ("姓名,金额\n张三,金".encode()[:-1], "file.truncated"),
        ('姓名,金额\n"张三,1\n李四,2\n'.encode(), "file.quotes"),
        (b"\n , \n\n", "file.no_cells"),
        (b"x" * 40_000, "file.quotes"),
        ("<html><table><tr><td>姓名".encode(), "file.html"),
        ('\ufeff<?xml version="1.0"?><Workbook>'.encode(), "file.html"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "file.html"),
        (b"%PDF-1.7\n", "file.wrong_kind"),
        (b"PK\x05\x06" + bytes(18), "file.damaged"),
        (b"PK\x03\x04" + bytes(100), "file.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.damaged"),
    ],
)
def test_what_is_no_roll_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    assert code_of(written(tmp_path / "roll.xls", data)) == code


def test_html_says_how_to_save_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        read_workbook(written(tmp_path / "roll.xls", "<html></html>"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("word/document.xml", "file.wrong_kind"),
        ("ppt/presentation.xml", "file.wrong_kind"),
        ("xl/workbook.bin", "file.wrong_kind"),
        ("content.xml", "file.wrong_kind"),
        ("roll.txt", "file.archive"),
    ],
)
def test_other_zipped_files_are_named(tmp_path: Path, name: str, code: str) -> None:
    path = tmp_path / "roll.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "<a/>")
    assert code_of(path) == code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(small: Path, share: float) -> None:
    data = small.read_bytes()
    assert code_of(written(small, data[: int(len(data) * share)])) == "file.damaged"


def test_a_flipped_byte_is_noticed(small: Path) -> None:
    data = bytearray(small.read_bytes())
    with zipfile.ZipFile(small) as archive:
        start = archive.getinfo(SHEET_PART).header_offset
    data[start + 100] ^= 0xFF
    assert code_of(written(small, bytes(data))) == "file.damaged"


def test_passwords_are_named(tmp_path: Path, small: Path) -> None:
    old = tmp_path / "old.xls"
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.save(str(old))
    data = bytearray(old.read_bytes())
    second_record = data.find(b"\x09\x08\x10\x00\x00\x06") + 20
    struct.pack_into("<H", data, second_record, 0x2F)  # FILEPASS
    assert code_of(written(tmp_path / "protected.xls", bytes(data))) == "file.encrypted"

    # Excel wraps an encrypted .xlsx in a compound file with a stream of this name.
    names = old.read_bytes().replace("Workbook".encode("utf-16-le"), "EncryptedPackage"[:8].encode("utf-16-le"))
    entry = names.find("Encrypte".encode("utf-16-le"))
    wrapped = bytearray(names)
    wrapped[entry : entry + 64] = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", wrapped, entry + 64, 34)
    assert code_of(written(tmp_path / "protected.xlsx", bytes(wrapped))) == "file.encrypted"

    zipped = bytearray(small.read_bytes())
    directory = zipped.find(b"PK\x01\x02")
    zipped[directory + 8] |= 1
    assert code_of(written(tmp_path / "zipped.xlsx", bytes(zipped))) == "file.encrypted"


def test_300_mb_are_refused_unread(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small.open("ab") as file:
        file.truncate(300 * 1024 * 1024)
    monkeypatch.setattr("portal.intake.child.subprocess.Popen", lambda *_, **__: pytest.fail("it was read"))
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("it was opened"))
    assert code_of(small) == "file.too_big"


def test_missing_files_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert code_of(tmp_path / "none.xlsx") == "file.missing"
    assert code_of(tmp_path) == "file.not_a_file"
    assert code_of(pipe) == "file.not_a_file"


def test_a_zip_bomb_is_refused_by_what_it_declares(small: Path) -> None:
    assert code_of(repack(small, {"xl/sharedStrings.xml": bytes(500_000_000)})) == "file.bomb"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(small: Path) -> None:
    bomb = repack(small, {"xl/sharedStrings.xml": b"<sst>" + b" " * 60_000_000})
    data = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as archive:
        header = archive.getinfo("xl/sharedStrings.xml").header_offset
    name = data.rfind(b"xl/sharedStrings.xml")
    content = b"<sst>" + b" " * 995
    for place in (name - 46 + 24, header + 22):
        struct.pack_into("<I", data, place, 1000)
    for place in (name - 46 + 16, header + 14):
        struct.pack_into("<I", data, place, zlib.crc32(content))
    assert code_of(written(bomb, bytes(data))) == "file.bomb"


def test_a_cell_without_end_is_refused(small: Path) -> None:
    long = b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 50_000_000
    assert code_of(repack(small, {SHEET_PART: long})) == "file.bomb"


def test_one_long_text_a_million_times_dies_in_the_child(small: Path) -> None:
    cells = b"".join(b'<row r="%d">' % row + b'<c t="s"><v>0</v></c>' * 10 + b"</row>" for row in range(1, 100_001))
    bomb = repack(
        small,
        {
            SHEET_PART: b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>",
            "xl/sharedStrings.xml": b"<sst><si><t>" + b"a" * 30_000 + b"</t></si></sst>",
        },
    )
    assert code_of(bomb) == "file.too_much"


@pytest.mark.parametrize("name", [SHEET_PART, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"])
def test_entities_are_refused_wherever_they_stand(small: Path, name: str) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
    assert code_of(repack(small, {name: bomb + part(small, name)})) == "file.unsafe_xml"


def test_two_parts_of_one_name_are_refused(small: Path) -> None:
    with zipfile.ZipFile(small, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", part(small, SHEET_PART))
    assert code_of(small) == "file.damaged"


def test_a_sheet_in_utf_16_cannot_slip_past_the_scan(small: Path) -> None:
    assert code_of(repack(small, {SHEET_PART: part(small, SHEET_PART).decode().encode("utf-16")})) == "file.unsafe_xml"


def test_an_empty_workbook_is_refused_but_an_empty_sheet_is_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["", "  "])
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert code_of(path) == "file.no_cells"
    book.create_sheet("王村").append(["张三"])
    book.save(path)
    assert [len(sheet.rows) for sheet in read_workbook(path).sheets] == [0, 1]


@pytest.mark.slow
@pytest.mark.parametrize("blank", ['<c r="A%d" s="1"/>', '<c r="A%d" t="str"><f>""</f><v></v></c>'])
def test_a_million_blank_rows_are_refused(small: Path, blank: str) -> None:
    """Formatted, or holding a formula that says nothing; as Excel writes them."""
    rows = "".join(f'<row r="{row}">{blank % row}</row>' for row in range(42, 1_000_000))
    sheet = part(small, SHEET_PART).replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    assert code_of(repack(small, {SHEET_PART: sheet})) == "file.too_many_rows"


def test_rows_that_only_have_a_height_are_no_rows(small: Path) -> None:
    rows = b"".join(b'<row r="%d" ht="20" customHeight="1"/>' % row for row in range(100, 400_000))
    sheet = part(small, SHEET_PART).replace(b"</sheetData>", rows + b"</sheetData>")
    assert len(read_workbook(repack(small, {SHEET_PART: sheet})).sheets[0].rows) == 7


def test_a_cell_in_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    for row, code in ((1_048_575, "file.too_many_rows"), (250_000, "file.too_much"), (400, "file.too_many_cells")):
        path = tmp_path / f"{row}.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "x")
            sheet.write(row, 16_383, "x")
        assert code_of(path) == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "file.too_many_rows"),
        (Limits(cells=3), "file.too_many_cells"),
        (Limits(cell_characters=3), "file.quotes"),
        (Limits(output_bytes=20), "file.too_much"),
        (Limits(wall_seconds=0.001), "file.too_much"),
        (Limits(file_bytes=3), "file.too_big"),
    ],
)
def test_each_limit_holds(tmp_path: Path, limits: Limits, code: str) -> None:
    path = written(tmp_path / "a.csv", "姓名,金额\n张三三三,1\n李四,2\n")
    assert code_of(path, limits) == code


def test_a_long_cell_in_a_workbook_is_refused(small: Path) -> None:
    assert code_of(small, Limits(cell_characters=3)) == "file.cell_too_long"


def test_the_child_inherits_no_secret(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}
    import subprocess

    original = subprocess.Popen

    def watch(*arguments: object, **options: object) -> object:
        seen.update(options)
        return original(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("MINGBAI_SECRET", "x")
    monkeypatch.setattr("portal.intake.child.subprocess.Popen", watch)
    assert isinstance(read_workbook(small), Workbook)
    environment = seen["env"]
    assert isinstance(environment, dict)
    assert set(environment) == {"PYTHONPATH", "LANG"}


@pytest.mark.slow
def test_a_county_s_roll_is_read_in_seconds(small: Path) -> None:
    texts = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("明镇王村", "三组"))
    last = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("x", "y", "成功"))
    rows = "".join(
        f'<row r="{row + 1}"><c><v>{row}</v></c><c t="inlineStr"><is><t>张{row}</t></is></c>{texts}'
        f"<c><v>{row / 100}</v></c><c><v>95</v></c><c><v>{row * 0.95}</v></c>{last}</row>"
        for row in range(100_000)
    )
    head, tail = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>',
        "</sheetData>",
    )
    path = repack(small, {SHEET_PART: f"{head}{rows}{tail}</worksheet>".encode()})
    found, *_ = read_workbook(path, limits=QUICK).sheets
    assert len(found.rows) == 100_000
    assert found.rows[99_999][4] == Decimal("999.99")


def test_a_file_is_closed_when_reading_stops_half_way(tmp_path: Path) -> None:
    lines = io.StringIO()
    lines.write("a,b\n" * 5000 + '"never closed\n')
    assert code_of(written(tmp_path / "a.csv", lines.getvalue())) == "file.quotes"
