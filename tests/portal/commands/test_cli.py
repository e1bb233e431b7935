"""The command line as scripts and people meet it: JSON as promised, exit codes, plain words."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from portal.domain.masking import mask_name
from tests.command_line import import_arguments, run, run_json, step_arguments
from tests.county import everywhere
from tests.ledger_dump import bytes_of
from tests.workbooks import Person, people, write_feedback, write_roll, write_sheet

ROLL_KEYS = ["batch", "rows", "held", "amount_fen", "findings"]
FINDING_KEYS = ["level", "code", "sheet", "row", "column", "message"]
PEOPLE = people(6)


def plain(words: str) -> None:
    """Chinese that says something, and no trace of the program's insides."""
    assert any("\u4e00" <= char <= "\u9fff" for char in words), words
    for inside in ("Traceback", 'File "', "sqlalchemy", "Exception", "sqlite3"):
        assert inside not in words


def test_importing_a_roll_prints_what_the_contract_says(instance: Path, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", [*PEOPLE, Person(50, village="没有这个村")])
    dry = run_json(instance, *import_arguments(path), "--dry-run")
    real = run_json(instance, *import_arguments(path))
    again = run_json(instance, *import_arguments(path))
    assert list(real) == ROLL_KEYS
    assert (real["batch"], real["rows"], real["held"], real["amount_fen"]) == ("2025-0001", 7, 1, 7 * 19_000)
    assert [list(finding) for finding in real["findings"]] == [FINDING_KEYS] * len(real["findings"])
    held = next(finding for finding in real["findings"] if finding["level"] == "held")
    assert (held["code"], held["sheet"], held["row"], held["column"]) == ("area.unknown", "清册", 9, "村")
    assert dry == {**real, "batch": None}
    assert {**again, "findings": []} == {**real, "findings": []}


def test_a_refused_roll_prints_the_same_keys_and_exits_with_one(instance: Path, tmp_path: Path) -> None:
    wrong = write_roll(tmp_path / "total.xlsx", PEOPLE, total="1")
    cut = write_roll(tmp_path / "cut.xlsx", PEOPLE)
    cut.write_bytes(cut.read_bytes()[:3000])
    for path, code in ((wrong, "total.mismatch"), (cut, "file.damaged")):
        refused = run_json(instance, *import_arguments(path), code=1)
        assert list(refused) == ROLL_KEYS
        assert refused["batch"] is None
        assert [f["code"] for f in refused["findings"] if f["level"] == "fatal"] == [code]
    unknown = run_json(instance, *import_arguments(wrong, policy="nosuch"), code=1)
    assert unknown["findings"][0]["code"] == "policy.unknown"


def test_printing_a_pack_prints_what_the_contract_says(instance: Path, tmp_path: Path) -> None:
    run(instance, *import_arguments(write_roll(tmp_path / "roll.xlsx", everywhere(6))))
    run(instance, *step_arguments("2025-0001", "review", "reviewer", 3))
    run(instance, *step_arguments("2025-0001", "notice", "enterer", 4))
    arguments = ("print", "batch", "2025-0001", "--township", "东河镇", "--by", "clerk", "--size", "compact")
    printed = run_json(instance, *arguments, "--out", str(tmp_path / "pack"))
    assert list(printed) == ["number", "sheets", "pages", "files", "findings"]
    assert (printed["sheets"], len(printed["files"]), printed["findings"]) == (3, 3, [])
    assert all(Path(path).read_bytes().startswith(b"%PDF-") for path in printed["files"])
    again = run_json(instance, *arguments, "--out", str(tmp_path / "pack"), code=1)
    assert [finding["code"] for finding in again["findings"]] == ["print.folder"]


def test_building_and_verifying_print_what_the_contract_says(instance: Path, tmp_path: Path) -> None:
    run(instance, *import_arguments(write_roll(tmp_path / "roll.xlsx", everywhere(6))))
    run(instance, *step_arguments("2025-0001", "review", "reviewer", 3))
    run(instance, *step_arguments("2025-0001", "notice", "enterer", 4))
    built = run_json(instance, "build")
    assert list(built) == ["release", "pages", "rebuilt", "seconds"]
    assert built["pages"] == built["rebuilt"] > 20
    assert isinstance(built["seconds"], float)
    again = run_json(instance, "build")
    assert (again["release"], again["rebuilt"]) == (built["release"], 0)
    verified = run_json(instance, "verify")
    assert list(verified) == ["ok", "checks"]
    assert verified["ok"] is True
    assert [list(check) for check in verified["checks"]] == [["name", "ok", "detail"]] * len(verified["checks"])
    assert len(verified["checks"]) >= 9
    page = next((instance / "releases" / "current" / "site" / "villages").glob("*/2025-0001/index.html"))
    page.write_bytes(page.read_bytes().replace(b"190.00", b"910.00"))
    tampered = run_json(instance, "verify", code=1)
    assert tampered["ok"] is False
    assert any(page.parent.parent.name in check["detail"] for check in tampered["checks"] if not check["ok"])
    words = run(instance, "verify")
    assert words.returncode == 1
    assert "✗" in words.stdout
    plain(words.stdout)


def test_precheck_prints_places_and_never_values(instance: Path, tmp_path: Path) -> None:
    folder = tmp_path / "发布"
    folder.mkdir()
    roll = write_roll(folder / "清册.xlsx", PEOPLE)
    clean = write_sheet(folder / "合计.xlsx", [["村", "金额"], ["王村", 190]])
    found = run_json(instance, "precheck", folder, code=1)
    assert list(found) == ["files"]
    by_path = {Path(file["path"]).name: file["findings"] for file in found["files"]}
    assert by_path[clean.name] == []
    assert {finding["kind"] for finding in by_path[roll.name]} == {"id", "account", "name"}
    assert all(list(finding) == ["kind", "place"] for finding in by_path[roll.name])
    assert not any(person.id in json.dumps(found) or person.name in str(found) for person in PEOPLE)
    assert run_json(instance, "precheck", clean) == {"files": [{"path": str(clean), "findings": []}]}
    words = run(instance, "precheck", folder)
    plain(words.stdout)
    assert not any(person.id in words.stdout or person.name in words.stdout for person in PEOPLE)


def test_a_whole_batch_by_hand(instance: Path, tmp_path: Path) -> None:
    run(instance, *import_arguments(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    assert run_json(instance, *step_arguments("2025-0001", "review", "enterer", 3), code=1)["findings"]
    run_json(instance, *step_arguments("2025-0001", "review", "reviewer", 3))
    noticed = run_json(instance, *step_arguments("2025-0001", "notice", "enterer", 4))
    assert (noticed["until"], noticed["postings"]) == ("2025-06-10", 1)
    bank = write_feedback(tmp_path / "bank.xlsx", PEOPLE, {0: "销户"})
    day = ["--date", "2025-06-13"]
    fed = run_json(instance, "feedback", "import", bank, "--batch", "2025-0001", "--by", "banker", *day)
    assert (fed["results"], fed["waiting"]) == ({"returned": 1, "paid": 5}, 0)
    run_json(instance, *step_arguments("2025-0001", "disclosure", "discloser", 16))
    made = run(instance, "feedback", "template", "2025-0001", tmp_path / "template.xlsx")
    assert made.returncode == 0
    again = run(instance, "feedback", "template", "2025-0001", tmp_path / "template.xlsx")
    assert again.returncode == 1
    plain(again.stderr)
    shown = run_json(instance, "batch", "show", "2025-0001")
    assert shown["tally"]["paid_rows"] == 5
    listed = run_json(instance, "batch", "list")
    assert [batch["number"] for batch in listed["batches"]] == ["2025-0001"]
    for words in (run(instance, "batch", "list"), run(instance, "batch", "show", "2025-0001")):
        assert words.returncode == 0
        plain(words.stdout)


def test_what_goes_wrong_is_said_in_plain_words_without_a_traceback(instance: Path, tmp_path: Path) -> None:
    roll = write_roll(tmp_path / "roll.xlsx", [replace(person, amount="1") for person in PEOPLE], total="9")
    nowhere = tmp_path / "nowhere"
    attempts = [
        (instance, import_arguments(roll)),
        (instance, import_arguments(roll, by="nobody")),
        (instance, import_arguments(roll, period="2025年")),
        (instance, step_arguments("2025-0009", "review", "reviewer", 3)),
        (instance, ["feedback", "import", str(roll), "--batch", "2025-0009", "--by", "banker"]),
        (instance, ["policies", "approve", "--year", "2025", "--by", "second"]),
        (instance, ["areas", "import", str(roll)]),
        (instance, ["restore", str(roll)]),
        (instance, ["backup", "/proc/nowhere.gz"]),
        (nowhere, ["build"]),
        (nowhere, ["verify"]),
        (nowhere, ["batch", "list"]),
        (nowhere, ["serve"]),
    ]
    for where, arguments in attempts:
        done = run(where, *arguments)
        assert (arguments[:2], done.returncode) == (arguments[:2], 1)
        plain(done.stderr + done.stdout)


def test_backup_and_restore_keep_data_and_keys_apart(instance: Path, tmp_path: Path) -> None:
    run(instance, *import_arguments(write_roll(tmp_path / "roll.xlsx", PEOPLE)))
    assert run(instance, "backup", tmp_path / "data.gz").returncode == 0
    assert run(instance, "backup", "--keys", tmp_path / "keys.tar").returncode == 0
    assert run(instance, "backup", tmp_path / "data.gz").returncode == 1
    there = tmp_path / "there"
    assert run(there, "restore", "--keys", tmp_path / "keys.tar").returncode == 0
    assert run(there, "restore", tmp_path / "data.gz").returncode == 0
    assert run(there, "restore", tmp_path / "data.gz").returncode == 1
    keys = {path.name: data for path, data in bytes_of(there / "keys")}
    assert keys == {path.name: data for path, data in bytes_of(instance / "keys")}
    assert not any(path.stat().st_mode & 0o077 for path in (there / "keys").iterdir())
    assert run_json(there, "build")["pages"] > 10
    assert run_json(there, "verify")["ok"]
    assert run_json(there, *import_arguments(tmp_path / "roll.xlsx"))["batch"] == "2025-0001"


def test_what_was_withdrawn_after_a_backup_is_not_published_again_by_its_restore(
    instance: Path, tmp_path: Path
) -> None:
    number = run_json(instance, *import_arguments(write_roll(tmp_path / "roll.xlsx", PEOPLE)))["batch"]
    run(instance, *step_arguments(number, "review", "reviewer", 3))
    run(instance, *step_arguments(number, "notice", "enterer", 4))
    assert run(instance, "backup", tmp_path / "old.gz").returncode == 0
    assert run_json(instance, "withdraw", number, "--by", "reviewer", "--reason", "公开错了")["left"] == []
    assert run(instance, "backup", tmp_path / "new.gz").returncode == 0
    for backup in ("old.gz", "new.gz"):
        there = tmp_path / backup.partition(".")[0]
        shutil.copytree(instance / "keys", there / "keys")
        done = run(there, "restore", tmp_path / backup)
        assert (f"重新撤下：{number}" in done.stdout) is (backup == "old.gz"), done.stderr
        assert run_json(there, "build")["pages"] > 10
        assert run_json(there, "verify")["ok"]
        masked = mask_name(PEOPLE[0].filled().name or "").encode()
        assert [path for path, data in bytes_of(there) if masked in data] == []


def test_a_new_installation_is_made_once_and_its_secrets_are_its_owners(tmp_path: Path) -> None:
    where = tmp_path / "new"
    assert run(where, "init").returncode == 0
    before = dict(bytes_of(where / "keys"))
    assert run(where, "init").returncode == 0
    assert dict(bytes_of(where / "keys")) == before
    secrets = [where / "mingbai.db", *(where / "keys").iterdir()]
    assert [path.name for path in secrets if path.stat().st_mode & 0o077] == []
    doctor = run(where, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    (where / "keys" / "identity.key").chmod(0o644)
    assert run(where, "doctor").returncode == 1


@pytest.mark.slow
def test_the_installed_command_is_this_one() -> None:
    done = subprocess.run([Path(sys.executable).parent / "mingbai", "--help"], capture_output=True, check=True)
    assert "precheck" in done.stdout.decode()
