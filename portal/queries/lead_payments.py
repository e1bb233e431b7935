"""Leads among the payments of a year: jumps, shared accounts, several accounts, what excludes each other, more than the
standard, suspended. One read each, over indexes; only rows that belong to a lead are looked at one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from portal.domain.batches import Batch
from portal.domain.leads import Lead
from portal.domain.money import grouped
from portal.domain.policies import Policy
from portal.domain.warning_rules import WarningRules
from portal.ledger import batches, leads, policies
from portal.ledger.leads import Grouped


@dataclass(frozen=True)
class Year:
    """A year's batches that count, the policies that were in force, and the batches of the year before."""

    listed: Mapping[str, Policy]
    batches: Mapping[int, Batch]
    before: Mapping[int, Batch]

    def ids_of(self, wanted: Callable[[Policy], bool]) -> list[int]:
        """The batches of policies like that."""
        return [each.id for each in self.batches.values() if (found := self.listed.get(each.policy)) and wanted(found)]


def load_year(connection: Connection, year: int) -> Year:
    found = [batch for batch in batches.all_batches(connection) if batch.is_live and not batch.is_returned]
    of = {each: {batch.id: batch for batch in found if batch.year == each} for each in (year, year - 1)}
    return Year(policies.listed(connection, year), of[year], of[year - 1])


def payment_leads(connection: Connection, rules: WarningRules, year: Year) -> list[Lead]:
    """All leads that payments give rise to, those about people first."""
    replaced = leads.corrected_ids(connection)
    to_persons = year.ids_of(lambda policy: policy.payee_unit == "person")
    shared = leads.shared_accounts(connection, to_persons, rules.account_people)
    several = leads.many_accounts(connection, to_persons, rules.person_accounts)
    return [
        *_suspended(connection, year, replaced),
        *_excluded(connection, rules, year, replaced),
        *_above(connection, year, replaced),
        *_shared(shared, rules, year, replaced),
        *_several(several, rules, year, replaced),
        *_jumps(connection, rules, year),
    ]


def _shared(found: Iterable[Grouped], rules: WarningRules, year: Year, replaced: set[int]) -> Iterator[Lead]:
    for rows in _together(found, replaced):
        people = len({row.person for row in rows})
        if people >= rules.account_people:
            words = f"{people}个人的{len(rows)}笔打到同一个账号，共{grouped(_sum(rows))}元"
            yield _lead("shared", rows, words, year)


def _several(found: Iterable[Grouped], rules: WarningRules, year: Year, replaced: set[int]) -> Iterator[Lead]:
    for rows in _together(found, replaced):
        accounts = len({row.account for row in rows if row.account is not None})
        if accounts >= rules.person_accounts:
            words = f"一个人今年{len(rows)}笔打到{accounts}个不同的账号，共{grouped(_sum(rows))}元"
            yield _lead("accounts", rows, words, year)


def _excluded(connection: Connection, rules: WarningRules, year: Year, replaced: set[int]) -> Iterator[Lead]:
    pairs = {frozenset((code, other)): "" for code, policy in year.listed.items() for other in policy.excludes}
    sizes = batches.roll_sums(connection)
    for pair, why in sorted({**pairs, **rules.exclusive}.items(), key=lambda item: sorted(item[0])):
        sides = [[each.id for each in year.batches.values() if each.policy == code] for code in pair]
        if len(sides) != 2 or not all(sides):
            continue
        few, many = sorted(sides, key=lambda ids: sum(sizes.get(each, (0, 0))[0] for each in ids))
        for rows in _together(leads.paid_by_both(connection, few, many), replaced):
            if len({year.batches[row.batch_id].policy for row in rows}) == 2:
                words = f"同一个人两项都领了，{len(rows)}笔，共{grouped(_sum(rows))}元" + (f"。{why}" if why else "")
                yield _lead("excluded", rows, words, year)


def _above(connection: Connection, year: Year, replaced: set[int]) -> Iterator[Lead]:
    """The same policy and period in several batches, supplements counted in: whoever stands in more than one of them may
    not be paid more than the largest row or the standard comes to."""
    groups: dict[tuple[str, str], list[Batch]] = defaultdict(list)
    for batch in year.batches.values():
        groups[batch.policy, _part(batch)].append(batch)
    sizes = batches.roll_sums(connection)
    for (code, _), found in groups.items():
        policy = year.listed.get(code)
        if len(found) < 2 or policy is None or not policy.rates:
            continue
        by_size = [batch.id for batch in sorted(found, key=lambda batch: sizes.get(batch.id, (0, 0))[0])]
        for rows in _together(leads.paid_by_both(connection, by_size[:-1], by_size), replaced):
            standard = _standard(rows, policy)
            lists = len({row.batch_id for row in rows})
            if lists > 1 and _sum(rows) > standard:
                words = f"同一期从{lists}份清册一共领了{grouped(_sum(rows))}元，按标准最多{grouped(standard)}元"
                yield _lead("above", rows, words, year)


def _standard(rows: list[Grouped], policy: Policy) -> int:
    quantity = max((Decimal(row.quantity) for row in rows if row.quantity), default=Decimal(1))
    return max(int(quantity * max(policy.rates) * 100), *(row.fen for row in rows))


def _suspended(connection: Connection, year: Year, replaced: set[int]) -> Iterator[Lead]:
    days = {each.id: record.day for each in year.batches.values() if (record := each.last("roll"))}

    def meanwhile(row: Grouped, since: date | None, until: date | None) -> bool:
        day = days.get(row.batch_id)
        return day is not None and (since is None or since <= day) and (until is None or until >= day)

    found = leads.suspended(connection, list(year.batches))
    kept = {row.id: row for row, since, until in found if meanwhile(row, since, until)}  # once, on however many lists
    for rows in _together(kept.values(), replaced):
        yield _lead("suspended", rows, f"资格待核实的人有{len(rows)}笔在发，共{grouped(_sum(rows))}元", year)


def _jumps(connection: Connection, rules: WarningRules, year: Year) -> Iterator[Lead]:
    """Village by village, against the same policy and part of the year a year ago. A village without payments counts
    only where its township has some: others may not have been paid yet."""
    now, before = _by_village(connection, year.batches), _by_village(connection, year.before)
    paid_then = {place[:2] for place in before}
    townships = {(code, part, village[:9]) for code, part, village in now}
    for code, part, village in sorted(now.keys() | before.keys()):
        here = (code, part, village)
        (fen, ids), (then, _) = now.get(here, (0, [])), before.get(here, (0, []))
        if (
            code in rules.jump_skip
            or not village
            or (code, part) not in paid_then
            or (code, part, village[:9]) not in townships
        ):
            continue
        if rules.is_jump(fen, then):
            change = f"多了{grouped(fen - then)}元" if fen > then else f"少了{grouped(then - fen)}元"
            times = f"，是去年的{fen / then:.1f}倍" if fen and then else ""
            yield Lead(
                "jump",
                ".".join((code, f"{next(iter(year.batches.values())).year}{part}", village)),
                f"去年{grouped(then)}元，今年{grouped(fen)}元，{change}{times}",
                abs(fen - then),
                frozenset({village}),
                frozenset({code}),
                lists=tuple((each, village) for each in ids),
            )


def _by_village(
    connection: Connection, found: Mapping[int, Batch]
) -> dict[tuple[str, str, str], tuple[int, list[int]]]:
    """(policy, part of the year, village) → (分, batch ids)."""
    sums: dict[tuple[str, str, str], tuple[int, list[int]]] = {}
    for batch_id, village, _rows, fen in leads.village_sums(connection, list(found)):
        place = (found[batch_id].policy, _part(found[batch_id])[4:], village)
        known, ids = sums.get(place, (0, []))
        sums[place] = (known + fen, [*ids, batch_id])
    return sums


def _part(batch: Batch) -> str:
    """The period without saying that it is a supplement."""
    return batch.period.partition("+")[0]


def _together(found: Iterable[Grouped], replaced: set[int]) -> Iterator[list[Grouped]]:
    """The rows of each key, without those that a correction has taken the place of."""
    groups: dict[bytes, list[Grouped]] = defaultdict(list)
    for row in found:
        if row.id not in replaced:
            groups[row.key].append(row)
    yield from groups.values()


def _sum(rows: Iterable[Grouped]) -> int:
    return sum(row.fen for row in rows)


def _lead(kind: str, rows: list[Grouped], words: str, year: Year) -> Lead:
    """Named after its first row: that stays the same when more rows come."""
    codes = frozenset(year.batches[row.batch_id].policy for row in rows)
    subject = f"{'-'.join(sorted(codes))}.{rows[0].id}" if kind in ("excluded", "above") else str(rows[0].id)
    ids = tuple(row.id for row in rows)
    return Lead(kind, subject, words, _sum(rows), frozenset(row.village for row in rows), codes, rows=ids)
