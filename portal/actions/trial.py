"""The site is on trial until the county says go; staff see it, nobody else."""

from __future__ import annotations

from portal.domain.findings import Refused
from portal.ledger import publishing
from portal.office import Office, must_have_role, registered

ROLES = ("disclosure",)


def set_trial(office: Office, by: str, *, is_on: bool) -> None:
    """Close the site to the public, or open it. Raises Refused, also where it is so already."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *ROLES)
        if (publishing.trial_since(connection) is not None) == is_on:
            raise Refused("网站已经是试运行，没有变化" if is_on else "网站已经正式开通，没有变化", "trial.already")
        publishing.set_trial(connection, is_on, office.today)
        office.write_down(connection, "trial.on" if is_on else "trial.off", actor, {})
