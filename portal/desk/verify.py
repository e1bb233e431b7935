"""Verifying everything in the browser: started here, run by a process of its own, shown when it is done."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from portal.actions.verifications import is_running, last_verification, start_verification
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.forms import DeskForm
from portal.desk.sign_in import to
from portal.domain.verification import ROLES
from portal.queries.policy_lists import people_by_name
from portal.shell import show


@desk.get("/verify")
@allowed(*ROLES, link="核对")
def verify() -> str:
    return _page(DeskForm(formdata=None))


@desk.post("/verify")
@allowed(*ROLES)
def start_verify() -> Response | tuple[str, int]:
    form, config = DeskForm(), this_desk().config
    with form.telling():
        start_verification(office(), config.instance, signed_in().name, config.as_environment())
        return to("desk.verify")
    return _page(form), 422


def _page(form: DeskForm) -> str:
    config = this_desk().config
    last = last_verification(config.instance)
    finished = datetime.fromisoformat(last.finished).astimezone(config.timezone) if last and last.finished else None
    return show(
        "desk/verify.html",
        "核对",
        "办公端",
        form=form,
        last=last,
        running=is_running(config.instance),
        finished=finished,
        people=people_by_name(office()),
    )
