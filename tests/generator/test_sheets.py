"""Sheets: what is on paper is what is in the snapshot, read back from the PDF by programs that did not make it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pikepdf
import pytest

from generator.catalogue import Catalogue, PostingPage
from generator.load import load_catalogue
from generator.pdfs import page_counts
from generator.sheet_words import shows_rows_on_board
from generator.sheets import Sheet, SheetWriter
from generator.typeset import Typesetter
from portal.domain.money import capitals, grouped
from portal.domain.postings import Snapshot, write_snapshot
from portal.domain.sheets import PAPERS, TYPE_SIZES, Layout, TypeSize, check_code, check_path
from portal.publication import Publication
from tests.county import CONTENT, ELDERS, HARDSHIP, TODAY, noticed_batch, office_in, published_batch
from tests.generator.sheet_text import ink, qr_texts, read, texts, type_sizes
from tests.workbooks import people

LAYOUTS = [Layout(paper, size) for paper in PAPERS for size in TYPE_SIZES]
NUMBER = "000042-007"
_NORMAL = Layout()
_LAST_DAY = date(2025, 6, 10)
"""Of the notice's period."""


@dataclass(frozen=True)
class Paper:
    catalogue: Catalogue
    snapshots: dict[int, Snapshot]
    typesetter: Typesetter

    def page(self, policy: str) -> PostingPage:
        return next(page for page in self.catalogue.postings if page.policy.code == policy)

    def snapshot(self, page: PostingPage) -> Snapshot:
        return self.snapshots[page.posting.id]

    def sheet(
        self, page: PostingPage, snapshot: Snapshot | None = None, layout: Layout = _NORMAL, today: date = _LAST_DAY
    ) -> Sheet:
        writer = SheetWriter(self.catalogue.site, today)
        return writer.posting(page, snapshot or self.snapshot(page), NUMBER, layout)

    def pdf(self, *sheets: Sheet) -> bytes:
        content = {"title": "公示单", "author": "小明县", "sheets": [sheet.content for sheet in sheets]}
        return self.typesetter.set("pack.typ", content, TODAY)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("paper")
    with office_in(folder / "office") as office:
        rows = [replace(person, group=f"{'一二三四'[place % 4]}组") for place, person in enumerate(people(47))]
        published_batch(office, folder, rows, returned={0: "销户", 1: "挂失"})
        noticed_batch(office, folder, [replace(person, quantity=None, amount="300") for person in people(6)], ELDERS)
        published_batch(office, folder, people(9, start=40), HARDSHIP)
        with Publication(office.ledger, office.rules).view(office.today) as view:
            catalogue = load_catalogue(view, CONTENT)
            found = dict(view.snapshots([page.posting.id for page in catalogue.postings]))
        yield Paper(catalogue, found, Typesetter())


def longer(snapshot: Snapshot, count: int) -> Snapshot:
    """The list with `count` rows, their codes and amounts all different."""
    rows = snapshot.rows()
    codes = [
        f"{'23456789CD'[place // 100]}{'23456789CD'[place // 10 % 10]}{'23456789CD'[place % 10]}X"
        for place in range(count)
    ]
    made = [
        replace(rows[place % len(rows)], code=code, amount=f"{100 + place}.{place % 100:02d}")
        for place, code in enumerate(codes)
    ]
    return write_snapshot(snapshot.facts, snapshot.tally, made)


def with_name(snapshot: Snapshot, name: str) -> Snapshot:
    """The list with another name in its third row."""
    rows = snapshot.rows()
    rows[2] = replace(rows[2], name=name)
    return write_snapshot(snapshot.facts, snapshot.tally, rows)


def hold_against(pdf: bytes, snapshot: Snapshot) -> None:
    """Every row of the snapshot is on the paper once, in order; each page's sums are those of its rows."""
    expected = [(row.code, int(row.amount.replace(".", ""))) for row in snapshot.rows()]
    pages = read(pdf, {code for code, _ in expected})
    assert [row for page in pages for row in page.rows] == expected
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert {page.count for page in pages} == {len(pages)}
    before = (0, 0)
    for page in pages:
        own = len(page.rows), sum(fen for _, fen in page.rows)
        after = before[0] + own[0], before[1] + own[1]
        if before[0]:
            assert page.sums["承前页"] == before
        if own[0] and len(pages) > 1:
            assert page.sums["本页小计"] == own
            assert page.sums["过次页" if page is not pages[-1] else "连前页合计"] == after
        before = after


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_rows_and_page_sums_are_the_snapshots(paper: Paper, layout: Layout) -> None:
    page = paper.page("gddlbhbt")
    hold_against(paper.pdf(paper.sheet(page, layout=layout)), paper.snapshot(page))


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("count", [1, 3, 19, 20, 23, 300])
def test_lists_of_every_length_add_up(paper: Paper, layout: Layout, count: int) -> None:
    page = paper.page("gddlbhbt")
    snapshot = longer(paper.snapshot(page), count)
    hold_against(paper.pdf(paper.sheet(page, snapshot, layout)), snapshot)


def test_the_closing_takes_more_than_one_row_along(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    for count in range(42, 48):  # a page more or less lies among them
        snapshot = longer(paper.snapshot(page), count)
        pages = read(paper.pdf(paper.sheet(page, snapshot)), {row.code for row in snapshot.rows()})
        assert len(pages[-1].rows) >= 3


def test_a_short_list_takes_one_page_where_it_can(paper: Paper) -> None:
    page = paper.page(ELDERS)
    assert page_counts(paper.pdf(paper.sheet(page))) == [1]
    assert page_counts(paper.pdf(paper.sheet(page, longer(paper.snapshot(page), 30)))) == [2]


def test_a_second_page_of_totals_says_what_it_is_of(paper: Paper) -> None:
    page = paper.page(HARDSHIP)
    documents = ("《关于进一步做好全县困难群众基本生活救助补助资金发放工作的通知》",) * 2
    worded = replace(page, policy=replace(page.policy, basis=documents, rate_text="按家庭人口和困难程度分档" * 8))
    pages = texts(paper.pdf(paper.sheet(worded, paper.snapshot(page), Layout("a4", "large"))))
    assert len(pages) == 2
    assert "东河镇王村2025年困难群众补助发放结果公开（接上页）" in pages[1]
    assert "承前页：9笔，" in pages[1]


def test_three_hundred_rows_take_four_pages_of_small_type(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    pdf = paper.pdf(paper.sheet(page, longer(paper.snapshot(page), 300), Layout("a4", "compact")))
    assert page_counts(pdf) == [4]


def test_totals_are_those_of_the_page_in_figures_and_capitals(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    text = "".join(texts(paper.pdf(paper.sheet(page))))
    assert f"合计 {page.tally.listed_rows}笔，{grouped(page.tally.listed_fen)}元" in text
    assert f"人民币{capitals(page.tally.listed_fen)}" in text
    assert f"已到账 {page.tally.paid_rows}笔，{grouped(page.tally.paid_fen)}元" in text
    assert "银行退回2笔" in text


def test_a_notice_says_what_an_official_notice_says(paper: Paper) -> None:
    page = paper.page(ELDERS)
    pdf = paper.pdf(paper.sheet(page))
    text = "".join(texts(pdf)).replace("\n", "")
    for words in (
        "东河镇王村2025年高龄老人补贴发放前公示",
        "公示时间：2025年6月4日至2025年6月10日，首尾都算，共7天",
        "请在2025年6月10日以前（当天也算）打下面的电话",
        "0999-5301006", "0999-5301005", "0999-5301001", "12345", "12388",
        "小明县农业农村局", "2025年6月4日",
        "村民委员会（签字）", "村务监督委员会（签字）", "张贴日期", "撤下日期",
        f"印制编号 {NUMBER}", f"核对码 {check_code(page.posting.sha256)}",
    ):  # fmt: skip
        assert words in text


def test_after_its_period_a_notice_asks_for_nothing_by_a_day_that_has_passed(paper: Paper) -> None:
    (said,) = paper.sheet(paper.page(ELDERS), today=date(2025, 6, 11)).content["objection"]
    assert "公示期到2025年6月10日已满，现在提意见也收" in said
    assert "以前" not in said


def test_villages_counted_together_hang_in_the_township_and_the_township_signs(paper: Paper) -> None:
    page = paper.page(HARDSHIP)
    assert page.township is not None
    together = replace(page, area=page.township)
    content = paper.sheet(together, paper.snapshot(page)).content
    assert content["signatures"][:2] == ["东河镇负责人（签字）", "东河镇经办人（签字）"]
    assert "几个村合在一起算，贴在东河镇的公示栏" in content["opening"][-1]
    assert "到村里" not in content["objection"][0]


def test_every_page_repeats_the_header_and_says_what_it_is(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    for text in texts(paper.pdf(paper.sheet(page)))[:3]:
        assert all(word in text for word in ("行号", "金额（元）", "标准"))
        assert page.policy.name in text
        assert check_code(page.posting.sha256) in text
        assert NUMBER in text


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_a_phone_reads_the_qr_code(paper: Paper, layout: Layout) -> None:
    page = paper.page(ELDERS)
    address = paper.catalogue.site.url + check_path(check_code(page.posting.sha256))
    assert qr_texts(paper.pdf(paper.sheet(page, layout=layout))) == [address]


def test_a_rare_character_is_printed_from_another_face(paper: Paper) -> None:
    page = paper.page(ELDERS)
    sheet = paper.sheet(page, with_name(paper.snapshot(page), "𠮷*贵"))
    assert sheet.findings == ()
    pdf = paper.pdf(sheet)
    lucky, _, _ = ink(pdf, "𠮷*贵")
    other, _, _ = ink(paper.pdf(paper.sheet(page, with_name(paper.snapshot(page), "〓*贵"))), "〓*贵")
    assert min(lucky) < 80  # there is ink
    assert sum(abs(one - two) for one, two in zip(lucky, other, strict=True)) > 64 * 64 * 20


def test_a_character_that_no_face_has_is_left_to_the_pen_and_its_row_named(paper: Paper) -> None:
    page = paper.page(ELDERS)
    snapshot = with_name(paper.snapshot(page), "王*𪚥")
    sheet = paper.sheet(page, snapshot)
    (finding,) = sheet.findings
    assert f"行号 {snapshot.rows()[2].code} 这一行" in finding.message
    assert "U+2A6A5" in finding.message
    drawn = ink(paper.pdf(sheet), "王*〓")
    assert min(drawn[2]) < 80


def test_where_only_totals_may_be_shown_there_is_no_row(paper: Paper) -> None:
    page = paper.page(HARDSHIP)
    assert page.tally.listed_rows == 9
    text = "".join(texts(paper.pdf(paper.sheet(page))))
    assert "只公布合计，不公布名单" in text
    assert "行号" not in text
    assert f"公布合计 9笔，{grouped(page.tally.listed_fen)}元" in text


def test_that_the_board_is_owed_a_list_is_said_and_not_hidden(paper: Paper) -> None:
    page = paper.page(HARDSHIP)
    owed = replace(page, policy=replace(page.policy, board_after="full_names"))
    sheet = paper.sheet(owed, paper.snapshot(page))
    assert [finding.code for finding in sheet.findings] == ["sheet.list_is_owed"]
    assert sheet.content["opening"][-1] == "这张单子只列合计。"
    assert paper.sheet(page).findings == ()


def test_a_community_signs_as_a_community(paper: Paper) -> None:
    page = paper.page(ELDERS)
    community = replace(page, area=replace(page.area, name="石桥社区"))
    assert paper.sheet(community, paper.snapshot(page)).content["signatures"][0] == "居民委员会（签字）"


def test_the_boards_class_holds_even_where_the_web_shows_more(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    strict = replace(page, policy=replace(page.policy, board_after="totals"))
    assert not shows_rows_on_board(strict)
    assert paper.sheet(strict, paper.snapshot(page)).rows == 0


def test_the_file_is_sound_tagged_titled_and_carries_its_faces(paper: Paper) -> None:
    pdf = paper.pdf(paper.sheet(paper.page("gddlbhbt")), paper.sheet(paper.page(ELDERS)))
    assert sum(page_counts(pdf)) == len(texts(pdf))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []  # what `qpdf --check` looks at
        assert str(opened.Root.Lang) == "zh-CN"
        assert opened.Root.MarkInfo.Marked
        assert opened.Root.StructTreeRoot is not None
        assert str(opened.docinfo["/Title"]) == "公示单"
        fonts = [font for page in opened.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_same_sheet_is_the_same_file(paper: Paper) -> None:
    sheet = paper.sheet(paper.page(ELDERS))
    assert paper.pdf(sheet) == Paper(paper.catalogue, paper.snapshots, Typesetter()).pdf(sheet)


@pytest.mark.parametrize(("size", "smallest"), [("normal", 9.5), ("compact", 8.4), ("large", 13)])
def test_nothing_is_smaller_than_its_type_promises(paper: Paper, size: TypeSize, smallest: float) -> None:
    for policy in ("gddlbhbt", ELDERS, HARDSHIP):
        assert min(type_sizes(paper.pdf(paper.sheet(paper.page(policy), layout=Layout("a4", size))))) >= smallest


def test_a_long_place_name_is_set_smaller_rather_than_cut(paper: Paper) -> None:
    page = paper.page("gddlbhbt")
    rows = [replace(row, group="第一百二十三村民小组上坝") for row in paper.snapshot(page).rows()]
    snapshot = write_snapshot(paper.snapshot(page).facts, paper.snapshot(page).tally, rows)
    for layout in LAYOUTS:
        pdf = paper.pdf(paper.sheet(page, snapshot, layout))
        hold_against(pdf, snapshot)
        assert "第一百二十三村民小组上坝" in texts(pdf)[0]


def test_check_codes_differ_and_are_easy_to_copy() -> None:
    codes = {check_code(f"{number:064x}") for number in range(25**3, 25**3 + 500)}
    assert len(codes) == 500
    assert all(len(code) == 14 and not set(code) & set("01OILSZAEU") for code in codes)


def test_sheets_follow_one_another_with_page_numbers_of_their_own(paper: Paper) -> None:
    pdf = paper.pdf(paper.sheet(paper.page(ELDERS)), paper.sheet(paper.page("gddlbhbt")))
    expected = [(number, count) for count in page_counts(pdf) for number in range(1, count + 1)]
    assert len(page_counts(pdf)) == 2
    assert [(page.number, page.count) for page in read(pdf, set())] == expected
