"""The yearly policy list: imported by one person, approved by another, kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.domain.findings import Refused
from portal.domain.policies import Change, Policy, differences
from portal.intake.lists import read_policies
from portal.ledger import batches, policies
from portal.ledger.policies import PolicyList
from portal.office import Office, must_have_role, registered


@dataclass(frozen=True)
class ImportedList:
    """`already` is True when the very same file was this year's newest version before: nothing was written."""

    list: PolicyList
    policies: int
    already: bool


def import_policies(office: Office, path: Path, year: int, by: str, day: date) -> ImportedList:
    """A new version of a year's list, not in force until somebody else approves it."""
    wanted = read_policies(path)
    _check_references(office, wanted)
    digest = office.digester().file(path)
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, "department", "finance")
        versions = policies.lists(connection, year)
        if versions and versions[-1].file_digest == digest:
            return ImportedList(versions[-1], len(wanted), already=True)
        new = policies.add_list(connection, year, wanted, digest, actor.name, day)
        detail: dict[str, object] = {"year": year, "version": new.version, "policies": len(wanted)}
        office.write_down(connection, "policies.import", actor, detail)
    return ImportedList(new, len(wanted), already=False)


def approve_policies(office: Office, year: int, by: str, day: date) -> PolicyList:
    """Put the newest version of a year's list in force. Four eyes: never by the one who imported it."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, "finance", "department", "disclosure")
        versions = policies.lists(connection, year)
        if not versions:
            raise Refused(f"{year} 年的清单还没有导入", "policies.none")
        newest = versions[-1]
        if newest.approved_by:
            raise Refused(f"{year} 年清单第 {newest.version} 版已由 {newest.approved_by} 批准", "policies.approved")
        if newest.imported_by == actor.name:
            raise Refused("导入的人不能自己批准，请由另一人批准", "step.four_eyes")
        policies.approve(connection, newest.id, actor.name, day)
        office.write_down(connection, "policies.approve", actor, {"year": year, "version": newest.version})
        batches.announce(connection, "policies", str(year))
    return newest


def compare_policies(office: Office, before: int, after: int) -> list[Change]:
    """What changed between the newest versions of two years' lists."""
    with office.ledger.read() as connection:
        lists = []
        for year in (before, after):
            versions = policies.lists(connection, year)
            if not versions:
                raise Refused(f"{year} 年的清单还没有导入", "policies.none")
            lists.append(policies.policies_of(connection, versions[-1].id))
    return differences(*lists)


def _check_references(office: Office, wanted: list[Policy]) -> None:
    codes = {policy.code for policy in wanted}
    problems = [f"{p.code} 的办理流程“{p.flow}”" for p in wanted if p.flow not in office.rules.flows]
    problems += [f"{p.code} 的不可同享“{other}”" for p in wanted for other in p.excludes if other not in codes]
    if problems:
        raise Refused(f"清单里引用了不存在的内容：{'、'.join(problems[:10])}", "policies.reference")
