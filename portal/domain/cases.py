"""Cases (件): what people ask, complain of or report, and the one table of who may do what next.

A case is its events: append-only, in order; state, clock and history are read off them. What was said is sealed and
stands elsewhere; events carry codes, days and staff words that were checked for personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from portal.domain.case_clocks import Pause
from portal.domain.findings import Refused

Kind = Literal["consultation", "complaint", "report", "suggestion", "request"]
KINDS: Final[Mapping[Kind, str]] = {
    "consultation": "咨询",
    "complaint": "投诉求决",
    "report": "举报",
    "suggestion": "建议",
    "request": "信息公开申请",
}
OUTCOMES: Final[Mapping[Kind, Mapping[str, str]]] = {
    "consultation": {"explained": "已解释说明"},
    "complaint": {"upheld": "予以支持", "partly": "部分支持", "explained": "解释说明", "not_upheld": "不予支持"},
    "report": {"true": "属实", "partly_true": "部分属实", "untrue": "不属实"},
    "suggestion": {"adopted": "采纳", "noted": "留作参考"},
    "request": {"open": "予以公开", "partly": "部分公开", "refused": "不予公开", "unavailable": "无法提供", "not_processed": "不予处理"},
}  # fmt: skip
STATES: Final[Mapping[str, str]] = {
    "filed": "已收到",
    "accepted": "已受理",
    "declined": "不予受理",
    "referred": "已转送有权处理的机关",
    "assigned": "正在办理",
    "investigated": "已查清，正在拟答复",
    "reviewed": "答复已审核",
    "answered": "已答复",
    "closed": "已办结",
    "handed_over": "已移交纪检监察机关",
    "merged": "并入同一件办理",
    "withdrawn": "已撤回",
}
"""As the reporter reads them."""
OPEN: Final = frozenset({"filed", "accepted", "assigned", "investigated", "reviewed"})
Hand = Literal["desk", "unit", "second", "reporter", "program"]
"""Whose act it is: the county desk · the unit the case is assigned to · another person of the desk than the one whose
work is checked · the reporter with the receipt · the program itself."""
Need = Literal["reason", "unit", "outcome", "words", "organ", "case"]
"""What the act must carry: a reason, the unit, an outcome of the kind, words for the reporter, another organ, a case."""


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One line of the table. `to` is empty where the state stays as it is."""

    code: str
    word: str
    hand: Hand
    since: frozenset[str]
    to: str = ""
    needs: tuple[Need, ...] = ()
    kinds: frozenset[str] = frozenset(KINDS)


def _act(code: str, word: str, hand: Hand, since: str, to: str = "", needs: str = "", kinds: str = "") -> CaseAct:
    found: tuple[Need, ...] = tuple(needs.split())  # type: ignore[arg-type]
    return CaseAct(code, word, hand, frozenset(since.split()), to, found, frozenset(kinds.split() or KINDS))


_WORKING: Final = "accepted assigned investigated reviewed"
ACTS: Final[Mapping[str, CaseAct]] = {
    act.code: act
    for act in (
        _act("accept", "受理", "desk", "filed", "accepted"),
        _act("decline", "不予受理", "desk", "filed", "declined", "reason words"),
        _act("refer", "转送有权机关", "desk", "filed accepted", "referred", "organ words"),
        _act(
            "hand_over", "移交纪检监察", "desk", "filed accepted assigned", "handed_over", "reason", "report complaint"
        ),
        _act("assign", "交办", "desk", "accepted", "assigned", "unit"),
        _act("object", "提出异议（不属于本单位）", "unit", "assigned", "accepted", "reason"),
        _act("report_back", "报结果", "unit", "assigned", "investigated", "outcome"),
        _act("send_back", "退回重办", "desk", "investigated", "assigned", "reason unit"),
        _act("draft", "拟答复", "desk", "accepted investigated", "investigated", "outcome words"),
        _act("review", "审核答复", "second", "investigated", "reviewed"),
        _act("reject", "退回重拟", "second", "investigated", "", "reason"),
        _act("answer", "答复", "desk", "reviewed", "answered"),
        _act("close", "办结", "program", "answered", "closed"),
        _act("ask_extension", "申请延期", "desk", _WORKING, "", "reason"),
        _act("extend", "批准延期", "second", _WORKING, "", "words"),
        _act("pause", "暂停计时", "desk", f"filed {_WORKING}", "", "reason words"),
        _act("resume", "恢复计时", "desk", f"filed {_WORKING}", ""),
        _act("supervise", "督办", "desk", _WORKING, "", "reason"),
        _act("merge", "并案", "desk", "filed accepted assigned", "merged", "case"),
        _act("rate", "评价", "reporter", "answered closed"),
        _act("reopen", "要求重新办理", "reporter", "answered closed", "accepted", "words"),
        _act("withdraw", "撤回", "reporter", "filed accepted assigned investigated", "withdrawn"),
        _act("message", "补充说明", "reporter", f"filed {_WORKING}", "", "words"),
    )
}


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that was done. `by` is a staff name, `reporter` or `program`; `unit` is whom it was assigned to; `note`
    is a reason or an organ in staff words."""

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
        event = next((event for event in reversed(self.events) if event.act in ("accept", "reopen")), None)
        return event.day if event else None

    @property
    def unit(self) -> str:
        """The unit that is working on it; empty where none is."""
        for event in reversed(self.events):
            if event.act in ("assign", "send_back"):
                return event.unit
            if event.act in ("object", "reopen"):
                return ""
        return ""

    @property
    def is_extended(self) -> bool:
        return self.last("extend") is not None

    @property
    def is_supervised(self) -> bool:
        return self.is_open and self.last("supervise") is not None

    @property
    def outcome(self) -> str:
        """What was last decided on; shown once it is answered."""
        return next((event.outcome for event in reversed(self.events) if event.outcome), "")

    @property
    def pauses(self) -> tuple[Pause, ...]:
        found: list[Pause] = []
        for event in self.events:
            if event.act == "pause":
                found.append(Pause(event.day, None))
            elif event.act == "resume":
                found[-1] = Pause(found[-1].since, event.day)
        return tuple(found)

    @property
    def is_paused(self) -> bool:
        return any(pause.until is None for pause in self.pauses)

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
        if act.code == "extend" and (self.is_extended or self.last("ask_extension") is None):
            return "没有延期申请，或者已经延过一次"
        if act.code == "ask_extension" and self.last("ask_extension") is not None:
            return "只能延期一次"
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
    carried = {
        "reason": event.note,
        "organ": event.note,
        "case": event.note,
        "unit": event.unit,
        "outcome": event.outcome,
        "words": has_words,
    }
    asked = {
        "reason": "原因", "organ": "转给哪个机关", "case": "并入哪一件", "unit": "交给哪个单位", "outcome": "办理结果",
        "words": "告诉反映人的话",
    }  # fmt: skip
    if missing := [asked[need] for need in act.needs if not carried[need]]:
        raise Refused(f"“{act.word}”还要写明：{'、'.join(missing)}", "case.missing")
    if event.outcome and event.outcome not in OUTCOMES[case.kind]:
        raise Refused(f"{KINDS[case.kind]}的结果只能是：{'、'.join(OUTCOMES[case.kind].values())}", "case.outcome")
    if event.unit and event.unit in case.concerns:
        raise Refused("不能交给被反映的单位办理（回避）", "case.recusal")
    if act.hand == "second" and event.by in _whose_work(case, act):
        raise Refused("拟的人不能自己审，请由另一人审核", "case.four_eyes")
    if case.events and event.day < case.events[-1].day:
        raise Refused(f"日期 {event.day} 早于前一步的 {case.events[-1].day}", "case.date")


def _whose_work(case: Case, act: CaseAct) -> set[str]:
    """Who did what this act checks."""
    checked = case.last("ask_extension" if act.code == "extend" else "draft")
    return {checked.by} if checked else set()
