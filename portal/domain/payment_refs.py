"""How a payment is named without saying whose it is: batch, village and row code, as posting and look-up show them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SHAPE: Final = re.compile(r"([0-9]{4}-[0-9]{4,6})/([0-9]{12})/([0-9A-Z]{4})")


class PaymentRef(NamedTuple):
    """Written 2025-0007/990121001001/K7QX."""

    batch: str
    village: str
    code: str

    def __str__(self) -> str:
        return "/".join(self)


def read_reference(text: str) -> PaymentRef | None:
    """None where it cannot be one."""
    match = _SHAPE.fullmatch(text.strip().upper()[:40])
    return PaymentRef(*match.groups()) if match else None
