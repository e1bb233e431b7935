"""The held rows of a batch, with what is wrong with each and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from portal.domain.batches import Actor
from portal.domain.finding_kinds import KINDS, Kind
from portal.domain.findings import Refused
from portal.domain.held_rows import CORRECTABLE, ROLES, HeldRow, may_correct, must_be_another, must_be_open, why_closed
from portal.domain.held_rows import why_not_admitted as why_not
from portal.ledger import accounts, registers, settlements
from portal.ledger.settlements import SettledRow
from portal.office import Office, must_have_role, only_a_part, policy_in_force, seen_batch

_HIDDEN: Final = "姓名在这里不显示"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """`why_not` says why it cannot be paid as it stands; empty where it can."""

    payment: int
    sheet: str
    row: int
    village: str
    name: str
    fen: int
    kind: Kind
    is_correctable: bool
    why_not: str

    @property
    def asks_village(self) -> bool:
        """Whether who admits it has to name the village."""
        return not self.village and not self.why_not


@dataclass(frozen=True, slots=True)
class HeldRows:
    """`closed` says why this person cannot settle any row now; empty where they can."""

    lines: tuple[HeldLine, ...]
    settled: tuple[SettledRow, ...]
    people: dict[str, str]
    closed: str

    @property
    def correctable(self) -> int:
        return sum(line.is_correctable for line in self.lines)


def held_rows(office: Office, actor: Actor, number: str) -> HeldRows:
    """Those of this person's villages, without their names for who has nothing to do with them: why a row is held (资格待核实)
    says something about the person. Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        seen = seen_batch(connection, actor, number)
        batch = seen.batch
        late = why_closed(batch, policy_in_force(connection, batch.year, batch.policy))
        areas = registers.area_book(connection).areas
        sees_names = actor.role in (*ROLES, "audit", "admin") or actor.name == batch.entered_by
        closed = ""
        try:
            must_have_role(actor, *ROLES)
            must_be_open(batch)
            if not seen.is_whole:
                raise only_a_part(number)
            must_be_another(batch, actor)
        except Refused as refused:
            closed = str(refused)
        lines = tuple(
            HeldLine(
                row.id,
                row.sheet,
                row.row,
                areas[row.village].name if row.village in areas else "",
                row.name if sees_names else _HIDDEN,
                row.fen,
                KINDS[row.held],
                row.held in CORRECTABLE and bool(row.village) and not late and may_correct(batch, actor.name),
                late or why_not(HeldRow(row.held, is_known, row.village, row.fen)),
            )
            for row, is_known in settlements.held_of(connection, batch.id)
            if seen.has_village(row.village)
        )
        people = {account.name: account.actor.display for account in accounts.all_accounts(connection)}
        settled = tuple(
            row if sees_names else replace(row, name=_HIDDEN)
            for row in settlements.of_batch(connection, batch.id)
            if seen.has_village(row.village)
        )
        return HeldRows(lines, settled, people, closed)
