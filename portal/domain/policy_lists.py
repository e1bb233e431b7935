"""Who makes a year's policy list and who approves it, whether lists are out in time, and what changed between two of
them, told as people tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from portal.domain.batches import ROLES, Actor
from portal.domain.policies import FIELD_WORDS, Change, Policy

EDITORS: Final = ("department", "finance")
APPROVERS: Final = ("finance", "department", "disclosure")


def why_not_approve(actor: Actor, hands: Collection[str]) -> str:
    """Why this person may not approve a list that `hands` have made, in words; empty where they may."""
    if actor.role not in (*APPROVERS, "admin"):
        return f"清单由{'、'.join(ROLES[role] for role in APPROVERS)}批准"
    return "导入或改过这份清单的人不能自己批准，请由另一人批准" if actor.name in hands else ""


def without_basis(policies: Iterable[Policy]) -> list[Policy]:
    """Policies that show something of people's payments and do not say by what law (政府信息公开条例 37; 个人信息保护法 13)."""
    return [policy for policy in policies if not policy.legal_basis and policy.names_people]


def due_day(year: int) -> date:
    """Each department publishes the year's list of its own subsidies by 1 March (seed 1: 每年3月1日前)."""
    return date(year, 3, 1)


@dataclass(frozen=True, slots=True)
class ListState:
    """How a year's list stands. `published_on` is the day of its first approved version, None while there is none;
    `missing` are the departments that owe theirs, empty until the due day is over."""

    year: int
    published_on: date | None
    missing: tuple[str, ...]

    @property
    def due(self) -> date:
        return due_day(self.year)

    @property
    def is_missing(self) -> bool:
        """The whole county's list is owed."""
        return self.published_on is None and bool(self.missing)

    @property
    def days_late(self) -> int:
        """Days after the due day on which the list came out; 0 for in time and for not yet."""
        return max(0, (self.published_on - self.due).days) if self.published_on else 0


def list_state(
    year: int,
    today: date,
    published_on: date | None,
    now: Iterable[Policy],
    before: Iterable[Policy],
    closed: Collection[str] = (),
) -> ListState:
    """How the list of `year` stands on a day: `now` is its policies, `before` those of the last list before it.

    A department owes its list when it had policies before and has none now. `closed` are departments that exist no
    more: their work went to others, who owe it under their own name.
    """
    owing = departments_of(before) - departments_of(now) - set(closed)
    return ListState(year, published_on, tuple(sorted(owing)) if today > due_day(year) else ())


def departments_of(policies: Iterable[Policy]) -> set[str]:
    return {name for policy in policies for name in policy.departments}


# Of no use to somebody who wants to know what became of their subsidy; the whole comparison has them.
_OFFICE_MATTERS = {"flow", "legal_basis", "retention_months", "board_before", "board_after", "quantity_unit"}
_LISTS = {"departments", "audience", "basis", "excludes"}


def in_plain_words(change: Change) -> list[str]:
    """What a change means, one sentence an item; empty when only office matters changed."""
    if change.kind == "added":
        return ["新增了这项补贴"]
    if change.kind == "dropped":
        return ["清单里不再有这项补贴"]
    sentences: list[str] = []
    for field, (before, after) in change.fields.items():
        if field == "rates" and "rate_text" in change.fields and not _difference(before, after):
            continue  # the rate in words says it already
        if field not in _OFFICE_MATTERS:
            sentences += _sentences(field, before, after)
    return sentences


def _sentences(field: str, before: str, after: str) -> Iterator[str]:
    word = FIELD_WORDS[field]
    if field == "rates" and (difference := _difference(before, after)):
        yield f"单价从{before}元{'提高' if difference > 0 else '降低'}到{after}元，{'多' if difference > 0 else '少'}{abs(difference)}元"
    elif field in _LISTS:
        old, new = before.split("；") if before else [], after.split("；") if after else []
        if added := [item for item in new if item not in old]:
            yield f"{word}加上了：{'；'.join(added)}"
        if gone := [item for item in old if item not in new]:
            yield f"{word}去掉了：{'；'.join(gone)}"
    elif not before:
        yield f"{word}原来没有写，现在写明：{after}"
    elif not after:
        yield f"{word}不再写了，原来是：{before}"
    else:
        yield f"{word}从“{before}”改成“{after}”"


def _difference(before: str, after: str) -> Decimal | None:
    """How much a single rate rose, in yuan; None where there were or are several, or none."""
    try:
        return Decimal(after) - Decimal(before)
    except InvalidOperation:
        return None
