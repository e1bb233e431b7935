"""mingbai staff: the console makes the first account and mends what cannot be mended at the desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.actions.setup import open_demo_desk
from portal.actions.staff import add_staff
from portal.queries.staff import account_of
from tests.command_line import make_instance, run, run_json
from tests.county import CONTENT, make_site, office_in, open_office
from tests.ledger_dump import dump
from tests.service import make_app
from tests.staff import visitor


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return make_instance(tmp_path)


def initial_in(words: str) -> str:
    found = re.search(r"初始密码 ([a-z2-9]{12})$", words, re.MULTILINE)
    assert found, words
    return found[1]


def test_the_first_administrator_signs_in_with_what_was_printed(instance: Path) -> None:
    done = run(instance, "staff", "first-admin", "boss", "--unit", "czj")
    assert done.returncode == 0, done.stderr
    office = open_office(instance)
    app = make_app(office, make_site(office, instance), instance)
    assert visitor(app).sign_in("boss", initial_in(done.stdout)).location == "/desk/second-factor/set-up"
    assert initial_in(done.stdout) not in str(dump(office.ledger))
    assert "system (console:" in str(dump(office.ledger)["journal"])
    office.ledger.close()
    again = run(instance, "staff", "first-admin", "other", "--unit", "czj")
    assert again.returncode == 1
    assert "已经有能登录的系统管理员：boss" in again.stderr


def test_passwords_roles_and_phones_are_mended(instance: Path) -> None:
    first, second = (run(instance, "staff", "password", "banker").stdout for _ in range(2))
    assert initial_in(first) != initial_in(second)
    assert run(instance, "staff", "role", "banker", "--role", "station", "--unit", "dh").returncode == 0
    assert run(instance, "staff", "reset-factor", "banker").returncode == 0
    found = next(person for person in run_json(instance, "staff", "list")["staff"] if person["name"] == "banker")
    assert found == {
        "name": "banker",
        "display": "banker",
        "role": "station",
        "unit": "dh",
        "active": True,
        "may_sign_in": True,
        "second_factor": False,
    }
    assert run(instance, "staff", "deactivate", "banker").returncode == 0
    assert "已停用" in next(line for line in run(instance, "staff", "list").stdout.splitlines() if "banker" in line)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("password", "nobody"), "没有登记过"),
        (("deactivate", "chief"), "最后一个系统管理员"),
        (("reset-factor", "nobody"), "没有登记过"),
        (("role", "chief", "--role", "bank", "--unit", "yh"), "最后一个系统管理员"),
        (("role", "banker", "--role", "bank", "--unit", "nosuch"), "没有登记过的单位"),
    ],
)
def test_what_cannot_be_is_refused_in_words(instance: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run(instance, "staff", *arguments)
    assert done.returncode == 1
    assert words in done.stderr


def test_everybody_of_the_demo_gets_one_password_once(tmp_path: Path) -> None:
    with office_in(tmp_path) as office:
        add_staff(office, "guanli", "系统管理员", "admin", "czj")
        add_staff(office, "malin", "王村村委会文书", "village", "czj")
        made = [open_demo_desk(office, CONTENT, lambda: ("shown once", "$hash$")) for _ in range(2)]
        assert made == ["shown once", ""]
        assert all(account_of(office, name).must_change for name in ("guanli", "malin"))


def test_who_left_takes_no_more_steps(tmp_path: Path) -> None:
    with office_in(tmp_path):
        assert run(tmp_path, "staff", "deactivate", "accountant").returncode == 0
        done = run(tmp_path, "areas", "alias", "老王庄", "990199101201", "--by", "accountant")
    assert "没有登记过的工作人员" in done.stderr
