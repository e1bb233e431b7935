"""Publishing the site and keeping a record of it: its releases, and what the builder is doing."""

from __future__ import annotations

from datetime import date

from portal.domain.personal_data import find_personal_data
from portal.domain.publishing import BuilderState
from portal.domain.site import Progress, Release, Site
from portal.ledger import journal, postings, publishing
from portal.ledger.engine import Ledger

_LONGEST_FAILURE = 300


def publish_site(ledger: Ledger, site: Site, today: date, progress: Progress) -> Release:
    """Build what changed, record the release and up to where it goes. Raises Refused."""
    with ledger.read() as connection:
        change = publishing.newest_change(connection)
        erased = publishing.newest_erasure(connection, publishing.read_builder(connection).change)
    release = site.publish(today, progress)
    record_release(ledger, release)
    if erased:
        ledger.forget_erased(publicly=True)  # once more: while this build was reading, the log could not be cut short
    with ledger.write() as connection:
        before = publishing.read_builder(connection).change
        publishing.change_builder(connection, change=max(change, before), built_on=today, failure="")
    return release


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


def builder_began(ledger: Ledger) -> None:
    now = publishing.now()
    with ledger.write() as connection:
        publishing.change_builder(connection, started=now, seen=now, state="idle", failure="")


def builder_is(ledger: Ledger, state: BuilderState) -> None:
    """The builder's heartbeat."""
    with ledger.write() as connection:
        publishing.change_builder(connection, seen=publishing.now(), state=state)


def builder_failed(ledger: Ledger, words: str) -> None:
    """Keep why nothing was published, for the desk."""
    failure = without_personal_data(words)[:_LONGEST_FAILURE].rstrip("。")
    with ledger.write() as connection:
        publishing.change_builder(connection, seen=publishing.now(), state="idle", failure=failure)


def without_personal_data(words: str) -> str:
    """What a builder may say of a refusal where others read it: the gate names files, and a name can hold an ID number."""
    if find_personal_data(words):
        return "页面里有疑似个人信息，没有发布。请在服务器上运行 mingbai build 看是哪一页"
    return words
