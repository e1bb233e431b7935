"""The queue of cases: the most urgent first, by whose turn it is."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.cases import CASE_ROLES, NO_KEYS, is_of_unit, names, seen_case, unlocked_key
from portal.desk.sign_in import to
from portal.domain.case_acts import KINDS, OPEN, STATES
from portal.queries.case_queue import DONE, TABS, URGENCIES, Tab, Wanted, list_cases
from portal.shell import show


@desk.get("/cases")
@allowed(*CASE_ROLES, link="投诉件", admin=False)
def cases() -> str | Response:
    if number := request.args.get("number", "").strip():
        return to("desk.case", number=seen_case(number).line.case.number)
    wanted = _wanted()
    listed = list_cases(office(), signed_in(), wanted)
    return show(
        "desk/cases/queue.html", "投诉件", "办公端", listed=listed, unlocked=bool(unlocked_key()), **_words(wanted)
    )


def _wanted() -> Wanted:
    """Read off the address; what is not known filters nothing. A unit knows nothing of categories and other units."""
    asked = request.args
    tab: Tab = next((known for known in TABS if known == asked.get("tab")), "mine")
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    state = asked.get("state", "") if asked.get("state") in STATES else ""
    page = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 6 else 1
    if is_of_unit():
        return Wanted(tab, kind, state=state, page=page)
    category = asked.get("category", "") if asked.get("category") in office().rules.categories else ""
    return Wanted(tab, kind, category, asked.get("unit", "")[:20], state, page)


def _words(wanted: Wanted) -> dict[str, Any]:
    known, mine = names(), is_of_unit()
    states = {code: word for code, word in STATES.items() if code in (DONE if wanted.tab == "done" else OPEN)}
    working = {account.unit for account in known.people if account.role in CASE_ROLES}
    return {
        "names": known,
        "is_unit": mine,
        "tabs": TABS,
        "urgencies": URGENCIES,
        "kinds": KINDS,
        "states": states,
        "categories": office().rules.categories,
        "units": {code: known.unit(code) for code in sorted(working)},
        "no_keys": NO_KEYS if this_desk().case_keys is None else "",
    }
