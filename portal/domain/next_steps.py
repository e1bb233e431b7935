"""What somebody may do next with a batch, asked of the same rules that the step itself will meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.batches import ANYTIME, Actor, Batch, Flow, FlowStep, StepRecord, TimelineItem, admit
from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.domain.workdays import IsWorkday

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "review": ("attribute", "document", "reason"),
    "allotment": ("amount", "document"),
    "return": ("reason",),
    "withdraw": ("reason",),
    "refund": ("reason",),
}
"""What a step's form asks for beside the day; the others ask for a document's number."""
_WORTH_SAYING: Final = ("step.four_eyes", "notice.running", "review.attribute")
"""Why a step that is somebody's turn cannot be taken yet, where they can do nothing but know it."""
_SHOWN_ANEW: Final = frozenset({"feedback", "refund", "settle"})
"""What changes figures that a disclosure showed."""
_BY_FILE: Final = ("roll", "feedback")


@dataclass(frozen=True, slots=True)
class NextStep:
    """`why_not` says why it cannot be taken yet, empty where it can; `asks` is what its form asks for; `is_past` for one
    that others have overtaken, `is_early` for one before which the flow has a step of ours that is still open; `by_file`
    where a file takes it."""

    step: FlowStep
    due: date | None
    why_not: str
    asks: tuple[str, ...]
    is_past: bool
    by_file: bool
    is_early: bool = False

    @property
    def is_open(self) -> bool:
        return not self.why_not

    def is_late(self, today: date) -> bool:
        return self.due is not None and today > self.due


def next_steps(
    batch: Batch, flow: Flow, policy: Policy, actor: Actor, today: date, is_workday: IsWorkday
) -> list[NextStep]:
    """The steps of the flow that this person may take now or is kept from, in the flow's order."""
    if not batch.is_live or batch.is_returned:
        return []
    items = batch.timeline(flow, is_workday)
    last = max((place for place, item in enumerate(items) if item.record), default=-1)
    waiting = awaited(items, policy)
    open_at = items.index(waiting) if waiting else len(items)
    found = []
    for place, item in enumerate(items):
        if item.step.code == "roll" or not actor.may(item.step) or not _is_to_do(batch, item):
            continue
        why_not = _why_not(batch, flow, policy, actor, item.step, today, is_workday)
        if why_not is not None:
            asks = _NEEDS.get(item.step.code, ("document",))
            by_file = item.step.code in _BY_FILE
            is_past, is_early = place < last and not item.record, place > open_at and not item.record
            found.append(NextStep(item.step, item.due, why_not, asks, is_past, by_file, is_early))
    return found


def is_done(batch: Batch, flow: Flow, code: str, is_workday: IsWorkday) -> bool:
    """Whether the step was taken and nothing has come since that asks for it once more."""
    items = [item for item in batch.timeline(flow, is_workday) if item.step.code == code]
    return any(item.record is not None and not _is_to_do(batch, item) for item in items)


def awaited(items: Sequence[TimelineItem], policy: Policy) -> TimelineItem | None:
    """The first step of ours that nobody has taken: what the batch waits for."""
    return next(
        (
            item
            for item in items
            if item.record is None and item.step.kind == "ours" and (item.step.code != "notice" or policy.notice_days)
        ),
        None,
    )


def anytime_steps(
    batch: Batch, flow: Flow, policy: Policy, actor: Actor, today: date, is_workday: IsWorkday
) -> list[NextStep]:
    """Returning, withdrawing and giving money back, where this person may do it now."""
    found = []
    for step in ANYTIME.values():
        if not actor.may(step) or (step.code == "return" and batch.is_returned):
            continue
        if _why_not(batch, flow, policy, actor, step, today, is_workday) == "":
            found.append(NextStep(step, None, "", _NEEDS[step.code], False, False))
    return found


def _is_to_do(batch: Batch, item: TimelineItem) -> bool:
    """Not taken yet; or a result that came after what was published last."""
    if item.record is None:
        return True
    if item.step.code == "feedback":
        return batch.last("archive") is None
    since = [record.step for record in batch.steps]
    since = since[len(since) - since[::-1].index(item.step.code) :]
    return item.step.code == "disclosure" and not _SHOWN_ANEW.isdisjoint(since)


def _why_not(
    batch: Batch, flow: Flow, policy: Policy, actor: Actor, step: FlowStep, today: date, is_workday: IsWorkday
) -> str | None:
    """Empty where the rules would let it be taken today, a reason worth saying, or None where it is not its turn."""
    probe = StepRecord(step.code, today, actor.name, reason="…", attribute="主动公开")
    try:
        admit(batch, flow, policy, probe, actor, today, is_workday)
    except Refused as refused:
        code = refused.findings[0].code
        if code == "step.automatic" and step.code in _BY_FILE:
            return ""
        return str(refused) if code in _WORTH_SAYING else None
    return ""
