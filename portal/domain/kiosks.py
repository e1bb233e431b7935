"""Kiosks: shared machines in halls and shops, each known by a token of its own that staff can take back."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

_CODE_ALPHABET: Final = "23456789CDFGHJKMNPQRTVWXY"
CODE_DAYS: Final = 2
"""How long a code may wait to be typed at the kiosk, the day it was made included."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """`area` is the village, township or county whose pages it keeps for times without network."""

    id: int
    name: str
    area: str
    created_by: str
    created_on: date
    is_set_up: bool
    revoked: bool


def new_code() -> str:
    """A one-time code that can be read over the phone: 4K7Q-9DHT-3MXP."""
    drawn = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(12))
    return "-".join(drawn[start : start + 4] for start in (0, 4, 8))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def code_hash(code: str) -> str:
    """Of a code as somebody typed it."""
    return _hash("kiosk-code", re.sub(r"[\W_]", "", code).upper())


def token_hash(token: str) -> str:
    return _hash("kiosk-token", token)


def _hash(kind: str, secret: str) -> str:
    """Plain SHA-256 will do: both secrets are drawn at random, too long to be tried."""
    return hashlib.sha256(f"{kind}/{secret}".encode()).hexdigest()
