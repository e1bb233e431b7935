"""Packs: a township's sheets in one go, from the order in the journal to the files on the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from generator import packs
from generator.load import load_catalogue
from generator.loudspeaker import script, spoken
from generator.site import PublicSite
from generator.typeset import Typesetter
from portal.actions.prints import PrintRequest, order_pack
from portal.domain.findings import Refused
from portal.domain.money import grouped
from portal.domain.sheets import Layout, PackOrder, Printed, check_code
from portal.ledger import journal
from portal.office import Office
from portal.publication import Publication
from tests.county import (
    CONTENT,
    DONGHE,
    ELDERS,
    HARDSHIP,
    WANGCUN,
    everywhere,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
)
from tests.generator.sheet_text import texts

NORMAL = Layout()


@dataclass(frozen=True)
class Paper:
    office: Office
    site: PublicSite
    land: str

    def order(self, kind: str, subject: str, **more: str) -> PackOrder:
        return order_pack(self.office, PrintRequest(kind, subject, "clerk", NORMAL, **more))  # type: ignore[arg-type]

    def pack(self, folder: Path, kind: str, subject: str, **more: str) -> Printed:
        return self.site.pack(self.order(kind, subject, **more), folder, lambda *_: None)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A county for tests that only print."""
    folder = tmp_path_factory.mktemp("packs")
    with office_in(folder / "office") as office:
        land = published_batch(office, folder, everywhere(7), returned={0: "销户"})
        published_batch(office, folder, everywhere(6), HARDSHIP)
        noticed_batch(office, folder, [replace(each, quantity=None, amount="300") for each in everywhere(5)], ELDERS)
        yield Paper(office, make_site(office, folder / "office"), land)


def words_of(path: Path) -> str:
    return "".join(texts(path.read_bytes())).replace("\n", "")


def test_a_township_gets_its_sheets_a_list_and_the_loudspeakers_words(paper: Paper, tmp_path: Path) -> None:
    printed = paper.pack(tmp_path / "pack", "batch", paper.land, township="东河镇")
    assert [path.name for path in printed.files] == ["00-张贴清单.pdf", "01-公示单.pdf", "02-广播稿.pdf"]
    assert printed.sheets == 3
    cover, sheets, spoken = map(words_of, printed.files)
    assert f"共：3份，{printed.pages}页" in cover
    for village in ("东河镇王村", "东河镇李家湾", "东河镇林溪村"):
        assert village in cover
        assert village in sheets
        assert village in spoken
    assert "西山乡" not in cover + sheets + spoken


def test_the_list_marks_notices_whose_period_is_over(paper: Paper, tmp_path: Path) -> None:
    cover = words_of(paper.pack(tmp_path / "pack", "village", WANGCUN).files[0])
    assert "高龄老人补贴发放前公示（公示期已满）" in cover
    assert cover.count("公示期已满") == 1


def test_the_list_has_every_sheets_figures_number_and_check_code(paper: Paper, tmp_path: Path) -> None:
    order = paper.order("batch", paper.land)
    printed = paper.site.pack(order, tmp_path / "pack", lambda *_: None)
    cover, sheets = words_of(printed.files[0]), words_of(printed.files[1])
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        pages = {page.posting.id: page for page in load_catalogue(view, CONTENT).postings}
    for place, posting in enumerate(order.postings, start=1):
        for word in (order.print_number(place), check_code(pages[posting].posting.sha256)):
            assert word in cover
            assert word in sheets
        assert grouped(pages[posting].tally.listed_fen) in cover


def test_no_line_of_the_list_is_on_two_pages() -> None:
    lines = [
        [
            str(at),
            f"乡镇{at}始",
            f"2026年上半年大中型水库移民后期扶持现金直补资金发放前公示{at}末",
            "9笔",
            "1.00",
            "2",
            f"{at:06d}-001",
            "A",
        ]
        for at in range(100, 160)
    ]
    content = {"title": "张贴件", "author": "县", "facts": [("共", "60份")], "lines": lines}
    pages = ["".join(text.split()) for text in texts(Typesetter().set("cover.typ", content, date(2025, 6, 30)))]
    assert len(pages) > 3
    for at in range(100, 160):
        whole = [f"乡镇{at}始" in page and f"{at}末" in page for page in pages]
        assert sum(whole) == 1, at


def test_a_villages_quarter_holds_what_was_published_in_it(paper: Paper) -> None:
    assert len(paper.order("village", WANGCUN, quarter="2025Q2").postings) == 3
    assert len(paper.order("village", "王村").postings) == 3
    assert len(paper.order("township", DONGHE[:9]).postings) == 9
    with pytest.raises(Refused, match="没有可以张贴的"):
        paper.order("village", WANGCUN, quarter="2025Q3")
    with pytest.raises(Refused, match="2025Q2 这样"):
        paper.order("village", WANGCUN, quarter="第二季度")


def test_who_printed_which_postings_is_in_the_journal_and_numbers_never_repeat(paper: Paper) -> None:
    first, second = paper.order("batch", paper.land), paper.order("batch", paper.land)
    assert first.print_number(1) != second.print_number(1)
    with paper.office.ledger.read() as connection:
        details = [dict(entry.detail) for entry in journal.entries(connection) if entry.act == "print.pack"][-2:]
    assert [detail["postings"] for detail in details] == [list(first.postings), list(second.postings)]
    assert details[0] | {"postings": []} == {
        "kind": "batch", "batch": paper.land, "area": "", "quarter": "", "paper": "a4", "size": "normal",
        "postings": [],
    }  # fmt: skip


def test_what_was_withdrawn_cannot_be_printed(tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        gone = published_batch(office, tmp_path, everywhere(5))
        step(office, gone, "withdraw", "reviewer", 18, reason="公开错了")
        for kind, subject in (("batch", gone), ("village", WANGCUN)):
            with pytest.raises(Refused, match="没有可以张贴的"):
                order_pack(office, PrintRequest(kind, subject, "clerk", NORMAL))  # type: ignore[arg-type]


def test_the_auditor_prints_nothing(paper: Paper) -> None:
    with pytest.raises(Refused, match="不能办"):
        order_pack(paper.office, PrintRequest("village", WANGCUN, "inspector", NORMAL))


def test_a_name_that_no_village_has_is_refused(paper: Paper) -> None:
    with pytest.raises(Refused, match="没有叫“张村”的村"):
        paper.order("village", "张村")


def test_a_folder_with_something_in_it_is_left_alone(paper: Paper, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "别的.txt").write_text("旧的")
    with pytest.raises(Refused, match="已经有东西"):
        paper.pack(tmp_path / "pack", "batch", paper.land)
    assert [path.name for path in (tmp_path / "pack").iterdir()] == ["别的.txt"]


def test_what_may_not_hang_is_named_and_left_out(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "may_hang", lambda page: page.policy.code != HARDSHIP)
    printed = paper.pack(tmp_path / "pack", "village", "王村")
    assert [finding.code for finding in printed.findings] == ["print.not_on_board"]
    assert printed.sheets == 2
    assert "困难群众" not in words_of(printed.files[1])


def test_a_long_pack_comes_in_volumes_with_one_list(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "SHEETS", 2)
    said: list[tuple[int, int]] = []
    order = paper.order("batch", paper.land)
    printed = paper.site.pack(order, tmp_path / "pack", lambda _words, done, total: said.append((done, total)))
    assert [path.name[:2] for path in printed.files] == ["00", "01", "02", "03", "04"]
    assert said == [(2, 5), (4, 5), (5, 5)]
    numbers = re.findall(rf"{order.number:06d}-\d\d\d", words_of(printed.files[0]))
    assert numbers == [order.print_number(place) for place in range(1, 6)]


def test_the_loudspeaker_reads_for_a_minute_and_names_nobody(paper: Paper) -> None:
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        catalogue = load_catalogue(view, CONTENT)
        snapshots = dict(view.snapshots([page.posting.id for page in catalogue.postings]))
    for page in catalogue.postings:
        words = "".join(script(page, catalogue.site, paper.office.today))
        assert 80 <= len(words) <= 240
        assert f"一共{page.tally.listed_rows}笔" in words
        assert all(row.code not in words and row.name not in words for row in snapshots[page.posting.id].rows())
        assert "12345" in words


def test_the_loudspeaker_asks_for_objections_while_there_is_time_and_speaks_of_the_list_where_there_is_one(
    paper: Paper,
) -> None:
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        catalogue = load_catalogue(view, CONTENT)
    notice = next(page for page in catalogue.postings if page.policy.code == ELDERS)
    last_day, next_day = ("".join(script(notice, catalogue.site, date(2025, 6, day))) for day in (10, 11))
    assert "公示从2025年6月4日起，到2025年6月10日止，首尾都算" in last_day
    assert "看看自己和邻居的" in last_day
    assert "到2025年6月10日止，已经期满" in next_day
    assert "公示期里提出来" not in next_day
    sums_only = replace(notice, policy=replace(notice.policy, board_before="totals"))
    words = "".join(script(sums_only, catalogue.site, date(2025, 6, 10)))
    assert "按规定只公布合计" in words
    assert "邻居" not in words


def test_the_loudspeaker_has_no_dash_to_stumble_over(paper: Paper) -> None:
    with Publication(paper.office.ledger, paper.office.rules).view(paper.office.today) as view:
        catalogue = load_catalogue(view, CONTENT)
    page = catalogue.postings[0]
    for written, read_out in (
        ("残疾人两项补－重度护理补贴", "残疾人两项补，重度护理补贴"),
        ("90-99岁补助", "90到99岁补助"),
    ):
        dashed = replace(page, policy=replace(page.policy, name=written))
        assert f"{read_out}的" in script(dashed, catalogue.site, paper.office.today)[0]


@pytest.mark.parametrize(
    ("fen", "words"), [(3_047_040, "3万零470元4角"), (1_830_000, "1万8300元"), (12_000_000, "12万元")]
)
def test_sums_are_spoken_as_people_say_them(fen: int, words: str) -> None:
    assert spoken(fen) == words
