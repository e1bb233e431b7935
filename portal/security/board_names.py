"""Full names for the village board: sealed where rolls come in, opened at the desk alone, to be printed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from nacl.public import PrivateKey

from portal.domain.board_names import OpenName, SealName
from portal.domain.findings import Refused
from portal.security import keys, sealing

_PADDED: Final = 64
"""Bytes, so that how long the box is does not tell how long the name is."""


def sealer(folder: Path) -> SealName | None:
    """What seals a name; None where the folder has no key for it."""
    path = folder / keys.NAMES_PUBLIC
    if not path.exists():
        return None
    public_key = path.read_bytes()
    return lambda name: sealing.seal(public_key, name.encode().ljust(_PADDED, b"\0"))


def opener(folder: Path) -> OpenName:
    """What opens sealed names. Raises Refused where this machine may not."""
    path = folder / keys.NAMES_PRIVATE
    if not path.exists():
        raise Refused(f"这台机器上没有打印全名的密钥 {keys.NAMES_PRIVATE}，打不开全名", "key.missing")
    private_key = PrivateKey(path.read_bytes())
    return lambda sealed: sealing.unseal(private_key, sealed).rstrip(b"\0").decode()
