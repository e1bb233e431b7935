"""Sheets that anybody may print: on the site while the list is on notice, with what the page shows and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from generator.load import load_catalogue
from generator.site import PublicSite
from portal.domain.sheets import check_code, check_path
from portal.office import Office
from portal.publication import Publication
from tests.board import noticed_names, recipients, with_support
from tests.county import (
    CONTENT,
    HARDSHIP,
    WANGCUN,
    build,
    change_site_text,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    step,
)
from tests.generator.sheet_text import qr_texts, read, texts

LAST_DAY = date(2025, 6, 10)
"""Of the notice."""


@dataclass
class Public:
    office: Office
    site: PublicSite
    batch: str

    def build(self) -> None:
        build(self.office, self.site)

    def file(self, path: str) -> Path:
        root = self.site.root()
        assert root is not None
        return root / "villages" / WANGCUN / path

    @property
    def sheet(self) -> Path:
        return self.file(f"{self.batch}/sheet.pdf")

    def links(self) -> list[bool]:
        """Whether the village's page and the list's page lead to the sheet."""
        paths = ("index.html", f"{self.batch}/index.html")
        return ["/sheet.pdf" in self.file(path).read_text(encoding="utf-8") for path in paths]


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    with office_in(tmp_path / "office", today=LAST_DAY) as office:
        batch = noticed_batch(office, tmp_path, everywhere(7))
        made = Public(office, make_site(office, tmp_path / "office"), batch)
        made.build()
        yield made


def test_the_sheet_has_the_snapshots_rows_and_leads_to_its_check_code(public: Public) -> None:
    with Publication(public.office.ledger, public.office.rules).view(LAST_DAY) as view:
        catalogue = load_catalogue(view, CONTENT)
        page = next(page for page in catalogue.postings if page.area.code == WANGCUN)
        ((_, snapshot),) = view.snapshots([page.posting.id])
    pdf = public.sheet.read_bytes()
    rows = [row for printed in read(pdf, {row.code for row in snapshot.rows()}) for row in printed.rows]
    assert rows == [(row.code, int(row.amount.replace(".", ""))) for row in snapshot.rows()]
    assert qr_texts(pdf) == [catalogue.site.url + check_path(check_code(page.posting.sha256))]
    assert "从网站打印" in texts(pdf)[0]
    assert "印制编号" not in texts(pdf)[0]
    assert public.links() == [True, True]


def test_it_is_taken_down_when_the_notice_is_over(public: Public) -> None:
    public.site.publish(date(2025, 6, 11), lambda *_: None)
    assert not public.sheet.exists()
    assert public.links() == [False, False]
    assert public.file(f"{public.batch}/list.csv").exists()


def test_a_withdrawn_batch_takes_its_sheet_along(public: Public) -> None:
    step(public.office, public.batch, "withdraw", "reviewer", 10, reason="公开错了")
    assert sum("sheet.pdf：名单下载" in words for words in public.site.traces(public.batch, ())) == 5
    public.build()
    assert not public.sheet.exists()
    assert public.site.traces(public.batch, ()) == []


def test_where_only_totals_are_public_so_is_the_sheet(tmp_path: Path) -> None:
    with office_in(tmp_path / "office", today=LAST_DAY) as office:
        made = Public(
            office, make_site(office, tmp_path / "office"), noticed_batch(office, tmp_path, everywhere(6), HARDSHIP)
        )
        made.build()
        words = "".join(texts(made.sheet.read_bytes()))
    assert "只公布合计，不公布名单" in words
    assert "行号" not in words


def test_full_names_for_the_board_are_on_no_public_sheet(tmp_path: Path) -> None:
    """Though the board takes them just now, and they lie sealed beside the list."""
    with office_in(tmp_path / "office", today=LAST_DAY) as office:
        with_support(office, tmp_path)
        made = Public(office, make_site(office, tmp_path / "office"), noticed_names(office, tmp_path))
        made.build()
        root = made.site.root()
        assert root is not None
        sheets = {path: "".join(texts(path.read_bytes())) for path in root.rglob("sheet.pdf")}
    assert len(sheets) == 4, "three villages, and two counted together"
    for words in sheets.values():
        assert "行号" not in words
        assert not any(person.name in words or person.name[:2] + "*" in words for person in recipients())


def test_a_county_may_do_without(tmp_path: Path) -> None:
    content = change_site_text(tmp_path / "content", "[sheets]", "[sheets]\nonline = false\n[unused]")
    with office_in(tmp_path / "office", today=LAST_DAY) as office:
        batch = noticed_batch(office, tmp_path, everywhere(6))
        made = Public(office, make_site(office, tmp_path / "office", content), batch)
        made.build()
        assert not made.sheet.exists()
        assert made.links() == [False, False]


def test_the_same_list_gives_the_same_file_and_verifies(public: Public) -> None:
    before = public.sheet.read_bytes()
    noticed_batch(public.office, public.sheet.parents[5], everywhere(6), HARDSHIP)
    public.build()
    assert public.sheet.read_bytes() == before
    assert all(check.ok for check in public.site.verify())
