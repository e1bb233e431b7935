"""The keys, in a folder of their own (never in the database or its backups), each file mode 0600.

Which process may hold which: docs/threat-model.md prints `MUST_NOT_HOLD` in words.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
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
from nacl.public import PrivateKey

from portal.config import Role
from portal.domain.case_routing import READERS, Reader
from portal.domain.findings import Refused
from portal.domain.identity import DIGEST_KINDS, Digester
from portal.security import sealing

IDENTITY: Final = "identity.key"
RELEASE_PRIVATE: Final = "release-signing.pem"
RELEASE_PUBLIC: Final = "release-signing.pub"
PUBLIC_SESSION: Final = "public-session.key"
"""What the public process signs for itself: proofs of work, waiting tickets."""
DESK_SESSION: Final = "desk-session.key"
"""What the desk signs and seals for itself: staff sessions, second factors."""
RECEIPT: Final = "receipt.key"
"""Makes receipts of complaints, and is the pepper of what is stored of them."""
RECEIPT_PRIVATE: Final = "receipt-signing.pem"
RECEIPT_PUBLIC: Final = "receipt-signing.pub"
DESK_SEALING: Final = "desk-sealing.key"
DISCIPLINE_SEALING: Final = "discipline-sealing.key"
"""Open what was sealed to the county's desk, to discipline inspection; each under a passphrase of its reader's."""
NAMES_PRIVATE: Final = "names-sealing.key"
NAMES_PUBLIC: Final = "names-sealing.pub"
"""Full names for the village board are sealed to the one wherever rolls come in, and opened with the other at the desk."""
PREVIEW: Final = "preview.key"
"""What the desk signs and the public process checks: who may see the site while it is on trial."""
MUST_NOT_HOLD: Final[Mapping[Role, frozenset[str]]] = {
    "public": frozenset({DESK_SESSION, RELEASE_PRIVATE, DESK_SEALING, DISCIPLINE_SEALING, NAMES_PRIVATE}),
    "desk": frozenset({PUBLIC_SESSION, RELEASE_PRIVATE, DISCIPLINE_SEALING}),
    "builder": frozenset(
        {
            IDENTITY,
            PUBLIC_SESSION,
            DESK_SESSION,
            PREVIEW,
            RECEIPT,
            RECEIPT_PRIVATE,
            DESK_SEALING,
            DISCIPLINE_SEALING,
            NAMES_PRIVATE,
        }
    ),
    "all": frozenset(),
}
"""Key files whose mere presence in its folder keeps a process of that role from starting."""
_KEY_ID: Final = "k1"


def create_keys(folder: Path) -> list[str]:
    """Make the keys that are missing; never touches one that is there. Returns the names of those made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in (IDENTITY, PUBLIC_SESSION, DESK_SESSION, PREVIEW, RECEIPT):
        if not (folder / name).exists():
            _write_secret(folder / name, secrets.token_bytes(32))
            made.append(name)
    for private_name, public_name in ((RELEASE_PRIVATE, RELEASE_PUBLIC), (RECEIPT_PRIVATE, RECEIPT_PUBLIC)):
        if not (folder / private_name).exists():
            key = Ed25519PrivateKey.generate()
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            _write_secret(folder / private_name, private)
            _write_secret(folder / public_name, public)
            made += [private_name, public_name]
    if not (folder / NAMES_PRIVATE).exists() and not (folder / NAMES_PUBLIC).exists():
        pair = PrivateKey.generate()
        _write_secret(folder / NAMES_PRIVATE, bytes(pair))
        _write_secret(folder / NAMES_PUBLIC, bytes(pair.public_key))
        made += [NAMES_PRIVATE, NAMES_PUBLIC]
    return made


def create_sealing_pair(folder: Path, reader: Reader, passphrase: str) -> None:
    """A key pair for who reads complaints. Raises Refused where there is one already: what was sealed to it would be
    lost."""
    private, public = folder / sealing.private_name(reader), folder / sealing.public_name(reader)
    if private.exists() or public.exists():
        raise Refused(f"已经有{READERS[reader]}的封存密钥了，换掉它，以前封存的内容就打不开了", "key.exists")
    public_key, locked = sealing.new_pair(passphrase)
    _write_secret(private, locked)
    _write_secret(public, public_key)


def load_digester(folder: Path) -> Digester:
    """The identity keys: one HKDF subkey for each kind of digest."""
    master = _read(folder / IDENTITY)
    return Digester(_KEY_ID, {kind: _derived(master, kind) for kind in DIGEST_KINDS})


def load_secret(folder: Path, name: str, purpose: str) -> bytes:
    """32 bytes for one purpose, derived from one of the session keys."""
    return _derived(_read(folder / name), purpose)


def refuse_foreign_keys(folder: Path, role: Role) -> None:
    """Raises Refused when the folder holds a key that a process of this role must not be able to read."""
    if found := sorted(name for name in MUST_NOT_HOLD[role] if (folder / name).exists()):
        raise Refused(
            f"MINGBAI_ROLE={role} 的进程不许拿到这些密钥：{'、'.join(found)}。"
            f"请给它一个单独的密钥文件夹（MINGBAI_KEYS），用 mingbai keys export 生成",
            "key.role",
        )


def export_keys(folder: Path, role: Role, target: Path) -> list[str]:
    """Copy what a process of this role may hold into a folder of its own. Returns the names of the files."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name not in MUST_NOT_HOLD[role])
    for name in names:
        _write_secret(target / name, (folder / name).read_bytes())
    return names


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mingbai/{purpose}".encode()).derive(master)


def load_signing_key(folder: Path) -> Ed25519PrivateKey:
    return load_private(folder, RELEASE_PRIVATE)


def load_private(folder: Path, name: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(_read(folder / name), password=None)
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
