"""The public's page of cases: made when a quarter is over, never changed by what happens afterwards."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from generator.load import load_catalogue
from generator.site_text import SiteText
from generator.views import public_app
from portal.actions.cases import CaseStep, act_on_case
from portal.domain.case_words import SealedWords
from portal.office import Office
from portal.publication import Publication, PublicLine, PublicQuarter
from tests.cases import DESK_A, past_case
from tests.county import CONTENT, LAND, STATIC, WANGCUN, build, make_site, office_in, published_batch
from tests.workbooks import people

FIRST = date(2025, 4, 1)
OVER = date(2025, 7, 1)


@dataclass
class Place:
    office: Office
    folder: Path

    def quarters(self, today: date) -> list[PublicQuarter]:
        with Publication(self.office.ledger, self.office.rules).view(today) as view:
            return view.case_quarters()

    def build(self, today: date) -> Path:
        office = replace(self.office, today=today)
        site = make_site(office, self.folder / "office")
        build(office, site)
        root = site.root()
        assert root is not None
        return root

    def page(self, today: date, path: str = "cases/index.html") -> str:
        return (self.build(today) / path).read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Twelve complaints of the second quarter answered in time and six late, eight questions, three reports that
    discipline inspection has."""
    with office_in(tmp_path / "office") as office:
        for day in range(12):
            past_case(office, FIRST + timedelta(days=day), 9, category="unpaid")
        for _ in range(6):
            past_case(office, FIRST, 60, category="amount")
        for _ in range(8):
            past_case(office, FIRST, 3, kind="consultation", category="question")
        for _ in range(3):
            past_case(office, FIRST, kind="report", category="diverted", reader="discipline", desk_sees=False)
        yield Place(office, tmp_path)


def text(html: str) -> str:
    return re.sub(r"\s|<[^>]+>", "", html.partition("<main")[2])


def test_nothing_is_said_of_a_quarter_that_runs_and_all_on_the_day_after_it(place: Place) -> None:
    assert place.quarters(date(2025, 6, 30)) == []
    found = place.quarters(OVER)
    assert [each.quarter.code for each in found] == ["2025Q2"]
    complaint = next(line for line in found[0].kinds if line.name == "投诉求决")
    assert (complaint.received, complaint.decided, complaint.in_time, complaint.late) == (18, 18, 12, 6)
    assert (found[0].total.received, found[0].discipline) == (29, None)


def test_what_went_to_discipline_inspection_is_not_in_any_line(place: Place) -> None:
    before = place.quarters(OVER)[0]
    for _ in range(5):
        past_case(place.office, FIRST, kind="report", category="diverted", reader="discipline", desk_sees=False)
    after = place.quarters(OVER)[0]
    assert (after.discipline, after.total.received) == (8, 34)
    assert [line.decided for line in after.kinds] == [line.decided for line in before.kinds]
    report = next(line for line in after.kinds if line.name == "举报")
    assert {category.received for category in report.categories} <= {0, None}


def test_no_number_moves_whatever_is_done_afterwards(place: Place) -> None:
    """An act of the next quarter counts in that one; the page of the quarter before stays byte for byte."""
    open_case = past_case(place.office, date(2025, 6, 20))
    before = place.build(OVER) / "cases" / "2025Q2" / "index.html"
    number = f"2025-{_number_of(place, open_case)}"
    later = replace(place.office, today=date(2025, 7, 2))
    words = (SealedWords("words", "receipt", b"sealed"),)
    act_on_case(later, DESK_A, CaseStep(number, "decline", note="不属于补贴", words=words))
    for _ in range(7):
        past_case(place.office, date(2025, 7, 3), 4)
    after = place.build(date(2025, 7, 20)) / "cases" / "2025Q2" / "index.html"
    assert after.stat().st_ino == before.stat().st_ino
    assert [each.quarter.code for each in place.quarters(date(2025, 10, 1))] == ["2025Q3", "2025Q2"]
    third, second = place.quarters(date(2025, 10, 1))
    assert second == place.quarters(OVER)[0]
    assert third.total.decided == 8, "seven, and the one that was declined in July"


def _number_of(place: Place, case_id: int) -> str:
    with place.office.ledger.read() as connection:
        row = connection.exec_driver_sql(f"SELECT number FROM cases WHERE id = {case_id}").one()
    return str(row.number)[5:]


@pytest.mark.slow
def test_the_page_appears_with_the_daily_build_on_the_day_after_the_quarter(place: Place) -> None:
    assert "还没有满一个季度" in place.page(date(2025, 6, 30))
    html = place.page(OVER)
    said = text(html)
    assert "2025年第二季度，收到群众反映29件，办结26件，其中按时办结77%。" in said
    assert "投诉求决18件18件12件，67%9天" in said
    assert "移交纪检监察机关办理的：不公布" in said
    assert "予以支持18件" in said
    assert "满意18件，不满意0件" in said
    assert "没收到钱12件12件12件，100%9天" in said
    drawn = ElementTree.fromstring(re.findall(r"<svg role=.*?</svg>", html, re.DOTALL)[0])
    assert [figure.text for figure in drawn.iter("text")] == ["投诉求决", "18件"]
    assert "2025年第二季度" in place.page(date(2025, 8, 1), "cases/2025Q2/index.html")


@pytest.mark.slow
def test_the_open_data_says_what_the_page_says_and_hides_what_it_hides(place: Place) -> None:
    root = place.build(OVER)
    lines = list(csv.DictReader(io.StringIO((root / "data" / "cases.csv").read_text(encoding="utf-8"))))
    found = {(line["kind"], line["category"]): line for line in lines}
    assert found["合计", "全部"]["received"] == "29"
    assert found["投诉求决", "全部"]["late"] == "6"
    assert found["投诉求决", "没收到钱"]["in_time"] == "12"
    assert found["咨询", "全部"]["received"] == found["移交纪检监察机关", "全部"]["received"] == ""
    assert {line["quarter"] for line in lines} == {"2025Q2"}


def test_publication_gives_the_generator_words_of_the_rules_and_numbers_and_nothing_else(place: Place) -> None:
    rules = place.office.rules
    words = {"合计", "不在上面的", *(category.words for category in rules.categories.values())}
    found = place.quarters(OVER)[0]
    lines: list[PublicLine] = [found.total, *(below for kind in found.kinds for below in kind.categories)]
    assert {line.name for line in lines} <= words


@pytest.mark.parametrize("online", [True, False])
def test_a_list_is_reported_on_line_where_the_county_takes_it(tmp_path: Path, online: bool) -> None:
    """One link for the list, with its village and policy; none for a row. One on the village's page."""
    with office_in(tmp_path / "office") as office:
        published_batch(office, tmp_path, people(6))
        with Publication(office.ledger, office.rules).view(office.today) as view:
            catalogue = load_catalogue(view, CONTENT)
            site = SiteText({**catalogue.site.table, "cases": {"online": online}})
            (page,) = (found for found in catalogue.postings if found.tally.rows)
            _, snapshot = next(view.snapshots([page.posting.id]))
        app = public_app(replace(catalogue, site=site), lambda _: snapshot, STATIC)
        html = app.test_client().get(f"/{page.path}").get_data(as_text=True)
        village = app.test_client().get(f"/villages/{WANGCUN}/").get_data(as_text=True)
    assert (f'href="../../complain?village={WANGCUN}">不想打电话？在网上反映' in village) == online
    link = f'href="../../../complain?village={WANGCUN}&amp;policy={LAND}">在网上反映这份名单的问题'
    assert (link in html) == online
    assert html.partition("<main")[2].count("complain?") == int(online)
