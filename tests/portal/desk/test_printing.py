"""Printing at the desk: one's own places, straight from memory, by a process that can write no file; each print has a
number in the journal, and what waits to be printed is told on the front page."""

from __future__ import annotations

import fcntl
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from generator import typeset_apart
from generator.typeset_apart import ApartTypesetter
from portal.actions.prints import PrintRequest, order_pack
from portal.actions.staff import add_staff
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.sheets import Layout
from portal.ledger import journal
from portal.office import Office, batch_named
from portal.queries.today import today
from tests.county import (
    DONGHE,
    ELDERS,
    TODAY,
    WANGCUN,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
)
from tests.generator.sheet_text import texts
from tests.html import faults, parse_page
from tests.service import make_app
from tests.staff import Visitor, give_password, said, visitor


@dataclass(frozen=True)
class Printer:
    office: Office
    app: Flask
    land: str
    folder: Path

    def signed_in(self, name: str) -> Visitor:
        person = visitor(self.app, f"192.0.2.{len(name) + 20}")
        person.sign_in(name)
        return person

    def acts(self) -> list[str]:
        with self.office.ledger.read() as connection:
            return [entry.act for entry in journal.entries(connection)]


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    folder = tmp_path_factory.mktemp("printing")
    with office_in(folder / "office") as office:
        add_staff(office, "township-clerk", "东河镇财政所", "township_finance", "dh")
        give_password(office, folder / "office", "village-clerk", "township-clerk", "clerk", "banker")
        land = published_batch(office, folder, everywhere(6))
        app = make_app(office, make_site(office, folder / "office"), folder / "office")
        yield Printer(office, app, land, folder / "office")


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_townships_sheets_of_a_batch_come_as_one_archive(printer: Printer) -> None:
    clerk = printer.signed_in("township-clerk")
    assert f"/desk/batches/{printer.land}/print" in clerk.text(f"batches/{printer.land}")
    page = said(clerk.get(f"batches/{printer.land}/print"))
    assert "东河镇全乡镇：3份" in page
    assert "西山乡" not in page
    answer = clerk.post(f"batches/{printer.land}/print", place=DONGHE, paper="a4", size="compact", what="pack")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    files = files_of(answer.data)
    assert list(files) == ["00-张贴清单.pdf", "01-公示单.pdf", "02-广播稿.pdf"]
    sheets = "".join(texts(files["01-公示单.pdf"]))
    with printer.office.ledger.read() as connection:
        entry = journal.last_of(connection, "print.pack")
    assert entry is not None
    assert entry.actor == "township-clerk (desk)"
    for place in (1, 2, 3):
        assert f"印制编号 {entry.number:06d}-{place:03d}" in sheets
    assert f"print-{entry.number:06d}.zip" in answer.headers["Content-Disposition"]


def test_a_village_prints_its_own_quarter_as_a_pdf_and_no_other_village(printer: Printer) -> None:
    clerk = printer.signed_in("village-clerk")
    fields = {"paper": "a3", "size": "large", "what": "sheets"}
    answer = clerk.post("print", place=WANGCUN, quarter="2025Q2", **fields)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "东河镇王村" in "".join(texts(answer.data))
    before = printer.acts()
    assert "李家湾" not in clerk.text("print")
    for path, place, words in (
        ("print", "990199101202", "请先选一个乡镇或村"),
        (f"batches/{printer.land}/print", "990199101202", "李家湾不归您的单位管"),
        (f"batches/{printer.land}/print", DONGHE, "东河镇不归您的单位管"),
    ):
        answer = clerk.post(path, place=place, **fields)
        assert (answer.status_code, words in said(answer)) == (422, True)
    assert printer.acts() == before


def test_what_is_ticked_comes_along(printer: Printer) -> None:
    clerk = printer.signed_in("village-clerk")
    fields = {"place": WANGCUN, "paper": "a4", "size": "normal", "extras": ["leaflets", "meeting"]}
    for path, what, names in (
        ("print", "pack", ["00-张贴清单", "01-公示单", "02-广播稿", "03-明白卡", "04-村务监督会议材料"]),
        (f"batches/{printer.land}/print", "sheets", ["01-公示单", "03-明白卡", "04-村务监督会议材料"]),
    ):
        answer = clerk.post(path, **fields, what=what)
        assert list(files_of(answer.data)) == [f"{name}.pdf" for name in names]


def test_the_bank_prints_nothing(printer: Printer) -> None:
    banker = printer.signed_in("banker")
    assert banker.get("print").status_code == 403
    assert banker.get(f"batches/{printer.land}/print").status_code == 403
    assert "/print" not in banker.text(f"batches/{printer.land}")


def test_one_pack_at_a_time_and_a_refused_one_still_waits(printer: Printer) -> None:
    clerk = printer.signed_in("village-clerk")
    lock = printer.folder / "releases" / ".printing"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = clerk.post(f"batches/{printer.land}/print", place=WANGCUN, paper="a4", size="normal", what="pack")
    assert answer.status_code == 422
    assert "正在给别人排版" in said(answer)
    assert printer.acts()[-2:] == ["print.pack", "print.failed"]


def test_too_many_sheets_are_sent_to_the_command_line(printer: Printer) -> None:
    with pytest.raises(Refused, match="一次最多印2份，这里有3份"):
        order_pack(printer.office, PrintRequest("township", DONGHE, "clerk", Layout(), most=2))


def test_who_has_sheets_to_hang_is_told_until_they_are_printed(tmp_path: Path) -> None:
    with office_in(tmp_path / "office", today=TODAY.replace(day=5)) as office:
        add_staff(office, "township-clerk", "东河镇财政所", "township_finance", "dh")
        number = noticed_batch(office, tmp_path, everywhere(5), ELDERS)
        told = [
            item
            for item in today(office, Actor("township-clerk", "", "township_finance", "dh"))
            if "等着打印" in item.words
        ]
        assert [(item.words, item.address) for item in told] == [
            (f"2025年 高龄老人补贴（{number}）：3份公示单等着打印、张贴", f"batches/{number}/print")
        ]
        order_pack(office, PrintRequest("batch", number, "township-clerk", Layout(), township=DONGHE))
        left = today(office, Actor("township-clerk", "", "township_finance", "dh"))
        assert [item for item in left if "等着打印" in item.words] == []
        assert [i.words for i in today(office, Actor("banker", "", "bank", "yh")) if "等着打印" in i.words] == []


def test_who_has_sheets_hanging_is_told_for_five_days_to_take_them_down(tmp_path: Path) -> None:
    with office_in(tmp_path / "office", today=TODAY.replace(day=5)) as office:
        add_staff(office, "township-clerk", "东河镇财政所", "township_finance", "dh")
        number = noticed_batch(office, tmp_path, everywhere(5), ELDERS)
        with office.ledger.read() as connection:
            notice = batch_named(connection, number).notice
        end = notice.until if notice else None
        assert end is not None

        def told(days: int, role: str, unit: str, *, noted: bool = True) -> list[str]:
            """Where the reminders lead."""
            rules = replace(office.rules, keeps_board_records=noted)
            later = replace(office, today=end + timedelta(days=days), rules=rules)
            found = today(later, Actor("township-clerk", "", role, unit))
            return [item.address for item in found if "撤下来" in item.words]

        assert [len(told(days, "township_finance", "dh")) for days in (0, 1, 5, 6)] == [0, 1, 1, 0]
        assert told(1, "bank", "yh") == []
        assert told(1, "township_finance", "dh") == [f"batches/{number}/board"]
        assert told(1, "township_finance", "dh", noted=False) == [f"batches/{number}"]


def test_a_printed_sheet_that_was_corrected_waits_to_be_amended(tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        number = published_batch(office, tmp_path, everywhere(5))
        clerk = Actor("clerk", "", "station", "nyj")
        order_pack(office, PrintRequest("batch", number, "clerk", Layout(), township=WANGCUN))
        assert waiting(office, clerk) == []
        step(office, number, "disclosure", "discloser", 20)
        assert waiting(office, clerk) == [
            f"2025年 耕地地力保护补贴（{number}）：1份公示单印过以后更正了，等着印变动说明"
        ]
        order_pack(office, PrintRequest("batch", number, "clerk", Layout(), amendment=True))
        assert waiting(office, clerk) == []


def waiting(office: Office, person: Actor) -> list[str]:
    return [item.words for item in today(office, person) if "等着印变动" in item.words]


def test_the_pages_are_sound(printer: Printer) -> None:
    clerk = printer.signed_in("township-clerk")
    for path in ("print", f"batches/{printer.land}/print"):
        assert list(faults(parse_page(clerk.text(path)))) == [], path


def test_typesetting_elsewhere_ends_in_words_whatever_it_dies_of(monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"title": "广播稿", "author": "县", "scripts": [{"title": "题", "words": ["一句话。"]}]}
    with ApartTypesetter() as apart:
        assert apart.set("scripts.typ", content, TODAY).startswith(b"%PDF")
    with ApartTypesetter(seconds=0.01) as apart, pytest.raises(Refused, match="超出了允许的时间或内存"):
        apart.set("scripts.typ", content, TODAY)
    with ApartTypesetter() as apart, pytest.raises(Refused, match="超出了允许的时间或内存"):
        apart.set("scripts.typ", {}, TODAY)


def test_the_other_process_can_write_no_file_and_knows_nothing_of_ours(tmp_path: Path) -> None:
    """Its caps are asked of the process itself; a file it tries to write stays empty."""
    target = tmp_path / "leak"
    code = (
        "import io, os, sys, json, generator.typeset_apart as apart\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b''))\n"
        "apart._serve()\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"file = open({str(target)!r}, 'wb', buffering=0)\n"
        "try:\n file.write(b'x')\n said = 'written'\nexcept OSError as error:\n said = error.strerror\n"
        "print(json.dumps([said, sorted(os.environ)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(typeset_apart._ROOT)}, capture_output=True, check=True
    )
    said_there, environment = json.loads(done.stdout)
    assert said_there == "File too large"
    assert target.read_bytes() == b""
    assert not [name for name in environment if name.startswith("MINGBAI")]
