"""Sheets that anybody may print off the site: files of the release, of what is on notice, where the county wants them.

Nothing is on them that the posting's page does not show: they are made of the same snapshot. They have no print number,
since nobody ordered them; the check code is the same.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from functools import cached_property
from typing import Final

from generator.catalogue import Catalogue, PostingPage
from generator.sheet_words import is_for_everybody
from generator.sheets import SheetWriter
from generator.typeset_apart import ApartTypesetter
from portal.domain.postings import Snapshot
from portal.domain.sheets import Layout

NAME: Final = "sheet.pdf"
"""Of the file, beside the posting's page."""
_SECONDS: Final = 600.0
"""For all sheets of a build: twenty thousand of them."""


class PublicSheets:
    """Sets the sheets of one build. A context: Typst runs in a process of its own, from the first sheet to the end."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._site = catalogue.site
        self._writer = SheetWriter(catalogue.site, catalogue.today)
        self._running = ExitStack()

    def __enter__(self) -> PublicSheets:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def of(self, page: PostingPage, snapshot: Snapshot) -> bytes | None:
        """The posting's sheet as PDF, A4 and in normal type; None where it has none. The same posting gives the same bytes
        on every day. Raises Refused where time or memory ran out."""
        if not is_for_everybody(page, self._site):
            return None
        sheet = self._writer.posting(page, snapshot, "", Layout())
        document = {"title": page.title, "author": self._site.county, "sheets": [sheet.content]}
        return self._typesetter.set("pack.typ", document, date.fromisoformat(page.posting.facts["published"]))

    @cached_property
    def _typesetter(self) -> ApartTypesetter:
        return self._running.enter_context(ApartTypesetter(_SECONDS))
