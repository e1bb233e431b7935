"""The look-up form and its answers. Nothing typed stands in a URL, a cookie, a log or any answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, render_template

from portal.answers.lifted import Lifted
from portal.answers.pages import AnswerPages
from portal.counters.attempts import StoreDown
from portal.counters.openings import Opening
from portal.domain.lookup import PROBLEMS, Question, Unreadable, read_question
from portal.lookup.asking import Found, LookUp
from portal.lookup.typed import typed
from portal.queries.own_payments import Answer
from portal.security.doorkeeper import Doorkeeper
from portal.security.headers import keep_nothing
from portal.security.origin import must_be_our_own_page
from portal.security.proof_of_work import ProofOfWork
from portal.shell import page, show

COLUMN: Final = "查我的补贴"
OUTCOMES: Final = {
    "missed": "没有查到",
    "tail": "还要填卡号后四位",
    "window": "请到窗口查",
    "proof": "请稍等",
    "closed": "暂时查不了",
}
"""Title of the page for each outcome that shows no payments."""
Answered = str | bytes | tuple[str, int]


class Views:
    """What the routes share. `openings` is None where the county does not show them in answers."""

    def __init__(
        self,
        lookup: LookUp,
        doorkeeper: Doorkeeper,
        proof_of_work: ProofOfWork,
        pages: AnswerPages,
        openings: Callable[[Question], list[Opening]] | None,
    ) -> None:
        self._lookup = lookup
        self._doorkeeper = doorkeeper
        self._proof_of_work = proof_of_work
        self._pages = pages
        self._openings = openings
        self._found: dict[object, Lifted] = {}

    def form(self) -> str:
        return self._form({})

    def answer(self) -> Answered:
        must_be_our_own_page()
        fields = typed()
        try:
            question = read_question(*(fields.get(field, "") for field in ("id", "name", "tail")))
            visitor = self._doorkeeper.visitor()
            outcome = self._lookup.ask(question, visitor, lambda: self._doorkeeper.has_shown(visitor, fields))
            if isinstance(outcome, Found):
                return self._shown(outcome.answer, self._openings(question) if self._openings else None)
            return self._outcome(outcome)
        except Unreadable as unreadable:
            return self._form({field: PROBLEMS[code] for field, code in unreadable.problems.items()}), 422
        except StoreDown:
            return self._outcome("closed"), 503

    def _form(self, problems: dict[str, str]) -> str:
        ticket = self._proof_of_work.ticket()
        return show("lookup/form.html", COLUMN, COLUMN, problems=problems, ticket=ticket)

    def _outcome(self, outcome: str) -> str:
        title = OUTCOMES[outcome]
        challenge = self._proof_of_work.challenge() if outcome == "proof" else ""
        return show("lookup/outcome.html", title, COLUMN, outcome=outcome, challenge=challenge)

    def _shown(self, answer: Answer, openings: list[Opening] | None) -> bytes:
        """The page around an answer is rendered once a day; only the answer is put in."""
        shared = page("我的补贴", COLUMN)
        where = shared["root"]
        key = (where, shared["today"])
        if key not in self._found:
            self._found = {
                key: Lifted(lambda marks: render_template("lookup/found.html", **shared, **marks), ["answer", "seen"])
            }
        seen = render_template("answers/openings.html", openings=openings) if openings else ""
        return self._found[key].fill_plain(self._pages.utf8(answer, where), seen.encode())


def blueprint(views: Views) -> Blueprint:
    """`GET /lookup` the form, `POST /lookup` the answer."""
    lookup = Blueprint("lookup", __name__, template_folder="templates")
    lookup.get("/lookup")(views.form)
    lookup.post("/lookup")(views.answer)
    lookup.after_request(keep_nothing)
    return lookup
