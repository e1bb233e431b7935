"""Machines on which somebody has signed in before, so that a stranger who tries passwords cannot lock them out there.

A device cookie lets nobody in: it only says whose failures are counted apart from the world's (OWASP: device cookies).
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE: Final = "mingbai_desk_device"
SECONDS: Final = 365 * 24 * 3600
_PEOPLE: Final = 12
"""How many people one machine remembers, the latest first."""


class Devices:
    """Makes and reads device cookies. `marks` stand for accounts: digests, so the cookie names nobody."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="device")

    def known(self, cookie: str, mark: str) -> str:
        """The machine's own random name if this account has signed in there; empty otherwise."""
        device, marks = self._read(cookie)
        return device if mark in marks else ""

    def remember(self, cookie: str, mark: str) -> str:
        """The machine's cookie after this account has signed in."""
        device, marks = self._read(cookie)
        kept = [mark, *(found for found in marks if found != mark)][:_PEOPLE]
        return str(self._signer.dumps([device or secrets.token_hex(8), kept]))

    def _read(self, cookie: str) -> tuple[str, list[str]]:
        try:
            found: Any = self._signer.loads(cookie, max_age=SECONDS)
        except BadSignature:
            return "", []
        return found[0], found[1]
