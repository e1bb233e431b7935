"""The keys, in a folder of their own (never in the database or its backups), each file mode 0600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from portal.domain.findings import Refused
from portal.domain.identity import DIGEST_KINDS, Digester

IDENTITY: Final = "identity.key"
RELEASE_PRIVATE: Final = "release-signing.pem"
RELEASE_PUBLIC: Final = "release-signing.pub"
_KEY_ID: Final = "k1"


def create_keys(folder: Path) -> list[str]:
    """Make the keys that are missing; never touches one that is there. Returns the names of those made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    if not (folder / IDENTITY).exists():
        _write_secret(folder / IDENTITY, secrets.token_bytes(32))
        made.append(IDENTITY)
    if not (folder / RELEASE_PRIVATE).exists():
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _write_secret(folder / RELEASE_PRIVATE, private)
        _write_secret(folder / RELEASE_PUBLIC, public)
        made += [RELEASE_PRIVATE, RELEASE_PUBLIC]
    return made


def load_digester(folder: Path) -> Digester:
    """The identity keys: one HKDF subkey for each kind of digest."""
    master = _read(folder / IDENTITY)
    subkeys = {
        kind: HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mingbai/{kind}".encode()).derive(master)
        for kind in DIGEST_KINDS
    }
    return Digester(_KEY_ID, subkeys)


def load_signing_key(folder: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(_read(folder / RELEASE_PRIVATE), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def load_verifying_key(folder: Path) -> Ed25519PublicKey:
    key = load_pem_public_key(_read(folder / RELEASE_PUBLIC))
    assert isinstance(key, Ed25519PublicKey)
    return key


def loose_files(folder: Path) -> list[str]:
    """Names of key files that others than the owner may read."""
    return [path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077]


def _write_secret(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"缺少密钥文件 {path.name}。请先运行 mingbai init，或从密钥备份恢复", "key.missing") from None
