"""Policy lists: yearly versions, kept for good; a list counts once somebody other than its importer approved it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from portal.domain.policies import Policy
from portal.ledger.tables import policies, policy_lists


@dataclass(frozen=True, slots=True)
class PolicyList:
    """One version of a year's list."""

    id: int
    year: int
    version: int
    imported_by: str
    imported_on: date
    approved_by: str | None
    approved_on: date | None
    file_digest: bytes
    editors: tuple[str, ...] = ()
    reason: str = ""

    @property
    def hands(self) -> frozenset[str]:
        """Everybody who had a hand in it: none of them approves it."""
        return frozenset((self.imported_by, *self.editors))


def add_list(
    connection: Connection,
    year: int,
    wanted: Iterable[Policy],
    file_digest: bytes,
    by: str,
    day: date,
    reason: str = "",
) -> PolicyList:
    """Store a new, not yet approved version of a year's list."""
    version = 1 + (connection.scalar(select(func.max(policy_lists.c.version)).where(policy_lists.c.year == year)) or 0)
    values: dict[str, Any] = {
        "year": year,
        "version": version,
        "file_digest": file_digest,
        "imported_by": by,
        "imported_on": day,
    }
    values["reason"] = reason
    list_id = connection.execute(insert(policy_lists).values(values)).inserted_primary_key
    assert list_id is not None
    _add(connection, list_id[0], wanted)
    return PolicyList(list_id[0], year, version, by, day, None, None, file_digest, (), reason)


def rewrite_list(
    connection: Connection, old: PolicyList, wanted: Iterable[Policy], digest: bytes, editor: str
) -> PolicyList:
    """Give a version that nobody has approved other contents, by somebody's hand."""
    editors = sorted({*old.editors, editor} - {old.imported_by})
    changed = update(policy_lists).where(policy_lists.c.id == old.id, policy_lists.c.approved_by.is_(None))
    if not connection.execute(changed.values(file_digest=digest, editors=editors)).rowcount:
        raise ValueError("a list in force is never rewritten")
    connection.execute(delete(policies).where(policies.c.list_id == old.id))
    _add(connection, old.id, wanted)
    return replace(old, file_digest=digest, editors=tuple(editors))


def discard_list(connection: Connection, list_id: int) -> None:
    """Delete a version that nobody has approved: it never counted."""
    connection.execute(delete(policies).where(policies.c.list_id == list_id))
    waiting = (policy_lists.c.id == list_id, policy_lists.c.approved_by.is_(None))
    if not connection.execute(delete(policy_lists).where(*waiting)).rowcount:
        raise ValueError("a list in force is kept for good")


def approve(connection: Connection, list_id: int, by: str, day: date) -> None:
    connection.execute(update(policy_lists).where(policy_lists.c.id == list_id).values(approved_by=by, approved_on=day))


def lists(connection: Connection, year: int | None = None) -> list[PolicyList]:
    """All versions, oldest first."""
    query = select(policy_lists).order_by(policy_lists.c.year, policy_lists.c.version)
    if year is not None:
        query = query.where(policy_lists.c.year == year)
    return [_list(row) for row in connection.execute(query)]


def in_force(connection: Connection, year: int) -> PolicyList | None:
    """The newest approved list of that year, or of the last year before it that has one."""
    query = (
        select(policy_lists)
        .where(policy_lists.c.year <= year, policy_lists.c.approved_by.is_not(None))
        .order_by(policy_lists.c.year.desc(), policy_lists.c.version.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return _list(row) if row else None


def policies_of(connection: Connection, list_id: int) -> list[Policy]:
    """The list's policies in the order of its file."""
    rows = connection.execute(select(policies.c.content).where(policies.c.list_id == list_id).order_by(policies.c.id))
    return [_policy(row.content) for row in rows]


def names(connection: Connection) -> dict[str, str]:
    """Code → the newest name, of every policy that was ever on a list."""
    rows = connection.execute(select(policies.c.code, policies.c.name).order_by(policies.c.id))
    return {row.code: row.name for row in rows}


def listed(connection: Connection, year: int) -> dict[str, Policy]:
    """code → policy of the list in force for that year; empty while there is none."""
    current = in_force(connection, year)
    return {policy.code: policy for policy in policies_of(connection, current.id)} if current else {}


def find_policy(connection: Connection, year: int, code: str) -> Policy | None:
    """A policy as the list in force for that year has it."""
    current = in_force(connection, year)
    if current is None:
        return None
    content = connection.scalar(
        select(policies.c.content).where(policies.c.list_id == current.id, policies.c.code == code)
    )
    return _policy(content) if content else None


def digest_of(wanted: Iterable[Policy]) -> bytes:
    """SHA-256 over contents in their order: nothing in a list is secret."""
    body = json.dumps([_content(policy) for policy in wanted], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).digest()


def _add(connection: Connection, list_id: int, wanted: Iterable[Policy]) -> None:
    rows = [
        {"list_id": list_id, "code": policy.code, "name": policy.name, "content": _content(policy)} for policy in wanted
    ]
    connection.execute(insert(policies), rows)


def _list(row: Row[Any]) -> PolicyList:
    values = dict(row._mapping)
    return PolicyList(**{**values, "editors": tuple(values["editors"] or ())})


def _content(policy: Policy) -> dict[str, Any]:
    return {**asdict(policy), "rates": [str(rate) for rate in policy.rates]}


def _policy(content: dict[str, Any]) -> Policy:
    known = {field.name for field in fields(Policy)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items() if name in known
    }
    values["rates"] = tuple(Decimal(rate) for rate in values["rates"])
    return Policy(**values)
