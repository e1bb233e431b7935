"""Discipline inspection: packages that only they can open, signed for by who opened them; no case page, only figures."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from nacl.public import PrivateKey

from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.cases import case_page, queue
from portal.queries.follow import follow
from portal.security.case_filing import Attachment
from portal.security.case_keys import CaseKeys
from portal.security.case_packages import open_package
from tests.cases import DEPARTMENT, DESK_A, INSPECTOR, PASSPHRASE, do, private_key
from tests.command_line import run
from tests.desk_cases import NAME, PHONE, STORY, assigned, entered, send, unlocked
from tests.ledger_dump import dump
from tests.staff import Visitor, said

pytestmark = pytest.mark.slow  # signing in, unlocking and receipts are slow on purpose


PHOTO = Attachment("photo", "image/jpeg", b"\xff\xd8a photo")


@pytest.fixture
def inspector(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> Visitor:
    return entered(app, office, tmp_path, INSPECTOR)


def package(inspector: Visitor, number: str) -> bytes:
    answer = inspector.post(f"handovers/{number}/package", f"handovers/{number}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}.mingbai"'
    return bytes(answer.get_data())


def test_what_goes_to_them_by_itself_is_taken_signed_for_and_answered(
    inspector: Visitor, office: Office, case_desk: CaseKeys
) -> None:
    number = send(office, case_desk, "by itself", category="diverted", files=(PHOTO,)).number
    page = f"handovers/{number}"
    assert number in inspector.text("handovers")
    taken = package(inspector, number)
    assert all(words.encode() not in taken for words in (STORY, NAME))
    contents, code = open_package(private_key("discipline"), taken)
    assert STORY in contents["words-1-story.txt"].decode()
    assert PHONE in contents["words-2-contact.txt"].decode()
    assert contents["file-1-photo.jpeg"] == PHOTO.content
    assert "补贴款被截留、挪用、侵占" in contents["facts.json"].decode()
    assert code not in str(dump(office.ledger))
    assert "签收码不对" in said(inspector.post(f"{page}/sign_for", page, code="23456789ABCD"))
    assert inspector.post(f"{page}/sign_for", page, code=f"{code[:4]} {code[4:].lower()}").status_code == 303
    assert "已经签收过" in said(inspector.post(f"{page}/sign_for", page, code=code))
    inspector.post(f"{page}/tell", page, words="已受理")
    assert "先勾选" in said(inspector.post(f"{page}/conclude", page, outcome="true", words="已处理"))
    inspector.post(f"{page}/conclude", page, outcome="true", words="已处理", sure="yes")
    receipt = case_desk.receipt("by itself")
    found = follow(office, case_desk.receipt_hash(receipt))
    assert found is not None
    assert found.case.state == "answered"
    assert [case_desk.open_reply(receipt, words.sealed) for words in found.words] == ["已受理", "已处理"]
    assert sum("case.package" in entry for entry in dump(office.ledger)["journal"]) == 1


def test_the_wrong_key_and_a_changed_package_open_nothing(
    inspector: Visitor, office: Office, case_desk: CaseKeys
) -> None:
    taken = package(inspector, send(office, case_desk, category="diverted").number)
    changed = taken[:-1] + bytes([taken[-1] ^ 1])
    for key, content in (
        (PrivateKey.generate(), taken),
        (private_key("desk"), taken),
        (private_key("discipline"), changed),
    ):
        with pytest.raises(Refused, match="打不开"):
            open_package(key, content)


def test_the_desk_hands_over_with_the_key_unlocked_and_the_unit_learns_nothing(
    inspector: Visitor, office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = assigned(office, case_desk, files=(PHOTO,))
    desk, page = entered(app, office, tmp_path, DESK_A), f"cases/{number}"
    unit = entered(app, office, tmp_path, DEPARTMENT)
    assert "请先解锁" in said(desk.post(f"{page}/hand_over", page, note="涉嫌冒领", sure="yes"))
    unlocked(desk)
    assert desk.post(f"{page}/hand_over", page, note="涉嫌冒领", sure="yes").status_code == 303
    contents, _ = open_package(private_key("discipline"), package(inspector, number))
    assert STORY in contents["words-1-story.txt"].decode()
    assert NAME in contents["words-2-contact.txt"].decode()
    assert contents["file-1-photo.jpeg"] == PHOTO.content
    assert unit.get(page).status_code == 409
    assert number not in unit.text("cases?tab=done")
    assert queue(office, DEPARTMENT) == []


def test_a_business_matter_comes_back(inspector: Visitor, office: Office, case_desk: CaseKeys) -> None:
    number = send(office, case_desk, category="diverted").number
    assert case_page(office, DESK_A, number) is None
    do(office, number, "sign_for", INSPECTOR)
    inspector.post(f"handovers/{number}/return_matter", f"handovers/{number}", note="属于发放进度问题", sure="yes")
    found = case_page(office, DESK_A, number)
    assert found is not None
    assert (found.line.case.state, found.words) == ("accepted", ())


def test_they_have_no_queue_and_others_have_no_handovers(
    inspector: Visitor, office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = send(office, case_desk, category="diverted").number
    assert inspector.get("cases").status_code == 403
    assert inspector.get(f"cases/{number}").status_code == 403
    own = send(office, case_desk).number
    assert inspector.get(f"handovers/{own}").status_code == 409
    desk = entered(app, office, tmp_path, DESK_A)
    assert desk.get("handovers").status_code == 403
    assert desk.get(f"handovers/{number}").status_code == 403


def test_the_package_is_opened_on_their_own_machine(
    inspector: Visitor, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    file, secret, out = tmp_path / "case.mingbai", tmp_path / "passphrase", tmp_path / "out"
    file.write_bytes(package(inspector, send(office, case_desk, category="diverted").number))
    secret.write_text("the wrong passphrase\n", encoding="utf-8")
    command = ["case", "open-package", str(file), "--out", str(out), "--passphrase-file", str(secret)]
    wrong = run(tmp_path, *command)
    assert (wrong.returncode, out.exists()) == (1, False)
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    done = run(tmp_path, *command)
    assert re.search(r"签收码：[2-9A-Z]{12} ", done.stdout)
    assert STORY in (out / "words-1-story.txt").read_text(encoding="utf-8")
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    again = run(tmp_path, *command)
    assert "已经有文件" in again.stderr
