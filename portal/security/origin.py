"""Forms are taken from our own pages only, without a cookie or a token: browsers say where a form was."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, request


def _is_ours(origin: str | None, *, says_site: bool) -> bool:
    if origin is None:
        return True
    if origin == "null":
        return says_site  # by now same-origin: a page without referrer; else a sandboxed frame of anybody's
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def must_be_our_own_page() -> None:
    """Answers 403 when the browser says that another site's page sent this. Browsers too old to say so are let in:
    what these forms reveal or write needs no signed-in person."""
    site, origin = request.environ.get("HTTP_SEC_FETCH_SITE"), request.environ.get("HTTP_ORIGIN")
    if site not in (None, "same-origin", "none") or not _is_ours(origin, says_site=site is not None):
        abort(Response("请从本站的页面提交", 403, mimetype="text/plain"))
