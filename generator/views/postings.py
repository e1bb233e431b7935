"""Postings: a village's list of one batch, its downloads, and the tombstone of one that was taken down.

Made in bulk by the builder; the views here are the same pages one at a time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app
from markupsafe import Markup

from generator.catalogue import Catalogue, PostingPage
from generator.rows import LiftedRow
from generator.shell import page_context
from generator.views.shared import Page, fingerprint_of, here, show
from portal.domain import money
from portal.domain.postings import COLUMN_WORDS, Snapshot

blueprint = Blueprint("postings", __name__)
FILES = ("index.html", "list.csv", "snapshot.txt")


@blueprint.get("/<any(villages,townships,county):kind>/<code>/<number>/")
@blueprint.get("/<any(county):kind>/<number>/", defaults={"code": ""})
def posting(kind: str, code: str, number: str) -> str:
    path = f"{kind}/{code}/{number}/" if code else f"{kind}/{number}/"
    catalogue = here().catalogue
    if path in catalogue.withdrawn:
        gone = dict(zip(("number", "area"), catalogue.withdrawn[path], strict=True))
        return show("withdrawn", "这一期公示已撤下", "公示公开", page=gone)
    page = here().postings.get(path) or abort(404)
    return posting_page(current_app, catalogue, page, here().snapshot(page))


@blueprint.get("/<any(villages,townships,county):kind>/<code>/<number>/<any('list.csv','snapshot.txt'):name>")
@blueprint.get("/<any(county):kind>/<number>/<any('list.csv','snapshot.txt'):name>", defaults={"code": ""})
def download(kind: str, code: str, number: str, name: str) -> Response:
    path = f"{kind}/{code}/{number}/" if code else f"{kind}/{number}/"
    page = here().postings.get(path) or abort(404)
    snapshot = here().snapshot(page)
    data = list_csv(page, snapshot) if name == "list.csv" else snapshot.text.encode()
    return Response(data, mimetype="text/csv" if name == "list.csv" else "text/plain")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """The tombstones; postings themselves are made in bulk."""
    for path, (number, area) in catalogue.withdrawn.items():
        kind, _, rest = path.partition("/")
        code = rest.split("/")[0] if rest.count("/") > 1 else ""
        values = {"kind": kind, "code": code, "number": number}
        yield Page(path + "index.html", "postings.posting", values, fingerprint_of(fingerprint, "withdrawn", area))


def posting_key(page: PostingPage, fingerprint: str) -> str:
    """What a posting's page is made from: its snapshot, its batch's timeline, and how pages look."""
    return f"{fingerprint}/{page.key}"


def files(app: Flask, catalogue: Catalogue, page: PostingPage, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """(path, content) of everything a posting publishes. Needs no request."""
    yield page.path + "index.html", posting_page(app, catalogue, page, snapshot).encode()
    yield page.path + "list.csv", list_csv(page, snapshot)
    yield page.path + "snapshot.txt", snapshot.text.encode()


def posting_page(app: Flask, catalogue: Catalogue, page: PostingPage, snapshot: Snapshot) -> str:
    """A posting's page: the skeleton by Jinja, the rows laid in as one piece. Needs no request."""
    root = "../" * page.path.count("/")
    context = page_context(catalogue.site, catalogue.today, root, page.title, "公示公开")
    rows: Markup = lifted(app).lay_over(snapshot.rows_text)
    return app.jinja_env.get_template("pages/posting.html").render(
        **context, catalogue=catalogue, page=page, columns=snapshot.columns, rows=rows
    )


def lifted(app: Flask) -> LiftedRow:
    if "lifted" not in app.extensions:
        app.extensions["lifted"] = LiftedRow.of(app.jinja_env)
    row: LiftedRow = app.extensions["lifted"]
    return row


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
        writer.writerow(["人（户）次", "金额（元）", "其中到账", "待发放", "待核实"])
        fen = (tally.fen, tally.paid_fen, tally.pending_fen, tally.held_fen)
        writer.writerow([tally.rows, *map(money.plain, fen)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
