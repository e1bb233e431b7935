"""The yearly policy list: made by some, approved by another, kept for good.

What is in force is never edited: a change is a new version that says why, and counts once it is approved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.policies import FIELD_WORDS, Change, Policy, differences
from portal.domain.policy_lists import APPROVERS, EDITORS, why_not_approve
from portal.intake.lists import read_policies, typed_policy
from portal.ledger import batches, policies
from portal.ledger.policies import PolicyList
from portal.office import Office, must_be_clean, must_fit, must_have_role, reach, registered

_LONGEST_REASON = 200
_LONGEST_FIELD = 2000


@dataclass(frozen=True)
class ImportedList:
    """`already` is True when the very same file was this year's newest version before: nothing was written."""

    list: PolicyList
    policies: int
    already: bool


def import_policies(
    office: Office, path: Path, year: int, by: str, day: date, reason: str | None = None
) -> ImportedList:
    """A new version of a year's list, not in force until somebody else approves it. `reason` says why a list that is in
    force already gets another version; None where nobody was asked."""
    wanted = read_policies(path)
    _check_references(office, wanted)
    digest = office.digester().file(path)
    with office.ledger.write() as connection:
        actor = _editor(connection, by)
        versions = policies.lists(connection, year)
        if versions and versions[-1].file_digest == digest:
            if (
                not versions[-1].approved_by and actor.name not in versions[-1].hands
            ):  # who brings it approves it no more
                policies.rewrite_list(connection, versions[-1], wanted, digest, actor.name)
            return ImportedList(versions[-1], len(wanted), already=True)
        said = "" if reason is None else _reason(connection, year, reason)
        new = policies.add_list(connection, year, wanted, digest, actor.name, day, said)
        detail: dict[str, object] = {"year": year, "version": new.version, "policies": len(wanted)}
        office.write_down(connection, "policies.import", actor, detail)
    return ImportedList(new, len(wanted), already=False)


def start_list(office: Office, year: int, by: str, day: date, reason: str = "") -> PolicyList:
    """A new version of a year's list, made of the one that counts for that year: last year's, or this year's own, which
    needs a reason."""
    with office.ledger.write() as connection:
        actor = _editor(connection, by)
        versions = policies.lists(connection, year)
        if versions and not versions[-1].approved_by:
            raise Refused(f"{year} 年已有第 {versions[-1].version} 版在等批准，请接着改那一版", "policies.waiting")
        current = policies.in_force(connection, year)
        if current is None:
            raise Refused(f"{year} 年和以前都没有已批准的清单，请上传一份文件", "policies.none")
        said = _reason(connection, year, reason)
        wanted = policies.policies_of(connection, current.id)
        new = policies.add_list(connection, year, wanted, policies.digest_of(wanted), actor.name, day, said)
        detail: dict[str, object] = {"year": year, "version": new.version, "from": [current.year, current.version]}
        office.write_down(connection, "policies.start", actor, detail)
    return new


def change_policy(office: Office, year: int, code: str, typed: Mapping[str, str], by: str) -> list[str]:
    """Give one policy of the version that waits what was typed, by the list's columns; an empty `code` adds one.
    Returns the names of the fields that differ now. Raises Refused with every mistake, by column."""
    policy = typed_policy(typed)
    must_be_clean(*(text for column, text in typed.items() if column != FIELD_WORDS["hotline"]))
    for text in typed.values():
        must_fit(text, _LONGEST_FIELD)
    if policy.names_people and not policy.legal_basis:
        words = "逐户或全名公开的项目，要写明公开的法律依据，例如《政府信息公开条例》第二十条"
        raise Refused(words, "policies.basis")

    def change(old: list[Policy]) -> list[Policy]:
        known = [each.code for each in old]
        if code and (code not in known or policy.code != code):
            raise Refused(f"清单里没有项目“{code}”。项目编码不能改，要改请删去旧的、加上新的", "policy.unknown")
        if not code and policy.code in known:
            raise Refused(f"清单里已有编码是“{policy.code}”的项目，请换一个编码", "policy.twice")
        return [policy if each.code == code else each for each in old] if code else [*old, policy]

    changes = _edit(office, year, by, "policies.edit", policy.code, change)
    return list(changes[0].fields) or ["code"] if changes else []


def drop_policy(office: Office, year: int, code: str, by: str) -> None:
    """Take one policy off the version that waits. Raises Refused where others name it."""

    def drop(old: list[Policy]) -> list[Policy]:
        left = [each for each in old if each.code != code]
        if len(left) == len(old):
            raise Refused(f"清单里没有项目“{code}”", "policy.unknown")
        if not left:
            raise Refused("清单里至少要有一个项目", "list.empty")
        return left

    _edit(office, year, by, "policies.drop", code, drop)


def discard_list(office: Office, year: int, by: str) -> PolicyList:
    """Throw away the version that waits; what was in force stays so."""
    with office.ledger.write() as connection:
        actor = _editor(connection, by)
        waiting = _waiting(connection, year)
        if actor.name not in waiting.hands and not reach(connection, actor).is_county:
            raise Refused("这一版不是您做的，请由做它的人或财政局丢掉", "policies.others")
        policies.discard_list(connection, waiting.id)
        office.write_down(connection, "policies.discard", actor, {"year": year, "version": waiting.version})
    return waiting


def approve_policies(office: Office, year: int, by: str, day: date, seen: str = "") -> PolicyList:
    """Put the newest version of a year's list in force. Four eyes: never by one who imported or edited it. `seen` is the
    digest of what the person looked at, where it is known: what was edited since is not approved unseen."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *APPROVERS)
        versions = policies.lists(connection, year)
        if not versions:
            raise Refused(f"{year} 年的清单还没有导入", "policies.none")
        newest = versions[-1]
        if newest.approved_by:
            raise Refused(f"{year} 年清单第 {newest.version} 版已由 {newest.approved_by} 批准", "policies.approved")
        if why_not := why_not_approve(actor, newest.hands):
            raise Refused(why_not, "step.four_eyes")
        if seen and seen != newest.file_digest.hex():
            raise Refused("您看过以后清单又改了，没有批准。请把现在的这一版再看一遍", "policies.changed")
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


def _editor(connection: Connection, by: str) -> Actor:
    actor = registered(connection, by)
    must_have_role(actor, *EDITORS)
    return actor


def _waiting(connection: Connection, year: int) -> PolicyList:
    """The version of a year's list that may still be edited. Raises Refused."""
    versions = policies.lists(connection, year)
    if not versions or versions[-1].approved_by:
        words = f"{year} 年没有等着批准的清单。已批准的不能直接改：请先“做新的一版”，写明原因"
        raise Refused(words, "policies.approved")
    return versions[-1]


def _reason(connection: Connection, year: int, reason: str) -> str:
    """The reason for another version. Raises Refused where a list of that very year is in force and none is given."""
    must_be_clean(reason)
    must_fit(reason, _LONGEST_REASON)
    current = policies.in_force(connection, year)
    if current is not None and current.year == year and not reason:
        raise Refused(f"{year} 年的清单已经批准。再做一版要写明为什么改", "policies.reason", "--reason")
    return reason


def _edit(
    office: Office, year: int, by: str, act: str, code: str, change: Callable[[list[Policy]], list[Policy]]
) -> Sequence[Change]:
    """Rewrite the version that waits; nothing is written where nothing changed."""
    with office.ledger.write() as connection:
        actor = _editor(connection, by)
        waiting = _waiting(connection, year)
        before = policies.policies_of(connection, waiting.id)
        after = change(before)
        mine = reach(connection, actor)
        for policy in (*before, *after):
            if policy.code == code and not mine.has_policy(policy.departments):
                words = f"“{policy.name}”归{'、'.join(policy.departments)}管，请由主管部门或财政局改"
                raise Refused(words, "policy.others")
        changes = differences(before, after)
        if changes:
            _check_references(office, after)
            policies.rewrite_list(connection, waiting, after, policies.digest_of(after), actor.name)
            fields = sorted(name for each in changes for name in each.fields)
            detail: dict[str, object] = {"year": year, "version": waiting.version, "policy": code, "fields": fields}
            office.write_down(connection, act, actor, detail)
    return changes


def _check_references(office: Office, wanted: list[Policy]) -> None:
    codes = {policy.code for policy in wanted}
    problems = [f"{p.code} 的办理流程“{p.flow}”" for p in wanted if p.flow not in office.rules.flows]
    problems += [f"{p.code} 的不可同享“{other}”" for p in wanted for other in p.excludes if other not in codes]
    if problems:
        raise Refused(f"清单里引用了不存在的内容：{'、'.join(problems[:10])}", "policies.reference")
