"""The hall, the service in it, and a kiosk on its front screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.kiosk.hall import (
    PERSON,
    Hall,
    Server,
    machine,
)
from tests.county import (
    HARDSHIP,
    LAND,
    build,
    make_batch,
    make_site,
    office_in,
    published_batch,
)
from tests.workbooks import people


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with office_in(folder / "office") as office:
        listed = [*people(12), replace(PERSON, quantity=Decimal(2), amount="190")]
        published = published_batch(office, folder, listed)
        published_batch(office, folder, [replace(person, quantity=None) for person in people(12)], HARDSHIP)
        assert make_batch(office, folder, [PERSON], LAND, "2025+2").batch
        build(office, make_site(office, folder / "office"))
        yield Hall(office, folder, published)


@pytest.fixture
def server(hall: Hall) -> Iterator[Server]:
    with hall.served() as server:
        yield server


@pytest.fixture
def page(browser: Browser, hall: Hall, server: Server) -> Iterator[Page]:
    """A kiosk, on its front screen."""
    with machine(browser) as page:
        hall.set_up(page, server.url)
        yield page
