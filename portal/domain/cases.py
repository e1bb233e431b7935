"""Cases (件): what people ask, complain of or report.

A case is its events: append-only, in order; state, clock and history are read off them. What was said is sealed and
stands elsewhere; events carry codes, days and staff words that were checked for personal data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portal.domain.case_acts import (
    ACTS,
    IN_NOTE,
    KINDS,
    NEED_WORDS,
    OPEN,
    OUTCOMES,
    RATINGS,
    STATES,
    CaseAct,
    Hand,
    Kind,
)
from portal.domain.case_clocks import Due, Pause, RuleSet, acceptance_due, decision_due
from portal.domain.findings import Refused
from portal.domain.workdays import IsWorkday, in_chinese

_STARTS = ("accept", "reopen", "return_matter")
"""Acts from which the time for the decision is counted."""
_RESTARTS = ("reopen", "return_matter")
"""Acts with which a case starts anew: pauses and the extension of the time before are over."""
_UNIT_IS_OUT = frozenset({"object", "reopen", "return_matter", "hand_over", "merge"})
"""Acts that take a case away from the unit: it must not learn that what it had went to discipline inspection."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that was done. `by` is a staff name, `reporter` or `program`; `unit` is whom it was assigned to; `note`
    is what the act's `note_need` says, in staff words or as a code."""

    act: str
    day: date
    by: str
    unit: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`concerns` are the units that the case is about, and those that may not see it for any other reason."""

    number: str
    kind: Kind
    filed: date
    concerns: frozenset[str] = frozenset()
    events: tuple[CaseEvent, ...] = field(default=())

    def last(self, act: str) -> CaseEvent | None:
        return next((event for event in reversed(self.events) if event.act == act), None)

    @property
    def state(self) -> str:
        for event in reversed(self.events):
            if to := ACTS[event.act].to:
                return to
        return "filed"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def accepted(self) -> date | None:
        """Of the newest acceptance: a case that is reopened starts anew."""
        event = next((event for event in reversed(self.events) if event.act in _STARTS), None)
        return event.day if event else None

    @property
    def unit(self) -> str:
        """The unit that is working on it; empty where none is."""
        for event in reversed(self.events):
            if event.act in ("assign", "send_back"):
                return event.unit
            if event.act in _UNIT_IS_OUT:
                return ""
        return ""

    @property
    def is_with_discipline(self) -> bool:
        """Handed to discipline inspection and not returned as a business matter."""
        event = next((event for event in reversed(self.events) if event.act in ("hand_over", "return_matter")), None)
        return event is not None and event.act == "hand_over"

    @property
    def _is_signed_for(self) -> bool:
        event = next((event for event in reversed(self.events) if event.act in ("hand_over", "sign_for")), None)
        return event is not None and event.act == "sign_for"

    @property
    def _since_restart(self) -> tuple[CaseEvent, ...]:
        """What was done since the case last started anew; everything where it never did."""
        restart = max((place for place, event in enumerate(self.events) if event.act in _RESTARTS), default=-1)
        return self.events[restart + 1 :]

    @property
    def is_extended(self) -> bool:
        return any(event.act == "extend" for event in self._since_restart)

    @property
    def is_extension_asked(self) -> bool:
        """Asked for, whether it was given or not."""
        return any(event.act == "ask_extension" for event in self._since_restart)

    @property
    def has_unread_words(self) -> bool:
        """Whether the reporter has said something more since the desk last did anything: nobody else would notice it."""
        desks = ("desk", "second", "discipline")
        event = next(
            (event for event in reversed(self.events) if event.act == "message" or ACTS[event.act].hand in desks), None
        )
        return event is not None and event.act == "message"

    @property
    def is_supervised(self) -> bool:
        return self.is_open and self.last("supervise") is not None

    @property
    def outcome(self) -> str:
        """What was last decided on; shown once it is answered."""
        return next((event.outcome for event in reversed(self.events) if event.outcome), "")

    @property
    def rating(self) -> str:
        """One of RATINGS once the reporter has judged the newest answer, else empty."""
        for event in reversed(self.events):
            if event.act in ("rate", "reopen"):
                return event.note if event.act == "rate" else ""
        return ""

    @property
    def pauses(self) -> tuple[Pause, ...]:
        found: list[Pause] = []
        for event in self._since_restart:
            if event.act == "pause":
                found.append(Pause(event.day, None))
            elif event.act == "resume" and found:
                found[-1] = Pause(found[-1].since, event.day)
        return tuple(found)

    @property
    def is_paused(self) -> bool:
        return any(pause.until is None for pause in self.pauses)

    def is_told(self, place: int) -> bool:
        """Whether words said with the event at this place (from 1) are for the reporter's eyes by now: a draft is not
        before it was answered with, and never if another draft took its place."""
        if place == 0 or self.events[place - 1].act != "draft":
            return True
        later = (event.act for event in self.events[place:] if event.act in ("draft", "answer"))
        return next(later, "") == "answer"

    def due(self, rules: RuleSet, is_workday: IsWorkday, given: date | None = None) -> Due:
        """By when the next thing must be done: acceptance told, then the case decided. `given` is a day that another
        system's work order has set. None once there is nothing to do here."""
        if self.state == "filed":
            return acceptance_due(rules, self.filed, is_workday)
        given_on = self.last("hand_over")
        if self.state == "handed_over" and given_on is not None and self.last("tell") is None:
            return acceptance_due(rules, given_on.day, is_workday)
        if not self.is_open:
            return Due(None, "不再计时")
        if given is not None and not self.is_paused:
            return Due(given, f"工单写明{in_chinese(given)}前办结（{rules.name}）")
        return decision_due(
            rules, self.filed, self.accepted, self.pauses, is_extended=self.is_extended, is_workday=is_workday
        )

    def next_acts(self, hand: Hand) -> list[CaseAct]:
        """What this hand may do now, in the order of the table."""
        return [act for act in ACTS.values() if act.hand == hand and not self.objection_to(act)]

    def objection_to(self, act: CaseAct) -> str:
        """Why the act may not be done now, in words; empty when it may."""
        if self.state not in act.since:
            return f"这一件现在是“{STATES[self.state]}”，不能“{act.word}”"
        if self.kind not in act.kinds:
            return f"{KINDS[self.kind]}没有“{act.word}”这一步"
        if act.code == "pause" and self.is_paused:
            return "已经暂停了"
        if act.code == "resume" and not self.is_paused:
            return "没有暂停，不用恢复"
        if act.code == "extend" and (self.is_extended or not self.is_extension_asked):
            return "没有延期申请，或者已经延过一次"
        if act.code == "ask_extension" and self.is_extension_asked:
            return "只能延期一次"
        if act.code == "sign_for" and self._is_signed_for:
            return "已经签收过了"
        if act.hand == "discipline" and act.code != "sign_for" and not self._is_signed_for:
            return "还没有签收：先下载移交包，打开以后填签收码"
        if act.code == "reopen" and self.is_with_discipline:
            return "这一件由纪检监察机关办理，不满意请向上一级纪检监察机关反映"
        if act.code in ("review", "reject") and self.last("draft") is None:
            return "还没有拟答复"
        return ""


def admit(case: Case, event: CaseEvent, has_words: bool) -> None:
    """Whether the event may be added to the case. Raises Refused with what is missing."""
    act = ACTS.get(event.act)
    if act is None:
        raise Refused(f"没有“{event.act}”这一步", "case.act")
    if objection := case.objection_to(act):
        raise Refused(objection, "case.state")
    carried = {"unit": event.unit, "outcome": event.outcome, "words": has_words, **dict.fromkeys(IN_NOTE, event.note)}
    if missing := [NEED_WORDS[need] for need in act.needs if not carried[need]]:
        raise Refused(f"“{act.word}”还要写明：{'、'.join(missing)}", "case.missing")
    if act.note_need == "rating" and event.note not in RATINGS:
        raise Refused("请选满意或者不满意", "case.rating")
    if event.outcome and event.outcome not in OUTCOMES[case.kind]:
        raise Refused(f"{KINDS[case.kind]}的结果只能是：{'、'.join(OUTCOMES[case.kind].values())}", "case.outcome")
    if event.unit and event.unit in case.concerns:
        raise Refused("不能交给被反映的单位办理（回避）", "case.recusal")
    if act.hand == "second" and event.by in whose_work(case, act):
        raise Refused("拟的人不能自己审，请由另一人审核", "case.four_eyes")
    if case.events and event.day < case.events[-1].day:
        raise Refused(f"日期 {event.day} 早于前一步的 {case.events[-1].day}", "case.date")


def whose_work(case: Case, act: CaseAct) -> set[str]:
    """Who did what this act checks, and so may not do it."""
    checked = case.last("ask_extension" if act.code == "extend" else "draft")
    return {checked.by} if checked else set()
