"""Which lists have been public long enough, and which soon will have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.domain.periods import period_word
from portal.domain.postings import Tally
from portal.domain.retention import list_ends
from portal.ledger import batches, policies, postings, registers
from portal.office import Office


@dataclass(frozen=True, slots=True)
class EndingList:
    """A batch whose list comes down on the day `ends`. `postings` and `rows` are what is public of it now."""

    number: str
    title: str
    unit: str
    months: int
    ends: date
    postings: int
    rows: int

    def as_json(self) -> dict[str, object]:
        return {
            "batch": self.number,
            "months": self.months,
            "ends": self.ends.isoformat(),
            "postings": self.postings,
            "rows": self.rows,
        }


def ending_lists(office: Office, until: date) -> list[EndingList]:
    """Lists that come down up to that day, the earliest first; what has come down already is not among them."""
    with office.ledger.read() as connection:
        listed = {}
        tallies: dict[str, list[Tally]] = {}
        for posting in postings.current(connection):
            tallies.setdefault(posting.batch, []).append(posting.tally)
        units, found = registers.all_units(connection), []
        for batch in batches.all_batches(connection):
            if batch.is_withdrawn or batch.is_returned or batch.is_retired or batch.superseded:
                continue
            if batch.year not in listed:
                listed[batch.year] = policies.listed(connection, batch.year)
            policy = listed[batch.year].get(batch.policy)
            months = office.rules.public_months(policy)
            ends = list_ends(batch, months)
            if ends <= until:
                title = f"{period_word(batch.period)} {policy.name if policy else batch.policy}"
                public = tallies.get(batch.number, [])
                rows = Tally.total(public).listed_rows
                unit = units[batch.unit].name
                found.append(EndingList(batch.number, title, unit, months, ends, len(public), rows))
        return sorted(found, key=lambda line: (line.ends, line.number))
