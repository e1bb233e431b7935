"""Everything the pages show, as small frozen objects: what may be published, joined with the county's own content.

Templates get these and nothing else; no database row ever reaches them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from generator.articles import Articles
from generator.policy_years import PolicyYear
from generator.site_text import SiteText, area_path
from portal.domain.areas import Area
from portal.domain.batches import TimelineItem, current_step
from portal.domain.board_records import may_show_photo, told
from portal.domain.periods import period_word
from portal.domain.policies import Change, Policy
from portal.domain.postings import KINDS, Tally
from portal.domain.units import Unit
from portal.publication import BoardRecord, Posting, PublicBatch, PublicQuarter, PublishedList


@dataclass(frozen=True, eq=False)
class PostingPage:
    """A posting with all its page says except the rows."""

    posting: Posting
    batch: BatchPage
    area: Area
    township: Area | None
    policy: Policy
    village_unit: Unit | None
    township_unit: Unit | None
    board: Sequence[BoardRecord] = ()
    """When it went up on the village's board and came down, by day."""

    @property
    def path(self) -> str:
        return area_path(self.area) + self.batch.number + "/"

    @property
    def board_words(self) -> str:
        """2025年6月4日贴出，2025年6月11日撤下; empty where nobody noted it."""
        return told(self.board)

    @property
    def photos(self) -> list[BoardRecord]:
        """Of the board, as far as the public may see them."""
        return [each for each in self.board if each.is_photo_public] if may_show_photo(self.policy) else []

    @property
    def tally(self) -> Tally:
        return self.posting.tally

    @property
    def key(self) -> str:
        """Changes whenever the posting's page may."""
        board = [self.board_words, *((each.id, each.sha256) for each in self.photos)]
        return f"{self.posting.id}/{self.posting.sha256}/{self.batch.state_key}/{self.policy.name}/{board}"

    @property
    def kind_word(self) -> str:
        return KINDS[self.posting.kind]  # type: ignore[index]

    @property
    def place(self) -> str:
        """石桥镇王村; for small villages counted together: 石桥镇（人数少的村合并）."""
        if self.area.level == "village" and self.township is not None:
            return self.township.name + self.area.name
        return f"{self.area.name}（人数少的村合并）"

    @property
    def title(self) -> str:
        return f"{self.place}{self.batch.period_word}{self.policy.name}{self.kind_word}"


@dataclass(frozen=True, eq=False)
class BatchPage:
    """A batch, county-wide."""

    public: PublicBatch
    policy: Policy
    unit: Unit
    today: date
    grace_days: int
    postings: list[PostingPage] = field(default_factory=list)
    unplaced: Tally = field(default_factory=Tally)

    @property
    def number(self) -> str:
        return self.public.number

    @property
    def path(self) -> str:
        return f"batches/{self.number}/"

    @property
    def period_word(self) -> str:
        return period_word(self.public.period)

    @property
    def title(self) -> str:
        return f"{self.period_word}{self.policy.name}"

    @cached_property
    def tally(self) -> Tally:
        return Tally.total([self.unplaced, *(page.tally for page in self.postings)])

    @cached_property
    def by_township(self) -> list[tuple[Area, Tally]]:
        """Sums by township; small villages counted together county-wide stand under the county."""
        sums: dict[str, Tally] = defaultdict(Tally)
        areas: dict[str, Area] = {}
        for page in self.postings:
            area = page.township or page.area
            areas[area.code] = area
            sums[area.code] = sums[area.code] + page.tally
        return [(areas[code], sums[code]) for code in sorted(sums)]

    @property
    def timeline(self) -> Sequence[TimelineItem]:
        return self.public.timeline

    def is_late(self, item: TimelineItem) -> bool:
        return item.is_late(self.today, self.grace_days)

    @property
    def state(self) -> str:
        """Where it stands, in plain words."""
        if self.public.on_notice:
            return "正在公示"
        last = current_step(self.timeline)
        return last.step.public if last else ""

    @property
    def notice_until(self) -> date | None:
        item = next((item for item in self.timeline if item.step.code == "notice"), None)
        return item.record.until if item and item.record else None

    @property
    def days_left(self) -> int:
        """Days of a running notice, today and the last one counted; 0 without one."""
        return (self.notice_until - self.today).days + 1 if self.public.on_notice and self.notice_until else 0

    @property
    def state_key(self) -> str:
        """Changes whenever something on this batch's pages does, dates crossing included."""
        late = "".join("1" if self.is_late(item) else "0" for item in self.timeline)
        done = ",".join(
            f"{item.record.day}{item.record.document}{item.due}" if item.record else str(item.due)
            for item in self.timeline
        )
        return f"{self.number}/{self.public.on_notice}/{self.days_left}/{late}/{done}"


@dataclass(frozen=True)
class VillagePage:
    area: Area
    township: Area
    unit: Unit | None
    township_unit: Unit | None
    postings: tuple[PostingPage, ...]
    merged: tuple[PostingPage, ...]

    @property
    def path(self) -> str:
        return area_path(self.area)

    @property
    def on_notice(self) -> list[PostingPage]:
        return [page for page in self.postings if page.batch.public.on_notice]

    @property
    def on_board(self) -> list[PostingPage]:
        """What is known to hang or have hung on the village's board, what went up last first."""
        noted = [page for page in self.postings if page.board]
        return sorted(noted, key=lambda page: page.board[0].day, reverse=True)

    @property
    def by_year(self) -> list[tuple[int, list[PostingPage], Tally]]:
        return _by_year(self.postings)

    @property
    def tally(self) -> Tally:
        return Tally.total(page.tally for page in self.postings)


@dataclass(frozen=True)
class TownshipPage:
    area: Area
    unit: Unit | None
    villages: tuple[VillagePage, ...]
    merged: tuple[PostingPage, ...]

    @property
    def path(self) -> str:
        return area_path(self.area)

    @property
    def postings(self) -> list[PostingPage]:
        return [page for village in self.villages for page in village.postings] + list(self.merged)

    @property
    def tally(self) -> Tally:
        return Tally.total(page.tally for page in self.postings)

    @cached_property
    def years(self) -> list[int]:
        return sorted({page.batch.public.year for page in self.postings}, reverse=True)


@dataclass(frozen=True)
class PolicyPage:
    """A policy over the years: `versions` newest first, as (year, policy)."""

    code: str
    versions: tuple[tuple[int, Policy], ...]
    changes: tuple[tuple[int, Change], ...]
    batches: tuple[BatchPage, ...]
    departments: tuple[Unit, ...]

    @property
    def path(self) -> str:
        return f"policies/{self.code}/"

    @property
    def newest(self) -> Policy:
        return self.versions[0][1]

    @property
    def last_year(self) -> int:
        return self.versions[0][0]

    @property
    def tally(self) -> Tally:
        return Tally.total(batch.tally for batch in self.batches)


@dataclass(frozen=True)
class Catalogue:
    """The whole site at one moment. `registers_key` changes with any unit, area or policy list: names and phones stand
    on every page."""

    site: SiteText
    today: date
    change: int
    ledger_entries: int
    ledger_head: str
    county: Area
    townships: tuple[TownshipPage, ...]
    policies: Mapping[str, PolicyPage]
    lists: tuple[PublishedList, ...]
    list_changes: Mapping[int, tuple[Change, ...]]
    policy_years: tuple[PolicyYear, ...]
    batches: tuple[BatchPage, ...]
    county_postings: tuple[PostingPage, ...]
    withdrawn: Mapping[str, tuple[str, Area]]
    phones: frozenset[str]
    registers_key: str
    articles: Articles = field(default_factory=Articles)
    case_quarters: tuple[PublicQuarter, ...] = ()
    earlier: Sequence[tuple[str, str, str]] = ()
    """(batch, area, SHA-256) of postings that are no longer shown."""

    @cached_property
    def villages(self) -> list[VillagePage]:
        return [village for township in self.townships for village in township.villages]

    @cached_property
    def postings(self) -> list[PostingPage]:
        return [page for township in self.townships for page in township.postings] + list(self.county_postings)

    @cached_property
    def tally(self) -> Tally:
        return Tally.total(batch.tally for batch in self.batches)

    @cached_property
    def on_notice(self) -> list[BatchPage]:
        return [batch for batch in self.batches if batch.public.on_notice]

    @property
    def by_year(self) -> list[tuple[int, Tally]]:
        years = sorted({batch.public.year for batch in self.batches}, reverse=True)
        return [
            (year, Tally.total(batch.tally for batch in self.batches if batch.public.year == year)) for year in years
        ]


def _by_year(pages: Sequence[PostingPage]) -> list[tuple[int, list[PostingPage], Tally]]:
    years: dict[int, list[PostingPage]] = defaultdict(list)
    for page in pages:
        years[page.batch.public.year].append(page)
    return [
        (year, years[year], Tally.total(page.tally for page in years[year])) for year in sorted(years, reverse=True)
    ]
