"""An import that is killed, doubled or out of disk: the batch is wholly there or not at all."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from portal.actions import rolls
from portal.intake import workbook
from portal.ledger import archive, journal, payments, schema
from portal.ledger import batches as ledger_batches
from portal.office import Office
from tests.command_line import import_arguments, run, run_json, start, step_arguments
from tests.county import everywhere
from tests.faults.conditions import KILLS, batches, checks, strike
from tests.workbooks import write_feedback, write_roll

pytestmark = pytest.mark.slow

STEPS = {
    "before the file is read": (workbook, "lines_from_child", False),
    "after the rows are prepared": (rolls, "prepare", True),
    "before the batch is written": (ledger_batches, "add_batch", False),
    "after the file is written": (ledger_batches, "add_file", True),
    "after the payments are written": (payments, "add_payments", True),
    "before the journal": (Office, "write_down", False),
    "after the journal": (journal, "append", True),
}


@pytest.mark.parametrize("place", STEPS)
def test_an_import_killed_at_a_named_step_leaves_nothing_and_goes_through_the_next_time(
    instance: Path, roll: Path, place: str
) -> None:
    owner, name, after = STEPS[place]
    killed = run(instance, *import_arguments(roll), before=strike(owner, name, after=after))
    assert killed.returncode == -9
    assert batches(instance) == []
    checks(instance, built=False)
    assert run_json(instance, *import_arguments(roll))["batch"] == "2025-0001"
    assert batches(instance) == [("2025-0001", 200)]


def test_an_import_killed_at_any_moment_is_wholly_there_or_not_at_all(instance: Path, tmp_path: Path) -> None:
    chance = random.Random(20250630)
    roll = write_roll(tmp_path / "roll.xlsx", everywhere(40))
    run_json(instance, *import_arguments(roll, period="2025+1"))
    started = time.monotonic()
    run_json(instance, *import_arguments(roll, period="2025+2"))
    whole = time.monotonic() - started
    killed = 0
    for number in range(KILLS):
        period = f"{2025 + number // 12}-{1 + number % 12:02d}"
        command = start(instance, *import_arguments(roll, period=period))
        time.sleep(chance.uniform(0.1, 1.0) * whole)
        command.kill()
        killed += command.wait().returncode == -9
        assert {rows for _, rows in batches(instance)} == {200}
        again = run_json(instance, *import_arguments(roll, period=period))
        assert again["rows"] == 200
        assert len(batches(instance)) == number + 3
        if number % 10 == 0:
            checks(instance, built=False)
    assert killed
    checks(instance, built=False)


def test_the_same_file_imported_twice_at_once_makes_one_batch(instance: Path, roll: Path) -> None:
    both = [start(instance, *import_arguments(roll), "--json") for _ in range(3)]
    assert [command.wait().returncode for command in both] == [0, 0, 0]
    assert all('"batch": "2025-0001"' in command.stdout for command in both)
    assert batches(instance) == [("2025-0001", 200)]
    checks(instance, built=False)


def test_two_files_of_one_period_at_once_make_one_batch_and_the_other_is_told(
    instance: Path, roll: Path, tmp_path: Path
) -> None:
    other = write_roll(tmp_path / "other.xlsx", everywhere(30))
    commands = [start(instance, *import_arguments(path)) for path in (roll, other)]
    assert sorted(command.wait().returncode or 0 for command in commands) == [0, 1]
    told = next(command for command in commands if command.returncode)
    assert "已有批次 2025-0001" in told.stderr
    assert len(batches(instance)) == 1
    checks(instance, built=False)


def test_steps_and_feedback_killed_before_their_end_leave_nothing(noticed: Path, tmp_path: Path) -> None:
    bank = write_feedback(tmp_path / "bank.xlsx", everywhere(40))
    feed = ["feedback", "import", str(bank), "--batch", "2025-0001", "--by", "banker", "--date", "2025-06-13"]
    for arguments in (feed, [*step_arguments("2025-0001", "withdraw", "reviewer", 5), "--reason", "错了"]):
        for place in ("before", "after"):
            killed = run(noticed, *arguments, before=strike(Office, "write_down", after=place == "after"))
            assert killed.returncode == -9
            shown = run_json(noticed, "batch", "show", "2025-0001")
            assert (shown["state"], shown["tally"]["paid_rows"]) == ("发放前公示", 0)
            checks(noticed, built=False)
    assert run_json(noticed, *feed)["results"] == {"paid": 200}


def test_a_backup_killed_in_the_middle_leaves_no_file_that_looks_whole(noticed: Path, tmp_path: Path) -> None:
    killed = run(noticed, "backup", tmp_path / "data.gz", before=strike(archive, "_encoder"))
    assert killed.returncode == -9
    assert not (tmp_path / "data.gz").exists()
    assert run(noticed, "backup", tmp_path / "data.gz").returncode == 0


def test_a_restore_killed_in_the_middle_leaves_an_empty_database(noticed: Path, tmp_path: Path) -> None:
    assert run(noticed, "backup", tmp_path / "data.gz").returncode == 0
    there = tmp_path / "there"
    assert run(there, "init").returncode == 0
    killed = run(there, "restore", tmp_path / "data.gz", before=strike(archive, "_move_counters"))
    assert killed.returncode == -9
    assert run_json(there, "batch", "list") == {"batches": []}
    assert run(there, "restore", tmp_path / "data.gz").returncode == 0
    checks(there, built=False)


def test_an_installation_killed_while_it_is_made_can_be_made_again(tmp_path: Path) -> None:
    killed = run(tmp_path / "new", "init", before=strike(schema, "current_revision", after=True))
    assert killed.returncode == -9
    assert run(tmp_path / "new", "init").returncode == 0
    assert run(tmp_path / "new", "doctor").returncode == 0
