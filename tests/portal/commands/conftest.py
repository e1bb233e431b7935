"""An installation for the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import make_instance


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return make_instance(tmp_path / "instance")
