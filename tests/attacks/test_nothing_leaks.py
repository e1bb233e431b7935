"""Whoever gets the whole installation, its pages, its output and its logs finds no ID number, no account, no phone and
no full name in it, wherever in a roll a clerk had put them."""

from __future__ import annotations

import gzip
import io
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from tests.board import SUPPORT, SUPPORT_POLICY
from tests.command_line import Command, import_arguments, make_instance, run, step_arguments
from tests.county import POLICIES, write_policies
from tests.faults.conditions import strike
from tests.generator.sheet_text import texts
from tests.ledger_dump import bytes_of
from tests.people import make_account, make_id
from tests.workbooks import Person, people, write_feedback, write_roll, write_sheet

pytestmark = pytest.mark.slow

NAMES = ("慕容清秋", "诸葛一鸣", "古丽·阿依努尔", "上官小婉", "独孤小曼", "宇文长庆", "令狐春生", "端木西平")
IDS = [make_id(f"19{60 + n}0{1 + n}1{n}", 411 + n) for n in range(8)]
OLD_ID = IDS[7][:6] + IDS[7][8:17]
ACCOUNTS = [make_account(5_550_000 + n) for n in range(8)]
PASSBOOK = "80010000123456789"
PHONES = [f"1399918000{n}" for n in range(8)]
HEADER = [
    "序号",
    "村",
    "组",
    "姓名",
    "身份证号",
    "一卡通账号",
    "面积（亩）",
    "补贴标准（元/亩）",
    "补贴金额（元）",
    "备注",
    "联系电话",
]


def planted() -> list[str]:
    return [*NAMES, *IDS, OLD_ID, *ACCOUNTS, PASSBOOK, *PHONES]


def spellings(value: str) -> Iterator[bytes]:
    """A value as it might have been written: plain, full-width, in groups, with spaces, escaped, in other encodings."""
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value)
    spaced = " ".join(value)
    grouped = (
        [f"{value[:6]} {value[6:14]} {value[14:]}", f"{value[:6]}-{value[6:14]}-{value[14:]}"]
        if value.isascii()
        else []
    )
    fours = " ".join(value[start : start + 4] for start in range(0, len(value), 4))
    escaped = value.encode("unicode_escape").decode()
    entities = "".join(f"&#{ord(char)};" for char in value)
    for text in {
        value,
        wide,
        spaced,
        fours,
        *grouped,
        escaped,
        entities,
        value[::-1],
        unicodedata.normalize("NFD", value),
    }:
        yield text.encode()
        if not text.isascii() or text.isdigit():
            yield text.encode("utf-16-le")
            yield text.encode("utf-16-be")
        yield text.encode("gb18030")


def found_in(data: bytes) -> list[str]:
    return [value for value in planted() if any(spelling in data for spelling in spellings(value))]


def person(number: int, **more: str) -> Person:
    return Person(number, name=NAMES[number], id=IDS[number], account=ACCOUNTS[number], **more)  # type: ignore[arg-type]


def careless_roll(path: Path) -> Path:
    """Everything that must not leave, in every column that is not meant for it."""
    good = [[n, "王村", "一组", NAMES[n], IDS[n], ACCOUNTS[n], 2, 95, 190, "", PHONES[n]] for n in range(8)]
    n, i, a, p = NAMES[0], IDS[0], ACCOUNTS[0], PHONES[0]
    bad = [
        [9, i, "", NAMES[1], IDS[1], a, 2, 95, 190, f"{n} {i} 电话 {p}", p],  # the ID as the village
        [10, n, "", NAMES[2], IDS[2], a, 2, 95, 190, "", ""],  # a name as the village
        [11, "王村", n, NAMES[3], IDS[3], a, 2, 95, 190, "", ""],  # a name as the group
        [12, "王村", i, NAMES[4], IDS[4], a, 2, 95, 190, "", ""],  # an ID as the group
        [13, "王村", p, NAMES[4], IDS[4], a, 2, 95, 190, "", ""],
        [14, "王村", "", i, n, a, 2, 95, 190, "", ""],  # name and ID the wrong way round
        [15, "王村", "", f"{n}{i}", i, a, 2, 95, 190, "", ""],
        [16, "王村", "", f"{n}（{p}）", i, i, 2, 95, 190, "", ""],
        [17, "王村", "", NAMES[5], a, i, 2, 95, 190, "", ""],  # account and ID the wrong way round
        [18, "王村", "", NAMES[5], IDS[5], PASSBOOK, i, p, a, "", ""],  # numbers where amounts belong
        [19, "王村", "", NAMES[6], OLD_ID, PASSBOOK, 2, 95, 190, "", ""],
        [
            20,
            "王村",
            "",
            NAMES[6],
            "".join(chr(ord(c) + 0xFEE0) for c in IDS[6]),
            " ".join(ACCOUNTS[6]),
            2,
            95,
            190,
            "",
            "",
        ],
        [21, f"王村{n}", "", NAMES[7], IDS[7][:17] + "?", a, 2, 95, 190, "", ""],
        ["合计", "", "", "", "", "", "", "", 190 * 19, f"{n} {p}", ""],
        ["制表人：" + n, "", "", "", "", "", "联系电话：" + p],
    ]
    write_sheet(path, [[f"清册 联系人 {n} {p}"], HEADER, *good, *bad], sheet=f"{NAMES[1]}{IDS[1]}")
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet(f"{NAMES[2]}的表")
    hidden.append([f"{NAMES[2]}", IDS[2], PHONES[2]])
    other = book.create_sheet(NAMES[3])
    for row in ([*HEADER], [1, "王村", "", NAMES[3], IDS[3], ACCOUNTS[3], 3, 95, 285, "", ""]):
        other.append(row)
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Command]]:
    """The whole circle, with a refused import, a crashed one and a killed one on the way; every command's output."""
    folder = tmp_path_factory.mktemp("leaks")
    instance, said = make_instance(folder / "instance"), []

    def do(*arguments: str | Path, code: int | None = 0, **more: object) -> Command:
        done = run(instance, *arguments, **more)  # type: ignore[arg-type]
        assert code is None or done.returncode == code, done.stderr + done.stdout
        said.append(done)
        return done

    roll = careless_roll(folder / "roll.xlsx")
    accept = ["--accept", "total.mismatch", "--reason", "演练"]
    do(*import_arguments(roll), "--dry-run", "--json", code=None)
    do(*import_arguments(roll), code=1)  # the total does not fit: refused whole
    do(*import_arguments(roll), *accept, before=strike_journal("kill"), code=-9)
    do(*import_arguments(roll), *accept, before=strike_journal("crash"), code=None)
    do(*import_arguments(roll), *accept)
    do(*import_arguments(roll), *accept, "--json")
    headless = write_sheet(folder / "headless.xlsx", [[NAMES[0], IDS[0], ACCOUNTS[0], "190"]] * 3, sheet=NAMES[0])
    do(*import_arguments(headless, period="2025+2"), code=1)
    do(*import_arguments(headless, period="2025+2"), "--column", f"name={NAMES[0]}", code=None)
    do(*step_arguments("2025-0001", "review", "reviewer", 3))
    do(*step_arguments("2025-0001", "notice", "enterer", 4), "--document", IDS[0], code=1)
    do(*step_arguments("2025-0001", "notice", "enterer", 4))
    bank = write_feedback(
        folder / "bank.xlsx", [person(n) for n in range(8)], {0: "账号不存在", 1: f"{NAMES[1]}户名不符"}
    )
    feed = ["--batch", "2025-0001", "--by", "banker", "--date", "2025-06-13"]
    do("feedback", "import", bank, *feed)
    do(
        "feedback",
        "import",
        write_sheet(folder / "strange.xlsx", [[NAMES[0], IDS[0], "火星"]], sheet=IDS[0]),
        *feed,
        code=None,
    )
    do(*step_arguments("2025-0001", "disclosure", "discloser", 16))
    do("feedback", "template", "2025-0001", folder / "template.xlsx")
    book = openpyxl.load_workbook(folder / "template.xlsx")
    for column, value in enumerate((NAMES[0], IDS[0], PASSBOOK), start=9):
        book.active.cell(2, column, value)
        book.active.cell(3, column, f"{NAMES[1]}{IDS[1]}")
    book.active.title = NAMES[4]
    book.save(folder / "filled.xlsx")
    do("feedback", "correct", folder / "filled.xlsx", "--batch", "2025-0001", "--by", "enterer", "--date", "2025-06-17")
    others = write_roll(folder / "others.xlsx", people(7, start=900), sheet=NAMES[6])
    do(*import_arguments(others, policy="knqzbz"))
    do(*step_arguments("2025-0002", "review", "reviewer", 3))
    do(*step_arguments("2025-0002", "notice", "enterer", 4))
    listed = write_policies(folder / "with-support.csv", [*POLICIES, SUPPORT_POLICY])
    do("policies", "import", listed, "--year", "2025", "--by", "accountant")
    do("policies", "approve", "--year", "2025", "--by", "enterer")
    do(*import_arguments(roll, policy=SUPPORT), *accept)  # full names for the board, sealed
    assert sealed_names(instance) > 4
    assert {str(path): found for path, data in bytes_of(instance) if (found := found_in(data))} == {}
    do(*step_arguments("2025-0003", "review", "reviewer", 3))
    do(*step_arguments("2025-0003", "notice", "enterer", 4))
    do("print", "batch", "2025-0003", "--by", "enterer", "--out", folder / "pack")
    do("build")
    do("verify", "--json")
    do("batch", "list", "--json")
    do("batch", "show", "2025-0001")
    do("backup", folder / "data.gz")
    return instance, said


def sealed_names(instance: Path) -> int:
    with closing(sqlite3.connect(instance / "mingbai.db")) as database:
        return int(database.execute("SELECT count(*) FROM sealed_names").fetchone()[0])


def strike_journal(how: str) -> object:
    from portal.ledger import journal
    from tests.faults.conditions import die

    def crash() -> None:
        raise RuntimeError("a bug, right after the rows were written")

    return strike(journal, "append", die if how == "kill" else crash)


def test_the_planted_values_are_found_where_they_were_planted(tmp_path: Path) -> None:
    """The search itself: what it must find, it finds."""
    for path, data in bytes_of(careless_roll(tmp_path / "roll.xlsx").parent):
        book = openpyxl.load_workbook(io.BytesIO(data))
        text = str([list(sheet.values) for sheet in book.worksheets]) + str(book.sheetnames)
        assert set(found_in(text.encode())) >= set(planted()) - {ACCOUNTS[6]}, path
    for value in planted():
        assert all(value in found_in(b"..." + spelling + b"...") for spelling in spellings(value))


def test_nothing_planted_is_anywhere_in_the_installation(county: tuple[Path, list[Command]]) -> None:
    instance, _ = county
    names = {path.relative_to(instance).parts[0] for path, _ in bytes_of(instance)}
    assert {"mingbai.db", "releases", "keys"} <= names
    leaks = {str(path.relative_to(instance)): found for path, data in bytes_of(instance) if (found := found_in(data))}
    assert leaks == {}
    assert [str(path) for path, _ in bytes_of(instance) if found_in(str(path.relative_to(instance)).encode())] == []


def test_nothing_planted_is_in_what_the_program_said(county: tuple[Path, list[Command]]) -> None:
    _, said = county
    leaks = [(found, command.stdout[:200], command.stderr[-300:]) for command in said
             if (found := found_in((command.stdout + command.stderr).encode()))]  # fmt: skip
    assert leaks == []


def test_precheck_says_where_and_not_what(county: tuple[Path, list[Command]]) -> None:
    """It names the sheets, as they are called in the file on its user's own desk; no number, and no name in a cell."""
    instance, _ = county
    for more in ([], ["--json"]):
        done = run(instance, "precheck", instance.parent / "roll.xlsx", *more)
        assert done.returncode == 1
        sheets = {NAMES[n] for n in (1, 2, 3)}
        assert set(found_in((done.stdout + done.stderr).encode())) - sheets == set()


def test_nothing_planted_is_in_the_backup_or_the_template(county: tuple[Path, list[Command]]) -> None:
    instance, _ = county
    folder = instance.parent
    assert found_in(gzip.decompress((folder / "data.gz").read_bytes())) == []
    book = openpyxl.load_workbook(folder / "template.xlsx")
    assert found_in(str(list(book.active.values)).encode()) == []


def test_nothing_planted_is_on_what_the_command_line_prints(county: tuple[Path, list[Command]]) -> None:
    """Though the board takes full names of this policy, and they lay sealed in the ledger."""
    instance, _ = county
    assert sealed_names(instance) == 0, "its notice is over, whatever day it is"
    printed = {path.name: "".join(texts(path.read_bytes())) for path in (instance.parent / "pack").iterdir()}
    assert "慕**秋" in printed["01-公示单.pdf"]
    assert {name: found for name, text in printed.items() if (found := found_in(text.encode()))} == {}


def test_the_search_index_knows_nobody(county: tuple[Path, list[Command]]) -> None:
    from tests.county import make_site, open_office

    instance, _ = county
    office = open_office(instance)
    site = make_site(office, instance)
    assert [value for value in planted() if any(value in hit.title + hit.excerpt for hit in site.find(value))] == []
    masked = [hit for name in ("慕**秋", "诸**鸣") for hit in site.find(name) if "慕" in hit.title + hit.excerpt]
    assert masked == []
    office.ledger.close()
