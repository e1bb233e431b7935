"""What was done with a case, when and by whom, with the words that the desk itself has said where they are unlocked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from nacl.public import PrivateKey

from portal.desk.cases import Names
from portal.domain.case_acts import ACTS, OUTCOMES, RATINGS
from portal.domain.cases import Case, CaseEvent
from portal.domain.findings import Refused
from portal.queries.cases import CasePage
from portal.security import sealing

_UNITS_OWN: Final = frozenset({"assign", "send_back", "object", "report_back", "supervise", "extend"})
"""What a handling unit sees of it: what was asked of it and what it did itself."""
_REPORTERS: Final = frozenset({act.code for act in ACTS.values() if act.hand == "reporter"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. `said` is what the desk or a unit wrote, where it could be opened; `is_sealed` that it could not."""

    act: str
    day: date
    word: str
    who: str
    unit: str
    outcome: str
    note: str
    said: str
    is_sealed: bool
    is_reporters: bool


def timeline(page: CasePage, known: Names, key: PrivateKey | None, *, for_unit: bool) -> list[Moment]:
    """Words of the reporter are not in it: opening them asks why (`cases_sealed`)."""
    case = page.line.case
    places = [(place, event) for place, event in enumerate(case.events, start=1)]
    if for_unit:
        places = [(place, event) for place, event in places if event.act in _UNITS_OWN]
    return [_moment(page, known, key, case, place, event) for place, event in places]


def _moment(page: CasePage, known: Names, key: PrivateKey | None, case: Case, place: int, event: CaseEvent) -> Moment:
    is_reporters = event.act in _REPORTERS
    sealed = [words.sealed for words in page.words if words.event == place and words.part in ("words", "report")]
    return Moment(
        event.act,
        event.day,
        ACTS[event.act].word,
        known.person(event.by),
        known.unit(event.unit) if event.unit else "",
        OUTCOMES[case.kind].get(event.outcome, ""),
        _note(known, event),
        "\n\n".join(_opened(key, each) for each in sealed) if key and not is_reporters else "",
        bool(sealed) and (key is None or is_reporters),
        is_reporters,
    )


def _note(known: Names, event: CaseEvent) -> str:
    if event.act == "rate":
        return RATINGS.get(event.note, event.note)
    return known.person(event.note) if event.act == "recuse" else event.note


def _opened(key: PrivateKey, sealed: bytes) -> str:
    try:
        return sealing.unseal(key, sealed).decode()
    except Refused as refused:
        return f"（{refused}）"
