"""Who may see the site while it is on trial: a signed cookie that the desk hands out and the public process checks.

It stands for a session of the desk: it ends with it (signing out and every change of the account give the account another
uniquifier), with half an hour without use, and ten hours after the session began.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeSerializer

from portal.domain.staff import IDLE_SECONDS, SESSION_SECONDS
from portal.security import keys

COOKIE: Final = "mingbai_preview"
_RENEWED_AFTER: Final = 60


@dataclass(frozen=True, slots=True)
class Ticket:
    """`uniquifier` is what the session stands for, `started` when it began, `issued` when this ticket was made; seconds."""

    uniquifier: str
    started: float
    issued: float

    def is_over(self, now: float) -> bool:
        return now - self.issued >= IDLE_SECONDS or now - self.started >= SESSION_SECONDS

    def wants_renewal(self, now: float) -> bool:
        return now - self.issued >= _RENEWED_AFTER


class Preview:
    """Makes and reads tickets."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeSerializer(secret, salt="preview")

    def issue(self, uniquifier: str, started: float) -> str:
        return str(self._signer.dumps([uniquifier, started, time.time()]))

    def read(self, cookie: str) -> Ticket | None:
        """None for what is forged or too old."""
        try:
            found: Any = self._signer.loads(cookie)
        except BadSignature:
            return None
        ticket = Ticket(*found)
        return None if ticket.is_over(time.time()) else ticket


def open_preview(folder: Path) -> Preview | None:
    """None where this process has no key for it: then nobody sees the site while it is on trial."""
    if not (folder / keys.PREVIEW).exists():
        return None
    return Preview(keys.load_secret(folder, keys.PREVIEW, "preview"))
