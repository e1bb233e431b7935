"""Subsidy policies (补贴项目) and the yearly policy list (补贴政策清单)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, Literal

from portal.domain.workdays import DayKind

Level = Literal["central", "provincial", "city", "county"]
Channel = Literal["card", "not_yet", "exempt"]
PayeeUnit = Literal["person", "household", "school", "custodian"]
Show = Literal["rows", "full_names", "totals", "none"]
"""Disclosure class: masked rows · full names (village board only, while the notice runs) · totals · nothing."""

LEVELS: Final[Mapping[str, str]] = {"central": "中央", "provincial": "省级", "city": "市级", "county": "县级"}
CHANNELS: Final[Mapping[str, str]] = {"card": "一卡通", "not_yet": "暂未纳入", "exempt": "其他渠道"}
PAYEE_UNITS: Final[Mapping[str, str]] = {
    "person": "个人",
    "household": "农户",
    "school": "学校",
    "custodian": "监护代管人",
}
SHOWS: Final[Mapping[str, str]] = {"rows": "逐户", "full_names": "全名", "totals": "合计", "none": "不公开"}
DAY_KINDS: Final[Mapping[str, str]] = {"working": "工作日", "calendar": "自然日"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One line of a year's list. `rates` are yuan per `quantity_unit`; empty when no single rate exists."""

    code: str
    name: str
    departments: tuple[str, ...]
    level: Level
    channel: Channel
    payee_unit: PayeeUnit
    audience: tuple[str, ...] = ()
    target_group: str = ""
    rate_text: str = ""
    rates: tuple[Decimal, ...] = ()
    quantity_unit: str = ""
    basis: tuple[str, ...] = ()
    guide: str = ""
    frequency: str = ""
    memo: str = ""
    web_before: Show = "totals"
    web_after: Show = "totals"
    board_before: Show = "totals"
    board_after: Show = "totals"
    legal_basis: str = ""
    notice_days: int = 0
    notice_day_kind: DayKind = "calendar"
    flow: str = "county-finance"
    retention_months: int = 0
    age_from: int | None = None
    age_to: int | None = None
    excludes: tuple[str, ...] = ()
    hotline: str = ""

    def shown_on_web(self, kind: str) -> Show:
        """Disclosure class of a posting kind on the web. Full names never go on the web: masked rows at most."""
        show = self.web_before if kind == "notice" else self.web_after
        return "rows" if show == "full_names" else show

    def shown_on_board(self, kind: str) -> Show:
        """Disclosure class of a posting kind on the village board."""
        return self.board_before if kind == "notice" else self.board_after

    @property
    def names_people(self) -> bool:
        """Whether a list of people is shown anywhere at any stage, masked or in full."""
        return bool({self.web_before, self.web_after, self.board_before, self.board_after} & {"rows", "full_names"})

    @property
    def is_sensitive(self) -> bool:
        """Whether it does not name people in public at every stage: that somebody is paid under it says something about
        health, hardship or age, so look-up shows it only to who also knows the tail of the card."""
        return {self.shown_on_web("notice"), self.shown_on_web("disclosure")} != {"rows"}


@dataclass(frozen=True, slots=True)
class Change:
    """How one policy differs between two lists. `fields` maps a field's name to (before, after)."""

    kind: Literal["added", "dropped", "changed"]
    code: str
    name: str
    fields: Mapping[str, tuple[str, str]]


CODE_WORD: Final = "项目编码"
FIELD_WORDS: Final[Mapping[str, str]] = {
    "name": "项目名称",
    "departments": "主管部门",
    "level": "政策级次",
    "channel": "发放渠道",
    "payee_unit": "补贴单位",
    "audience": "面向人群",
    "target_group": "补贴对象",
    "rate_text": "补贴标准",
    "rates": "单价",
    "quantity_unit": "数量单位",
    "basis": "依据文件",
    "guide": "申报指南",
    "frequency": "发放频次",
    "memo": "四字标识",
    "web_before": "网站公示",
    "web_after": "网站公开",
    "board_before": "村栏公示",
    "board_after": "村栏公开",
    "legal_basis": "公开依据",
    "notice_days": "公示天数",
    "notice_day_kind": "公示天数类型",
    "flow": "办理流程",
    "retention_months": "公开期限月",
    "age_from": "年龄下限",
    "age_to": "年龄上限",
    "excludes": "不可同享",
    "hotline": "咨询电话",
}
_CODED: Final[Mapping[str, Mapping[str, str]]] = {
    "level": LEVELS,
    "channel": CHANNELS,
    "payee_unit": PAYEE_UNITS,
    "web_before": SHOWS,
    "web_after": SHOWS,
    "board_before": SHOWS,
    "board_after": SHOWS,
    "notice_day_kind": DAY_KINDS,
}


def in_words(policy: Policy, field: str) -> str:
    """A field's value as people read it."""
    value = getattr(policy, field)
    if field in _CODED:
        return _CODED[field][value]
    if isinstance(value, tuple):
        return "；".join(map(str, value))
    return "" if value is None else str(value)


def differences(before: Iterable[Policy], after: Iterable[Policy]) -> list[Change]:
    """What changed from one list to the next: dropped, added, then changed, each in code order."""
    old = {policy.code: policy for policy in before}
    new = {policy.code: policy for policy in after}
    changes = [Change("dropped", code, old[code].name, {}) for code in sorted(old.keys() - new.keys())]
    changes += [Change("added", code, new[code].name, {}) for code in sorted(new.keys() - old.keys())]
    for code in sorted(old.keys() & new.keys()):
        differing = {
            field.name: (in_words(old[code], field.name), in_words(new[code], field.name))
            for field in fields(Policy)
            if getattr(old[code], field.name) != getattr(new[code], field.name)
        }
        if differing:
            changes.append(Change("changed", code, new[code].name, differing))
    return changes
