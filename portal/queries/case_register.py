"""The case register (台账), line by line, and what it adds up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.areas import AreaBook
from portal.domain.batches import Actor
from portal.domain.case_access import DISCIPLINE_ROLE
from portal.domain.case_acts import ACTS, KINDS, OUTCOMES, RATINGS, STATES
from portal.domain.case_routing import SOURCES
from portal.domain.case_statistics import CountedCase, Statistics, counted, decided_on, due_day, statistics
from portal.domain.units import Unit
from portal.ledger import accounts, cases, registers
from portal.ledger.cases import StoredCase
from portal.office import Office

COLUMNS: Final = (
    "编号", "来源", "方式", "类型", "标题", "乡镇", "接件时间", "责任科室", "转办时间", "应结办日期", "办理情况", "处理结果",
    "办结时间", "答复方式", "满意度", "重复件关联", "接件人", "办理人",
)  # fmt: skip
_ORIGINS: Final = {"12345": "12345热线转来", "inspection": "巡察检查移交"}
"""Where a case came from; all others came from people themselves, the way that SOURCES names."""
_DESK_HANDS: Final = frozenset({"desk", "second"})


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A case as the register shows it: `cells` in the order of COLUMNS, all text."""

    number: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """What codes are called."""

    units: Mapping[str, Unit]
    people: Mapping[str, str]
    areas: AreaBook
    repeats: Mapping[str, list[str]]

    def unit(self, code: str) -> str:
        return self.units[code].name if code in self.units else code

    def person(self, name: str) -> str:
        return self.people.get(name, name)

    def township(self, area: str) -> str:
        found = self.areas.areas.get(area[:9] + "000") if area else None
        return found.name if found else ""


def register(
    office: Office, actor: Actor, since: date, until: date, *, unit: str = "", category: str = ""
) -> list[RegisterLine]:
    """The cases filed in these days that the person may see, oldest first; of one unit, of one category."""
    with office.ledger.read() as connection:
        viewer = cases.viewer_of(connection, actor)
        found = cases.seen_cases(connection, viewer, since=since, until=until)
        merged = cases.seen_cases(connection, viewer, states=("merged",))
        words = _Words(
            registers.all_units(connection),
            {account.name: account.actor.display for account in accounts.all_accounts(connection)},
            registers.area_book(connection),
            _repeats(merged),
        )
    wanted = (stored for stored in found if unit in ("", stored.case.unit) and category in ("", stored.facts.category))
    return [RegisterLine(stored.case.number, _cells(office, stored, words)) for stored in wanted]


def county_statistics(office: Office, since: date, until: date) -> Statistics:
    """All cases filed in these days, whoever handles them: numbers alone."""
    with office.ledger.read() as connection:
        found = cases.all_cases(connection, since=since, until=until)
    return statistics(_counted(office, stored) for stored in found)


def seen_statistics(office: Office, actor: Actor, since: date, until: date) -> Statistics:
    """Of what the person may see, so that no figure moves for somebody whom a case concerns; discipline inspection, which
    oversees all of it, is told the county's figures, without what concerns who asks."""
    with office.ledger.read() as connection:
        viewer = cases.viewer_of(connection, actor)
        if actor.role == DISCIPLINE_ROLE:
            found = cases.all_cases(connection, since=since, until=until, apart_from=viewer)
        else:
            found = cases.seen_cases(connection, viewer, since=since, until=until)
    return statistics(_counted(office, stored) for stored in found)


def _counted(office: Office, stored: StoredCase) -> CountedCase:
    facts = stored.facts
    rules = office.rules.case_rules[facts.rules]
    return counted(stored.case, facts.category, rules, office.rules.is_workday, office.today, facts.given_due)


def _repeats(merged: Iterable[StoredCase]) -> Mapping[str, list[str]]:
    """Main case → the repeats that were merged into it."""
    found: dict[str, list[str]] = defaultdict(list)
    for stored in merged:
        if event := stored.case.last("merge"):
            found[event.note].append(stored.case.number)
    return found


def _cells(office: Office, stored: StoredCase, words: _Words) -> tuple[str, ...]:
    case, facts = stored.case, stored.facts
    rules = office.rules.case_rules[facts.rules]
    category = office.rules.categories.get(facts.category)
    assigned = case.last("assign")
    ended = decided_on(case)
    is_told = case.state in ("answered", "closed")
    source = SOURCES.get(facts.source, facts.source)
    return (
        case.number,
        _ORIGINS.get(facts.source, "群众反映"),
        source if facts.named else f"{source}（匿名）",
        KINDS[case.kind],
        facts.title or (category.words if category else ""),
        words.township(facts.area),
        _day(case.filed),
        words.unit(case.unit) if case.unit else "受理科室",
        _day(assigned.day if assigned else None),
        _day(due_day(case, rules, office.rules.is_workday, facts.given_due)),
        STATES[case.state],
        OUTCOMES[case.kind].get(case.outcome, "") if is_told else "",
        _day(ended),
        "凭回执查看" if is_told else "",
        RATINGS.get(case.rating, ""),
        _relation(stored, words),
        words.person(facts.entered_by) if facts.entered_by else "本人提交",
        _handler(stored, words),
    )


def _relation(stored: StoredCase, words: _Words) -> str:
    merge = stored.case.last("merge") if stored.case.state == "merged" else None
    if merge:
        return f"并入{merge.note}"
    repeats = words.repeats.get(stored.case.number, [])
    return f"含{'、'.join(repeats)}" if repeats else ""


def _handler(stored: StoredCase, words: _Words) -> str:
    """Who of the desk worked on it last."""
    done = (event.by for event in reversed(stored.case.events) if ACTS[event.act].hand in _DESK_HANDS)
    return words.person(next(done, ""))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
