"""Who gets what somebody reports: the county's desk, discipline inspection, or nobody here because it goes higher.

The words that villagers choose from are content/rules/complaints.toml; each stands for a kind and for some of the
forbidden acts (惠民资金管理 20 种禁止行为), and says whether it goes to discipline inspection by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from portal.domain.case_acts import KINDS, Kind
from portal.domain.units import Unit

Reader = Literal["desk", "discipline"]
"""Whom a case is sealed to: nobody else can read what was said."""
READERS: Final[Mapping[Reader, str]] = {"desk": "县受理科室", "discipline": "纪检监察机关"}
Route = Literal["desk", "discipline", "superior"]
Whom = Literal["nobody", "village", "township", "department", "bank", "desk", "leaders", "discipline"]
WHOM: Final[Mapping[Whom, str]] = {
    "nobody": "不针对谁，或者说不清",
    "village": "村里（村干部、村民小组）",
    "township": "乡镇（街道）的单位或干部",
    "department": "县里的部门",
    "bank": "银行",
    "desk": "受理这些反映的科室",
    "leaders": "县领导",
    "discipline": "纪委监委",
}
SOURCES: Final[Mapping[str, str]] = {
    "web": "网上",
    "kiosk": "自助机",
    "counter": "来访（窗口代录）",
    "phone": "电话",
    "letter": "来信",
    "slip": "纸质意见单",
    "12345": "12345工单",
    "inspection": "巡察、检查发现",
}
"""How a case came in. The first two are the reporter's own act."""


@dataclass(frozen=True, slots=True)
class Category:
    """What happened, in a villager's words. `acts` are numbers of forbidden acts; `hint` is what helps at once."""

    code: str
    words: str
    kind: Kind
    to: Reader
    acts: tuple[int, ...]
    hint: str = ""

    @classmethod
    def from_table(cls, table: Mapping[str, Any], acts: Collection[int]) -> Category:
        """From an entry of content/rules/complaints.toml. Raises KeyError, TypeError or ValueError."""
        found = cls(**{**table, "acts": tuple(table["acts"])})
        if found.kind not in KINDS or found.to not in get_args(Reader) or not set(found.acts) <= set(acts):
            raise ValueError(f"not a category: {table}")
        return found


def route(category: Category, whom: Whom, concerns: Collection[str], desk_units: Collection[str]) -> Route:
    """Where a case goes. `concerns` are the units it is about, `desk_units` those whose people work at the desk.

    Nobody here looks into county leaders or discipline inspection: that is the superior organ's (纪检监察机关处理检举控告工作
    规则), and nothing is stored.
    """
    if whom in ("leaders", "discipline"):
        return "superior"
    if whom == "desk" or set(concerns) & set(desk_units):
        return "discipline"
    return category.to


def kind_of(category: Category, where: Route) -> Kind:
    """What discipline inspection gets is a report of wrongdoing, whatever it was called."""
    return "report" if where == "discipline" else category.kind


def concerned_units(
    units: Mapping[str, Unit], whom: Whom, area: str, unit: str, desk_units: Collection[str] = ()
) -> frozenset[str]:
    """The units a case is about, and those that are too near to them to see or handle it (回避): every unit in the village
    or township at `area`; of a county's department or a bank (`unit`) itself and who took its work over; of
    the desk those whose people work there (`desk_units`): what discipline inspection returns must not come to them."""
    if whom == "desk":
        return frozenset(desk_units)
    if whom in ("village", "township"):
        prefix = area if whom == "village" else area[:9]
        return frozenset(other.code for other in units.values() if prefix and other.area.startswith(prefix))
    if whom in ("department", "bank") and unit in units:
        return frozenset(filter(None, (unit, units[unit].successor)))
    return frozenset()
