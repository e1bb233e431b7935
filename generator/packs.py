"""Packs: many sheets printed in one go, with a list of what hangs where, and the loudspeaker's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from generator.catalogue import Catalogue, PostingPage
from generator.loudspeaker import script
from generator.sheets import Sheet, SheetWriter, checked, may_hang
from generator.shell import day
from generator.typeset import Typesetter, page_counts
from portal.domain.findings import Finding, Refused
from portal.domain.money import grouped
from portal.domain.postings import Snapshot
from portal.domain.sheets import PackOrder, Printed, check_code
from portal.domain.site import Progress
from portal.publication import View

SHEETS: Final = 20
ROWS: Final = 1000
"""A volume ends with whichever is reached first: Typst holds a whole document in memory."""


def print_pack(
    order: PackOrder, catalogue: Catalogue, view: View, typesetter: Typesetter, folder: Path, progress: Progress
) -> Printed:
    """Typeset a pack into an empty folder: the list of what hangs where, the sheets in volumes, the loudspeaker's words.

    Raises Refused where nothing may hang or the folder holds something already.
    """
    by_id = {page.posting.id: page for page in catalogue.postings}
    numbers = {posting: order.print_number(place) for place, posting in enumerate(order.postings, start=1)}
    pages = [by_id[posting] for posting in order.postings if posting in by_id and may_hang(by_id[posting])]
    if not pages:
        raise Refused("这些项目按规定不在村公示栏张贴，没有可以打印的", "print.nothing")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f"文件夹 {folder} 里已经有东西，请换一个空的，免得新旧混在一起", "print.folder")
    title = f"{_scope(order, pages)}张贴件"
    document = {"author": catalogue.site.county, "title": title}
    writer = SheetWriter(catalogue.site)
    counts: list[int] = []
    findings = [
        _skipped(by_id[posting]) for posting in order.postings if posting in by_id and not may_hang(by_id[posting])
    ]
    files: list[Path] = []
    for number, volume in enumerate(_volumes(pages), start=1):
        snapshots = dict(view.snapshots([page.posting.id for page in volume]))
        sheets = [_sheet(writer, page, snapshots, numbers, order) for page in volume]
        findings += [finding for sheet in sheets for finding in sheet.findings]
        content = {**document, "sheets": [sheet.content for sheet in sheets]}
        pdf = typesetter.set("pack.typ", content, view.today)
        counts += page_counts(pdf)
        files.append(_write(folder / f"{number:02d}-公示单.pdf", pdf))
        progress("排版公示单", len(counts), len(pages))
    lines = list(_lines(pages, counts, numbers))
    cover = checked({**document, "lines": lines, "facts": _facts(order, pages, counts, view)}, title)
    files.insert(0, _write(folder / "00-张贴清单.pdf", typesetter.set("cover.typ", cover.content, view.today)))
    scripts = {
        **document,
        "title": f"{_scope(order, pages)}广播稿",
        "scripts": [_script(page, catalogue) for page in pages],
    }
    spoken = checked(scripts, "广播稿").content
    files.append(_write(folder / f"{len(files):02d}-广播稿.pdf", typesetter.set("scripts.typ", spoken, view.today)))
    return Printed(tuple(files), len(pages), sum(counts), tuple(findings))


def _sheet(
    writer: SheetWriter,
    page: PostingPage,
    snapshots: Mapping[int, Snapshot],
    numbers: Mapping[int, str],
    order: PackOrder,
) -> Sheet:
    return writer.posting(page, snapshots[page.posting.id], numbers[page.posting.id], order.layout)


def _volumes(pages: Sequence[PostingPage]) -> Iterator[list[PostingPage]]:
    volume: list[PostingPage] = []
    rows = 0
    for page in pages:
        if volume and (len(volume) == SHEETS or rows + page.tally.listed_rows > ROWS):
            yield volume
            volume, rows = [], 0
        volume.append(page)
        rows += page.tally.listed_rows
    yield volume


def _scope(order: PackOrder, pages: Sequence[PostingPage]) -> str:
    """What the pack is of, in words: 石桥镇2025年耕地地力保护补贴, 石桥镇王村."""
    first = pages[0]
    if order.kind == "village":
        return first.place
    place = first.township.name if order.area and first.township else ""
    return place + (first.batch.title if order.kind == "batch" else "")


def _facts(order: PackOrder, pages: Sequence[PostingPage], counts: Sequence[int], view: View) -> list[tuple[str, str]]:
    return [
        ("印制日期", day(view.today)),
        ("印制编号", f"{order.print_number(1)[:-4]}（各份见下表）"),
        ("共", f"{len(pages)}份，{sum(counts)}页"),
        (
            "金额",
            f"{sum(page.tally.listed_rows for page in pages)}笔，{grouped(sum(page.tally.listed_fen for page in pages))}元",
        ),
    ]


def _lines(pages: Sequence[PostingPage], counts: Sequence[int], numbers: Mapping[int, str]) -> Iterator[list[str]]:
    """A line of the list for each sheet; who hangs it fills in the rest."""
    for place, (page, count) in enumerate(zip(pages, counts, strict=True), start=1):
        yield [
            str(place),
            page.place,
            f"{page.batch.title}{page.kind_word}",
            f"{page.tally.listed_rows}笔",
            grouped(page.tally.listed_fen),
            str(count),
            numbers[page.posting.id],
            check_code(page.posting.sha256),
        ]


def _script(page: PostingPage, catalogue: Catalogue) -> dict[str, Any]:
    return {"title": f"{page.place}{page.batch.title}{page.kind_word}", "words": script(page, catalogue.site)}


def _skipped(page: PostingPage) -> Finding:
    return Finding("note", "print.not_on_board", f"{page.title}：按政策清单不在村公示栏张贴，没有打印")


def _write(path: Path, pdf: bytes) -> Path:
    path.write_bytes(pdf)
    return path
