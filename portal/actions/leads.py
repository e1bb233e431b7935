"""Saying what was found about a lead. The word is kept beside the facts that the lead had then; nothing else changes."""

from __future__ import annotations

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.leads import ROW_ROLES, VERDICTS, Lead, LeadWord, circle_of
from portal.ledger import leads
from portal.office import Office, must_be_clean, must_fit, must_have_role, registered

LONGEST_REASON = 200


def settle_lead(office: Office, actor: Actor, lead: Lead, verdict: str, reason: str) -> None:
    """Keep a verdict (one of VERDICTS) and why, of a lead as this person was shown it. Raises Refused."""
    if verdict not in VERDICTS:
        raise Refused(f"请选一个结论：{'、'.join(VERDICTS.values())}", "lead.verdict")
    if not reason:
        raise Refused("请写明怎么查的、查到什么；转办的写转给谁", "lead.reason")
    must_fit(reason, LONGEST_REASON)
    must_be_clean(reason)
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        must_have_role(known, *sorted(ROW_ROLES))
        word = LeadWord(lead.name, lead.facts_hash, circle_of(known), verdict, reason, known.name, office.today)
        number = leads.add_word(connection, word)
        office.write_down(connection, "lead.settle", known, {"word": number, "kind": lead.kind, "verdict": verdict})
