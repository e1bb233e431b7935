"""A case as its reporter follows it by receipt. Words are still sealed to the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.domain.case_acts import CaseAct
from portal.domain.case_clocks import Due
from portal.domain.case_facts import CaseFacts
from portal.domain.cases import Case
from portal.ledger import case_words, cases
from portal.ledger.case_words import StoredWords
from portal.office import Office, reopen_end


@dataclass(frozen=True, slots=True)
class Followed:
    """`case` is what the reporter follows: the case itself, or the one that it was merged into. `words` are those that
    may be read by now; `reopen_until` is set once it was answered here."""

    own: Case
    case: Case
    facts: CaseFacts
    due: Due
    acts: tuple[CaseAct, ...]
    words: tuple[StoredWords, ...]
    main_words: tuple[StoredWords, ...]
    reopen_until: date | None

    @property
    def is_merged(self) -> bool:
        return self.own.number != self.case.number


def follow(office: Office, receipt_hash: bytes) -> Followed | None:
    """None where there is no such receipt."""
    with office.ledger.read() as connection:
        own = cases.find_by_receipt(connection, receipt_hash)
        if own is None:
            return None
        said = case_words.words_of(connection, own.id, ["receipt"])
        merged = own.case.last("merge") if own.case.state == "merged" else None
        main = cases.find_numbered(connection, merged.note) if merged else own
        assert main is not None, "a case is only merged into one that exists"
        told = case_words.words_of(connection, main.id, [case_words.receipt_of(own.id)])
    rules = office.rules.case_rules[main.facts.rules]
    is_late = main.case.state in ("answered", "closed") and reopen_end(office.rules, main) < office.today
    return Followed(
        own.case,
        main.case,
        own.facts,
        main.case.due(rules, office.rules.is_workday, main.facts.given_due),
        tuple(act for act in own.case.next_acts("reporter") if not (is_late and act.code == "reopen")),
        tuple(words for words in said if own.case.is_told(words.event)),
        tuple(words for words in told if main.case.is_told(words.event)),
        reopen_end(office.rules, main) if main.case.state in ("answered", "closed") else None,
    )
