"""Somebody's own payments as a page: the same cards for a phone, a kiosk and the window's slip."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, render_template
from markupsafe import Markup

from portal.answers.lifted import Lifted
from portal.domain.money import grouped, number
from portal.queries.own_payments import STATES, Answer, OwnPayment, OwnPaymentsQuery, Standing, Year
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
        self._cards: dict[tuple[str, Standing, bool], Lifted] = {}
        self._offices: dict[str, Markup] = {}
        self._generation = 0

    @property
    def blueprint(self) -> Blueprint:
        """Brings the templates."""
        return Blueprint("answers", __name__, template_folder="templates")

    def html(self, answer: Answer, root: str) -> Markup:
        """All years with their cards, as a fragment whose links start at `root`."""
        return Markup(self.utf8(answer, root).decode())  # noqa: S704 - from templates, with values escaped

    def utf8(self, answer: Answer, root: str) -> bytes:
        """The same, as it is sent."""
        if answer.generation != self._generation:
            self._pieces.clear()
            self._cards.clear()
            self._offices.clear()
            self._generation = answer.generation
        made: list[bytes] = []
        for year in answer.years:
            made.append(self._head(year))
            made.append(b'<ul class="payments">\n')
            made += [self._card(payment, root) for payment in year.payments]
            made.append(b"</ul>\n</section>\n")
        return b"".join(made)

    def _head(self, year: Year) -> bytes:
        """A year's sums; those of nothing are not mentioned."""
        sums = {"paid": year.paid_fen, "waiting": year.waiting_fen, "held": year.held_fen}
        nothing = {name: "" for name, fen in sums.items() if not fen and any(sums.values())}
        names = tuple(name for name in ("year", *sums) if name not in nothing)
        values = {"year": b"%d" % year.year, **{name: _amount(fen) for name, fen in sums.items()}}
        piece = self._piece(("year", *names), "year", names, **nothing)
        return piece.fill_plain(*(values[name] for name in names))

    def _card(self, payment: OwnPayment, root: str) -> bytes:
        standing, found = payment
        product = found.quantity is not None and found.rate is not None
        key = (root, standing, product)
        card = self._cards.get(key) or self._card_of(root, standing, product=product)
        return card.fill_plain(
            _amount(found.fen), _number(found.quantity), _number(found.rate), found.row_code.encode()
        )

    def _card_of(self, root: str, standing: Standing, *, product: bool) -> Lifted:
        """The card of a batch, village and state: all but the numbers."""
        facts, state, reason, day = standing.facts, standing.state, standing.reason, standing.result_day
        listed = standing.village in facts.rows_at
        piece = self._piece(
            (root, facts.number, state, reason, day, listed, product, standing.corrected),
            "card",
            _OF_ONE_PAYMENT,
            root=root,
            facts=facts,
            state=state,
            state_word=STATES[state],
            reason=self._rules.reason_words.get(reason, _NO_REASON),
            result_day=day,
            listed=listed,
            product=product,
            corrected=standing.corrected,
        )
        if len(self._cards) >= _CARDS_KEPT:
            self._cards.clear()
        card = self._cards[root, standing, product] = piece.partly(
            {
                "village": standing.village,
                "place": self._query.place(standing.village),
                "township_office": self._township_office(standing.village),
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
        if village not in self._offices:
            unit = self._query.township_office(village)
            self._offices[village] = Markup(render_template("answers/office.html", unit=unit))  # noqa: S704
        return self._offices[village]


@lru_cache(maxsize=10_000)
def _amount(fen: int) -> bytes:
    return grouped(fen).encode()


@lru_cache(maxsize=10_000)
def _number(text: str | None) -> bytes:
    """A quantity or rate as it is shown."""
    return number(Decimal(text)).encode() if text else b""
