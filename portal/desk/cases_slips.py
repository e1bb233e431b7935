"""Blank paper slips for a village, numbered, to be printed, filled in by hand and keyed in later."""

from __future__ import annotations

from flask import Response, request

from portal.actions.case_slips import print_slips
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.domain.case_access import ENTRY_ROLES
from portal.domain.findings import Refused
from portal.domain.slips import MOST_AT_ONCE
from portal.queries.case_choices import case_choices
from portal.shell import show


@desk.route("/cases/slips", methods=["GET", "POST"])
@allowed(*ENTRY_ROLES, link="纸质意见单", admin=False)
def slips() -> str | Response | tuple[str, int]:
    if request.method == "POST":
        try:
            return _printed(request.form.get("area", ""), request.form.get("count", ""))
        except Refused as refused:
            return _asked(str(refused)), 409
    return _asked("")


def _printed(area: str, count: str) -> Response:
    """Straight from memory. Numbers whose printing came to nothing are never given out again."""
    wanted = int(count) if count.isdecimal() and len(count) < 4 else 0
    given = print_slips(office(), signed_in(), area, wanted)
    pdf = this_desk().site.slips(given)
    name = f"slips-{given.numbers[0]}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
