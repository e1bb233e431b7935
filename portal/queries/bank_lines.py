"""What a batch's bank files left open: lines with the payments that they may be about, and words to be explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portal.domain.batches import Actor
from portal.domain.finding_kinds import KINDS
from portal.ledger import bank_lines, payments, registers
from portal.ledger.bank_lines import BankLine, UnknownWords
from portal.ledger.payments import Payment
from portal.office import Office, own_batch

_PROPOSED: Final = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """A payment that a line may be about: it waits for its result and has the same masked name and amount."""

    payment: int
    village: str
    row_code: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    line: BankLine
    why: str
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """`reasons` is code → what the public is told; `banks` the banks that a file may be of, code → name."""

    lines: tuple[OpenLine, ...]
    words: tuple[UnknownWords, ...]
    reasons: Mapping[str, str]
    banks: Mapping[str, str]


def open_matters(office: Office, actor: Actor, number: str) -> OpenMatters:
    """Raises Refused where there is no such batch, or only a part of it is this person's."""
    with office.ledger.read() as connection:
        batch = own_batch(connection, actor, number)
        lines = bank_lines.open_lines(connection, batch.id)
        fitting: dict[tuple[str, int], list[Payment]] = defaultdict(list)
        if lines:
            wanted = {(line.name, line.fen) for line in lines}
            for payment in payments.payments_of(connection, batch.id):
                if payment.is_listed and payment.result == "pending" and (payment.name, payment.fen) in wanted:
                    fitting[payment.name, payment.fen].append(payment)
        areas = registers.area_book(connection).areas
        units = registers.all_units(connection).values()

        def proposed(payment: Payment) -> Proposal:
            village = areas[payment.village].name if payment.village in areas else ""
            return Proposal(payment.id, village, payment.row_code, payment.sheet, payment.row)

        return OpenMatters(
            tuple(
                OpenLine(line, KINDS[line.code].title, tuple(map(proposed, fitting[line.name, line.fen][:_PROPOSED])))
                for line in lines
            ),
            tuple(bank_lines.unknown_words(connection, batch.id)),
            {code: entry["word"] for code, entry in office.rules.reason_words.items()},
            {unit.code: unit.name for unit in units if unit.kind == "bank"},
        )
