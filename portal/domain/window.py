"""Look-up at the window: for a person who is present and has shown the ID card, or for who may act for that person.

Whom the staff looked up is not written down; that they did, on which ground, and how much they saw, is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ROLES: Final = ("village", "station", "township_finance", "finance")
GROUNDS: Final[Mapping[str, str]] = {
    "present": "本人在场，已看身份证",
    "guardian": "监护人代查，已看双方身份证和户口本（监护证明）",
    "entrusted": "受托人代查，已看双方身份证和委托书",
    "custodian": "集中供养机构代查，已看机构证明和本人身份证",
}
"""Why a record is opened (个人信息保护法 15, 28, 31: the person's own wish, or the guardian's)."""
A_DAY: Final = 150
"""Records that one member of staff may open in a day: more than a busy window serves, far less than a village."""


def within(area: str) -> str:
    """How the codes of places begin whose people a unit in this area may be shown payments that say something about
    health or need: its village, its township, or the whole county. Others have a window of their own
    (个人信息保护法 28: sensitive data only as far as it must be)."""
    if not area:
        return "nowhere"
    return "" if area.endswith("000000") else area.removesuffix("000")
