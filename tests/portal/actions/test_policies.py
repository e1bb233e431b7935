"""The yearly policy list: versions kept for good, approved by somebody else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.actions.policies import approve_policies, compare_policies, import_policies
from portal.actions.rolls import import_roll
from portal.domain.findings import Refused
from portal.office import Office
from tests.county import ELDERS, LAND, POLICIES, make_batch, published_batch, request_for, write_policies
from tests.ledger_dump import dump
from tests.workbooks import people, write_roll

DAY = date(2025, 6, 1)
DEARER = [{**policy, "单价": "100"} if policy["项目编码"] == LAND else policy for policy in POLICIES]


def test_a_list_counts_only_once_somebody_else_has_approved_it(office: Office, tmp_path: Path) -> None:
    import_policies(office, write_policies(tmp_path / "new.csv", DEARER), 2025, "accountant", DAY)
    before = make_batch(office, tmp_path, people(5))
    assert not any(finding.code == "rate.differs" for finding in before.findings)
    with pytest.raises(Refused, match="不能自己批准"):
        approve_policies(office, 2025, "accountant", DAY)
    approve_policies(office, 2025, "second", DAY)
    after = make_batch(office, tmp_path, people(5, start=20), period="2025+1")
    assert any(finding.code == "rate.differs" for finding in after.findings)


def test_every_version_is_kept_and_numbered(office: Office, tmp_path: Path) -> None:
    imported = import_policies(office, write_policies(tmp_path / "new.csv", DEARER), 2025, "accountant", DAY)
    assert (imported.list.version, imported.policies, imported.already) == (2, len(POLICIES), False)
    lists = dump(office.ledger)["policy_lists"]
    assert [(row[1], row[2], row[6]) for row in lists] == [(2025, 1, "enterer"), (2025, 2, None)]
    assert len(dump(office.ledger)["policies"]) == 2 * len(POLICIES)


def test_the_very_same_file_again_is_a_no_op(office: Office, tmp_path: Path) -> None:
    path = write_policies(tmp_path / "new.csv", DEARER)
    import_policies(office, path, 2025, "accountant", DAY)
    before = dump(office.ledger)
    assert import_policies(office, path, 2025, "accountant", DAY).already
    assert dump(office.ledger) == before


def test_what_changed_from_one_year_to_the_next_is_said_field_by_field(office: Office, tmp_path: Path) -> None:
    new = {**POLICIES[0], "项目编码": "xinbt", "项目名称": "新补贴"}
    next_year = [policy for policy in DEARER if policy["项目编码"] != ELDERS]
    import_policies(office, write_policies(tmp_path / "2026.csv", [*next_year, new]), 2026, "accountant", DAY)
    changes = compare_policies(office, 2025, 2026)
    assert [(change.kind, change.code) for change in changes] == [
        ("dropped", ELDERS), ("added", "xinbt"), ("changed", LAND),
    ]  # fmt: skip
    assert changes[2].fields == {"rates": ("95", "100")}


def test_who_may_not_and_what_is_not_there_is_refused(office: Office, tmp_path: Path) -> None:
    path = write_policies(tmp_path / "new.csv", DEARER)
    for act in (
        lambda: import_policies(office, path, 2025, "banker", DAY),
        lambda: approve_policies(office, 2025, "banker", DAY),
        lambda: approve_policies(office, 2031, "second", DAY),
        lambda: approve_policies(office, 2025, "second", DAY),
        lambda: compare_policies(office, 2025, 2031),
    ):
        before = dump(office.ledger)
        with pytest.raises(Refused):
            act()
        assert dump(office.ledger) == before


def test_a_list_that_names_a_flow_or_a_policy_that_is_not_there_is_refused(office: Office, tmp_path: Path) -> None:
    for wrong in ({"办理流程": "nosuch"}, {"不可同享": "nosuch"}):
        lists = [{"办理流程": "", **policy} for policy in POLICIES]
        lists[0] |= wrong
        with pytest.raises(Refused) as refused:
            import_policies(office, write_policies(tmp_path / "new.csv", lists), 2025, "accountant", DAY)
        assert refused.value.findings[0].code == "policies.reference"


def test_what_is_not_classified_shows_totals_only(office: Office, tmp_path: Path) -> None:
    bare = [{key: value for key, value in policy.items() if key[:2] not in ("网站", "村栏")} for policy in POLICIES]
    import_policies(office, write_policies(tmp_path / "new.csv", bare), 2025, "accountant", DAY)
    approve_policies(office, 2025, "second", DAY)
    published_batch(office, tmp_path, people(6))
    texts = [str(row[7]) for row in dump(office.ledger)["postings"] if row[7]]
    assert len(texts) == 1
    assert texts[0].endswith("columns\t\n\n")


def test_a_roll_goes_by_the_list_of_its_year_or_the_last_one_before(office: Office, tmp_path: Path) -> None:
    path = write_roll(tmp_path / "roll.xlsx", people(5))
    with pytest.raises(Refused, match="2024 年没有已批准"):
        import_roll(office, request_for(path, period="2024"))
    assert import_roll(office, request_for(path, period="2026")).batch == "2026-0001"
