"""A built site that has a page of every kind, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from flask import Flask

from generator.catalogue import Catalogue
from generator.load import load_catalogue
from generator.site import PublicSite
from generator.views import all_pages, public_app
from portal.actions.policies import approve_policies, import_policies
from portal.office import Office
from portal.publication import Publication
from tests.board_records import noted, released
from tests.cases import past_case
from tests.county import (
    ELDERS,
    FAMILIES,
    HARDSHIP,
    LAND,
    POLICIES,
    STATIC,
    TODAY,
    build,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
    write_policies,
)
from tests.generator.articles import GUIDE_BODY, make_content, write_article
from tests.service import make_app
from tests.workbooks import people

LAST_YEAR = [
    {**POLICIES[0], "补贴标准": "每亩90元", "单价": "90"},
    *POLICIES[1:3],
    {**POLICIES[3], "项目编码": "old", "项目名称": "停了的补贴", "不可同享": ""},
    {**POLICIES[3], "项目编码": "rescue", "项目名称": "救灾补助", "主管部门": "小明县应急管理局", "不可同享": ""},
]


@dataclass
class EveryPage:
    """`kinds` maps each kind to the address of a page of it ("villages/990199101201/")."""

    office: Office
    site: PublicSite
    folder: Path
    content: Path
    kinds: dict[str, str]

    @property
    def root(self) -> Path:
        root = self.site.root()
        assert root is not None
        return root

    @property
    def pages(self) -> list[Path]:
        return sorted(self.root.rglob("*.html"))

    def address(self, file: Path) -> str:
        return str(file.relative_to(self.root)).removesuffix("index.html")

    def app(self) -> Flask:
        return make_app(self.office, self.site, self.folder / "office")

    def rebuild(self) -> None:
        build(self.office, self.site)

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        with Publication(self.office.ledger, self.office.rules).view(TODAY) as view:
            yield load_catalogue(view, self.content)


def app_of(catalogue: Catalogue) -> Flask:
    """The public app, for its addresses; it cannot show postings."""
    return public_app(catalogue, lambda page: NotImplemented, STATIC)


@contextmanager
def every_page(folder: Path) -> Iterator[EveryPage]:
    with office_in(folder / "office") as office:
        content = make_content(folder)
        _write(content)
        site = make_site(office, folder / "office", content)
        gone = _fill(office, folder, site)
        made = EveryPage(office, site, folder, content, {})
        made.rebuild()
        made.kinds = {**_kinds(made), "gone": gone}
        yield made


def _write(content: Path) -> None:
    front = {"policies": f'["{LAND}"]'}
    body = "## 一、补多少\n\n每亩95元。看[清单](/policies/)。\n\n| 乡镇 | 分数 |\n| --- | --- |\n| 东河镇 | 90 |\n"
    write_article(content, "documents/plan", body, title='"耕地补贴方案"', number='"明农发〔2025〕12号"', **front)
    write_article(content, "documents/draft", title='"暂行办法"', validity='"征求意见"')
    write_article(content, f"guides/{LAND}", GUIDE_BODY, title='"耕地补贴申报指南"')
    write_article(content, "evaluations/land", body, title='"耕地补贴评价结果"', **front)
    write_article(content, "violations/one", "某村退回620元。", title='"某村的处理"')
    write_article(content, "announcements/one", "清单公布了。", title='"清单公布"')


def _fill(office: Office, folder: Path, site: PublicSite) -> str:
    """Lists of two years, batches of each fate; returns the address of a page that is gone when the site is built next:
    the batch that was withdrawn."""
    import_policies(office, write_policies(folder / "2024.csv", LAST_YEAR), 2024, "accountant", date(2024, 3, 5))
    approve_policies(office, 2024, "enterer", date(2024, 3, 12))
    grouped = [*people(70, group="一组"), *people(70, start=100, group="二组"), *people(6, start=300, village="赵庄")]
    published_batch(office, folder, grouped, returned={3: "账号不存在"})
    few = [replace(person, quantity=None) for person in [*people(2), *everywhere(8)[8:]]]
    published_batch(office, folder, few, HARDSHIP)
    elders = noticed_batch(office, folder, [replace(person, quantity=None) for person in people(9)], ELDERS)
    noted(office, elders, "up", 4)
    released(office, elders)
    noted(office, elders, "down", 11, shade=None)
    noticed_batch(office, folder, everywhere(6), FAMILIES, start=27)  # runs yet
    noticed_batch(office, folder, few, HARDSHIP, period="2025+2", start=27)
    withdrawn = noticed_batch(office, folder, people(6, start=400), period="2025+1")
    for days in range(20):
        past_case(office, date(2025, 1, 6) + timedelta(days=days), 9)
    for days in range(6):
        past_case(office, date(2025, 2, 6), 40, category="amount")
        past_case(office, date(2024, 12, 9), days, kind="consultation", category="question")
    build(office, site)
    step(office, withdrawn, "withdraw", "reviewer", 18, reason="公开错了")
    return f"batches/{withdrawn}/"


def _kinds(made: EveryPage) -> dict[str, str]:
    """The first page of each endpoint, and what one endpoint shows in several ways."""
    with made.catalogue() as catalogue:
        kinds: dict[str, str] = {}
        for page in all_pages(catalogue, ""):
            if page.path.endswith(".html"):
                kind = " ".join(
                    [page.endpoint, *(str(page.values[key]) for key in ("name", "kind") if key in page.values)]
                )
                kinds.setdefault(kind, page.path.removesuffix("index.html"))
        for posting in catalogue.postings:
            shown = "notice" if posting.batch.public.on_notice else posting.posting.kind
            kinds.setdefault(
                f"postings.posting {shown} {posting.area.level} {posting.tally.returned_rows > 0}", posting.path
            )
            if (made.root / posting.path / "2").exists():
                kinds["postings.posting part"] = f"{posting.path}2/"
        kinds["policies.policy"], kinds["policies.leaflet"] = f"policies/{LAND}/", f"policies/{LAND}/leaflet/"
        kinds["policies.policy dropped"] = "policies/old/"
        kinds["policies.batch"] = max(catalogue.batches, key=lambda batch: batch.tally.rows).path
    return kinds
