"""By when a case must be accepted and decided, and why that day: rule sets from content/rules/cases/.

Sources: 信访工作条例 (15 days, 60 days, one extension of at most 30), 政府信息公开条例 (20 working days, extension of at most 20,
third parties' time not counted), 检举控告工作规则 (15 working days), and the county's own rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args

from portal.domain.workdays import DayKind, IsWorkday, due_date, in_chinese

_DAY_WORDS: Final[Mapping[DayKind, str]] = {"working": "个工作日", "calendar": "日"}
From = Literal["file", "accept"]
_FROM_WORDS: Final[Mapping[From, str]] = {"file": "收到", "accept": "受理"}


@dataclass(frozen=True, slots=True)
class Term:
    """So many days of a kind, counted from the day after the act named `after`."""

    days: int
    kind: DayKind
    after: From = "file"

    def __post_init__(self) -> None:
        if self.days < 1 or self.kind not in _DAY_WORDS or self.after not in get_args(From):
            raise ValueError(f"not a term: {self}")

    def end(self, start: date, is_workday: IsWorkday) -> date:
        return due_date(start, self.days, self.kind, is_workday)

    @property
    def words(self) -> str:
        return f"{self.days}{_DAY_WORDS[self.kind]}"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The terms of one set of rules: for cases sealed to these readers, from these sources, else of these kinds. `object` is for the unit that thinks a case is not its own, `reopen` for the
    reporter who is not satisfied."""

    code: str
    name: str
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    readers: tuple[str, ...]
    accept: Term
    decide: Term
    extend: Term
    object: Term
    reopen: Term
    told: str

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> RuleSet:
        """From the parsed text of a file in content/rules/cases/. Raises KeyError, TypeError or ValueError."""
        lists: dict[str, Any] = {name: tuple(table.get(name, ())) for name in ("kinds", "sources", "readers")}
        terms: dict[str, Any] = {
            name: Term(**table[name]) for name in ("accept", "decide", "extend", "object", "reopen")
        }
        return cls(table["code"], table["name"], **lists, **terms, told=table.get("told", "是否受理"))


def rules_for(sets: Iterable[RuleSet], kind: str, source: str, reader: str) -> RuleSet:
    """The one set that a case goes by: who reads it decides first, then where it came from, then what it is."""
    known = tuple(sets)
    for wanted, names in ((reader, "readers"), (source, "sources"), (kind, "kinds")):
        for found in known:
            if wanted in getattr(found, names):
                return found
    raise LookupError(f"no rules for {kind}")


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is not counted (a third party is asked, the reporter is to complete the form); open when `until` is
    None. Both ends are days on which the clock stood."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """A due day and, in plain words, how it was worked out. `day` is None while the clock stands."""

    day: date | None
    words: str

    def is_over(self, today: date) -> bool:
        return self.day is not None and today > self.day

    def days_late(self, today: date) -> int:
        return max(0, (today - self.day).days) if self.day is not None else 0


def acceptance_due(rules: RuleSet, filed: date, is_workday: IsWorkday) -> Due:
    """By when the reporter must be told whether the case is accepted (`told`: what these rules want told by then)."""
    words = f"{in_chinese(filed)}收到，{rules.accept.words}内告知{rules.told}（{rules.name}）"
    return Due(rules.accept.end(filed, is_workday), words)


def decision_due(
    rules: RuleSet,
    filed: date,
    accepted: date | None,
    pauses: tuple[Pause, ...],
    *,
    is_extended: bool,
    is_workday: IsWorkday,
) -> Due:
    """By when the case must be answered. Days on which the clock stood push the end back by as many days of its kind."""
    start = accepted if rules.decide.after == "accept" else filed
    if start is None:
        return Due(None, f"受理以后{rules.decide.words}内办结（{rules.name}）")
    if any(pause.until is None for pause in pauses):
        return Due(None, "暂停计时，等材料补齐或第三方答复以后接着算")
    end = rules.decide.end(start, is_workday)
    words = f"{in_chinese(start)}{_FROM_WORDS[rules.decide.after]}，{rules.decide.words}内办结"
    stood = _days_stood(pauses, start, rules.decide.kind, is_workday)
    if stood:
        end = due_date(end, stood, rules.decide.kind, is_workday)
        words += f"，暂停的{stood}{_DAY_WORDS[rules.decide.kind]}不算"
    if is_extended:
        end = rules.extend.end(end, is_workday)
        words += f"，经批准延长{rules.extend.words}"
    return Due(end, f"{words}（{rules.name}）")


def _days_stood(pauses: Iterable[Pause], start: date, kind: DayKind, is_workday: IsWorkday) -> int:
    """On how many days of this kind the clock stood, of those that are counted at all: a day with two pauses is one day,
    and the day of the start is none."""
    days: set[date] = set()
    for pause in pauses:
        assert pause.until is not None
        days |= {pause.since + timedelta(days=number) for number in range((pause.until - pause.since).days + 1)}
    return sum(1 for day in days if day > start and (kind == "calendar" or is_workday(day)))
