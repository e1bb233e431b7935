"""Reads a .csv or other delimited text by stated rules, never by guessing from statistics.

Encoding: byte-order mark (UTF-8, UTF-16), else strict UTF-8, else GB18030. Delimiter: of comma, tab, semicolon
and bar the one that stands, outside quotes, in most of the first 20 lines that hold anything; on a draw the
earlier in that order. `="0123"` is unwrapped and a leading apostrophe dropped: both are only how exports say
"this is text".
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from portal.domain.findings import Refused
from portal.intake.child import Limits
from portal.intake.read_xlsx import RawSheet, Value
from portal.intake.sheet_scan import too_many_cells, too_many_rows

DELIMITERS = ",\t;|"
_QUOTED = re.compile(r'"[^"]*"')
_AS_TEXT = re.compile(r'="([^"]*)"')
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Refused when it is none of the three."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        encoding = "utf-8"
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and error.start > 0 and not data[: error.start].isascii():
                # Valid to the last character and then half a character: cut off, not another encoding.
                raise Refused(
                    "文件在一个字的中间断开了，可能没有下载或复制完整。请重新取得完整的文件", "file.truncated"
                ) from None
            encoding = "gb18030"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(
            "文字编码不是 UTF-8 也不是 GB18030（GBK），无法读取。请用 Excel 或 WPS 打开，另存为 .xlsx 再试",
            "file.encoding",
        ) from None
    if "\x00" in text:
        raise Refused("文件里有空字节，不是正常的文本。请用 Excel 或 WPS 打开，另存为 .xlsx 再试", "file.unknown")
    return text, encoding.removesuffix("-sig")


def delimiter_of(text: str) -> str:
    """See the rule at the top of this module. Text without any of the four is one column, read with a comma."""
    lines = [_QUOTED.sub("", line) for line in islice(filter(str.strip, io.StringIO(text)), 20)]
    return max(DELIMITERS, key=lambda mark: sum(mark in line for line in lines))


def read_csv(path: Path, limits: Limits) -> tuple[RawSheet, str]:
    """The one sheet of a text file and its encoding; its rows are as long as their lines."""
    text, encoding = decode(path.read_bytes())
    return RawSheet("", True, [], [], [], _rows(text, limits)), encoding


def _rows(text: str, limits: Limits) -> Iterator[list[Value]]:
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    cells, number = 0, 0
    try:
        for number, row in enumerate(reader, 1):
            cells += len(row)
            if number > limits.rows:
                raise too_many_rows(limits)
            if cells > limits.cells:
                raise too_many_cells(limits)
            yield [_plain(cell) for cell in row]
    except csv.Error:
        raise Refused(
            f'第 {number + 1} 行附近的引号（"）没有成对，后面的内容无法分清列。请改正引号，或另存为 .xlsx 再试',
            "file.quotes",
        ) from None


def _plain(cell: str) -> Value:
    if cell[:1] == "=" and (wrapped := _AS_TEXT.fullmatch(cell)):
        cell = wrapped[1]
    elif cell[:1] == "'":
        cell = cell[1:]
    return cell or None
