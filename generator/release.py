"""Releases of the public site: staged, signed, swapped in whole, a few kept.

A release is a folder: site/ (public), index/ (search, outside the web root), manifest.json (path, SHA-256, the release
before, ledger head), manifest.sig (Ed25519), state.json (what each page was made from). `current` points to one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.domain.findings import Refused

KEPT: Final = 5
_CURRENT: Final = "current"
_STAGING: Final = ".staging-"


@dataclass(frozen=True)
class Manifest:
    """`files` maps a path under site/ to its SHA-256 in hex. `previous` is the hash of the manifest before, or ""."""

    release: str
    previous: str
    change: int
    ledger_head: str
    files: Mapping[str, str]

    def text(self) -> bytes:
        return json.dumps(self.__dict__, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text()).hexdigest()


class Releases:
    """The folder of releases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """The current release's folder, resolved anew at each call."""
        link = self.folder / _CURRENT
        return link.resolve() if link.exists() else None

    @contextmanager
    def only_builder(self) -> Iterator[None]:
        """One builder at a time. Raises Refused when another is at work."""
        with self._only(".lock", Refused("另一个生成正在进行，请等它完成", "build.busy")):
            yield

    @contextmanager
    def only_printer(self) -> Iterator[None]:
        """One pack at a time, whatever process the service runs it in. Raises Refused when another is being made."""
        busy = Refused("正在给别人排版，没有轮到您。请过一分钟再按一次“打印”", "print.busy")
        with self._only(".printing", busy):
            yield

    @contextmanager
    def _only(self, name: str, busy: Refused) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise busy from None
            yield

    def stage(self, name: str) -> Path:
        """A fresh folder to build in; what a killed builder left behind is swept away."""
        for left in self.folder.glob(f"{_STAGING}*"):
            shutil.rmtree(left)
        staging = self.folder / f"{_STAGING}{name}"
        (staging / "site").mkdir(parents=True)
        return staging

    def publish(self, staging: Path, manifest: Manifest, key: Ed25519PrivateKey) -> Path:
        """Sign, move into place and swap `current` in one step: a reader sees the old release or the new one."""
        _write_through(staging / "manifest.json", manifest.text())
        _write_through(staging / "manifest.sig", key.sign(manifest.text()))
        final = self.folder / manifest.release
        staging.rename(final)
        link = self.folder / f".{_CURRENT}-new"
        link.unlink(missing_ok=True)
        link.symlink_to(manifest.release)
        link.replace(self.folder / _CURRENT)
        _sync_folder(self.folder)
        self._prune()
        return final

    def forget(self, erased: int) -> None:
        """Delete releases from before the publication change `erased`: what was taken down then may not lie about on the
        disk. The current release stays, whatever its number: it was made or found right after."""
        current = self.current()
        for old in self._kept():
            if old == current:
                continue
            if read_manifest(old).change >= erased:
                return  # all later ones are as new
            shutil.rmtree(old)

    def _kept(self) -> list[Path]:
        """Every release, oldest first."""
        return sorted(
            path for path in self.folder.iterdir() if (path / "manifest.json").exists() and not path.is_symlink()
        )

    def _prune(self) -> None:
        current = self.current()
        for old in self._kept()[:-KEPT]:
            if old != current:
                shutil.rmtree(old)


def read_manifest(release: Path) -> Manifest:
    return Manifest(**json.loads((release / "manifest.json").read_bytes()))


def signature_is_good(release: Path, key: Ed25519PublicKey) -> bool:
    """Whether the manifest is the one that was signed."""
    try:
        key.verify((release / "manifest.sig").read_bytes(), (release / "manifest.json").read_bytes())
    except InvalidSignature:
        return False
    return True


def first_tampered(release: Path, manifest: Manifest) -> str | None:
    """The first file under site/ that is missing, altered or foreign, in words; None when all is as signed."""
    site = release / "site"
    for path, expected in manifest.files.items():
        file = site / path
        if not file.is_file():
            return f"缺少文件 {path}"
        if file_hash(file) != expected:
            return f"文件 {path} 与签名时不同"
    found = {str(file.relative_to(site)) for file in site.rglob("*") if file.is_file()}
    if foreign := sorted(found - manifest.files.keys()):
        return f"多出文件 {foreign[0]}"
    return None


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_state(release: Path | None) -> dict[str, Any]:
    """What each page of a release was made from: {path: [key, sha256]}; empty before the first."""
    if release is None or not (release / "state.json").exists():
        return {}
    state: dict[str, Any] = json.loads((release / "state.json").read_bytes())
    return state


def altered(release: Path, state: Mapping[str, Any]) -> set[str]:
    """Paths whose file is missing or not what the state says: nothing of them may go on into another release."""
    site = release / "site"
    return {
        path for path, (_, digest) in state.items() if not (site / path).is_file() or file_hash(site / path) != digest
    }


def write_state(release: Path, state: Mapping[str, Any]) -> None:
    (release / "state.json").write_text(json.dumps(state, separators=(",", ":")), encoding="utf-8")


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
