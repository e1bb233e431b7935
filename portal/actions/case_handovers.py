"""Handing a case over to discipline inspection: who took the package, and that it arrived."""

from __future__ import annotations

import hmac
import re

from portal.actions.cases import NOT_FOUND, CaseStep, act_on_case
from portal.domain.batches import Actor
from portal.domain.case_access import DISCIPLINE_ROLE
from portal.domain.cases import Case
from portal.domain.findings import Refused
from portal.ledger import cases
from portal.office import Office


def take_package(office: Office, actor: Actor, number: str) -> None:
    """Write down who takes the package, before it is handed out. Raises Refused."""
    with office.ledger.write() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None or actor.role != DISCIPLINE_ROLE:
            raise Refused(NOT_FOUND, "case.unknown")
        office.write_down(connection, "case.package", actor, {"case": number})


def sign_for(office: Office, actor: Actor, number: str, typed: str, code: str) -> Case:
    """The package was opened: only who did knows the code that lay in it. Raises Refused."""
    said = re.sub(r"[\s-]", "", typed).upper()
    if not hmac.compare_digest(said.encode(), code.encode()):
        raise Refused("签收码不对。打开移交包以后，照屏幕上显示的12位填", "package.code")
    return act_on_case(office, actor, CaseStep(number, "sign_for"))
