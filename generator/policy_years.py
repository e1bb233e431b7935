"""A year's policy list as people look through it: by whom it is for, department, channel and level; each a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from generator.audiences import Audiences
from generator.tokens import pinyin_keys
from portal.domain.policies import CHANNELS, LEVELS, Policy
from portal.domain.policy_lists import ListState, departments_of, list_state
from portal.domain.units import Unit
from portal.publication import PublishedList

Kind = Literal["for", "department", "channel", "level"]

HEADINGS: Final[Mapping[Kind, str]] = {
    "for": "补给谁",
    "department": "哪个部门管",
    "channel": "怎么发",
    "level": "哪一级的资金",
}
_CHANNEL_WORDS: Final[Mapping[str, str]] = {"card": "打到一卡通", "not_yet": "还没纳入一卡通", "exempt": "走其他渠道"}


@dataclass(frozen=True)
class Choice:
    """One page of a year's list: the policies that have something in common. No policies where a department owes its
    list: the page says so. `unit` is whom to ring, for a department."""

    year: int
    kind: Kind
    code: str
    word: str
    policies: tuple[Policy, ...]
    unit: Unit | None = None

    @property
    def path(self) -> str:
        return f"policies/{self.year}/{self.kind}/{self.code}/"

    @property
    def title(self) -> str:
        words = {
            "for": f"补给{self.word}的补贴",
            "department": f"{self.word}的补贴清单",
            "channel": f"{self.word}的补贴",
            "level": f"{self.word}资金的补贴",
        }
        return f"{self.year}年{words[self.kind]}"


@dataclass(frozen=True)
class PolicyYear:
    """A year's list with its filter pages. `states` say whether lists are out in time: this year's own and, on the
    newest list, the one that is owed now."""

    listing: PublishedList
    states: tuple[ListState, ...]
    choices: Mapping[Kind, tuple[Choice, ...]]

    @property
    def year(self) -> int:
        return self.listing.year

    @property
    def all_choices(self) -> list[Choice]:
        return [choice for kind in self.choices.values() for choice in kind]

    def choice(self, kind: str, code: str) -> Choice | None:
        return next((one for one in self.all_choices if (one.kind, one.code) == (kind, code)), None)

    def states_on(self, choice: Choice | None) -> list[ListState]:
        """What a page warns of: the list of all; a department's page of that department alone."""
        if choice is None:
            return list(self.states)
        return [state for state in self.states if choice.kind == "department" and choice.word in state.missing]


def policy_years(
    lists: Sequence[PublishedList], units: Iterable[Unit], audiences: Audiences, today: date
) -> tuple[PolicyYear, ...]:
    """Every year's list, newest first. `lists` are oldest first."""
    by_name = {unit.name: unit for unit in units}
    closed = {unit.name for unit in by_name.values() if unit.valid_to is not None and unit.valid_to < today}
    found = []
    for place, listing in enumerate(lists):
        before = lists[place - 1].policies if place else ()
        states = [list_state(listing.year, today, listing.published_on, listing.policies, before, closed)]
        if listing is not lists[-1]:
            states = [ListState(listing.year, listing.published_on, ())]  # long past: only that it was late
        elif today.year > listing.year:
            states.insert(0, list_state(today.year, today, None, (), listing.policies, closed))
        missing = states[-1].missing
        found.append(PolicyYear(listing, tuple(states), _choices(listing, missing, by_name, audiences)))
    return tuple(reversed(found))


def _choices(
    listing: PublishedList, missing: Sequence[str], units: Mapping[str, Unit], audiences: Audiences
) -> dict[Kind, tuple[Choice, ...]]:
    by_audience: dict[tuple[str, str], list[Policy]] = defaultdict(list)
    by_department: dict[str, list[Policy]] = {
        name: [] for name in sorted({*departments_of(listing.policies), *missing})
    }
    for policy in listing.policies:
        for audience in {audiences.of(said) for said in policy.audience}:
            by_audience[audience].append(policy)
        for name in policy.departments:
            by_department[name].append(policy)

    def choice(kind: Kind, code: str, word: str, policies: Iterable[Policy], unit: Unit | None = None) -> Choice:
        return Choice(listing.year, kind, code, word, tuple(policies), unit)

    return {
        "for": tuple(
            choice("for", slug, word, by_audience[word, slug])
            for word, slug in sorted(by_audience, key=lambda audience: (audiences.place(audience), audience))
        ),
        "department": tuple(
            choice(
                "department",
                units[name].code if name in units else pinyin_keys(name)[0],
                name,
                policies,
                units.get(name),
            )
            for name, policies in by_department.items()
        ),
        "channel": tuple(
            choice("channel", code, _CHANNEL_WORDS[code], policies)
            for code in CHANNELS
            if (policies := [policy for policy in listing.policies if policy.channel == code])
        ),
        "level": tuple(
            choice("level", code, word, policies)
            for code, word in LEVELS.items()
            if (policies := [policy for policy in listing.policies if policy.level == code])
        ),
    }
