"""The township base register (乡镇补贴底册): policies × villages of a township and year, with totals that add up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from generator.catalogue import TownshipPage
from portal.domain.policies import Policy
from portal.domain.postings import Tally


@dataclass(frozen=True)
class BaseRegister:
    """Policies × villages of one township and year, with totals that add up. Missing cells are None."""

    policies: tuple[Policy, ...]
    lines: tuple[tuple[str, str, tuple[Tally | None, ...], Tally], ...]
    sums: tuple[Tally, ...]
    total: Tally

    @classmethod
    def of(cls, township: TownshipPage, year: int) -> BaseRegister:
        """Lines are (name, path, a tally a policy, sum); the last line may be the small villages counted together."""
        pages = [page for page in township.postings if page.batch.public.year == year]
        policies = {page.policy.code: page.policy for page in pages}
        codes = sorted(policies)
        cells: dict[tuple[str, str], Tally] = defaultdict(Tally)
        for page in pages:
            key = (page.area.code, page.policy.code)
            cells[key] = cells[key] + page.tally
        places = [(village.area.code, village.area.name, village.path) for village in township.villages]
        if any(page.area.level != "village" for page in pages):
            places.append((township.area.code, "人数少的村合并", ""))
        lines = tuple(
            (
                name,
                path,
                tuple(cells.get((code, policy)) for policy in codes),
                Tally.total(cells[code, policy] for policy in codes if (code, policy) in cells),
            )
            for code, name, path in places
        )
        sums = tuple(Tally.total(tally for (_, p), tally in cells.items() if p == policy) for policy in codes)
        return cls(tuple(policies[code] for code in codes), lines, sums, Tally.total(sums))
