"""Full-text search of what is published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, request

from portal.domain.site import Hit, Site
from portal.security.addresses import Addresses
from portal.security.headers import keep_nothing
from portal.shell import show

_A_MINUTE: Final = 300
"""Searches from one address, behind which a whole village may sit."""
_LONG_NUMBER: Final = re.compile(r"[0-9]{14}")
"""As long as an ID or a card number, mistyped ones too; nothing that is published is found by so many digits."""


def blueprint(site: Site, addresses: Addresses) -> Blueprint:
    search = Blueprint("search", __name__)

    @search.get("/search")
    def results() -> str | Response:
        if addresses.is_flooding("search", _A_MINUTE):
            return Response("搜索的人太多了，请过一分钟再搜。", 429, mimetype="text/plain")
        query = request.args.get("q", "")[:200]
        if _holds_long_number(query):  # somebody's ID, who took this for the look-up: it is not said again
            return keep_nothing(Response(_page("", [], is_number=True)))
        return _page(query, site.find(query) if query else [])

    return search


def _holds_long_number(query: str) -> bool:
    return _LONG_NUMBER.search(re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", query))) is not None


def _page(query: str, hits: Sequence[Hit], *, is_number: bool = False) -> str:
    return show("pages/search.html", "搜索", "搜索", query=query, hits=hits, is_number=is_number)
