"""Forms are taken from our own pages only, without a cookie or a token: browsers say where a form was."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, request


def must_be_our_own_page() -> None:
    """Answers 403 when the browser says that another site's page sent this. Browsers too old to say so are let in:
    what these forms reveal or write needs no signed-in person."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none") or (
        origin is not None and origin != "null" and urlsplit(origin).netloc != request.host
    )
    if foreign or (origin == "null" and site is None):
        abort(Response("请从本站的页面提交", 403, mimetype="text/plain"))
