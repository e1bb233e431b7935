"""Sealing: what only its reader may open. The process that seals holds public keys alone.

A reader (the county desk, discipline inspection) has a key pair; the private half is kept under a passphrase that the
reader types, never on the public machine. Replies are sealed to a key that is derived from the reporter's receipt, so
that the county itself cannot read them again without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from portal.domain.case_routing import READERS, Reader
from portal.domain.findings import Refused

_SHORTEST_PASSPHRASE: Final = 12


def public_name(reader: Reader) -> str:
    """The key file that every process may hold."""
    return f"{reader}-sealing.pub"


def private_name(reader: Reader) -> str:
    """The key file, itself sealed under a passphrase, that only the reader's machine may hold."""
    return f"{reader}-sealing.key"


def new_pair(passphrase: str) -> tuple[bytes, bytes]:
    """(public key, private key under the passphrase). Raises Refused for a passphrase that is too short."""
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise Refused(f"口令至少{_SHORTEST_PASSPHRASE}个字符，比如几个不相干的词", "sealing.passphrase")
    pair = PrivateKey.generate()
    salt = random(argon2id.SALTBYTES)
    locked = SecretBox(_stretched(passphrase, salt)).encrypt(bytes(pair))
    return bytes(pair.public_key), salt + bytes(locked)


def unlock(locked: bytes, passphrase: str) -> PrivateKey:
    """The private key. Raises Refused when the passphrase is not the right one."""
    salt, box = locked[: argon2id.SALTBYTES], locked[argon2id.SALTBYTES :]
    try:
        return PrivateKey(SecretBox(_stretched(passphrase, salt)).decrypt(box))
    except CryptoError:
        raise Refused("口令不对，没有打开任何内容", "sealing.passphrase") from None


def seal(public_key: bytes, text: bytes) -> bytes:
    """What only the holder of the private key can open."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(text))


def unseal(private_key: PrivateKey, sealed: bytes) -> bytes:
    """Raises Refused for what was sealed to somebody else or changed since."""
    try:
        return bytes(SealedBox(private_key).decrypt(sealed))
    except CryptoError:
        raise Refused("这段内容打不开：不是封给这把密钥的，或者被改动过", "sealing.other") from None


def reply_key(receipt_key: bytes, receipt: str) -> PrivateKey:
    """The key pair that belongs to a receipt: the public half is stored with the case, the private half nowhere."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=receipt_key, info=b"mingbai/reply").derive(receipt.encode())
    return PrivateKey(derived)


def load_public(folder: Path, reader: Reader) -> bytes:
    """Raises Refused when there is no key to seal to: then nothing is taken in."""
    try:
        return (folder / public_name(reader)).read_bytes()
    except FileNotFoundError:
        raise Refused(f"还没有{READERS[reader]}的封存密钥，不能接收内容", "key.missing") from None


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE, passphrase.encode(), salt, argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE
        )
    )
