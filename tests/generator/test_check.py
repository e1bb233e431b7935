"""Check codes on the built site: a sheet's QR code leads to the figures it stands for, or says that they no longer hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.load import load_catalogue
from generator.sheets import SheetWriter
from generator.site import PublicSite
from generator.typeset import Typesetter
from portal.domain.money import grouped
from portal.domain.sheets import Layout, check_code, check_path
from portal.office import Office
from portal.publication import Publication
from tests.county import (
    CONTENT,
    TODAY,
    build,
    everywhere,
    give_feedback,
    make_site,
    noticed_batch,
    office_in,
    step,
)
from tests.generator.sheet_text import qr_texts


@dataclass
class Built:
    office: Office
    site: PublicSite
    folder: Path

    def codes(self) -> dict[str, str]:
        """check code → area of what is published now."""
        with Publication(self.office.ledger, self.office.rules).view(TODAY) as view:
            return {check_code(posting.sha256): posting.area for posting in view.postings()}

    def section(self, code: str) -> str:
        """What the site says of a code, at the place where its QR code leads."""
        root = self.site.root()
        assert root is not None
        path, _, anchor = check_path(code).partition("#")
        page = (root / path / "index.html").read_text(encoding="utf-8")
        assert page.count(f'id="{anchor}"') == 1
        return page.partition(f'id="{anchor}"')[2].partition("</section>")[0]


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Built]:
    with office_in(tmp_path / "office") as office:
        yield Built(office, make_site(office, tmp_path / "office"), tmp_path)


def test_a_code_stands_for_its_figures_until_they_are_superseded_or_withdrawn(built: Built) -> None:
    people = everywhere(6)
    batch = noticed_batch(built.office, built.folder, people)
    build(built.office, built.site)
    notices = built.codes()
    assert len(notices) == 5
    for code in notices:
        said = built.section(code)
        assert "现在有效 ✓" in said
        assert f"6笔，<strong>{grouped(6 * 190_00)}元</strong>" in said

    step(built.office, batch, "credit", "accountant", 12)
    give_feedback(built.office, built.folder, batch, people)
    step(built.office, batch, "disclosure", "discloser", 16)
    build(built.office, built.site)
    disclosures = built.codes()
    assert not disclosures.keys() & notices.keys()
    for code, area in notices.items():
        assert "旧的，已经换了新的一份" in built.section(code)
        assert f'href="../../villages/{area}/{batch}/"' in built.section(code)
    assert all("现在有效 ✓" in built.section(code) for code in disclosures)

    step(built.office, batch, "withdraw", "reviewer", 18, reason="公开错了")
    build(built.office, built.site)
    for code in [*notices, *disclosures]:
        assert "已经撤下" in built.section(code)
        assert "元" not in built.section(code)
        assert batch not in built.section(code)


def test_the_qr_code_on_paper_leads_there_and_the_page_of_the_list_does_too(built: Built) -> None:
    noticed_batch(built.office, built.folder, everywhere(6))
    build(built.office, built.site)
    with Publication(built.office.ledger, built.office.rules).view(TODAY) as view:
        catalogue = load_catalogue(view, CONTENT)
        page = catalogue.postings[0]
        (_, snapshot), *_ = view.snapshots([page.posting.id])
    sheet = SheetWriter(catalogue.site, TODAY).posting(page, snapshot, "1-1", Layout())
    pdf = Typesetter().set("pack.typ", {"title": "单", "author": "县", "sheets": [sheet.content]}, TODAY)
    (address,) = qr_texts(pdf)
    code = check_code(page.posting.sha256)
    assert address == catalogue.site.url + check_path(code)
    root = built.site.root()
    assert root is not None
    published = (root / page.path / "index.html").read_text(encoding="utf-8")
    assert f'<a href="../../../{check_path(code)}">{code}</a>' in published
    assert f'<a href="{code[:2]}/">' in (root / "check" / "index.html").read_text(encoding="utf-8")
