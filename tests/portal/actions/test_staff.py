"""Staff accounts: who may be what, what ends sessions, codes that are good once, and who is left to mend things."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.actions import staff
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.staff import Account, must_be_good_password
from portal.office import Office
from portal.queries.staff import account_of, everybody
from tests.county import office_in
from tests.ledger_dump import dump

HASH = "$argon2id$stands for one"
SEALED = '{"enckey":"stands for one"}'


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with office_in(tmp_path, url) as office:
        yield office


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.findings[0].code


def able(office: Office, name: str) -> Account:
    staff.reset_password(office, staff.CONSOLE, name, HASH)
    return account_of(office, name)


def test_staff_have_one_name_a_known_role_and_a_known_unit(office: Office) -> None:
    staff.add_staff(office, "newcomer", "新来的", "station", "nyj")
    assert "newcomer" in {account.name for account in everybody(office)}
    assert not account_of(office, "newcomer").may_sign_in
    for name, role, unit, code in (
        ("newcomer", "station", "nyj", "staff.taken"),
        ("another", "king", "nyj", "role.unknown"),
        ("another", "station", "nosuch", "unit.unknown"),
        ("张三", "station", "nyj", "staff.name"),
        ("1st", "station", "nyj", "staff.name"),
    ):
        with pytest.raises(Refused) as refused:
            staff.add_staff(office, name, name, role, unit)
        assert code_of(refused) == code


def test_a_name_is_not_given_to_somebody_else_after_its_owner_left(office: Office) -> None:
    staff.deactivate(office, staff.CONSOLE, "banker")
    with pytest.raises(Refused) as refused:
        staff.add_staff(office, "banker", "x", "bank", "yh")
    assert code_of(refused) == "staff.taken"


@pytest.mark.parametrize(
    "act",
    [
        lambda office, by: staff.add_staff(office, "friend", "x", "bank", "yh", by=by),
        lambda office, by: staff.change_staff(office, by, "banker", "x", "admin", "yh"),
        lambda office, by: staff.deactivate(office, by, "chief"),
        lambda office, by: staff.reactivate(office, by, "banker"),
        lambda office, by: staff.reset_password(office, by, "chief", HASH),
        lambda office, by: staff.reset_factor(office, by, "chief"),
        lambda office, by: staff.end_sessions(office, by, "chief"),
    ],
)
def test_only_an_administrator_changes_accounts(office: Office, act: Callable[[Office, Actor], None]) -> None:
    before = dump(office.ledger)
    with pytest.raises(Refused) as refused:
        act(office, account_of(office, "accountant").actor)
    assert code_of(refused) == "staff.role"
    assert dump(office.ledger) == before


def test_unknown_people_are_refused(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        staff.deactivate(office, staff.CONSOLE, "nobody")
    assert code_of(refused) == "staff.unknown"


def test_somebody_is_left_who_can_sign_in_as_administrator(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        staff.deactivate(office, staff.CONSOLE, "chief")
    assert code_of(refused) == "staff.last_admin"
    able(office, "chief")
    staff.add_staff(office, "deputy", "x", "admin", "czj")
    for act in (
        lambda: staff.deactivate(office, staff.CONSOLE, "chief"),
        lambda: staff.change_staff(office, staff.CONSOLE, "chief", "x", "finance", "czj"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "staff.last_admin"
    staff.change_staff(office, staff.CONSOLE, "chief", "另一个称呼", "admin", "czj")
    able(office, "deputy")
    staff.deactivate(office, staff.CONSOLE, "chief")


def test_the_first_administrator_is_made_once(office: Office) -> None:
    staff.add_first_admin(office, "first", "czj", HASH)
    assert account_of(office, "first").must_change
    with pytest.raises(Refused) as refused:
        staff.add_first_admin(office, "another", "czj", HASH)
    assert code_of(refused) == "staff.first"


def test_a_code_is_good_once_and_never_an_older_one(office: Office) -> None:
    staff.sign_in(office, able(office, "chief"), 100, SEALED)
    account = account_of(office, "chief")
    for counter in (100, 99):
        with pytest.raises(Refused) as refused:
            staff.sign_in(office, account, counter)
        assert code_of(refused) == "factor.used"
    staff.sign_in(office, account, 101)


def test_of_many_at_once_with_one_code_a_single_one_gets_in(office: Office) -> None:
    staff.sign_in(office, able(office, "chief"), 100, SEALED)
    account = account_of(office, "chief")

    def gets_in(_: int) -> bool:
        try:
            staff.sign_in(office, account, 101)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(gets_in, range(8))) == 1


def test_without_a_code_nobody_gets_in_who_needs_one(office: Office) -> None:
    clerk = able(office, "village-clerk")
    staff.sign_in(office, clerk)
    with pytest.raises(Refused) as refused:
        staff.sign_in(office, able(office, "chief"))
    assert code_of(refused) == "factor.missing"
    staff.set_own_factor(office, clerk, 1, SEALED)
    with pytest.raises(Refused) as refused:
        staff.sign_in(office, account_of(office, "village-clerk"))
    assert code_of(refused) == "factor.missing"


def test_a_phone_that_is_bound_is_not_replaced_by_whoever_knows_the_password(office: Office) -> None:
    staff.sign_in(office, able(office, "chief"), 100, SEALED)
    account = account_of(office, "chief")
    for act in (
        lambda: staff.sign_in(office, account, 101, "another"),
        lambda: staff.set_own_factor(office, account, 101, "another"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "factor.set"
    assert account_of(office, "chief").factor == SEALED


def test_what_was_begun_before_a_change_is_not_ended_after_it(office: Office) -> None:
    old = able(office, "village-clerk")
    staff.end_sessions(office, staff.CONSOLE, "village-clerk")
    for act in (
        lambda: staff.sign_in(office, old),
        lambda: staff.change_own_password(office, old, HASH),
        lambda: staff.set_own_factor(office, old, 1, SEALED),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "staff.stale"


def test_each_new_person_stands_for_another_session(office: Office) -> None:
    found = [account.uniquifier for account in everybody(office)]
    assert len(set(found)) == len(found)
    assert all(len(uniquifier) == 32 for uniquifier in found)


def test_the_journal_says_what_was_done_and_no_secret(office: Office) -> None:
    chief = able(office, "chief")
    staff.sign_in(office, chief, 100, SEALED)
    staff.change_own_password(office, account_of(office, "chief"), HASH)
    staff.sign_out(office, account_of(office, "chief"))
    entries = [list(row) for row in dump(office.ledger)["journal"]]
    told = [(row[2], row[3], json.loads(row[4])) for row in entries if row[2].startswith("staff.")][-5:]
    assert told == [
        ("staff.password_reset", "system (test)", {"name": "chief"}),
        ("staff.factor_set", "chief (test)", {}),
        ("staff.signed_in", "chief (test)", {"factor": True}),
        ("staff.password_changed", "chief (test)", {}),
        ("staff.signed_out", "chief (test)", {}),
    ]
    assert not any(secret in str(entries) for secret in (HASH, SEALED, chief.uniquifier))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("123456789", "password.short"),
        ("一二三四五六七八九", "password.short"),
        ("Some-Clerk-1", "password.name"),
        ("QQ123456789", "password.common"),
        ("1234567890", "password.common"),
    ],
)
def test_the_rule_for_passwords(password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        must_be_good_password(password, "some-clerk-1")
    assert code_of(refused) == code


def test_a_long_password_needs_nothing_else() -> None:
    must_be_good_password("一二三四五六七八九十", "some-clerk-1")
    must_be_good_password("plainwords", "some-clerk-1")


def test_an_account_shows_no_secret_of_its_own(office: Office) -> None:
    assert HASH not in repr(able(office, "chief"))
