"""Cases at the desk for tests: filed through the form as the public fills it in, and people who work on them."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

from portal.actions.cases import Filed, file_case
from portal.domain.batches import Actor
from portal.domain.case_form import CaseForm
from portal.office import Office
from portal.queries.case_choices import case_choices
from portal.security.case_filing import Arrival, Attachment, make_filing
from portal.security.case_keys import CaseKeys
from tests.cases import DESK_A, PASSPHRASE, do
from tests.staff import Visitor, code_for, give_password, visitor

STORY = "今年种了六亩地，钱一分没到账，问村里说快了"
NAME, PHONE = "孙二娘", "13800138000"
TITLE, SUMMARY = "补贴没到账", "反映今年的耕地补贴没有到账，请查发放情况"
_forms = count(1)
_secrets: dict[tuple[int, str], str] = {}


def send(
    office: Office,
    case_keys: CaseKeys,
    key: str = "",
    *,
    category: str = "unpaid",
    source: str = "web",
    files: tuple[Attachment, ...] = (),
    **fields: Any,
) -> Filed:
    """File a case as the public's form does."""
    form = CaseForm(category, **{"story": STORY, "name": NAME, "phone": PHONE, **fields})
    receipt = case_keys.receipt(key or f"desk-form-{next(_forms)}")
    return file_case(
        office, make_filing(office, case_keys, case_choices(office), form, Arrival(source), receipt, files)
    )


def entered(app: Flask, office: Office, instance: Path, actor: Actor | str) -> Visitor:
    """This person, signed in."""
    name = actor if isinstance(actor, str) else actor.name
    give_password(office, instance, name)
    person = visitor(app, f"192.0.2.{next(_forms) % 250 + 1}")
    answer = person.sign_in(name)
    if answer.location.endswith("set-up"):
        _secrets[id(app), name] = person.set_up_factor()
    elif answer.location.endswith("second-factor"):
        person.post("second-factor", code=code_for(_secrets[id(app), name], 30))
    assert person.is_in()
    return person


def unlocked(person: Visitor, passphrase: str = PASSPHRASE) -> Visitor:
    assert person.post("unlock", passphrase=passphrase).status_code == 303
    return person


def assigned(office: Office, case_keys: CaseKeys, unit: str = "nyj", **fields: Any) -> str:
    """The number of a case that a unit works on."""
    from portal.actions.cases import describe_case

    number = send(office, case_keys, **fields).number
    describe_case(office, DESK_A, number, TITLE, SUMMARY)
    do(office, number, "accept")
    do(office, number, "assign", unit=unit)
    return number
