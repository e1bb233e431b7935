"""Every page of a built site: valid HTML, labelled, with links that lead somewhere, within its weight."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest

from tests.every_page import EveryPage
from tests.html import faults, links, read_page

HEAVIEST_PAGE = 30_000
"""Bytes before compression, data rows not counted."""
HEAVIEST_STYLE = 10_240
SERVED = {"search", "lookup", "complain", "follow", "receipt-check"}
"""Addresses that the portal answers itself."""


def test_every_page_is_valid_html5(every_kind: EveryPage) -> None:
    assert len(every_kind.pages) > 60
    for page in every_kind.pages:
        read_page(page)


def test_every_page_has_what_readers_and_their_devices_need(every_kind: EveryPage) -> None:
    found = {every_kind.address(page): list(faults(read_page(page))) for page in every_kind.pages}
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_every_link_inside_the_site_leads_to_something(every_kind: EveryPage) -> None:
    broken = []
    for page in every_kind.pages:
        for written, target, fragment in links(every_kind.root, page):
            if target is None or str(target.relative_to(every_kind.root)) in SERVED:
                continue
            if not target.is_file() or (
                fragment and not any(element.get("id") == fragment for element in read_page(target).iter())
            ):
                broken.append((every_kind.address(page), written))
    assert broken == []


def test_links_are_relative_so_that_the_site_works_under_any_path(every_kind: EveryPage) -> None:
    """The help pages are served at any depth, so theirs start at the site's root."""
    for page in every_kind.pages:
        if page.parent != every_kind.root:
            absolute = [written for written, target, _ in links(every_kind.root, page) if target and written[0] == "/"]
            assert (every_kind.address(page), absolute) == (every_kind.address(page), [])


def test_nothing_is_loaded_from_elsewhere_nor_sent_there(every_kind: EveryPage) -> None:
    """Only a link that somebody follows may lead out."""
    for page in every_kind.pages:
        for element in read_page(page).iter():
            address = element.get("src") or element.get("action") or (element.tag == "link" and element.get("href"))
            assert not (address and urlsplit(address).netloc), (every_kind.address(page), address)


def test_titles_tell_pages_apart(every_kind: EveryPage) -> None:
    """The newest list stands at two addresses, and what is gone has no title of its own."""
    titles: dict[str, list[str]] = defaultdict(list)
    for page in every_kind.pages:
        titles[read_page(page).findtext("head/title") or ""].append(every_kind.address(page))
    same = {title: pages for title, pages in titles.items() if len(pages) > 1}
    assert [pages for title, pages in same.items() if not title.startswith(("这个页面撤下了", "这一期公示已撤下"))] == [
        ["policies/2025/", "policies/"]
    ]


def test_no_page_is_heavy_without_its_rows(every_kind: EveryPage) -> None:
    for page in every_kind.pages:
        without_rows = re.sub(r"<tbody.*?</tbody>", "", page.read_text(encoding="utf-8"), flags=re.S)
        assert (every_kind.address(page), len(without_rows.encode()) <= HEAVIEST_PAGE) == (
            every_kind.address(page),
            True,
        )


def test_styles_and_scripts_stay_small(every_kind: EveryPage) -> None:
    static = every_kind.root / "static"
    assert (static / "css" / "site.css").stat().st_size <= HEAVIEST_STYLE
    assert (static / "css" / "leaflet.css").stat().st_size <= 1024
    assert (static / "js" / "verify.js").stat().st_size <= 3072


GOOD = '<!doctype html><html lang="zh-CN"><head><title>标题</title></head><body><h1>一</h1>{}</body></html>'


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>二</h1>", "not one h1"),
        ('<p id="a"></p><p id="a"></p>', "id a twice"),
        ('<label for="x">甲</label>', "for=x leads nowhere"),
        ("<input>", "no label: {}"),
        ('<table><tbody><tr><th scope="row">1</th></tr></tbody></table>', "a table without caption"),
        ("<table><caption>表</caption><tbody><tr><td>1</td></tr></tbody></table>", "表: no th"),
        ("<table><caption>表</caption><tbody><tr><th>1</th></tr></tbody></table>", "表: th without scope: 1"),
        ('<p style="color: red">红</p>', "style or handler in p"),
        ("<script>alert(1)</script>", "style or handler in script"),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, body: str, fault: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD.format(body), encoding="utf-8")
    assert list(faults(read_page(page))) == [fault]


def test_html_that_browsers_would_have_to_repair_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD.format("<p><ul></p>"), encoding="utf-8")
    with pytest.raises(html5lib.html5parser.ParseError):
        read_page(page)


def test_good_pages_have_no_faults(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD.format('<label for="x">甲</label><input id="x">'), encoding="utf-8")
    assert list(faults(read_page(page))) == []
