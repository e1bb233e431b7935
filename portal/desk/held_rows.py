"""Held rows of a batch at the desk: somebody else than who entered them says of each what becomes of it, and why."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, request

from portal.actions.corrections import ROLES as CORRECTORS
from portal.actions.held_rows import Decision, settle_rows
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.batches import READERS
from portal.desk.forms import DeskForm, is_number, said_again, written
from portal.desk.sign_in import to
from portal.domain.finding_kinds import KINDS
from portal.domain.held_rows import OUTCOMES, ROLES
from portal.queries.batch_page import batch_page
from portal.queries.held_rows import held_rows
from portal.shell import show

_AT_ONCE: Final = 50
"""Rows on a page: what was settled goes, the next ones come."""


class SettleForm(DeskForm):
    """For each row a choice and a reason; rows without a choice stay as they are."""

    @property
    def decisions(self) -> list[Decision]:
        chosen = ((name.removeprefix("outcome-"), value) for name, value in request.form.items() if value)
        return [
            Decision(int(payment), outcome, _typed("reason", payment), _typed("village", payment))
            for payment, outcome in chosen
            if outcome in OUTCOMES and is_number(payment)
        ]


def _typed(field: str, payment: str) -> str:
    return str(written(request.form.get(f"{field}-{payment}", "")))


@desk.get("/batches/<number>/held")
@allowed(*READERS)
def held(number: str) -> str:
    return _page(number, SettleForm(formdata=None))


@desk.post("/batches/<number>/held")
@allowed(*ROLES)
def settle(number: str) -> str | Response | tuple[str, int]:
    form = SettleForm()
    if form.validate_on_submit():
        with form.telling():
            count = settle_rows(office(), signed_in(), number, form.decisions)
            flash(f"处理了{count}行，原因已记下")
            return to("desk.held", number=number)
    return _page(number, form), 422


def _page(number: str, form: SettleForm) -> str:
    here, me = office(), signed_in()
    return show(
        "desk/held.html",
        "待核实的行",
        "办公端",
        page=batch_page(here, me, number),
        found=held_rows(here, me, number),
        form=form,
        said={name: said_again(words) for name, words in request.form.items()},
        outcomes=OUTCOMES,
        kinds=KINDS,
        limit=_AT_ONCE,
        may_correct=me.role in (*CORRECTORS, "admin"),
    )
