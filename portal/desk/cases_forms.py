"""The small forms of a case page: one an act, asking for exactly what the table says that the act needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import request

from portal.desk.cases import Names, case_keys
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, UNIT_ROLES
from portal.domain.case_acts import ACTS, NEED_WORDS, OUTCOMES, CaseAct, Need
from portal.domain.case_facts import LONGEST_NOTE
from portal.domain.case_form import tidy
from portal.domain.case_routing import Reader
from portal.domain.case_words import LONGEST_WORDS, SealedWords
from portal.domain.cases import Case
from portal.domain.findings import Refused
from portal.queries.cases import CasePage

DESK_ACTS: Final = tuple(code for code, act in ACTS.items() if act.hand in ("desk", "unit", "second"))
"""What is done at the desk; discipline inspection has its own page."""
_OFF_THE_WAY: Final = frozenset({"decline", "refer", "hand_over", "merge", "send_back", "object"})
"""Acts that end or turn the common way of a case: they stand behind those that go on with it."""
FOR_GOOD: Final = frozenset({"decline", "refer", "hand_over", "merge", "recuse", "answer", "conclude", "return_matter"})
"""Acts that cannot be undone: their forms ask whether it is meant."""
HINTS: Final[Mapping[str, str]] = {
    "decline": "原因写进台账；告诉反映人的话封给反映人，凭回执看。",
    "refer": "写清转给哪个机关，并告诉反映人去哪里问。",
    "hand_over": "原话和照片在这一步重新封给纪检监察机关，以后由他们办理；办理单位从此看不到这一件。",
    "assign": "办理单位只看到标题和转述。被反映的单位不在名单里。",
    "object": "说明为什么不属于本单位，退回受理科室。",
    "report_back": "查清的情况封给受理科室，别的单位打不开。",
    "draft": "写给反映人看的答复。要由另一人审核，答复以后反映人才看得到。",
    "review": "先解锁，看清楚上面的拟答复再点。",
    "answer": "把审核过的答复交给反映人，反映人凭回执看。",
    "pause": "等材料、等第三方时用；恢复以后接着算。",
    "recuse": "被登记的人从此看不到这一件。",
    "merge": "同一件事有人反映过：并到那一件办，一起答复。",
    "correct": "先把更正的清册导进来，再在这里登记更正后的那一笔。",
    "ask": "例如请反映人说清是哪一年、哪一笔。不要问身份证号和卡号。",
    "supervise": "催办：写明要求和期限。",
    "sign_for": "在自己的机器上打开移交包，屏幕上显示一个签收码，填在这里。",
    "tell": "例如告知受理情况。封给反映人，凭回执看。",
    "return_matter": "不属于违纪的业务问题，退回受理科室办理；写清是什么事，原话不会跟着退回。",
    "conclude": "处理结果告诉反映人以后，这一件就结束了。",
}
_WHICH_UNITS: Final = frozenset(
    {"department", "finance", "disclosure", "township", "township_finance", "station", "village", "bank"}
)


@dataclass(frozen=True)
class ActForm:
    """`typed` is what was sent and refused, `problem` why."""

    act: CaseAct
    units: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def hint(self) -> str:
        return HINTS.get(self.act.code, "")

    @property
    def must_confirm(self) -> bool:
        return self.act.code in FOR_GOOD

    @property
    def wants_code(self) -> bool:
        return self.act.code == "sign_for"

    @property
    def wants_report(self) -> bool:
        return self.act.code == "report_back"

    def value(self, name: str) -> str:
        return self.typed.get(name, "")

    def label(self, need: Need) -> str:
        return NEED_WORDS[need]

    longest_note: int = LONGEST_NOTE
    longest_words: int = LONGEST_WORDS


def act_forms(page: CasePage, known: Names, refused: str = "", problem: str = "") -> list[ActForm]:
    """A form for each act that is next; the one that was `refused` holds what was typed and says why."""
    case = page.line.case
    return [
        ActForm(
            act,
            _units(case, known) if "unit" in act.needs else {},
            OUTCOMES[case.kind] if "outcome" in act.needs else {},
            _people(case, known) if "person" in act.needs else {},
            dict(request.form) if act.code == refused else {},
            problem if act.code == refused else "",
        )
        for act in page.acts
    ]


def must_be_meant(act: CaseAct) -> None:
    if act.code in FOR_GOOD and request.form.get("sure") != "yes":
        raise Refused(f"“{act.word}”办了不能撤回，请先勾选“我已核对”", "case.sure")


def typed(name: str) -> str:
    return tidy(request.form.get(name, ""))


def words_for_reporter(page: CasePage, by: Reader = "desk") -> tuple[SealedWords, ...]:
    """What was typed for the reporter, sealed to every receipt that it goes to, and to those who say it: they must be
    able to read it again."""
    said = _checked(typed("words"))
    if not said:
        return ()
    keys = case_keys()
    to_reporters = [
        SealedWords("words", "receipt", keys.seal_to(key, said), case_id) for case_id, key in page.reply_keys
    ]
    return (*to_reporters, SealedWords("words", by, keys.seal(by, said)))


def report_for_desk() -> tuple[SealedWords, ...]:
    """What a unit has found out, sealed to the desk."""
    said = _checked(typed("report"))
    if not said:
        raise Refused("请写明查到了什么、依据是什么", "case.missing")
    return (SealedWords("report", "desk", case_keys().seal("desk", said)),)


def _checked(said: str) -> str:
    if len(said) > LONGEST_WORDS:
        raise Refused(f"写得太长了：{len(said)}个字，最多{LONGEST_WORDS}个字", "text.long")
    return said


def _units(case: Case, known: Names) -> Mapping[str, str]:
    """Units with somebody who can work on it, without those that must keep away."""
    staffed = {person.unit for person in known.people if person.role in UNIT_ROLES}
    return {
        unit.code: unit.name
        for unit in sorted(known.choices.units.values(), key=lambda unit: (unit.area, unit.code))
        if unit.code in staffed and unit.kind in _WHICH_UNITS and unit.code not in case.concerns
    }


def _people(case: Case, known: Names) -> Mapping[str, str]:
    """Who could see the case: the desk, the auditor, the unit that works on it."""
    return {
        person.name: f"{person.display}（{known.unit(person.unit)}）"
        for person in known.people
        if person.role in (DESK_ROLE, AUDIT_ROLE) or (case.unit and person.unit == case.unit)
    }


def acts_by_hand(forms: Collection[ActForm]) -> tuple[list[ActForm], list[ActForm]]:
    """The next step on the way, and what may be done beside it. First what waits for a second person, then the common
    way, then what leads off it."""
    onward = [form for form in forms if form.act.to or form.act.hand == "second"]
    onward.sort(key=lambda form: (form.act.hand != "second", form.act.code in _OFF_THE_WAY))
    return onward, [form for form in forms if form not in onward]
