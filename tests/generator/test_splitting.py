"""A long list is cut by group, a hundred rows a page at most; no row is lost or doubled, and the sums add up."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.shell import page_app
from generator.splitting import MOST_ROWS, split
from generator.views.postings import blueprint
from portal.domain.money import plain
from portal.domain.postings import Row, Snapshot, Tally, write_snapshot
from tests.county import STATIC
from tests.every_page import EveryPage

ROW = re.compile(r"<tr>(<td>.*?</td>)</tr>")


def listed(sizes: list[tuple[str, int]]) -> Snapshot:
    """A list of groups, one after another, each (name, rows)."""
    groups = [group for group, size in sizes for _ in range(size)]
    rows = [
        Row(f"A{number:03}", group, "王*", "", "", plain(number * 7 + 1), "") for number, group in enumerate(groups)
    ]
    fen = sum(number * 7 + 1 for number in range(len(rows)))
    return write_snapshot({}, Tally(rows=len(rows), fen=fen), rows)


SIZES = st.lists(st.tuples(st.sampled_from(["", "一组", "二组", "三组"]), st.integers(1, 260)), min_size=1, max_size=9)


@given(SIZES, st.integers(1, 120))
def test_the_parts_are_the_list(sizes: list[tuple[str, int]], most: int) -> None:
    snapshot = listed(sizes)
    parts = split(snapshot, most)
    assert "".join(part.rows_text for part in parts) == snapshot.rows_text
    assert sum(part.rows for part in parts) == snapshot.tally.listed_rows
    assert sum(part.fen for part in parts) == snapshot.tally.listed_fen
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(1 <= part.rows <= most and part.rows == part.rows_text.count("\n") for part in parts)


@given(SIZES)
def test_a_group_that_fits_one_page_is_not_cut(sizes: list[tuple[str, int]]) -> None:
    different = [(f"{number}组", max(5, size)) for number, (_, size) in enumerate(sizes)]
    parts = split(listed(different))
    for group, size in different:
        on = [part for part in parts if f"\t{group}\t" in part.rows_text]
        assert len(on) == -(-size // MOST_ROWS) or size > MOST_ROWS
        assert all(group in part.groups for part in on if len(parts) > 1)


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ([("一组", 100)], [100]),
        ([("一组", 101)], [100, 1]),
        ([("一组", 60), ("二组", 60), ("三组", 40)], [60, 100]),
        ([("", 250)], [100, 100, 50]),
        ([("一组", 30), ("二组", 250), ("三组", 20)], [30, 100, 100, 70]),
    ],
)
def test_where_it_is_cut(sizes: list[tuple[str, int]], rows: list[int]) -> None:
    assert [part.rows for part in split(listed(sizes))] == rows


def test_totals_alone_are_one_part() -> None:
    (part,) = split(write_snapshot({}, Tally(rows=300, fen=1), None))
    assert (part.rows_text, part.folder) == ("", "")


def test_the_first_part_is_the_postings_own_address() -> None:
    assert [part.folder for part in split(listed([("", 210)]))] == ["", "2/", "3/"]


def test_the_built_parts_hold_what_the_download_holds(every_kind: EveryPage) -> None:
    """Every part of a built list shows the whole total, its own sub-total and the other parts."""
    second = every_kind.kinds["postings.posting part"]
    folder = every_kind.root / second.removesuffix("2/")
    pages = [(folder / name / "index.html").read_text(encoding="utf-8") for name in ("", "2")]
    assert not (folder / "3").exists()
    lines = list(csv.reader(io.StringIO((folder / "list.csv").read_text(encoding="utf-8-sig"))))[1:]
    shown = [re.findall("<td>(.*?)</td>", row) for page in pages for row in ROW.findall(page)]
    assert shown == lines
    for number, page in enumerate(pages, start=1):
        assert f"全部合计{len(lines)}行" in page
        assert f"第{number}页（共2页）" in page
    assert "这一页小计70行" in pages[0]
    assert all(check.ok for check in every_kind.site.verify())


def test_a_lost_part_is_found(every_kind: EveryPage, monkeypatch: pytest.MonkeyPatch) -> None:
    second = every_kind.root / every_kind.kinds["postings.posting part"] / "index.html"
    whole = second.read_bytes()
    try:
        second.write_bytes(whole.replace(b"<tr><td>", b"<tr hidden><td>", 1))
        wrong = [check.name for check in every_kind.site.verify() if not check.ok]
        assert "公示快照＝网页＝下载" in wrong
        second.unlink()
        wrong = [check.name for check in every_kind.site.verify() if not check.ok]
        assert "公示快照＝网页＝下载" in wrong
    finally:
        second.write_bytes(whole)


def test_a_part_that_there_is_not_is_no_address() -> None:
    app = page_app(STATIC)
    app.register_blueprint(blueprint)
    adapter = app.url_map.bind("")
    assert adapter.match("/villages/1/2025-0001/2/")[1]["part"] == 2
    assert adapter.match("/county/2025-0001/2/")[1] == {"kind": "county", "number": "2025-0001", "part": 2, "code": ""}
