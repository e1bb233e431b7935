"""What has to hold after any fault, and how to strike at a named place."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator import release
from tests.command_line import Preparation, run_json
from tests.county import open_office
from tests.ledger_dump import dump

FULL = os.environ.get("MINGBAI_FULL") == "1"
KILLS = 200 if FULL else 8


def checks(instance: Path, *, built: bool) -> None:
    """`verify` passes; before the first build, all of it but the site does."""
    found = run_json(instance, "verify", code=0 if built else 1)
    assert [check for check in found["checks"] if not check["ok"] and (built or check["name"] != "站点")] == []


def batches(instance: Path) -> list[tuple[object, ...]]:
    """(number, rows) of each batch, and nothing of any other."""
    office = open_office(instance)
    held = dump(office.ledger)
    office.ledger.close()
    numbers = {row[0]: row[1] for row in held["batches"]}
    rows = [row[1] for row in held["payments"]]
    assert set(rows) <= set(numbers)
    assert len(held["payment_names"]) == len(rows)
    assert {row[1] for row in held["files"]} == set(numbers)
    assert sum(entry[2] == "roll.import" for entry in held["journal"]) == len(numbers)
    return [(number, rows.count(key)) for key, number in numbers.items()]


def is_complete(folder: Path) -> None:
    """A release that anybody may be reading: every file that the manifest names is there as signed."""
    manifest = release.read_manifest(folder)
    assert release.first_tampered(folder, manifest) is None
    assert (folder / "manifest.sig").stat().st_size == 64


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def strike(owner: Any, name: str, act: Callable[[], None] = die, *, after: bool = False) -> Preparation:
    """A trap: in the new process, `act` happens when the named function is called, before it does anything or
    after."""

    def prepare() -> None:
        real = getattr(owner, name)

        def trapped(*arguments: Any, **more: Any) -> Any:
            if not after:
                act()
            answer = real(*arguments, **more)
            if after:
                act()
            return answer

        setattr(owner, name, trapped)

    return prepare
