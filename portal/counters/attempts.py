"""Failures and floods, counted in the shared store. Whoever asks and finds the store gone gets StoreDown."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from limits.errors import StorageError
from limits.storage import Storage

from portal.counters.store import CounterFile

_DOWN_SECONDS: Final = 1.0
_Told = TypeVar("_Told")


class StoreDown(Exception):
    """The counters cannot be read or written: what depends on them must not go on."""


class Attempts:
    """Counters under keys of the caller's making, each forgotten some seconds after its first count."""

    def __init__(self, store: Storage) -> None:
        self._store = store
        self._down_until = 0.0

    def counts(self, keys: Sequence[str]) -> list[int]:
        """How much each key has counted, in order."""
        store = self._store
        if isinstance(store, CounterFile):
            return self._plainly(lambda: store.get_all(keys))
        return self._plainly(lambda: [store.get(key) for key in keys])

    def add(self, wanted: Mapping[str, int]) -> list[int]:
        """Count one more under each key (→ seconds until it is forgotten); returns what each stands at."""
        store = self._store
        if isinstance(store, CounterFile):
            return self._plainly(lambda: store.incr_all(wanted))
        return self._plainly(lambda: [store.incr(key, seconds) for key, seconds in wanted.items()])

    def note(self, wanted: Mapping[str, int]) -> None:
        """The same, where nobody asks what it stands at."""
        store = self._store
        if isinstance(store, CounterFile):
            self._plainly(lambda: store.note_all(wanted))
        else:
            self.add(wanted)

    def tidy(self) -> int:
        """Delete what counts no more, where the store does not do so by itself; returns how many keys."""
        store = self._store
        return self._plainly(store.forget_expired) if isinstance(store, CounterFile) else 0

    def _plainly(self, act: Callable[[], _Told]) -> _Told:
        """After a failure nobody waits for the store again for a while: pages must not queue behind it."""
        if time.monotonic() < self._down_until:
            raise StoreDown
        try:
            return act()
        except StorageError as error:
            self._down_until = time.monotonic() + _DOWN_SECONDS
            raise StoreDown from error
