"""A build that is killed, doubled or out of disk: the site that is served is always a whole one."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest

from generator import freeze, release, site
from generator.gate import Gate
from tests.command_line import run, run_json, start
from tests.county import everywhere, noticed_batch, open_office
from tests.faults.conditions import KILLS, checks, is_complete, strike

pytestmark = pytest.mark.slow

STEPS = {
    "after the staging folder is made": (release.Releases, "stage", True),
    "in the middle of the pages": (Gate, "check", True),
    "while unchanged pages are linked": (freeze, "link", True),
    "before the index is made": (site, "build", False),
    "after the index is made": (site, "build", True),
    "before it is signed": (release, "_write_through", False),
    "after it is signed": (release, "_write_through", True),
    "before it is moved into place": (Path, "rename", False),
    "between move and swap": (Path, "rename", True),
    "right before the swap": (Path, "replace", False),
    "right after the swap": (Path, "replace", True),
    "while old ones are pruned": (release.Releases, "_prune", False),
    "before it is recorded": (release.Releases, "_prune", True),
}


def served(instance: Path) -> Path:
    current = (instance / "releases" / "current").resolve()
    is_complete(current)
    return current


def another_batch(instance: Path, tmp_path: Path, number: int) -> None:
    """Something new to show, brought in by this process: only builds are struck here."""
    office = open_office(instance)
    noticed_batch(office, tmp_path, everywhere(8), period=f"{2025 + number // 9}+{1 + number % 9}")
    office.ledger.close()


@pytest.mark.parametrize("place", STEPS)
def test_a_build_killed_at_a_named_step_leaves_a_whole_site(noticed: Path, tmp_path: Path, place: str) -> None:
    run_json(noticed, "build")
    before = served(noticed)
    another_batch(noticed, tmp_path, 0)
    owner, name, after = STEPS[place]
    assert run(noticed, "build", before=strike(owner, name, after=after)).returncode == -9
    swapped = served(noticed) != before
    assert swapped == (place in ("right after the swap", "while old ones are pruned", "before it is recorded"))
    run_json(noticed, "build")
    assert served(noticed) != before
    checks(noticed, built=True)
    assert [path.name for path in (noticed / "releases").glob(".staging-*")] == []


def test_a_build_killed_at_any_moment_leaves_a_whole_site(noticed: Path, tmp_path: Path) -> None:
    """Each blow falls on a build that has something to do, anywhere from its start to its end."""
    chance = random.Random(20250630)
    run_json(noticed, "build")
    another_batch(noticed, tmp_path, 0)
    started = time.monotonic()
    run_json(noticed, "build")
    length = time.monotonic() - started
    killed, idle = 0, True
    for number in range(KILLS):
        if idle:
            another_batch(noticed, tmp_path, 1 + number)
        command = start(noticed, "build", "--json")
        time.sleep(chance.uniform(0, 1) * length)
        command.kill()
        idle = command.wait().returncode != -9
        killed += not idle
        served(noticed)
        if number % 4 == 3:
            run_json(noticed, "build")
            checks(noticed, built=True)
            idle = True
    assert killed >= KILLS // 3
    run_json(noticed, "build")
    checks(noticed, built=True)


def test_of_two_builds_at_once_one_is_told(noticed: Path) -> None:
    slowly = strike(site, "build", lambda: time.sleep(1.5))
    first = start(noticed, "build", before=slowly)
    while not list((noticed / "releases").glob(".staging-*")):
        time.sleep(0.01)
    second = run(noticed, "build")
    assert second.returncode == 1
    assert "另一个生成正在进行" in second.stderr
    assert first.wait().returncode == 0
    checks(noticed, built=True)


def test_whoever_reads_the_site_while_it_is_built_always_finds_all_of_it(noticed: Path, tmp_path: Path) -> None:
    """Also while old releases are swept away: more builds than are kept."""
    run_json(noticed, "build")
    current, stop, problems, reads = noticed / "releases" / "current", threading.Event(), [], [0]

    def read() -> None:
        while not stop.is_set():
            root = os.path.realpath(current)
            try:
                home = (Path(root) / "site" / "index.html").read_bytes()
                is_complete(Path(root))
            except (OSError, AssertionError) as error:
                problems.append(repr(error))
            if not home.endswith(b"</html>\n") and not home.endswith(b"</html>"):
                problems.append("a torn page")
            reads[0] += 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(release.KEPT + 3):
        another_batch(noticed, tmp_path, number)
        run_json(noticed, "build")
    stop.set()
    reader.join()
    assert reads[0] > 10
    assert problems == []
