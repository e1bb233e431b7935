"""Atom feeds of the county, each township and each village; the sitemap; robots.txt."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort

from generator import feeds
from generator.catalogue import Catalogue, PostingPage
from generator.views.shared import Page, fingerprint_of, here

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.xml")
def county() -> Response:
    catalogue = here().catalogue
    return _atom(catalogue.county.name, "", catalogue.postings)


@blueprint.get("/townships/<code>/feed.xml")
def township(code: str) -> Response:
    page = here().townships.get(code) or abort(404)
    return _atom(page.area.name, page.path, page.postings)


@blueprint.get("/villages/<code>/feed.xml")
def village(code: str) -> Response:
    page = here().villages.get(code) or abort(404)
    return _atom(page.township.name + page.area.name, page.path, [*page.postings, *page.merged])


@blueprint.get("/sitemap.xml", defaults={"part": 0})
@blueprint.get("/sitemap-<int(min=1):part>.xml")
def sitemap(part: int) -> Response:
    found = feeds.sitemaps(here().catalogue.site, here().findable())
    if part >= len(found):
        abort(404)
    return Response(found[part], mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    return Response(feeds.robots(here().catalogue.site), mimetype="text/plain")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """All but the sitemap, which is made from the list of all pages (see `sitemap_pages`)."""
    yield Page("robots.txt", "feeds.robots", {}, fingerprint)
    yield Page("feed.xml", "feeds.county", {}, fingerprint_of(fingerprint, feeds.feed_key(catalogue.postings)))
    for township in catalogue.townships:
        key = fingerprint_of(fingerprint, feeds.feed_key(township.postings))
        yield Page(township.path + "feed.xml", "feeds.township", {"code": township.area.code[:9]}, key)
    for village in catalogue.villages:
        key = fingerprint_of(fingerprint, feeds.feed_key([*village.postings, *village.merged]))
        yield Page(village.path + "feed.xml", "feeds.village", {"code": village.area.code}, key)


def sitemap_pages(catalogue: Catalogue, fingerprint: str, paths: list[str]) -> Iterator[Page]:
    """The sitemap of these files, in parts where there are too many."""
    key = fingerprint_of(fingerprint, sorted(paths))
    for part in range(feeds.sitemap_count(len(paths))):
        yield Page(f"sitemap-{part}.xml" if part else "sitemap.xml", "feeds.sitemap", {"part": part}, key)


def _atom(title: str, folder: str, found: list[PostingPage]) -> Response:
    data = feeds.atom(here().catalogue, title, folder, found)
    return Response(data, mimetype="application/atom+xml")
