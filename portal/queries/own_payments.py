"""One's own payments, ready to be shown: joined with what is known of their batches, told in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple

from portal.domain.areas import AreaBook
from portal.domain.held_rows import ADMITTED
from portal.domain.units import Unit
from portal.ledger import batches, journal, registers
from portal.ledger.case_corrections import CaseCorrection, case_corrections
from portal.ledger.own_payments import FoundPayment, OwnPayments
from portal.office import Office
from portal.queries.batch_facts import BatchFacts, load_facts

_LOOKED_AT_EVERY: Final = 1.0
"""Seconds for which what is known of batches is taken as it was; then the journal is asked whether anything happened."""


class Corrected(NamedTuple):
    """That a payment was made instead of another. `is_new` for the one that was made, else it is the one that was wrong;
    `is_own` where it may be said that it was complained of; the rest is about the other one, empty where that is not
    shown. `path` is the posting that lists it."""

    is_new: bool
    is_own: bool
    title: str = ""
    code: str = ""
    state: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where payments of a batch, village and result stand. One object as long as the ledger stays as it is, so that
    what is made of it can be kept. `state` is one of STATES."""

    facts: BatchFacts
    state: str
    village: str
    reason: str
    result_day: str
    corrected: Corrected | None = None


class OwnPayment(NamedTuple):
    """One payment as its beneficiary sees it."""

    standing: Standing
    found: FoundPayment

    @property
    def facts(self) -> BatchFacts:
        return self.standing.facts

    @property
    def state(self) -> str:
        return self.standing.state


STATES: Final[Mapping[str, str]] = {
    "pending": "还没有发放",
    "sent_back": "名单退回核对，还没有发放",
    "paid": "已到账",
    "reissued": "重发到账",
    "returned": "银行退回，等待重发",
    "treasury": "没有发出，已退回国库",
    "held": "待核实，核实清楚才发",
    "dropped": "核实后不发",
}


@dataclass(frozen=True, slots=True)
class Year:
    """A year's payments, by policy, and their sums in 分."""

    year: int
    payments: tuple[OwnPayment, ...]

    def _sum(self, *states: str) -> int:
        return sum([payment.found.fen for payment in self.payments if payment.standing.state in states])

    @property
    def paid_fen(self) -> int:
        return self._sum("paid", "reissued")

    @property
    def waiting_fen(self) -> int:
        return self._sum("pending", "sent_back", "returned")

    @property
    def held_fen(self) -> int:
        return self._sum("held")


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that may be shown of one person, newest year first; empty when there is nothing to show.

    `generation` changes whenever anything in the ledger does.
    """

    years: tuple[Year, ...]
    generation: int

    @property
    def count(self) -> int:
        return sum(len(year.payments) for year in self.years)


@dataclass
class _Known:
    """What is known of batches and places at one moment of the ledger."""

    generation: int
    today: date
    areas: AreaBook
    units: Mapping[str, Unit]
    corrections: Sequence[CaseCorrection]
    facts: dict[int, BatchFacts | None] = field(default_factory=dict)
    standings: dict[tuple[object, ...], Standing] = field(default_factory=dict)


class OwnPaymentsQuery:
    """Answers for one process: what batches have in common is remembered as long as the ledger stays as it is."""

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office = office
        self._payments = OwnPayments(office().ledger)
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._looked_at = 0.0

    def answer(self, proof: bytes, tail: bytes | None) -> Answer:
        """The payments of this proof (ID and name).

        With the digest of a tail: all, if any of them went to that account, else none. Without: only those of policies
        that name people in public.
        """
        found = self._payments.of(proof)
        if tail is not None and not any(payment.tail == tail for payment in found):
            found = []
        return self._told(found, is_sensitive_shown=tail is not None)

    def whole_answer(self, proof: bytes, within: str = "") -> Answer:
        """All payments of this proof: for the window, where the person has shown the ID card. Of those that say
        something about health or need, only the ones of places whose code begins with `within`."""
        return self._told(self._payments.of(proof), is_sensitive_shown=True, within=within)

    def _told(self, found: list[FoundPayment], *, is_sensitive_shown: bool, within: str = "") -> Answer:
        known = self._current()
        shown = []
        for payment in found:
            standing = known.standings.get(payment.standing) or self._standing(known, payment)
            if standing is None:
                continue
            if not standing.facts.is_sensitive or (is_sensitive_shown and standing.village.startswith(within)):
                shown.append(OwnPayment(standing, payment))
        if known.corrections:
            shown = _with_corrections(known, shown)
        years: dict[int, list[OwnPayment]] = {}
        for own in shown:
            years.setdefault(own.standing.facts.year, []).append(own)
        return Answer(
            tuple(
                Year(year, tuple(sorted(payments, key=lambda each: each.standing.facts.policy_name)))
                for year, payments in sorted(years.items(), reverse=True)
            ),
            known.generation,
        )

    def place(self, village: str) -> str:
        """东河镇王村; empty where it is not known."""
        area = self._current().areas.areas.get(village)
        if area is None:
            return ""
        parent = self._current().areas.areas.get(area.parent)
        return f"{parent.name if parent else ''}{area.name}"

    def township_office(self, village: str) -> Unit | None:
        """Whom the village's people turn to first: the township's finance office, else its government."""
        units = [unit for unit in self._current().units.values() if village and unit.area[:9] == village[:9]]
        for kind in ("township_finance", "station", "township"):
            for unit in units:
                if unit.kind == kind and unit.hotline:
                    return unit
        return None

    def _current(self) -> _Known:
        now = time.monotonic()
        if self._known is not None and now - self._looked_at < _LOOKED_AT_EVERY:
            return self._known
        office = self._office()
        with self._lock, office.ledger.read() as connection:
            number, _ = journal.head(connection)
            if self._known is None or (number, office.today) != (self._known.generation, self._known.today):
                self._known = _Known(
                    number,
                    office.today,
                    registers.area_book(connection),
                    registers.all_units(connection),
                    case_corrections(connection),
                )
            self._looked_at = now
            return self._known

    def _standing(self, known: _Known, payment: FoundPayment) -> Standing | None:
        """None for a batch that a newer revision has replaced."""
        facts = self._facts(known, payment.batch_id)
        if facts is None:
            return None
        made = Standing(facts, _state(facts, payment), payment.village, payment.reason, payment.result_day)
        return known.standings.setdefault(payment.standing, made)

    def _facts(self, known: _Known, batch_id: int) -> BatchFacts | None:
        """None for a batch that a newer revision has replaced."""
        if batch_id not in known.facts:
            office = self._office()
            with office.ledger.read() as connection:
                known.facts[batch_id] = load_facts(
                    connection, office, known.units, batches.batch_of(connection, batch_id)
                )
        return known.facts[batch_id]


def _with_corrections(known: _Known, shown: list[OwnPayment]) -> list[OwnPayment]:
    """Both payments of a correction say so, as far as they are shown: of what is not, nothing is said."""
    by_id = {own.found.id: own for own in shown}
    told: dict[int, Corrected] = {}
    for correction in known.corrections:
        original, instead = by_id.get(correction.original), by_id.get(correction.instead)
        if instead is None:
            continue
        told[correction.instead] = Corrected(True, correction.is_own)
        if original is not None and original is not instead:
            told[correction.original] = _other(instead, is_new=False, is_own=correction.is_own)
            told[correction.instead] = _other(original, is_new=True, is_own=correction.is_own)
    return [_corrected(known, own, told[own.found.id]) if own.found.id in told else own for own in shown]


def _corrected(known: _Known, own: OwnPayment, corrected: Corrected) -> OwnPayment:
    standing = replace(own.standing, corrected=corrected)
    return OwnPayment(known.standings.setdefault((own.found.standing, corrected), standing), own.found)


def _other(payment: OwnPayment, *, is_new: bool, is_own: bool) -> Corrected:
    facts, found = payment.facts, payment.found
    path = f"villages/{found.village}/{facts.number}/" if found.village in facts.rows_at else ""
    title = f"{facts.period_word}{facts.policy_name}"
    return Corrected(is_new, is_own, title, found.row_code, STATES[payment.state], path)


def _state(facts: BatchFacts, payment: FoundPayment) -> str:
    if payment.held and payment.result == "pending":
        return "held"
    if payment.result == ADMITTED:
        return "sent_back" if facts.is_returned else "pending"
    if payment.result == "paid" and payment.is_correction:
        return "reissued"
    if payment.result == "pending" and facts.is_returned:
        return "sent_back"
    return payment.result
