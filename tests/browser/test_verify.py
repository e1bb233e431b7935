"""The checker in the page: 一致 ✓ for what was published, 不一致 for anything else, also where crypto.subtle is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SiteServer

pytestmark = pytest.mark.browser

SAME, OTHER = "一致 ✓", "不一致"
HIDDEN = "Object.defineProperty(window.crypto, 'subtle', {value: undefined})"


@pytest.fixture(params=["subtle", "own"])
def page(request: pytest.FixtureRequest, browser: Browser, site_server: SiteServer) -> Iterator[Page]:
    """The page, with the browser's own SHA-256 and with ours."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    if request.param == "own":
        context.add_init_script(HIDDEN)
    found = context.new_page()
    found.goto(site_server.url + "verify/")
    assert found.evaluate("!!(window.crypto && crypto.subtle)") == (request.param == "subtle")
    yield found
    context.close()


@pytest.fixture
def posting(site_server: SiteServer) -> str:
    return next(path for kind, path in site_server.made.kinds.items() if kind.endswith("village True"))


@pytest.fixture
def totals(site_server: SiteServer) -> str:
    return next(path for kind, path in site_server.made.kinds.items() if "disclosure township" in kind)


def answer(page: Page) -> str:
    page.evaluate("document.querySelector('#checker [role=status]').textContent = ''")
    page.click("#checker button")
    expect(page.locator("#checker [role=status]")).not_to_be_empty()
    return page.inner_text("#checker [role=status]")


def choose(page: Page, data: bytes) -> None:
    page.set_input_files("#checker-file", {"name": "snapshot.txt", "mimeType": "text/plain", "buffer": data})


def snapshot_of(site: SiteServer, path: str) -> bytes:
    return (site.made.root / path / "snapshot.txt").read_bytes()


def test_the_downloaded_snapshot_is_what_its_page_says(page: Page, site_server: SiteServer, posting: str) -> None:
    choose(page, snapshot_of(site_server, posting))
    page.fill("#checker-wanted", site_server.url + posting)
    assert answer(page).startswith(SAME)


def test_one_changed_digit_is_told(page: Page, site_server: SiteServer, posting: str) -> None:
    choose(page, snapshot_of(site_server, posting).replace(b"190.00", b"190.01", 1))
    page.fill("#checker-wanted", site_server.url + posting)
    assert answer(page).startswith(OTHER)


@pytest.mark.parametrize("shape", [str, str.upper, lambda code: " ".join(code[i : i + 8] for i in range(0, 64, 8))])
def test_a_code_from_paper_may_be_typed_with_spaces_and_capitals(
    page: Page, site_server: SiteServer, posting: str, shape: Callable[[str], str]
) -> None:
    html = (site_server.made.root / posting / "index.html").read_text(encoding="utf-8")
    choose(page, snapshot_of(site_server, posting))
    page.fill("#checker-wanted", shape(html.partition('<code class="hash">')[2][:64]))
    assert answer(page).startswith(SAME)


@pytest.mark.parametrize("kind", ["posting", "totals"])
def test_pasted_text_counts_too_though_copying_loses_the_last_line_breaks(
    page: Page, site_server: SiteServer, request: pytest.FixtureRequest, kind: str
) -> None:
    path = request.getfixturevalue(kind)
    page.fill("#checker-text", snapshot_of(site_server, path).decode().rstrip("\n"))
    page.fill("#checker-wanted", site_server.url + path)
    assert answer(page).startswith(SAME)


def test_another_page_is_not_the_one(page: Page, site_server: SiteServer, posting: str, totals: str) -> None:
    choose(page, snapshot_of(site_server, posting))
    for path in (totals, "no/such/page/"):
        page.fill("#checker-wanted", site_server.url + path)
        assert answer(page).startswith(OTHER)


@pytest.mark.parametrize("size", [1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_001])
def test_the_code_is_the_sha256_of_the_file_whatever_its_length(page: Page, size: int) -> None:
    data = bytes(number * 7 % 256 for number in range(size))
    choose(page, data)
    assert answer(page).endswith(sha256(data).hexdigest())


def test_nothing_chosen_is_said(page: Page) -> None:
    assert "请先选" in answer(page)


def test_without_script_there_is_no_form_and_the_way_by_hand_is_there(
    browser: Browser, site_server: SiteServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    found = context.new_page()
    found.goto(site_server.url + "verify/")
    assert not found.is_visible("#checker")
    assert found.is_visible("text=sha256sum")
    context.close()
