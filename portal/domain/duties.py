"""Who may do what: one table made of the rules themselves (flows, cases, lists, pages), for the desk and for the docs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from portal.domain.batches import ANYTIME, ROLES, Flow, FlowStep
from portal.domain.case_access import DESK_ROLE, DISCIPLINE_ROLE, UNIT_ROLES
from portal.domain.case_acts import ACTS, Hand
from portal.domain.policy_lists import APPROVERS, EDITORS
from portal.domain.reach import BY_PLACE, WHOLE_COUNTY
from portal.domain.staff import SECOND_FACTOR

_HANDS: Final[Mapping[Hand, tuple[tuple[str, ...], str]]] = {
    "desk": ((DESK_ROLE,), ""),
    "second": ((DESK_ROLE,), "另一人办：不能是经手的人"),
    "unit": (UNIT_ROLES, "只办交给本单位的"),
    "discipline": ((DISCIPLINE_ROLE,), ""),
}
"""Whose hands are the staff's; the reporter's and the program's are not."""
_FOUR_EYES: Final = {"review": "录入的人不能自己审查"}
_KINDS: Final = {"ours": "本系统把关", "mirrored": "别处办，这里登记"}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is done here, by whom, and what is to be minded."""

    what: str
    roles: frozenset[str]
    note: str = ""


def duties(flows: Iterable[Flow], pages: Iterable[tuple[str, Collection[str]]]) -> dict[str, list[Duty]]:
    """Heading → what is done; `pages` are the desk's pages by name, with the roles that open them."""
    found = {f"流程：{flow.name}": [_step(step) for step in flow.steps] for flow in flows}
    found["随时可办"] = [_step(step, "要写原因") for step in ANYTIME.values()]
    found["补贴政策清单"] = [
        Duty("做清单、逐项改", frozenset((*EDITORS, "admin"))),
        Duty("批准", frozenset((*APPROVERS, "admin")), "导入或改过这一版的人不能批准"),
    ]
    found["投诉件"] = [
        Duty(act.word, frozenset(_HANDS[act.hand][0]), _HANDS[act.hand][1])
        for act in ACTS.values()
        if act.hand in _HANDS
    ]
    found["打开办公端的页面"] = [Duty(words, frozenset(roles)) for words, roles in pages]
    return found


def reach_words(role: str) -> str:
    """Whose batches a role sees, as domain/reach.py has it."""
    if role in WHOLE_COUNTY:
        return "全县的批次"
    if role in BY_PLACE:
        return "本乡镇、本村发的批次；别的批次里只看本地各村的行（县级单位的，看本单位的）"
    return "本部门的项目、本单位发的批次" if role == "department" else "不看批次"


def document(found: Mapping[str, list[Duty]]) -> str:
    """The table as Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, list[Duty]]) -> Iterator[str]:
    yield "# 谁办什么"
    yield ""
    yield "这一页由程序从规则里打印出来（`make docs`），不要手改。系统管理员能办各个步骤，但两人原则对谁都一样。"
    yield ""
    yield "| 角色 | 代码 | 看得到哪些批次 | 登录要不要手机验证码 |"
    yield "|---|---|---|---|"
    for role, word in ROLES.items():
        yield f"| {word} | `{role}` | {reach_words(role)} | {'要' if role in SECOND_FACTOR else '可以不用'} |"
    for heading, lines in found.items():
        yield ""
        yield f"## {heading}"
        yield ""
        yield f"| 什么事 | {' | '.join(ROLES.values())} | 注意 |"
        yield "|---|" + ":-:|" * len(ROLES) + "---|"
        for duty in lines:
            marks = " | ".join("●" if role in duty.roles else "" for role in ROLES)
            yield f"| {duty.what} | {marks} | {duty.note} |"


def _step(step: FlowStep, note: str = "") -> Duty:
    said = filter(None, (_KINDS[step.kind], note or _FOUR_EYES.get(step.code, "")))
    return Duty(step.name, frozenset((*step.roles, "admin")), "；".join(said))
