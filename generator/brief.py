"""A year's money in five answers, for the front door: where from, where to, to whom, arrived or not, what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from generator.catalogue import BatchPage, Catalogue
from portal.domain.policies import LEVELS
from portal.domain.postings import Tally

_BARS: Final = 5


@dataclass(frozen=True)
class YearInBrief:
    """`sources` are (word, 分) by level of government; `uses` are (policy, 分, path), the largest first."""

    year: int
    tally: Tally
    sources: tuple[tuple[str, int], ...]
    uses: tuple[tuple[str, int, str], ...]
    villages: int
    late: tuple[BatchPage, ...]

    @classmethod
    def newest(cls, catalogue: Catalogue) -> YearInBrief | None:
        """Of the newest year that has figures; None while nothing is published."""
        year = max((batch.public.year for batch in catalogue.batches if batch.tally.rows), default=None)
        return cls.of([batch for batch in catalogue.batches if batch.public.year == year], year) if year else None

    @classmethod
    def of(cls, batches: Sequence[BatchPage], year: int) -> YearInBrief:
        sources: dict[str, int] = defaultdict(int)
        uses: dict[str, int] = defaultdict(int)
        for batch in batches:
            sources[batch.policy.level] += batch.tally.fen
            uses[batch.public.policy] += batch.tally.fen
        names = {batch.public.policy: batch.policy.name for batch in batches}
        return cls(
            year,
            Tally.total(batch.tally for batch in batches),
            tuple((word, sources[level]) for level, word in LEVELS.items() if sources.get(level)),
            tuple(
                (names[code], fen, f"policies/{code}/")
                for code, fen in sorted(uses.items(), key=lambda use: (-use[1], use[0]))
                if fen
            ),
            len({page.area.code for batch in batches for page in batch.postings if page.area.level == "village"}),
            tuple(batch for batch in batches if any(map(batch.is_late, batch.timeline))),
        )

    @property
    def bars(self) -> list[tuple[str, int, str]]:
        """The largest uses, and all others together: the bars add up to the year."""
        rest = self.uses[_BARS:]
        others = [(f"其余{len(rest)}项", sum(fen for _, fen, _ in rest), "money/")] if rest else []
        return [*self.uses[:_BARS], *others]

    @property
    def paid_percent(self) -> str:
        """Of all, paid: 97.3%. Never rounded up to 100."""
        return f"{self.tally.paid_fen * 1000 // self.tally.fen / 10:g}%" if self.tally.fen else "0%"
