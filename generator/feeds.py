"""What readers' programs fetch: Atom feeds of the newest postings, the sitemap, robots.txt.

All three leave the site, so their links are absolute (`site.url`). The same catalogue gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from generator.catalogue import Catalogue, PostingPage
from generator.site_text import SiteText
from portal.domain.money import grouped

NEWEST: Final = 50
"""A feed holds this many postings at most."""
SITEMAP_LIMIT: Final = 50_000
"""URLs in one sitemap, as sitemaps.org allows."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_TAG_DATE: Final = "2026"
"""Since when the site's owner holds its domain (RFC 4151): fixed, so that an id never changes."""
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_PAGE: Final = "index.html"


def newest(pages: Iterable[PostingPage]) -> list[PostingPage]:
    """The postings that a feed holds, newest first; those of one day by batch and place."""
    by_place = sorted(pages, key=lambda page: page.path)
    by_batch = sorted(by_place, key=lambda page: page.batch.number, reverse=True)
    return sorted(by_batch, key=lambda page: page.posting.facts["published"], reverse=True)[:NEWEST]


def feed_key(pages: Iterable[PostingPage]) -> list[tuple[int, str]]:
    """Changes whenever the feed of these postings does; names and titles stand in the build's own fingerprint."""
    return [(page.posting.id, page.posting.sha256) for page in newest(pages)]


def atom(catalogue: Catalogue, title: str, folder: str, pages: Iterable[PostingPage]) -> bytes:
    """The feed of a place; `folder` is where its page and its feed.xml lie ("" for the county).

    A place without postings has a feed without entries, as old as the newest policy list.
    """
    site, entries = catalogue.site, newest(pages)
    lists = max((listing.approved_on.isoformat() for listing in catalogue.lists), default=date.min.isoformat())
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _add(root, "id", _tag(site, "feed", folder.rstrip("/") or "county"))
    _add(root, "title", f"{title}补贴公示公开")
    _add(root, "updated", _midnight(entries[0].posting.facts["published"] if entries else lists))
    _add(_add(root, "author"), "name", site.meta["publisher"])
    _add(root, "link", rel="alternate", type="text/html", href=site.url + folder)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{site.url}{folder}feed.xml")
    for page in entries:
        facts, tally = page.posting.facts, page.tally
        entry = _add(root, "entry")
        _add(entry, "id", _tag(site, page.path.rstrip("/"), page.posting.kind))
        _add(entry, "title", page.title)
        _add(entry, "updated", _midnight(facts["published"]))
        _add(entry, "link", rel="alternate", type="text/html", href=site.url + page.path)
        _add(entry, "category", term=page.posting.kind, label=page.kind_word)
        on_notice = page.posting.kind == "notice"
        so_far = f"公示到{facts['until']}（当天也算）" if on_notice else f"已到账{grouped(tally.paid_fen)}元"
        _add(entry, "summary", f"{tally.rows}笔，{grouped(tally.fen)}元；{so_far}。")
    return _written(root)


def sitemap_count(pages: int, limit: int = SITEMAP_LIMIT) -> int:
    """How many sitemaps so many pages take: one, or a list of parts and the parts."""
    return 1 if pages <= limit else 1 + -(-pages // limit)


def sitemaps(site: SiteText, paths: Iterable[str], limit: int = SITEMAP_LIMIT) -> list[bytes]:
    """sitemap.xml of these files' pages. Of more than `limit` it is the list of the parts sitemap-1.xml, sitemap-2.xml
    and so on, which follow it."""
    urls = [site.url + quote(path.removesuffix(_PAGE)) for path in sorted(paths)]
    starts = range(0, len(urls), limit)
    parts = [_locations("urlset", "url", urls[start : start + limit]) for start in starts]
    if len(parts) == 1:
        return parts
    listed = [f"{site.url}sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    return [_locations("sitemapindex", "sitemap", listed), *parts]


def in_sitemap(catalogue: Catalogue, paths: Iterable[str]) -> list[str]:
    """Of a release's files, the pages to be found: no downloads, no tombstones, no page for lost visitors."""
    return [path for path in paths if path.endswith(_PAGE) and path.removesuffix(_PAGE) not in catalogue.withdrawn]


def robots(site: SiteText) -> bytes:
    """Search engines may read every page. They need neither the search nor the lists as files: a list that comes down
    should not live on in somebody's index."""
    closed = ("search", "*/list.csv", "*/snapshot.txt", "*/sheet.pdf")
    lines = ["User-agent: *", *(f"Disallow: {site.base_path}{path}" for path in closed)]
    return "\n".join([*lines, "", f"Sitemap: {site.url}sitemap.xml", ""]).encode()


def _tag(site: SiteText, *names: str) -> str:
    """A name that stays when the address changes."""
    return f"tag:{site.meta['SiteDomain']},{_TAG_DATE}:{'/'.join(names)}"


def _midnight(day: str) -> str:
    """Only the day is known; the whole country keeps one time."""
    return f"{day}T00:00:00+08:00"


def _locations(root_name: str, name: str, urls: Sequence[str]) -> bytes:
    """Thousands of lines that are all alike: written as text."""
    lines = "".join(f"<{name}><loc>{escape(url)}</loc></{name}>\n" for url in urls)
    return f'{_DECLARATION}<{root_name} xmlns="{_SITEMAP}">\n{lines}</{root_name}>\n'.encode()


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def _written(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root, space="")
    return f"{_DECLARATION}{ElementTree.tostring(root, encoding='unicode')}\n".encode()
