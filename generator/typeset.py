"""Typst, behind this one module: JSON in, a tagged PDF out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import typst

from generator.fonts import font_folders

_REMEMBERED: Final = 10
_TEMPLATES: Final = Path(__file__).parent / "templates" / "sheets"


class Sets(Protocol):
    """Whoever sets documents, in this process or elsewhere."""

    def set(self, template: str, content: Mapping[str, Any], made_on: date) -> bytes: ...


class Typesetter:
    """Sets documents. Faces are opened once, when the first is set."""

    @cached_property
    def _compiler(self) -> typst.Compiler:
        faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders())
        return typst.Compiler(root=str(_TEMPLATES), font_paths=faces)

    def set(self, template: str, content: Mapping[str, Any], made_on: date) -> bytes:
        """The document as PDF/UA: tagged, with title and language, faces embedded. `content` needs `title` and
        `author`; the same content on the same day gives the same bytes."""
        pdf = self._compiler.compile(
            str(_TEMPLATES / template),
            sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC),
        )
        assert isinstance(pdf, bytes)
        self._forget()
        return pdf

    def _forget(self) -> None:
        """Let go of what Typst remembers of the document. It drops what ten documents did not use, and would hold ten
        volumes of sheets until then; documents of nothing take no time."""
        for _ in range(_REMEMBERED + 1):
            self._compiler.compile(b"", format="pdf")
