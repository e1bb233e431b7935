"""Verifying from the desk: another process does it, one at a time, and the page says line by line what was compared."""

from __future__ import annotations

import fcntl
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.verifications import RESULT, is_running, keep_verification, last_verification
from portal.domain.findings import Refused
from portal.domain.site import Check
from portal.domain.verification import COMPARED, as_shown
from portal.ledger import journal
from portal.office import Office
from portal.queries.verification import verify_ledger
from portal.security.case_keys import CaseKeys
from tests.cases import AUDITOR
from tests.county import build, make_site, published_batch
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.ledger_dump import change
from tests.staff import said
from tests.workbooks import people

pytestmark = pytest.mark.slow


def wait(folder: Path) -> None:
    for _ in range(600):
        if not is_running(folder):
            return
        time.sleep(0.1)
    raise AssertionError("it does not end")


def test_another_process_verifies_and_its_result_is_shown_line_by_line(
    app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    batch = published_batch(office, tmp_path, people(8))
    site = make_site(office, tmp_path)
    build(office, site)
    auditor = entered(app, office, tmp_path, AUDITOR)
    assert "还没有核对过" in said(auditor.get("verify"))
    answer = auditor.post("verify")
    assert answer.status_code == 303, said(answer)
    again = auditor.post("verify")
    assert (again.status_code, "正在核对，请等它核对完" in said(again)) == (422, True)
    page = auditor.text("verify")
    assert '<meta http-equiv="refresh" content="5">' in page
    wait(tmp_path)
    page = auditor.get("verify")
    words = said(page)
    assert list(faults(parse_page(page.get_data(True)))) == []
    assert "http-equiv" not in page.get_data(True)
    assert "审计员核对： 全部相符" in words
    checks = [*verify_ledger(office.ledger), *site.verify()]
    assert {check.name for check in checks} == set(COMPARED)
    assert all(check.name in words and COMPARED[check.name] in words for check in checks)
    change(office.ledger, "UPDATE files SET fen = fen + 100 WHERE kind = 'roll'")
    auditor.post("verify")
    wait(tmp_path)
    words = said(auditor.get("verify"))
    assert f"批次 {batch}：文件 8 行 1,521.00 元，库中 8 行 1,520.00 元" in words
    assert "项不符" in words
    with office.ledger.read() as connection:
        done = list(journal.entries_of(connection, "verify.start", "verify.done"))
    assert [entry.act for entry in done] == ["verify.start", "verify.done"] * 2
    assert done[1].detail == {"failed": 0}
    assert int(str(done[3].detail["failed"])) > 0


def test_what_was_cut_off_is_said_and_can_be_started_again(
    app: Flask, office: Office, case_desk: CaseKeys, tmp_path: Path
) -> None:
    auditor = entered(app, office, tmp_path, AUDITOR)
    (tmp_path / RESULT).write_text(json.dumps({"by": "auditor", "started": "2025-06-30", "finished": "", "lines": []}))
    assert "上一次核对没有做完就断了" in said(auditor.get("verify"))
    with (tmp_path / "verification.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert is_running(tmp_path)
        assert auditor.post("verify").status_code == 422
    assert not is_running(tmp_path)


def test_no_figure_of_the_journal_or_of_cases_is_kept_for_the_page(office: Office, tmp_path: Path) -> None:
    checks = [Check("日志链", True, "4711 条相接"), Check("件＝日志，封存内容没有变", False, "2025-00815：没有日志")]
    keep_verification(office, tmp_path, "accountant", lambda: checks)
    text = (tmp_path / RESULT).read_text(encoding="utf-8")
    assert not re.search(r"4711|00815", text)
    last = last_verification(tmp_path)
    assert last is not None
    assert (last.failed, [line.ok for line in last.lines]) == (1, [True, False])
    assert as_shown(Check("清册＝批次", False, "批次 2025-0001：…")).detail == "批次 2025-0001：…"
    with pytest.raises(Refused):
        keep_verification(office, tmp_path, "banker", lambda: checks)


def test_not_everybody_verifies(app: Flask, office: Office, tmp_path: Path) -> None:
    clerk: Any = entered(app, office, tmp_path, "village-clerk")
    assert clerk.get("verify").status_code == 403
