"""Keeping a record of the releases of the public site."""

from __future__ import annotations

from portal.domain.site import Release
from portal.ledger import journal, postings
from portal.ledger.engine import Ledger


def record_release(ledger: Ledger, release: Release) -> None:
    """Journal a release and its manifest's hash, once."""
    with ledger.write() as connection:
        if postings.release_hash(connection, release.name) is not None:
            return
        postings.add_release(
            connection,
            name=release.name,
            change=release.change,
            ledger_head=release.ledger_head,
            manifest_hash=release.manifest_hash,
        )
        detail: dict[str, object] = {
            "release": release.name,
            "change": release.change,
            "pages": release.pages,
            "manifest": release.manifest_hash,
        }
        journal.append(connection, "release", "builder", detail)
