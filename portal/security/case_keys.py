"""The keys of complaints as the public process holds them: it makes receipts, seals and signs; it opens only what was
sealed to a receipt, and only with that receipt in hand."""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.pwhash import argon2id

from portal.domain.case_acts import KINDS
from portal.domain.case_routing import READERS, Reader
from portal.domain.receipts import receipt_for
from portal.security import keys, sealing

_PASSES: Final = 3
_BYTES: Final = 64 * 1024 * 1024
"""Argon2id: about a tenth of a second on a small county's machine, so that guessing receipts costs more than it gives."""
_PROOF: Final = "MB1"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a proof of acceptance says."""

    number: str
    kind: str
    day: date


class CaseKeys:
    """`folder` is the process's key folder. Raises Refused when a key that it needs is missing."""

    def __init__(self, folder: Path) -> None:
        self._receipt_key = keys.load_secret(folder, keys.RECEIPT, "receipt")
        self._pepper = keys.load_secret(folder, keys.RECEIPT, "receipt hash")[: argon2id.SALTBYTES]
        self._reply = keys.load_secret(folder, keys.RECEIPT, "reply")
        self._signing: Ed25519PrivateKey = keys.load_private(folder, keys.RECEIPT_PRIVATE)
        self._readers: Mapping[Reader, bytes] = {reader: sealing.load_public(folder, reader) for reader in READERS}
        self._one_at_a_time = threading.Lock()

    def receipt(self, idempotency_key: str) -> str:
        """The 17 digits for a form, the same whenever it is sent."""
        return receipt_for(self._receipt_key, idempotency_key)

    def receipt_hash(self, receipt: str) -> bytes:
        """What is stored of a receipt: 32 bytes, always the same for it. One at a time: a flood of guesses waits for
        itself, and takes no memory from everybody else."""
        with self._one_at_a_time:
            return bytes(argon2id.kdf(32, receipt.encode(), self._pepper, opslimit=_PASSES, memlimit=_BYTES))

    def reply_public(self, receipt: str) -> bytes:
        """To whom words for the holder of this receipt are sealed."""
        return bytes(sealing.reply_key(self._reply, receipt).public_key)

    def open_reply(self, receipt: str, sealed: bytes) -> str:
        """Raises Refused for what was sealed to another receipt."""
        return sealing.unseal(sealing.reply_key(self._reply, receipt), sealed).decode()

    def seal(self, reader: Reader, text: str | bytes) -> bytes:
        """What only this reader may open."""
        return sealing.seal(self._readers[reader], text.encode() if isinstance(text, str) else text)

    def seal_to(self, reply_key: bytes, text: str) -> bytes:
        """What only the holder of the receipt may open to whom this reply key belongs."""
        return sealing.seal(reply_key, text.encode())

    def proof(self, accepted: Accepted) -> str:
        """Proof that the county has taken a case in: to be kept, printed and checked by anybody. Names nobody."""
        body = f"{_PROOF}.{accepted.number}.{accepted.kind}.{accepted.day.isoformat()}"
        signature = base64.urlsafe_b64encode(self._signing.sign(body.encode())).decode().rstrip("=")
        return f"{body}.{signature}"

    def read_proof(self, text: str) -> Accepted | None:
        """What a proof says; None where it is not one of ours, or was changed."""
        body, _, signature = "".join(text.split())[:300].rpartition(".")
        parts = body.split(".")
        try:
            raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            self._signing.public_key().verify(raw, body.encode())
            found = Accepted(parts[1], parts[2], date.fromisoformat(parts[3]))
        except (ValueError, InvalidSignature, IndexError):
            return None
        return found if hmac.compare_digest(parts[0], _PROOF) and found.kind in KINDS else None


def open_case_keys(folder: Path) -> CaseKeys | None:
    """None where the county has made no keys to seal to (`mingbai keys seal`): then no complaint is taken in."""
    has_readers = all((folder / sealing.public_name(reader)).exists() for reader in READERS)
    return CaseKeys(folder) if has_readers else None
