"""Postings: a village's list of one batch, its downloads, and the tombstone of one that was taken down.

Made in bulk by the builder; the views here are the same pages one at a time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app
from markupsafe import Markup

from generator.catalogue import BatchPage, Catalogue, PostingPage
from generator.qr import QrCodes
from generator.rows import LiftedRow
from generator.sheet_words import is_for_everybody
from generator.shell import page_context
from generator.splitting import Part, split
from generator.views.shared import Page, fingerprint_of, here, show
from portal.domain import money
from portal.domain.postings import COLUMN_WORDS, Snapshot
from portal.domain.sheets import check_code, check_path

blueprint = Blueprint("postings", __name__)


@blueprint.get("/<any(villages,townships,county):kind>/<code>/<number>/", defaults={"part": 1})
@blueprint.get("/<any(villages,townships,county):kind>/<code>/<number>/<int(min=2):part>/")
@blueprint.get("/<any(county):kind>/<number>/", defaults={"code": "", "part": 1})
@blueprint.get("/<any(county):kind>/<number>/<int(min=2):part>/", defaults={"code": ""})
def posting(kind: str, code: str, number: str, part: int) -> str:
    path = _path(kind, code, number)
    catalogue = here().catalogue
    if path in catalogue.withdrawn:
        gone = dict(zip(("number", "area"), catalogue.withdrawn[path], strict=True))
        batch = next((batch for batch in catalogue.batches if batch.number == gone["number"]), None)
        return show("withdrawn", "这一期公示已撤下", "公示公开", page=gone, batch=batch)
    page = here().postings.get(path) or abort(404)
    snapshot = here().snapshot(page)
    parts = split(snapshot)
    if part > len(parts):
        abort(404)
    return posting_page(current_app, catalogue, page, snapshot, parts, parts[part - 1])


@blueprint.get("/<any(villages,townships,county):kind>/<code>/<number>/<any('list.csv','snapshot.txt'):name>")
@blueprint.get("/<any(county):kind>/<number>/<any('list.csv','snapshot.txt'):name>", defaults={"code": ""})
def download(kind: str, code: str, number: str, name: str) -> Response:
    page = here().postings.get(_path(kind, code, number)) or abort(404)
    snapshot = here().snapshot(page)
    data = list_csv(page, snapshot) if name == "list.csv" else snapshot.text.encode()
    return Response(data, mimetype="text/csv" if name == "list.csv" else "text/plain")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """The tombstones; postings themselves are made in bulk."""
    shown = {batch.number for batch in catalogue.batches}
    for path, (number, area) in catalogue.withdrawn.items():
        kind, _, rest = path.partition("/")
        code = rest.split("/")[0] if rest.count("/") > 1 else ""
        values = {"kind": kind, "code": code, "number": number}
        key = fingerprint_of(fingerprint, "withdrawn", area, number in shown)
        yield Page(path + "index.html", "postings.posting", values, key)


def posting_key(page: PostingPage, fingerprint: str) -> str:
    """What a posting's page is made from: its snapshot, its batch's timeline, and how pages look."""
    return f"{fingerprint}/{page.key}"


def files(app: Flask, catalogue: Catalogue, page: PostingPage, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """(path, content) of everything a posting publishes. Needs no request."""
    parts = split(snapshot)
    for part in parts:
        yield f"{page.path}{part.folder}index.html", posting_page(app, catalogue, page, snapshot, parts, part).encode()
    yield page.path + "list.csv", list_csv(page, snapshot)
    yield page.path + "snapshot.txt", snapshot.text.encode()


def posting_page(
    app: Flask, catalogue: Catalogue, page: PostingPage, snapshot: Snapshot, parts: list[Part], part: Part
) -> str:
    """One part of a posting: the skeleton by Jinja, the rows laid in as one piece. Needs no request."""
    path = page.path + part.folder
    title = page.title if part.number == 1 else f"{page.title}（第{part.number}页）"
    context = page_context(catalogue.site, catalogue.today, "../" * path.count("/"), title, "公示公开")
    pieces, code = _pieces(app), check_code(page.posting.sha256)
    return app.jinja_env.get_template("pages/posting.html").render(
        **context,
        catalogue=catalogue,
        page=page,
        columns=snapshot.columns,
        parts=parts,
        part=part,
        rows=pieces.row.lay_over(part.rows_text),
        timeline=pieces.timeline(page.batch),
        check_code=code,
        check_path=check_path(code),
        has_sheet=is_for_everybody(page, catalogue.site),
        qr=pieces.codes.svg(catalogue.site.url + page.path),
    )


class _Pieces:
    """What many postings' pages have in common, made once for an app."""

    def __init__(self, app: Flask) -> None:
        self.row = LiftedRow.of(app.jinja_env)
        self.codes = QrCodes()
        self._timeline = app.jinja_env.get_template("components/timeline.html").module.timeline  # type: ignore[attr-defined]
        self._timelines: dict[str, Markup] = {}

    def timeline(self, batch: BatchPage) -> Markup:
        if batch.number not in self._timelines:
            self._timelines[batch.number] = self._timeline(batch)
        return self._timelines[batch.number]


def _pieces(app: Flask) -> _Pieces:
    if "pieces" not in app.extensions:
        app.extensions["pieces"] = _Pieces(app)
    found: _Pieces = app.extensions["pieces"]
    return found


def _path(kind: str, code: str, number: str) -> str:
    return f"{kind}/{code}/{number}/" if code else f"{kind}/{number}/"


def list_csv(page: PostingPage, snapshot: Snapshot) -> bytes:
    """The posting as a table for Excel: BOM, CRLF, text that no spreadsheet takes for a formula (masked names and
    figures only). Where only totals may be shown: one line of totals."""
    out = io.StringIO()
    writer = csv.writer(out)
    if snapshot.shows_rows:
        writer.writerow([COLUMN_WORDS[name] for name in snapshot.columns])
        writer.writerows(line.split("\t") for line in snapshot.rows_text.split("\n")[:-1])
    else:
        tally = page.tally
        sums = {
            "金额（元）": tally.fen,
            "其中到账": tally.paid_fen,
            "待发放": tally.pending_fen,
            "待核实": tally.held_fen,
        }
        if tally.treasury_rows:
            sums["已退国库"] = tally.treasury_fen
        if tally.dropped_rows:
            sums["核实后不发"] = tally.dropped_fen
        writer.writerow(["人（户）次", *sums])
        writer.writerow([tally.rows, *map(money.plain, sums.values())])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
