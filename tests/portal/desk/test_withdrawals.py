"""Withdrawing at the desk: what will go is said before, nobody else may, and the page tells until it is gone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.releases import publish_site
from portal.domain.site import Release
from portal.ledger import journal
from portal.office import Office
from portal.queries.withdrawals import progress_of
from tests.county import make_site, noticed_batch
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.staff import give_password, said, visitor
from tests.workbooks import people


@pytest.fixture
def staff(app: Flask, office: Office, tmp_path: Path) -> Any:
    """staff("reviewer"): that person, signed in."""
    give_password(office, tmp_path, "reviewer", "enterer", "chief")

    def of(name: str) -> Any:
        person = visitor(app)
        if person.sign_in(name).location.endswith("set-up"):
            person.set_up_factor()
        return person

    return of


def published(office: Office, folder: Path) -> Release:
    return publish_site(office.ledger, make_site(office, folder), office.today, lambda _words, _done, _total: None)


@pytest.mark.slow
def test_a_batch_is_withdrawn_and_the_page_tells_until_it_is_gone(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, people(6))
    published(office, tmp_path)
    reviewer = staff("reviewer")
    assert f'href="/desk/withdraw/{number}"' in reviewer.text("withdraw")
    page = reviewer.get(f"withdraw/{number}")
    for words in ("6行名单", "数据库里这一批的名单和姓名", "搜索引擎", "已经张贴的纸", "不能恢复"):
        assert words in said(page)
    before = dump(office.ledger)
    for reason, words in (("", "请写明原因"), ("张三13912345678", "疑似")):
        refused = reviewer.post(f"withdraw/{number}", reason=reason)
        assert (refused.status_code, words in said(refused)) == (422, True)
    assert dump(office.ledger) == before
    done = reviewer.post(f"withdraw/{number}", reason="村名弄错了")
    assert done.location == f"/desk/withdraw/{number}/progress"
    waiting = reviewer.text(f"withdraw/{number}/progress")
    assert '<meta http-equiv="refresh" content="4">' in waiting
    assert "换好以前还看得见" in waiting
    assert "自动发布没有在运行" in waiting
    assert "名单和姓名都已删除" in waiting
    published(office, tmp_path)
    progress = progress_of(office, number)
    with office.ledger.read() as connection:
        (*_, release) = journal.entries_of(connection, "release")
    assert progress is not None
    assert progress.released == datetime.fromisoformat(release.moment), "when it was seen, not when building it began"
    gone = reviewer.text(f"withdraw/{number}/progress")
    assert "撤干净了" in gone
    assert "refresh" not in gone
    assert "没有公开着的批次" in reviewer.text("withdraw")
    assert "已经撤下" in reviewer.text(f"withdraw/{number}")
    root = make_site(office, tmp_path).root()
    assert root is not None
    (root / "data" / "old.csv").write_text(number)
    assert "还有" in said(reviewer.get(f"withdraw/{number}/progress"))
    for path in ("withdraw", f"withdraw/{number}", f"withdraw/{number}/progress"):
        assert list(faults(parse_page(reviewer.text(path)))) == []


def test_nobody_but_the_disclosure_office_opens_these_pages(staff: Any, office: Office, tmp_path: Path) -> None:
    number = noticed_batch(office, tmp_path, people(6))
    before = dump(office.ledger)
    enterer = staff("enterer")
    for path in ("withdraw", f"withdraw/{number}", f"withdraw/{number}/progress"):
        assert enterer.get(path).status_code == 403
    assert enterer.post(f"withdraw/{number}", "password", reason="不想要了").status_code == 403
    assert dump(office.ledger)["postings"] == before["postings"]
    assert staff("chief").get(f"withdraw/{number}/progress").status_code == 409
