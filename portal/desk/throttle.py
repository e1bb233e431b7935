"""Slowing down whoever tries passwords, without a way to lock an account: its owner gets in where they always do."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from limits.errors import StorageError
from limits.storage import Storage

from portal.desk.devices import Devices
from portal.domain.findings import Refused


@dataclass(frozen=True)
class Limit:
    """So many failures are borne; the last of them begins the time of waiting."""

    count: int
    seconds: int


PAIR: Final = Limit(5, 15 * 60)
"""For one name from one address, or on one machine that knows the person."""
ADDRESS: Final = Limit(30, 15 * 60)
NAME: Final = Limit(20, 3600)
"""For one name from everywhere: beyond it, only machines that know the person are listened to."""
_WAIT: Final = "-wait"
"""Ends the key of the time of waiting, which begins when a limit is reached and not with the first failure."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: the counter that every try uses up, and those that only failures do."""

    tries: str
    failures: dict[str, Limit]


class Throttle:
    """Counts under digests: neither a name nor an address is in the store. Raises Refused where one must wait."""

    def __init__(self, store: Storage, key: bytes, devices: Devices, timezone: ZoneInfo) -> None:
        self._store = store
        self._key = key
        self._devices = devices
        self._timezone = timezone

    def mark(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def attempt(self, name: str, address: str, device_cookie: str) -> Attempt:
        """Count a try before anything is compared, so that many at once do not slip through."""
        device = self._devices.known(device_cookie, self.mark("person", name))
        failures = {} if device else {self.mark("address", address): ADDRESS, self.mark("name", name): NAME}
        attempt = Attempt(self.mark("pair", name, device or address), failures)
        with self._telling():
            for key in (attempt.tries, *failures):
                if self._store.get(key + _WAIT):
                    raise self._wait(key)
            if self._count(attempt.tries, PAIR) > PAIR.count:
                raise self._wait(attempt.tries)
        return attempt

    def failed(self, attempt: Attempt) -> None:
        with self._telling():
            for key, limit in attempt.failures.items():
                self._count(key, limit)

    def passed(self, attempt: Attempt) -> None:
        """Only after the whole sign-in: a right password alone must not buy more tries at the code."""
        with suppress(StorageError):
            self._store.clear(attempt.tries)
            self._store.clear(attempt.tries + _WAIT)

    def device_cookie(self, name: str, device_cookie: str) -> str:
        return self._devices.remember(device_cookie, self.mark("person", name))

    def _count(self, key: str, limit: Limit) -> int:
        count = self._store.incr(key, limit.seconds)
        if count == limit.count:
            self._store.incr(key + _WAIT, limit.seconds)
        return count

    def _wait(self, key: str) -> Refused:
        until = datetime.fromtimestamp(self._store.get_expiry(key + _WAIT) + 60, self._timezone)
        return Refused(
            f"输错的次数太多了，请在{until:%H:%M}以后再试，不用一直试。忘了登录密码请找系统管理员重置", "sign_in.wait"
        )

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            raise Refused(
                "登录暂时用不了（计数服务没有应答），请过几分钟再试或告诉系统管理员", "counters.down"
            ) from error
