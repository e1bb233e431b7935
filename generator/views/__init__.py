"""The public site as a Flask app: each module has the views of some page kinds and says which pages there are.

Frozen-Flask freezes it; previews and tests call it directly.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from generator.catalogue import Catalogue, PostingPage
from generator.shell import page_app
from generator.views import home, places, policies, postings
from generator.views.shared import Here, Page
from portal.domain.postings import Snapshot

_KINDS = (home, places, policies, postings)


def public_app(catalogue: Catalogue, snapshot: Callable[[PostingPage], Snapshot], static: Path) -> Flask:
    """The whole site: every published URL answers here."""
    app = page_app(static)
    app.extensions["mingbai"] = Here(catalogue, snapshot)
    for kind in _KINDS:
        app.register_blueprint(kind.blueprint)
    return app


def all_pages(catalogue: Catalogue, fingerprint: str) -> list[Page]:
    """Every page but the postings, which are made in bulk. `fingerprint` stands for templates, styles, registers and
    content/; each kind adds what else its pages are made from."""
    return [page for kind in _KINDS for page in kind.pages(catalogue, fingerprint)]
