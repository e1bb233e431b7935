"""Complaints for tests: the desk's people and keys in a test's county, and cases as the public would file them."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey

from portal.actions.cases import (
    CaseStep,
    Filed,
    Filing,
    act_by_receipt,
    act_on_case,
    describe_case,
    file_case,
    hand_contact_to_unit,
)
from portal.actions.staff import add_staff
from portal.domain.batches import Actor
from portal.domain.case_acts import ACTS, OUTCOMES, Kind
from portal.domain.case_facts import CaseFacts
from portal.domain.case_routing import Reader, Whom, concerned_units, kind_of, route
from portal.domain.case_words import SealedFile, SealedWords
from portal.domain.cases import Case, CaseEvent
from portal.domain.units import Unit
from portal.ledger import cases, registers
from portal.office import Office
from portal.security import keys, sealing
from portal.security.case_keys import CaseKeys
from tests.county import COUNTY, WANGCUN

PASSPHRASE = "three sheep crossed the bridge"
DESK_A, DESK_B = Actor("desk-a", "受理员甲", "complaints", "xfj"), Actor("desk-b", "受理员乙", "complaints", "xfj")
DEPARTMENT = Actor("enterer", "enterer", "department", "nyj")
INSPECTOR = Actor("inspector", "inspector", "discipline", "czj")
AUDITOR = Actor("auditor", "审计员", "audit", "sjj")
VILLAGE = Actor("village-clerk", "village-clerk", "village", "wc")
STORY = "今年的补贴到现在没收到，问了两回都说快了"
CONTACT = "李四 联系电话在此"
_numbers = count(1)


def open_desk(office: Office, instance: Path) -> CaseKeys:
    """The complaints desk, discipline inspection and an auditor, with the keys they need in instance/keys."""
    with office.ledger.write() as connection:
        units = [
            Unit("xfj", "小明县信访局", "department", COUNTY, "0999-5301007"),
            Unit("sjj", "小明县审计局", "audit", COUNTY, "0999-5301008"),
        ]
        registers.save_units(connection, units)
    for person in (DESK_A, DESK_B, AUDITOR):
        add_staff(office, person.name, person.display, person.role, person.unit)
    return make_keys(instance)


def make_keys(instance: Path) -> CaseKeys:
    """The sealing keys of both readers under PASSPHRASE, beside the instance's other keys. Stretching a passphrase is
    slow on purpose, so that one pair serves all tests of a process."""
    keys.create_keys(instance / "keys")
    for path in _pairs().iterdir():
        shutil.copy(path, instance / "keys")
    return CaseKeys(instance / "keys")


@cache
def _pairs() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mingbai-sealing-"))
    for reader in sealing.READERS:
        keys.create_sealing_pair(folder, reader, PASSPHRASE)
    return folder


@cache
def private_key(reader: Reader) -> PrivateKey:
    """What opens the words sealed to this reader."""
    return sealing.unlock((_pairs() / sealing.private_name(reader)).read_bytes(), PASSPHRASE)


def opened(reader: Reader, sealed: bytes) -> str:
    return sealing.unseal(private_key(reader), sealed).decode()


def make_filing(
    office: Office, case_keys: CaseKeys, form: str = "", *, category: str = "unpaid", unit: str = "", **facts: Any
) -> Filing:
    """What the public page hands to the action. `unit` is whom it concerns, `form` the idempotency key."""
    with office.ledger.read() as connection:
        units = registers.all_units(connection)
        desk_units = frozenset({"xfj"})
    chosen = office.rules.categories[category]
    kind = units[unit].kind if unit else ""
    whom: Whom = (
        "village" if kind == "village" else "township" if kind == "township" else "department" if unit else "nobody"
    )
    concerns = concerned_units(units, whom, units[unit].area if unit else "", unit)
    where = route(chosen, whom, concerns, desk_units)
    assert where != "superior"
    receipt = case_keys.receipt(form or f"form-{next(_numbers)}")
    values: dict[str, Any] = {
        "category": category, "rules": "", "source": "web", "named": True, "consent": False, "area": WANGCUN,
        "policy": "", "payment_id": None, "reader": where, "desk_sees": where == "desk",
        "discipline_sees": where == "discipline", "receipt_hash": case_keys.receipt_hash(receipt),
        "reply_key": case_keys.reply_public(receipt), "order_number": "", "given_due": None, "entered_by": "",
    }  # fmt: skip
    words = (
        SealedWords("story", where, case_keys.seal(where, STORY)),
        SealedWords("contact", where, case_keys.seal(where, CONTACT)),
    )
    case = Case("", kind_of(chosen, where), office.today, concerns)
    return Filing(case, CaseFacts(**{**values, **facts}), words)


def file_one(office: Office, case_keys: CaseKeys, form: str = "", **more: Any) -> Filed:
    return file_case(office, make_filing(office, case_keys, form, **more))


def do(office: Office, number: str, act: str, by: Actor = DESK_A, **step: Any) -> Case:
    """An act with what it needs, unless `step` says otherwise; words are sealed to whoever."""
    needs = ACTS[act].needs
    carried: dict[str, Any] = {}
    if "unit" in needs:
        carried["unit"] = "nyj"
    if "outcome" in needs:
        carried["outcome"] = "upheld"
    if "words" in needs:
        carried["words"] = (SealedWords("words", "receipt", b"sealed"),)
    if need := ACTS[act].note_need:
        carried["note"] = "satisfied" if need == "rating" else "说明一下"
    return act_on_case(office, by, CaseStep(number, act, **{**carried, **step}))


def work_cases(office: Office, keys: CaseKeys) -> None:
    """Case 1 through every hand, with a photo and the unit's copy of a phone; case 2 by discipline inspection and back;
    case 3 just filed."""
    photo = SealedFile("photo", "image/jpeg", "desk", 3, keys.seal("desk", b"jpg"))
    filing = make_filing(office, keys, "one", consent=True)
    number = file_case(office, replace(filing, files=(photo, photo))).number
    describe_case(office, DESK_A, number, "补贴没到账", "反映人说补贴没有到账")
    for act in ("accept", "assign"):
        do(office, number, act)
    hand_contact_to_unit(office, DESK_A, number, SealedWords("contact", "unit", b"for a while"))
    do(office, number, "report_back", DEPARTMENT)
    do(office, number, "draft")
    do(office, number, "review", DESK_B)
    do(office, number, "answer")
    reopen = CaseStep("", "reopen", words=(SealedWords("words", "desk", b"again"),))
    act_by_receipt(office, keys.receipt_hash(keys.receipt("one")), reopen)
    second = file_one(office, keys, category="diverted").number
    do(office, second, "sign_for", INSPECTOR)
    do(office, second, "return_matter", INSPECTOR, note="不涉及违纪，属于发放问题")
    file_one(office, keys)


def past_case(
    office: Office, filed: date, answered_after: int | None = None, *, kind: Kind = "complaint", **facts: Any
) -> int:
    """A case of another time, put into the ledger as it would stand there, without a word of it; answered after so many
    days, if at all."""
    number = next(_numbers)
    events: list[CaseEvent] = []
    if facts.get("reader") == "discipline":
        events.append(CaseEvent("hand_over", filed, "program"))
    if answered_after is not None:
        day, outcome = filed + timedelta(days=answered_after), next(iter(OUTCOMES[kind]))
        events.append(CaseEvent("accept", filed, "desk-a"))
        events.append(CaseEvent("draft", day, "desk-a", outcome=outcome))
        events += [CaseEvent("review", day, "desk-b"), CaseEvent("answer", day, "desk-a")]
        events.append(CaseEvent("rate", day, "reporter", note="satisfied"))
    values: dict[str, Any] = {
        "category": "unpaid", "rules": "local", "source": "web", "named": True, "consent": False, "area": WANGCUN,
        "policy": "", "payment_id": None, "reader": "desk", "desk_sees": True, "discipline_sees": False,
        "receipt_hash": number.to_bytes(32), "reply_key": bytes(32), "order_number": "", "given_due": None,
        "entered_by": "",
    }  # fmt: skip
    case = Case(f"{filed.year}-{number:05}", kind, filed, events=tuple(events))
    with office.ledger.write() as connection:
        return cases.add_case(connection, case, CaseFacts(**{**values, **facts}))
