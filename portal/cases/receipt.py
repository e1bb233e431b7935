"""The receipt that is handed over once, and the check of a proof that somebody shows."""

from __future__ import annotations

from flask import Blueprint, request

from portal.cases.front import Front
from portal.cases.sending import Receipt
from portal.domain.case_acts import KINDS
from portal.security.case_keys import Accepted
from portal.security.origin import must_be_our_own_page

_LONGEST_PROOF = 400


def receipt_page(front: Front, made: Receipt) -> str:
    """The same whenever the same form is sent again."""
    return front.show("cases/receipt.html", "收到了，请留好回执", receipt=made)


class Views:
    """What the routes share."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def form(self) -> str:
        _ = self._front.keys
        return self._page()

    def check(self) -> str:
        must_be_our_own_page()
        typed = request.form.get("proof", "")[:_LONGEST_PROOF]
        return self._page(typed, self._front.keys.read_proof(typed), is_answered=True)

    def _page(self, typed: str = "", found: Accepted | None = None, *, is_answered: bool = False) -> str:
        kind = dict[str, str](KINDS.items()).get(found.kind, "") if found else ""
        return self._front.show(
            "cases/proof.html", "回执凭证是不是真的", typed=typed, found=found, kind=kind, is_answered=is_answered
        )


def blueprint(front: Front, views: Views) -> Blueprint:
    """`/receipt-check`: GET the form, POST a proof."""
    receipt = front.blueprint("receipt")
    receipt.get("/receipt-check")(views.form)
    receipt.post("/receipt-check")(views.check)
    return receipt
