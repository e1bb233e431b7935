"""Look-up at the window: everything of the person who is there, journaled, counted, never kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.actions.staff import CONSOLE, add_staff
from portal.actions.window import open_at_window
from portal.counters.attempts import Attempts
from portal.counters.store import open_store
from portal.domain.findings import Refused
from portal.domain.units import Unit
from portal.domain.window import A_DAY, GROUNDS, within
from portal.ledger import registers
from portal.office import Office
from portal.security import keys
from tests.county import COUNTY, DONGHE, HARDSHIP, LIJIAWAN, make_site, published_batch
from tests.ledger_dump import bytes_of, dump
from tests.service import make_app
from tests.staff import Visitor, give_password, said, visitor
from tests.workbooks import Person, people

PERSONS = people(6)
POOR = PERSONS[2]


@pytest.fixture
def published(office: Office, tmp_path: Path) -> Office:
    published_batch(office, tmp_path, PERSONS)
    published_batch(office, tmp_path, [replace(person, quantity=None, amount="321.5") for person in PERSONS], HARDSHIP)
    return office


@pytest.fixture
def clerk(published: Office, app: Flask) -> Visitor:
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    return clerk


def ask(clerk: Visitor, person: Person = POOR, **changed: str) -> object:
    return clerk.post("window", **{"id": person.id, "name": person.name, "ground": "present", **changed})


def journaled(office: Office) -> list[dict[str, object]]:
    return [json.loads(str(row[4])) for row in dump(office.ledger)["journal"] if row[2] == "lookup.window"]


def test_a_process_for_the_desk_alone_has_the_window(published: Office, tmp_path: Path) -> None:
    """The templates that it shares with look-up are not look-up's."""
    keys.export_keys(tmp_path / "keys", "desk", tmp_path / "desk-keys")
    site = make_site(published, tmp_path)
    person = visitor(make_app(published, site, tmp_path, role="desk", keys=str(tmp_path / "desk-keys")))
    person.sign_in("village-clerk")
    assert person.get("window").status_code == 200


def test_the_window_shows_everything_and_writes_down_that_it_did(clerk: Visitor, published: Office) -> None:
    answer = said(ask(clerk))
    assert "190.00元" in answer
    assert "321.50元" in answer  # sensitive: the ID card was seen
    assert journaled(published) == [{"ground": "present", "payments": 2}]
    signature = [row[3] for row in dump(published.ledger)["journal"] if row[2] == "lookup.window"]
    assert signature == ["village-clerk (desk)"]


def test_what_says_something_about_health_is_shown_at_the_person_s_own_window_only(
    published: Office, app: Flask, tmp_path: Path
) -> None:
    with published.ledger.write() as connection:
        registers.save_units(connection, [Unit("lj", "李家湾村委会", "village", LIJIAWAN, "0999-5301009")])
    add_staff(published, "neighbour", "邻村", "village", "lj")
    give_password(published, tmp_path, "neighbour")
    elsewhere = visitor(app, "192.0.2.8")
    elsewhere.sign_in("neighbour")
    answer = said(ask(elsewhere))
    assert "190.00元" in answer
    assert "321.50" not in answer
    assert "请到户口所在地的窗口查" in answer


def test_a_unit_has_the_places_it_works_in() -> None:
    assert within(LIJIAWAN) == LIJIAWAN
    assert within(DONGHE) == DONGHE[:9]
    assert within(COUNTY) == ""
    assert not LIJIAWAN.startswith(within(""))


def test_the_administrator_opens_no_record(published: Office, app: Flask) -> None:
    chief = visitor(app, "192.0.2.9")
    chief.sign_in("chief")
    chief.set_up_factor()
    assert chief.get("window").status_code == 403
    assert "窗口代查" not in chief.text("")
    with pytest.raises(Refused, match="您的角色不办"):
        open_at_window(published, Attempts(open_store("memory://")), CONSOLE, POOR.id, "present", 1)


def test_a_person_who_is_not_in_any_list_is_told_so_and_that_is_journaled_too(
    clerk: Visitor, published: Office
) -> None:
    assert "没有这个人的记录" in said(ask(clerk, people(1, start=500)[0], ground="entrusted"))
    assert journaled(published) == [{"ground": "entrusted", "payments": 0}]


def test_without_a_ground_nothing_is_shown(clerk: Visitor, published: Office) -> None:
    for ground in ("", "curiosity"):
        answer = ask(clerk, ground=ground)
        assert answer.status_code == 409  # type: ignore[attr-defined]
        assert "看了什么证件" in said(answer)
        assert "190.00" not in said(answer)
    assert journaled(published) == []


def test_what_cannot_be_right_is_told_and_not_put_back(clerk: Visitor, published: Office) -> None:
    answer = ask(clerk, id=POOR.id[:17])
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "位数不对" in said(answer)
    assert POOR.id[:17] not in answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert journaled(published) == []


def test_the_person_sees_how_often_the_record_was_opened(clerk: Visitor) -> None:
    assert "窗口，1次" in said(ask(clerk))
    assert "窗口，2次" in said(ask(clerk))


def test_no_more_than_a_busy_window_serves(clerk: Visitor, published: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert A_DAY == 150
    monkeypatch.setattr("portal.actions.window.A_DAY", 2)
    assert [ask(clerk).status_code for _ in range(3)] == [200, 200, 409]  # type: ignore[attr-defined]
    assert len(journaled(published)) == 2


def test_without_the_counters_nothing_is_shown(published: Office, tmp_path: Path) -> None:
    app = make_app(published, make_site(published, tmp_path), tmp_path)
    clerk = visitor(app)
    clerk.sign_in("village-clerk")
    for path in tmp_path.glob("counters.db*"):
        path.unlink()
    (tmp_path / "counters.db").mkdir()
    app = make_app(published, make_site(published, tmp_path), tmp_path)
    again = visitor(app)
    again.client._cookies = clerk.client._cookies
    answer = ask(again)
    assert answer.status_code == 503  # type: ignore[attr-defined]
    assert "190.00" not in said(answer)
    assert journaled(published) == []


@pytest.mark.parametrize("name", ["banker", "inspector"])
def test_others_have_no_window(published: Office, app: Flask, name: str) -> None:
    other = visitor(app)
    other.sign_in(name)
    assert other.get("window").status_code in (303, 403)


def test_whom_staff_looked_up_is_nowhere(clerk: Visitor, published: Office, tmp_path: Path) -> None:
    ask(clerk)
    ask(clerk, ground="guardian")
    found = [
        path.name
        for path, data in bytes_of(tmp_path)
        if path.suffix not in (".xlsx",) and (POOR.id.encode() in data or POOR.name.encode() in data)
    ]
    assert found == []


def test_every_ground_names_what_was_seen() -> None:
    assert all("看" in words for words in GROUNDS.values())
