"""Opening somebody's record at the window: within the quota, counted and journaled before anything is shown."""

from __future__ import annotations

from portal.counters.attempts import Attempts
from portal.counters.openings import count_opening
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.window import A_DAY, GROUNDS, ROLES
from portal.office import Office

_DAY_SECONDS = 2 * 24 * 3600


def open_at_window(office: Office, attempts: Attempts, actor: Actor, id_number: str, ground: str, shown: int) -> None:
    """Write down that `actor` opens a record of `shown` payments. Raises Refused, or StoreDown: then nothing is shown."""
    if actor.role not in ROLES:  # nor the administrator, who keeps accounts and opens no records
        raise Refused("窗口代查由村、站所和财政所的经办人办，您的角色不办", "staff.role")
    if ground not in GROUNDS:
        raise Refused("请选一项：谁来查，看了什么证件", "window.ground")
    if attempts.add({f"window/{actor.name}/{office.today.isoformat()}": _DAY_SECONDS})[0] > A_DAY:
        raise Refused(f"您今天已经代查{A_DAY}次，到了一天的上限。请明天再查，或请同事查", "window.quota")
    if shown:
        count_opening(attempts, office.digester(), id_number, office.today, "window")
    with office.ledger.write() as connection:
        office.write_down(connection, "lookup.window", actor, {"ground": ground, "payments": shown})
