"""Who may do what: the docs and the desk print the rules' own table."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal.desk.print_roles import roles_document
from portal.domain.batches import ROLES
from portal.office import Office
from tests.county import PROJECT
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.staff import said


def marked(heading: str, what: str) -> set[str]:
    """The roles that the document marks for a duty."""
    text = (PROJECT / "docs" / "roles.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    line = next(line for line in text.splitlines() if line.startswith(f"| {what} |"))
    cells = [cell.strip() for cell in line.split("|")[2 : 2 + len(ROLES)]]
    return {role for role, cell in zip(ROLES, cells, strict=True) if cell == "●"}


def test_the_document_is_what_the_rules_print() -> None:
    """Stale: run `make docs`."""
    assert (PROJECT / "docs" / "roles.md").read_text(encoding="utf-8") == roles_document()


def test_it_says_what_the_rules_say() -> None:
    assert marked("流程：县财政代发", "公开审查") == {"disclosure", "admin"}
    assert marked("流程：县财政代发", "国库拨款") == {"treasury", "finance", "admin"}
    assert marked("随时可办", "撤下公开") == {"disclosure", "admin"}
    assert marked("补贴政策清单", "批准") == {"finance", "department", "disclosure", "admin"}
    assert marked("投诉件", "受理") == {"complaints"}
    assert marked("打开办公端的页面", "操作日志") == {"audit", "admin"}
    assert "bank" not in marked("打开办公端的页面", "上传清册")


@pytest.mark.slow
def test_the_desk_shows_it_with_the_people_who_can(app: Flask, office: Office, tmp_path: Path) -> None:
    page = entered(app, office, tmp_path, "village-clerk").get("roles")
    words = said(page)
    assert list(faults(parse_page(page.get_data(True)))) == []
    assert "reviewer（小明县政务公开办）" in words
    assert "公开审查 政务公开办、系统管理员 4人 本系统把关；录入的人不能自己审查" in words
    assert "看原话" not in words.partition("流程：")[0]
