"""How long lists of people stay public.

《个人信息保护法》第十九条: personal data are kept for the shortest time that the purpose needs; 第四十七条: they are deleted once
that time is over. Each policy's list says how many months (公开期限); content/site.toml where it does not.
"""

from __future__ import annotations

import calendar
from datetime import date

from portal.domain.batches import Batch


def list_ends(batch: Batch, months: int) -> date:
    """The day on which the batch's list is to come down: so many months after it was last published, or, where it never
    was, after its last step."""
    published = batch.last("disclosure") or batch.last("notice") or batch.steps[-1]
    return months_later(published.day, months)


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
