"""mingbai keys seal, case, and what nightly does with cases; the demo's cases."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from portal.actions.registers import import_areas, import_units
from portal.actions.setup import DemoStory
from portal.actions.staff import add_staff
from portal.commands.demo_cases import make_sealing_keys, play_cases
from portal.config import Config
from portal.domain.batches import Actor
from portal.domain.case_acts import KINDS
from portal.ledger import schema
from portal.office import Office
from portal.queries.case_register import county_statistics
from portal.queries.cases import filed_between, queue
from portal.security import keys, sealing
from tests.cases import DESK_B, do, file_one, open_desk
from tests.command_line import run, run_json
from tests.county import CONTENT, open_office

pytestmark = pytest.mark.slow


def test_a_pair_is_made_once_and_never_replaced(instance: Path, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("too short", encoding="utf-8")
    assert "口令至少" in run(instance, "keys", "seal", "desk", "--passphrase-file", secret).stderr
    secret.write_text("three sheep crossed the bridge\n", encoding="utf-8")
    done = run(instance, "keys", "seal", "discipline", "--passphrase-file", secret)
    assert done.returncode == 0
    assert "从" in done.stdout
    private = instance / "keys" / sealing.private_name("discipline")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    before = private.read_bytes()
    assert "已经有" in run(instance, "keys", "seal", "discipline", "--passphrase-file", secret).stderr
    assert private.read_bytes() == before
    assert sealing.unlock(before, "three sheep crossed the bridge")


def test_the_queue_is_listed_for_a_member_of_staff_as_they_see_it(instance: Path) -> None:
    office = open_office(instance)
    number = file_one(office, open_desk(office, instance)).number
    office.ledger.close()
    assert [case["number"] for case in run_json(instance, "case", "list", "--by", "desk-a", "--json")["cases"]] == [
        number
    ]  # type: ignore[index, union-attr]
    for name in ("chief", "enterer"):
        assert run_json(instance, "case", "list", "--by", name, "--json")["cases"] == []


def test_nightly_closes_what_was_answered(instance: Path) -> None:
    office = open_office(instance)
    case_keys = open_desk(office, instance)
    number = file_one(office, case_keys, category="question").number
    do(office, number, "accept")
    do(office, number, "draft", outcome="explained")
    do(office, number, "review", DESK_B)
    do(office, number, "answer")
    office.ledger.close()
    assert run_json(instance, "nightly", "--json")["closed"] == 1  # the command's day is years later
    assert run_json(instance, "nightly", "--json")["closed"] == 0


def test_the_demo_has_cases_of_each_kind_in_many_states_once(tmp_path: Path) -> None:
    config = Config.from_environment({"MINGBAI_INSTANCE": str(tmp_path), "MINGBAI_CONTENT": str(CONTENT)})
    keys.create_keys(config.keys)
    office: Office = open_office(tmp_path, today=config.today())
    schema.migrate(office.ledger)
    import_areas(office, CONTENT / "areas.csv")
    import_units(office, CONTENT / "units.csv")
    for person in DemoStory.load(CONTENT / "demo").staff:
        add_staff(office, person["name"], person["display"], person["role"], person["unit"])
    passphrase = make_sealing_keys(config)
    assert sealing.unlock((config.keys / sealing.private_name("desk")).read_bytes(), passphrase)
    assert make_sealing_keys(config) == ""
    played = play_cases(config, office, lambda _words, _done, _total: None)
    assert played > 30
    assert play_cases(config, office, lambda _words, _done, _total: None) == 0
    since = office.today - timedelta(days=365)
    found = county_statistics(office, since, office.today)
    assert set(found.kinds) == set(KINDS)
    assert found.all.count == played
    assert found.all.late > 0
    desk = Actor("xinfang", "", "complaints", "xfj")
    states = {line.case.state for line in filed_between(office, desk, since, office.today)}
    assert states >= {"filed", "assigned", "investigated", "answered", "closed", "declined"}
    assert any(line.is_far_overdue for line in queue(office, desk))
    office.ledger.close()
