"""Which process may hold which key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.config import ROLES
from portal.domain.findings import Refused
from portal.security import keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create_keys(tmp_path / "keys")
    return tmp_path / "keys"


def test_making_keys_again_changes_none(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert keys.create_keys(folder) == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_it_may_hold_and_nothing_else(folder: Path, tmp_path: Path, role: keys.Role) -> None:
    exported = keys.export_keys(folder, role, tmp_path / role)
    assert set(exported) == {path.name for path in folder.iterdir()} - keys.MUST_NOT_HOLD[role]
    keys.refuse_foreign_keys(tmp_path / role, role)
    if keys.IDENTITY in exported:
        assert keys.load_digester(tmp_path / role).person("x") == keys.load_digester(folder).person("x")
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / role).iterdir())


@pytest.mark.parametrize(
    ("role", "foreign"), [(role, name) for role in ROLES for name in sorted(keys.MUST_NOT_HOLD[role])]
)
def test_a_process_that_could_read_a_foreign_key_does_not_start(
    folder: Path, tmp_path: Path, role: keys.Role, foreign: str
) -> None:
    keys.export_keys(folder, role, tmp_path / role)
    (tmp_path / role / foreign).write_bytes(b"")
    with pytest.raises(Refused, match=foreign):
        keys.refuse_foreign_keys(tmp_path / role, role)


def test_the_public_process_can_neither_sign_releases_nor_open_staff_sessions() -> None:
    assert {keys.RELEASE_PRIVATE, keys.DESK_SESSION} <= keys.MUST_NOT_HOLD["public"]
    assert keys.IDENTITY not in keys.MUST_NOT_HOLD["public"]


def test_the_builder_can_sign_releases_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    assert keys.export_keys(folder, "builder", tmp_path / "b") == [
        "names-sealing.pub", "receipt-signing.pub", "release-signing.pem", "release-signing.pub",
    ]  # fmt: skip
    with pytest.raises(Refused, match=keys.IDENTITY):
        keys.load_digester(tmp_path / "b")


def test_secrets_differ_by_purpose_and_key(folder: Path) -> None:
    made = [
        keys.load_secret(folder, name, purpose)
        for name in (keys.PUBLIC_SESSION, keys.DESK_SESSION)
        for purpose in ("one", "two")
    ]
    assert len(set(made)) == 4
    assert {len(secret) for secret in made} == {32}
