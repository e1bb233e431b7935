"""What a pack brings along: leaflets, papers for the village meeting, the base register; their figures are the pages'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from generator.extras import leaflet
from generator.load import load_catalogue
from generator.pdfs import page_count
from generator.site import PublicSite
from generator.typeset import Typesetter
from portal.actions.objections import HeardObjection, note_objection, settle_objection
from portal.actions.policies import approve_policies, import_policies
from portal.actions.prints import PrintRequest, order_pack
from portal.domain.money import grouped
from portal.domain.postings import Tally
from portal.domain.sheets import EXTRAS, Layout, PackKind, Printed
from portal.domain.slips import read_slip, slip_number
from portal.ledger import journal
from portal.office import Office, batch_named
from portal.publication import Publication
from portal.queries.objections import batch_objections
from tests.board import names_in, noticed_names, recipients, with_support
from tests.board_records import REVIEWER, WC_CLERK
from tests.county import (
    CONTENT,
    DONGHE,
    ELDERS,
    LAND,
    LIJIAWAN,
    WANGCUN,
    build,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    write_policies,
)
from tests.generator.sheet_text import qr_texts, texts


@dataclass(frozen=True)
class Paper:
    office: Office
    site: PublicSite

    def pack(self, folder: Path, kind: PackKind, subject: str, *extras: str) -> Printed:
        wanted = PrintRequest(kind, subject, "clerk", Layout(), extras=extras)  # type: ignore[arg-type]
        return self.site.pack(order_pack(self.office, wanted), folder, lambda *_: None)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("extras")
    with office_in(folder / "office") as office:
        import_policies(office, write_policies(folder / "2024.csv"), 2024, "accountant", date(2024, 1, 6))
        approve_policies(office, 2024, "enterer", date(2024, 1, 7))
        with_support(office, folder)
        published_batch(office, folder, everywhere(7), LAND, "2024")
        land = published_batch(office, folder, everywhere(6), LAND, "2025", returned={0: "销户"})
        noticed_batch(office, folder, [replace(each, quantity=None, amount="300") for each in everywhere(5)], ELDERS)
        noticed_names(office, folder)
        for count, about in ((2, "有一户面积多报了"), (1, "名单里少了一户")):
            note_objection(office, WC_CLERK, HeardObjection(land, WANGCUN, date(2025, 6, 5), "oral", count, about))
        note_objection(office, REVIEWER, HeardObjection(land, LIJIAWAN, date(2025, 6, 5), "paper", 5, "面积没有公布"))
        settle_objection(office, WC_CLERK, land, 1, "重新量过，没有多报")
        yield Paper(office, make_site(office, folder / "office"))


def words(path: Path) -> str:
    return "".join("".join(texts(path.read_bytes())).split())


def test_they_stand_on_the_packs_list(paper: Paper, tmp_path: Path) -> None:
    printed = paper.pack(tmp_path / "pack", "village", WANGCUN, *EXTRAS)
    assert [path.name for path in printed.files] == [
        "00-张贴清单.pdf", "01-公示单.pdf", "02-广播稿.pdf", "03-明白卡.pdf", "04-村务监督会议材料.pdf", "05-补贴底册.pdf",
        "06-纸质意见单.pdf",
    ]  # fmt: skip
    assert "另附：明白卡3页、村务监督会议材料1页、补贴底册1页、纸质意见单10页" in words(printed.files[0])


def test_a_leaflet_says_who_how_much_how_and_whom_to_call(paper: Paper, tmp_path: Path) -> None:
    leaflets = paper.pack(tmp_path / "pack", "village", WANGCUN, "leaflets").files[3]
    said = words(leaflets)
    for each in ("耕地地力保护补贴", "种地的农户", "每亩95元", "0999-5301001", "12345", "（90岁及以上）", "农村低保"):
        assert each in said
    codes = {text.rpartition("policies/")[2] for text in qr_texts(leaflets.read_bytes())}
    assert codes == {"ncdb/", f"{LAND}/", f"{ELDERS}/"}


def test_every_policy_of_a_real_list_has_its_leaflet_on_one_page(tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        import_policies(office, CONTENT / "policies" / "2026.csv", 2026, "accountant", date(2025, 6, 6))
        approve_policies(office, 2026, "enterer", date(2025, 6, 7))
        with Publication(office.ledger, office.rules).view(office.today) as view:
            catalogue = load_catalogue(view, CONTENT)
    pages = [page for page in catalogue.policies.values() if page.last_year == 2026]
    assert len(pages) > 30
    content = {"title": "明白卡", "author": "县", "leaflets": [leaflet(page, catalogue) for page in pages]}
    pdf = Typesetter().set("leaflets.typ", content, office.today)
    assert page_count(pdf) == len(pages)
    assert len(qr_texts(pdf)) == len(pages)


def test_the_meeting_has_the_approved_lists_sums_and_the_time_before(paper: Paper, tmp_path: Path) -> None:
    said = words(paper.pack(tmp_path / "pack", "village", WANGCUN, "meeting").files[3])
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        village = next(page for page in load_catalogue(view, CONTENT).villages if page.area.code == WANGCUN)
    for page in village.postings:
        assert f"{page.tally.rows}笔{grouped(page.tally.fen)}" in said
        assert f"{page.tally.paid_rows}笔{grouped(page.tally.paid_fen)}" in said
    total = Tally.total(page.tally for page in village.postings)
    assert f"合计{total.rows}笔{grouped(total.fen)}" in said
    assert "2024年：7笔1,330.00" in said  # the time before
    assert "-1笔-190.00" in said
    assert "村务监督委员会主任（签字）" in said


def test_the_meeting_has_what_was_noted_of_objections_and_no_word_of_it(paper: Paper, tmp_path: Path) -> None:
    said = words(paper.pack(tmp_path / "pack", "village", WANGCUN, "meeting").files[3])
    assert said.count("记了3件1件没答复") == 2, "of the batch, and of all"
    assert said.count("没有记录") == 3, "the other batches"
    assert ("5件" in said, "多报" in said, "少了一户" in said) == (False, False, False)
    with paper.office.ledger.read() as connection:
        found = batch_objections(connection, REVIEWER, batch_named(connection, "2025-0001"))
    (here,) = [village for village in found.villages if village.code == WANGCUN]
    assert (here.heard, here.open) == (3, 1), "as the desk's page has it"
    root = published(paper)
    assert not [path for path in root.rglob("*.html") if "没答复" in path.read_text("utf-8")]


def published(paper: Paper) -> Path:
    build(paper.office, paper.site)
    root = paper.site.root()
    assert root is not None
    return root


@pytest.mark.parametrize("count", [1, 8, 9, 23])
def test_signatures_of_the_meeting_stand_below_the_sums_they_are_for(count: int) -> None:
    sums = ["51笔\n30,470.40"] * 5
    lines = [[f"第{at}批", *sums, "没有", "", "记了13件\n11件没答复"] for at in range(count)]
    meeting = {
        "place": "王村",
        "committee": "居民委员会",
        "lines": lines,
        "total": ["合计", *sums, "", "", "记了13件\n都答复了"],
    }
    heads = ["哪一批", "名单合计", "公示公开", "待核实", "已到账", "待发放", "上次", "比上次", "公示期意见"]
    content = {"title": "会议材料", "author": "县", "heads": heads, "meetings": [meeting, meeting]}
    pages = texts(Typesetter().set("meeting.typ", content, date(2025, 6, 30)))
    signed = [page for page in pages if "会议意见" in page]
    assert len(signed) == 2
    for page in signed:
        assert f"第{count - 1}批" in page
        assert "合计" in page.replace("名单合计", "")
        assert "居民委员会主任（签字）" in page
    each = len(pages) // 2
    own = [f"王村村务监督会议材料 第{number}页/共{each}页" for number in range(1, each + 1)]
    assert all(foot in page for foot, page in zip(own * 2, pages, strict=True))


def test_the_base_register_adds_up_to_the_township(paper: Paper, tmp_path: Path) -> None:
    said = words(paper.pack(tmp_path / "pack", "township", DONGHE, "register").files[3])
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        catalogue = load_catalogue(view, CONTENT)
        township = next(page for page in catalogue.townships if page.area.code == DONGHE)
    assert f"总计{township.tally.rows}笔{grouped(township.tally.fen)}" in said
    assert (len(names_in("林溪村")), len(names_in("李家湾"))) == (3, 2)
    assert "东河镇（人数少的村合并）2025年农村低保5笔" in said
    assert "农村低保3笔" not in said
    assert not any(person.name in said for person in recipients())


def test_slips_have_numbers_that_can_be_keyed_in_and_lead_to_the_form(paper: Paper, tmp_path: Path) -> None:
    before = slips_given(paper)
    pdf = paper.pack(tmp_path / "pack", "township", DONGHE, "slips").files[3].read_bytes()
    pages = texts(pdf)
    numbers = [re.findall(r"编号 (\d{6}-\d)", page)[0] for page in pages]
    assert [read_slip(number) for number in numbers] == [slip_number(before + at) for at in range(1, 31)]
    assert slips_given(paper) == before + 30
    places = [re.findall(r"东河镇\w+?(?=\s|什)", page)[0] for page in pages]
    assert places == ["东河镇王村"] * 10 + ["东河镇李家湾"] * 10 + ["东河镇林溪村"] * 10
    assert {text.removeprefix("https://") for text in qr_texts(pdf)} == {"example.invalid/complain"}
    assert len(qr_texts(pdf)) == 30
    for words_on_it in ("12345", "12388", "不要写身份证号和卡号", "example.invalid/follow", "同意把姓名电话给办理单位"):
        assert all(words_on_it in page.replace("\n", "") for page in pages)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert (str(opened.Root.Lang), str(opened.docinfo.Title)) == ("zh-CN", "东河镇纸质意见单")


def slips_given(paper: Paper) -> int:
    with paper.office.ledger.read() as connection:
        return journal.slips_printed(connection)


def test_they_are_sound_documents(paper: Paper, tmp_path: Path) -> None:
    for path in paper.pack(tmp_path / "pack", "township", DONGHE, *EXTRAS).files:
        with pikepdf.open(path) as opened:
            assert opened.check_pdf_syntax() == []  # what `qpdf --check` looks at
