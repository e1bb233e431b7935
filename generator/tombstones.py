"""Tombstones: an address that was published once never becomes an error. What nothing makes any more says that it went.

A withdrawn posting has its own page (views/postings); this is for all else: a withdrawn batch, a policy that a later
version of its year's list no longer has, a department's page of such a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask, render_template

from generator.catalogue import Catalogue
from generator.gate import Gate
from generator.shell import page_context


def needed(before: Iterable[str], paths: set[str]) -> set[str]:
    """The pages of the release before that this one does not make. Downloads are let go: what was in them must go."""
    return {path for path in before if path.endswith("/index.html") and path not in paths}


def write(app: Flask, catalogue: Catalogue, site: Path, paths: Iterable[str], gate: Gate) -> Iterator[str]:
    """Make the tombstones; yields their paths. They say nothing of what stood there: it may have gone for a reason."""
    for path in paths:
        root = "../" * path.count("/")
        context = page_context(catalogue.site, catalogue.today, root, "这个页面撤下了", "提示")
        with app.app_context():
            html = render_template("pages/gone.html", **context)
        gate.check(path, html.encode())
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(html, encoding="utf-8")
        yield path
