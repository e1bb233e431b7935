"""What stands on blank complaint slips: where they lie, their numbers, where to write from a phone instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.qr import QrCodes, picture
from generator.site_text import SiteText
from portal.domain.slips import Slips

TEMPLATE: Final = "slips.typ"
_MATTERS: Final = (
    "没收到钱", "金额不对", "名单里没有我", "不该有他", "名字卡号写错", "存折卡被拿", "被扣钱", "想问政策", "其他",
)  # fmt: skip


def slips_content(slips: Sequence[Slips], site: SiteText) -> dict[str, Any]:
    """What the template gets besides the title."""
    return {
        "author": site.county,
        "county": site.county,
        "matters": list(_MATTERS),
        "complain": site.url + "complain",
        "follow": site.url + "follow",
        "qr": picture(QrCodes(), site.url + "complain"),
        "slips": [{"number": number, "place": each.place} for each in slips for number in each.numbers],
    }
