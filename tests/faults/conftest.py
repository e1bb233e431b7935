"""Installations that the faults strike at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import import_arguments, make_instance, run_json, step_arguments
from tests.county import everywhere
from tests.workbooks import write_roll


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return make_instance(tmp_path / "instance")


@pytest.fixture
def roll(tmp_path: Path) -> Path:
    return write_roll(tmp_path / "roll.xlsx", everywhere(40))


@pytest.fixture
def noticed(instance: Path, roll: Path) -> Path:
    """An installation with a batch on notice that no release shows yet."""
    run_json(instance, *import_arguments(roll))
    run_json(instance, *step_arguments("2025-0001", "review", "reviewer", 3))
    run_json(instance, *step_arguments("2025-0001", "notice", "enterer", 4))
    return instance
