"""What the tests of rolls share: a roll prepared from a real file, and searched for what must not be in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from portal.intake.prepare import PreparedRoll, prepare
from tests.builders import HEADER, make_context, make_person, make_roll_file

PrepareRoll = Callable[..., PreparedRoll]


@pytest.fixture
def roll(tmp_path: Path) -> PrepareRoll:
    """roll(*rows, kind="xlsx", header=HEADER, **context): the rows in a file of that kind, prepared."""

    def prepared(
        *rows: Sequence[Any], kind: str = "xlsx", header: Sequence[Any] = HEADER, **context: Any
    ) -> PreparedRoll:
        path = make_roll_file(tmp_path / f"roll.{kind}", [header, *rows])
        found = prepare(path, make_context(**context))
        _assert_nothing_raw(found, rows)
        return found

    return prepared


def _assert_nothing_raw(found: PreparedRoll, rows: Sequence[Sequence[Any]]) -> None:
    """No ID, account or full name is in the result, nor any cell with that many digits."""
    said = repr(found)
    for person in map(make_person, range(30)):
        assert person.name not in said
        assert person.id_number[:17] not in said
        assert person.account not in said
    for row in rows:
        for cell in row:
            assert sum(char.isdigit() for char in str(cell)) < 11 or str(cell) not in said
