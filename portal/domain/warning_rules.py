"""What early warning calls worth a look: thresholds and pairs that people edit in content/rules/warnings.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class WarningRules:
    """`jump_up` and `jump_down` are this year's amount of last year's, of a difference of `jump_fen` 分 at least, but for the policies of `jump_skip`;
    `silent_days` are counted from the start of a quarter; `exclusive` pairs of policy codes say why."""

    jump_up: Decimal
    jump_down: Decimal
    jump_fen: int
    jump_skip: frozenset[str]
    account_people: int
    person_accounts: int
    silent_days: int
    hotline_due_day: int
    lists_due: tuple[int, int]
    suspension_units: frozenset[str]
    exclusive: Mapping[frozenset[str], str]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> WarningRules:
        """From the parsed text of the file. Raises KeyError, TypeError or ValueError when it is not one."""
        month, day = map(int, table["lists"]["due"].split("-"))
        pairs = {frozenset(pair["policies"]): pair["why"] for pair in table.get("exclusive", ())}
        if odd := [sorted(pair) for pair in pairs if len(pair) != 2]:
            raise ValueError(f"warnings.toml: not two policies: {odd}")
        return cls(
            Decimal(str(table["jump"]["up"])),
            Decimal(str(table["jump"]["down"])),
            int(table["jump"]["yuan"]) * 100,
            frozenset(table["jump"].get("skip", ())),
            table["account"]["people"],
            table["account"]["accounts"],
            table["silent"]["days"],
            table["hotline"]["due_day"],
            (month, day),
            frozenset(table["suspensions"]["units"]),
            pairs,
        )

    def is_jump(self, now: int, before: int) -> bool:
        """Whether an amount in 分 differs enough from a year before; from or to nothing counts as well."""
        if abs(now - before) < self.jump_fen:
            return False
        return now >= before * self.jump_up or now <= before * self.jump_down

    def lists_are_due(self, today: date) -> bool:
        return today >= date(today.year, *self.lists_due)
