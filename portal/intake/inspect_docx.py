"""Looks through a Word document: paragraphs, tables, headers, footers, notes, comments, hidden and deleted text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from portal.domain.personal_data import find_personal_data
from portal.intake.child import Limits
from portal.intake.inspect_cells import Found, kinds_in, look_through_table
from portal.intake.office_text import text_of_office_xml
from portal.intake.package import Package, local

_STORIES = (  # parts that read like the document itself
    ("word/header", "页眉"),
    ("word/footer", "页脚"),
    ("word/footnotes", "脚注"),
    ("word/endnotes", "尾注"),
    ("word/comments.", "批注"),
)
_NEVER_TEXT = ("word/styles", "word/theme/", "word/fonttable", "word/numbering", "word/settings", "word/websettings")
_OFF = ("0", "false", "off")


class _Piece(NamedTuple):
    text: str
    hidden: bool
    deleted: bool


def look_through_docx(path: Path, limits: Limits) -> Iterator[Found]:
    with Package(path, limits) as package:
        text_there = False
        for part in package.names():
            lower = part.lower()
            story = next((name for start, name in _STORIES if lower.startswith(start)), "")
            if lower == "word/document.xml" or (story and lower.endswith(".xml")):
                tree = package.tree(part)
                text_there = text_there or any(piece.text.strip() for piece in _pieces(tree))
                yield from _story(tree, story)
            elif lower.startswith("word/embeddings/"):
                yield Found("unreadable", "嵌入在文档里的文件（无法检查，请人工查看）")
            elif lower.endswith((".xml", ".rels")) and not lower.startswith(_NEVER_TEXT):
                name = "文件属性" if lower.startswith("docprops/") else "文档内部的链接或其他内容（看不见）"
                for kind in kinds_in(text_of_office_xml(package.read(part).decode("utf-8", "replace"))):
                    yield Found(kind, name)
        if not text_there and any(name.lower().startswith("word/media/") for name in package.names()):
            yield Found("unreadable", "整个文件（只有图片，没有文字，无法检查，请人工查看）")


def _story(tree: Element, story: str) -> Iterator[Found]:
    body = next((element for element in tree if local(element.tag) == "body"), tree)
    prefix = f"{story} " if story else ""
    paragraphs = tables = 0
    for block in _blocks(body):
        if local(block.tag) == "p":
            paragraphs += 1
            yield from _paragraph(block, f"{prefix}段落 {paragraphs}")
        else:
            tables += 1
            yield from _table(block, f"{prefix}第 {tables} 个表格")


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs and tables in reading order, through content controls and comments but not into one another."""
    for child in element:
        if local(child.tag) in ("p", "tbl"):
            yield child
        else:
            yield from _blocks(child)


def _paragraph(block: Element, place: str) -> Iterator[Found]:
    pieces = list(_pieces(block))
    text = "".join(piece.text for piece in pieces)
    kinds = list(kinds_in(text))
    if not kinds:
        return
    marks: list[str] = []
    for piece in pieces:
        marks.extend([_mark(piece)] * len(piece.text))
    for hit in find_personal_data(text):
        yield Found(hit.kind, place + max(marks[hit.start : hit.end], key=len))
    for kind in kinds:
        if kind == "partial-id":
            yield Found(kind, place)


def _mark(piece: _Piece) -> str:
    return "（隐藏文字）" if piece.hidden else "（已删除的修订）" if piece.deleted else ""


def _table(table: Element, title: str) -> Iterator[Found]:
    rows: list[list[str | int | None]] = []
    marks: dict[tuple[int, int], str] = {}
    for number, row in enumerate(_inside(table, "tr"), 1):
        cells: list[str | int | None] = []
        for cell in _inside(row, "tc"):
            pieces = list(_pieces(cell))
            mark = max((_mark(piece) for piece in pieces if piece.text.strip()), key=len, default="")
            cells.append("".join(piece.text for piece in pieces).strip("\n"))
            marks[number, len(cells)] = mark
            cells.extend([None] * (_span(cell) - 1))
        rows.append(cells)

    def place(row: int, column: str) -> str:
        if not row:
            return f"{title}第 {column} 列"
        first = column.partition("–")[0]
        return f"{title}第 {row} 行第 {column} 列{marks.get((row, int(first)), '')}"

    yield from look_through_table(rows, place, lambda index: str(index + 1))


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, through content controls, not into inner tables."""
    for child in element:
        if local(child.tag) == name:
            yield child
        elif local(child.tag) not in ("tbl", "p"):
            yield from _inside(child, name)


def _span(cell: Element) -> int:
    for element in cell.iter():
        if local(element.tag) == "gridSpan":
            value = next((value for key, value in element.items() if local(key) == "val"), "1")
            return min(int(value), 100) if value.isdigit() else 1
        if local(element.tag) == "p":
            break
    return 1


def _pieces(element: Element, hidden: bool = False) -> Iterator[_Piece]:
    """The text below an element in order. A paragraph ends its line; an old copy for older readers is left out."""
    name = local(element.tag)
    if name == "Fallback":
        return
    if name == "r":
        hidden = any(
            _is_vanish(mark) for properties in element if local(properties.tag) == "rPr" for mark in properties
        )
    if name in ("t", "delText", "instrText", "delInstrText"):
        yield _Piece(element.text or "", hidden, name.startswith("del"))
    elif name in ("tab", "br", "cr"):
        yield _Piece("\t" if name == "tab" else "\n", hidden, False)
    elif name == "noBreakHyphen":
        yield _Piece("-", hidden, False)
    if name == "txbxContent":
        yield _Piece("\n", hidden, False)
    for child in element:
        yield from _pieces(child, hidden)
    if name == "p":
        yield _Piece("\n", hidden, False)


def _is_vanish(mark: Element) -> bool:
    if local(mark.tag) not in ("vanish", "webHidden", "specVanish"):
        return False
    return not any(local(key) == "val" and value.lower() in _OFF for key, value in mark.items())
