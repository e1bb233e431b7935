"""The last press of the button: at the door, files read, sealed, stored once, and the receipt for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

import segno
from flask import request

from portal.actions.cases import file_case
from portal.cases.front import Front
from portal.counters.attempts import Attempts, StoreDown
from portal.domain.case_acts import KINDS
from portal.domain.case_clocks import Due, decision_due
from portal.domain.case_form import CaseForm
from portal.domain.findings import Refused
from portal.domain.receipts import in_groups
from portal.queries.case_choices import Choices
from portal.queries.follow import follow
from portal.security.attachments import Upload, read_attachments
from portal.security.case_filing import Arrival, make_filing
from portal.security.case_keys import Accepted
from portal.security.doorkeeper import Visitor

_REMEMBERED_SECONDS: Final = 24 * 3600
"""How long a form that was taken in may be sent again without standing at the door."""


class MustProve(Exception):
    """Too many came from there within the hour: a proof of work, or a form that waited."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter keeps. `due` is when they are told whether it is accepted, `decided` when it is decided, as far
    as a rule says so (`is_due`: discipline inspection owes that to named reporters alone, 纪检监察机关处理检举控告工作规则); `code` and `proof_code` are QR codes as data addresses."""

    receipt: str
    number: str
    day: date
    kind: str
    is_with_discipline: bool
    is_due: bool
    due: Due
    decided: Due
    proof: str
    code: str
    proof_code: str

    @property
    def groups(self) -> str:
        return in_groups(self.receipt)


class Sending:
    """Takes forms in."""

    def __init__(self, front: Front, attempts: Attempts) -> None:
        self._front = front
        self._attempts = attempts

    def take_in(
        self, form: CaseForm, choices: Choices, key: str, visitor: Visitor, uploads: Sequence[Upload] = ()
    ) -> Receipt:
        """The same form gives the same receipt and is stored once. Raises MustProve, or Refused for a file."""
        case_keys, office = self._front.keys, self._front.office()
        again = "form/" + hashlib.sha256(key.encode()).hexdigest()[:32]
        self._must_be_admitted(again, visitor)
        try:
            attachments = read_attachments(uploads, self._front.config.scanner)
        except Refused:
            self._count({visitor.key: 3600})
            raise
        if not form.is_named:  # what a phone writes into its photos (place, device) says who took them
            attachments = [each for each in attachments if each.kind != "original"]
        receipt = case_keys.receipt(key)
        filing = make_filing(office, case_keys, choices, form, Arrival(visitor.channel), receipt, attachments)
        filed = file_case(office, filing)
        if filed.is_new:
            self._count({visitor.key: 3600, again: _REMEMBERED_SECONDS})
        return self._receipt(receipt, filing.facts.receipt_hash, is_named=form.is_named)

    def _must_be_admitted(self, again: str, visitor: Visitor) -> None:
        """Where nothing can be counted nobody is refused: what people report is taken in all the same."""
        with suppress(StoreDown):
            if not self._attempts.counts([again])[0] and not self._front.senders.admits(visitor, request.form):
                raise MustProve

    def _count(self, wanted: dict[str, int]) -> None:
        with suppress(StoreDown):
            self._attempts.add(wanted)

    def _receipt(self, receipt: str, receipt_hash: bytes, *, is_named: bool) -> Receipt:
        office, case_keys = self._front.office(), self._front.keys
        found = follow(office, receipt_hash)
        assert found is not None, "it was just stored"
        case, rules = found.own, office.rules.case_rules[found.facts.rules]
        decided = decision_due(
            rules, case.filed, case.accepted, (), is_extended=False, is_workday=office.rules.is_workday
        )
        is_with_discipline = found.facts.reader == "discipline"
        proof = case_keys.proof(Accepted(case.number, case.kind, case.filed))
        return Receipt(
            receipt,
            case.number,
            case.filed,
            KINDS[case.kind],
            is_with_discipline,
            is_named or not is_with_discipline,
            found.due,
            decided,
            proof,
            self._code("follow", receipt),
            self._code("receipt-check", proof),
        )

    def _code(self, path: str, words: str) -> str:
        """A QR code of an address whose words stand behind the "#": browsers keep those to themselves."""
        base = self._front.site_text["base"]
        address = f"{str(base['url']).rstrip('/')}{base['path']}{path}#{words}"
        return segno.make_qr(address, error="m").png_data_uri(scale=6)
