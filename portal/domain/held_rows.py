"""Held rows (待核实) and what may become of each, once somebody has looked into it: paid after all, not paid, or corrected.

Who entered a roll never decides about its rows (录入与审核分离), and nobody is paid whose row was never on notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from portal.domain.batches import Actor, Batch
from portal.domain.findings import Refused
from portal.domain.policies import Policy

Outcome = Literal["admitted", "dropped"]
OUTCOMES: Final[Mapping[Outcome, str]] = {"admitted": "核实无误，照发", "dropped": "核实后不发"}
ADMITTED: Final = "admitted"
DROPPED: Final = "dropped"
ROLES: Final = ("station", "township_finance", "department")
"""Who answers for the truth of the data: township and department. Finance looks at procedure only."""
CORRECTABLE: Final = frozenset({"id.empty", "id.number", "id.length", "id.check_digit", "id.date", "name.bad"})
"""What holds a row and the correction template can mend."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """`is_known` where ID and name could be read; `place` is the village's code, empty where it is not known."""

    code: str
    is_known: bool
    place: str
    fen: int


def why_not_admitted(row: HeldRow) -> str:
    """Why a row cannot be paid as it stands, in words; empty where it can. Where its village is not known, whoever admits
    it names the village."""
    if not row.is_known:
        return "身份证号或姓名读不出来，不知道是谁。先用更正模板改对"
    if row.fen <= 0:
        return "没有能发的金额。请改成不发，改好后放进补发的清册"
    return ""


def why_closed(batch: Batch, policy: Policy) -> str:
    """Why no held row of the batch can join its list any more; empty while one can. Not paying one stays possible."""
    if policy.notice_days > 0 and batch.notice is not None:
        return "名单已经公示，没有公示过的行不能再加进来。请改成不发，放进补发的清册里公示"
    return ""


def must_be_open(batch: Batch) -> None:
    """Raises Refused where the batch's rows are no longer decided about."""
    if not batch.is_live or batch.is_returned or batch.last("archive") is not None:
        raise Refused(f"批次 {batch.number} 已退回、撤下、归档或被新版替代，待核实的行不用再处理", "batch.closed")


def must_be_another(batch: Batch, actor: Actor) -> None:
    """Raises Refused for who entered the roll: four eyes."""
    if actor.name == batch.entered_by:
        raise Refused("录入的人不能自己核实，请由另一人处理待核实的行", "step.four_eyes")


def may_correct(batch: Batch, name: str) -> bool:
    """Whether this person may put held rows right: once the review has looked at the list, not who entered it."""
    return batch.last("review") is None or name != batch.entered_by


def still_wrong(fen: int, quantity: Decimal | None, rate: Decimal | None) -> str:
    """What still holds a row whose ID and name were corrected: a finding's code, or empty."""
    if fen <= 0:
        return "amount.not_positive"
    if quantity is not None and rate is not None and abs(quantity * rate * 100 - fen) > Decimal("0.5"):
        return "amount.mismatch"
    return ""
