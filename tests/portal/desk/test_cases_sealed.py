"""Sealed words at the desk: who can open them, that it asks why and stands in the journal, and that it ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from flask import Flask

from portal.actions import staff
from portal.office import Office
from portal.queries.case_files import openings
from portal.security import desk_secrets
from portal.security.case_filing import Attachment
from portal.security.case_keys import CaseKeys
from tests.cases import AUDITOR, DEPARTMENT, DESK_A, DESK_B, PASSPHRASE, do
from tests.desk_cases import NAME, PHONE, STORY, assigned, entered, send, unlocked
from tests.ledger_dump import dump
from tests.staff import Visitor, said

pytestmark = pytest.mark.slow  # signing in, unlocking and receipts are slow on purpose


REASON = "受理前看原话"


@pytest.fixture
def first(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> Visitor:
    return entered(app, office, tmp_path, DESK_A)


def test_nothing_opens_before_the_passphrase_and_nothing_without_a_reason(
    first: Visitor, office: Office, case_desk: CaseKeys
) -> None:
    number = send(office, case_desk).number
    page, before = f"cases/{number}", dump(office.ledger)["journal"]
    locked = first.post(f"{page}/open", page, reason=REASON)
    assert locked.status_code == 409
    assert STORY not in said(locked)
    unlocked(first)
    for reason in ("", "看看", "电话是13800138000吗"):
        answer = first.post(f"{page}/open", page, reason=reason)
        assert answer.status_code == 409
        assert STORY not in said(answer)
    assert dump(office.ledger)["journal"] == before
    shown = said(first.post(f"{page}/open", page, reason=REASON))
    assert all(words in shown for words in (STORY, NAME, PHONE))


def test_every_opening_is_journaled_and_listed_for_desk_and_auditor(
    first: Visitor, office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number, other = send(office, case_desk).number, send(office, case_desk).number
    unlocked(first).post(f"cases/{number}/open", f"cases/{number}", reason=REASON)
    assert [(found.by, found.reason) for found in openings(office, DESK_B, number)] == [("desk-a", REASON)]
    assert openings(office, DEPARTMENT, number) == []
    assert openings(office, DESK_B, other) == []
    page = said(entered(app, office, tmp_path, AUDITOR).get(f"cases/{number}"))
    assert f"受理员甲：{REASON}" in page
    assert all(words not in page for words in (STORY, NAME, PHONE))


def test_an_auditor_does_nothing(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> None:
    number = send(office, case_desk).number
    auditor = entered(app, office, tmp_path, AUDITOR)
    for path in ("accept", "describe", "open", "contact"):
        assert auditor.post(f"cases/{number}/{path}", "password", reason=REASON).status_code == 403
    assert '<form method="post" action="/desk/cases' not in auditor.text(f"cases/{number}")
    assert auditor.get("unlock").status_code == 403


@pytest.mark.parametrize("way", ["idle", "signed out", "sessions ended", "locked", "another's cookie"])
def test_the_unlocked_key_ends(
    first: Visitor,
    office: Office,
    case_desk: CaseKeys,
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    number = send(office, case_desk).number
    unlocked(first)
    assert "先解锁" not in said(first.get(f"cases/{number}"))
    person = first
    if way == "idle":
        later = time.time() + desk_secrets.UNLOCKED_SECONDS
        monkeypatch.setattr(desk_secrets, "_now", lambda: later)
    elif way == "locked":
        first.post("lock", f"cases/{number}")
    elif way == "another's cookie":
        person = entered(app, office, tmp_path, DESK_B)
        with first.client.session_transaction(path="/desk/") as session:
            token = session["sealing_key"]
        with person.client.session_transaction(path="/desk/") as session:
            session["sealing_key"] = token
    else:
        with first.client.session_transaction(path="/desk/") as session:
            token = session["sealing_key"]
        if way == "signed out":
            first.post("sign-out", "")
        else:
            staff.end_sessions(office, staff.CONSOLE, "desk-a")
        assert not first.is_in()
        person = entered(app, office, tmp_path, DESK_A)
        with person.client.session_transaction(path="/desk/") as session:
            session["sealing_key"] = token
    assert "先解锁" in said(person.get(f"cases/{number}"))
    assert person.post(f"cases/{number}/open", f"cases/{number}", reason=REASON).status_code == 409


def test_the_cookie_does_not_hold_the_key_in_clear(first: Visitor, office: Office) -> None:
    import base64

    from tests.cases import private_key

    unlocked(first)
    with first.client.session_transaction(path="/desk/") as session:
        token = base64.urlsafe_b64decode(session["sealing_key"])
    key = bytes(private_key("desk"))
    assert key not in token
    assert key.hex().encode() not in token
    assert key.hex() not in str(dump(office.ledger))


def test_a_machine_without_the_private_key_says_so(first: Visitor, case_desk: CaseKeys, tmp_path: Path) -> None:
    (tmp_path / "keys" / "desk-sealing.key").unlink()
    assert "没有私钥文件 desk-sealing.key" in said(first.get("unlock"))


def test_wrong_passphrases_are_slowed_down(first: Visitor) -> None:
    for _ in range(5):
        assert "口令不对" in said(first.post("unlock", passphrase="not the passphrase"))
    assert "输错的次数太多" in said(first.post("unlock", passphrase=PASSPHRASE))


def test_photos_are_looked_at_and_everything_else_is_kept(
    first: Visitor, office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    files = (
        Attachment("photo", "image/jpeg", b"\xff\xd8photo"),
        Attachment("original", "image/jpeg", b"\xff\xd8original"),
        Attachment("voice", "audio/mpeg", b"ID3voice"),
        Attachment("photo", "text/html", b"<script>alert(1)</script>"),
    )
    number, other = send(office, case_desk, files=files).number, send(office, case_desk, files=files).number
    assert first.get(f"cases/{number}/files/1").status_code == 409
    unlocked(first).post(f"cases/{number}/open", f"cases/{number}", reason=REASON)
    photo, *rest = (first.get(f"cases/{number}/files/{place}") for place in (1, 2, 3, 4))
    assert (photo.get_data(), photo.mimetype) == (b"\xff\xd8photo", "image/jpeg")
    assert photo.headers["Content-Disposition"].startswith("inline")
    for answer in (photo, *rest):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for answer in rest:
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert first.get(f"cases/{number}/files/9").status_code == 404
    assert first.get(f"cases/{other}/files/1").status_code == 409  # opened for no reason yet
    assert entered(app, office, tmp_path, DEPARTMENT).get(f"cases/{number}/files/1").status_code == 403


def test_the_unit_has_the_phone_by_consent_with_a_reason_and_no_longer_than_it_needs_it(
    first: Visitor, office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    without, number = assigned(office, case_desk), assigned(office, case_desk, consent=True)
    unlocked(first)
    assert "没有同意" in said(first.post(f"cases/{without}/contact", f"cases/{without}"))
    unit = entered(app, office, tmp_path, DEPARTMENT)
    assert "姓名和电话" not in said(unit.get(f"cases/{number}"))
    assert unit.post(f"cases/{number}/open", f"cases/{number}", reason="核对账户").status_code == 409
    assert first.post(f"cases/{number}/contact", f"cases/{number}").status_code == 303
    assert unit.post(f"cases/{number}/open", f"cases/{number}", reason="").status_code == 409
    shown = said(unit.post(f"cases/{number}/open", f"cases/{number}", reason="打电话核对账户"))
    assert NAME in shown
    assert PHONE in shown
    assert STORY not in shown
    assert PHONE not in str(dump(office.ledger))
    assert [found.by for found in openings(office, DESK_A, number)] == ["enterer"]
    unit.post(f"cases/{number}/object", f"cases/{number}", note="不归我们管")
    do(office, number, "assign", unit="nyj")
    assert unit.post(f"cases/{number}/open", f"cases/{number}", reason="打电话核对账户").status_code == 409


def test_a_contact_is_for_one_unit_and_one_case(office: Office, case_desk: CaseKeys, app: Flask) -> None:
    from portal.desk.access import this_desk
    from portal.domain.findings import Refused

    with app.app_context():
        secrets = this_desk().secrets
    sealed = secrets.seal_for_unit("2025-00001", "nyj", "{}")
    assert secrets.open_for_unit("2025-00001", "nyj", sealed) == "{}"
    for number, unit in (("2025-00002", "nyj"), ("2025-00001", "yh")):
        with pytest.raises(Refused, match="打不开"):
            secrets.open_for_unit(number, unit, sealed)
