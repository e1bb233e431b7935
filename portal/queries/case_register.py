"""The case register (台账) and what it adds up to."""

from __future__ import annotations

from datetime import date

from portal.domain.case_statistics import CountedCase, Statistics, counted, statistics
from portal.ledger import cases
from portal.ledger.cases import StoredCase
from portal.office import Office


def county_statistics(office: Office, since: date, until: date) -> Statistics:
    """All cases filed in these days, whoever handles them: numbers alone."""
    with office.ledger.read() as connection:
        found = cases.all_cases(connection, since=since, until=until)
    return statistics(_counted(office, stored) for stored in found)


def _counted(office: Office, stored: StoredCase) -> CountedCase:
    facts = stored.facts
    rules = office.rules.case_rules[facts.rules]
    return counted(stored.case, facts.category, rules, office.rules.is_workday, office.today, facts.given_due)
