"""Cases with discipline inspection: the list, and what goes into the package of one."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.batches import Actor
from portal.domain.case_access import DISCIPLINE_ROLE
from portal.domain.case_acts import STATES
from portal.domain.case_words import SealedFile
from portal.ledger import case_words, cases
from portal.ledger.case_words import StoredWords
from portal.office import Office
from portal.queries.cases import CaseLine, queue


@dataclass(frozen=True, slots=True)
class SealedCase:
    """Everything that was sealed to discipline inspection."""

    words: tuple[StoredWords, ...]
    files: tuple[SealedFile, ...]


def handovers(office: Office, actor: Actor) -> tuple[list[CaseLine], list[CaseLine]]:
    """(still with them, done or returned), the most urgent first."""
    if actor.role != DISCIPLINE_ROLE:
        return [], []
    lines = queue(office, actor, frozenset(STATES))
    return (
        [line for line in lines if line.case.state == "handed_over"],
        [line for line in reversed(lines) if line.case.state != "handed_over"],
    )


def sealed_case(office: Office, actor: Actor, number: str) -> SealedCase | None:
    """None for a case that is not theirs."""
    with office.ledger.read() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None or actor.role != DISCIPLINE_ROLE:
            return None
        places = [file.number for file in case_words.files_of(connection, stored.id, ["discipline"])]
        files = (case_words.sealed_file(connection, stored.id, place, ["discipline"]) for place in places)
        return SealedCase(
            tuple(case_words.words_of(connection, stored.id, ["discipline"])),
            tuple(file for file in files if file is not None),
        )
