"""A wrong publication, withdrawn by one command: a canary is searched for in every byte of the installation."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator import release
from generator import site as generator_site
from portal.actions import releases, withdrawals
from portal.actions.drafts import preview_roll
from portal.domain.findings import Refused
from portal.domain.postings import read_snapshot
from portal.ledger import publishing
from portal.ledger.engine import Ledger
from portal.office import Office
from tests.command_line import import_arguments, make_instance, run, run_json, start, step_arguments
from tests.county import WANGCUN, everywhere, make_site, open_office, request_for
from tests.faults.conditions import KILLS, checks, strike
from tests.faults.test_follower import asking, following, stop, until
from tests.ledger_dump import bytes_of, dump, scalar
from tests.service import make_app
from tests.workbooks import people, write_roll

pytestmark = pytest.mark.slow

ARGUMENTS = ("withdraw", "2025-0001", "--by", "reviewer", "--reason", "公开错了")


def rows_of(office: Office) -> list[str]:
    found = [read_snapshot(str(row[7])) for row in dump(office.ledger)["postings"] if row[7]]
    return [
        line for snapshot in found if snapshot.facts["batch"] == "2025-0001" for line in snapshot.rows_text.splitlines()
    ]


@contextmanager
def opened(instance: Path) -> Iterator[Office]:
    office = open_office(instance)
    try:
        yield office
    finally:
        office.ledger.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A batch that is public in three releases, one beside it, and a draft of the same roll; the rows of the first."""
    folder = tmp_path_factory.mktemp("withdraw")
    instance = make_instance(folder / "instance")
    for name, each, period in (("wrong", 40, "2025"), ("right", 8, "2025+1")):
        run_json(instance, *import_arguments(write_roll(folder / f"{name}.xlsx", everywhere(each)), period=period))
    for number in ("2025-0001", "2025-0002"):
        run_json(instance, *step_arguments(number, "review", "reviewer", 3))
        run_json(instance, *step_arguments(number, "notice", "enterer", 4))
        run_json(instance, "build")
    run_json(instance, *step_arguments("2025-0002", "credit", "accountant", 12))
    run_json(instance, "build")
    with opened(instance) as office:
        preview_roll(office, request_for(write_roll(folder / "again.xlsx", [*everywhere(40), *people(1, start=900)])))
        rows = rows_of(office)
    assert len(rows) == 200
    assert places(instance, rows[:1])
    return instance, rows


@pytest.fixture
def public(made: tuple[Path, list[str]], tmp_path: Path) -> tuple[Path, list[str]]:
    """A copy of that installation, to be spoilt."""
    instance, rows = made
    return Path(shutil.copytree(instance, tmp_path / "instance", symlinks=True)), rows


def places(instance: Path, rows: list[str]) -> set[str]:
    """Every file of the installation that holds one of these rows, as text, as table or on a page."""
    dressed = [form.encode() for row in rows for form in (row, row.replace("\t", ","), row.replace("\t", "</td><td>"))]
    return {
        str(path.relative_to(instance)) for path, data in bytes_of(instance) if any(form in data for form in dressed)
    }


def test_one_command_and_it_is_gone_everywhere(public: tuple[Path, list[str]]) -> None:
    instance, rows = public
    assert len({path.split("/")[1] for path in places(instance, rows[:1]) if path.startswith("releases/")}) == 3
    done = run_json(instance, *ARGUMENTS)
    assert (done["postings"], done["rows"], done["left"]) == (5, 200, [])
    assert done["seconds"] < 60
    assert places(instance, rows) == set()
    with opened(instance) as office:
        held = dump(office.ledger)
        assert held["drafts"] == []
        assert {row[0] for row in held["payment_names"]} == {row[0] for row in held["payments"] if row[1] == 2}
        entry = next(entry for entry in held["journal"] if entry[2] == "posting.erase")
        assert json.loads(str(entry[4])) == {"batch": "2025-0001", "postings": 5, "names": 200, "drafts": 1}
        client = make_app(office, make_site(office, instance), instance).test_client()
        assert "已撤下" in client.get(f"/villages/{WANGCUN}/2025-0001/").get_data(True)
        assert client.get(f"/villages/{WANGCUN}/2025-0001/list.csv").status_code == 404
        assert "2025-0001" not in client.get("/data/batches.csv").get_data(True)
        assert client.get(f"/villages/{WANGCUN}/2025-0002/list.csv").status_code == 200
    assert len(list((instance / "releases").glob("2*"))) == 1
    checks(instance, built=True)
    again = run(instance, *ARGUMENTS)
    assert (again.returncode, "已撤下" in again.stderr) == (1, True)


def test_beside_a_builder_at_work_it_is_gone_too(public: tuple[Path, list[str]]) -> None:
    instance, rows = public
    builder = following(instance)
    with asking(instance) as ask:
        until(lambda: ask()[0].started is not None, builder)
        done = run_json(instance, *ARGUMENTS)
        until(lambda: ask()[1] == 0, builder)
    stop(builder)
    assert done["left"] == []
    assert places(instance, rows) == set()


def test_while_somebody_reads_the_database_the_log_is_cut_afterwards(public: tuple[Path, list[str]]) -> None:
    """A reader that was there before the withdrawal keeps SQLite's log alive: the command waits and looks."""
    instance, rows = public
    go = instance.with_name("go")

    def when_somebody_reads() -> None:
        while not go.exists():
            time.sleep(0.01)

    command = start(instance, *ARGUMENTS, "--json", before=strike(withdrawals, "take_step", when_somebody_reads))
    with opened(instance) as office, office.ledger.read() as connection:
        scalar(connection, "SELECT count(*) FROM postings")
        go.touch()
        until(lambda: "withdraw" in {row[2] for row in dump(office.ledger)["steps"]}, command)
    command.wait()
    assert json.loads(command.stdout)["left"] == []
    assert places(instance, rows) == set()


def test_when_the_site_cannot_be_made_anew_it_says_that_it_is_still_public(public: tuple[Path, list[str]]) -> None:
    instance, rows = public

    def refuse() -> None:
        raise Refused("别的页面有问题", "gate.personal_data")

    failed = run(instance, *ARGUMENTS, before=strike(generator_site, "build", refuse))
    assert failed.returncode == 1
    assert "网站上现在还看得见" in failed.stderr
    assert "别的页面有问题" in failed.stderr
    run_json(instance, "build")
    assert places(instance, rows) == set()


STEPS = {
    "before the database forgets": (Ledger, "forget_erased", False),
    "after the step": (withdrawals, "take_step", True),
    "before the site is signed": (release, "_write_through", False),
    "after the swap": (Path, "replace", True),
    "before old releases are deleted": (release.Releases, "forget", False),
    "before the release is recorded": (releases, "record_release", False),
    "before it is noted as published": (publishing, "change_builder", False),
}


@pytest.mark.parametrize("place", STEPS)
def test_killed_at_a_named_step_the_next_build_finishes_it(public: tuple[Path, list[str]], place: str) -> None:
    instance, rows = public
    owner, name, after = STEPS[place]
    assert run(instance, *ARGUMENTS, before=strike(owner, name, after=after)).returncode == -9
    run_json(instance, "build")
    assert places(instance, rows) == set()
    checks(instance, built=True)


def test_killed_at_any_moment_it_is_wholly_there_or_on_its_way_out(public: tuple[Path, list[str]]) -> None:
    original, rows = public
    chance = random.Random(20250630)
    for number in range(max(KILLS // 4, 2)):
        instance = Path(shutil.copytree(original, original.with_name(f"copy-{number}"), symlinks=True))
        command = start(instance, *ARGUMENTS)
        time.sleep(chance.uniform(0, 1.5))
        command.kill()
        command.wait()
        with opened(instance) as office:
            is_withdrawn = "withdraw" in {row[2] for row in dump(office.ledger)["steps"]}
            assert len(dump(office.ledger)["payment_names"]) == (40 if is_withdrawn else 240)
        if not is_withdrawn:
            run_json(instance, *ARGUMENTS)
        run_json(instance, "build")
        assert places(instance, rows) == set()
        checks(instance, built=True)
        shutil.rmtree(instance)


def test_what_is_left_is_found_and_named(public: tuple[Path, list[str]]) -> None:
    """The search itself can fail: a copy of an old page that lies about is seen."""
    instance, rows = public
    current = (instance / "releases" / "current").resolve()
    kept = (current / "site" / "villages" / WANGCUN / "2025-0001" / "index.html").read_bytes()
    run_json(instance, *ARGUMENTS)
    with opened(instance) as office:
        site = make_site(office, instance)
        assert site.traces("2025-0001", rows) == []
        root = site.root()
        assert root is not None
        (root / "forgotten.html").write_bytes(kept)
        assert site.traces("2025-0001", rows) == ["现在的网站里的 site/forgotten.html：名单里的行"]


def test_only_the_disclosure_office_withdraws(public: tuple[Path, list[str]]) -> None:
    instance, rows = public
    before = places(instance, rows[:1])
    refused = run(instance, "withdraw", "2025-0001", "--by", "enterer", "--reason", "公开错了")
    assert refused.returncode == 1
    assert "由政务公开办办理" in refused.stderr
    assert places(instance, rows[:1]) == before
