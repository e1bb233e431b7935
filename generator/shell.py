"""What every page is made with: the Jinja environment, its filters and words, and the context each template gets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, render_template
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from generator.site_text import SiteText
from portal.domain import money, policies
from portal.domain.policy_lists import in_plain_words
from portal.domain.postings import COLUMN_WORDS, RESULTS

HELP_PAGES: Final = {
    "404": ("没有这个页面", "missing"),
    "500": ("网站暂时出了问题", "broken"),
    "offline": ("现在没有网络", "offline"),
}
"""File name → (title, template) of the pages that help when an address, the service or the network fails."""


class Words:
    """Codes in Chinese, from the domain's own tables."""

    level = policies.LEVELS
    channel = policies.CHANNELS
    payee_unit = policies.PAYEE_UNITS
    shows = policies.SHOWS
    results = RESULTS
    columns = COLUMN_WORDS
    changes: Mapping[str, str] = {"added": "新增", "dropped": "取消", "changed": "调整"}


def day(value: date | str | None) -> str:
    """2025年3月5日; empty for nothing."""
    if not value:
        return ""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


_ROOT = Path(__file__).parent


def page_app(static: Path) -> Flask:
    """A Flask app in the site's dress, with no pages yet."""
    app = Flask("generator", root_path=str(_ROOT), static_folder=None, template_folder=None)
    dress(app, static)
    return app


def dress(app: Flask, static: Path) -> None:
    """Give the app the site's templates, filters and words; templates of its own are found first."""
    app.jinja_loader = FileSystemLoader(_ROOT / "templates")
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        grouped=money.grouped,
        plain=money.plain,
        capitals=money.capitals,
        number=money.number,
        day=day,
        plainly=in_plain_words,
    )

    @lru_cache
    def asset(name: str) -> str:
        return f"static/{name}?v={hashlib.sha256((static / name).read_bytes()).hexdigest()[:8]}"

    made: dict[tuple[str, str, date], Markup] = {}

    def shared(template: str, root: str, site: SiteText, today: date) -> Markup:
        """What all pages of one depth have in common, made once: a county has thousands of them."""
        key = (template, root, today)
        if key not in made:
            text = environment.get_template(template).render(root=root, site=site, today=today)
            made[key] = Markup(text)  # noqa: S704 - autoescaped by the template
        return made[key]

    environment.globals.update(words=Words, asset=asset, shared=shared)


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


def help_page(name: str, site: SiteText, today: date) -> str:
    """A page for when something is not there; served at any depth, so its links start at the site's root."""
    title, template = HELP_PAGES[name]
    return render_template(f"pages/{template}.html", **page_context(site, today, site.base_path, title, "提示"))
