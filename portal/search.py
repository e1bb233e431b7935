"""Full-text search of what is published."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from portal.domain.site import Site
from portal.security.addresses import Addresses
from portal.shell import show

_A_MINUTE: Final = 300
"""Searches from one address, behind which a whole village may sit."""


def blueprint(site: Site, addresses: Addresses) -> Blueprint:
    search = Blueprint("search", __name__)

    @search.get("/search")
    def results() -> str | Response:
        if addresses.is_flooding("search", _A_MINUTE):
            return Response("搜索的人太多了，请过一分钟再搜。", 429, mimetype="text/plain")
        query = request.args.get("q", "")[:200]
        return show("pages/search.html", "搜索", "搜索", query=query, hits=site.find(query) if query else [])

    return search
