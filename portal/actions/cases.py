"""Taking a case in, and every act on one: the table's rules, who may, and the journal, in one transaction.

Words come sealed: nothing here can read them. What staff write beside them is checked for personal data.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.case_access import hands
from portal.domain.case_acts import ACTS, UPHELD, CaseAct
from portal.domain.case_clocks import rules_for
from portal.domain.case_facts import LONGEST_NOTE, LONGEST_SUMMARY, LONGEST_TITLE, CaseFacts
from portal.domain.case_routing import Reader
from portal.domain.case_words import SealedFile, SealedWords
from portal.domain.cases import Case, CaseEvent, admit
from portal.domain.findings import Refused
from portal.domain.payment_refs import read_reference
from portal.domain.slips import slip_count
from portal.ledger import case_words, cases, journal, payments, registers
from portal.ledger.cases import StoredCase
from portal.office import Office, must_be_clean, must_fit, reopen_end

PUBLIC: Final = Actor("public", "反映人", "", "")
PROGRAM: Final = Actor("program", "程序", "", "")
_NUMBERS: Final = 100_000


@dataclass(frozen=True)
class Filing:
    """What is filed. `case.number` is given by the action; `case.events` are empty. `facts.rules` is chosen here."""

    case: Case
    facts: CaseFacts
    words: tuple[SealedWords, ...]
    files: tuple[SealedFile, ...] = ()
    by: Actor = PUBLIC


@dataclass(frozen=True)
class Filed:
    """`is_new` is False where the same form was taken in before: the receipt is the same, nothing was stored."""

    number: str
    day: date
    is_new: bool


def file_case(office: Office, filing: Filing) -> Filed:
    """Take a case in, once for each receipt, wholly or not at all."""
    facts = filing.facts
    must_be_clean(facts.order_number, facts.title, facts.summary)
    rules = rules_for(office.rules.case_rules.values(), filing.case.kind, facts.source, facts.reader)
    with office.ledger.write() as connection:
        if found := cases.find_by_receipt(connection, facts.receipt_hash):
            return Filed(found.case.number, found.case.filed, is_new=False)
        _must_be_a_new_order(connection, facts)
        sent_on = (CaseEvent("hand_over", office.today, PROGRAM.name),) if facts.reader == "discipline" else ()
        case = replace(filing.case, number=_new_number(connection, office.today), filed=office.today, events=sent_on)
        case_id = cases.add_case(connection, case, replace(facts, rules=rules.code))
        case_words.add_words(connection, case_id, None, filing.words)
        files = case_words.add_files(connection, case_id, filing.files)
        sealed = case_words.sealed_hashes(connection, (case_id, None))[case_id, None]
        detail = {"case": case.number, "kind": case.kind, "source": facts.source, "files": files, "sealed": sealed}
        office.write_down(connection, "case.file", filing.by, detail)
        return Filed(case.number, case.filed, is_new=True)


@dataclass(frozen=True)
class CaseStep:
    """What somebody asks to do with a case; what the act needs is checked by the table (domain/case_acts.py)."""

    number: str
    act: str
    unit: str = ""
    outcome: str = ""
    note: str = ""
    words: tuple[SealedWords, ...] = ()
    files: tuple[SealedFile, ...] = ()


def act_on_case(office: Office, actor: Actor, step: CaseStep) -> Case:
    """A member of staff's act. Returns the case as it is now. Raises Refused, for an unseen case as for none."""
    act = ACTS.get(step.act)
    if act is None:
        raise Refused(f"没有“{step.act}”这一步", "case.act")
    must_be_clean(step.note)
    must_fit(step.note, LONGEST_NOTE)
    with office.ledger.write() as connection:
        viewer = cases.viewer_of(connection, actor)
        stored = cases.find_seen(connection, viewer, step.number)
        if stored is None:
            raise Refused(NOT_FOUND, "case.unknown")
        if act.hand not in hands(actor, stored.case):
            raise Refused(f"“{act.word}”不由您办理", "case.hand")
        if act.note_need == "case" and cases.find_seen(connection, viewer, step.note) is None:
            raise Refused(_NO_OPEN_CASE, "case.merge")
        event = CaseEvent(act.code, office.today, actor.name, step.unit, step.outcome, step.note)
        _CHECKS.get(act.code, _nothing_more)(connection, office, stored, event)
        after = _take(connection, office, stored, act, event, step.words, actor)
        case_words.add_files(connection, stored.id, step.files)
        if act.code in _UNIT_IS_DONE:
            case_words.forget_words(connection, stored.id, "unit")
    if act.code in _UNIT_IS_DONE:
        office.ledger.forget_erased()
    return after


def act_by_receipt(office: Office, receipt_hash: bytes, step: CaseStep) -> Case:
    """The reporter's own act, by receipt; `step.number` is not looked at. Raises Refused."""
    act = ACTS[step.act]
    assert act.hand == "reporter"
    with office.ledger.write() as connection:
        stored = cases.find_by_receipt(connection, receipt_hash)
        if stored is None:
            raise Refused(NOT_FOUND, "case.unknown")
        event = CaseEvent(act.code, office.today, "reporter", note=step.note)
        if act.code == "reopen":
            _must_be_in_time(office, stored)
        return _take(connection, office, stored, act, event, step.words, PUBLIC)


def describe_case(office: Office, actor: Actor, number: str, title: str, summary: str) -> None:
    """The desk's own words for a case: the title in the register, and the paraphrase, which is all that a handling unit
    reads. Raises Refused."""
    must_be_clean(title, summary)
    must_fit(title, LONGEST_TITLE)
    must_fit(summary, LONGEST_SUMMARY)
    with office.ledger.write() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None or "desk" not in hands(actor, stored.case):
            raise Refused(NOT_FOUND, "case.unknown")
        if not stored.case.is_open:
            raise Refused("这一件已经不在办理中，标题和转述不能再改", "case.state")
        cases.change_case(connection, stored.id, title=title, summary=summary)
        office.write_down(connection, "case.describe", actor, {"case": number})


def hand_contact_to_unit(office: Office, actor: Actor, number: str, sealed: SealedWords) -> None:
    """Let the handling unit have name and phone, which the reporter agreed to. Raises Refused where they did not."""
    with office.ledger.write() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None or "desk" not in hands(actor, stored.case):
            raise Refused(NOT_FOUND, "case.unknown")
        if not stored.facts.consent or stored.case.kind == "report" or not stored.case.unit:
            raise Refused("反映人没有同意把姓名和电话给办理单位，或者还没有交办，不能给", "case.consent")
        case_words.forget_words(connection, stored.id, "unit")
        case_words.add_words(connection, stored.id, None, [sealed])
        office.write_down(connection, "case.contact", actor, {"case": number, "unit": stored.case.unit})


def close_answered(office: Office) -> int:
    """The program's own act, every night: what was answered and not reopened in time is closed. Returns how many."""
    closed = 0
    with office.ledger.write() as connection:
        for stored in cases.all_cases(connection, states=("answered",)):
            if reopen_end(office.rules, stored) < office.today:
                event = CaseEvent("close", office.today, PROGRAM.name)
                _take(connection, office, stored, ACTS["close"], event, (), PROGRAM)
                closed += 1
    return closed


NOT_FOUND: Final = "没有这一件，或者您不能看"
_NO_OPEN_CASE: Final = "没有这一件在办的件，请核对编号"
_UNIT_IS_DONE: Final = frozenset({"object", "send_back", "answer", "hand_over", "merge"})
"""Acts after which the handling unit needs nobody's phone any more."""


def _take(
    connection: Connection,
    office: Office,
    stored: StoredCase,
    act: CaseAct,
    event: CaseEvent,
    words: tuple[SealedWords, ...],
    by: Actor,
) -> Case:
    has_words = any(piece.part == "words" for piece in words)
    admit(stored.case, event, has_words)
    event_id = cases.add_event(connection, stored, event)
    case_words.add_words(connection, stored.id, event_id, words)
    if act.code == "hand_over":
        rules = _rules(office, stored, "discipline")
        cases.change_case(connection, stored.id, discipline_sees=True, rules=rules)
    if act.code == "return_matter":
        rules = _rules(office, stored, "desk")
        cases.change_case(connection, stored.id, desk_sees=True, summary=event.note, rules=rules)
    if act.code == "recuse":
        for case_id in (stored.id, *(other.id for other in cases.merged_into(connection, stored.case.number))):
            cases.add_concerns(connection, case_id, "person", [event.note])
    sealed = case_words.sealed_hashes(connection, (stored.id, event_id))[stored.id, event_id]
    office.write_down(connection, "case.act", by, {"case": stored.case.number, "act": act.code, "sealed": sealed})
    return replace(stored.case, events=(*stored.case.events, event))


def _rules(office: Office, stored: StoredCase, reader: Reader) -> str:
    """By which terms a case goes once another reader has it."""
    return rules_for(office.rules.case_rules.values(), stored.case.kind, stored.facts.source, reader).code


_Check = Callable[[Connection, Office, StoredCase, CaseEvent], None]


def _nothing_more(_connection: Connection, _office: Office, _stored: StoredCase, _event: CaseEvent) -> None:
    """The table says all there is."""


def _must_fit_unit(connection: Connection, _office: Office, stored: StoredCase, event: CaseEvent) -> None:
    if event.unit not in registers.all_units(connection):
        raise Refused("没有这个单位，请从名单里选", "unit.unknown")
    if not stored.facts.summary:
        raise Refused("先写好转述：办理单位只看转述，看不到原话", "case.summary")


def _must_object_in_time(_connection: Connection, office: Office, stored: StoredCase, event: CaseEvent) -> None:
    """信访工作条例: a unit that thinks a matter is not its own says so within five working days."""
    given = next(done for done in reversed(stored.case.events) if done.act in ("assign", "send_back"))
    term = office.rules.case_rules[stored.facts.rules].object
    if event.day > term.end(given.day, office.rules.is_workday):
        raise Refused(f"交办以后{term.words}内才能提异议，已经过了。请和受理科室商量", "case.late")


def _must_be_staff(connection: Connection, _office: Office, _stored: StoredCase, event: CaseEvent) -> None:
    if event.note and registers.find_staff(connection, event.note) is None:
        raise Refused(f"没有登记过的工作人员“{event.note}”", "staff.unknown")


def _must_have_somebody_to_go_to(
    connection: Connection, _office: Office, stored: StoredCase, _event: CaseEvent
) -> None:
    if (desk := cases.desk_units(connection)) and desk <= stored.case.concerns:
        raise Refused("这一件反映的是受理科室，退回以后没有人能办。请直接办理，再告知处理结果", "case.recusal")


def _must_be_seen_too(connection: Connection, _office: Office, stored: StoredCase, event: CaseEvent) -> None:
    main = cases.find_numbered(connection, event.note)
    if main is None or main.id == stored.id or not main.case.is_open:
        raise Refused(_NO_OPEN_CASE, "case.merge")
    if cases.concerns_of(connection, main.id) != cases.concerns_of(connection, stored.id):
        raise Refused("两件要回避的单位或人不一样，并在一起会让该回避的人看到，不能并", "case.recusal")


def _must_be_paid_otherwise(connection: Connection, _office: Office, stored: StoredCase, event: CaseEvent) -> None:
    """The correction itself goes the way of every payment; here it is only named."""
    reference = read_reference(event.note)
    payment = payments.find_reference(connection, reference) if reference else None
    if payment is None:
        raise Refused("没有这一笔。请照公示写：批次/村代码/行号，例如 2025-0007/990121001001/K7QX", "case.payment")
    if payment == stored.facts.payment_id:
        raise Refused("这还是原来那一笔。请先把更正的清册或银行退回更正导进来，再登记更正后的那一笔", "case.payment")
    original = stored.facts.payment_id
    if original is not None and not payments.is_same_person(connection, original, payment):
        raise Refused("这一笔不是同一个人的，不能登记成那一笔的更正。请核对批次、村和行号", "case.payment")
    if stored.case.outcome and stored.case.outcome not in UPHELD:
        raise Refused("这一件的结果不是“支持”或“属实”，没有要更正的", "case.outcome")


def _must_be_in_time(office: Office, stored: StoredCase) -> None:
    if stored.case.state in ("answered", "closed") and reopen_end(office.rules, stored) < office.today:
        raise Refused("已经过了可以要求重新办理的时间。不满意可以向上一级申请复查，或打12345", "case.late")


_CHECKS: Final[dict[str, _Check]] = {
    "assign": _must_fit_unit,
    "send_back": _must_fit_unit,
    "object": _must_object_in_time,
    "recuse": _must_be_staff,
    "return_matter": _must_have_somebody_to_go_to,
    "merge": _must_be_seen_too,
    "correct": _must_be_paid_otherwise,
}


def _must_be_a_new_order(connection: Connection, facts: CaseFacts) -> None:
    """A paper slip was printed by us, and it or another system's work order is keyed in once."""
    if facts.source == "slip" and not 1 <= slip_count(facts.order_number) <= journal.slips_printed(connection):
        raise Refused("没有印过这个编号的意见单，请核对右上角的编号", "slip.unknown")
    if facts.order_number and cases.has_order(connection, facts.source, facts.order_number):
        raise Refused(f"编号{facts.order_number}已经登记过了，不用再登记", "case.order")


def _new_number(connection: Connection, today: date) -> str:
    """2026-48213: of the year, drawn at random, so that nobody can count cases by their numbers."""
    while True:
        number = f"{today.year}-{secrets.randbelow(_NUMBERS):05d}"
        if cases.find_numbered(connection, number) is None:
            return number
