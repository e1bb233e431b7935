"""Verifying everything from the desk: in a process of its own, one at a time, its result kept for the page."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from portal.domain.findings import Refused
from portal.domain.site import Check
from portal.domain.verification import ROLES, Verification, as_shown
from portal.office import Office, must_have_role, registered

RESULT = "verification.json"
_LOCK = "verification.lock"
_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = (sys.executable, "-c", "from wsgi import main; main()", "verify")
"""`mingbai verify`, whatever it is called where the program is installed."""


def start_verification(office: Office, folder: Path, by: str, environment: Mapping[str, str]) -> None:
    """Start `mingbai verify --by NAME`, which ends in `keep_verification`, and do not wait for it. Raises Refused while
    another one runs: the lock is the child's for as long as it lives, however it dies."""
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("正在核对，请等它核对完", "verify.running") from None
        with office.ledger.write() as connection:
            actor = registered(connection, by)
            must_have_role(actor, *ROLES)
            office.write_down(connection, "verify.start", actor, {})
        _write(folder, Verification(by, _now()))
        child = subprocess.Popen(  # noqa: S603 - our own program; `by` is somebody who is registered
            [*_COMMAND, "--by", by],
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
        Thread(target=child.wait, daemon=True).start()  # nobody else asks how it ended


def keep_verification(office: Office, folder: Path, by: str, verify: Callable[[], Iterable[Check]]) -> list[Check]:
    """Verify, keep the result for the desk and journal how it ended."""
    with office.ledger.read() as connection:
        must_have_role(registered(connection, by), *ROLES)
    started = _now()
    checks = list(verify())
    done = Verification(by, started, _now(), tuple(map(as_shown, checks)))
    with office.ledger.write() as connection:
        office.write_down(connection, "verify.done", registered(connection, by), {"failed": done.failed})
    _write(folder, done)
    return checks


def last_verification(folder: Path) -> Verification | None:
    """What is kept of the last run; None before the first."""
    try:
        return Verification.from_table(json.loads((folder / RESULT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def is_running(folder: Path) -> bool:
    """Whether somebody holds the lock."""
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _write(folder: Path, verification: Verification) -> None:
    part = folder / f"{RESULT}.part"
    part.write_text(json.dumps(asdict(verification), ensure_ascii=False), encoding="utf-8")
    part.replace(folder / RESULT)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
