"""The public Flask app: one small view a page kind. Frozen-Flask freezes it; tests and previews call it directly."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template
from jinja2 import StrictUndefined
from markupsafe import Markup

from generator.catalogue import Catalogue, PostingPage
from generator.rows import LiftedRow
from generator.site_text import SiteText
from portal.domain import money, policies
from portal.domain.postings import COLUMN_WORDS, RESULTS, Snapshot

Snapshots = Callable[[PostingPage], Snapshot]


class Words:
    """Codes in Chinese, from the domain's own tables."""

    level = policies.LEVELS
    channel = policies.CHANNELS
    payee_unit = policies.PAYEE_UNITS
    shows = policies.SHOWS
    fields = policies.FIELD_WORDS
    results = RESULTS
    columns = COLUMN_WORDS
    changes: Mapping[str, str] = {"added": "新增", "dropped": "取消", "changed": "调整"}


def day(value: date | str | None) -> str:
    """2025年3月5日; empty for nothing."""
    if not value:
        return ""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


def page_app(static: Path) -> Flask:
    """A Flask app with the site's templates, filters and words, and no pages yet."""
    app = Flask("generator", root_path=str(Path(__file__).parent), static_folder=None)
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        grouped=money.grouped, plain=money.plain, capitals=money.capitals, number=money.number, day=day
    )

    @lru_cache
    def asset(name: str) -> str:
        return f"static/{name}?v={hashlib.sha256((static / name).read_bytes()).hexdigest()[:8]}"

    environment.globals.update(words=Words, asset=asset)
    return app


def public_app(catalogue: Catalogue, snapshots: Snapshots, static: Path) -> Flask:
    """The whole site as an app: every published URL answers here."""
    app = page_app(static)
    shared = {"catalogue": catalogue}
    batches = {batch.number: batch for batch in catalogue.batches}
    townships = {township.area.code[:9]: township for township in catalogue.townships}
    villages = {village.area.code: village for village in catalogue.villages}
    postings = {page.path: page for page in catalogue.postings}
    lists = {listing.year: listing for listing in catalogue.lists}

    def show(template: str, root: str, title: str, column: str, description: str = "", **extra: Any) -> str:
        context = page_context(catalogue.site, catalogue.today, root, title, column, description)
        return render_template(f"pages/{template}.html", **context, **shared, **extra)

    @app.get("/")
    def home() -> str:
        return show("home", "./", "首页", "首页")

    @app.get("/404.html")
    def missing() -> str:
        return missing_page(catalogue.site, catalogue.today)

    @app.get("/villages/")
    def find() -> str:
        return show("find", "../", "查本村公示", "公示公开")

    @app.get("/villages/<code>/")
    def village(code: str) -> str:
        page = villages.get(code) or abort(404)
        return show("village", "../../", f"{page.township.name}{page.area.name}", "公示公开", page=page)

    @app.get("/townships/<code>/")
    def township(code: str) -> str:
        page = townships.get(code) or abort(404)
        return show("township", "../../", f"{page.area.name}补贴底册", "公示公开", page=page)

    @app.get("/batches/<number>/")
    def batch(number: str) -> str:
        page = batches.get(number) or abort(404)
        return show("batch", "../../", page.title, "发放信息", page=page)

    @app.get("/policies/")
    def newest_list() -> str:
        return policy_list(max(lists), "../") if lists else abort(404)

    @app.get("/policies/<int:year>/")
    def policy_list(year: int, root: str = "../../") -> str:
        listing = lists.get(year) or abort(404)
        changes = catalogue.list_changes.get(year, ())
        title, years = f"{year}年补贴政策清单", sorted(lists, reverse=True)
        return show("policy_list", root, title, "政策清单", listing=listing, changes=changes, years=years)

    @app.get("/policies/<code>/")
    def policy(code: str) -> str:
        page = catalogue.policies.get(code) or abort(404)
        return show("policy", "../../", page.newest.name, "政策清单", page.newest.target_group, page=page)

    @app.get("/<any(villages,townships,county):kind>/<code>/<number>/")
    @app.get("/<any(county):kind>/<number>/", defaults={"code": ""})
    def posting(kind: str, code: str, number: str) -> str:
        path = posting_path(kind, code, number)
        if path in catalogue.withdrawn:
            gone = dict(zip(("number", "area"), catalogue.withdrawn[path], strict=True))
            return show("withdrawn", "../" * path.count("/"), "这一期公示已撤下", "公示公开", page=gone)
        page = postings.get(path) or abort(404)
        return posting_page(app, catalogue, page, snapshots(page))

    @app.get("/<any(villages,townships,county):kind>/<code>/<number>/<any('list.csv','snapshot.txt'):name>")
    @app.get("/<any(county):kind>/<number>/<any('list.csv','snapshot.txt'):name>", defaults={"code": ""})
    def download(kind: str, code: str, number: str, name: str) -> Response:
        page = postings.get(posting_path(kind, code, number)) or abort(404)
        snapshot = snapshots(page)
        data = list_csv(page, snapshot) if name == "list.csv" else snapshot.text.encode()
        return Response(data, mimetype="text/csv" if name == "list.csv" else "text/plain")

    return app


def page_context(
    site: SiteText, today: date, root: str, title: str, column: str, description: str = ""
) -> dict[str, object]:
    """What every template is given."""
    return {
        "site": site,
        "root": root,
        "today": today,
        "title": title,
        "column": column,
        "description": description or f"{site.name}：{title}",
    }


def missing_page(site: SiteText, today: date) -> str:
    """The page for an address that leads nowhere; served at any depth, so its links start at the site's root."""
    return render_template("pages/missing.html", **page_context(site, today, site.base_path, "没有这个页面", "提示"))


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


def posting_path(kind: str, code: str, number: str) -> str:
    return f"{kind}/{code}/{number}/" if code else f"{kind}/{number}/"
