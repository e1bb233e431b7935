"""Receipts: the number that a reporter keeps, the only key to the case from outside.

Sixteen digits and a check digit, made from the form's own idempotency key, so that a form that is sent again after a
lost answer gets the very same receipt. Nothing about the case or the person is in it.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import Final

_DIGITS: Final = 16
_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""The table of the check digit (Damm, 2004): every single wrong digit and every swap of neighbours is found."""


def receipt_for(key: bytes, idempotency_key: str) -> str:
    """The 17 digits for a form, the same whenever it is sent."""
    drawn = int.from_bytes(hmac.digest(key, b"receipt/" + idempotency_key.encode(), "sha256"))
    digits = f"{drawn % 10**_DIGITS:0{_DIGITS}d}"
    return digits + check_digit(digits)


def read_receipt(typed: str) -> str | None:
    """The 17 digits of a receipt as somebody typed it; None when it cannot be one."""
    digits = re.sub(r"[\s\-—_.]", "", unicodedata.normalize("NFKC", typed[:80]))
    if not re.fullmatch(rf"[0-9]{{{_DIGITS + 1}}}", digits) or check_digit(digits) != "0":
        return None
    return digits


def in_groups(receipt: str) -> str:
    """As it is shown and printed: 1234 5678 9012 3456 7."""
    return " ".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))


def check_digit(digits: str) -> str:
    """Appended to the digits it makes their check 0."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
