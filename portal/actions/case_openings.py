"""Opening what is sealed: everybody who does says why, and stands in the journal for it."""

from __future__ import annotations

from typing import Final

from portal.actions.cases import NOT_FOUND
from portal.domain.batches import Actor
from portal.domain.case_access import hands
from portal.domain.case_facts import LONGEST_NOTE
from portal.domain.findings import Refused
from portal.ledger import case_words, cases
from portal.office import Office, must_be_clean, must_fit

_SHORTEST_REASON: Final = 4


def open_sealed(office: Office, actor: Actor, number: str, reason: str) -> None:
    """Write down who opens what was said in a case, and why, before it is shown: the desk; or the handling unit, what the
    reporter let it have. Raises Refused."""
    said = reason.strip()
    if len(said) < _SHORTEST_REASON:
        raise Refused(f"请写明为什么要看（至少{_SHORTEST_REASON}个字）", "case.reason")
    must_be_clean(said)
    must_fit(said, LONGEST_NOTE)
    with office.ledger.write() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None:
            raise Refused(NOT_FOUND, "case.unknown")
        mine = hands(actor, stored.case)
        has_contact = "unit" in mine and bool(case_words.words_of(connection, stored.id, ["unit"]))
        if "desk" not in mine and not has_contact:
            raise Refused("原话和联系方式不给您看", "case.hand")
        office.write_down(connection, "case.open", actor, {"case": number, "reason": said})
