"""The money overview: all years, and each year."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.catalogue import Catalogue
from generator.money import Money, money_path, years_of
from generator.views.shared import Page, fingerprint_of, here, show

blueprint = Blueprint("money", __name__)


@blueprint.get("/money/")
def all_years() -> str:
    return _overview(None, "补贴资金总账")


@blueprint.get("/money/<int:year>/")
def one_year(year: int) -> str:
    if year not in years_of(here().catalogue):
        abort(404)
    return _overview(year, f"{year}年补贴资金总账")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    key = fingerprint_of(fingerprint, Money(catalogue, None).key)
    yield Page("money/index.html", "money.all_years", {}, key)
    for year in years_of(catalogue):
        key = fingerprint_of(fingerprint, Money(catalogue, year).key)
        yield Page(money_path(year) + "index.html", "money.one_year", {"year": year}, key)


def _overview(year: int | None, title: str) -> str:
    catalogue = here().catalogue
    return show("money", title, "发放信息", money=Money(catalogue, year), years=years_of(catalogue))
