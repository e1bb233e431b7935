"""The shared counters: the same in a file and in Redis, exact under several processes, gone when they are gone."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from portal.counters.attempts import Attempts, StoreDown
from portal.counters.store import CounterFile, open_store


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'counters.db'}"
    return str(request.getfixturevalue("redis_url"))


def test_keys_are_counted_each_for_itself(url: str) -> None:
    attempts = Attempts(open_store(url))
    assert attempts.add({"each/a": 60, "each/b": 60}) == [1, 1]
    assert attempts.add({"each/a": 60}) == [2]
    assert attempts.counts(["each/b", "each/nobody", "each/a"]) == [1, 0, 2]


def test_what_is_noted_is_counted(url: str) -> None:
    attempts = Attempts(open_store(url))
    attempts.add({"noted/a": 60})
    attempts.note({"noted/a": 60, "noted/b": 60})
    assert attempts.counts(["noted/a", "noted/b"]) == [2, 1]


def test_a_count_is_forgotten_after_its_time_and_not_prolonged(url: str) -> None:
    attempts = Attempts(open_store(url))
    attempts.add({"short/long": 60})
    for number in range(10):  # again, should the machine sleep a second between two lines
        key = f"short/{number}"
        attempts.add({key: 1})
        if attempts.add({key: 60}) == [2]:
            break
    deadline = time.monotonic() + 20  # far less than a minute
    while attempts.counts([key]) != [0]:
        assert time.monotonic() < deadline, "prolonged"
        time.sleep(0.05)
    assert attempts.counts([key, "short/long"]) == [0, 1]
    assert attempts.add({key: 60}) == [1]


def _count(url: str, times: int) -> None:
    attempts = Attempts(open_store(url))
    for _ in range(times):
        attempts.add({"together/a": 60, "together/b": 60})


def test_several_processes_count_as_one(url: str) -> None:
    processes = [multiprocessing.get_context("fork").Process(target=_count, args=(url, 50)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert Attempts(open_store(url)).counts(["together/a", "together/b"]) == [200, 200]


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    Attempts(open_store(f"sqlite:///{tmp_path / 'deep' / 'counters.db'}")).add({"a": 60})
    for path in (tmp_path / "deep").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_tidying_deletes_what_counts_no_more(tmp_path: Path) -> None:
    path = tmp_path / "counters.db"
    attempts = Attempts(open_store(f"sqlite:///{path}"))
    attempts.add({"old": -1, "new": 60})
    assert attempts.tidy() == 1
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT key FROM counts").fetchall() == [("new",)]
    connection.close()


def test_nothing_is_counted_by_half(tmp_path: Path) -> None:
    """All keys of one call, or none."""
    store = open_store(f"sqlite:///{tmp_path / 'counters.db'}")
    assert isinstance(store, CounterFile)
    attempts = Attempts(store)
    attempts.add({"a": 60})
    store.connection.execute(
        "CREATE TRIGGER no BEFORE INSERT ON counts WHEN new.key = 'b' BEGIN SELECT raise(ABORT, 'no'); END"
    )
    with pytest.raises(StoreDown):
        attempts.add({"a": 60, "b": 60})
    assert Attempts(store).counts(["a", "b"]) == [1, 0]


@pytest.mark.parametrize("broken", ["a folder", "other bytes"])
def test_a_store_that_cannot_be_used_says_so(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "counters.db"
    if broken == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"this is no database at all" * 100)
    attempts = Attempts(open_store(f"sqlite:///{path}"))
    for act in (lambda: attempts.counts(["a"]), lambda: attempts.add({"a": 60}), attempts.tidy):
        with pytest.raises(StoreDown):
            act()


def test_redis_that_is_not_there_says_so() -> None:
    attempts = Attempts(open_store("redis://127.0.0.1:1/0"))
    with pytest.raises(StoreDown):
        attempts.counts(["a"])


def test_after_a_failure_nobody_waits_for_the_store_and_soon_it_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "counters.db"
    path.mkdir()
    attempts = Attempts(open_store(f"sqlite:///{path}"))
    with pytest.raises(StoreDown):
        attempts.counts(["a"])
    path.rmdir()
    with pytest.raises(StoreDown):
        attempts.counts(["a"])
    later = time.monotonic() + 1.1
    monkeypatch.setattr("portal.counters.attempts.time.monotonic", lambda: later)
    assert attempts.counts(["a"]) == [0]
