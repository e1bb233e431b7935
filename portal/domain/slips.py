"""Numbered paper slips (纸质意见单) that lie in villages: a counter and a check digit, so that a slip that is keyed in
wrongly never takes another one's number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from portal.domain.receipts import check_digit

_DIGITS: Final = 6
MOST_AT_ONCE: Final = 60


EACH_IN_A_PACK: Final = 10
"""For every village of a pack."""


@dataclass(frozen=True, slots=True)
class Slips:
    """Numbers that were given out for one place, 东河镇王村."""

    place: str
    numbers: tuple[str, ...]


def slip_number(count: int) -> str:
    """The number of the so-many-eth slip, from 1: 000123-4."""
    digits = f"{count:0{_DIGITS}d}"
    return f"{digits}-{check_digit(digits)}"


def slip_count(number: str) -> int:
    """Which slip this is."""
    return int(number.partition("-")[0])


def read_slip(typed: str) -> str | None:
    """The number as it is printed, from what somebody typed; None when it cannot be one."""
    digits = re.sub(r"[\s\-—_.]", "", unicodedata.normalize("NFKC", typed[:40]))
    if not re.fullmatch(rf"[0-9]{{{_DIGITS + 1},12}}", digits) or check_digit(digits) != "0":
        return None
    return f"{digits[:-1]}-{digits[-1]}"
