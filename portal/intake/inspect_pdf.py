"""Looks through a PDF: the text of every page, notes on it, its properties; pages that are only pictures are named."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from portal.domain.personal_data import find_personal_data
from portal.intake.child import Limits, damaged
from portal.intake.file_kind import encrypted
from portal.intake.inspect_cells import Found, kinds_in
from portal.intake.name_columns import looks_like_a_name

_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]*")
_NAME_WORD = re.compile(r"姓\s*名|户\s*主|领款人|代领人|申请人|补贴对象")
ENOUGH_NAMES = 5


def look_through_pdf(path: Path, limits: Limits) -> Iterator[Found]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise (encrypted() if "password" in str(error).lower() else damaged()) from None
    for number in range(len(document)):
        page = document[number]
        yield from _page(page, f"第 {number + 1} 页")
        page.close()
    for value in document.get_metadata_dict().values():
        for kind in kinds_in(value):
            yield Found(kind, "文件属性")
    if document.count_attachments():
        yield Found("unreadable", "PDF 里附带的文件（无法检查，请人工查看）")
    document.close()


def _page(page: pypdfium2.PdfPage, place: str) -> Iterator[Found]:
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    text_page.close()
    kinds = list(kinds_in(text))
    for kind in kinds:
        yield Found(kind, place)
    # A narrow cell breaks a number over two lines.
    joined = [hit for hit in find_personal_data(_LINE_END.sub("", text)) if hit.kind == "id"]
    for _ in range(len(joined) - kinds.count("id")):
        yield Found("id", place)
    names = {word for word in text.split() if looks_like_a_name(word)} if _NAME_WORD.search(text) else set()
    if len(names) >= ENOUGH_NAMES:
        yield Found("name", place)
    for note in _notes(page):
        for kind in kinds_in(note):
            yield Found(kind, f"{place}的批注或表单")
    if not text.strip() and any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])):
        yield Found("unreadable", f"{place}（扫描件，无法检查，请人工查看）")


def _notes(page: pypdfium2.PdfPage) -> Iterator[str]:
    """What notes and form fields on the page say."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        for key in (b"Contents", b"V"):
            length = pdfium.FPDFAnnot_GetStringValue(note, key, None, 0)
            if length > 2:
                buffer = (ctypes.c_ushort * (length // 2 + 1))()
                pdfium.FPDFAnnot_GetStringValue(note, key, buffer, length)
                yield bytes(buffer)[: length - 2].decode("utf-16-le", "replace")
        pdfium.FPDFPage_CloseAnnot(note)
