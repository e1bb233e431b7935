"""Kiosks as look-up and staff need them."""

from __future__ import annotations

import threading
import time
from typing import Final

from portal.domain.kiosks import Kiosk, token_hash
from portal.ledger import kiosks, registers
from portal.ledger.engine import Ledger
from portal.office import Office

_REMEMBERED_SECONDS: Final = 5.0
"""A revoked kiosk is out of service after this."""
_REMEMBERED: Final = 1000


class Kiosks:
    """Which kiosk holds a token, remembered for some seconds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Kiosk | None]] = {}

    def find(self, token: str) -> Kiosk | None:
        """The kiosk in service with this token."""
        hashed, now = token_hash(token[:100]), time.monotonic()
        with self._lock:
            seen, kiosk = self._known.get(hashed, (-_REMEMBERED_SECONDS, None))
            if now - seen < _REMEMBERED_SECONDS:
                return kiosk
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
        with self._ledger.read() as connection:
            kiosk = kiosks.find_by_token(connection, hashed)
        self._known[hashed] = (now, kiosk)
        return kiosk


def places(office: Office) -> dict[str, str]:
    """Where a kiosk may stand: code → name, villages below their townships."""
    with office.ledger.read() as connection:
        book = registers.area_book(connection)
    indent = {"county": "", "township": "　", "village": "　　"}
    return {code: indent[area.level] + area.name for code, area in sorted(book.areas.items())}


def list_kiosks(office: Office) -> list[Kiosk]:
    with office.ledger.read() as connection:
        return kiosks.all_kiosks(connection)
