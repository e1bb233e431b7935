"""How complaints were dealt with: the newest quarter that is over, and each before it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.catalogue import Catalogue
from generator.views.shared import Page, fingerprint_of, here, show
from portal.publication import PublicQuarter

blueprint = Blueprint("cases", __name__)
_COLUMN = "反映办理情况"


@blueprint.get("/cases/")
def newest() -> str:
    return _show(next(iter(here().catalogue.case_quarters), None), _COLUMN)


@blueprint.get("/cases/<code>/")
def quarter(code: str) -> str:
    found = _by_code(here().catalogue).get(code) or abort(404)
    return _show(found, f"{found.quarter.word}{_COLUMN}")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """A quarter is over for good: what makes a new page is a new quarter, in the list that each of them shows."""
    quarters = _by_code(catalogue)
    yield Page(
        "cases/index.html", "cases.newest", {}, fingerprint_of(fingerprint, list(quarters.values())[:1], list(quarters))
    )
    for code, found in quarters.items():
        yield Page(
            f"cases/{code}/index.html",
            "cases.quarter",
            {"code": code},
            fingerprint_of(fingerprint, found, list(quarters)),
        )


def _by_code(catalogue: Catalogue) -> dict[str, PublicQuarter]:
    return {found.quarter.code: found for found in catalogue.case_quarters}


def _show(found: PublicQuarter | None, title: str) -> str:
    description = "群众反映的事收到多少、办结多少、按时没有、结果怎样"
    return show("cases", title, _COLUMN, description, found=found, quarters=here().catalogue.case_quarters)
