"""The public site: builds releases, finds in them, verifies them. Implements portal.domain.site.Site."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from generator import documents, freeze, release, tombstones
from generator.catalogue import Catalogue, PostingPage
from generator.factors import factor_table
from generator.gate import Gate
from generator.index import Index, build
from generator.load import load_catalogue
from generator.packs import deliver_pack, print_pack
from generator.sheets import checked
from generator.shell import dress, page_app
from generator.site_text import SiteText, load_site_text
from generator.slips import TEMPLATE as SLIPS
from generator.slips import slips_content
from generator.traces import traces
from generator.typeset import Typesetter
from generator.typeset_apart import ApartTypesetter
from generator.verify import verify_release
from generator.views import all_pages, public_app
from generator.views.check import SHELF
from generator.views.postings import posting_key
from generator.views.shared import Page
from portal.domain.postings import Snapshot
from portal.domain.sheets import Delivered, PackOrder, Printed
from portal.domain.site import Check, Hit, Progress, Release
from portal.domain.slips import Slips
from portal.publication import Publication, View


class PublicSite:
    """One installation's site. `signing_key` is opened only to sign; a public process never calls it."""

    def __init__(
        self,
        *,
        releases: Path,
        content: Path,
        static: Path,
        publication: Publication,
        today: Callable[[], date],
        signing_key: Callable[[], Ed25519PrivateKey],
        verifying_key: Callable[[], Ed25519PublicKey],
    ) -> None:
        self._releases = release.Releases(releases)
        self._content = content
        self._static = static
        self._publication = publication
        self._today = today
        self._signing_key = signing_key
        self._verifying_key = verifying_key

    def root(self) -> Path | None:
        current = self._releases.current()
        return current / "site" if current else None

    def files(self, under: str) -> dict[str, str]:
        current = self._releases.current()
        found = release.read_manifest(current).files if current else {}
        return {path: digest for path, digest in found.items() if path.startswith(under)}

    def publish(self, today: date, progress: Progress) -> Release:
        """Build what changed and swap it in. When nothing changed, the current release is the answer."""
        started = time.monotonic()
        with self._releases.only_builder(), self._publication.view(today) as view:
            progress("读取台账", 0, 1)
            catalogue = load_catalogue(view, self._content)
            made = _Job(self, view, catalogue, progress).run(started)
            self._releases.forget(view.erased)
            return made

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        current = self._releases.current()
        return Index(current / "index").find(query, limit) if current else []

    def traces(self, batch: str, rows: Collection[str]) -> list[str]:
        if not self._releases.folder.exists():
            return []
        return list(traces(self._releases.folder, self._releases.current(), batch, rows))

    def dress(self, app: Flask) -> None:
        dress(app, self._static)
        app.jinja_env.globals["site"] = self._site_text

    def verify(self) -> list[Check]:
        current = self._releases.current()
        if current is None:
            return [Check("站点", False, "还没有生成")]
        with self._publication.view(self._today()) as view:
            return verify_release(current, view, load_catalogue(view, self._content), self._verifying_key())

    def pack(self, order: PackOrder, folder: Path, progress: Progress) -> Printed:
        with self._publication.view(self._today()) as view:
            catalogue = load_catalogue(view, self._content)
            return print_pack(order, catalogue, view, self._typesetter, folder, progress)

    def deliver(self, order: PackOrder) -> Delivered:
        with self._releases.only_printer(), self._publication.view(self._today()) as view, ApartTypesetter() as apart:
            return deliver_pack(order, load_catalogue(view, self._content), view, apart)

    def slips(self, slips: Slips) -> bytes:
        words = f"{slips.place}纸质意见单"
        content = checked({"title": words, **slips_content([slips], self._site_text)}, words).content
        with self._releases.only_printer(), ApartTypesetter() as apart:
            return apart.set(SLIPS, content, self._today())

    @cached_property
    def _typesetter(self) -> Typesetter:
        return Typesetter()

    @cached_property
    def _site_text(self) -> SiteText:
        return load_site_text(self._content)

    @cached_property
    def signing_key_pem(self) -> str:
        """The public key of releases, for the page that says how to check them."""
        return self._verifying_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the program's templates, the county's content and the key that the site is signed with."""
        digest = hashlib.sha256()
        templates = Path(__file__).parent
        for path in sorted(
            [*chain.from_iterable(map(templates.rglob, ("*.html", "*.typ", "*.py"))), *self._static.rglob("*")]
        ):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
        digest.update((self._content / "site.toml").read_bytes())
        digest.update((self._content / "rules" / "audiences.toml").read_bytes())
        digest.update(self.signing_key_pem.encode())
        return digest.hexdigest()[:16]


class _Job:
    """One build, from catalogue to swapped-in release."""

    def __init__(self, site: PublicSite, view: View, catalogue: Catalogue, progress: Progress) -> None:
        self._site = site
        self._view = view
        self._catalogue = catalogue
        self._progress = progress
        self._releases = site._releases
        self._before = site._releases.current()
        state = release.read_state(self._before)
        self._damaged = release.altered(self._before, state) if self._before else set()
        broken = {state[path][0] for path in self._damaged}  # the files of a posting share a key: all are made anew
        self._old = {path: entry for path, entry in state.items() if not broken or entry[0] not in broken}
        self._state: dict[str, list[str]] = {}

    def run(self, started: float) -> Release:
        catalogue = self._catalogue
        fingerprint = f"{self._site.fingerprint}/{catalogue.registers_key[:16]}"
        pages = all_pages(catalogue, fingerprint)
        postings = {page: posting_key(page, fingerprint) for page in catalogue.postings}
        stale_pages = [page for page in pages if not self._is_fresh(page.path, page.key)]
        stale_postings = [page for page, key in postings.items() if not self._is_fresh(page.path + "index.html", key)]
        kept = set(postings.values())  # a posting's files share its key; how many there are, its rows say
        paths = {page.path for page in pages} | {path for path, (key, _) in self._old.items() if key in kept}
        stone_key = f"{fingerprint}/gone"
        paths |= {path for path, (key, _) in self._old.items() if key == stone_key}
        gone = {path for path in self._old if not path.startswith("static/") and path != "factors.json"} - paths
        if self._before is not None and not (stale_pages or stale_postings or gone or self._damaged):
            manifest = release.read_manifest(self._before)
            return self._answer(manifest, len(pages) + len(postings), 0, started)
        name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        staging = self._releases.stage(name)
        gate = Gate(catalogue.phones)
        self._make(staging / "site", stale_pages, stale_postings, postings, gate)
        self._mark_gone(staging / "site", tombstones.needed(self._old, paths | self._state.keys()), stone_key, gate)
        self._reuse(staging / "site", paths)
        self._extras(staging, gate)
        gate.close()
        manifest = release.Manifest(
            name,
            release.read_manifest(self._before).hash if self._before else "",
            catalogue.change,
            catalogue.ledger_head,
            {path: entry[1] for path, entry in sorted(self._state.items())},
        )
        release.write_state(staging, self._state)
        self._progress("签名、切换", 1, 1)
        self._releases.publish(staging, manifest, self._site._signing_key())
        return self._answer(manifest, len(pages) + len(postings), len(stale_pages) + len(stale_postings), started)

    def _is_fresh(self, path: str, key: str) -> bool:
        return bool(self._old.get(path, [""])[0] == key)

    def _make(
        self,
        site: Path,
        pages: list[Page],
        postings: list[PostingPage],
        keys: dict[PostingPage, str],
        gate: Gate,
    ) -> None:
        app = public_app(self._catalogue, self._snapshot, self._site._static, self._site.signing_key_pem)
        total = len(pages) + len(postings)
        key_of = {page.path: page.key for page in pages}
        frozen = freeze.freeze_pages(app, site, (page for page in pages if page.endpoint != SHELF), gate)
        shelves = (page for page in pages if page.endpoint == SHELF)
        in_bulk = freeze.write_shelves(app, self._catalogue, site, shelves, gate)
        for done, path in enumerate(chain(frozen, in_bulk)):
            self._state[path] = [key_of[path], release.file_hash(site / path)]
            self._progress("生成页面", done, total)
        with app.app_context():
            found, photo = self._with_snapshots(postings), self._view.board_photo
            made = freeze.write_postings(app, self._catalogue, site, found, photo, gate)
            for done, (page, hashes) in enumerate(made, start=len(pages)):
                self._state.update({path: [keys[page], digest] for path, digest in hashes.items()})
                if done % 50 == 0:
                    self._progress("生成页面", done, total)

    def _mark_gone(self, site: Path, stones: set[str], key: str, gate: Gate) -> None:
        app = page_app(self._site._static)
        for path in tombstones.write(app, self._catalogue, site, stones, gate):
            self._state[path] = [key, release.file_hash(site / path)]

    def _reuse(self, site: Path, paths: set[str]) -> None:
        """Share every file that did not change with the release before."""
        for path in sorted(paths - self._state.keys()):
            assert self._before is not None
            freeze.link(self._before / "site" / path, site / path)
            self._state[path] = self._old[path]

    def _extras(self, staging: Path, gate: Gate) -> None:
        """What is small and always made anew: styles, the in-page finder's table, the search index."""
        self._progress("搜索索引", 0, 1)
        site = staging / "site"
        shutil.copytree(self._site._static, site / "static")
        table = factor_table(*documents.factors(self._catalogue))
        gate.check("factors.json", table)
        (site / "factors.json").write_bytes(table)
        for path in [site / "factors.json", *(p for p in (site / "static").rglob("*") if p.is_file())]:
            self._state[str(path.relative_to(site))] = ["", release.file_hash(path)]
        build(staging / "index", documents.documents(self._catalogue, gate))

    def _with_snapshots(self, pages: list[PostingPage]) -> Iterator[tuple[PostingPage, Snapshot]]:
        by_id = {page.posting.id: page for page in pages}
        for posting, snapshot in self._view.snapshots(list(by_id)):
            yield by_id[posting], snapshot

    def _snapshot(self, page: PostingPage) -> Snapshot:
        return next(snapshot for _, snapshot in self._view.snapshots([page.posting.id]))

    def _answer(self, manifest: release.Manifest, pages: int, rebuilt: int, started: float) -> Release:
        return Release(
            manifest.release,
            pages,
            rebuilt,
            time.monotonic() - started,
            manifest.change,
            manifest.ledger_head,
            manifest.hash,
        )
