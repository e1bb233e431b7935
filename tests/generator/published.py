"""The tiny county with batches of several years, kinds and outcomes, as it stands in the ledger and as it is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient

from generator.catalogue import Catalogue
from generator.load import load_catalogue
from generator.site import PublicSite
from generator.views import public_app
from portal.actions.policies import approve_policies, import_policies
from portal.office import Office
from portal.publication import Publication
from tests.cases import past_case
from tests.county import (
    CONTENT,
    ELDERS,
    HARDSHIP,
    POLICIES,
    STATIC,
    build,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
    write_policies,
)
from tests.workbooks import Person, people

LAND_FEN, TOWNSHIP_FEN, COUNTY_FEN, ELDERS_FEN = (
    31 * 190_00,
    3 * 300_50 + 4 * 100_00 + 7 * 33,
    3 * 10_00 + 4 * 20_05,
    8 * 80_00,
)
FEN = {2025: LAND_FEN + TOWNSHIP_FEN + COUNTY_FEN, 2024: ELDERS_FEN}
ROWS = {2025: 31 + 14 + 7, 2024: 8}
"""What the rolls below add up to, by year: counted by hand, to hold every page and file against."""


@dataclass
class Published:
    """`root` is the folder of the built site; `folder` is for more rolls."""

    office: Office
    folder: Path
    site: PublicSite
    catalogue: Catalogue

    @property
    def root(self) -> Path:
        root = self.site.root()
        assert root is not None
        return root

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def client(self) -> FlaskClient:
        """The site of this catalogue, asked directly."""
        return public_app(self.catalogue, lambda page: NotImplemented, STATIC).test_client()


@contextmanager
def published_county(folder: Path) -> Iterator[Published]:
    """Land paid but for one returned payment and one row whose village nobody knows; hardship as totals, small villages
    counted together in their township, then in the county; of the year before, elders for whom the
    bank has had the money too long. Six complaints of the first quarter."""
    with office_in(folder / "office") as office:
        land = [*everywhere(6), *people(1, start=900, village="没有的村")]
        by_township = [
            *_poor(3, 1000, "王村", "300.50"),
            *_poor(4, 1100, "李家湾", "100"),
            *_poor(7, 1200, "赵庄", "0.33"),
        ]
        by_county = [*_poor(3, 1400, "王村", "10"), *_poor(4, 1500, "赵庄", "20.05")]
        _list_2024(office, folder)
        published_batch(office, folder, land, returned={0: "销户"})
        published_batch(office, folder, by_township, HARDSHIP, "2025Q1")
        published_batch(office, folder, by_county, HARDSHIP, "2025Q2")
        elders = noticed_batch(office, folder, _poor(8, 1300, "新华村", "80"), ELDERS, "2024")
        step(office, elders, "transfer", "accountant", 12)
        for _ in range(6):
            past_case(office, date(2025, 1, 6), 9)
        site = make_site(office, folder / "office")
        build(office, site)
        yield Published(office, folder, site, read_catalogue(office))


def read_catalogue(office: Office) -> Catalogue:
    with Publication(office.ledger, office.rules).view(office.today) as view:
        return load_catalogue(view, CONTENT)


def _poor(count: int, start: int, village: str, amount: str) -> list[Person]:
    return people(count, start, village=village, quantity=None, amount=amount)


def _list_2024(office: Office, folder: Path) -> None:
    """The year before: the elders' subsidy had another name, two departments, and was for two kinds of people."""
    elders = next(policy for policy in POLICIES if policy["项目编码"] == ELDERS)
    then = {**elders, "项目名称": "长寿补贴", "主管部门": "小明县财政局;小明县农业农村局", "面向人群": "老年人;农户"}
    import_policies(office, write_policies(folder / "2024.csv", [then]), 2024, "accountant", date(2024, 1, 8))
    approve_policies(office, 2024, "enterer", date(2024, 1, 9))
