"""The builder that publishes by itself: looks for changes every few seconds, and crosses dates at the county's midnight."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from portal.actions.releases import (
    builder_began,
    builder_failed,
    builder_is,
    publish_site,
    without_personal_data,
)
from portal.commands.console import Console
from portal.domain.findings import Refused
from portal.domain.publishing import BuilderState
from portal.queries.publishing import changes_after
from portal.rules import load_rules

POLL_SECONDS = 2.0
BEAT_SECONDS: Final = 15.0
"""How often it says that it lives, where nothing else is to be said."""
_BURST_POLLS: Final = 5
"""Changes that come one after another are published together, but nothing waits for more than so many looks."""
_AFTER_TROUBLE_SECONDS: Final = 10.0
BUSY_CODE: Final = 3
"""The exit code of a second builder."""


class Follower:
    """One builder; `parent` is the process with which it ends, 0 for one that stands alone."""

    def __init__(self, console: Console, parent: int = 0) -> None:
        self._console, self._parent = console, parent
        self._stop = threading.Event()
        self._tried: tuple[int, date] | None = None  # (change, day) of the last build, whether it published or not
        self._seen = self._waited = 0
        self._state: BuilderState = "idle"
        self._beaten = 0.0

    def run(self) -> None:
        """Until SIGTERM or SIGINT, or until its parent has gone; a build at work is ended first. Raises SystemExit with
        BUSY_CODE where another builder is running."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        with _only_one(self._console.config.releases):
            builder_began(self._console.ledger)
            _say("自动发布开始运行")
            while not self._stop.is_set() and (not self._parent or os.getppid() == self._parent):
                self._stop.wait(POLL_SECONDS if self._look() else _AFTER_TROUBLE_SECONDS)
            self._beat("ended")
            _say("自动发布停了")

    def _look(self) -> bool:
        """Build if there is something new; False when the ledger could not be asked."""
        try:
            found = changes_after(self._console.ledger, self._tried[0] if self._tried else 0)
        except Exception:  # the database is away or busy: it comes back, and the builder must still be there then
            traceback.print_exc()
            return False
        today = self._console.today or self._console.config.today()
        if self._tried == (found.newest, today):
            self._beat("idle")
        elif self._tried and found.newest != self._seen and not found.erased and self._waited < _BURST_POLLS:
            self._seen, self._waited = found.newest, self._waited + 1
            self._beat("idle")
        else:
            self._seen, self._waited = found.newest, 0
            self._build(found.newest, today)
        return True

    def _build(self, change: int, today: date) -> None:
        """A build that fails is tried again after the next change, or tomorrow, or when the builder is started again."""
        console = self._console
        self._beat("building", now=True)
        self._tried = change, today
        try:
            # Anew for each build: somebody may have edited content/.
            site = console.make_site(console.config, console.ledger, load_rules(console.config.content))
            release = publish_site(console.ledger, site, today, lambda _words, _done, _total: self._beat("building"))
        except Refused as refused:
            if refused.findings[0].code == "build.busy":  # a `mingbai build` by hand: soon over
                self._tried = None
                return
            self._fail(refused.findings[0].message)
        except OSError as error:
            self._fail(f"读写文件时出错（{error.strerror or error}），请检查磁盘")
        except Exception as error:
            traceback.print_exc()
            self._fail(f"程序出错（{type(error).__name__}），请在服务器上运行 mingbai build 看详情")
        else:
            _say(f"版本 {release.name}：新生成 {release.rebuilt} 页，{release.seconds:.1f} 秒")
        self._beat("idle", now=True)

    def _fail(self, words: str) -> None:
        _say(f"没有发布：{without_personal_data(words)}")
        with suppress(Exception):
            builder_failed(self._console.ledger, words)

    def _beat(self, state: BuilderState, *, now: bool = False) -> None:
        """Say that it lives, when it is time or when what it does has changed; a busy ledger is no reason to stop."""
        if not now and state == self._state and time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        self._state, self._beaten = state, time.monotonic()
        with suppress(Exception):
            builder_is(self._console.ledger, state)


@contextmanager
def _only_one(releases: Path) -> Iterator[None]:
    """The lock is the operating system's: it goes with the process, however that ends."""
    releases.mkdir(parents=True, exist_ok=True)
    with (releases / ".follower.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("自动发布已经在运行，不用再开一个。要看它在做什么：mingbai doctor", err=True)
            raise SystemExit(BUSY_CODE) from None
        yield


@contextmanager
def beside() -> Iterator[None]:
    """A builder beside this process, which ends with it."""
    command = "import wsgi; wsgi.main()"
    arguments = ["build", "--follow", "--parent", str(os.getpid())]
    with subprocess.Popen([sys.executable, "-c", command, *arguments], stdin=subprocess.DEVNULL) as builder:  # noqa: S603 - our own program
        try:
            yield
        finally:
            builder.terminate()


def _say(words: str) -> None:
    click.echo(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {words}")
