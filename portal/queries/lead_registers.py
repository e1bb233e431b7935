"""Leads that need no look at payments: late batches, allotments, silent villages, lists that are not out, telephones
that nobody tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import Connection

from portal.domain.areas import Area
from portal.domain.batches import Batch
from portal.domain.hotlines import is_due, is_there
from portal.domain.leads import Lead
from portal.domain.money import grouped
from portal.domain.units import Unit
from portal.domain.warning_rules import WarningRules
from portal.domain.workdays import in_chinese
from portal.ledger import batches, hotlines, leads, policies, registers
from portal.office import Office


def register_leads(connection: Connection, office: Office) -> list[Lead]:
    """All of them as of the office's day."""
    rules, today = office.rules.warnings, office.today
    live = [each for each in batches.all_batches(connection) if each.is_live and not each.is_returned]
    units = registers.all_units(connection)
    areas = registers.area_book(connection).areas
    return [
        *_allotments(live, batches.roll_sums(connection), units),
        *_late(office, live, units),
        *_silent(connection, rules, live, areas, today),
        *_lists(connection, rules, units, today),
        *_hotlines(connection, rules, units, today),
    ]


def _allotments(
    live: Iterable[Batch], sums: Mapping[int, tuple[int, int]], units: Mapping[str, Unit]
) -> Iterator[Lead]:
    """Supplements share the allotment of the batch that they supplement, where they have none of their own."""
    groups: dict[tuple[str, str, str], list[Batch]] = defaultdict(list)
    for batch in live:
        groups[batch.policy, batch.period.partition("+")[0], batch.unit].append(batch)
    for (code, period, unit), found in groups.items():
        given = [step.amount_fen for each in found if (step := each.last("allotment")) and step.amount_fen is not None]
        fen = sum(sums.get(each.id, (0, 0))[1] for each in found)
        if given and fen > sum(given):
            yield Lead(
                "allotment",
                f"{code}.{period}.{unit}",
                f"{len(found)}份清册共{grouped(fen)}元，指标{grouped(sum(given))}元，超出{grouped(fen - sum(given))}元",
                fen - sum(given),
                frozenset({units[unit].area}),
                frozenset({code}),
                frozenset({unit}),
                page=f"batches/{found[-1].number}",
            )


def _late(office: Office, live: Iterable[Batch], units: Mapping[str, Unit]) -> Iterator[Lead]:
    for batch in live:
        if batch.last("archive"):
            continue
        for item in batch.timeline(office.rules.flows[batch.flow], office.rules.is_workday):
            if item.due is not None and item.is_late(office.today):
                yield Lead(
                    "late",
                    f"{batch.number}.{item.step.code}",
                    f"批次{batch.number}：“{item.step.name}”应在{in_chinese(item.due)}前办，还没有办",
                    areas=frozenset({units[batch.unit].area}),
                    policies=frozenset({batch.policy}),
                    units=frozenset({batch.unit}),
                    page=f"batches/{batch.number}",
                )


def _silent(
    connection: Connection, rules: WarningRules, live: Iterable[Batch], areas: Mapping[str, Area], today: date
) -> Iterator[Lead]:
    """Villages with nothing on notice and nothing disclosed since the quarter began."""
    quarter = (today.month - 1) // 3 + 1
    start = date(today.year, 3 * quarter - 2, 1)
    if (today - start).days < rules.silent_days:
        return
    published = [
        each.id for each in live if any(s.step in ("notice", "disclosure") and s.day >= start for s in each.steps)
    ]
    heard = leads.villages_paid(connection, published)
    for code, area in areas.items():
        if area.level == "village" and code not in heard:
            words = f"{today.year}年第{'一二三四'[quarter - 1]}季度到现在没有公示，也没有公开"
            yield Lead("silent", f"{code}.{today.year}Q{quarter}", words, areas=frozenset({code}))


def _lists(connection: Connection, rules: WarningRules, units: Mapping[str, Unit], today: date) -> Iterator[Lead]:
    """Departments that had policies last year and have none in this year's approved list."""
    if not rules.lists_are_due(today):
        return
    current = policies.in_force(connection, today.year)
    is_out = current is not None and current.year == today.year
    then = {name for policy in policies.listed(connection, today.year - is_out).values() for name in policy.departments}
    now = {name for policy in policies.listed(connection, today.year).values() for name in policy.departments}
    codes = {unit.name: unit.code for unit in units.values() if is_there(unit, today)}
    for name in sorted(then - now if is_out else then):
        if code := codes.get(name):
            words = f"{name}{today.year}年的补贴政策清单还没有公布"
            yield Lead("lists", f"{today.year}.{code}", words, units=frozenset({code}))
    if not then and not is_out:
        yield Lead("lists", str(today.year), f"{today.year}年的补贴政策清单还没有公布")


def _hotlines(connection: Connection, rules: WarningRules, units: Mapping[str, Unit], today: date) -> Iterator[Lead]:
    if today.day <= rules.hotline_due_day:
        return
    checks = hotlines.last_checks(connection)
    for code, unit in units.items():
        if is_due(unit, checks[code].day if code in checks else None, today):
            yield Lead(
                "hotline",
                f"{code}.{today:%Y-%m}",
                f"{unit.name} {unit.hotline}，{today.month}月还没有核对",
                areas=frozenset({unit.area}),
                units=frozenset({code}),
                page="hotlines",
            )
