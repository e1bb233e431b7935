"""The real service for attacks: `mingbai serve` as a process of its own on 127.0.0.1, people to ask about, a plain
HTTP client that says where it comes from, and what must hold of the installation after any attack."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import unquote, urlencode

from portal.security.keys import export_keys
from tests.county import AREAS, CONTENT, HARDSHIP, LAND, PROJECT, build, make_batch, make_office, make_site
from tests.county import published_batch as publish
from tests.faults.conditions import FULL
from tests.ledger_dump import bytes_of, change
from tests.people import make_account, make_id
from tests.workbooks import Person

PAID, POOR, REPLACED = (5_000, 700, 700) if FULL else (500, 80, 80)
"""How many people have payments that anybody's look-up shows, only sensitive ones, only ones that were replaced."""
STRANGERS = 10_000
"""Numbers from here on are nobody's."""
_DAYS = 20_000
_SURNAMES = "邹柏窦章苏潘葛奚范彭鲁韦昌凤苗方俞任袁柳"
_GIVEN = "沛岚琛曜霖筠芷蘅昱珩璟潇懿恺宸煦澜莹瑾瑜"
_VILLAGES = [name for code, name, _ in AREAS[1:] if not code.endswith("000")]
_START_SECONDS = 60.0
MINGBAI = ("-c", "import wsgi; wsgi.main()")
"""The `mingbai` command for Python, of this checkout."""
_COUNTER_KEY = re.compile(
    r"[0-9a-f]{32}|day/\d{4}-\d\d-\d\d/(web|kiosk|window)/(found|missed)"
    r"|(asked|tickets|search)/(web/[0-9a-f]{24}|kiosk/\d+)|used/[0-9a-f]{32}|kiosk/codes"
)
_LOG_LINE = re.compile(
    r"\[(INFO|WARNING)\] (Websockets|Configured|Starting|Listening|Spawning|Started|Shutting|Stopping|Stopped|Granian)"
)
Fields = Mapping[str, str]
Headers = Mapping[str, str]


def somebody(number: int) -> Person:
    """A person whose name, birthday and last four are shared with next to nobody, so that no cap is in the way."""
    birth = date(1940, 1, 1) + timedelta(days=number * 37 % _DAYS)
    place = number % (len(_SURNAMES) * len(_GIVEN) ** 2)
    first, rest = divmod(place, len(_GIVEN) ** 2)
    name = _SURNAMES[first] + _GIVEN[rest // len(_GIVEN)] + _GIVEN[rest % len(_GIVEN)]
    return Person(
        number,
        _VILLAGES[number % len(_VILLAGES)],
        name=name,
        id=make_id(f"{birth:%Y%m%d}", number * 7 % 1000),
        account=make_account(7_000_000 + number * 13),
    )


def paid() -> list[Person]:
    return [somebody(number) for number in range(PAID)]


def poor() -> list[Person]:
    return [replace(somebody(PAID + number), quantity=None, amount="321.5") for number in range(POOR)]


def replaced() -> list[Person]:
    return [somebody(PAID + POOR + number) for number in range(REPLACED)]


def fields_of(person: Person, tail: str = "", **changed: str) -> dict[str, str]:
    """The form as that person fills it in."""
    return {"id": person.id, "name": person.name, "tail": tail, **changed}


@cache
def _template() -> Path:
    """The installation made once in this process, to be copied: batches paid and disclosed, a site, keys by role."""
    folder = Path(tempfile.mkdtemp(prefix="mingbai-service-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rolls, instance = folder / "rolls", folder / "instance"
    rolls.mkdir()
    office = make_office(instance)
    publish(office, rolls, paid())
    publish(office, rolls, poor(), HARDSHIP, "2025Q1")
    gone = make_batch(office, rolls, replaced(), LAND, "2025+1").batch
    assert change(office.ledger, "UPDATE batches SET superseded = true WHERE number = :number", number=gone) == 1
    build(office, make_site(office, instance))
    office.ledger.close()
    export_keys(instance / "keys", "public", instance / "public-keys")
    return instance


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Answer:
    """`outcome` is what the page says became of the question; empty where it says nothing of the kind."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float

    @property
    def outcome(self) -> str:
        found = re.search(rb'data-outcome="(\w+)"', self.body)
        return found[1].decode() if found else ""

    @property
    def is_evaluated(self) -> bool:
        """Whether the ledger was asked for this question."""
        return self.outcome in ("missed", "found")

    def header(self, name: str) -> str | None:
        return next((value for found, value in self.headers if found.lower() == name), None)


class Connection:
    """One connection that is kept open as long as the service keeps it; opened anew where it does not."""

    def __init__(self, port: int, typed: set[str], seconds: float = 60) -> None:
        self._port, self._typed, self._seconds = port, typed, seconds
        self._socket: socket.socket | None = None

    def look_up(self, fields: Fields, address: str = "10.0.0.1", **headers: str) -> Answer:
        """POST /lookup as a browser behind one proxy."""
        self._typed.update(fields[name] for name in ("id", "name") if fields.get(name))
        sent = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address, **headers}
        return self.send("POST", "/lookup", sent, urlencode(fields).encode())

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers)

    def send(self, method: str, path: str, headers: Headers = {}, body: bytes = b"") -> Answer:  # noqa: B006 - read only
        return self.raw(request_bytes(method, path, headers, body), method)

    def raw(self, data: bytes, method: str = "POST") -> Answer:
        """Whatever these bytes are answered with."""
        for last in (False, True):
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), self._seconds)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                return self._answer(data, method)
            except (ConnectionError, HTTPException):
                self.close()
                if last:
                    raise
        raise AssertionError

    def _answer(self, data: bytes, method: str) -> Answer:
        assert self._socket is not None
        started = time.perf_counter()
        with suppress(BrokenPipeError):  # it may have answered before it had read all
            self._socket.sendall(data)
        response = HTTPResponse(self._socket, method=method)
        try:
            response.begin()
            body = response.read()
            took = time.perf_counter() - started
            if response.will_close:
                self.close()
            return Answer(response.status, response.getheaders(), body, took)
        finally:
            response.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def request_bytes(method: str, path: str, headers: Headers, body: bytes = b"") -> bytes:
    sent = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


@dataclass
class Service:
    """A running `mingbai serve`. `typed` are the numbers and names that clients sent it."""

    instance: Path
    log: Path
    port: int
    typed: set[str] = field(default_factory=set)

    def connect(self, seconds: float = 60) -> Connection:
        return Connection(self.port, self.typed, seconds)

    @property
    def counters(self) -> Path:
        return self.instance / "counters.db"

    def ask_all(self, asked: Sequence[tuple[Fields, str]], connections: int = 8) -> list[Answer]:
        """Each (fields, address), over several connections at once; the answers in the order of the questions."""

        def ask(start: int) -> list[Answer]:
            with self.connect() as connection:
                return [connection.look_up(*question) for question in asked[start::connections]]

        with ThreadPoolExecutor(connections) as pool:
            shares = list(pool.map(ask, range(connections)))
        return [shares[place % connections][place // connections] for place in range(len(asked))]

    def holds_no_trace(self) -> None:
        """Nothing that was typed is in any file of the installation or in the log. (Tails are four digits, which
        stand anywhere: so no counter's key and no line of the log may be anything but what is known.)"""
        known = _template()
        for path, data in [*bytes_of(self.instance), (self.log, self.log.read_bytes())]:
            original = known / path.relative_to(self.instance) if path.is_relative_to(self.instance) else path
            if original == path or not original.exists() or original.read_bytes() != data:
                assert _typed_in(data, self.typed) == set(), path
        assert strange_keys(_counter_keys(self.counters)) == []
        lines = self.log.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not _LOG_LINE.match(line)] == []


def strange_keys(keys: Iterable[str]) -> list[str]:
    """Those that are not known to hold digests and days only."""
    return [key for key in keys if not _COUNTER_KEY.fullmatch(key)]


def _counter_keys(path: Path) -> list[str]:
    """The keys in a counters' file; none where there is no such file."""
    if not path.is_file():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM counts")]


def _typed_in(data: bytes, typed: set[str]) -> set[str]:
    text = data.decode("utf-8", "ignore")
    text += unquote(text) + re.sub(r"\\u([0-9a-f]{4})", lambda escaped: chr(int(escaped[1], 16)), text)
    runs = [*re.findall(r"[0-9]{17,}X?", text), *re.findall("[\u3400-\u9fff·]{2,}", text)]
    found = {run[start : start + size] for run in runs for size in (*range(2, 9), 18) for start in range(len(run))}
    return found & typed


@contextmanager
def running(folder: Path, workers: int = 1, **settings: str) -> Iterator[Service]:
    """The service on a copy of the installation, behind one proxy; `settings` are MINGBAI_… variables without their
    first word. It must stop cleanly."""
    instance = folder / "instance"
    if not instance.exists():
        shutil.copytree(_template(), instance, symlinks=True)
    service = Service(instance, folder / "service.log", free_port())
    wanted = {"instance": str(instance), "content": str(CONTENT), "role": "public", "proxies": "1"}
    wanted |= {"keys": str(instance / "public-keys"), **settings}
    environment = {f"MINGBAI_{name.upper()}": value for name, value in wanted.items()}
    door = "/desk/sign-in" if wanted["role"] == "desk" else "/lookup"
    arguments = [*MINGBAI, "serve", "--port", str(service.port), "--workers", str(workers)]

    def is_up() -> bool:
        """All workers: one that comes later would get none of the connections."""
        return service.log.read_text(encoding="utf-8").count("Started worker-") == workers and _answers(service, door)

    with started(arguments, environment, service.log, is_up):
        yield service


@contextmanager
def started(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, is_up: Callable[[], bool]
) -> Iterator[None]:
    """A server of ours in Python, until the block ends; no MINGBAI_… variables but those given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MINGBAI_")}
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, *arguments],
            stdout=out,
            stderr=out,
            env={**inherited, **environment, "PYTHONPATH": str(PROJECT)},
            cwd=PROJECT,
            start_new_session=True,
        ) as process,
    ):

        def is_ready() -> bool:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            return is_up()

        try:
            until(is_ready, _START_SECONDS)
            yield
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, log.read_text(encoding="utf-8")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _answers(service: Service, door: str) -> bool:
    try:
        with service.connect(5) as connection:
            return connection.get(door).status == 200
    except (OSError, HTTPException):
        return False


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; fails when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def addresses(count: int, block: int = 0) -> list[str]:
    """So many different ones; those of another block are others."""
    return [f"10.{block}.{number // 256}.{number % 256}" for number in range(count)]


def outcomes(answers: Iterable[Answer]) -> set[tuple[int, str, bytes]]:
    """The different answers there were."""
    return {(answer.status, answer.outcome, answer.body) for answer in answers}
