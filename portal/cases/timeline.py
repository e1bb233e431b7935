"""A case as its reporter reads it: what was done when, in plain words; no member of staff, no unit of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.case_acts import OUTCOMES, RATINGS
from portal.domain.cases import Case
from portal.domain.units import Unit

_PLAIN: Final[Mapping[str, str]] = {
    "accept": "受理了",
    "decline": "不予受理",
    "refer": "转送给有权处理的机关",
    "hand_over": "移交给纪检监察机关办理",
    "assign": "交下去查办",
    "send_back": "退回去重新查",
    "answer": "答复您",
    "close": "办结",
    "ask": "请您补充情况",
    "extend": "批准延长时间",
    "pause": "暂停计时",
    "resume": "接着计时",
    "merge": "和另一件同样的事并在一起办",
    "correct": "登记了更正发放",
    "tell": "纪检监察机关告知您",
    "return_matter": "其中的业务问题转回受理科室办",
    "conclude": "纪检监察机关告知结果",
}
"""Staff's acts that concern the reporter."""
_OWN: Final[Mapping[str, str]] = {
    "message": "您补充说",
    "rate": "您评价",
    "reopen": "您要求重新办理",
    "withdraw": "您撤回了",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done. `words` were said with it, between desk and reporter."""

    day: date
    title: str
    words: tuple[str, ...] = ()
    is_own: bool = False


def timeline(
    own: Case,
    main: Case,
    said: Mapping[int, Sequence[str]],
    told: Mapping[int, Sequence[str]],
    units: Mapping[str, Unit],
) -> list[Line]:
    """`main` is the case that the own one was merged into, or the own one itself; `said` and `told` are the opened words
    of either by the place of their event (from 1)."""
    lines = [Line(own.filed, "收到您反映的事"), *_lines(own, said, units, is_own=True)]
    merged = own.last("merge")
    if merged and main.number != own.number:
        since = merged.day
        lines += [line for line in _lines(main, told, units, is_own=False) if line.day >= since]
    return lines


def decision(case: Case, words: Mapping[int, Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    """(outcome, words) of the newest answer; ("", ()) before there is one."""
    if case.state not in ("answered", "closed"):
        return "", ()
    places = [place for place, event in enumerate(case.events, start=1) if event.act in ("draft", "conclude")]
    found = next((tuple(words[place]) for place in reversed(places) if words.get(place)), ())
    return OUTCOMES[case.kind].get(case.outcome, ""), found


def _lines(case: Case, words: Mapping[int, Sequence[str]], units: Mapping[str, Unit], *, is_own: bool) -> list[Line]:
    found, drafted = [], ()  # type: tuple[list[Line], tuple[str, ...]]
    for place, event in enumerate(case.events, start=1):
        here = tuple(words.get(place, ()))
        if event.act == "draft":
            drafted = here or drafted
        if is_own and event.act in _OWN:
            more = f"：{RATINGS.get(event.note, '')}" if event.act == "rate" else ""
            found.append(Line(event.day, _OWN[event.act] + more, here, is_own=True))
        elif event.act in _PLAIN:
            title = _PLAIN[event.act]
            if event.act == "refer" and event.note:
                title += f"：{event.note}"
            if event.act == "assign" and case.kind != "report" and event.unit in units:
                title = f"交给{units[event.unit].name}查办"
            if event.act in ("answer", "conclude"):
                outcome = OUTCOMES[case.kind].get(event.outcome or case.outcome, "")
                title += f"：{outcome}" if outcome else ""
            found.append(Line(event.day, title, here or (drafted if event.act == "answer" else ())))
    return found
