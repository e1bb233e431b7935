"""Failures and floods, counted in the shared store. Whoever asks and finds the store gone gets StoreDown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from limits.errors import StorageError
from limits.storage import Storage

from portal.counters.store import CounterFile


class StoreDown(Exception):
    """The counters cannot be read or written: what depends on them must not go on."""


class Attempts:
    """Counters under keys of the caller's making, each forgotten some seconds after its first count."""

    def __init__(self, store: Storage) -> None:
        self._store = store

    def counts(self, keys: Sequence[str]) -> list[int]:
        """How much each key has counted, in order."""
        with _plainly():
            if isinstance(self._store, CounterFile):
                return self._store.get_all(keys)
            return [self._store.get(key) for key in keys]

    def add(self, wanted: Mapping[str, int]) -> list[int]:
        """Count one more under each key (→ seconds until it is forgotten); returns what each stands at."""
        with _plainly():
            if isinstance(self._store, CounterFile):
                return self._store.incr_all(wanted)
            return [self._store.incr(key, seconds) for key, seconds in wanted.items()]

    def tidy(self) -> int:
        """Delete what counts no more, where the store does not do so by itself; returns how many keys."""
        with _plainly():
            return self._store.forget_expired() if isinstance(self._store, CounterFile) else 0


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise StoreDown from error
