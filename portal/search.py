"""Full-text search of what is published, as a page of the public site's own making."""

from __future__ import annotations

from flask import Blueprint, request

from portal.domain.site import Site


def blueprint(site: Site) -> Blueprint:
    search = Blueprint("search", __name__)

    @search.get("/search")
    def results() -> str:
        return site.search_page(request.args.get("q", "")[:200])

    return search
