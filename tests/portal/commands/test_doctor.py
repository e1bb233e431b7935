"""`doctor` says whether complaints can be sealed, and whether what opens them lies where it must not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.security import sealing
from tests.cases import make_keys
from tests.command_line import run


def said(instance: Path, role: str = "all") -> tuple[int, str]:
    """The exit code, and the line about sealing keys."""
    done = run(instance, "doctor", before=_as(role))
    return done.returncode or 0, next(line for line in done.stdout.splitlines() if "封存密钥" in line)


def _as(role: str) -> Callable[[], None]:
    return lambda: os.environ.update(MINGBAI_ROLE=role)


def test_without_sealing_keys_it_says_what_to_do(instance: Path) -> None:
    code, line = said(instance)
    assert code == 0
    assert "县受理科室、纪检监察机关的还没有" in line
    assert "mingbai keys seal" in line


def test_keys_of_both_readers_in_one_folder_are_said_to_be_for_a_demonstration(instance: Path) -> None:
    make_keys(instance)
    assert "两家的私钥放在一起" in said(instance)[1]
    (instance / "keys" / sealing.private_name("discipline")).unlink()
    assert said(instance) == (0, "✓ 封存密钥：都有，打得开的私钥不在一起")


@pytest.mark.parametrize(("role", "named"), [("public", "desk-sealing.key"), ("desk", "discipline-sealing.key")])
def test_a_private_key_in_the_wrong_folder_is_a_fault(instance: Path, role: str, named: str) -> None:
    make_keys(instance)
    code, line = said(instance, role)
    assert code == 1
    assert line.startswith("✗ 封存密钥")
    assert named in line
