"""Full-text search of what is published."""

from __future__ import annotations

from flask import Blueprint, request

from portal.domain.site import Site
from portal.shell import show


def blueprint(site: Site) -> Blueprint:
    search = Blueprint("search", __name__)

    @search.get("/search")
    def results() -> str:
        query = request.args.get("q", "")[:200]
        return show("pages/search.html", "搜索", "搜索", query=query, hits=site.find(query) if query else [])

    return search
