"""Packs: many sheets printed in one go, with a list of what hangs where, and the loudspeaker's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from generator.amendment_sheets import amendment
from generator.catalogue import Catalogue, PostingPage
from generator.extras import extra_content, extra_template
from generator.loudspeaker import script
from generator.pdfs import page_count, page_counts
from generator.sheet_words import is_over, may_hang
from generator.sheets import Ordered, Sheet, SheetWriter, at_village, checked
from generator.shell import day
from generator.typeset import Sets
from portal.domain.findings import Finding, Refused
from portal.domain.money import grouped
from portal.domain.postings import Snapshot, Tally
from portal.domain.sheets import EXTRAS, Delivered, Layout, PackOrder, Printed, check_code
from portal.domain.site import Progress
from portal.publication import View

SHEETS: Final = 20
ROWS: Final = 1000
"""A volume ends with whichever is reached first: Typst holds a whole document in memory."""

Keep = Callable[[str, bytes], None]
"""Called with the name and the content of each document as it is ready."""


def print_pack(
    order: PackOrder, catalogue: Catalogue, view: View, typesetter: Sets, folder: Path, progress: Progress
) -> Printed:
    """Typeset a pack into an empty folder: the list of what hangs where, the sheets in volumes, the loudspeaker's words.

    Raises Refused where nothing may hang or the folder holds something already.
    """
    pack = _Pack(order, catalogue, view, typesetter)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f"文件夹 {folder} 里已经有东西，请换一个空的，免得新旧混在一起", "print.folder")
    names: list[str] = []

    def keep(name: str, pdf: bytes) -> None:
        (folder / name).write_bytes(pdf)
        names.append(name)

    pack.make(keep, progress)
    files = tuple(folder / name for name in sorted(names))
    return Printed(files, len(pack.ordered), sum(pack.counts), tuple(dict.fromkeys(pack.findings)))


def deliver_pack(order: PackOrder, catalogue: Catalogue, view: View, typesetter: Sets) -> Delivered:
    """The same in memory. Raises Refused where nothing may hang."""
    pack = _Pack(order, catalogue, view, typesetter)
    files: dict[str, bytes] = {}
    pack.make(files.__setitem__, lambda *_: None)
    return Delivered(
        dict(sorted(files.items())), len(pack.ordered), sum(pack.counts), tuple(dict.fromkeys(pack.findings))
    )


class _Pack:
    """One pack on its way. `_pages` are its postings as the web has them, each once; `counts` are the pages of each sheet, `findings` what could not be printed as it stands."""

    def __init__(self, order: PackOrder, catalogue: Catalogue, view: View, typesetter: Sets) -> None:
        self._order, self._catalogue, self._view, self._typesetter = order, catalogue, view, typesetter
        found = _ordered(order, catalogue)
        self.ordered = [each for each in found if may_hang(each.page)]
        if not self.ordered:
            raise Refused("这些项目按规定不在村公示栏张贴，没有可以打印的", "print.nothing")
        by_id = {page.posting.id: page for page in catalogue.postings}
        self._pages = list(dict.fromkeys(by_id[each.page.posting.id] for each in self.ordered))
        self.counts: list[int] = []
        self.findings = [_skipped(each.page) for each in found if not may_hang(each.page)]
        self._called = "变动说明" if order.amends else "公示单"
        what = "变动说明张贴件" if order.amends else "张贴件"
        self._scope = _scope(order, self.ordered[0].page)
        self._document = {"author": catalogue.site.county, "title": f"{self._scope}{what}"}

    def make(self, keep: Keep, progress: Progress) -> None:
        volumes = list(_volumes(self.ordered))
        for number, volume in enumerate(volumes, start=1):
            keep(f"{number:02d}-{self._called}.pdf", self._volume(volume))
            progress("排版公示单", len(self.counts), len(self.ordered))
        place = len(volumes) + 1 if self._order.amends else len(volumes) + 2
        along = list(self._extras(keep, place))
        facts = _facts(self._order, self.ordered, self.counts, self._view)
        if along:
            facts.append(("另附", "、".join(f"{words}{count}页" for words, count in along)))
        lines = list(_lines(self.ordered, self.counts, self._view.today))
        cover = checked({**self._document, "lines": lines, "facts": facts}, self._document["title"])
        keep("00-张贴清单.pdf", self._set("cover.typ", cover.content))
        if self._order.amends:
            return
        spoken = {
            **self._document,
            "title": f"{self._scope}广播稿",
            "scripts": [self._script(page) for page in self._pages],
        }
        keep(f"{len(volumes) + 1:02d}-广播稿.pdf", self._set("scripts.typ", checked(spoken, "广播稿").content))

    def _extras(self, keep: Keep, first: int) -> Iterator[tuple[str, int]]:
        """(what it is, how many pages) of each."""
        for number, extra in enumerate(self._order.extras, start=first):
            words = EXTRAS[extra]
            content = extra_content(extra, self._order, self._pages, self._catalogue)
            made = checked({**self._document, "title": f"{self._scope}{words}", **content}, words)
            self.findings += made.findings
            pdf = self._set(extra_template(extra), made.content)
            keep(f"{number:02d}-{words}.pdf", pdf)
            yield words, page_count(pdf)

    def _volume(self, volume: Sequence[Ordered]) -> bytes:
        snapshots = dict(self._view.snapshots([each.page.posting.id for each in volume]))
        writer = SheetWriter(self._catalogue.site, self._view.today)
        layout = self._order.layout
        sheets = [_sheet(writer, each, snapshots[each.page.posting.id], layout) for each in volume]
        self.findings += [finding for sheet in sheets for finding in sheet.findings]
        pdf = self._set("pack.typ", {**self._document, "sheets": [sheet.content for sheet in sheets]})
        self.counts += page_counts(pdf)
        return pdf

    def _set(self, template: str, content: Mapping[str, Any]) -> bytes:
        return self._typesetter.set(template, content, self._view.today)

    def _script(self, page: PostingPage) -> dict[str, Any]:
        return {
            "title": f"{page.place}{page.batch.title}{page.kind_word}",
            "words": script(page, self._catalogue.site, self._view.today),
        }


def _sheet(writer: SheetWriter, each: Ordered, snapshot: Snapshot, layout: Layout) -> Sheet:
    if each.hanging is not None:
        return amendment(writer, each.page, snapshot, each.number, layout, each.hanging)
    return writer.posting(each.page, snapshot, each.number, layout, each.board)


def _ordered(order: PackOrder, catalogue: Catalogue) -> list[Ordered]:
    """What was ordered, in the order of the paper; a number goes with its place, whether or not the sheet may hang."""
    by_id = {page.posting.id: page for page in catalogue.postings}
    villages = {village.area.code: village for village in catalogue.villages}
    found = []
    for place, posting in enumerate(order.postings, start=1):
        board = order.boards.get(place)
        if (page := by_id.get(posting)) is not None:
            if board is not None and board.village != page.area.code:
                page = at_village(page, villages[board.village])
            found.append(Ordered(page, order.print_number(place), board, order.amends.get(place)))
    return found


def _volumes(ordered: Sequence[Ordered]) -> Iterator[list[Ordered]]:
    volume: list[Ordered] = []
    rows = 0
    for each in ordered:
        if volume and (len(volume) == SHEETS or rows + each.tally.listed_rows > ROWS):
            yield volume
            volume, rows = [], 0
        volume.append(each)
        rows += each.tally.listed_rows
    yield volume


def _scope(order: PackOrder, first: PostingPage) -> str:
    """What the pack is of, in words: 石桥镇2025年耕地地力保护补贴, 石桥镇王村."""
    if order.kind == "village":
        return first.place
    place = first.township.name if order.area and first.township else ""
    return place + (first.batch.title if order.kind == "batch" else "")


def _facts(order: PackOrder, ordered: Sequence[Ordered], counts: Sequence[int], view: View) -> list[tuple[str, str]]:
    total = Tally.total(each.tally for each in ordered)
    return [
        ("印制日期", day(view.today)),
        ("印制编号", f"{order.print_number(1)[:-4]}（各份见下表）"),
        ("共", f"{len(ordered)}份，{sum(counts)}页"),
        ("金额", f"{total.listed_rows}笔，{grouped(total.listed_fen)}元"),
    ]


def _lines(ordered: Sequence[Ordered], counts: Sequence[int], today: date) -> Iterator[list[str]]:
    """A line of the list for each sheet; who hangs it fills in the rest."""
    for place, (each, count) in enumerate(zip(ordered, counts, strict=True), start=1):
        page = each.page
        yield [
            str(place),
            page.place,
            f"{page.batch.title}{'变动说明' if each.hanging else page.kind_word}"
            f"{'（公示期已满）' if is_over(page, today) else ''}",
            f"{each.tally.listed_rows}笔",
            grouped(each.tally.listed_fen),
            str(count),
            each.number,
            check_code(page.posting.sha256),
        ]


def _skipped(page: PostingPage) -> Finding:
    return Finding("note", "print.not_on_board", f"{page.title}：按政策清单不在村公示栏张贴，没有打印")
