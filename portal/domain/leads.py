"""Leads of early warning (预警线索): what somebody should look at. A lead is never a conclusion (线索，不是结论), and
settles nothing by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from portal.domain.batches import Actor

LEAD_ROLES: Final = ("finance", "disclosure", "audit", "discipline", "department", "township_finance", "station")
"""Who looks at leads. The administrator keeps accounts and looks into nobody's payments."""
COUNTY_ROLES: Final = frozenset({"finance", "disclosure", "audit", "discipline"})
"""These see the leads of the whole county; departments those of their policies, townships those of their villages."""
ROW_ROLES: Final = frozenset(LEAD_ROLES) - {"disclosure"}
"""Who sees the rows behind a lead, and may say what was found."""
TODAY_ROLES: Final = frozenset({"finance", "department", "township_finance", "station"})
"""Whose daily work leads are; auditors and discipline inspection look when they choose to."""
_BY_THEMSELVES: Final = frozenset({"audit", "discipline"})
"""What these find out is nobody else's matter: a lead must not look settled to those whom it concerns."""


class LeadKind(NamedTuple):
    """`advice` is what to do about one."""

    title: str
    advice: str


KINDS: Final[Mapping[str, LeadKind]] = {
    "suspended": LeadKind("资格待核实的人还在领", "请主管部门核对资格；核实前不要向外说这个人的情况"),
    "excluded": LeadKind("领了不能同时享受的两项", "核对两项各自的条件，看该停哪一项"),
    "above": LeadKind("同一期从几份清册领，合起来超过标准", "看是不是重复报了，或者补发没有扣掉已发的"),
    "shared": LeadKind("几个人的钱打到同一个账号", "核对是不是代管、代领，有没有写串行"),
    "accounts": LeadKind("一个人有几个账号", "核对是不是换了卡；没换的，问清哪个是本人的"),
    "jump": LeadKind("比去年变动大的村", "看人数、面积、标准哪一项变了"),
    "allotment": LeadKind("清册超过指标", "核对指标文号和金额，或者补发有没有另下指标"),
    "late": LeadKind("办晚了的批次", "看卡在哪一步，催一催"),
    "silent": LeadKind("这一季度什么都没公开的村", "看是没有发放，还是没有公开"),
    "lists": LeadKind("没有公布补贴政策清单", "请主管部门把今年的清单报来，另一人批准后公布"),
    "hotline": LeadKind("这个月没有核对过的电话", "打一遍公布的电话，打得通就在“电话核对”里点一下"),
}
VERDICTS: Final[Mapping[str, str]] = {"true": "查过，属实", "nothing": "没有问题", "referred": "转办"}


@dataclass(frozen=True, slots=True)
class Lead:
    """`subject` names it within its kind, in codes and row numbers of ours, never in digests. `areas` are the places it
    is about, `policies` and `units` whose matter it is; `rows` are ids of the payments behind it, or `lists` the
    (batch id, village) whose rows they all are. `page` is where at the desk to look, below /desk/."""

    kind: str
    subject: str
    words: str
    fen: int = 0
    areas: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    rows: tuple[int, ...] = ()
    lists: tuple[tuple[int, str], ...] = ()
    facts: tuple[object, ...] = ()
    page: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}.{self.subject}"

    @property
    def facts_hash(self) -> str:
        """What was said of the lead holds as long as this stays the same."""
        told = repr((self.words, self.fen, self.rows, self.facts))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose leads somebody sees. `area` is the start of their places' codes, empty where they have none of their own."""

    everything: bool
    area: str = ""
    policies: frozenset[str] = frozenset()
    unit: str = ""

    def sees(self, lead: Lead) -> bool:
        return (
            self.everything
            or self.unit in lead.units
            or bool(self.policies & lead.policies)
            or self.covers_any(lead.areas)
        )

    def sees_row(self, policy: str, village: str) -> bool:
        return self.everything or policy in self.policies or self.covers_any((village,))

    def covers_any(self, areas: frozenset[str] | tuple[str, ...]) -> bool:
        return bool(self.area) and any(area.startswith(self.area) for area in areas)


@dataclass(frozen=True, slots=True)
class LeadWord:
    """What somebody said of a lead, for the facts it had then."""

    lead: str
    facts: str
    circle: str
    verdict: str
    reason: str
    by: str
    day: date


def circle_of(actor: Actor) -> str:
    """Among whom a word counts: the county's offices, one department, one township; auditors and discipline inspection
    each by themselves."""
    if actor.role in _BY_THEMSELVES:
        return actor.role
    return "county" if actor.role in COUNTY_ROLES else f"unit:{actor.unit}"[:20]


def is_told(word: LeadWord, circle: str) -> bool:
    """Whether this circle hears of the word."""
    return word.circle == circle or word.circle not in _BY_THEMSELVES


def settles(word: LeadWord, lead: Lead, circle: str) -> bool:
    """Whether the lead need not be shown again to this circle: its own word, or the county's to departments and
    townships. Theirs never hides a lead from the county."""
    if word.facts != lead.facts_hash:
        return False
    return word.circle == circle or (word.circle == "county" and circle not in _BY_THEMSELVES)
