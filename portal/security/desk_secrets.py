"""What the desk keeps under its own session key: a sealing key that somebody has unlocked (in their cookie, nowhere
else), contacts handed to a unit, the codes by which hand-overs are signed for."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from pathlib import Path
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from portal.domain.case_routing import READERS
from portal.domain.findings import Refused
from portal.security import keys, sealing

UNLOCKED_SECONDS: Final = 30 * 60
"""So long without use, and the key is locked again."""
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two that nobody mistakes for each other."""
_CODE_LENGTH: Final = 12


class DeskSecrets:
    """`folder` is the desk process's key folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unlocked = SecretBox(keys.load_secret(folder, keys.DESK_SESSION, "unlocked sealing key"))
        self._contacts = SecretBox(keys.load_secret(folder, keys.DESK_SESSION, "case contacts"))
        self._acknowledging = keys.load_secret(folder, keys.DESK_SESSION, "case acknowledgement")

    @property
    def has_private_key(self) -> bool:
        return (self._folder / sealing.private_name("desk")).exists()

    def unlock(self, passphrase: str) -> PrivateKey:
        """The desk's private key; slow on purpose. Raises Refused."""
        if not self.has_private_key:
            raise Refused(f"这台机器上没有{READERS['desk']}的私钥文件 {keys.DESK_SEALING}，打不开原话", "key.missing")
        return sealing.unlock((self._folder / keys.DESK_SEALING).read_bytes(), passphrase)

    def hold(self, key: PrivateKey, session: str) -> str:
        """The unlocked key as it travels in the cookie of the account's session (its uniquifier), used just now."""
        held = {"key": bytes(key).hex(), "session": session, "used": int(_now())}
        return base64.urlsafe_b64encode(self._unlocked.encrypt(json.dumps(held).encode())).decode()

    def held(self, token: str, session: str) -> PrivateKey | None:
        """None for what is too old, another session's, or nothing of ours."""
        try:
            held = json.loads(self._unlocked.decrypt(base64.urlsafe_b64decode(token)))
        except (CryptoError, ValueError, binascii.Error):
            return None
        is_ours = hmac.compare_digest(held["session"], session)
        return PrivateKey(bytes.fromhex(held["key"])) if is_ours and _now() - held["used"] < UNLOCKED_SECONDS else None

    def seal_for_unit(self, number: str, unit: str, contact: str) -> bytes:
        """Name and phone for the unit that handles this case, and for no other."""
        return bytes(self._contacts.encrypt(json.dumps([number, unit, contact], ensure_ascii=False).encode()))

    def open_for_unit(self, number: str, unit: str, sealed: bytes) -> str:
        """Raises Refused for what was given to another unit, or for another case."""
        try:
            found = json.loads(self._contacts.decrypt(sealed))
        except CryptoError:
            found = ["", "", ""]
        if found[:2] != [number, unit]:
            raise Refused("这段内容打不开：不是给本单位的，或者被改动过", "sealing.other")
        return str(found[2])

    def acknowledgement(self, number: str) -> str:
        """The code that lies in the package of a case: who types it has opened the package. Stored nowhere."""
        drawn = hmac.digest(self._acknowledging, number.encode(), "sha256")
        return "".join(_SIGNS[byte % len(_SIGNS)] for byte in drawn[:_CODE_LENGTH])


def _now() -> float:
    return time.time()
