"""The public site as a Flask app: each module has the views of some page kinds and says which pages there are.

Frozen-Flask freezes it; previews and tests call it directly.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from generator import feeds as feed_files
from generator.catalogue import Catalogue, PostingPage
from generator.shell import page_app
from generator.views import cases, check, columns, data, feeds, home, money, places, policies, postings, proof
from generator.views.shared import Here, Page
from portal.domain.postings import Snapshot

_KINDS = (cases, check, columns, data, feeds, home, money, places, policies, postings, proof)


def public_app(
    catalogue: Catalogue, snapshot: Callable[[PostingPage], Snapshot], static: Path, signing_key: str = ""
) -> Flask:
    """The whole site: every published URL answers here. `signing_key` is the public key of releases, as PEM."""
    app = page_app(static)
    app.extensions["mingbai"] = Here(
        catalogue, snapshot, lambda: _findable(catalogue, _pages(catalogue, "")), signing_key
    )
    for kind in _KINDS:
        app.register_blueprint(kind.blueprint)
    return app


def all_pages(catalogue: Catalogue, fingerprint: str) -> list[Page]:
    """Every page but the postings, which are made in bulk. `fingerprint` stands for templates, styles, registers and
    content/; each kind adds what else its pages are made from."""
    pages = _pages(catalogue, fingerprint)
    return [*pages, *feeds.sitemap_pages(catalogue, fingerprint, _findable(catalogue, pages))]


def _pages(catalogue: Catalogue, fingerprint: str) -> list[Page]:
    return [page for kind in _KINDS for page in kind.pages(catalogue, fingerprint)]


def _findable(catalogue: Catalogue, pages: list[Page]) -> list[str]:
    """The files of the pages that the sitemap lists: postings included, pages of check codes left to who holds one."""
    paths = [
        *(page.path for page in pages if page.endpoint != check.SHELF),
        *(f"{page.path}index.html" for page in catalogue.postings),
    ]
    return feed_files.in_sitemap(catalogue, paths)
