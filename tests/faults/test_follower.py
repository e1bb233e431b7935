"""The builder that publishes by itself: one at a time, killed at any moment, refused, told to stop, left overnight."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator import site as generator_site
from portal.commands import follow
from portal.config import Config
from portal.domain.findings import Refused
from portal.domain.publishing import Builder
from portal.queries.publishing import publishing_now
from tests.command_line import Command, Preparation, run, run_json, start, step_arguments
from tests.county import open_office
from tests.faults.conditions import KILLS, checks, is_complete, strike
from tests.faults.test_builds import another_batch

pytestmark = pytest.mark.slow


def following(instance: Path, *prepared: Preparation) -> Command:
    """A builder that looks often, so that no test waits."""

    def prepare() -> None:
        follow.POLL_SECONDS = 0.05
        for each in prepared:
            each()

    # Its parent is this process: a test that fails leaves none behind.
    return start(instance, "build", "--follow", "--parent", str(os.getpid()), before=prepare)


@contextmanager
def asking(instance: Path) -> Iterator[Callable[[], tuple[Builder, int]]]:
    """What the desk knows: the builder, and how many changes wait."""
    office = open_office(instance)

    def ask() -> tuple[Builder, int]:
        found = publishing_now(office.ledger)
        return found.builder, found.pending

    try:
        yield ask
    finally:
        office.ledger.close()


def until(is_so: Callable[[], bool], builder: Command, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        assert not builder.has_ended(), builder.stdout + builder.stderr
        time.sleep(0.05)


def stop(builder: Command) -> None:
    os.kill(builder.pid, signal.SIGTERM)
    assert builder.wait().returncode == 0, builder.stderr


def test_what_changes_is_published_by_itself_and_a_second_builder_is_told(noticed: Path, tmp_path: Path) -> None:
    builder = following(noticed)
    with asking(noticed) as ask:
        until(lambda: ask()[1] == 0 and (noticed / "releases" / "current").exists(), builder)
        second = run(noticed, "build", "--follow")
        assert second.returncode == follow.BUSY_CODE
        assert "自动发布已经在运行" in second.stderr
        before = (noticed / "releases" / "current").resolve()
        another_batch(noticed, tmp_path, 0)
        until(lambda: ask()[1] == 0, builder)
        after = (noticed / "releases" / "current").resolve()
        assert after != before
        assert len(list((noticed / "releases").glob("2*"))) <= 3  # a burst of three changes is not three releases
        stop(builder)
        assert ask()[0].state == "ended"
        assert "自动发布没有在运行" in run(noticed, "doctor").stdout
    checks(noticed, built=True)


def test_killed_at_any_moment_it_leaves_a_whole_site_and_no_lock(noticed: Path, tmp_path: Path) -> None:
    chance = random.Random(20250630)
    run_json(noticed, "build")
    for number in range(max(KILLS // 2, 4)):
        builder = following(noticed)
        another_batch(noticed, tmp_path, number)
        time.sleep(chance.uniform(0, 0.8))
        builder.kill()
        assert builder.wait().returncode == -9
        is_complete((noticed / "releases" / "current").resolve())
    builder = following(noticed)
    with asking(noticed) as ask:
        until(lambda: ask()[1] == 0, builder)
        stop(builder)
    checks(noticed, built=True)


def test_told_to_stop_it_ends_the_release_it_is_making(noticed: Path) -> None:
    builder = following(noticed, strike(generator_site, "build", lambda: time.sleep(1)))
    until(lambda: bool(list((noticed / "releases").glob(".staging-*"))), builder)
    stop(builder)
    is_complete((noticed / "releases" / "current").resolve())
    checks(noticed, built=True)


def test_what_is_refused_is_told_and_tried_again_only_after_the_next_change(noticed: Path, tmp_path: Path) -> None:
    tries, looks, mended = tmp_path / "tries", tmp_path / "looks", tmp_path / "mended"

    def note(path: Path) -> None:
        with path.open("a") as file:
            file.write("x")

    def refuse() -> None:
        note(tries)
        if not mended.exists():
            raise Refused("gdbt：文件名 110101199003074258 里有疑似身份证号，没有发布", "gate.personal_data")

    looking = strike(follow, "changes_after", lambda: note(looks))
    builder = following(noticed, strike(generator_site, "build", refuse), looking)
    with asking(noticed) as ask:
        until(lambda: bool(ask()[0].failure), builder)
        seen = len(looks.read_text())
        until(lambda: len(looks.read_text()) >= seen + 5, builder)
        assert tries.read_text() == "x"
        found, pending = ask()
        assert "疑似个人信息" in found.failure
        assert "1101" not in found.failure
        assert pending > 0
        assert found.is_alive(datetime.now(UTC))
        mended.touch()
        run_json(noticed, *step_arguments("2025-0001", "credit", "accountant", 12))
        until(lambda: ask() == (ask()[0], 0) and not ask()[0].failure, builder)
        stop(builder)
    assert "1101" not in builder.stdout + builder.stderr
    checks(noticed, built=True)


def test_at_midnight_dates_cross_without_any_change(noticed: Path, tmp_path: Path) -> None:
    """The notice runs from the 4th to the 10th of June: on the 11th nobody does anything, and it is over."""
    day = tmp_path / "day"
    day.write_text("2025-06-10")

    def by_the_file() -> None:
        Config.today = lambda _self: datetime.fromisoformat(day.read_text()).date()  # type: ignore[method-assign]

    builder = following(noticed, by_the_file)
    page = noticed / "releases" / "current" / "site" / "batches" / "2025-0001" / "index.html"
    until(lambda: page.exists() and "正在公示" in page.read_text("utf-8"), builder)
    day.write_text("2025-06-11")
    until(lambda: "正在公示" not in page.read_text("utf-8"), builder)
    stop(builder)


def test_beside_another_program_it_ends_with_it(noticed: Path) -> None:
    """As the demo runs it: its parent is killed, and it goes."""

    def beside_a_short_life() -> None:
        follow.POLL_SECONDS = 0.05

    builder = start(noticed, "build", "--follow", "--parent", "1", before=beside_a_short_life)
    assert builder.wait().returncode == 0, builder.stderr
