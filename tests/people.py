"""Makes synthetic ID numbers and bank accounts for tests; the area code 99… belongs to no real place."""

from __future__ import annotations

from portal.domain.identity import check_digit


def make_id(birth: str, serial: int, area: str = "990121") -> str:
    """A valid 18-character ID number. `birth` is YYYYMMDD, `serial` 0–999 (odd for men)."""
    first17 = f"{area}{birth}{serial:03d}"
    return first17 + check_digit(first17)


def make_account(number: int) -> str:
    """A Luhn-valid card number of 19 digits that starts with 62."""
    first18 = f"62{number:016d}"
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(first18)))
    return first18 + str(-sum(value // 10 + value % 10 for value in doubled) % 10)
