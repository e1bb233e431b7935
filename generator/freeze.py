"""Which pages there are, which must be made anew, and making them: Frozen-Flask for the small kinds, in bulk for
postings. A page is made anew only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_frozen import Freezer, MissingURLGeneratorWarning

from generator.catalogue import Catalogue, PostingPage
from generator.gate import Gate
from generator.pages import list_csv, posting_page
from portal.domain.postings import Snapshot


@dataclass(frozen=True, slots=True)
class Page:
    """`path` is the file under site/; `key` changes whenever the page's content may."""

    path: str
    endpoint: str
    values: Mapping[str, Any]
    key: str


def all_pages(catalogue: Catalogue, fingerprint: str) -> list[Page]:
    """Every page but the postings. `fingerprint` stands for templates, styles and content/."""
    county = _key(fingerprint, catalogue.today, catalogue.lists, _batches(catalogue.batches))
    pages = [
        Page("index.html", "home", {}, county),
        Page("404.html", "missing", {}, _key(fingerprint)),
        Page("villages/index.html", "find", {}, _key(fingerprint, [village.area for village in catalogue.villages])),
        Page("policies/index.html", "newest_list", {}, _key(fingerprint, catalogue.lists)),
    ]
    for listing in catalogue.lists:
        values = {"year": listing.year}
        pages.append(
            Page(f"policies/{listing.year}/index.html", "policy_list", values, _key(fingerprint, catalogue.lists))
        )
    for policy in catalogue.policies.values():
        key = _key(fingerprint, policy.versions, policy.changes, policy.departments, _batches(policy.batches))
        pages.append(Page(policy.path + "index.html", "policy", {"code": policy.code}, key))
    for batch in catalogue.batches:
        key = _key(fingerprint, batch.policy, batch.unit, _batches([batch]))
        pages.append(Page(batch.path + "index.html", "batch", {"number": batch.number}, key))
    for township in catalogue.townships:
        key = _key(fingerprint, township.area, township.unit, _postings(township.postings))
        pages.append(Page(township.path + "index.html", "township", {"code": township.area.code[:9]}, key))
    for village in catalogue.villages:
        units = (village.unit, village.township_unit)
        key = _key(fingerprint, village.area, village.township, units, _postings([*village.postings, *village.merged]))
        pages.append(Page(village.path + "index.html", "village", {"code": village.area.code}, key))
    for path, (number, area) in catalogue.withdrawn.items():
        kind, _, rest = path.partition("/")
        where = {
            "kind": kind,
            "code": rest.split("/")[0] if rest.count("/") > 1 else "",
            "number": number,
        }
        pages.append(Page(path + "index.html", "posting", where, _key(fingerprint, "withdrawn", area)))
    return pages


def posting_key(page: PostingPage, fingerprint: str) -> str:
    """What a posting's page is made from: its snapshot, its batch's timeline, and how pages look."""
    return f"{fingerprint}/{page.posting.id}/{page.posting.sha256}/{page.batch.state_key}/{page.policy.name}"


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
    app: Flask, catalogue: Catalogue, site: Path, found: Iterable[tuple[PostingPage, Snapshot]], gate: Gate
) -> Iterator[tuple[PostingPage, dict[str, str]]]:
    """Make postings' pages and downloads in bulk; yields each with its {path: SHA-256}."""
    for page, snapshot in found:
        folder = site / page.path
        folder.mkdir(parents=True, exist_ok=True)
        hashes = {}
        for name, data in (
            ("index.html", posting_page(app, catalogue, page, snapshot).encode()),
            ("list.csv", list_csv(page, snapshot)),
            ("snapshot.txt", snapshot.text.encode()),
        ):
            gate.check(page.path + name, data, rows_allowed=page.policy.shown_on_web(page.posting.kind) == "rows")
            (folder / name).write_bytes(data)
            hashes[page.path + name] = hashlib.sha256(data).hexdigest()
        yield page, hashes


def link(old: Path, new: Path) -> None:
    """Share an unchanged file with the release before."""
    new.parent.mkdir(parents=True, exist_ok=True)
    os.link(old, new)


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _postings(pages: Iterable[PostingPage]) -> list[str]:
    return [f"{page.posting.id}/{page.posting.sha256}/{page.batch.state_key}/{page.policy.name}" for page in pages]


def _batches(batches: Iterable[Any]) -> list[object]:
    return [(batch.state_key, batch.tally, [page.posting.id for page in batch.postings]) for batch in batches]
