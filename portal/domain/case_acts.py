"""What may be done with a case (件), by whose hand, and what each act must carry: one table.

Words are as the staff read them; STATES are as the reporter reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

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
UPHELD: Final = frozenset({"upheld", "partly", "true", "partly_true"})
"""Outcomes after which a payment may have to be corrected."""
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
OPEN: Final = frozenset({"filed", "accepted", "assigned", "investigated", "reviewed"})
"""States in which the county's own clock runs."""
Hand = Literal["desk", "unit", "second", "discipline", "reporter", "program"]
"""Whose act it is: the county desk · the unit the case is assigned to · another person of the desk than the one whose
work is checked · discipline inspection · the reporter with the receipt · the program itself."""
Need = Literal["reason", "unit", "outcome", "words", "organ", "case", "person", "rating", "payment"]
"""What the act must carry: a reason, the unit, an outcome of the kind, words for the reporter, another organ, a case,
a member of staff, whether the reporter is satisfied, the corrected payment."""
NEED_WORDS: Final[Mapping[Need, str]] = {
    "reason": "原因",
    "unit": "交给哪个单位",
    "outcome": "办理结果",
    "words": "告诉反映人的话",
    "organ": "转给哪个机关",
    "case": "并入哪一件",
    "person": "谁要回避",
    "rating": "满意不满意",
    "payment": "更正的是哪一笔（批次和行号）",
}
IN_NOTE: Final = frozenset({"reason", "organ", "case", "person", "rating", "payment"})
"""Needs that stand in the event's note; an act has at most one of them."""
RATINGS: Final[Mapping[str, str]] = {"satisfied": "满意", "unsatisfied": "不满意"}


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

    @property
    def note_need(self) -> Need | None:
        """What its note is for."""
        return next((need for need in self.needs if need in IN_NOTE), None)


def _act(code: str, word: str, hand: Hand, since: str, to: str = "", needs: str = "", kinds: str = "") -> CaseAct:
    found: tuple[Need, ...] = tuple(needs.split())  # type: ignore[arg-type]
    return CaseAct(code, word, hand, frozenset(since.split()), to, found, frozenset(kinds.split() or KINDS))


_WORKING: Final = "accepted assigned investigated reviewed"
_ANSWERED: Final = "answered closed"
_GRAVE: Final = "report complaint"
ACTS: Final[Mapping[str, CaseAct]] = {
    act.code: act
    for act in (
        _act("accept", "受理", "desk", "filed", "accepted"),
        _act("decline", "不予受理", "desk", "filed", "declined", "reason words"),
        _act("refer", "转送有权机关", "desk", "filed accepted", "referred", "organ words"),
        _act("hand_over", "移交纪检监察", "desk", "filed accepted assigned", "handed_over", "reason", _GRAVE),
        _act("assign", "交办", "desk", "accepted", "assigned", "unit"),
        _act("object", "提出异议（不属于本单位）", "unit", "assigned", "accepted", "reason"),
        _act("report_back", "报结果", "unit", "assigned", "investigated", "outcome"),
        _act("send_back", "退回重办", "desk", "investigated", "assigned", "reason unit"),
        _act("draft", "拟答复", "desk", "accepted investigated", "investigated", "outcome words"),
        _act("review", "审核通过", "second", "investigated", "reviewed"),
        _act("reject", "退回重拟", "second", "investigated", "", "reason"),
        _act("answer", "答复", "desk", "reviewed", "answered"),
        _act("close", "办结", "program", "answered", "closed"),
        _act("ask", "请反映人补充", "desk", f"filed {_WORKING}", "", "words"),
        _act("ask_extension", "申请延期", "desk", _WORKING, "", "reason"),
        _act("extend", "批准延期", "second", _WORKING, "", "words"),
        _act("pause", "暂停计时", "desk", f"filed {_WORKING}", "", "reason words"),
        _act("resume", "恢复计时", "desk", f"filed {_WORKING}"),
        _act("supervise", "督办", "desk", _WORKING, "", "reason"),
        _act("merge", "并案", "desk", "filed accepted assigned", "merged", "case"),
        _act("recuse", "登记回避", "desk", f"filed {_WORKING}", "", "person"),
        _act("correct", "登记更正发放", "desk", f"investigated reviewed {_ANSWERED}", "", "payment", _GRAVE),
        _act("note_review", "登记复查复核", "desk", f"declined {_ANSWERED}", "", "reason"),
        _act("sign_for", "签收", "discipline", "handed_over"),
        _act("tell", "告知反映人", "discipline", "handed_over", "", "words"),
        _act("return_matter", "退回业务问题", "discipline", "handed_over", "accepted", "reason"),
        _act("conclude", "告知处理结果", "discipline", "handed_over", "answered", "outcome words"),
        _act("message", "补充说明", "reporter", f"filed handed_over {_WORKING}", "", "words"),
        _act("rate", "评价", "reporter", _ANSWERED, "", "rating"),
        _act("reopen", "要求重新办理", "reporter", _ANSWERED, "accepted", "words"),
        _act("withdraw", "撤回", "reporter", "filed accepted assigned investigated", "withdrawn"),
    )
}
"""Sources: 信访工作条例 (accept, decline, refer, object, extension, review by the superior organ), 政府信息公开条例 (pause for
completion and third parties), seed rules of the county (four eyes, recusal, supervised handling)."""
