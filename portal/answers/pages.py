"""Somebody's own payments as a page: the same cards for a phone, a kiosk and the window's slip."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, current_app, render_template
from markupsafe import Markup

from portal.answers.lifted import Lifted
from portal.domain.money import grouped, number
from portal.queries.own_payments import STATES, Answer, OwnPayment, OwnPaymentsQuery, Year
from portal.rules import Rules

_OF_ONE_PAYMENT: Final = ("amount", "quantity", "rate", "code", "village", "place", "township_office")
_CARDS_KEPT: Final = 20_000
"""Some 30 MB."""
_NO_REASON: Final = {"word": "", "next": ""}


class AnswerPages:
    """Renders answers. Pieces are kept as long as the ledger stays as it is."""

    def __init__(self, query: OwnPaymentsQuery, rules: Rules) -> None:
        self._query = query
        self._rules = rules
        self._pieces: dict[tuple[object, ...], Lifted] = {}
        self._cards: dict[tuple[object, ...], Lifted] = {}
        self._generation = 0

    @property
    def blueprint(self) -> Blueprint:
        """Brings the templates."""
        return Blueprint("answers", __name__, template_folder="templates")

    def html(self, answer: Answer, root: str) -> Markup:
        """All years with their cards, as a fragment whose links start at `root`."""
        if answer.generation != self._generation:
            self._pieces.clear()
            self._cards.clear()
            self._generation = answer.generation
        made = []
        for year in answer.years:
            made.append(self._head(year))
            made.append('<ul class="payments">\n')
            made += [self._card(payment, root) for payment in year.payments]
            made.append("</ul>\n</section>\n")
        return Markup("".join(made))  # noqa: S704 - from templates, with values escaped

    def _head(self, year: Year) -> str:
        """A year's sums; those of nothing are not mentioned."""
        sums = {"paid": year.paid_fen, "waiting": year.waiting_fen, "held": year.held_fen}
        nothing = {name: "" for name, fen in sums.items() if not fen and any(sums.values())}
        names = tuple(name for name in ("year", *sums) if name not in nothing)
        values = {"year": str(year.year), **{name: grouped(fen) for name, fen in sums.items()}}
        piece = self._piece(("year", *names), "year", names, **nothing)
        return piece.fill_plain(*(values[name] for name in names))

    def _card(self, payment: OwnPayment, root: str) -> str:
        found = payment.found
        product = found.quantity is not None and found.rate is not None
        key = (
            root,
            found.batch_id,
            found.village,
            payment.state,
            found.reason,
            found.result_day,
            product,
            payment.corrected,
        )
        card = self._cards.get(key) or self._card_of(payment, root, key, product=product)
        return card.fill_plain(grouped(found.fen), _number(found.quantity), _number(found.rate), found.row_code)

    def _card_of(self, payment: OwnPayment, root: str, key: tuple[object, ...], *, product: bool) -> Lifted:
        """The card of a batch, village and state: all but the numbers."""
        facts, found = payment.facts, payment.found
        listed = found.village in facts.rows_at
        piece = self._piece(
            (root, found.batch_id, payment.state, found.reason, found.result_day, listed, product, payment.corrected),
            "card",
            _OF_ONE_PAYMENT,
            root=root,
            facts=facts,
            state=payment.state,
            state_word=STATES[payment.state],
            reason=self._rules.reason_words.get(found.reason, _NO_REASON),
            result_day=found.result_day,
            listed=listed,
            product=product,
            corrected=payment.corrected,
        )
        if len(self._cards) >= _CARDS_KEPT:
            self._cards.clear()
        card = self._cards[key] = piece.partly(
            {
                "village": found.village,
                "place": self._query.place(found.village),
                "township_office": self._township_office(found.village),
            }
        )
        return card

    def _piece(self, key: tuple[object, ...], template: str, names: tuple[str, ...], **shared: Any) -> Lifted:
        piece = self._pieces.get(key)
        if piece is None:

            def render(marks: Mapping[str, Any]) -> str:
                return render_template(f"answers/{template}.html", **shared, **marks)

            piece = self._pieces[key] = Lifted(render, names)
        return piece

    def _township_office(self, village: str) -> Markup:
        template = current_app.jinja_env.get_template("answers/office.html")
        return Markup(template.render(unit=self._query.township_office(village)))  # noqa: S704 - from a template


@lru_cache(maxsize=10_000)
def _number(text: str | None) -> str:
    """A quantity or rate as it is shown."""
    return number(Decimal(text)) if text else ""
