"""Cases as staff see them: only what may be seen, by construction (portal/ledger/cases.py), with clock and next acts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.case_access import hands
from portal.domain.case_acts import OPEN, CaseAct
from portal.domain.case_clocks import Due, RuleSet
from portal.domain.case_facts import CaseFacts
from portal.domain.cases import Case, whose_work
from portal.ledger import case_words, cases
from portal.ledger.case_words import StoredFile as StoredFile
from portal.ledger.case_words import StoredWords as StoredWords
from portal.ledger.cases import StoredCase
from portal.office import Office

FAR_OVERDUE_DAYS = 10
"""Past its day by more than this, a case is shown as far overdue."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list: what it is, where it stands, how its clock runs."""

    id: int
    case: Case
    facts: CaseFacts
    due: Due
    days_late: int

    @property
    def is_far_overdue(self) -> bool:
        return self.days_late > FAR_OVERDUE_DAYS


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that one person may see and do of a case. `words` and `files` are still sealed."""

    line: CaseLine
    rules: RuleSet
    acts: tuple[CaseAct, ...]
    words: tuple[StoredWords, ...]
    files: tuple[StoredFile, ...]
    repeats: tuple[str, ...]
    reply_keys: tuple[tuple[int | None, bytes], ...]
    """(case id or None for this case, public key) of everybody whom words for the reporter go to."""
    unit_has_contact: bool
    """Whether name and phone were given to the unit that has it."""


def queue(office: Office, actor: Actor, states: Collection[str] = OPEN) -> list[CaseLine]:
    """The cases in these states that the person may see, the most urgent first; those without a day come last."""
    with office.ledger.read() as connection:
        found = cases.seen_cases(connection, cases.viewer_of(connection, actor), states=states)
    lines = [_line(office, stored) for stored in found]
    return sorted(lines, key=lambda line: (line.due.day or date.max, line.case.filed, line.id))


def case_page(office: Office, actor: Actor, number: str) -> CasePage | None:
    """None for a case that the person may not see, as for one that does not exist."""
    with office.ledger.read() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        return _page(connection, office, actor, stored) if stored else None


def count_seen(office: Office, actor: Actor, states: Collection[str]) -> int:
    """How many cases in these states the person may see."""
    with office.ledger.read() as connection:
        return cases.count_seen(connection, cases.viewer_of(connection, actor), states)


def filed_between(office: Office, actor: Actor, since: date, until: date) -> list[CaseLine]:
    """The register's lines of a period, oldest first."""
    with office.ledger.read() as connection:
        found = cases.seen_cases(connection, cases.viewer_of(connection, actor), since=since, until=until)
    return [_line(office, stored) for stored in found]


def desk_units(office: Office) -> frozenset[str]:
    """Units whose people work at the complaints desk: what concerns them goes to discipline inspection."""
    with office.ledger.read() as connection:
        return cases.desk_units(connection)


def _line(office: Office, stored: StoredCase) -> CaseLine:
    rules = office.rules.case_rules[stored.facts.rules]
    due = stored.case.due(rules, office.rules.is_workday, stored.facts.given_due)
    return CaseLine(stored.id, stored.case, stored.facts, due, due.days_late(office.today))


def _page(connection: Connection, office: Office, actor: Actor, stored: StoredCase) -> CasePage:
    mine = hands(actor, stored.case)
    possible = (act for hand in mine for act in stored.case.next_acts(hand))
    acts = tuple(act for act in possible if act.hand != "second" or actor.name not in whose_work(stored.case, act))
    readers = {"desk": ("desk",), "discipline": ("discipline",), "unit": ("unit",)}
    wanted = [reader for hand in mine for reader in readers.get(hand, ())]
    repeats = cases.merged_into(connection, stored.case.number)
    keys = [(None, stored.facts.reply_key), *((other.id, other.facts.reply_key) for other in repeats)]
    return CasePage(
        _line(office, stored),
        office.rules.case_rules[stored.facts.rules],
        acts,
        tuple(case_words.words_of(connection, stored.id, wanted)),
        tuple(case_words.files_of(connection, stored.id, wanted)),
        tuple(other.case.number for other in repeats),
        tuple(keys),
        bool(case_words.words_of(connection, stored.id, ["unit"])),
    )
