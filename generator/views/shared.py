"""What the views share: the page list's entry, the catalogue at hand, and rendering a template."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, render_template, request

from generator.catalogue import BatchPage, Catalogue, PostingPage, TownshipPage, VillagePage
from generator.shell import page_context
from portal.domain.postings import Snapshot
from portal.publication import PublishedList

_EXTENSION = "mingbai"


@dataclass(frozen=True, slots=True)
class Page:
    """`path` is the file under site/, `endpoint` and `values` its view; `key` changes whenever its content may."""

    path: str
    endpoint: str
    values: Mapping[str, Any]
    key: str


@dataclass(frozen=True)
class Here:
    """The catalogue of this build, by the names that URLs use."""

    catalogue: Catalogue
    snapshot: Callable[[PostingPage], Snapshot]
    findable: Callable[[], list[str]] = list
    """The files of the pages that the sitemap lists."""
    signing_key: str = ""
    """The public key that releases are signed with, as PEM."""

    @cached_property
    def batches(self) -> dict[str, BatchPage]:
        return {batch.number: batch for batch in self.catalogue.batches}

    @cached_property
    def townships(self) -> dict[str, TownshipPage]:
        return {township.area.code[:9]: township for township in self.catalogue.townships}

    @cached_property
    def villages(self) -> dict[str, VillagePage]:
        return {village.area.code: village for village in self.catalogue.villages}

    @cached_property
    def postings(self) -> dict[str, PostingPage]:
        return {page.path: page for page in self.catalogue.postings}

    @cached_property
    def lists(self) -> dict[int, PublishedList]:
        return {listing.year: listing for listing in self.catalogue.lists}


def here() -> Here:
    found: Here = current_app.extensions[_EXTENSION]
    return found


def show(template: str, title: str, column: str, description: str = "", **extra: Any) -> str:
    """Render pages/<template>.html with what every template gets; links are relative, so any sub-path will do."""
    root = "../" * (request.path.count("/") - 1) or "./"
    catalogue = here().catalogue
    context = page_context(catalogue.site, catalogue.today, root, title, column, description)
    return render_template(f"pages/{template}.html", **context, catalogue=catalogue, **extra)


def fingerprint_of(*parts: object) -> str:
    """A key from what a page is made from; parts must write themselves out fully."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def posting_keys(found: Iterable[PostingPage]) -> list[str]:
    return [page.key for page in found]


def batch_keys(found: Iterable[BatchPage]) -> list[object]:
    return [(batch.state_key, batch.tally, [page.posting.id for page in batch.postings]) for batch in found]
