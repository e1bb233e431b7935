"""A county in which people have payments of every kind, and the service that answers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from portal.office import Office
from tests.county import ELDERS, HARDSHIP, LAND, build, make_batch, make_site, noticed_batch, office_in, published_batch
from tests.service import make_app
from tests.workbooks import Person, people

NAME = "王秀英"
HELD = Person(60, amount="1").filled()


@dataclass
class County:
    """`app()` is a fresh service with counters of its own."""

    office: Office
    folder: Path
    persons: list[Person]

    def app(self, counters: Path, **settings: str) -> Flask:
        site = make_site(self.office, self.folder / "office")
        settings.setdefault("counters_url", f"sqlite:///{counters / 'counters.db'}")
        return make_app(self.office, site, self.folder / "office", **settings)


def fill(office: Office, folder: Path) -> list[Person]:
    """Of twelve people in Wangcun: land paid, the first sent back by the bank; hardship for the first six (totals in
    public); the elders' list on notice for the first three; a second land payment not reviewed yet for number 4; a row
    that is held; number 40 has hardship and nothing else."""
    persons = people(12)
    published_batch(office, folder, [*persons, HELD], returned={0: "销户"})
    poor = [replace(person, quantity=None, amount="321.5") for person in [*persons[:6], *people(1, start=40)]]
    published_batch(office, folder, poor, HARDSHIP, "2025Q1")
    elders = [replace(person, quantity=None, amount="80") for person in persons[:6]]
    noticed_batch(office, folder, elders, ELDERS, "2025H1")
    make_batch(office, folder, persons[4:5], LAND, "2025+1")
    build(office, make_site(office, folder / "office"))
    return persons


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("lookup")
    with office_in(folder / "office") as office:
        yield County(office, folder, fill(office, folder))
