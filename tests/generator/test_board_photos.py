"""Photos of village boards in a release: beside their posting, made anew only with it, and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.site import PublicSite
from portal.domain.findings import Refused
from portal.ledger.publishing_tables import board_records
from portal.office import Office
from tests.board_records import camera, noted, photo, released
from tests.county import WANGCUN, build, make_site, noticed_batch, office_in, step
from tests.html import faults, parse_page
from tests.workbooks import people


@dataclass
class Boarded:
    office: Office
    site: PublicSite
    batch: str

    def build(self) -> int:
        return build(self.office, self.site).rebuilt

    def file(self, path: str) -> Path:
        root = self.site.root()
        assert root is not None
        return root / "villages" / WANGCUN / path

    @property
    def photo(self) -> Path:
        return self.file(f"{self.batch}/board-1.jpg")


@pytest.fixture
def boarded(tmp_path: Path) -> Iterator[Boarded]:
    with office_in(tmp_path) as office:
        batch = noticed_batch(office, tmp_path, [*people(6), *people(6, start=100, village="赵庄")])
        noted(office, batch, "up", 4)
        released(office, batch)
        made = Boarded(office, make_site(office, tmp_path), batch)
        made.build()
        yield made


def test_only_pages_that_show_it_are_made_anew(boarded: Boarded) -> None:
    assert boarded.photo.read_bytes() == photo().content
    assert boarded.build() == 0
    noted(boarded.office, boarded.batch, "down", 11, shade=None)
    inode = boarded.file(f"../990199102201/{boarded.batch}/index.html").stat().st_ino
    assert boarded.build() <= 6, "posting, village, township, its feeds and its check code"
    assert boarded.file(f"../990199102201/{boarded.batch}/index.html").stat().st_ino == inode
    for path in ("index.html", f"{boarded.batch}/index.html"):
        page = boarded.file(path).read_text("utf-8")
        assert "2025年6月4日贴出，2025年6月11日撤下。" in page
        assert list(faults(parse_page(page))) == []
    assert all(check.ok for check in boarded.site.verify())


def test_a_withdrawn_batch_takes_its_photo_along(boarded: Boarded) -> None:
    before = boarded.photo
    step(boarded.office, boarded.batch, "withdraw", "reviewer", 18, reason="公开错了")
    assert any("公示栏的照片" in words for words in boarded.site.traces(boarded.batch, ()))
    boarded.build()
    assert (before.exists(), boarded.photo.exists()) == (False, False)
    assert boarded.site.traces(boarded.batch, ()) == []


def test_a_photo_that_says_where_it_was_taken_stops_the_release(boarded: Boarded) -> None:
    """However it came into the ledger."""
    with boarded.office.ledger.write() as connection:
        connection.execute(board_records.update().values(photo=camera(), sha256="0" * 64))
    with pytest.raises(Refused, match=r"board-1\.jpg：照片里除了画面还有别的东西"):
        boarded.build()


def test_a_policy_that_hides_its_rows_later_hides_the_photo(boarded: Boarded) -> None:
    with boarded.site._publication.view(boarded.office.today) as view:
        assert view.board_records()
    with boarded.office.ledger.write() as connection:
        connection.exec_driver_sql(
            "UPDATE policies SET content = json_set(content, '$.board_before', 'full_names') WHERE code = 'gddlbhbt'"
        )
    boarded.build()
    assert not boarded.photo.exists()
    assert "2025年6月4日贴出" in boarded.file("index.html").read_text("utf-8")
