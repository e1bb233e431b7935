"""Amendment sheets: what changed since the sheet that hangs was printed, found in the ledger and seen on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.amendment_sheets import amendment
from generator.catalogue import PostingPage
from generator.load import load_catalogue
from generator.pdfs import page_counts
from generator.sheets import Sheet, SheetWriter
from generator.site import PublicSite
from generator.typeset import Typesetter
from portal.actions.prints import PrintRequest, order_pack
from portal.domain.amendments import Change, changes
from portal.domain.findings import Refused
from portal.domain.postings import Snapshot, write_snapshot
from portal.domain.sheets import Hanging, Layout, PackOrder, check_code
from portal.ledger.tables import postings
from portal.office import Office
from portal.publication import Publication
from tests.county import (
    CONTENT,
    LAND,
    TODAY,
    WANGCUN,
    everywhere,
    give_feedback,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
)
from tests.generator.sheet_text import ink, qr_texts, texts
from tests.ledger_dump import dump
from tests.workbooks import people

OLD = "000012-003"


def ordered(office: Office, number: str, **more: object) -> PackOrder:
    return order_pack(office, PrintRequest("batch", number, "clerk", Layout(), **more))  # type: ignore[arg-type]


def test_what_hangs_is_kept_to_be_compared_with_until_the_next_hangs(tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        number = noticed_batch(office, tmp_path, everywhere(5))
        with pytest.raises(Refused, match="没有要说明的变动"):
            ordered(office, number, amendment=True)
        notice = ordered(office, number, township=WANGCUN)
        step(office, number, "credit", "accountant", 12)
        give_feedback(office, tmp_path, number, everywhere(5), {0: "销户"})
        step(office, number, "disclosure", "discloser", 16)
        assert kept(office) == 1
        amended = ordered(office, number, amendment=True)
        assert [hanging.number for hanging in amended.amends.values()] == [notice.print_number(1)]
        site = make_site(office, tmp_path / "office")
        printed = site.pack(amended, tmp_path / "pack", lambda *_: None)
        words = "".join(texts(printed.files[1].read_bytes())).replace("\n", "")
        assert [path.name for path in printed.files] == ["00-张贴清单.pdf", "01-变动说明.pdf"]
        assert f"印制编号{notice.print_number(1)}的发放前公示" in words
        assert f"那张的核对码{check_code(amended.amends[1].snapshot.sha256)}" in words.replace(" ", "")
        assert "名单一行也没有变" in words
        assert "原来0笔，现在4笔" in words
        step(office, number, "disclosure", "discloser", 16)
        assert kept(office) == 1  # of what was amended, no more of the notice
        assert ordered(office, number, amendment=True).amends[1].number == amended.print_number(1)
        step(office, number, "withdraw", "reviewer", 18, reason="公开错了")
        assert kept(office) == 0


def kept(office: Office) -> int:
    """Texts of postings that were superseded."""
    at = {name: place for place, name in enumerate(postings.c.keys())}
    rows = dump(office.ledger)["postings"]
    return sum(bool(row[at["superseded"]]) and row[at["snapshot"]] is not None for row in rows)


@dataclass(frozen=True)
class Paper:
    site: PublicSite
    page: PostingPage
    snapshot: Snapshot
    writer: SheetWriter

    def sheet(self, old: Snapshot, layout: Layout) -> Sheet:
        return amendment(self.writer, self.page, self.snapshot, "000042-007", layout, Hanging(OLD, old))

    def pdf(self, old: Snapshot, layout: Layout) -> bytes:
        content = {"title": "变动说明", "author": "小明县", "sheets": [self.sheet(old, layout).content]}
        return Typesetter().set("pack.typ", content, TODAY)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("amendments")
    with office_in(folder / "office") as office:
        published_batch(office, folder, people(60), LAND)
        with Publication(office.ledger, office.rules).view(office.today) as view:
            catalogue = load_catalogue(view, CONTENT)
            page = catalogue.postings[0]
            _, snapshot = next(iter(view.snapshots([page.posting.id])))
        yield Paper(make_site(office, folder / "office"), page, snapshot, SheetWriter(catalogue.site, TODAY))


def older(snapshot: Snapshot, others: int = 0) -> Snapshot:
    """The list before: its first row was not there, the second had another amount, a name, one more row stood last;
    `others` more amounts were another."""
    rows = snapshot.rows()
    rows[1] = replace(rows[1], amount="95.00", quantity="1")
    rows[2] = replace(rows[2], name="马*花")
    for at in range(3, 3 + others):
        rows[at] = replace(rows[at], amount="1.00")
    gone = replace(rows[-1], code="ZZZ9", name="牛**二", amount="777.00")
    return write_snapshot(snapshot.facts, snapshot.tally, [*rows[1:], gone])


def test_added_removed_and_changed_rows_are_told_apart(paper: Paper) -> None:
    rows = paper.snapshot.rows()
    assert changes(paper.snapshot, paper.snapshot) == []
    assert changes(older(paper.snapshot), paper.snapshot) == [
        Change("added", rows[0].code, rows[0].name, "", "190.00", ""),
        Change("changed", rows[1].code, rows[1].name, "95.00", "190.00", "数量：1 → 2"),
        Change("changed", rows[2].code, rows[2].name, "190.00", "190.00", f"姓名：马*花 → {rows[2].name}"),
        Change("removed", "ZZZ9", "牛**二", "777.00", "", ""),
    ]


def test_no_page_is_kept_free_for_sums_that_an_amendment_has_not(paper: Paper) -> None:
    assert page_counts(paper.pdf(older(paper.snapshot, 12), Layout("a4", "large"))) == [2]


def test_that_results_came_in_is_no_change_but_another_result_is(paper: Paper) -> None:
    rows = paper.snapshot.rows()
    assert rows[0].result == "已到账"
    for result, notes in (("", []), ("退回待重发", ["结果：退回待重发 → 已到账"])):
        before = write_snapshot(
            paper.snapshot.facts, paper.snapshot.tally, [replace(rows[0], result=result), *rows[1:]]
        )
        assert [change.notes for change in changes(before, paper.snapshot)] == notes


@pytest.mark.parametrize("size", ["normal", "compact", "large"])
def test_the_sheet_cites_the_old_one_and_strikes_what_holds_no_more(paper: Paper, size: str) -> None:
    pdf = paper.pdf(older(paper.snapshot), Layout("a4", size))  # type: ignore[arg-type]
    text = "".join("".join(texts(pdf)).split())
    for words in ("变动说明", f"印制编号{OLD}", "新增1行，去掉1行，改动2行", "现在合计", "数量：1→2", "777.00"):
        assert words in text
    assert qr_texts(pdf)
    with_line, without = ink(pdf, "牛**二")[0], ink(pdf, paper.snapshot.rows()[0].name)[0]
    assert dark_rows(with_line) > dark_rows(without) == 0


def dark_rows(picture: bytes) -> int:
    """Lines of a character's picture that are black from edge to edge."""
    return sum(max(picture[line * 64 : line * 64 + 64]) < 128 for line in range(64))


def test_many_changes_go_over_pages_without_sums(paper: Paper) -> None:
    pages = texts(paper.pdf(older(paper.snapshot, others=50), Layout()))
    assert len(pages) > 1
    assert not any("小计" in page or "承前页" in page for page in pages)
    assert all("原金额（元）" in page for page in pages)
