"""Looks through spreadsheets: every sheet, hidden or not, notes, properties and what Excel keeps out of sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import xlrd.compdoc

from portal.intake.child import Limits, too_much_work
from portal.intake.inspect_cells import Found, kinds_in, look_through_table
from portal.intake.office_text import text_of_office_xml
from portal.intake.package import Package, local
from portal.intake.read_xls import open_xls, read_xls
from portal.intake.read_xlsx import RawSheet, read_xlsx, sheet_parts
from portal.intake.sheet_scan import column_letters, column_number

_OUT_OF_SIGHT = (  # what holds text beside the cells, by the start of its part's name
    ("docprops/", "文件属性"),
    ("xl/pivotcache/", "数据透视表缓存（看不见的原始数据）"),
    ("xl/externallinks/", "外部链接缓存（看不见）"),
    ("xl/charts/", "图表数据"),
    ("xl/drawings/", "图形、文本框或批注框"),
    ("xl/workbook.xml", "名称定义"),
    ("customxml/", "自定义数据（看不见）"),
)
_NEVER_TEXT = re.compile(
    r"^xl/(?:styles|theme|sharedstrings|worksheets/sheet|calcchain|metadata|printersettings)", re.I
)
_COMMENTS = re.compile(r"^xl/(?:threadedcomments|comments)", re.IGNORECASE)
_END_OF_CELLS = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_HEADER_CODE = re.compile(r"&[A-Z]")  # &C in a page header means "centred"; its letter is not part of the text
LARGEST_TAIL = 16 * 1024 * 1024


def look_through_xlsx(path: Path, limits: Limits) -> Iterator[Found]:
    for sheet in read_xlsx(path, limits):
        yield from _sheet(sheet)
    with Package(path, limits) as package:
        sheets = {part.lower(): name for name, part in sheet_parts(package).items()}
        owners = _owners(package, sheets)
        for part in package.names():
            lower = part.lower()
            if lower in sheets:
                text = text_of_office_xml(_after_the_cells(package, part))
                for kind in kinds_in(_HEADER_CODE.sub(" ", text)):
                    yield Found(kind, f"工作表“{sheets[lower]}” 的页眉、页脚、数据验证或链接")
            elif _COMMENTS.match(part):
                yield from _comments(package, part, owners.get(lower, ""))
            elif lower.startswith("xl/embeddings/"):
                yield Found("unreadable", "嵌入在工作簿里的文件（无法检查，请人工查看）")
            elif lower.endswith((".xml", ".rels", ".vml")) and not _NEVER_TEXT.match(part):
                name = next((name for start, name in _OUT_OF_SIGHT if lower.startswith(start)), "工作簿内部的其他内容")
                for kind in kinds_in(text_of_office_xml(package.read(part).decode("utf-8", "replace"))):
                    yield Found(kind, name)


def look_through_xls(path: Path, limits: Limits) -> Iterator[Found]:
    for sheet in read_xls(path, limits):
        yield from _sheet(sheet)
    book = open_xls(path)
    for index in range(book.nsheets):
        content = book.sheet_by_index(index)
        for (row, column), note in content.cell_note_map.items():
            for kind in kinds_in(note.text):
                yield Found(kind, f"工作表“{content.name}” 第 {row + 1} 行 {column_letters(column)} 列的批注")
        book.unload_sheet(index)
    document = xlrd.compdoc.CompDoc(path.read_bytes(), logfile=_Nowhere())
    for name in ("\x05SummaryInformation", "\x05DocumentSummaryInformation"):
        stream = document.get_named_stream(name)
        for kind in kinds_in(stream.decode("gb18030", "replace")) if stream else ():
            yield Found(kind, "文件属性")


class _Nowhere:
    """xlrd talks to a file object; nobody may hear what it quotes."""

    def write(self, _text: str) -> None:
        return


def _sheet(sheet: RawSheet) -> Iterator[Found]:
    yield from look_through_table(sheet.rows, place_in_sheet(sheet))
    for kind in kinds_in(sheet.name):
        yield Found(kind, "工作表名称")


def place_in_sheet(sheet: RawSheet) -> Callable[[int, str], str]:
    """How a place in this sheet is said, with what is hidden about it."""
    title = f"工作表“{sheet.name}”" if sheet.name and not any(kinds_in(sheet.name)) else "工作表"
    title += "" if sheet.visible else "（隐藏）"
    hidden_rows, hidden_columns = frozenset(sheet.hidden_rows), frozenset(sheet.hidden_columns)

    def place(row: int, column: str) -> str:
        words = [title] if sheet.name else []
        if row:
            words.append(f"第 {row} 行" + ("（隐藏行）" if row in hidden_rows else ""))
        hidden = column_number(column.partition("–")[0]) in hidden_columns
        words.append(f"{column} 列" + ("（隐藏列）" if hidden else ""))
        return " ".join(words)

    return place


def _owners(package: Package, sheets: dict[str, str]) -> dict[str, str]:
    """Comment part → sheet name, by each sheet's relations."""
    owners = {}
    for part, name in sheets.items():
        folder, _, file = part.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        if relations in package:
            for relation in package.tree(relations):
                owners[_resolve(folder, relation.get("Target", "")).lower()] = name
    return owners


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    steps = folder.split("/")
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        else:
            steps.append(step)
    return "/".join(steps)


def _comments(package: Package, part: str, sheet: str) -> Iterator[Found]:
    title = f"工作表“{sheet}” " if sheet else ""
    for element in package.tree(part).iter():
        if local(element.tag) not in ("comment", "threadedComment"):
            continue
        for kind in kinds_in("".join(element.itertext())):
            yield Found(kind, f"{title}{_cell_words(element.get('ref', ''))}的批注")


def _cell_words(reference: str) -> str:
    found = re.fullmatch(r"([A-Z]{1,3})(\d+)", reference)
    return f"第 {found[2]} 行 {found[1]} 列" if found else "单元格"


def _after_the_cells(package: Package, part: str) -> str:
    """Header, footer, validation lists, links: what follows the cells in a sheet's XML."""
    tail, seen = b"", False
    for piece in package.stream(part):
        tail += piece
        if not seen:
            end = _END_OF_CELLS.search(tail)
            tail, seen = (tail[end.end() :], True) if end else (tail[-64:], False)
        if len(tail) > LARGEST_TAIL:
            raise too_much_work()
    return tail.decode("utf-8", "replace") if seen else ""
