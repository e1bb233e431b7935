"""What the pages about cases share: who may open them, the keys they need, names for codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import session
from nacl.public import PrivateKey

from portal.desk.access import office, own_account, signed_in, this_desk
from portal.domain.batches import Actor
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, UNIT_ROLES
from portal.domain.findings import Refused
from portal.domain.units import Unit
from portal.queries.case_choices import Choices, case_choices
from portal.queries.cases import CasePage, case_page
from portal.queries.staff import everybody
from portal.security.case_keys import CaseKeys

CASE_ROLES: Final = (DESK_ROLE, *UNIT_ROLES, AUDIT_ROLE)
"""Who has a queue. The administrator keeps accounts and reads no cases; discipline inspection has its own page."""
NO_KEYS: Final = (
    "还没有封存密钥，不能接收、也不能打开投诉内容。请在服务器上运行 mingbai keys seal desk 和 "
    "mingbai keys seal discipline，做好以后重新启动服务"
)
NOT_FOUND: Final = "没有这一件，或者您不能看"
_HELD: Final = "sealing_key"
_OTHERS: Final = {"reporter": "反映人", "program": "程序"}
"""Who does things to a case and is none of the staff."""


@dataclass(frozen=True)
class Names:
    """Words for codes: units, staff, villages and policies."""

    choices: Choices
    people: tuple[Actor, ...]

    def unit(self, code: str) -> str:
        found: Unit | None = self.choices.units.get(code)
        return found.name if found else code

    def person(self, name: str) -> str:
        return next((actor.display for actor in self.people if actor.name == name), _OTHERS.get(name, name))


def names() -> Names:
    here = office()
    return Names(case_choices(here), tuple(account.actor for account in everybody(here)))


def case_keys() -> CaseKeys:
    """Raises Refused where the county has made none, with the command that does."""
    found = this_desk().case_keys
    if found is None:
        raise Refused(NO_KEYS, "key.missing")
    return found


def seen_case(number: str) -> CasePage:
    """The case as the signed-in person may see it. Raises Refused, for an unseen case as for none."""
    found = case_page(office(), signed_in(), number)
    if found is None:
        raise Refused(NOT_FOUND, "case.unknown")
    return found


def is_of_desk() -> bool:
    return signed_in().role == DESK_ROLE


def is_of_unit() -> bool:
    return signed_in().role in UNIT_ROLES


def unlocked_key() -> PrivateKey | None:
    """The desk's private key if this person has unlocked it; using it keeps it unlocked."""
    account = own_account()
    if account is None or not is_of_desk() or _HELD not in session:
        return None
    key = this_desk().secrets.held(session[_HELD], account.uniquifier)
    if key is None:
        session.pop(_HELD)
        return None
    keep_unlocked(key)
    return key


def keep_unlocked(key: PrivateKey) -> None:
    account = own_account()
    assert account is not None
    session[_HELD] = this_desk().secrets.hold(key, account.uniquifier)


def lock() -> None:
    session.pop(_HELD, None)
