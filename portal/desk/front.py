"""The desk's front page: what there is to do today, and what this person's role may do here."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import url_for

from portal.desk.access import allowed, desk, doors, office, own_account, signed_in
from portal.domain.batches import ROLES
from portal.queries.publishing import publishing_now, trial_since
from portal.queries.today import today
from portal.shell import show


@desk.get("/")
@allowed(*ROLES)
def front() -> str:
    links = [*doors(signed_in().role), (url_for("desk.password"), "改密码")]
    account = own_account()
    if account is not None and account.factor is None:
        links.append((url_for("desk.set_up_factor"), "绑定手机（登录更安全）"))
    items, published, now = today(office(), signed_in()), publishing_now(office().ledger), datetime.now(UTC)
    return show(
        "desk/front.html",
        "办公端",
        "办公端",
        items=items,
        links=links,
        role=ROLES[signed_in().role],
        published=published.in_words(now),
        is_well=published.is_well(now),
        trial_since=trial_since(office().ledger),
    )
