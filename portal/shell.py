"""How the service's pages are shown: in the site's own dress, with links that hold under any sub-path."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request

from portal.config import Config

_EXTENSION = "mingbai-config"


def install(app: Any, config: Config) -> None:
    app.extensions[_EXTENSION] = config


def root() -> str:
    """The relative way from this request's address to the site's front page."""
    return "../" * (request.path.count("/") - 1) or "./"


def page(title: str, column: str) -> dict[str, Any]:
    """What the site's layouts ask for."""
    config: Config = current_app.extensions[_EXTENSION]
    return {"root": root(), "today": config.today(), "title": title, "column": column, "description": title}


def show(template: str, title: str, column: str, **extra: Any) -> str:
    """Render a page."""
    return render_template(template, **page(title, column), **extra)
