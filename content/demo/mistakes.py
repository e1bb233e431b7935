"""Small faulty rolls, one kind of mistake a file, to show (and test) what the program says about each.

All are meant for 耕地地力保护补贴 of 2025 (code gddlbhbt, 104.2 yuan a mu); demo.toml lists what must happen.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from people import County, Household, check_digit

CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed stamp inside the workbooks, not a moment
RATE = Decimal("104.2")
TITLES = (
    "序号",
    "乡镇",
    "村",
    "组",
    "姓名",
    "身份证号",
    "补贴面积（亩）",
    "补贴标准（元/亩）",
    "补贴金额（元）",
    "一卡通账号",
)
NUMBER, TOWNSHIP, VILLAGE, GROUP, NAME, ID, AREA, UNIT_RATE, AMOUNT, ACCOUNT = range(10)
Cell = str | int | float | Decimal
Table = list[list[Cell]]
FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)}


def good_rows(households: Sequence[Household], count: int) -> Table:
    """Rows without a fault, from one village after the other."""
    rows: Table = []
    for number, household in enumerate(households[:count], 1):
        head = household.head
        place: list[Cell] = [household.village.township, household.village.name, household.group_name]
        rows.append([number, *place, head.name, head.id_number, household.mu, RATE, household.mu * RATE, head.account])
    return rows


def total_line(rows: Table) -> list[Cell]:
    amounts = (row[AMOUNT] for row in rows)
    return ["合计", *[""] * 7, sum((value for value in amounts if isinstance(value, Decimal)), Decimal(0))]


def write(path: Path, lines: Sequence[Sequence[Cell]], sheet_name: str = "清册") -> None:
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(sheet_name)
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, str):
                if value:
                    sheet.write_string(number, column, value)
            else:
                sheet.write_number(number, column, float(value))
    book.close()


def make(destination: Path, county: County) -> None:
    destination.mkdir(parents=True, exist_ok=True)
    households = [h for h in county.households if h.mu and not h.village.is_community and h.village.name != "新华村"]
    households.sort(key=lambda household: (household.village.code, household.group, household.head.id_number))
    households = [h for h in households if h.head.id_number[6:8] == "19" and not h.head.id_number.endswith("X")]

    def roll(name: str, spoil: Callable[[Table], None], count: int = 12, total: bool = True) -> None:
        rows = good_rows(households, count)
        spoil(rows)
        lines: Table = [["2025年耕地地力保护补贴发放清册"], list(TITLES), *rows]
        write(destination / name, [*lines, total_line(rows)] if total else lines)

    roll("身份证存成数字.xlsx", ids_as_numbers)
    roll("身份证校验位不对.xlsx", wrong_check_digit)
    roll("身份证15位、全角、小写x.xlsx", readable_ids)
    roll("面积乘单价不等于金额.xlsx", wrong_product)
    roll("单价与政策不符.xlsx", wrong_rate)
    roll("同一人出现两次.xlsx", one_person_twice)
    roll("两人同一账号.xlsx", one_account_twice)
    roll("村名不认识.xlsx", unknown_village)
    roll("姓名里有数字、标记、表情.xlsx", odd_names)
    roll("看不见的字符.xlsx", invisible_characters)
    roll("零和负数金额.xlsx", zero_and_negative)
    roll("错误大全.xlsx", everything, count=30)
    roll("合计与明细不符.xlsx", lambda rows: None, total=False)
    _wrong_total(destination / "合计与明细不符.xlsx", good_rows(households, 12))
    _headers(destination, good_rows(households, 12))
    _not_workbooks(destination, good_rows(households, 12))


# -- faults inside rows ------------------------------------------------------------------------------------------


def ids_as_numbers(rows: Table) -> None:
    for row in rows[2:6]:
        row[ID] = float(str(row[ID]))


def wrong_check_digit(rows: Table) -> None:
    for row in rows[1:3]:
        first17 = str(row[ID])[:17]
        row[ID] = first17 + str((int(check_digit(first17)) + 4) % 10)
    rows[5][ID] = str(rows[5][ID])[:16]


def readable_ids(rows: Table) -> None:
    """Nothing here is wrong enough to hold a row: the program accepts it and says so."""
    rows[0][ID] = str(rows[0][ID])[:6] + str(rows[0][ID])[8:17]
    rows[1][ID] = str(rows[1][ID]).translate(FULL_WIDTH)
    number = str(rows[2][ID])[:14]
    ending = next(f"{order:03d}" for order in range(1, 999) if check_digit(f"{number}{order:03d}") == "X")
    rows[2][ID] = number + ending + "x"
    rows[3][ID] = f"{str(rows[3][ID])[:6]} {str(rows[3][ID])[6:14]} {str(rows[3][ID])[14:]}"
    rows[4][ID] = "'" + str(rows[4][ID])


def wrong_product(rows: Table) -> None:
    """A real county published 10 people = 800 yuan at 800 yuan each."""
    rows[4][AREA], rows[4][AMOUNT] = Decimal(10), RATE
    rows[7][AMOUNT] = Decimal(str(rows[7][AMOUNT])) + Decimal("0.5")


def wrong_rate(rows: Table) -> None:
    for row in rows[3:5]:
        row[UNIT_RATE] = Decimal("124.2")
        row[AMOUNT] = Decimal(str(row[AREA])) * Decimal("124.2")


def one_person_twice(rows: Table) -> None:
    again = list(rows[3])
    again[NUMBER], again[AREA] = len(rows) + 1, Decimal("1.5")
    again[AMOUNT] = Decimal("1.5") * RATE
    rows.append(again)


def one_account_twice(rows: Table) -> None:
    rows[8][ACCOUNT] = rows[2][ACCOUNT]


def unknown_village(rows: Table) -> None:
    rows[2][VILLAGE] = "王家老屋"
    rows[5][VILLAGE] = "不晓得村"
    rows[6][TOWNSHIP] = "东山镇"
    rows[7][VILLAGE] = ""


def odd_names(rows: Table) -> None:
    names = ("王建国2", "<b>张三</b>", "李四😀", "=1+1", "陈", "139补贴户", "ZHANG SAN", '"><script>alert(1)</script>')
    for row, name in zip(rows, names, strict=False):
        row[NAME] = name


def invisible_characters(rows: Table) -> None:
    rows[0][NAME] = str(rows[0][NAME])[0] + "\u200b" + str(rows[0][NAME])[1:]
    rows[1][NAME] = "\u202e" + str(rows[1][NAME])
    rows[2][VILLAGE] = str(rows[2][VILLAGE]) + "\t"
    rows[3][GROUP] = str(rows[3][GROUP]) + "\n（新）"
    rows[4][ID] = str(rows[4][ID]) + "\u00a0"
    rows[5][ACCOUNT] = "\ufeff" + str(rows[5][ACCOUNT])
    rows[6][NAME] = str(rows[6][NAME]) + "\t附注\t=cmd"
    rows[7][VILLAGE] = "\u2067" + str(rows[7][VILLAGE])


def zero_and_negative(rows: Table) -> None:
    rows[1][AREA], rows[1][AMOUNT] = Decimal(0), Decimal(0)
    rows[2][AMOUNT] = -Decimal(str(rows[2][AMOUNT]))
    rows[3][AMOUNT] = "贰佰元"
    rows[4][AMOUNT] = ""


def everything(rows: Table) -> None:
    """Many mistakes in one file: none fatal, so that every one is listed."""
    rows[0][ID] = float(str(rows[0][ID]))
    first17 = str(rows[1][ID])[:17]
    rows[1][ID] = first17 + str((int(check_digit(first17)) + 4) % 10)
    rows[2][ID] = str(rows[2][ID])[:6] + str(rows[2][ID])[8:17]
    rows[3][ID] = str(rows[3][ID]).translate(FULL_WIDTH)
    rows[4][ID] = ""
    rows[5][ID] = str(rows[5][ID])[:6] + "19990231" + "001"
    rows[5][ID] = str(rows[5][ID]) + check_digit(str(rows[5][ID]))
    rows[6][VILLAGE] = "王家老屋"
    rows[7][TOWNSHIP] = "石桥镇" if rows[7][TOWNSHIP] != "石桥镇" else "清水镇"
    rows[8][VILLAGE], rows[8][TOWNSHIP] = "新华村", ""
    rows[9][NAME] = "王建国2"
    rows[10][NAME] = "李四😀"
    rows[11][NAME] = str(rows[11][NAME])[0] + "\u200b" + str(rows[11][NAME])[1:]
    rows[12][AREA], rows[12][AMOUNT] = Decimal(10), RATE
    rows[13][UNIT_RATE] = Decimal("124.2")
    rows[13][AMOUNT] = Decimal(str(rows[13][AREA])) * Decimal("124.2")
    rows[14][ID], rows[14][NAME] = rows[15][ID], rows[15][NAME]
    rows[16][ACCOUNT] = rows[17][ACCOUNT]
    rows[18][ACCOUNT] = ""
    rows[19][ACCOUNT] = "6299****1234"
    rows[20][AREA], rows[20][AMOUNT] = Decimal(0), Decimal(0)
    rows[21][AMOUNT] = -Decimal(str(rows[21][AMOUNT]))
    rows[22][NAME] = ""


# -- faults of the whole file ------------------------------------------------------------------------------------


def _wrong_total(path: Path, rows: Table) -> None:
    wrong = total_line(rows)
    wrong[AMOUNT] = Decimal(str(wrong[AMOUNT])) + 1000
    write(path, [["2025年耕地地力保护补贴发放清册"], list(TITLES), *rows, wrong])


def _headers(destination: Path, rows: Table) -> None:
    without = [[*row[:AMOUNT], row[ACCOUNT]] for row in rows]
    write(destination / "没有金额列.xlsx", [[*TITLES[:AMOUNT], TITLES[ACCOUNT]], *without])
    titles = [*TITLES[:AMOUNT], "应发金额（元）", "实发金额（元）", TITLES[ACCOUNT]]
    both = [[*row[:AMOUNT], row[AMOUNT], row[AMOUNT], row[ACCOUNT]] for row in rows]
    both[3][AMOUNT + 1] = Decimal(str(both[3][AMOUNT])) - 20
    write(destination / "两个金额列.xlsx", [titles, *both])
    strange = ("编", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬")
    write(destination / "表头认不出.xlsx", [["发放表"], strange, *rows])
    write(destination / "没有表头.xlsx", rows)
    write(destination / "空表.xlsx", [])
    write(destination / "只有表头.xlsx", [list(TITLES)])


def _not_workbooks(destination: Path, rows: Table) -> None:
    whole = destination / "空表.xlsx"
    blank = destination / "截断的文件.xlsx"
    write(blank, [list(TITLES), *rows])
    blank.write_bytes(blank.read_bytes()[:4096])
    (destination / "文档改名.xlsx").write_bytes(_document("2025年耕地地力保护补贴发放清册"))
    (destination / "有密码.xlsx").write_bytes(_encrypted())
    (destination / "零字节.xlsx").write_bytes(b"")
    (destination / "编码混乱.csv").write_bytes(
        "乡镇,村,姓名,身份证号,金额\r\n".encode("gb18030") + b"\xff\xfe\x00\x81,\xe7\x8e,\r\n"
    )
    _blank_rows(destination / "一百万空行.xlsx", whole)


def _archive(parts: Sequence[tuple[str, str]]) -> bytes:
    """A zip with fixed dates, so that it is the same on every run."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in parts:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return memory.getvalue()


def _document(text: str) -> bytes:
    """The smallest .docx that Word opens."""
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return _archive(
        [
            (
                "[Content_Types].xml",
                f'{xml}<Types xmlns="{types}"><Default Extension="rels" ContentType="application/'
                f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
                f'ContentType="{main}"/></Types>',
            ),
            (
                "_rels/.rels",
                f'{xml}<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{office}" '
                f'Target="word/document.xml"/></Relationships>',
            ),
            (
                "word/document.xml",
                f'{xml}<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
            ),
        ]
    )


def _blank_rows(path: Path, whole: Path) -> None:
    """A workbook that reaches to the last row Excel has, with a blank in its last cell and nothing between."""
    with zipfile.ZipFile(whole) as archive:
        parts = [(name, archive.read(name).decode()) for name in archive.namelist()]
    rows = '<row r="1"><c r="A1" t="str"><v>乡镇</v></c></row>' + "<row/>" * 1_048_574
    rows += '<row r="1048576"><c r="K1048576" t="str"><v> </v></c></row>'
    sheets = []
    for name, text in parts:
        if name == "xl/worksheets/sheet1.xml":
            text = text.replace('<dimension ref="A1"/>', '<dimension ref="A1:K1048576"/>')
            text = text.replace("<sheetData/>", f"<sheetData>{rows}</sheetData>")
            assert rows in text
        sheets.append((name, text))
    path.write_bytes(_archive(sheets))


def _encrypted() -> bytes:
    """The shell of a password-protected workbook: a compound file with EncryptionInfo and EncryptedPackage."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    size = 4096  # streams from this size on live in whole sectors
    chains = [fat, end, *_chain(2, 8, end), *_chain(10, 8, end)]
    table = struct.pack("<128I", *chains, *[free] * (128 - len(chains)))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, size, end, 0, end, 0, 0)
    header += struct.pack("<108I", *[free] * 108)
    directory = _entry("Root Entry", 5, 2, end, 0) + _entry("EncryptionInfo", 2, None, 2, size)
    directory += _entry("EncryptedPackage", 2, None, 10, size, left=1) + bytes(128)
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption/>'
    noise = bytes((index * 73 + 41) % 256 for index in range(size - 8))
    package = struct.pack("<Q", size - 16) + noise
    return header + table + directory + info.ljust(size, b" ") + package


def _chain(first: int, length: int, end: int) -> list[int]:
    return [*range(first + 1, first + length), end]


def _entry(name: str, kind: int, child: int | None, start: int, size: int, left: int | None = None) -> bytes:
    none = 0xFFFFFFFF
    text = name.encode("utf-16-le")
    siblings = (none if left is None else left, none, none if child is None else child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1) + struct.pack("<III", *siblings)
    return head + bytes(36) + struct.pack("<IQ", start, size)
