"""Who may do what, and who among us can: the rules' own table."""

from __future__ import annotations

from portal.desk.access import LINKED, allowed, desk, office
from portal.domain.batches import ROLES
from portal.domain.duties import Duty, duties, reach_words
from portal.domain.staff import SECOND_FACTOR
from portal.queries.staff import people_by_role
from portal.rules import Rules
from portal.shell import show


@desk.get("/roles")
@allowed(*ROLES, link="谁办什么")
def roles() -> str:
    return show(
        "desk/roles.html",
        "谁办什么",
        "办公端",
        duties=all_duties(office().rules),
        roles=ROLES,
        people=people_by_role(office()),
        reach=reach_words,
        second_factor=SECOND_FACTOR,
    )


def all_duties(rules: Rules) -> dict[str, list[Duty]]:
    """Of this installation: its flows, and every page that the desk leads to."""
    pages = sorted((rule.link, rule.roles) for rule in LINKED)
    return duties(rules.flows.values(), pages)
