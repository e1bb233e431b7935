"""A county whose complaints desk is open, and a villager who fills in its form as a browser without script does."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.office import Office
from portal.queries.follow import Followed, follow
from portal.security.case_keys import CaseKeys
from tests.cases import open_desk
from tests.county import CONTENT, WANGCUN, build, make_site, office_in, published_batch
from tests.service import make_app
from tests.workbooks import people

CLOSED = ("没有开通时，页面上显示电话。\nonline = true", "没有开通时，页面上显示电话。\nonline = false")
"""What to change in site.toml so that nothing is taken in."""
STORY = "今年的耕地补贴到现在没收到，问了两回都说快了"


@dataclass
class Answer:
    """`fields` is what a browser would send again; `text` what a person reads."""

    status: int
    page: str
    headers: Mapping[str, str]

    @property
    def title(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.DOTALL)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", self.page.partition("<main")[2])))

    @property
    def problems(self) -> dict[str, str]:
        summary = re.search(r'<div class="problems".*?</div>', self.page, re.DOTALL)
        return dict(re.findall(r'href="#(\w+)">([^<]+)</a>', summary[0])) if summary else {}

    @property
    def fields(self) -> dict[str, str]:
        form = re.search(r'<form id="complain".*?</form>', self.page, re.DOTALL)
        found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0] if form else ""))
        return {name: html.unescape(value) for name, value in found.items()}

    @property
    def receipt(self) -> str:
        found = re.search(r"data-groups>([\d ]+)<", self.page)
        return found[1].replace(" ", "") if found else ""

    @property
    def number(self) -> str:
        found = re.search(r'data-line="编号">([\d-]+)<', self.page)
        return found[1] if found else ""

    @property
    def proof(self) -> str:
        found = re.search(r"data-proof>([^<]+)<", self.page)
        return found[1] if found else ""


@dataclass
class Villager:
    """Goes from page to page; what is on `answer` travels along."""

    client: FlaskClient
    address: str = "10.0.0.1"
    answer: Answer = field(default_factory=lambda: Answer(0, "", {}))

    def open(self, path: str = "/complain") -> Answer:
        self.answer = self._answered(self.client.get(path, environ_overrides={"REMOTE_ADDR": self.address}))
        return self.answer

    def go(self, to: str = "next", **typed: Any) -> Answer:
        self.answer = self.post("/complain", {**self.answer.fields, **typed, "go": to})
        return self.answer

    def post(self, path: str, form: Mapping[str, Any], **more: Any) -> Answer:
        overrides = {"REMOTE_ADDR": self.address}
        return self._answered(self.client.post(path, data=dict(form), environ_overrides=overrides, **more))

    def fill(self, **changed: Any) -> Answer:
        """Everything up to the last page, on which it is sent."""
        typed = {
            "category": "unpaid", "whom": "village", "area": WANGCUN, "story": STORY, "named": "no", **changed,
        }  # fmt: skip
        self.open()
        self.go(category=typed.pop("category"))
        self.go(whom=typed.pop("whom"), **{name: typed.pop(name, "") for name in ("area", "unit", "person", "policy")})
        self.go(story=typed.pop("story"), when=typed.pop("when", ""))
        return self.go(**typed)

    def file(self, **changed: Any) -> Answer:
        self.fill(**changed)
        return self.go("send")

    def follow(self, receipt: str, **act: str) -> Answer:
        return self.post("/follow", {"receipt": receipt, **act})

    def act(self, receipt: str, act: str, **more: str) -> Answer:
        found = re.search(r'name="turn" value="(\d+)"', self.follow(receipt).page)
        return self.follow(receipt, act=act, turn=found[1] if found else "", **more)

    def _answered(self, found: Any) -> Answer:
        return Answer(found.status_code, found.get_data(as_text=True), found.headers)


@dataclass
class County:
    """`app()` is a fresh service with counters of its own; the ledger is the module's."""

    office: Office
    keys: CaseKeys
    folder: Path
    batch: str

    def app(self, counters: Path, content: Path = CONTENT, **settings: str) -> Flask:
        settings.setdefault("counters_url", f"sqlite:///{counters / 'counters.db'}")
        site = make_site(self.office, self.folder / "office", content)
        return make_app(self.office, site, self.folder / "office", content=str(content), **settings)

    def followed(self, receipt: str) -> Followed:
        found = follow(self.office, self.keys.receipt_hash(receipt))
        assert found is not None
        return found

    def count(self, table: str = "cases") -> int:
        with self.office.ledger.read() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    def sealed(self, number: str, part: str) -> list[tuple[str, bytes]]:
        """(reader, sealed) of the words filed with a case."""
        with self.office.ledger.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT w.reader, w.sealed FROM case_words w JOIN cases c ON c.id = w.case_id"
                " WHERE c.number = ? AND w.part = ? ORDER BY w.id",
                (number, part),
            ).all()
        return [(row[0], bytes(row[1])) for row in rows]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("cases")
    with office_in(folder / "office") as office:
        case_keys = open_desk(office, folder / "office")
        batch = published_batch(office, folder, people(6))
        build(office, make_site(office, folder / "office"))
        yield County(office, case_keys, folder, batch)


@pytest.fixture
def villager(county: County, tmp_path: Path) -> Villager:
    return Villager(county.app(tmp_path).test_client())
