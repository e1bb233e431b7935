"""Leads: each kind is found with its rows, seen by whom it is the business of, and settled only for whom it was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.actions.leads import settle_lead
from portal.actions.policies import approve_policies, import_policies
from portal.actions.staff import add_staff
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.leads import KINDS
from portal.office import Office
from portal.queries.lead_payments import load_year, payment_leads
from portal.queries.leads import LeadLine, lead_lines, lead_page
from portal.queries.today import today
from tests.county import (
    FAMILIES,
    HARDSHIP,
    LAND,
    make_batch,
    office_in,
    published_batch,
    write_policies,
)
from tests.ledger_dump import change, dump
from tests.workbooks import people

FINANCE = Actor("accountant", "accountant", "finance", "czj")
DEPARTMENT = Actor("enterer", "enterer", "department", "nyj")
TOWNSHIP = Actor("town", "东河财政所", "township_finance", "dh")
DISCLOSURE = Actor("reviewer", "reviewer", "disclosure", "gkb")
INSPECTOR = Actor("inspector", "inspector", "discipline", "czj")
HOME, FAR = people(6, village="王村"), people(6, start=100, village="赵庄")
SHARED = [HOME[0], replace(HOME[1], account=HOME[0].account)]
GUEST = people(1, start=400, village="王村")[0]
TWICE, MOVED = HOME[2], replace(HOME[3], account=people(1, start=300)[0].account)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """This year 王村 gets ten times last year's; two share an account; one stands in the supplement as well, one of them
    with another card; one is paid what excludes each other, a family shares its passbook."""
    folder = tmp_path_factory.mktemp("leads")
    with office_in(folder / "office") as office:
        add_staff(office, "town", "东河财政所", "township_finance", "dh")
        import_policies(office, write_policies(folder / "2024.csv"), 2024, "accountant", date(2024, 1, 6))
        approve_policies(office, 2024, "enterer", date(2024, 1, 7))
        make_batch(office, folder, HOME + FAR, LAND, "2024", day=date(2024, 6, 3))
        now = [replace(each, quantity=Decimal(20), amount="1900") for each in [*SHARED, *HOME[2:], GUEST]]
        published_batch(office, folder, now + FAR)
        make_batch(office, folder, [TWICE, MOVED], LAND, "2025+1")
        family = [replace(each, account=FAR[0].account) for each in FAR[:2]]
        make_batch(office, folder, family, FAMILIES)
        make_batch(office, folder, [FAR[1]], HARDSHIP)
        yield office


def found(office: Office, actor: Actor = FINANCE, kind: str = "") -> list[LeadLine]:
    return [line for line in lead_lines(office, actor) if kind in ("", line.lead.kind)]


def rows_of(office: Office, line: LeadLine, actor: Actor = FINANCE) -> list[tuple[str, str, int]]:
    """(batch, sheet, row) of the source rows."""
    shown = lead_page(office, actor, line.lead.name).rows
    assert shown is not None
    return sorted((row.batch, row.sheet, row.row) for row in shown)


def test_a_village_that_jumps_says_by_how_much(office: Office) -> None:
    (line,) = found(office, kind="jump")
    assert line.places == ("王村",)
    assert line.lead.words == "去年1,140.00元，今年13,680.00元，多了12,540.00元，是去年的12.0倍"
    assert len(rows_of(office, line)) == 9  # the seven of the list, and two of the supplement
    warnings = replace(office.rules.warnings, jump_skip=frozenset({LAND}))
    with office.ledger.read() as connection:
        leads = payment_leads(connection, warnings, load_year(connection, 2025))
    assert "jump" not in {lead.kind for lead in leads}


def test_several_people_on_one_account_but_not_where_families_are_paid(office: Office) -> None:
    (line,) = found(office, kind="shared")
    assert line.lead.words.startswith("2个人的2笔打到同一个账号")
    assert rows_of(office, line) == [("2025-0001", "清册", 3), ("2025-0001", "清册", 4)]
    assert {row.name for row in lead_page(office, FINANCE, line.lead.name).rows or ()} < {"欧**娜", "买**力", "𠮷*贵"}


def test_one_person_with_two_accounts(office: Office) -> None:
    (line,) = found(office, kind="accounts")
    assert rows_of(office, line) == [("2025-0001", "清册", 6), ("2025-0002", "清册", 4)]


def test_more_than_the_standard_over_several_lists(office: Office) -> None:
    lines = found(office, kind="above")
    assert [line.lead.words for line in lines] == ["同一期从2份清册一共领了2,090.00元，按标准最多1,900.00元"] * 2
    assert rows_of(office, lines[0]) == [("2025-0001", "清册", 5), ("2025-0002", "清册", 3)]


def test_what_excludes_each_other(office: Office) -> None:
    (line,) = found(office, kind="excluded")
    assert set(line.policies) == {"水库移民后期扶持", "困难群众补助"}
    assert len(rows_of(office, line)) == 2


def test_silent_villages_untried_phones_and_late_steps(office: Office) -> None:
    assert {line.places[0] for line in found(office, kind="silent")} == {"李家湾", "林溪村", "新华村"}
    assert len(found(office, kind="hotline")) == 6
    assert all(line.lead.page.startswith("batches/2025-") for line in found(office, kind="late"))
    assert not found(office, kind="lists")
    early = replace(office, today=date(2025, 4, 5))  # a quarter that has only begun, a month before its tenth
    assert not [line for line in lead_lines(early, FINANCE) if line.lead.kind in ("silent", "hotline")]


def test_lists_that_are_not_out_in_march(office: Office) -> None:
    later = replace(office, today=date(2026, 3, 1))
    assert [line.lead.words for line in lead_lines(later, FINANCE) if line.lead.kind == "lists"] == [
        "小明县农业农村局2026年的补贴政策清单还没有公布"
    ]
    assert not [
        line for line in lead_lines(replace(later, today=date(2026, 2, 28)), FINANCE) if line.lead.kind == "lists"
    ]


def test_each_sees_what_is_its_business(office: Office) -> None:
    assert {line.lead.kind for line in found(office)} <= set(KINDS)
    assert {place for line in found(office, TOWNSHIP) for place in line.places} == {
        "王村",
        "李家湾",
        "林溪村",
        "东河镇",
    }
    assert not found(office, TOWNSHIP, "excluded")  # of another township
    assert found(office, DEPARTMENT, "excluded")
    other = replace(DEPARTMENT, unit="yh")
    assert [line.lead.kind for line in found(office, other)] == ["hotline"]  # a unit without policies: its own phone
    name = found(office, kind="excluded")[0].lead.name
    with pytest.raises(Refused, match="没有这条线索"):
        lead_page(office, TOWNSHIP, name)
    page = lead_page(office, DISCLOSURE, name)
    assert (page.rows, page.may_say) == (None, False)


def test_rows_of_others_are_counted_and_not_shown(office: Office, tmp_path: Path) -> None:
    with office_in(tmp_path) as here:
        add_staff(here, "town", "东河财政所", "township_finance", "dh")
        near, far = people(1, village="王村")[0], people(1, start=100, village="赵庄")[0]
        make_batch(here, tmp_path, [near, replace(far, account=near.account)])
        (line,) = found(here, TOWNSHIP, "shared")
        page = lead_page(here, TOWNSHIP, line.lead.name)
        assert page.rows is not None
        assert ([row.village for row in page.rows], page.others) == (["王村"], 1)


def test_a_word_settles_for_who_said_it_and_never_hides_from_the_county(tmp_path: Path) -> None:
    with office_in(tmp_path) as office:
        add_staff(office, "town", "东河财政所", "township_finance", "dh")
        make_batch(office, tmp_path, SHARED)

        def shared(actor: Actor) -> LeadLine:
            return found(office, actor, "shared")[0]

        before = today(office, TOWNSHIP)
        settle_lead(office, TOWNSHIP, shared(TOWNSHIP).lead, "nothing", "母女，母亲代管存折")
        assert shared(TOWNSHIP).is_settled
        assert before != today(office, TOWNSHIP)
        assert not shared(FINANCE).is_settled
        assert [word.reason for word in shared(FINANCE).words] == ["母女，母亲代管存折"]
        settle_lead(office, INSPECTOR, shared(INSPECTOR).lead, "referred", "转纪检室核实")
        assert shared(INSPECTOR).is_settled
        assert [word.by for word in shared(TOWNSHIP).words + shared(FINANCE).words] == ["town", "town"]
        settle_lead(office, FINANCE, shared(FINANCE).lead, "true", "已改账号")
        assert shared(FINANCE).is_settled
        assert shared(DEPARTMENT).is_settled
        make_batch(office, tmp_path, SHARED, LAND, "2025+1")  # the facts change: it is there again for everybody
        assert not any(shared(actor).is_settled for actor in (TOWNSHIP, FINANCE, DEPARTMENT, INSPECTOR))
        acts = [row[4] for row in dump(office.ledger)["journal"] if row[2] == "lead.settle"]
        assert len(acts) == 3
        assert not any("存折" in str(detail) for detail in acts)


def test_a_word_needs_a_verdict_a_reason_and_no_personal_data(office: Office) -> None:
    lead = found(office, kind="shared")[0].lead
    for verdict, reason, said in (
        ("guilty", "查过", "请选一个结论"),
        ("true", "", "请写明"),
        ("true", f"电话{13800138000}", "疑似"),
    ):
        with pytest.raises(Refused, match=said):
            settle_lead(office, FINANCE, lead, verdict, reason)
    with pytest.raises(Refused, match="不能办"):
        settle_lead(office, DISCLOSURE, lead, "true", "查过")


def test_what_is_withdrawn_or_returned_gives_no_lead(tmp_path: Path) -> None:
    with office_in(tmp_path) as office:
        make_batch(office, tmp_path, SHARED)
        assert found(office, kind="shared")
        change(office.ledger, "UPDATE batches SET superseded = true")
        assert not found(office, kind="shared")
