"""The rules that people edit in content/rules/, read once into typed objects."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar

from portal.domain.batches import Flow
from portal.domain.case_clocks import RuleSet
from portal.domain.case_routing import Category
from portal.domain.policies import Policy
from portal.domain.warning_rules import WarningRules
from portal.intake.feedback import ReasonMap
from portal.intake.header_map import HeaderMap


@dataclass(frozen=True)
class Rules:
    """Flows by code, the header map, the bank's words, which days offices are open; terms, categories and forbidden acts
    of cases; what early warning looks for; and of content/site.toml, for how many months lists are public where the
    policy list does not say, and whether people note when lists went up on village boards."""

    flows: Mapping[str, Flow]
    header_map: HeaderMap
    reasons: ReasonMap
    reason_words: Mapping[str, Mapping[str, str]]
    holidays: frozenset[date]
    workdays: frozenset[date]
    case_rules: Mapping[str, RuleSet]
    categories: Mapping[str, Category]
    forbidden_acts: Mapping[int, str]
    warnings: WarningRules
    retention_months: int
    keeps_board_records: bool

    def public_months(self, policy: Policy | None) -> int:
        """For how many months the policy's lists are public: as the policy list says, else as for all."""
        return (policy.retention_months if policy else 0) or self.retention_months

    def is_workday(self, day: date) -> bool:
        """By content/rules/holidays.toml, then the announced calendar (调休 included); years not yet announced go by
        weekday alone."""
        if day in self.workdays or day in self.holidays:
            return day in self.workdays
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5


def load_rules(content: Path) -> Rules:
    """Raises KeyError, TypeError or tomllib.TOMLDecodeError when a rule file is not as it should be."""
    folder = content / "rules"
    flows = [Flow.from_table(_toml(path)) for path in sorted((folder / "flows").glob("*.toml"))]
    reasons = _toml(folder / "reasons.toml")
    days = _toml(folder / "holidays.toml")
    case_rules = [RuleSet.from_table(_toml(path)) for path in sorted((folder / "cases").glob("*.toml"))]
    complaints = _toml(folder / "complaints.toml")
    site = _toml(content / "site.toml")
    acts = {int(number): words for number, words in complaints["acts"].items()}
    categories = [Category.from_table(entry, acts) for entry in complaints["category"]]
    return Rules(
        {flow.code: flow for flow in flows},
        HeaderMap.from_table(_toml(folder / "headers.toml")),
        ReasonMap.from_table(reasons),
        {entry["code"]: entry for entry in reasons["reasons"]},
        frozenset(days["holidays"]),
        frozenset(days["workdays"]),
        {each.code: each for each in case_rules},
        {category.code: category for category in categories},
        acts,
        WarningRules.from_table(_toml(folder / "warnings.toml")),
        int(site.get("retention", {}).get("months", 24)),
        bool(site.get("board", {}).get("records", False)),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
