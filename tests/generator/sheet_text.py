"""Reading a printed sheet back: its text, its pictures, its QR codes, by programs that know nothing of how it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

_AMOUNT = re.compile(r"\d+\.\d\d")
_FOOT = re.compile(r"第\s*(\d+)\s*页/共\s*(\d+)\s*页")
_COUNTED = re.compile(r"(承前页|本页小计|过次页|连前页合计)：(\d+)笔，([\d,]+\.\d\d)元")


@dataclass(frozen=True)
class PrintedPage:
    """`rows` are (row code, amount in 分); `sums` maps 本页小计 … to (rows, 分)."""

    text: str
    number: int
    count: int
    rows: list[tuple[str, int]]
    sums: dict[str, tuple[int, int]]


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def texts(pdf: bytes) -> list[str]:
    with opened(pdf) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def read(pdf: bytes, codes: set[str]) -> list[PrintedPage]:
    """The pages of sheets. `codes` are the row codes to look for; a row's amount is the last figure of its line."""
    pages = []
    for text in texts(pdf):
        number, count = map(int, _FOOT.findall(text)[0])
        sums = {word: (int(rows), _fen(amount)) for word, rows, amount in _COUNTED.findall(text)}
        pages.append(PrintedPage(text, number, count, list(_rows(text, codes)), sums))
    return pages


def picture(pdf: bytes, page: int, scale: float = 2.0) -> Image.Image:
    with opened(pdf) as document:
        return document[page].render(scale=scale).to_pil().convert("L")


def qr_texts(pdf: bytes) -> list[str]:
    """What a phone reads off each page that has a QR code."""
    with opened(pdf) as document:
        pages = range(len(document))
    return [code.text for page in pages for code in zxingcpp.read_barcodes(picture(pdf, page))]


def type_sizes(pdf: bytes) -> set[float]:
    """In points, of every printed character."""
    sizes = set()
    with opened(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for place in range(text.count_chars()):
                if not chr(pypdfium2.raw.FPDFText_GetUnicode(text, place)).isspace():
                    sizes.add(pypdfium2.raw.FPDFText_GetFontSize(text, place))
    return sizes


def ink(pdf: bytes, word: str) -> list[bytes]:
    """The pictures of each character of a word where it first stands, in 64 × 64 grey pixels."""
    with opened(pdf) as document:
        for page in document:
            text = page.get_textpage()
            found = [pypdfium2.raw.FPDFText_GetUnicode(text, place) for place in range(text.count_chars())]
            units = word.encode("utf-16-le")  # as pdfium counts
            wanted = [units[at] + 256 * units[at + 1] for at in range(0, len(units), 2)]
            for start in range(len(found) - len(wanted) + 1):
                if found[start : start + len(wanted)] == wanted:
                    image = page.render(scale=6).to_pil().convert("L")
                    boxes = [text.get_charbox(start + place) for place in range(len(wanted))]
                    boxes = [box for box, unit in zip(boxes, wanted, strict=True) if not 0xDC00 <= unit < 0xE000]
                    return [_cut(image, page.get_height(), box) for box in boxes]
    raise AssertionError(f"{word} is not on the sheet")


def _cut(image: Image.Image, height: float, box: tuple[float, float, float, float]) -> bytes:
    left, bottom, right, top = box
    cut = image.crop((int(left * 6), int((height - top) * 6), int(right * 6) + 1, int((height - bottom) * 6) + 1))
    return cut.resize((64, 64)).tobytes()


def _rows(text: str, codes: set[str]) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        words = line.split()
        for at, word in enumerate(words):
            if word in codes:
                rest = words[at + 1 :]
                end = next((place for place, other in enumerate(rest) if other in codes), len(rest))
                amounts = [other for other in rest[:end] if _AMOUNT.fullmatch(other)]
                yield word, _fen(amounts[-1])


def _fen(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))
