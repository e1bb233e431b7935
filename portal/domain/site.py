"""What the portal asks of the public site. The generator implements it; wsgi.py joins the two."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from portal.domain.sheets import Delivered, PackOrder, Printed
from portal.domain.slips import Slips

Progress = Callable[[str, int, int], None]
"""Called with what is being done (plain Chinese), how much is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `path` is relative to the site's root ("policies/gddlbh/")."""

    path: str
    kind: str
    title: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `verify` looked at."""

    name: str
    ok: bool
    detail: str

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Release:
    """One complete, signed state of the public site. `rebuilt` counts pages made anew, `pages` all of them."""

    name: str
    pages: int
    rebuilt: int
    seconds: float
    change: int
    ledger_head: str
    manifest_hash: str


class Site(Protocol):
    def publish(self, today: date, progress: Progress) -> Release:
        """Build what changed into a new release and swap it in; complete or not there."""

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        """Full-text search in the current release; no rows and no names are in the index."""

    def dress(self, app: Any) -> None:
        """Give a Flask app the site's templates, filters and words, so that the service's pages look like the site's.

        Any: the domain knows no framework.
        """

    def pack(self, order: PackOrder, folder: Path, progress: Progress) -> Printed:
        """Typeset what was ordered into an empty folder, from the same snapshots as the pages."""

    def deliver(self, order: PackOrder) -> Delivered:
        """Typeset what was ordered in a process of its own, one pack at a time, without a file. Raises Refused where
        another pack is being made, or this one takes too long."""

    def slips(self, slips: Slips) -> bytes:
        """Blank complaint slips as one document, set as `deliver` does. Raises Refused."""

    def traces(self, batch: str, rows: Collection[str]) -> list[str]:
        """Where a withdrawn batch can still be found in any release kept here, in words; `rows` are lines of its
        snapshots."""

    def verify(self) -> list[Check]:
        """Recompute the current release: manifest, pages against snapshots, no personal data."""

    def files(self, under: str) -> Mapping[str, str]:
        """SHA-256 of the current release's files whose path starts so."""

    def root(self) -> Path | None:
        """Folder of the current release's public files, resolved anew at each call; None before the first."""
