"""The office that the tests of the portal work in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.office import Office
from tests.county import office_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "office") as office:
        yield office
