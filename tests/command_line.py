"""The `mingbai` command as people run it: a process of its own, with an installation of its own.

Forked from the tests' process, so that thousands of runs need not import everything anew, nor compile the site's
templates (tests/once.py); from there on all is real.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import wsgi
from tests.county import CONTENT, build, make_office, make_site, office_in, published_batch
from tests.workbooks import people

Preparation = Callable[[], None]
"""Run in the new process before the command: puts a trap where a test wants one."""


def make_instance(folder: Path) -> Path:
    """An installation that holds the tiny county."""
    make_office(folder).ledger.close()
    return folder


@cache
def _built_before() -> None:
    """A site built in this process: what it remembers, every process forked from it does."""
    with tempfile.TemporaryDirectory() as name, office_in(Path(name)) as office:
        published_batch(office, Path(name), people(6))
        build(office, make_site(office, Path(name)))


class Command:
    """A running command. `stdout`, `stderr` and `returncode` (negative: the signal that killed it) once it ended."""

    def __init__(self, instance: Path, arguments: list[str], before: Preparation | None) -> None:
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed when the command has ended
        self._err = tempfile.TemporaryFile()  # noqa: SIM115
        self.returncode: int | None = None
        if "build" in arguments:
            _built_before()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._become(instance, arguments, before)

    def _become(self, instance: Path, arguments: list[str], before: Preparation | None) -> NoReturn:
        code = 70
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(self._out.fileno(), 1)
            os.dup2(self._err.fileno(), 2)
            sys.stdin, sys.stdout, sys.stderr = (
                os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
            )
            os.environ.pop("MINGBAI_DATABASE_URL", None)
            os.environ.pop("MINGBAI_KEYS", None)
            os.environ.update(MINGBAI_INSTANCE=str(instance), MINGBAI_CONTENT=str(CONTENT))
            if "print" in arguments:  # Typst's threads do not live on in a fork: anew, if the tests have used it
                os.execv(sys.executable, [sys.executable, "-c", "import wsgi; wsgi.main()", *arguments])
            sys.argv = ["mingbai", *arguments]
            if before is not None:
                before()
            wsgi.main()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def has_ended(self) -> bool:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._end(status)
        return self.returncode is not None

    def wait(self, seconds: float = 120) -> Command:
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                self.kill()
            time.sleep(0.002)
        return self

    def _end(self, status: int) -> None:
        self.returncode = os.waitstatus_to_exitcode(status)
        self.stdout, self.stderr = map(self._read, (self._out, self._err))

    @staticmethod
    def _read(file: Any) -> str:
        with file:
            file.seek(0)
            return str(file.read().decode())


def start(instance: Path, *arguments: str | Path, before: Preparation | None = None) -> Command:
    """The command, still running."""
    return Command(instance, [str(argument) for argument in arguments], before)


def run(instance: Path, *arguments: str | Path, before: Preparation | None = None) -> Command:
    """The command, to its end."""
    return start(instance, *arguments, before=before).wait()


def run_json(instance: Path, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """What the command prints with --json: one object on stdout, nothing else anywhere."""
    done = run(instance, *arguments, "--json")
    assert (done.returncode, done.stderr) == (code, ""), done.stderr + done.stdout
    assert done.stdout.count("\n") == 1, done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def import_arguments(path: Path, policy: str = "gddlbhbt", period: str = "2025", by: str = "enterer") -> list[str]:
    day = ["--date", "2025-06-02"]
    return ["roll", "import", str(path), "--policy", policy, "--period", period, "--unit", "nyj", "--by", by, *day]


def step_arguments(batch: str, step: str, by: str, day: int) -> list[str]:
    return ["batch", "step", batch, step, "--by", by, "--date", f"2025-06-{day:02d}"]
