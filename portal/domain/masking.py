"""How a name may be shown, on the web, on paper and in downloads alike."""

from __future__ import annotations

from typing import Final

from portal.domain.identity import clean_name, is_name

UNVERIFIED_NAME: Final = "姓名待核"


def mask_name(name: str) -> str:
    """张三 → 张*, 张小三 → 张*三, four and more: first + ** + last (the interpunct counts as a character).

    What is not Han with interpuncts is not shown at all: it may be an ID number in the wrong column.
    """
    name = clean_name(name)
    if not is_name(name):
        return UNVERIFIED_NAME
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + ("*" if len(name) == 3 else "**") + name[-1]
