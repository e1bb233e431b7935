"""Guessing receipts from many addresses at once: none is right, most are stopped before anything is hashed, and meanwhile
whoever holds a receipt is answered and the pages of the site are there."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest

from portal.domain.receipts import check_digit, in_groups
from tests.attacks.complaints import FORM, file_all, form, open_county
from tests.attacks.service_process import Answer, Connection, Service, addresses, running
from tests.attacks.test_flood import proof_for
from tests.faults.conditions import FULL

pytestmark = pytest.mark.slow

WORKERS = 3
GUESSES = 100_000 if FULL else 300
ADDRESSES = 1_000 if FULL else 4
FREE = 10
"""Wrong receipts an hour that one address has without proof."""
EVERYBODY = 2_000
"""The same for all addresses together."""
GUESSERS, HOLDERS = 6, 3
_PATIENCE = 12


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """As it stands on the internet: the public process with its own keys."""
    with _standing(tmp_path_factory.mktemp("receipts")) as found:
        yield found


@pytest.fixture
def guessed_at(tmp_path: Path) -> Iterator[Service]:
    """One more: after so many guesses an hour asks everybody for a proof, in whatever test comes next."""
    with _standing(tmp_path) as found:
        yield found


@contextmanager
def _standing(folder: Path) -> Iterator[Service]:
    open_county(folder)
    with running(folder, WORKERS) as found:
        yield found


def guesses(many: int, seed: int, taken: Sequence[str]) -> list[str]:
    """Random receipts whose check digit is right."""
    chance = random.Random(seed)
    drawn = (f"{chance.randrange(10**16):016d}" for _ in range(many))
    return [digits + check_digit(digits) for digits in drawn if digits not in taken]


def follow(connection: Connection, receipt: str, address: str, **more: str) -> Answer:
    body = urlencode({"receipt": receipt, **more}).encode()
    return connection.send("POST", "/follow", {"Content-Type": FORM, "X-Forwarded-For": address}, body)


def hashed(service: Service) -> int:
    """How many wrong receipts got so far that they were hashed, as the counters have it."""
    if not Path(service.counters).exists():
        return 0
    with closing(sqlite3.connect(f"file:{service.counters}?mode=ro", uri=True)) as counters:
        found = counters.execute("SELECT count FROM counts WHERE key = 'receipts/everybody'").fetchone()
    return int(found[0]) if found else 0


def is_right(answer: Answer) -> bool:
    return answer.status == 200 and "办到哪一步了".encode() in answer.body


def guess(service: Service, share: Sequence[tuple[str, str]]) -> list[Answer]:
    with service.connect(300) as connection:
        return [follow(connection, receipt, address) for receipt, address in share]


def ask_as_a_browser(connection: Connection, receipt: str, address: str) -> int:
    """As its script does: where a proof is asked for, it computes one and sends the form again. Returns how many times the
    button was pressed; 0 where there never was an answer."""
    for press in range(1, _PATIENCE + 1):
        answer = follow(connection, in_groups(receipt), address)
        if answer.status == 429:
            answer = follow(connection, in_groups(receipt), address, altcha=proof_for(answer))
        if is_right(answer):
            return press
    return 0


def hold(service: Service, receipt: str, address: str, stop: Event) -> list[int]:
    """Somebody with a receipt looks again and again."""
    presses = []
    with service.connect(300) as connection:
        while not stop.is_set() or not presses:
            presses.append(ask_as_a_browser(connection, receipt, address))
            time.sleep(0.3)
    return presses


def read(service: Service, stop: Event) -> list[int]:
    """A reader of the site, page after page."""
    statuses = []
    with service.connect(300) as connection:
        for path in cycle(("/", "/villages/", "/complain", "/lookup")):
            if stop.is_set():
                return statuses
            statuses.append(connection.get(path, **{"X-Forwarded-For": "10.99.0.1"}).status)
    return statuses


def test_no_guess_is_right_and_everybody_else_is_answered(guessed_at: Service) -> None:
    made = file_all(guessed_at, [form() for _ in range(HOLDERS)], 70)
    asked = list(
        zip(guesses(GUESSES, 5, [sent.receipt[:16] for sent in made]), cycle(addresses(ADDRESSES, 5)), strict=False)
    )
    before, stop = hashed(guessed_at), Event()
    with ThreadPoolExecutor(GUESSERS) as guessers, ThreadPoolExecutor(HOLDERS + 1) as others:
        # one of the holders sits behind an address that guesses
        homes = [addresses(ADDRESSES, 5)[0], *(f"10.71.0.{place}" for place in range(HOLDERS))]
        holders = [
            others.submit(hold, guessed_at, sent.receipt, home, stop) for sent, home in zip(made, homes, strict=False)
        ]
        reader = others.submit(read, guessed_at, stop)
        try:
            answers = [
                each
                for share in guessers.map(lambda start: guess(guessed_at, asked[start::GUESSERS]), range(GUESSERS))
                for each in share
            ]
        finally:
            stop.set()
        presses, statuses = [holder.result() for holder in holders], reader.result()
    assert len(answers) == GUESSES
    assert not any(is_right(answer) for answer in answers)
    assert {answer.status for answer in answers} == {422, 429}
    evaluated = sum(answer.status == 422 for answer in answers)
    assert evaluated == hashed(guessed_at) - before
    assert evaluated <= min(ADDRESSES * (FREE + GUESSERS), EVERYBODY + GUESSERS)
    assert sum(answer.status == 429 for answer in answers) == GUESSES - evaluated
    assert all(press for each in presses for press in each), presses
    assert set(statuses) == {200}
    assert len(statuses) >= evaluated / 2, "pages must not queue behind guesses that are hashed"
    print(f"{GUESSES} guesses, {evaluated} hashed, {sum(map(len, presses))} answers to holders, {len(statuses)} pages")


def test_a_wrong_check_digit_is_never_hashed(service: Service) -> None:
    right = guesses(40, 6, ())
    wrong = [receipt[:16] + str((int(receipt[16]) + 1 + place % 9) % 10) for place, receipt in enumerate(right)]
    strange = ["", "1", "12345678901234567890", right[0][:16], "１" * 17, "0" * 16 + "x", "-" * 17, "%00" * 6]
    before = hashed(service)
    with service.connect() as connection:
        for typed in [*wrong, *strange]:
            answer = follow(connection, typed, "10.72.0.1")
            assert answer.status == 422
            assert "抄错了" in answer.body.decode()
        assert hashed(service) == before
        assert follow(connection, right[0], "10.72.0.1").status == 422
        assert hashed(service) == before + 1


def test_a_proof_buys_one_guess(service: Service) -> None:
    address, (first, *more) = "10.73.0.1", guesses(FREE + 3, 7, ())
    with service.connect() as connection:
        for receipt in more[:FREE]:
            assert follow(connection, receipt, address).status == 422
        asked = follow(connection, first, address)
        assert asked.status == 429
        proof = proof_for(asked)
        before = hashed(service)
        again = [
            follow(connection, receipt, address, altcha=proof).status for receipt in (first, more[FREE], more[FREE + 1])
        ]
        assert again == [422, 429, 429]
        assert hashed(service) == before + 1


def test_nothing_of_a_receipt_is_kept_by_who_guesses_or_holds(service: Service) -> None:
    (sent,) = file_all(service, [form()], 74)
    wrong = guesses(1, 8, ())[0]
    with service.connect() as connection:
        assert is_right(follow(connection, sent.receipt, "10.74.1.1"))
        assert follow(connection, wrong, "10.74.1.1").status == 422
    files: list[Path] = [path for path in service.instance.rglob("*") if path.is_file()] + [service.log]
    for path in files:
        data = path.read_bytes()
        for receipt in (sent.receipt, wrong):
            assert not re.search(re.escape(receipt[:16].encode()) + b"|" + in_groups(receipt)[:14].encode(), data), path
