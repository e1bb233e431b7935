"""Suspension lists: brought in as digests by the units that keep them, ended by them, never shown and never asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.domain.batches import Actor
from portal.domain.findings import Finding, Refused
from portal.intake.suspensions import read_suspensions
from portal.ledger import suspensions
from portal.ledger.suspensions import Suspended
from portal.office import Office, must_be_clean, must_fit, registered
from portal.rules import Rules

LONGEST_DOCUMENT = 120


@dataclass(frozen=True)
class SuspensionRequest:
    """What somebody brings. `replaces` ends the lists that their unit brought before; else this one adds to them."""

    path: Path
    document: str
    issued: date
    by: str
    replaces: bool = False


@dataclass(frozen=True)
class ImportedSuspensions:
    """`people` were taken, `findings` say which rows were not; `ended` lists were replaced; `already` for the very same
    import as one before."""

    list_id: int
    people: int
    ended: int
    findings: tuple[Finding, ...]
    already: bool = False


def may_bring(actor: Actor, rules: Rules) -> bool:
    """A department that content/rules/warnings.toml names; not the administrator, and nobody else of the county."""
    return actor.role == "department" and actor.unit in rules.warnings.suspension_units


def import_suspensions(office: Office, request: SuspensionRequest) -> ImportedSuspensions:
    """Key a list and keep its digests. Raises Refused for who may not, and for a file without names and ID numbers."""
    if not request.document:
        raise Refused("请写明文号或者名单的名称，例如“明民函〔2025〕12号”", "suspension.document")
    must_fit(request.document, LONGEST_DOCUMENT)
    must_be_clean(request.document)
    if request.issued > office.today:
        raise Refused("名单的日期还没有到，请核对", "suspension.day")
    with office.ledger.read() as connection:
        _must_bring(registered(connection, request.by), office.rules)
    digester = office.digester()
    found = read_suspensions(request.path, digester, office.rules.header_map)
    if not found.people:
        raise Refused(found.findings or "名单里没有人", "suspension.empty")
    people = [Suspended(*each) for each in found.people]
    content = sorted(each.proof + f"{each.since}{each.until}".encode() for each in people)
    count = len({each.proof for each in people})
    key = digester.digest("file", "suspension", request.document, request.issued.isoformat(), *content)
    with office.ledger.write() as connection:
        actor = registered(connection, request.by)
        _must_bring(actor, office.rules)
        if (same := suspensions.imported_as(connection, key)) is not None:
            return ImportedSuspensions(same, count, 0, found.findings, already=True)
        current = [each for each in suspensions.all_lists(connection) if each.ended_on is None]
        replaced = [each.id for each in current if request.replaces and each.unit == actor.unit]
        for list_id in replaced:
            suspensions.end_list(connection, list_id, actor.name, office.today)
        list_id = suspensions.add_list(
            connection,
            unit=actor.unit,
            document=request.document,
            issued=request.issued,
            by=actor.name,
            day=office.today,
            import_key=key,
            key_id=digester.key_id,
            people=people,
        )
        detail: dict[str, object] = {"list": list_id, "unit": actor.unit, "people": count, "replaced": replaced}
        office.write_down(connection, "suspension.import", actor, detail)
    if replaced:
        office.ledger.forget_erased()
    return ImportedSuspensions(list_id, count, len(replaced), found.findings)


def end_suspensions(office: Office, list_id: int, by: str) -> int:
    """A list holds no longer: its digests are erased at once. Returns how many. Raises Refused."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        _must_bring(actor, office.rules)
        known = {each.id: each for each in suspensions.all_lists(connection)}
        if list_id not in known or known[list_id].ended_on is not None or known[list_id].unit != actor.unit:
            raise Refused("您单位没有这份还有效的名单", "suspension.unknown", "mingbai suspensions list")
        people = suspensions.end_list(connection, list_id, actor.name, office.today)
        office.write_down(connection, "suspension.end", actor, {"list": list_id, "people": people})
    office.ledger.forget_erased()
    return people


def delete_past_suspensions(office: Office) -> int:
    """Every night: whose last day on a list is over is erased. Returns how many."""
    with office.ledger.write() as connection:
        deleted = suspensions.delete_past(connection, office.today)
    if deleted:
        office.ledger.forget_erased()
    return deleted


def _must_bring(actor: Actor, rules: Rules) -> None:
    if not may_bring(actor, rules):
        raise Refused("停发名单由县里定的几个部门导入（民政、人社等），您的单位不办这件事", "suspension.role")
