"""Joins the publication's view with content/ into one catalogue."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from generator.article_files import load_articles
from generator.audiences import load_audiences
from generator.catalogue import BatchPage, Catalogue, PolicyPage, PostingPage, TownshipPage, VillagePage
from generator.policy_years import policy_years
from generator.site_text import SiteText, area_path, load_site_text
from portal.domain.policies import Change, Policy, differences
from portal.domain.units import Unit
from portal.publication import PublishedList, View


def load_catalogue(view: View, content: Path) -> Catalogue:
    """Read the view and content/ into one catalogue."""
    site = load_site_text(content)
    book, units, lists = view.areas(), view.units(), tuple(view.policy_lists())
    policy_of = _PolicyFinder(lists)
    batches = {
        public.number: BatchPage(
            public, policy_of(public.policy, public.year), units[public.unit], view.today, site.grace_days
        )
        for public in view.batches()
    }
    by_area = {(unit.kind, unit.area): unit for unit in units.values() if unit.valid_to is None}
    pages: dict[str, list[PostingPage]] = defaultdict(list)
    on_boards = view.board_records()
    for posting in view.postings():
        batch = batches.get(posting.batch)
        if batch is None:
            continue
        area = book.areas.get(posting.area)
        if area is None:
            object.__setattr__(batch, "unplaced", batch.unplaced + posting.tally)
            continue
        township = book.areas[area.parent] if area.level == "village" else area if area.level == "township" else None
        offices = by_area.get(("village", area.code)), by_area.get(("township", township.code if township else ""))
        noted = on_boards.get((posting.batch, area.code), ())
        page = PostingPage(posting, batch, area, township, batch.policy, *offices, noted)
        batch.postings.append(page)
        pages[area.code].append(page)
    townships = []
    for area in book.townships:
        merged, office = tuple(pages[area.code]), by_area.get(("township", area.code))
        villages = tuple(
            VillagePage(
                village, area, by_area.get(("village", village.code)), office, tuple(pages[village.code]), merged
            )
            for village in book.villages
            if village.parent == area.code
        )
        townships.append(TownshipPage(area, office, villages, merged))
    return Catalogue(
        site=site,
        today=view.today,
        change=view.change,
        ledger_entries=view.ledger_entries,
        ledger_head=view.ledger_head,
        county=book.county,
        townships=tuple(townships),
        policies=_policy_pages(lists, batches.values(), units),
        lists=lists,
        list_changes=_list_changes(lists),
        policy_years=policy_years(lists, units.values(), load_audiences(content), view.today),
        batches=tuple(sorted(batches.values(), key=lambda batch: batch.number, reverse=True)),
        county_postings=tuple(pages[book.county.code]),
        withdrawn={
            area_path(book.areas[code]) + number + "/": (number, book.areas[code])
            for number, code in view.withdrawn()
            if code in book.areas
        },
        phones=_phones(site, units, lists),
        registers_key=hashlib.sha256(
            repr((sorted(units.items()), sorted(book.areas.items()), lists)).encode()
        ).hexdigest(),
        earlier=view.earlier(),
        articles=load_articles(content, {policy.code for found in lists for policy in found.policies}),
        case_quarters=tuple(view.case_quarters()),
    )


class _PolicyFinder:
    """The policy as the list of that year, or the nearest list before it, has it; else the first list that does."""

    def __init__(self, lists: Sequence[PublishedList]) -> None:
        self._versions: dict[str, list[tuple[int, Policy]]] = defaultdict(list)
        for found in lists:
            for policy in found.policies:
                self._versions[policy.code].append((found.year, policy))

    def __call__(self, code: str, year: int) -> Policy:
        versions = self._versions[code]
        earlier = [policy for listed, policy in versions if listed <= year]
        return earlier[-1] if earlier else versions[0][1]


def _policy_pages(
    lists: Sequence[PublishedList], batches: Iterable[BatchPage], units: Mapping[str, Unit]
) -> dict[str, PolicyPage]:
    versions: dict[str, list[tuple[int, Policy]]] = defaultdict(list)
    for found in reversed(lists):
        for policy in found.policies:
            versions[policy.code].append((found.year, policy))
    changes: dict[str, list[tuple[int, Change]]] = defaultdict(list)
    for year, listed in _list_changes(lists).items():
        for change in listed:
            changes[change.code].append((year, change))
    of_policy: dict[str, list[BatchPage]] = defaultdict(list)
    for batch in batches:
        of_policy[batch.public.policy].append(batch)
    by_name = {unit.name: unit for unit in units.values()}
    return {
        code: PolicyPage(
            code,
            tuple(found),
            tuple(changes[code]),
            tuple(sorted(of_policy[code], key=lambda batch: batch.number, reverse=True)),
            tuple(by_name[name] for name in found[0][1].departments if name in by_name),
        )
        for code, found in versions.items()
    }


def _list_changes(lists: Sequence[PublishedList]) -> dict[int, tuple[Change, ...]]:
    """What each year's list changed against the list before it."""
    return {after.year: tuple(differences(before.policies, after.policies)) for before, after in pairwise(lists)}


def _phones(site: SiteText, units: Mapping[str, Unit], lists: Sequence[PublishedList]) -> frozenset[str]:
    """Every phone that may stand on a page: those that content/ lists."""
    phones = {unit.hotline for unit in units.values()} | {str(hotline["number"]) for hotline in site.hotlines}
    phones |= {policy.hotline for found in lists for policy in found.policies} | {site.meta.get("phone", "")}
    return frozenset(filter(None, phones))
