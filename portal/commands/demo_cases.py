"""The demo county's cases: content/demo/cases.toml, filed and worked through the same actions as a county's own."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from portal.actions.cases import CaseStep, act_by_receipt, act_on_case, close_answered, describe_case, file_case
from portal.config import Config
from portal.domain.batches import Actor
from portal.domain.case_access import DESK_ROLE, DISCIPLINE_ROLE, UNIT_ROLES
from portal.domain.case_acts import ACTS, CaseAct
from portal.domain.case_form import CaseForm
from portal.domain.case_routing import READERS, Reader
from portal.domain.case_words import SealedWords
from portal.office import Office
from portal.queries.case_choices import Choices, case_choices
from portal.queries.cases import case_page
from portal.queries.staff import everybody
from portal.security import sealing
from portal.security.case_filing import Arrival, make_filing
from portal.security.case_keys import CaseKeys
from portal.security.keys import create_sealing_pair

_SOURCES: Final = ("web", "web", "kiosk", "web", "12345", "web")
_NAMES: Final = ("赵大明", "", "钱二妹", "孙三喜", "", "李四海", "周五福")
_WORDS: Final = {
    "decline": "您问的这项补贴不属于惠民惠农补贴，请打12345问人社部门。",
    "extend": "您反映的事还要到现场核对，答复要晚一些，最晚的日子已经改在回执页上。",
    "tell": "您反映的问题已经受理，办结后告诉您结果。",
    "conclude": "您反映的问题属实，已对责任人作出处理，钱已退还。",
}
_NOTES: Final = {
    "decline": "不属于补贴资金问题",
    "ask_extension": "要到现场核对，时间不够",
    "supervise": "请在五个工作日内报结果",
}


@dataclass(frozen=True)
class _Stage:
    """Who plays and with what."""

    office: Office
    keys: CaseKeys
    choices: Choices
    people: tuple[Actor, ...]

    def on(self, day: date) -> Office:
        return replace(self.office, today=day)

    def who(self, act: CaseAct, unit: str) -> Actor:
        if act.hand == "unit":
            return next(person for person in self.people if person.unit == unit and person.role in UNIT_ROLES)
        role = DISCIPLINE_ROLE if act.hand == "discipline" else DESK_ROLE
        found = [person for person in self.people if person.role == role]
        return found[0] if act.hand == "second" else found[-1]


def make_sealing_keys(config: Config) -> str:
    """Both pairs under one passphrase, which is returned; empty where there are keys already."""
    if any((config.keys / sealing.public_name(reader)).exists() for reader in READERS):
        return ""
    passphrase = "-".join(secrets.token_hex(2) for _ in range(5))
    for reader in READERS:
        create_sealing_pair(config.keys, reader, passphrase)
    return passphrase


def play_cases(config: Config, office: Office, progress: Callable[[str, int, int], None]) -> int:
    """File and work the demo's cases. Returns how many are new: none where they have been played before."""
    story = tomllib.loads((config.content / "demo" / "cases.toml").read_text(encoding="utf-8"))["case"]
    stage = _Stage(
        office, CaseKeys(config.keys), case_choices(office), tuple(account.actor for account in everybody(office))
    )
    wanted = sorted(_filed(story), key=lambda one: -one[0])
    for done, (ago, place, told) in enumerate(wanted):
        progress("投诉件", done, len(wanted))
        if not _play(stage, told, office.today - timedelta(days=ago), place):
            return 0
    close_answered(office)
    return len(wanted)


def _filed(story: list[Mapping[str, Any]]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """(days ago, place in the whole, what is told)."""
    place = 0
    for told in story:
        for ago in told["ago"]:
            yield ago, place, told
            place += 1


def _play(stage: _Stage, told: Mapping[str, Any], filed: date, place: int) -> bool:
    """Whether the case is new."""
    request = told["category"] == "disclosure"
    name = _NAMES[place % len(_NAMES)] or ("吴六顺" if request else "")
    source = _SOURCES[place % len(_SOURCES)]
    form = CaseForm(
        told["category"],
        told["whom"],
        told.get("area", ""),
        told.get("unit", ""),
        told.get("policy", ""),
        story=told["story"],
        name=name,
        phone=f"0999-52090{place:02d}" if name else "",
        consent=bool(name) and place % 2 == 0,
    )
    order = f"GD{filed:%Y%m%d}-{place}" if source == "12345" else ""
    arrival = Arrival(source, order_number=order)
    receipt = stage.keys.receipt(f"demo-case-{place}")
    made = file_case(stage.on(filed), make_filing(stage.on(filed), stage.keys, stage.choices, form, arrival, receipt))
    if made.is_new:
        for step in told["steps"]:
            after, code, *more = step.split()
            day = filed + timedelta(days=int(after))
            if day > stage.office.today:
                break
            _step(stage, told, stage.on(day), made.number, ACTS[code], "".join(more), receipt)
    return made.is_new


def _step(
    stage: _Stage, told: Mapping[str, Any], office: Office, number: str, act: CaseAct, what: str, receipt: str
) -> None:
    if act.hand == "reporter":
        act_by_receipt(office, stage.keys.receipt_hash(receipt), CaseStep("", act.code, note=what))
        return
    found = case_page(office, stage.who(ACTS["accept"], ""), number)
    who = stage.who(act, found.line.case.unit if found else "")
    if act.code == "accept":
        describe_case(office, who, number, told["title"], told["summary"])
    words: tuple[SealedWords, ...] = ()
    if "words" in act.needs:
        said = _WORDS.get(act.code) or told["words"]
        reader: Reader = "discipline" if act.hand == "discipline" else "desk"
        words = (
            SealedWords("words", "receipt", stage.keys.seal_to(stage.keys.reply_public(receipt), said)),
            SealedWords("words", reader, stage.keys.seal(reader, said)),
        )
    if act.code == "report_back":
        words = (SealedWords("report", "desk", stage.keys.seal("desk", "已查发放记录和申报材料，情况见结果。")),)
    unit, outcome = (what, "") if "unit" in act.needs else ("", what if "outcome" in act.needs else "")
    note = _NOTES.get(act.code, "") if act.note_need else ""
    act_on_case(office, who, CaseStep(number, act.code, unit, outcome, note, words))
