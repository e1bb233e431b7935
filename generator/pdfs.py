"""Reading typeset documents back: how many pages, and what is written on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

Unreadable = pypdfium2.PdfiumError


def page_count(pdf: bytes) -> int:
    """How many pages a document has."""
    with _opened(pdf) as document:
        return len(document)


def page_counts(pdf: bytes) -> list[int]:
    """How many pages each sheet of a document has, by its bookmarks."""
    with _opened(pdf) as document:
        starts = [bookmark.get_dest().get_index() for bookmark in document.get_toc(max_depth=1)]
        return [after - before for before, after in zip(starts, [*starts[1:], len(document)], strict=True)]


def words_of(pdf: bytes) -> str:
    """Its title and everything printed on it. Raises Unreadable."""
    with _opened(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
        return "\n".join([*document.get_metadata_dict(skip_empty=True).values(), *pages])


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()
