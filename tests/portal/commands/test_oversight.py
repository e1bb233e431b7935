"""Early warning and suspension lists on the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from portal.config import Config
from tests.command_line import run, run_json
from tests.county import make_batch, open_office
from tests.workbooks import people, write_sheet


def test_leads_with_their_rows(instance: Path, tmp_path: Path) -> None:
    office, found = open_office(instance), people(2)
    year = Config.from_environment({"MINGBAI_INSTANCE": str(instance)}).today().year  # the command's own day
    make_batch(office, tmp_path, [found[0], replace(found[1], account=found[0].account)], period=str(year))
    office.ledger.close()
    leads = run_json(instance, "warnings")["leads"]
    (shared,) = [lead for lead in leads if lead["kind"] == "shared"]
    assert [(row["batch"], row["sheet"], row["row"]) for row in shared["rows"]] == [
        (f"{year}-0001", "清册", 3),
        (f"{year}-0001", "清册", 4),
    ]
    assert not any(person.id in str(leads) or person.account in str(leads) for person in found)
    assert "2个人的2笔打到同一个账号" in run(instance, "warnings").stdout


def test_a_unit_that_keeps_no_such_lists_is_refused(instance: Path, tmp_path: Path) -> None:
    who = people(1)[0]
    path = write_sheet(tmp_path / "list.xlsx", [["姓名", "身份证号"], [who.name, who.id]])
    asked = ("--document", "明民函1号", "--issued", "2025-06-01", "--by", "enterer")
    refused = run(instance, "suspensions", "import", str(path), *asked)
    assert refused.returncode == 1
    assert "停发名单由" in refused.stderr
    assert run_json(instance, "suspensions", "list") == {"lists": []}
    assert run(instance, "suspensions", "expire", "1", "--by", "enterer").returncode == 1
