"""Forms that are sent while the service is killed, fifty times at once, or into a full disk, a locked database, a broken
counter store: every receipt that anybody was shown is kept, every form is one case, and nothing is half there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from portal.cases.sending import Sending
from portal.ledger import case_words, engine, journal
from portal.ledger import cases as ledger_cases
from portal.office import Office
from portal.queries.follow import follow
from portal.security.case_keys import CaseKeys
from tests.attacks.complaints import Browser, Sent, form, office_of, open_county, send
from tests.attacks.service_process import Service, _answers, free_port, running, until
from tests.cases import file_one, opened
from tests.command_line import Preparation, start
from tests.county import make_site
from tests.faults.conditions import FULL, KILLS, die, strike
from tests.ledger_dump import dump
from tests.portal.security.test_attachments import photo
from tests.service import make_app

pytestmark = pytest.mark.slow

SENDERS = 3
LOCKED_SECONDS = 33.0 if FULL else 2.0
MEGABYTES = 24
STEPS = {
    "before the case is written": (ledger_cases, "add_case", False),
    "after the case is written": (ledger_cases, "add_case", True),
    "after the words are written": (case_words, "add_words", True),
    "after the files are written": (case_words, "add_files", True),
    "after the journal": (journal, "append", True),
}


def story(number: int) -> str:
    return f"第{number}件：今年的补贴没有收到"


def stored(instance: Path) -> dict[str, int]:
    """How many rows each table of cases holds."""
    with office_of(instance) as office:
        held = dump(office.ledger)
    journaled = sum(entry[2] == "case.file" for entry in held["journal"])
    return {name: len(held[name]) for name in ("cases", "case_words", "case_files", "case_concerns")} | {
        "journaled": journaled
    }


def is_kept(office: Office, keys: CaseKeys, receipt: str, said: str) -> str:
    """The number of the case that this receipt stands for, whose words the desk opens and finds as they were sent."""
    found = follow(office, keys.receipt_hash(receipt))
    assert found is not None, "a receipt was shown that is not kept"
    with office.ledger.read() as connection:
        case_id = ledger_cases.find_numbered(connection, found.own.number)
        assert case_id is not None
        words = case_words.words_of(connection, case_id.id, ["desk"])
    assert [json.loads(opened("desk", piece.sealed))["story"] for piece in words if piece.part == "story"] == [said]
    return found.own.number


@contextmanager
def to_be_killed(folder: Path, trap: Preparation = lambda: None) -> Iterator[tuple[Service, Callable[[], None]]]:
    """`mingbai serve`, forked from this process, and what kills all of its processes at once; nothing of it lives on."""
    instance = folder / "instance"
    service = Service(instance, folder / "service.log", free_port())

    def prepare() -> None:
        os.setsid()
        keys = str(instance / "public-keys")
        os.environ.update(MINGBAI_ROLE="public", MINGBAI_PROXIES="1", MINGBAI_KEYS=keys)
        trap()

    command = start(instance, "serve", "--port", str(service.port), "--workers", "1", before=prepare)
    try:
        until(lambda: _answers(service, "/lookup"), 60)
        yield service, lambda: os.killpg(command.pid, signal.SIGKILL)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)
        command.wait()


class Senders:
    """People who send forms one after another until nothing answers any more."""

    def __init__(self, service: Service, first: int) -> None:
        self._service = service
        self._first = first
        self._lock = threading.Lock()
        self.shown: list[tuple[Sent, str]] = []
        self.lost: list[dict[str, str]] = []

    def __call__(self, place: int) -> None:
        number = self._first + place
        with self._service.connect(30) as connection:
            while True:
                typed = form(story=story(number))
                number += SENDERS
                try:
                    body = Browser(connection, f"10.{number // 60_000 + 20}.{number // 250 % 250}.{number % 250}")
                    made = send_once(body, typed)
                except (OSError, HTTPException):
                    with self._lock:
                        self.lost.append(typed)
                    return
                with self._lock:
                    self.shown.append((made, typed["story"]))


def send_once(browser: Browser, typed: dict[str, str]) -> Sent:
    """With a photo every other time; a connection that breaks is not opened again."""
    files = [("photos", "a.jpg", photo((64, 48)))] if typed["key"][0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" else []
    return send(browser, typed, *files)


def send_again(service: Service, lost: Sequence[dict[str, str]], before: int) -> list[tuple[Sent, str]]:
    """The forms whose answer was lost, each with what it said."""
    made = []
    with service.connect(60) as connection:
        for place, typed in enumerate(lost, start=before):
            sent = send_once(Browser(connection, f"10.9.{place // 250}.{place % 250}"), typed)
            assert sent.receipt, sent.page
            made.append((sent, typed["story"]))
    return made


def test_no_receipt_is_shown_that_is_not_kept_however_the_service_dies(tmp_path: Path) -> None:
    """And a form whose answer was lost is sent again, gives the same receipt, and is one case."""
    instance, chance, first = open_county(tmp_path), random.Random(20250630), 0
    shown: list[tuple[Sent, str]] = []
    lost: list[dict[str, str]] = []
    twice = 0
    for _ in range(KILLS):
        with to_be_killed(tmp_path) as (service, kill), ThreadPoolExecutor(SENDERS) as pool:
            shown += send_again(service, lost, len(shown))
            twice += len(lost)
            senders = Senders(service, first)
            done = [pool.submit(senders, place) for place in range(SENDERS)]
            time.sleep(chance.uniform(0.05, 1.0))
            kill()
            for each in done:
                each.result()
        assert all(made.receipt for made, _ in senders.shown)
        shown, lost, first = shown + senders.shown, senders.lost, first + 1_000
    with to_be_killed(tmp_path) as (service, _):
        shown += send_again(service, lost, len(shown))
    with office_of(instance) as office:
        keys = CaseKeys(instance / "keys")
        numbers = {is_kept(office, keys, made.receipt, said) for made, said in shown}
        with office.ledger.read() as connection:
            known = {case.case.number for case in ledger_cases.all_cases(connection)}
    held = stored(instance)
    assert len(numbers) == len(shown)
    assert known == numbers, "every form is one case, however often it was sent"
    assert held["cases"] == held["journaled"]
    assert twice
    print(f"{KILLS} kills, {len(shown)} receipts shown, {twice} forms sent again")


def test_the_same_form_fifty_times_at_once_is_one_case_with_one_receipt(tmp_path: Path) -> None:
    instance, typed = open_county(tmp_path), form(story=story(1))
    before = stored(instance)
    with running(tmp_path, 3) as service, ThreadPoolExecutor(50) as pool:

        def once(place: int) -> Sent:
            with service.connect(120) as connection:
                return send(Browser(connection, f"10.1.1.{place}"), typed, ("photos", "a.jpg", photo((64, 48))))

        made = list(pool.map(once, range(50)))
    assert {each.status for each in made} == {200}
    assert len({(each.receipt, each.number) for each in made}) == 1
    after = stored(instance)
    assert {name: after[name] - before[name] for name in after} == {
        "cases": 1, "case_words": 1, "case_files": 1, "case_concerns": 1, "journaled": 1,
    }  # fmt: skip
    with office_of(instance) as office:
        assert is_kept(office, CaseKeys(instance / "keys"), made[0].receipt, story(1)) == made[0].number


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of its own for the installation."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_said_in_words_and_nothing_is_half_stored(small_disk: Path) -> None:
    instance, ballast = open_county(small_disk), small_disk / "ballast"
    big = photo((1600, 1200), quality=95)
    with running(small_disk, 1) as service, service.connect(60) as connection:
        browser = Browser(connection, "10.2.2.2")
        assert send(browser, form()).receipt
        before = stored(instance)
        with suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(4096))
                file.flush()
        refused = [send(browser, typed, ("photos", "a.jpg", big)) for typed in [form(), form(category="diverted")]]
        plain = send(browser, form())
        assert [(each.status, each.receipt) for each in refused] == [(422, "")] * 2
        for each in [*refused, *([plain] if not plain.receipt else [])]:
            assert "磁盘已满" in each.page
            assert "没有写入任何内容" in each.page
        assert stored(instance)["cases"] == before["cases"] + bool(plain.receipt)
        ballast.unlink()
        made = send(browser, form(), ("photos", "a.jpg", big))
        assert made.receipt
    held = stored(instance)
    assert held["cases"] == held["journaled"] == before["cases"] + 1 + bool(plain.receipt)
    assert held["case_files"] == 1  # of an anonymous photo no original is kept


def test_a_locked_database_is_waited_for_or_said_in_words(tmp_path: Path) -> None:
    """Waited for at most half a minute."""
    instance = open_county(tmp_path)
    with running(tmp_path, 1) as service, service.connect(90) as connection:
        before = stored(instance)
        browser = Browser(connection, "10.3.3.3")
        with (
            closing(sqlite3.connect(instance / "mingbai.db", isolation_level=None)) as holder,
            ThreadPoolExecutor(1) as pool,
        ):
            holder.execute("BEGIN IMMEDIATE")
            waiting = pool.submit(send, browser, form())
            time.sleep(LOCKED_SECONDS)
            holder.execute("ROLLBACK")
            made = waiting.result()
        after = stored(instance)
        assert after["cases"] == before["cases"] + bool(made.receipt)
        if FULL:
            assert (made.status, made.receipt) == (422, "")
            assert "数据库正忙" in made.page
            assert after == before
        assert send(browser, form()).receipt


def test_a_database_that_stays_locked_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with less patience, in this process."""
    monkeypatch.setattr(engine, "_BUSY_MILLISECONDS", 200)
    instance = open_county(tmp_path)
    with office_of(instance) as office:
        client = make_app(office, make_site(office, instance), instance).test_client()
        before = stored(instance)
        with closing(sqlite3.connect(instance / "mingbai.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            refused = client.post("/complain", data=form())
            holder.execute("ROLLBACK")
        assert refused.status_code == 422
        assert "数据库正忙" in refused.get_data(True)
        assert stored(instance) == before
        assert client.post("/complain", data=form()).status_code == 200


def test_without_counters_complaints_are_taken_in(tmp_path: Path) -> None:
    """What people report is never refused for want of a counter; looking for a case waits until wrong ones can be counted."""
    instance = open_county(tmp_path)
    broken = tmp_path / "counting.db"
    broken.write_bytes(b"no database, these are " + bytes(range(256)) * 64)
    with running(tmp_path, 2, counters_url=f"sqlite:///{broken}") as service, service.connect() as connection:
        browser = Browser(connection, "10.4.4.4")
        made = [send(browser, form(story=story(place))) for place in range(14)]
        assert all(each.receipt for each in made)
        closed = browser.post("/follow", {"receipt": made[0].receipt})
        assert closed.status_code == 503
        assert "现在查不了办理进度" in str(closed.get_data(True))
        broken.unlink()
        until(lambda: browser.post("/follow", {"receipt": made[0].receipt}).status_code == 200)
    with office_of(instance) as office:
        keys = CaseKeys(instance / "keys")
        assert len({is_kept(office, keys, each.receipt, story(place)) for place, each in enumerate(made)}) == len(made)


def test_killed_between_commit_and_answer_the_form_sent_again_gives_its_receipt(tmp_path: Path) -> None:
    """What was lost is the answer alone."""
    instance, typed = open_county(tmp_path), form(story=story(1))
    before = stored(instance)
    with (
        to_be_killed(tmp_path, strike(Sending, "_receipt")) as (service, _),
        service.connect(30) as connection,
        pytest.raises((OSError, HTTPException)),
    ):
        send(Browser(connection, "10.5.5.5"), typed)
    assert stored(instance)["cases"] == before["cases"] + 1
    with to_be_killed(tmp_path) as (service, _), service.connect(30) as connection:
        made = send(Browser(connection, "10.5.5.5"), typed)
    assert stored(instance)["cases"] == before["cases"] + 1
    with office_of(instance) as office:
        assert is_kept(office, CaseKeys(instance / "keys"), made.receipt, story(1)) == made.number


def test_killed_at_a_named_step_there_is_all_of_it_or_nothing(tmp_path: Path) -> None:
    """The action itself, at each place where a process may die."""
    instance = open_county(tmp_path)
    before = stored(instance)
    for place, (owner, name, after) in STEPS.items():
        assert _died(instance, strike(owner, name, die, after=after)) == -9, place
        assert stored(instance) == before, place
    with office_of(instance) as office:
        file_one(office, CaseKeys(instance / "keys"))
    assert stored(instance)["cases"] == before["cases"] + 1


def _died(instance: Path, trap: object) -> int:
    """How a process ended that filed a case with the trap set."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            trap()  # type: ignore[operator]
            with office_of(instance) as office:
                file_one(office, CaseKeys(instance / "keys"))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
