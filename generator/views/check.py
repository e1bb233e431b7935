"""Check codes: what stands on a piece of paper, shown as the figures it stands for. Also what is out of date or taken
down.

A table of all codes would be a page too long for a phone, a page for each code too many files: codes that share their
first two characters share a page, and each has an anchor there. Nothing needs the service, or a script.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, abort, current_app

from generator.catalogue import Catalogue, PostingPage
from generator.shell import page_context
from generator.views.shared import Page, fingerprint_of, here, show
from portal.domain.sheets import check_code

SHELF: Final = "check.shelf"
blueprint = Blueprint("check", __name__)


@dataclass(frozen=True)
class Code:
    """A check code and what became of the paper: `page` is the posting that its place and batch show today, if any;
    `is_current` says whether that is the one that the code stands for."""

    code: str
    page: PostingPage | None
    is_current: bool
    title: str

    @property
    def anchor(self) -> str:
        return self.code.replace("-", "")

    @property
    def key(self) -> tuple[str, str, bool]:
        return self.code, self.page.key if self.page else "", self.is_current


@blueprint.get("/check/")
def overview() -> str:
    prefixes = sorted(_codes(current_app, here().catalogue))
    return show("check", "核对一张纸", "核对", "照着公示单上的核对码，看纸上的数和网上的一样不一样", prefixes=prefixes)


@blueprint.get("/check/<prefix>/")
def shelf(prefix: str) -> str:
    return shelf_page(current_app, here().catalogue, prefix)


def shelf_page(app: Flask, catalogue: Catalogue, prefix: str) -> str:
    """The codes that begin so. Needs no request: a county has hundreds of these pages, made in bulk."""
    codes = _codes(app, catalogue).get(prefix) or abort(404)
    context = page_context(catalogue.site, catalogue.today, "../../", f"核对码{prefix}开头的公示单", "核对")
    template = app.jinja_env.get_template("pages/check_shelf.html")
    return template.render(**context, catalogue=catalogue, prefix=prefix, codes=codes)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    shelves = by_prefix(catalogue)
    yield Page("check/index.html", "check.overview", {}, fingerprint_of(fingerprint, sorted(shelves)))
    for prefix, codes in sorted(shelves.items()):
        key = fingerprint_of(fingerprint, [code.key for code in codes])
        yield Page(f"check/{prefix}/index.html", SHELF, {"prefix": prefix}, key)


def by_prefix(catalogue: Catalogue) -> dict[str, Sequence[Code]]:
    """Every code that was ever published, by its first two characters."""
    shown = {(page.posting.batch, page.posting.area): page for page in catalogue.postings}
    shelves: dict[str, list[Code]] = defaultdict(list)
    for page in catalogue.postings:
        code = check_code(page.posting.sha256)
        shelves[code[:2]].append(Code(code, page, True, page.title))
    for batch, area, sha256 in catalogue.earlier:
        code, now = check_code(sha256), shown.get((batch, area))
        if now is None or now.posting.sha256 != sha256:
            shelves[code[:2]].append(Code(code, now, False, now.title if now else ""))
    return {prefix: sorted(codes, key=lambda code: code.code) for prefix, codes in shelves.items()}


def _codes(app: Flask, catalogue: Catalogue) -> dict[str, Sequence[Code]]:
    """All codes, put into order once for an app."""
    if "check_codes" not in app.extensions:
        app.extensions["check_codes"] = by_prefix(catalogue)
    found: dict[str, Sequence[Code]] = app.extensions["check_codes"]
    return found
