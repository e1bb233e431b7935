"""A site with a page of every kind, served; made once for all browser tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.serving import served
from tests.every_page import EveryPage, every_page

expect.set_options(timeout=45_000)  # what comes, comes sooner; a busy machine may need it


@dataclass
class SiteServer:
    """`url` ends in "/"; `made` says which pages there are."""

    url: str
    made: EveryPage


@pytest.fixture(scope="session")
def site_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteServer]:
    with every_page(tmp_path_factory.mktemp("browser")) as made, served(made.app()) as url:
        yield SiteServer(url, made)
