"""The money pages: every way to divide the money adds up to the same total, and to the ledger's."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import render_template_string

from generator.money import MERGED, UNPLACED, Bar, Breakdown, Line, Money
from generator.shell import page_app
from portal.domain.money import plain
from portal.domain.postings import Tally
from tests.county import ELDERS, STATIC, build, make_site, published_batch
from tests.generator.published import COUNTY_FEN, ELDERS_FEN, FEN, LAND_FEN, ROWS, Published, published_county
from tests.workbooks import people

ALL_FEN, ALL_ROWS = sum(FEN.values()), sum(ROWS.values())
WAYS = ("by_level", "by_policy", "by_department", "by_audience", "by_township", "by_year")
_TABLE = re.compile(r'<table class="stack">.*?</table>', re.DOTALL)
_AMOUNT = re.compile(r'data-label="金额（元）">([\d,.]+)<')
_SVG = re.compile(r"<svg role=.*?</svg>", re.DOTALL)
SVG = "{http://www.w3.org/2000/svg}"


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


def chart(bars: list[Bar], **more: object) -> ElementTree.Element:
    """The chart alone, as a browser would read it."""
    template = """{% set root = './' %}{% from "components/chart.html" import chart with context %}
        {{ chart('每年多少', '从零画起', bars, table=table) }}"""
    app = page_app(STATIC)
    with app.app_context():
        html = render_template_string(template, bars=bars, table=more.get("table", True))
    return ElementTree.fromstring(f"<body>{html}</body>")


def widths(drawn: ElementTree.Element) -> list[float]:
    return [float(bar.attrib["width"].removesuffix("%")) for bar in drawn.iter("rect")]


@pytest.mark.parametrize("year", [None, 2025, 2024])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_divide_the_money_adds_up_to_what_the_rolls_say(
    county: Published, year: int | None, way: str
) -> None:
    divided: Breakdown = getattr(Money(county.catalogue, year), way)
    assert (divided.total.rows, divided.total.fen) == ((ROWS[year], FEN[year]) if year else (ALL_ROWS, ALL_FEN))
    assert sum(bar.fen for bar in divided.bars) == divided.total.fen


@pytest.mark.parametrize(
    ("path", "total"), [("money/", ALL_FEN), ("money/2025/", FEN[2025]), ("money/2024/", FEN[2024])]
)
def test_every_table_on_the_page_adds_up_to_the_total(county: Published, path: str, total: int) -> None:
    tables = [_AMOUNT.findall(table) for table in _TABLE.findall(county.text(path + "index.html"))]
    assert len(tables) == (6 if path == "money/" else 5)
    assert {sum(map(fen, amounts[:-1])) for amounts in tables} == {total}
    assert {fen(amounts[-1]) for amounts in tables} == {total}


@pytest.mark.parametrize("path", ["money/", "money/2025/", "money/2024/"])
def test_every_table_has_its_chart_with_a_name_and_a_description(county: Published, path: str) -> None:
    html = county.text(path + "index.html")
    drawn = [ElementTree.fromstring(svg) for svg in _SVG.findall(html)]
    assert len(drawn) == len(_TABLE.findall(html)) + 1
    for svg in drawn:
        assert svg.attrib["role"] == "img"
        assert svg.findtext("title")
        assert svg.findtext("desc")


def test_what_stands_in_no_township_has_a_line_of_its_own(county: Published) -> None:
    lines = {line.name: line.tally.fen for line in Money(county.catalogue, 2025).by_township.lines}
    assert lines[UNPLACED] == 190_00
    assert lines[MERGED] == COUNTY_FEN
    html = county.text("money/2025/index.html")
    assert UNPLACED in html
    assert MERGED in html
    assert UNPLACED not in county.text("money/2024/index.html")


def test_several_departments_count_once_under_the_first_and_the_page_says_so(county: Published) -> None:
    lines = {line.name: line.tally.fen for line in Money(county.catalogue, None).by_department.lines}
    assert lines == {"小明县农业农村局": FEN[2025], "小明县财政局": ELDERS_FEN}
    assert "第一个部门名下，只算一次" in county.text("money/index.html")


def test_several_kinds_of_people_count_once_under_the_first(county: Published) -> None:
    lines = {line.name: line.tally.fen for line in Money(county.catalogue, None).by_audience.lines}
    assert lines == {"农户": FEN[2025], "老年人": ELDERS_FEN}


def test_a_policy_is_called_as_in_that_years_list_and_over_the_years_as_in_the_newest(county: Published) -> None:
    def name(year: int | None) -> list[str]:
        return [line.name for line in Money(county.catalogue, year).by_policy.lines if ELDERS in line.path]

    assert name(2024) == ["长寿补贴"]
    assert name(None) == ["高龄老人补贴"]


@pytest.mark.parametrize("year", [None, 2025, 2024])
def test_what_became_of_the_money_adds_up(county: Published, year: int | None) -> None:
    money = Money(county.catalogue, year)
    assert sum(bar.fen for bar in money.outcome) == money.total.fen
    if year == 2025:
        assert [bar.fen for bar in money.outcome] == [FEN[2025] - 2 * 190_00, 0, 190_00, 190_00]


def test_held_and_returned_rows_are_named_with_their_batch(county: Published) -> None:
    problems = Money(county.catalogue, 2025).problems
    assert [(problem.batch.tally.held_rows, problem.batch.tally.returned_rows) for problem in problems] == [(1, 1)]
    assert f'href="../../{problems[0].batch.path}"' in county.text("money/2025/index.html")


def test_an_overdue_step_is_a_problem(county: Published) -> None:
    """The bank had the money on 12 June 2025 and two working days for it; today is the 30th."""
    late = Money(county.catalogue, 2024).problems
    assert [bool(problem.late) for problem in late] == [True]
    assert Money(county.catalogue, 2024).late_steps == len(late[0].late)
    assert "逾期" in county.text("money/2024/index.html")


def test_a_year_without_a_batch_has_no_page(county: Published) -> None:
    assert county.client().get("/money/2023/").status_code == 404
    assert not (county.root / "money" / "2023").exists()


def test_bars_start_at_zero_and_are_as_long_as_their_figures() -> None:
    shares = widths(chart([Bar("甲", 400_00), Bar("乙", 100_00), Bar("丙", 0)]))
    assert shares[1] * 4 == pytest.approx(shares[0], abs=0.05)
    assert shares[2] == 0


def test_figures_stand_beside_the_bars_and_again_in_the_table() -> None:
    drawn = chart([Bar("甲", 1_234_567_89, "money/2025/"), Bar("乙", 1)])
    texts = ["".join(text.itertext()) for text in drawn.iter("text")]
    assert texts == ["甲", "1,234,567.89元", "乙", "0.01元"]
    assert [cell.text for cell in drawn.iter("td")] == ["1,234,567.89", "0.01"]
    assert not drawn.findall(".//svg//a"), "an image holds no links: screen readers would lose them"
    assert [link.attrib["href"] for link in drawn.iter("a")] == ["./money/2025/"]
    assert not list(chart([Bar("甲", 1)], table=False).iter("table"))


def test_a_chart_needs_no_style_of_its_own_and_takes_any_text() -> None:
    drawn = chart([Bar("<甲>&“乙”", 5), Bar("一" * 40, 5)])
    assert not [element for element in drawn.iter() if "style" in element.attrib]
    assert next(text.text for text in drawn.iter("text")) == "<甲>&“乙”"
    assert max(len(text.text or "") for text in drawn.iter("text")) <= 12


def test_a_chart_of_nothing_is_drawn_all_the_same() -> None:
    assert widths(chart([])) == []
    assert widths(chart([Bar("甲", 0)])) == [0]


def test_the_smallest_of_many_share_a_bar_that_says_how_many_they_are() -> None:
    divided = Breakdown(tuple(Line(str(fen), "", Tally(1, fen)) for fen in range(12, 0, -1)))
    assert len(divided.bars) == 10
    assert divided.bars[-1] == Bar("其余3项合计", 6)


@pytest.mark.slow
def test_a_new_batch_remakes_its_year_and_no_other_and_the_bytes_are_those_of_a_full_build(tmp_path: Path) -> None:
    with published_county(tmp_path) as county:
        before = county.root
        inode = {path: (before / path).stat().st_ino for path in ("money/2024/index.html", "money/2025/index.html")}
        published_batch(county.office, county.folder, people(6, 2000, village="王村", quantity=None), ELDERS)
        build(county.office, county.site)
        again = {path: (county.root / path).stat().st_ino == old for path, old in inode.items()}
        assert again == {"money/2024/index.html": True, "money/2025/index.html": False}
        assert plain(FEN[2025] + 6 * 190_00)[:-6] in county.text("money/2025/index.html").replace(",", "")
        whole = make_site(county.office, tmp_path / "office", releases=tmp_path / "whole")
        build(county.office, whole)
        full = whole.root()
        assert full is not None
        ours = [*full.glob("money/**/*.html"), *full.glob("data/*.*"), *full.rglob("feed.xml"), *full.glob("*map.xml")]
        paths = [path.relative_to(full) for path in ours]
        assert {str(path) for path in paths} >= {"money/index.html", "data/payments.csv", "feed.xml", "sitemap.xml"}
        assert [path for path in paths if (county.root / path).read_bytes() != (full / path).read_bytes()] == []


def test_land_is_the_largest_of_its_year(county: Published) -> None:
    first = Money(county.catalogue, 2025).by_policy.bars[0]
    assert (first.label, first.fen, first.path) == ("耕地地力保护补贴", LAND_FEN, "policies/gddlbhbt/")
