"""Full names from the desk: on the paper that is downloaded, and nowhere else of the whole machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from generator.typeset_apart import ApartTypesetter
from portal.actions.staff import add_staff
from portal.domain.batches import ROLES
from portal.domain.board_names import PRINTERS
from portal.domain.money import grouped
from portal.ledger import journal
from portal.office import Office
from tests.board import CHILD, names_in, noticed_names, recipients, with_support
from tests.county import DONGHE, LAND, TODAY, WANGCUN, make_site, noticed_batch, office_in
from tests.generator.sheet_text import qr_texts, texts
from tests.html import faults, parse_page
from tests.ledger_dump import bytes_of
from tests.portal.desk.test_printing import files_of
from tests.service import make_app
from tests.staff import Visitor, give_password, said, visitor
from tests.workbooks import people

WHY = "按规定张贴审批公示"


@dataclass(frozen=True)
class Desk:
    office: Office
    app: Flask
    number: str
    land: str
    folder: Path

    def signed_in(self, name: str, *, factor: bool = True) -> Visitor:
        person = visitor(self.app, f"192.0.2.{len(name) + 40}")
        person.sign_in(name)
        if factor and "second-factor" not in said(person.get("")):
            person.set_up_factor()
        return person


UNITS = {"department": "nyj", "station": "nyj", "township_finance": "dh"}
"""Where those sit who meet the batch at all."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("print-names")
    with office_in(folder / "office", today=TODAY.replace(day=6)) as office:
        with_support(office, folder)
        for role in ROLES:
            add_staff(office, f"one-{role.replace('_', '-')}", role, role, UNITS.get(role, "czj"))
        names = [f"one-{role.replace('_', '-')}" for role in ROLES]
        give_password(office, folder / "office", "township-clerk", "second", *names)
        number, land = noticed_names(office, folder), noticed_batch(office, folder, people(6), LAND)
        app = make_app(office, make_site(office, folder / "office"), folder / "office")
        yield Desk(office, app, number, land, folder / "office")


def test_the_paper_has_the_names_and_the_machine_has_none(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clerk = desk.signed_in("township-clerk")
    path = f"batches/{desk.number}/print-names"
    assert path in clerk.text(f"batches/{desk.number}/print")
    answer = clerk.post(path, place=DONGHE, paper="a4", size="normal", reason=WHY)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    files = files_of(answer.data)
    sheets = "".join(texts(files["01-公示单.pdf"])).replace("\n", "")
    for name in {*names_in("王村"), *names_in("李家湾"), *names_in("林溪村")} - {CHILD}:
        assert name in sheets
    assert CHILD not in sheets
    assert "只在公示期里写全" in sheets
    for village in ("王村", "李家湾", "林溪村"):
        own = [person for person in recipients() if person.village == village]
        assert f"{len(own)}笔，{grouped(sum(int(person.amount) * 100 for person in own))}元" in sheets
    assert len(qr_texts(files["01-公示单.pdf"])) == 3
    spoken = "".join("".join(texts(files["02-广播稿.pdf"])).split())
    assert "东河镇人数少的几个村这次一共5笔" in spoken
    assert "这次一共2笔" not in spoken
    rest = "".join("".join(texts(files[name])) for name in ("00-张贴清单.pdf", "02-广播稿.pdf"))
    names = [person.name for person in recipients()]
    assert [name for name in names if name in rest + caplog.text + said(clerk.get(path))] == []
    assert list(tmp_path.iterdir()) == []
    for kept, data in bytes_of(desk.folder):
        assert not any(name.encode() in data for name in names), kept


def test_every_role_against_the_page(desk: Desk) -> None:
    path = f"batches/{desk.number}/print-names"
    answers = {role: desk.signed_in(f"one-{role.replace('_', '-')}").get(path) for role in ROLES}
    opened = {role: answer for role, answer in answers.items() if answer.status_code == 200}
    assert opened.keys() == set(PRINTERS)
    assert {answer.status_code for role, answer in answers.items() if role not in PRINTERS} == {403}
    for answer in opened.values():
        assert list(faults(parse_page(answer.get_data(True)))) == []


def test_a_password_alone_opens_no_names(desk: Desk) -> None:
    add_staff(desk.office, "new-clerk", "新来的", "township_finance", "dh")
    give_password(desk.office, desk.folder, "new-clerk")
    answer = desk.signed_in("new-clerk", factor=False).get(f"batches/{desk.number}/print-names")
    assert (answer.status_code, "要先在“手机验证码”里绑定手机" in said(answer)) == (409, True)


def test_what_is_refused_is_said_on_the_form_and_prints_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = desk.signed_in("second")
    answer = clerk.post(f"batches/{desk.number}/print-names", place=WANGCUN, paper="a4", size="normal", reason="")
    assert (answer.status_code, "请写明为什么要打印全名" in said(answer)) == (422, True)
    answer = clerk.get(f"batches/{desk.land}/print-names")
    assert (answer.status_code, "村公示栏不写全名" in said(answer)) == (409, True)

    def dies(*_: object) -> bytes:
        raise AssertionError("typeset although it was refused")

    monkeypatch.setattr(ApartTypesetter, "set", dies)
    clerk.post(f"batches/{desk.number}/print-names", place=WANGCUN, paper="a4", size="normal", reason="13999180001")
    with desk.office.ledger.read() as connection:
        assert all(entry.detail["reason"] == WHY for entry in journal.entries_of(connection, "print.names"))
