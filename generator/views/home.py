"""The front door, and the page for addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint

from generator.catalogue import Catalogue
from generator.shell import missing_page
from generator.views.shared import Page, batch_keys, fingerprint_of, here, show

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    return show("home", "首页", "首页")


@blueprint.get("/404.html")
def missing() -> str:
    return missing_page(here().catalogue.site, here().catalogue.today)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    key = fingerprint_of(fingerprint, catalogue.today, batch_keys(catalogue.batches))
    yield Page("index.html", "home.home", {}, key)
    yield Page("404.html", "home.missing", {}, fingerprint)
