"""Which batches are whose, and which of their rows: one rule for lists, pages, steps, files and what there is to do today.

Who works for the whole county sees every batch. A department sees those of its own policies and those it issues; a
township's or village's people those that are issued in their place, and of others the rows of their own villages ("谁制作、
谁公开"; 个人信息保护法 6: no more than the work needs). Everybody sees what they entered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from portal.domain.batches import Actor, Batch, FlowStep
from portal.domain.units import Unit

WHOLE_COUNTY: Final = ("finance", "treasury", "bank", "disclosure", "audit", "admin")
BY_PLACE: Final = ("village", "station", "township_finance")


@dataclass(frozen=True, slots=True)
class Reach:
    """`units` issue batches that are the person's own, `departments` (names) have policies that are; of other batches
    they see rows whose village's code begins with `area`, none where it is empty."""

    name: str
    is_county: bool
    units: frozenset[str]
    departments: frozenset[str]
    area: str

    def has_all_of(self, batch: Batch, departments: Collection[str]) -> bool:
        """Whether the whole batch is theirs; `departments` are its policy's."""
        is_own = batch.entered_by == self.name or batch.unit in self.units
        return self.is_county or is_own or bool(self.departments & set(departments))

    def has_policy(self, departments: Collection[str]) -> bool:
        """Whether a policy of these departments is theirs to edit."""
        return self.is_county or bool(self.departments & set(departments))

    def may_hand_in(self, unit: Unit, departments: Collection[str]) -> bool:
        """Whether a roll that this unit issues is theirs to hand in: their own, one below or above them, or one of a policy
        of theirs; `departments` are its policy's."""
        above = "" if unit.area.endswith("000000") else unit.area.removesuffix("000")
        is_own = self.is_county or unit.code in self.units or bool(self.departments & set(departments))
        return is_own or (bool(self.area) and self.area.startswith(above))

    def has_village(self, code: str) -> bool:
        """Whether rows of this village are theirs in a batch that is not."""
        return bool(self.area) and code.startswith(self.area)


@dataclass(frozen=True, slots=True)
class Seen:
    """A batch that somebody may see, `is_whole` or the rows of their own villages."""

    batch: Batch
    is_whole: bool
    reach: Reach

    def may_take(self, step: FlowStep) -> bool:
        """Whether a step is theirs to take: what this system enforces is done to the whole batch, by whose batch it is;
        what was done elsewhere anybody notes down who had a part in it."""
        return self.is_whole or step.kind == "mirrored"

    def has_village(self, code: str) -> bool:
        return self.is_whole or self.reach.has_village(code)


def reach_of(actor: Actor, units: Mapping[str, Unit]) -> Reach:
    """What this person's role and unit let them see. A unit has what those had whose work it took over."""
    unit = units.get(actor.unit)
    is_county = actor.role in WHOLE_COUNTY
    if unit is None:
        return Reach(actor.name, is_county, frozenset({actor.unit}), frozenset(), "")
    is_local = actor.role in BY_PLACE and not unit.area.endswith("000000")
    area = unit.area.removesuffix("000") if is_local else ""
    own = [each for each in units.values() if unit.code in (each.code, each.successor)]
    here = [each for each in units.values() if area and each.area.startswith(area)]
    codes = frozenset(each.code for each in (*own, *here))
    return Reach(actor.name, is_county, codes, frozenset() if is_local else frozenset(u.name for u in own), area)
