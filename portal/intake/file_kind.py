"""Says what a file is from its content, never from its name, and refuses what is not a roll with what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Literal

import xlrd.compdoc

from portal.domain.findings import Refused
from portal.intake.child import damaged

Kind = Literal["xlsx", "xls", "text", "html", "docx", "pdf"]

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PARTS = {  # the part that makes a zipped file what it is
    "xl/workbook.xml": "xlsx",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "PowerPoint 演示文稿",
    "xl/workbook.bin": "Excel 二进制工作簿（.xlsb）",
    "content.xml": "OpenDocument 文件（.ods、.odt）",
}
_STREAMS = {  # the same for the older compound files; the first that is there decides
    "EncryptedPackage": "encrypted",
    "Workbook": "xls",
    "Book": "xls",
    "WordDocument": "Word 文档（.doc）",
    "PowerPoint Document": "PowerPoint 演示文稿",
}


def kind_of(path: Path) -> Kind:
    """The kind of file this is. Raises Refused for what is encrypted, damaged or of no kind read here."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(ZIP):
        return _kind_of_zip(path)
    if start.startswith(OLE):
        return _kind_of_compound(path)
    if PDF in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x05\x06"):
        raise damaged()
    if b"\x00" in start and not start.startswith(UTF16):
        raise Refused(
            "文件里是乱码，读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再试",
            "file.unknown",
        )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") or text.lower().startswith(b"mime-version:"):
        return "html"
    return "text"


def roll_kind(path: Path) -> Literal["xlsx", "xls", "text"]:
    """The kind of a roll file. Raises Refused for everything that is not a table."""
    kind = kind_of(path)
    if kind == "html":
        raise Refused(
            "这个文件其实是网页（HTML 或 XML），只是改了扩展名。请用 Excel 或 WPS 打开，另存为 .xlsx 再试",
            "file.html",
        )
    if kind == "docx" or kind == "pdf":
        name = "Word 文档（.docx）" if kind == "docx" else "PDF 文件"
        raise _wrong_kind(name)
    return kind


def _wrong_kind(name: str) -> Refused:
    return Refused(f"这个文件其实是{name}，不是电子表格。请把清册另存为 .xlsx 再试", "file.wrong_kind")


def encrypted() -> Refused:
    return Refused("文件设了打开密码，无法读取。请在 Excel 或 WPS 中取消密码，另存后再试", "file.encrypted")


def _kind_of_zip(path: Path) -> Literal["xlsx", "docx"]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise damaged() from None
    for part, kind in _PARTS.items():
        if part in names:
            if kind == "xlsx":
                return "xlsx"
            if kind == "docx":
                return "docx"
            raise _wrong_kind(kind)
    raise Refused("这是一个压缩包，不是电子表格。请先解压，再指定里面的文件", "file.archive")


def _kind_of_compound(path: Path) -> Literal["xls"]:
    try:
        document = xlrd.compdoc.CompDoc(path.read_bytes(), logfile=io.StringIO())
        names = {entry.name for entry in document.dirlist}
    except MemoryError:
        raise
    except Exception:  # xlrd raises whatever it stumbles over
        raise damaged() from None
    for stream, kind in _STREAMS.items():
        if stream in names:
            if kind == "xls":
                return "xls"
            raise encrypted() if kind == "encrypted" else _wrong_kind(kind)
    raise Refused("认不出这是什么文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再试", "file.unknown")
