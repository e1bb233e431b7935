"""Feeds that any reader takes, a sitemap of every page, and robots.txt."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from generator import feeds
from generator.catalogue import PostingPage
from generator.site_text import SiteText
from tests.county import DONGHE, ELDERS, WANGCUN, XINHUA, build, step
from tests.generator.published import Published, published_county, read_catalogue

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_DISCOVERED = re.compile(r'<link rel="alternate" type="application/atom\+xml" title="([^"]+)" href="([^"]+)">')


def atom(county: Published, folder: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(county.text(folder + "feed.xml"))


def all_feeds(county: Published) -> list[str]:
    return [str(path.relative_to(county.root)) for path in sorted(county.root.rglob("feed.xml"))]


def locations(sitemap: bytes) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(sitemap).iter(MAP + "loc")]


def with_url(site: SiteText, url: str, path: str) -> SiteText:
    return SiteText({**site.table, "base": {"url": url, "path": path}})


def posted(number: int, day: str) -> Any:
    """All of a posting that the order of a feed looks at."""
    posting = SimpleNamespace(facts={"published": day}, id=number, sha256=str(number))
    return SimpleNamespace(path=f"villages/{number:012}/b/", batch=SimpleNamespace(number="b"), posting=posting)


def test_county_townships_and_villages_have_a_feed(county: Published) -> None:
    assert len(all_feeds(county)) == 1 + 2 + 5


def test_every_feed_has_what_atom_asks_for(county: Published) -> None:
    """RFC 4287, 4.1.1 and 4.1.2."""
    for path in all_feeds(county):
        feed = ElementTree.fromstring(county.text(path))
        assert feed.tag == ATOM + "feed"
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == county.catalogue.site.meta["publisher"]
        links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(ATOM + "link")}
        assert links == {
            "self": county.catalogue.site.url + path,
            "alternate": county.catalogue.site.url + path.removesuffix("feed.xml"),
        }
        entries = feed.findall(ATOM + "entry")
        assert entries
        for element in (feed, *entries):
            for name in ("id", "title", "updated"):
                assert len(element.findall(ATOM + name)) == 1
                assert element.findtext(ATOM + name)
            assert datetime.fromisoformat(element.findtext(ATOM + "updated") or "").utcoffset() is not None
        ids = [entry.findtext(ATOM + "id") for entry in entries]
        assert len(ids) == len(set(ids))
        assert feed.findtext(ATOM + "updated") == max(entry.findtext(ATOM + "updated") or "" for entry in entries)


def test_every_link_of_a_feed_is_absolute_and_leads_to_a_page(county: Published) -> None:
    url = county.catalogue.site.url
    for path in all_feeds(county):
        for link in ElementTree.fromstring(county.text(path)).iter(ATOM + "link"):
            assert link.attrib["href"].startswith(url)
            target = county.root / link.attrib["href"].removeprefix(url)
            assert target.is_file() or (target / "index.html").is_file()


def test_ids_name_the_posting_and_its_kind_not_the_address(county: Published) -> None:
    catalogue = county.catalogue
    moved = replace(catalogue, site=with_url(catalogue.site, "https://elsewhere.invalid", "/new/"))
    pages = catalogue.postings
    ours, theirs = (ElementTree.fromstring(feeds.atom(found, "", "", pages)) for found in (catalogue, moved))
    assert [found.text for found in ours.iter(ATOM + "id")] == [found.text for found in theirs.iter(ATOM + "id")]
    assert f"tag:example.invalid,2026:villages/{WANGCUN}/2025-0001/disclosure" in [
        found.text for found in ours.iter(ATOM + "id")
    ]
    assert theirs.find(ATOM + "link").attrib["href"] == "https://elsewhere.invalid/new/"  # type: ignore[union-attr]


def test_a_village_hears_of_what_is_counted_together_with_its_neighbours(county: Published) -> None:
    titles = [found.text for found in atom(county, f"villages/{WANGCUN}/").iter(ATOM + "title")]
    assert "东河镇（人数少的村合并）2025年第一季度困难群众补助发放结果公开" in titles
    assert not [title for title in titles if "西山乡" in str(title)]


def test_a_notice_says_until_when_a_disclosure_what_arrived(county: Published) -> None:
    said = {
        entry.findtext(ATOM + "title"): entry.findtext(ATOM + "summary")
        for entry in atom(county, f"villages/{XINHUA}/").iter(ATOM + "entry")
    }
    assert said["西山乡新华村2024年长寿补贴发放前公示"] == "8笔，640.00元；公示到2025-06-10（当天也算）。"
    assert said["西山乡新华村2025年耕地地力保护补贴发放结果公开"] == "6笔，1,140.00元；已到账1,140.00元。"


def test_a_feed_holds_the_newest_fifty_newest_first() -> None:
    pages = [posted(number, f"2025-{1 + number % 12:02}-01") for number in range(60)]
    found = feeds.newest(pages)
    days = [page.posting.facts["published"] for page in found]
    assert len(found) == 50
    assert days == sorted(days, reverse=True)
    assert days[-1] == "2025-03-01"
    assert feeds.newest(reversed(pages)) == found, "the order they come in is no matter"


def test_what_no_longer_fits_does_not_change_the_feed_s_key() -> None:
    pages = [posted(number, "2025-06-01") for number in range(50)]
    assert feeds.feed_key(pages) == feeds.feed_key([*pages, posted(99, "2020-01-01")])
    assert feeds.feed_key(pages) != feeds.feed_key([*pages, posted(99, "2025-06-02")])


def test_a_place_without_postings_has_an_empty_feed(county: Published) -> None:
    feed = ElementTree.fromstring(feeds.atom(county.catalogue, "空村", "villages/1/", []))
    assert not feed.findall(ATOM + "entry")
    assert feed.findtext(ATOM + "updated") == "2025-01-07T00:00:00+08:00"


def test_titles_may_hold_what_xml_may_not(county: Published) -> None:
    feed = ElementTree.fromstring(feeds.atom(county.catalogue, "<甲>&乙", "", []))
    assert feed.findtext(ATOM + "title") == "<甲>&乙补贴公示公开"


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("", "feed.xml"),
        ("policies/", "feed.xml"),
        (f"villages/{WANGCUN}/", f"villages/{WANGCUN}/feed.xml"),
        (f"townships/{DONGHE[:9]}/", f"townships/{DONGHE[:9]}/feed.xml"),
    ],
)
def test_a_page_tells_readers_programs_of_its_feed(county: Published, page: str, feed: str) -> None:
    found = _DISCOVERED.findall(county.text(page + "index.html"))
    assert len(found) == 1
    assert (county.root / page / found[0][1]).resolve() == county.root / feed


def test_the_sitemap_lists_every_page_once_and_nothing_else(county: Published) -> None:
    """But pages of check codes: who holds a code finds its page, nobody looks for one."""
    url = county.catalogue.site.url
    listed = locations((county.root / "sitemap.xml").read_bytes())
    pages = {f"{url}{path.parent.relative_to(county.root)}/" for path in county.root.rglob("index.html")}
    assert len(listed) == len(set(listed))
    shelves = {page for page in pages if page.startswith(f"{url}check/") and page != f"{url}check/"}
    assert shelves
    assert set(listed) == {page.replace("/./", "/") for page in pages - shelves}


def test_a_sitemap_of_too_many_pages_comes_in_parts(county: Published) -> None:
    site, paths = county.catalogue.site, [f"villages/{number}/index.html" for number in range(7)]
    index, *parts = feeds.sitemaps(site, paths, limit=3)
    assert len(parts) + 1 == feeds.sitemap_count(7, limit=3) == 4
    assert ElementTree.fromstring(index).tag == MAP + "sitemapindex"
    assert locations(index) == [f"{site.url}sitemap-{number}.xml" for number in (1, 2, 3)]
    assert [len(locations(part)) for part in parts] == [3, 3, 1]
    assert sum(map(locations, parts), []) == locations(feeds.sitemaps(site, paths)[0])  # noqa: RUF017 - seven of them
    assert feeds.sitemap_count(50_000) == 1
    assert county.client().get("/sitemap.xml").status_code == 200
    assert county.client().get("/sitemap-1.xml").status_code == 404


def test_addresses_in_the_sitemap_are_written_as_addresses(county: Published) -> None:
    assert locations(feeds.sitemaps(county.catalogue.site, ["guides/低保 &1/index.html"])[0])[0].endswith(
        "/guides/%E4%BD%8E%E4%BF%9D%20%261/"
    )


@pytest.mark.parametrize(("base", "search"), [("/", "/search"), ("/mingbai/", "/mingbai/search")])
def test_robots_are_told_of_the_sitemap_and_kept_from_search_and_lists(
    county: Published, base: str, search: str
) -> None:
    lines = feeds.robots(with_url(county.catalogue.site, "https://county.invalid", base)).decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert f"Disallow: {search}" in lines
    assert f"Disallow: {base}*/list.csv" in lines
    assert lines[-1] == f"Sitemap: https://county.invalid{base}sitemap.xml"


@pytest.mark.slow
def test_what_was_taken_down_is_in_no_feed_and_no_sitemap(tmp_path: Path) -> None:
    with published_county(tmp_path) as county:
        number = next(batch.number for batch in county.catalogue.batches if batch.public.policy == ELDERS)
        gone = f"villages/{XINHUA}/{number}/"
        assert f"{gone}</loc>" in county.text("sitemap.xml")
        assert gone in county.text("feed.xml")
        untouched = county.root / "villages" / WANGCUN / "feed.xml"
        inode = untouched.stat().st_ino
        step(county.office, number, "withdraw", "discloser", 20, reason="名单有误")
        build(county.office, county.site)
        assert gone in read_catalogue(county.office).withdrawn
        assert (county.root / gone / "index.html").exists(), "a tombstone stays"
        assert f"{gone}</loc>" not in county.text("sitemap.xml")
        assert all(gone not in county.text(path) for path in all_feeds(county))
        assert (county.root / "villages" / WANGCUN / "feed.xml").stat().st_ino == inode, "made again for nothing"


def test_the_same_catalogue_gives_the_same_bytes(county: Published) -> None:
    again = read_catalogue(county.office)
    assert feeds.atom(again, "甲", "", again.postings) == feeds.atom(
        county.catalogue, "甲", "", list[PostingPage](reversed(county.catalogue.postings))
    )
