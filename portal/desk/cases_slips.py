"""Blank paper slips for a village, numbered, to be printed, filled in by hand and keyed in later."""

from __future__ import annotations

import segno
from flask import request

from portal.actions.case_slips import print_slips
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.cases_entry import address_of
from portal.domain.case_access import ENTRY_ROLES
from portal.domain.findings import Refused
from portal.domain.slips import MOST_AT_ONCE
from portal.queries.case_choices import case_choices
from portal.shell import show


@desk.route("/cases/slips", methods=["GET", "POST"])
@allowed(*ENTRY_ROLES, link="纸质意见单", admin=False)
def slips() -> str | tuple[str, int]:
    if request.method == "POST":
        try:
            return _printed(request.form.get("area", ""), request.form.get("count", ""))
        except Refused as refused:
            return _asked(str(refused)), 409
    return _asked("")


def _printed(area: str, count: str) -> str:
    wanted = int(count) if count.isdecimal() and len(count) < 4 else 0
    numbers = print_slips(office(), signed_in(), area, wanted)
    qr = segno.make(address_of("complain"), micro=False).svg_data_uri(scale=3, border=4)
    place = case_choices(office()).place(area)
    return show(
        "desk/cases/slips_print.html", "纸质意见单", "办公端", numbers=numbers, place=place, qr=qr, follow=address_of("follow")
    )  # fmt: skip


def _asked(problem: str) -> str:
    return show(
        "desk/cases/slips.html",
        "纸质意见单",
        "办公端",
        choices=case_choices(office()),
        problem=problem,
        most=MOST_AT_ONCE,
        sent=request.form,
    )
