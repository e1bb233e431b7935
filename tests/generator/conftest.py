"""A county's whole site, built once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.site import PublicSite
from portal.office import Office
from tests.county import (
    ELDERS,
    HARDSHIP,
    LAND,
    build,
    everywhere,
    make_batch,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
)
from tests.every_page import EveryPage, every_page
from tests.generator.published import Published, published_county
from tests.workbooks import Person, people


@dataclass(frozen=True)
class Built:
    office: Office
    site: PublicSite
    folder: Path

    @property
    def root(self) -> Path:
        root = self.site.root()
        assert root is not None
        return root


def fill(office: Office, folder: Path) -> None:
    """Batches of every kind: disclosed with returned and held rows, totals only, on notice, withdrawn, not reviewed."""
    rolls = [*everywhere(7), Person(71, village="没有这个村"), Person(72, amount="1")]
    published_batch(office, folder, rolls, returned={0: "销户", 1: "挂失"})
    published_batch(office, folder, [*everywhere(3), *people(9, start=40, village="赵庄")], HARDSHIP)
    elders = [replace(person, quantity=None, amount="300") for person in everywhere(5)]
    noticed_batch(office, folder, elders, ELDERS)
    gone = published_batch(office, folder, people(6, start=300), LAND, "2025+1")
    step(office, gone, "withdraw", "reviewer", 18, reason="公开错了")
    make_batch(office, folder, people(6, start=500), LAND, "2025+2")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("site")
    with office_in(folder / "office") as office:
        fill(office, folder)
        site = make_site(office, folder / "office")
        build(office, site)
        yield Built(office, site, folder)


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EveryPage]:
    """A site with a page of every kind, for the tests that look at all of them and change nothing."""
    with every_page(tmp_path_factory.mktemp("every-page")) as made:
        yield made


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A county whose sums were counted by hand; for tests that change nothing."""
    with published_county(tmp_path_factory.mktemp("published")) as published:
        yield published
