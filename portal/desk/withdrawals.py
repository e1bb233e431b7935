"""Withdrawing at the desk: which batches are public, what goes and what cannot be called back, and whether it is gone."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response
from wtforms import StringField
from wtforms.validators import Length

from portal.actions.withdrawals import withdraw as withdraw_batch
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.forms import DeskForm, needed, written
from portal.desk.sign_in import to
from portal.domain.batches import WITHDRAW
from portal.domain.findings import Refused
from portal.queries.publishing import publishing_now
from portal.queries.withdrawals import progress_of, public_batches, what_goes
from portal.shell import show


class WithdrawForm(DeskForm):
    reason = StringField(
        "为什么撤下", [needed("请写明原因"), Length(max=200, message="原因请写在200字以内")], [written]
    )


@desk.get("/withdraw")
@allowed(*WITHDRAW.roles, link="撤下公开")
def withdrawals() -> str:
    return show("desk/withdrawals.html", "撤下公开", "办公端", lines=public_batches(office()))


@desk.route("/withdraw/<number>", methods=["GET", "POST"])
@allowed(*WITHDRAW.roles)
def withdraw(number: str) -> str | Response | tuple[str, int]:
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.telling():
            withdraw_batch(office(), number, signed_in().name, form.reason.data)
            return to("desk.withdrawn", number=number)
    goes = what_goes(office(), number)
    page = show("desk/withdraw.html", f"撤下批次 {number}", "办公端", goes=goes, form=form)
    return (page, 422) if form.is_submitted() else page


@desk.get("/withdraw/<number>/progress")
@allowed(*WITHDRAW.roles)
def withdrawn(number: str) -> str:
    progress = progress_of(office(), number)
    if progress is None:
        raise Refused(f"批次 {number} 没有撤下", "withdraw.none")
    left = this_desk().site.traces(number, ()) if progress.is_published else []
    return show(
        "desk/withdrawn.html",
        f"批次 {number} 撤下得怎样了",
        "办公端",
        progress=progress,
        left=left,
        is_gone=progress.is_gone and not left,
        published=publishing_now(office().ledger),
        now=datetime.now(UTC),
    )
