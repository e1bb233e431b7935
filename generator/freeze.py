"""Making pages: through Frozen-Flask for the small kinds, in bulk for postings; each through the gate."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flask import Flask
from flask_frozen import Freezer, MissingURLGeneratorWarning

from generator.catalogue import Catalogue, PostingPage
from generator.gate import Gate
from generator.public_sheets import NAME as SHEET
from generator.public_sheets import PublicSheets
from generator.views.check import shelf_page
from generator.views.postings import files
from generator.views.shared import Page
from portal.domain.postings import Snapshot
from portal.publication import BoardRecord


def freeze_pages(app: Flask, site: Path, pages: Iterable[Page], gate: Gate) -> Iterator[str]:
    """Make small pages through Frozen-Flask into `site`, each through the gate; yields their paths."""
    app.config.update(
        FREEZER_DESTINATION=str(site),
        FREEZER_REMOVE_EXTRA_FILES=False,  # its default deletes files that it did not make
        FREEZER_IGNORE_MIMETYPE_WARNINGS=True,
    )
    freezer = Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)

    freezer.register_generator(lambda: ((page.endpoint, page.values) for page in pages))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)  # we freeze what changed, not every endpoint
        for made in freezer.freeze_yield():
            path = str(made.path)
            gate.check(path, (site / path).read_bytes())
            yield path


def write_postings(
    app: Flask,
    catalogue: Catalogue,
    site: Path,
    found: Iterable[tuple[PostingPage, Snapshot]],
    photo: Callable[[BoardRecord], bytes],
    gate: Gate,
) -> Iterator[tuple[PostingPage, dict[str, str]]]:
    """Make postings' pages, downloads, sheets and photos in bulk; yields each with its {path: SHA-256}."""
    with PublicSheets(catalogue) as sheets:
        for page, snapshot in found:
            rows_allowed = page.policy.shown_on_web(page.posting.kind) == "rows" and "retired" not in page.posting.facts
            hashes = {}
            for path, data in files(app, catalogue, page, snapshot):
                gate.check(path, data, rows_allowed=rows_allowed)
                hashes[path] = _write(site / path, data)
            if (pdf := sheets.of(page, snapshot)) is not None:
                gate.check(page.path + SHEET, pdf, rows_allowed=rows_allowed)
                hashes[page.path + SHEET] = _write(site / page.path / SHEET, pdf)
            for record in page.photos:
                path, data = page.path + record.file_name, photo(record)
                gate.check_photo(path, data)
                hashes[path] = _write(site / path, data)
            yield page, hashes


def write_shelves(app: Flask, catalogue: Catalogue, site: Path, pages: Iterable[Page], gate: Gate) -> Iterator[str]:
    """Make the pages of check codes in bulk; yields their paths."""
    for page in pages:
        data = shelf_page(app, catalogue, page.values["prefix"]).encode()
        gate.check(page.path, data)
        _write(site / page.path, data)
        yield page.path


def _write(path: Path, data: bytes) -> str:
    """Returns the SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def link(old: Path, new: Path) -> None:
    """Share an unchanged file with the release before."""
    new.parent.mkdir(parents=True, exist_ok=True)
    os.link(old, new)
