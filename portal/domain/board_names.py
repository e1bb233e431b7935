"""Full names on the village board: where a rule demands them, and only while the notice runs. Until then, and never
after, each is kept sealed beside its payment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from portal.domain.batches import Batch
from portal.domain.policies import Policy

SealName = Callable[[str], bytes]
OpenName = Callable[[bytes], str]
"""Raises Refused for what was not sealed to this key."""

PRINTERS: Final = ("station", "township_finance", "department", "disclosure")
"""Roles that may have full names printed; the admin may not, who has no list to hang."""
_FULL_AGE: Final = 18


def demands_full_names(policy: Policy) -> bool:
    """Whether the policy's list has full names on the village board before payment."""
    return policy.board_before == "full_names" and policy.notice_days > 0


def is_of_age(born: date, day: date) -> bool:
    """Whether somebody's name may stand on the board in full at all: not that of a minor (未成年人保护法 第四条)."""
    return (day.year - born.year, day.month, day.day) >= (_FULL_AGE, born.month, born.day)


def are_of_use(batch: Batch, policy: Policy, today: date, public_months: int) -> bool:
    """Whether sealed names of the batch may be kept: its notice is still to come, or runs. Those of a batch that comes
    to nothing go when the policy's term of disclosure (`public_months`) would be over."""
    review = batch.last("review")
    if not batch.is_live or batch.is_returned or batch.is_paid or not demands_full_names(policy):
        return False
    if review is not None and review.attribute != "主动公开":
        return False
    if batch.notice is not None:
        return batch.is_on_notice(today)
    return _months_between(batch.steps[0].day, today) < public_months if batch.steps else True


def _months_between(first: date, then: date) -> int:
    return (then.year - first.year) * 12 + then.month - first.month
