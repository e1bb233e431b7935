"""Policy lists as staff see them: every version, what is different from the list that counts, who may approve."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.policies import Change, Policy, differences
from portal.domain.policy_lists import EDITORS, why_not_approve, without_basis
from portal.ledger import accounts, policies
from portal.ledger.policies import PolicyList
from portal.office import Office, reach


@dataclass(frozen=True, slots=True)
class ListPage:
    """One version of a year's list. `before` is the approved list it is compared with, None for the very first;
    `own` are the codes of those that this person may edit while it waits, `why_not` says why they may not approve it; `people` is name → how they are called."""

    list: PolicyList
    is_newest: bool
    policies: tuple[Policy, ...]
    before: PolicyList | None
    changes: tuple[Change, ...]
    without_basis: tuple[Policy, ...]
    may_edit: bool
    own: frozenset[str]
    why_not: str
    people: dict[str, str]

    @property
    def waits(self) -> bool:
        return self.is_newest and not self.list.approved_by

    @property
    def seen(self) -> str:
        """What an approval has to repeat, so that nothing is approved that was not looked at."""
        return self.list.file_digest.hex()


def all_lists(office: Office) -> list[PolicyList]:
    """Every version of every year, the newest first."""
    with office.ledger.read() as connection:
        return policies.lists(connection)[::-1]


def people_by_name(office: Office) -> dict[str, str]:
    """Name → how somebody is called."""
    with office.ledger.read() as connection:
        return {account.name: account.actor.display for account in accounts.all_accounts(connection)}


def list_page(office: Office, actor: Actor, year: int, version: int | None = None) -> ListPage:
    """A version, the newest where none is named. Raises Refused when there is none."""
    with office.ledger.read() as connection:
        every = policies.lists(connection)
        own = [each for each in every if each.year == year]
        shown = next((each for each in own if each.version == version), own[-1] if own and version is None else None)
        if shown is None:
            raise Refused(f"没有 {year} 年的这一版清单", "policies.none")
        earlier = [
            each for each in every if each.approved_by and (each.year, each.version) < (shown.year, shown.version)
        ]
        before = max(earlier, key=lambda each: (each.year, each.version), default=None)
        found = policies.policies_of(connection, shown.id)
        old = policies.policies_of(connection, before.id) if before else []
        is_newest, mine = shown == own[-1], reach(connection, actor)
        may_edit = is_newest and not shown.approved_by and actor.role in (*EDITORS, "admin")
        return ListPage(
            shown,
            is_newest,
            tuple(found),
            before,
            tuple(differences(old, found)) if before else (),
            tuple(without_basis(found)),
            may_edit,
            frozenset(each.code for each in found if may_edit and mine.has_policy(each.departments)),
            why_not_approve(actor, shown.hands),
            {account.name: account.actor.display for account in accounts.all_accounts(connection)},
        )


def listed_policy(page: ListPage, code: str) -> Policy:
    """Raises Refused when the list has no such policy."""
    found = next((policy for policy in page.policies if policy.code == code), None)
    if found is None:
        raise Refused(f"{page.list.year} 年清单里没有项目“{code}”", "policy.unknown")
    return found
