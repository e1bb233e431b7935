"""What an address is counted under: a keyed digest, so that no store and no log holds an address."""

from __future__ import annotations

import hmac
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from flask import request

from portal.counters.attempts import Attempts, StoreDown


class Addresses:
    """Buckets of the addresses that requests come from."""

    def __init__(self, key: bytes, attempts: Attempts) -> None:
        self._key = key
        self._attempts = attempts

    def bucket(self) -> str:
        """Of this request. One household's IPv6 network is one visitor."""
        return _bucket(self._key, request.remote_addr or "")

    def is_flooding(self, what: str, a_minute: int) -> bool:
        """Count this request for what it asks; whether there were too many from its address. Where nothing can be
        counted, nobody is refused."""
        try:
            return self._attempts.add({f"{what}/{self.bucket()}": 60})[0] > a_minute
        except StoreDown:
            return False


@lru_cache(maxsize=10_000)
def _bucket(key: bytes, address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        found = ip_address("0.0.0.0")  # noqa: S104 - nothing is bound: a stand-in for an address nobody sent
    network = found.packed[:8] if isinstance(found, IPv6Address) and not found.ipv4_mapped else found.packed
    return "web/" + hmac.digest(key, network, "sha256").hex()[:24]
