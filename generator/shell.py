"""What every page is made with: the Jinja environment, its filters and words, and the context each template gets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from flask import Flask, render_template
from jinja2 import StrictUndefined

from generator.site_text import SiteText
from portal.domain import money, policies
from portal.domain.postings import COLUMN_WORDS, RESULTS


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
