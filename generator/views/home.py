"""The front door, and the pages for when something is not there."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint

from generator.brief import YearInBrief
from generator.catalogue import Catalogue
from generator.shell import HELP_PAGES, help_page
from generator.views.shared import Page, batch_keys, fingerprint_of, here, show

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    return show("home", "首页", "首页", brief=YearInBrief.newest(here().catalogue))


@blueprint.get(f"/<any({','.join(map(repr, HELP_PAGES))}):name>.html")
def help_(name: str) -> str:
    return help_page(name, here().catalogue.site, here().catalogue.today)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    key = fingerprint_of(fingerprint, catalogue.today, batch_keys(catalogue.batches), catalogue.articles.key)
    yield Page("index.html", "home.home", {}, key)
    for name in HELP_PAGES:
        yield Page(f"{name}.html", "home.help_", {"name": name}, fingerprint)
