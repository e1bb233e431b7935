"""A site with a page of every kind, served, and a browser; made once for all browser tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import CHROMIUM, chromium, served
from tests.every_page import EveryPage, every_page


@dataclass
class SiteServer:
    """`url` ends in "/"; `made` says which pages there are."""

    url: str
    made: EveryPage


@pytest.fixture(scope="session")
def site_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteServer]:
    with every_page(tmp_path_factory.mktemp("browser")) as made, served(made.site) as url:
        yield SiteServer(url, made)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed: make test-deps")
    with chromium() as found:
        yield found
