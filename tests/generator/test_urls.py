"""Published addresses: every one is documented, and none that was published once disappears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.site import PublicSite
from portal.actions.policies import approve_policies, import_policies
from portal.office import Office
from tests.county import (
    HANDED_IN,
    LAND,
    POLICIES,
    PROJECT,
    build,
    make_site,
    office_in,
    published_batch,
    step,
    write_policies,
)
from tests.every_page import EveryPage, app_of
from tests.workbooks import people

DOWNLOADS = ("list.csv", "snapshot.txt")
"""What goes with the posting it was made from: rows that were withdrawn must not stay."""


def documented() -> list[re.Pattern[str]]:
    """The addresses in the first table of docs/urls.md. `<words>` stands for one step of a path."""
    text = (PROJECT / "docs" / "urls.md").read_text(encoding="utf-8").partition("## Answered by the service")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    addresses = [address for cell in cells for address in re.findall("`(/[^`]*)`", cell)]
    return [re.compile(re.sub("<[^>]*>", "[^/]+", re.escape(address))) for address in addresses]


def test_every_address_that_the_site_serves_is_documented(every_kind: EveryPage) -> None:
    patterns = documented()
    published = {"/" + every_kind.address(file) for file in every_kind.root.rglob("*") if file.is_file()}
    assert [address for address in sorted(published) if not any(p.fullmatch(address) for p in patterns)] == []


def test_every_view_has_a_page_in_the_built_site(every_kind: EveryPage) -> None:
    """So that the tests that look at every page look at every kind of page."""
    with every_kind.catalogue() as catalogue:
        app = app_of(catalogue)
    matcher = app.url_map.bind("site")
    seen = {
        matcher.match("/" + every_kind.address(file))[0]
        for file in every_kind.root.rglob("*")
        if file.is_file() and "static" not in file.parts and file.suffix not in (".jpg", ".pdf") and file.name != "factors.json"
        and every_kind.address(file) != every_kind.kinds["gone"]
    }  # fmt: skip
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - seen == set()


def test_everything_documented_is_there(every_kind: EveryPage) -> None:
    published = ["/" + every_kind.address(file) for file in every_kind.root.rglob("*") if file.is_file()]
    stale = [p.pattern for p in documented() if not any(p.fullmatch(address) for address in published)]
    assert [pattern for pattern in stale if "county" not in pattern and "sitemap" not in pattern] == []


@dataclass
class Published:
    office: Office
    site: PublicSite
    folder: Path

    def pages(self) -> set[str]:
        root = self.site.root()
        assert root is not None
        return {
            str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and "static" not in path.parts
        }

    def page(self, path: str) -> str:
        root = self.site.root()
        assert root is not None
        return (root / path).read_text(encoding="utf-8")

    def rebuild(self) -> int:
        return build(self.office, self.site).rebuilt

    def approve(self, policies: list[dict[str, str]]) -> None:
        import_policies(self.office, write_policies(self.folder / "new.csv", policies), 2025, "accountant", HANDED_IN)
        approve_policies(self.office, 2025, "enterer", HANDED_IN)


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    with office_in(tmp_path) as office:
        made = Published(office, make_site(office, tmp_path), tmp_path)
        yield made


def test_a_withdrawn_batch_leaves_tombstones_and_takes_its_rows_with_it(published: Published) -> None:
    batch = published_batch(published.office, published.folder, people(6))
    published.rebuild()
    before = published.pages()
    step(published.office, batch, "withdraw", "reviewer", 18, reason="公开错了")
    published.rebuild()
    lost = before - published.pages()
    assert {Path(path).name for path in lost} == set(DOWNLOADS)
    assert "这个页面撤下了" in published.page(f"batches/{batch}/index.html")
    assert batch not in published.page(f"batches/{batch}/index.html")


def test_a_policy_that_a_new_version_of_the_list_drops_keeps_its_address(published: Published) -> None:
    published.rebuild()
    before = published.pages()
    kept = [{**policy, "政策级次": "中央"} for policy in POLICIES if policy["项目编码"] != LAND]
    published.approve(kept)
    published.rebuild()
    assert before - published.pages() == set()
    for path in (f"policies/{LAND}/", f"policies/{LAND}/leaflet/", "policies/2025/level/county/"):
        assert "这个页面撤下了" in published.page(path + "index.html")


def test_a_tombstone_stays_release_after_release_and_alone_is_no_reason_for_one(published: Published) -> None:
    published.rebuild()
    published.approve(POLICIES[1:])
    published.rebuild()
    assert published.rebuild() == 0
    published.approve([*POLICIES[1:3]])
    published.rebuild()
    assert "这个页面撤下了" in published.page(f"policies/{LAND}/index.html")


def test_an_address_that_is_used_again_shows_its_page_again(published: Published) -> None:
    published.rebuild()
    published.approve(POLICIES[1:])
    published.rebuild()
    published.approve(POLICIES)
    published.rebuild()
    assert "每亩95元" in published.page(f"policies/{LAND}/index.html")
