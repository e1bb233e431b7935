"""Nobody opens a page of the desk unless the page says who may, and no form is taken that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.actions import staff
from portal.desk.access import OPEN, allowed, rule_of
from portal.domain.batches import ROLES
from portal.domain.findings import Refused
from portal.office import Office
from portal.security import keys
from tests.county import make_site
from tests.service import make_app
from tests.staff import Visitor, said, visitor

ADMIN_ONLY = {"desk.people", "desk.add_person", "desk.person", "desk.give_password", "desk.act_on"}


def desk_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]


def address(rule: Rule) -> str:
    code = "tell" if rule.endpoint == "desk.act_on_handover" else "accept"
    values = {"name": "village-clerk", "act": "end_sessions", "code": code}
    path = rule.build({key: values.get(key, 1) for key in rule.arguments})
    assert path is not None
    return path[1]


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    with app.app_context():
        silent = {rule.endpoint for rule in desk_rules(app) if rule_of(rule.endpoint) is None}
    assert silent == OPEN
    assert {"desk.sign_in", "desk.second_factor", "desk.set_up_factor"} == OPEN


def test_the_library_brings_no_pages_of_its_own(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert not any(name.startswith(("security", "fs", "static")) for name in endpoints)
    assert not {"users", "roles"} & set(app.cli.commands)


def test_nothing_opens_without_signing_in(app: Flask) -> None:
    for rule in desk_rules(app):
        if rule.endpoint in OPEN:
            continue
        guest = visitor(app)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = guest.client.open(address(rule), method=method)
        assert (answer.status_code, answer.location) in ((303, "/desk/sign-in"), (400, None)), rule.endpoint


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
def test_the_administrators_pages_are_closed_to_all_other_roles(app: Flask, office: Office, role: str) -> None:
    staff.change_staff(office, staff.CONSOLE, "banker", "x", role, "yh")
    person = visitor(app)
    if person.sign_in("banker").location.endswith("set-up"):
        person.set_up_factor()
    before = staff_rows(office)
    for rule in desk_rules(app):
        if rule.endpoint in ADMIN_ONLY:
            path = address(rule).removeprefix("/desk/")
            answer = person.get(path) if "GET" in (rule.methods or ()) else person.post(path, "password")
            assert answer.status_code == 403, rule.endpoint
            assert "您的角色不办这件事" in said(answer)
    assert staff_rows(office) == before
    assert "工作人员账号" not in person.text("")


def test_a_page_without_a_rule_is_closed_to_everybody(office: Office, tmp_path: Path) -> None:
    app = make_app(office, make_site(office, tmp_path), tmp_path)
    app.add_url_rule("/desk/forgotten", "desk.forgotten", lambda: "secret")
    person = visitor(app)
    person.sign_in("village-clerk")
    assert person.get("forgotten").status_code == 403


def test_a_rule_for_a_role_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="king"):
        allowed("king")


def test_every_form_carries_a_token(app: Flask) -> None:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    for rule in desk_rules(app):
        if "POST" in (rule.methods or ()):
            for data in ({}, {"csrf_token": "forged"}):
                answer = clerk.client.post(address(rule), data=data)
                assert answer.status_code == 400, rule.endpoint
                assert "放得太久" in said(answer)
    assert clerk.is_in()


def test_anothers_token_is_no_token(app: Flask) -> None:
    clerk, other = visitor(app), visitor(app)
    for person in (clerk, other):
        person.sign_in("village-clerk")
    token = other.text("password").partition('name="csrf_token" value="')[2].partition('"')[0]
    assert clerk.client.post("/desk/sign-out", data={"csrf_token": token}).status_code == 400


def test_a_refusal_that_no_form_took_is_still_said_in_words(app: Flask) -> None:
    chief = signed_in_chief(app)
    answer = chief.get("staff/nobody")
    assert answer.status_code == 409
    assert "没有登记过的工作人员“nobody”" in said(answer)


def test_answers_of_the_desk_are_kept_nowhere(app: Flask) -> None:
    clerk = visitor(app)
    for path in ("", "sign-in", "nothing-here"):
        assert clerk.get(path).headers["Cache-Control"] == "no-store"
    clerk.sign_in("village-clerk")
    for path in ("", "password", "staff"):
        assert clerk.get(path).headers["Cache-Control"] == "no-store"


def test_what_is_nowhere_under_the_desk_is_the_public_pages_matter(app: Flask) -> None:
    assert visitor(app).get("nothing-here").status_code in (404, 503)


def test_a_public_process_has_no_desk_and_needs_no_key_of_it(office: Office, tmp_path: Path) -> None:
    keys.export_keys(tmp_path / "keys", "public", tmp_path / "public-keys")
    app = make_app(office, make_site(office, tmp_path), tmp_path, role="public", keys=str(tmp_path / "public-keys"))
    assert desk_rules(app) == []
    assert app.secret_key is None


def test_a_desk_process_needs_its_key(office: Office, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(Refused, match=keys.DESK_SESSION):
        make_app(office, make_site(office, tmp_path), tmp_path, role="desk", keys=str(tmp_path / "none"))


def signed_in_chief(app: Flask) -> Visitor:
    chief = visitor(app)
    chief.sign_in("chief")
    chief.set_up_factor()
    return chief


def staff_rows(office: Office) -> object:
    with office.ledger.read() as connection:
        from portal.ledger.accounts import all_accounts

        return [account for account in all_accounts(connection) if account.name != "banker"]
