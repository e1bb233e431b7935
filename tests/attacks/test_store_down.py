"""Counters that cannot be had: nothing is answered about anybody, everything else stays up, and it comes back."""

from __future__ import annotations

import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count, cycle
from pathlib import Path

import pytest

from tests.attacks.service_process import (
    STRANGERS,
    Connection,
    Service,
    addresses,
    fields_of,
    free_port,
    paid,
    running,
    somebody,
    strange_keys,
    until,
)
from tests.faults.conditions import FULL

pytestmark = pytest.mark.slow

LOCKED_SECONDS = 10.0 if FULL else 3.0
AT_MOST = 6.0
"""Seconds after which somebody at a kiosk has an answer, whatever is broken."""
KIOSK_CODE = "4K7Q9DHT3MXP"
_addresses = cycle(addresses(10_000))
_strangers = count(STRANGERS)


def ask(connection: Connection, number: int = 1) -> str:
    return connection.look_up(fields_of(somebody(number)), next(_addresses)).outcome


def everything_else_is_up(connection: Connection) -> None:
    for path in ("/", "/villages/", "/search?q=%E7%8E%8B%E6%9D%91", "/lookup", "/kiosk"):
        assert connection.get(path).status == 200, path


def nothing_is_answered(service: Service) -> None:
    """503 with words, the same for who exists and who does not; nobody is told apart by what is missing."""
    with service.connect(AT_MOST) as connection:
        told = set()
        for number in (1, STRANGERS):
            answer = connection.look_up(fields_of(somebody(number)), next(_addresses))
            told.add((answer.status, answer.outcome, answer.body, answer.header("cache-control")))
        ((status, outcome, body, cached),) = told
        assert (status, outcome, cached) == (503, "closed", "no-store")
        assert "现在查不了个人补贴" in body.decode()
        code = connection.send(
            "POST", "/kiosk", {"Content-Type": "application/x-www-form-urlencoded"}, b"code=" + KIOSK_CODE.encode()
        )
        assert code.status == 503
        everything_else_is_up(connection)


def all_is_answered(service: Service) -> None:
    """On each of some connections, whichever worker that is."""
    for _ in range(6):
        with service.connect() as connection:
            assert (ask(connection), ask(connection, next(_strangers))) == ("found", "missed")


def it_comes_back(service: Service) -> None:
    """Within seconds, in every worker, without anybody starting anything anew."""
    for _ in range(6):
        with service.connect() as connection:
            until(lambda open_still=connection: ask(open_still) == "found", AT_MOST)
    all_is_answered(service)


def directory(path: Path) -> None:
    path.mkdir()


def garbage(path: Path) -> None:
    path.write_bytes(b"no database, these are " + bytes(range(256)) * 64)


def text_above(path: Path) -> None:
    """What should be its folder is a file."""
    path.parent.write_text("not a folder", encoding="utf-8")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("spoil", [directory, garbage, text_above])
def test_a_file_that_is_none(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "counting" / "counters.db"
    if spoil is not text_above:
        path.parent.mkdir()
    spoil(path)
    with running(tmp_path, counters_url=f"sqlite:///{path}") as service:
        nothing_is_answered(service)
        remove(path.parent)
        it_comes_back(service)
        service.holds_no_trace()


def test_a_file_that_goes_bad_while_it_is_used(tmp_path: Path) -> None:
    """And one put in its place is taken up, without anybody starting the service anew."""
    with running(tmp_path, 2) as service:
        all_is_answered(service)
        for path in service.instance.glob("counters.db*"):
            with path.open("r+b") as file:
                file.write(b"\xa5" * path.stat().st_size)
        with service.connect() as connection:
            # what SQLite still has in memory may be good for a while
            until(lambda: ask(connection) == "closed")
        nothing_is_answered(service)
        for path in service.instance.glob("counters.db*"):
            path.unlink()
        it_comes_back(service)
        service.holds_no_trace()


def test_a_file_that_is_locked(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        all_is_answered(service)
        with closing(sqlite3.connect(service.counters, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked_until = time.monotonic() + LOCKED_SECONDS
            nothing_is_answered(service)
            while time.monotonic() < locked_until:
                nothing_is_answered(service)
            other.execute("ROLLBACK")
        it_comes_back(service)
        service.holds_no_trace()


def test_pages_do_not_wait_for_the_store(tmp_path: Path) -> None:
    """A queue of questions that wait for a stuck store is no reason for a village's page to wait behind them."""
    with running(tmp_path) as service, ThreadPoolExecutor(8) as villagers:
        all_is_answered(service)
        with closing(sqlite3.connect(service.counters, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            connections = [service.connect() for _ in range(8)]
            queue = [villagers.submit(ask, connection) for connection in connections]
            until(lambda: sum(question.running() for question in queue) == len(queue))
            with service.connect() as connection:
                page = connection.get("/villages/")
            other.execute("ROLLBACK")
            for question, connection in zip(queue, connections, strict=True):
                question.result()
                connection.close()
    assert page.status == 200
    assert page.seconds < AT_MOST


class Redis:
    """A Redis of one's own, to be killed; on the same port each time."""

    def __init__(self, program: str, folder: Path) -> None:
        self._port = free_port()
        address = ["--bind", "127.0.0.1", "--port", str(self._port)]
        self._command = [program, *address, "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until(lambda: self._says("PING") == "+PONG")

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def listing(self) -> list[str]:
        """All keys, as they stand there."""
        with socket.create_connection(("127.0.0.1", self._port), 5) as connection, connection.makefile("rwb") as stream:
            stream.write(b"KEYS *\r\n")
            stream.flush()
            found = int(stream.readline()[1:])
            return [stream.readline() and stream.readline().decode().strip() for _ in range(found)]

    def _says(self, command: str) -> str:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 5) as connection:
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(100).decode().strip()
        except OSError:
            return ""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: make test-deps")
    server = Redis(program, tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def test_redis_killed_and_started_anew(tmp_path: Path, redis: Redis) -> None:
    with running(tmp_path, 2, counters_url=redis.url) as service:
        all_is_answered(service)
        redis.kill()
        nothing_is_answered(service)
        redis.start()
        it_comes_back(service)
        service.holds_no_trace()
        assert not service.counters.exists()


@contextmanager
def stopped(redis: Redis) -> Iterator[None]:
    """It takes connections and answers nothing: worse than dead."""
    redis.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        redis.signal(signal.SIGCONT)


def test_redis_that_hangs(tmp_path: Path, redis: Redis) -> None:
    with running(tmp_path, counters_url=redis.url) as service:
        all_is_answered(service)
        with stopped(redis):
            nothing_is_answered(service)
        it_comes_back(service)


def test_redis_holds_digests_only(tmp_path: Path, redis: Redis) -> None:
    with running(tmp_path, counters_url=redis.url) as service, service.connect() as connection:
        for person in paid()[:20]:
            connection.look_up(fields_of(person, person.account[-4:]), next(_addresses))
        service.holds_no_trace()
        assert not strange_keys(key.removeprefix("LIMITS:") for key in redis.listing())
