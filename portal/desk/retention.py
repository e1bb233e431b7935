"""Which lists come down soon, because they have been public long enough."""

from __future__ import annotations

from portal.desk.access import allowed, desk, office
from portal.domain.retention import months_later
from portal.queries.retention import ending_lists
from portal.shell import show


@desk.get("/retention")
@allowed("disclosure", "audit", link="公开期限")
def retention() -> str:
    until = months_later(office().today, 1)
    lines = ending_lists(office(), until)
    return show("desk/retention.html", "公开期限", "办公端", lines=lines, until=until)
