"""Somebody's own payments as a page: the same cards for a phone, a kiosk and the window's slip."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, current_app, render_template
from markupsafe import Markup

from portal.answers.lifted import Lifted
from portal.domain.money import grouped, number
from portal.queries.own_payments import STATES, Answer, OwnPayment, OwnPaymentsQuery, Year
from portal.rules import Rules

_OF_ONE_PAYMENT: Final = ("amount", "quantity", "rate", "code", "village", "place", "township_office")
_NO_REASON: Final = {"word": "", "next": ""}


class AnswerPages:
    """Renders answers. Pieces are kept as long as the ledger stays as it is."""

    def __init__(self, query: OwnPaymentsQuery, rules: Rules) -> None:
        self._query = query
        self._rules = rules
        self._pieces: dict[tuple[object, ...], Lifted] = {}
        self._township_offices: dict[str, Markup] = {}
        self._generation = 0

    @property
    def blueprint(self) -> Blueprint:
        """Brings the templates."""
        return Blueprint("answers", __name__, template_folder="templates")

    def html(self, answer: Answer, root: str) -> Markup:
        """All years with their cards, as a fragment whose links start at `root`."""
        if answer.generation != self._generation:
            self._pieces.clear()
            self._township_offices.clear()
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
        return self._piece(("year", *names), "year", names, **nothing).fill(values)

    def _card(self, payment: OwnPayment, root: str) -> str:
        facts, found = payment.facts, payment.found
        listed = found.village in facts.rows_at
        product = found.quantity is not None and found.rate is not None
        key = (root, found.batch_id, payment.state, found.reason, found.result_day, listed, product)
        piece = self._piece(
            key,
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
        )
        return piece.fill(
            {
                "amount": grouped(found.fen),
                "quantity": number(Decimal(found.quantity)) if found.quantity else "",
                "rate": number(Decimal(found.rate)) if found.rate else "",
                "code": found.row_code,
                "village": found.village,
                "place": self._query.place(found.village),
                "township_office": self._township_office(found.village),
            }
        )

    def _piece(self, key: tuple[object, ...], template: str, names: tuple[str, ...], **shared: Any) -> Lifted:
        piece = self._pieces.get(key)
        if piece is None:

            def render(marks: Mapping[str, Any]) -> str:
                return render_template(f"answers/{template}.html", **shared, **marks)

            piece = self._pieces[key] = Lifted(render, names)
        return piece

    def _township_office(self, village: str) -> Markup:
        if village not in self._township_offices:
            unit = self._query.township_office(village)
            template = current_app.jinja_env.get_template("answers/office.html")
            self._township_offices[village] = Markup(template.render(unit=unit))  # noqa: S704 - from a template
        return self._township_offices[village]
