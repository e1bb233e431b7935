"""What becomes of a question: counters first, then the ledger, then one answer for every miss, after the same time.

The rules stand in portal/domain/lookup.py; docs/threat-model.md says against whom.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from portal.counters.attempts import Attempts
from portal.counters.openings import KEPT_SECONDS, count_opening, day_key
from portal.domain.identity import Digester
from portal.domain.lookup import WINDOW_SECONDS, Question, attempt_keys, is_tripped
from portal.queries.own_payments import Answer, OwnPaymentsQuery
from portal.security.doorkeeper import Visitor

_MISS_SECONDS: Final = 0.004
"""A miss is answered on the next multiple of this after it was asked, so that the time tells nothing about its kind."""


@dataclass(frozen=True, slots=True)
class Found:
    """The person's payments."""

    answer: Answer


Missed = Literal["missed", "tail", "window", "proof"]
"""Nothing to show · the tail of the card is needed · only the window can help · so many questions came from there that
each needs a proof of work. None of them says whether there is such a person."""


class LookUp:
    """One process's look-up. Raises StoreDown where the counters cannot be had: then nothing is answered at all."""

    def __init__(
        self,
        query: OwnPaymentsQuery,
        attempts: Attempts,
        digester: Digester,
        today: Callable[[], date],
        *,
        always_tail: bool,
    ) -> None:
        self._query = query
        self._attempts = attempts
        self._digester = digester
        self._today = today
        self._always_tail = always_tail

    def ask(self, question: Question, visitor: Visitor, has_shown: Callable[[], bool]) -> Found | Missed:
        """`has_shown` says whether the question came with a proof or from a form that waited. The question is counted
        for its visitor in the same commit as its outcome."""
        started = time.monotonic()
        outcome = self._evaluate(question, visitor, has_shown)
        if not isinstance(outcome, Found) and outcome != "proof":
            time.sleep(_MISS_SECONDS - (time.monotonic() - started) % _MISS_SECONDS)
        return outcome

    def _evaluate(self, question: Question, visitor: Visitor, has_shown: Callable[[], bool]) -> Found | Missed:
        keyed, with_tail = self._digester, bool(question.tail)
        counted, channel = visitor.counted, visitor.channel
        keys = attempt_keys(question, keyed, with_tail=False)
        asked, *failed = self._attempts.counts([visitor.key, *keys])
        if asked >= visitor.free and not has_shown():
            self._attempts.note(counted)
            return "proof"
        if self._always_tail or is_tripped(failed):
            if not with_tail:
                self._attempts.note(counted)
                return "tail"
            tail_keys = attempt_keys(question, keyed, with_tail=True)
            if is_tripped(self._attempts.counts(tail_keys)):
                self._attempts.note(counted)
                return "window"
            keys += tail_keys
        tail = keyed.tail(question.id_number, question.name, question.tail) if with_tail else None
        answer = self._query.answer(keyed.proof(question.id_number, question.name), tail)
        if answer.years:
            count_opening(self._attempts, keyed, question.id_number, self._today(), channel, counted)
            return Found(answer)
        missed = day_key(self._today(), channel, "missed")
        self._attempts.note({**counted, **dict.fromkeys(keys, WINDOW_SECONDS), missed: KEPT_SECONDS})
        return "missed"
