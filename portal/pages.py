"""Serves the current release file by file. nginx can do the same; `current` is resolved anew at each request,
because a static mount would keep the release that it saw first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, abort, redirect, request, send_from_directory
from werkzeug.exceptions import HTTPException

from portal.domain.site import Site

REFUSALS: Final[Mapping[int, str]] = {
    400: "浏览器发来的内容不对，没有处理。请从网站首页重新打开。",
    405: "这个网址不能这样用，什么都没有处理。请从网站首页重新打开。",
    413: "填的内容太长，没有处理。请返回上一页，少填一些再试。",
    503: "网站还没有准备好，请过几分钟再试。",
}
"""Said where the framework would speak English, by status."""


def blueprint(site: Site) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/", defaults={"path": ""})
    @pages.get("/<path:path>")
    def page(path: str) -> Response:
        root = site.root()
        if root is None:
            abort(503)
        target = root / path
        if path and not path.endswith("/") and target.is_dir():
            return redirect(request.script_root + "/" + path + "/", 308)  # type: ignore[return-value]
        if not path or path.endswith("/"):
            path += "index.html"
        if not (root / path).is_file():
            missing = send_from_directory(root, "404.html", max_age=0)
            missing.status_code = 404
            return missing
        return send_from_directory(root, path, conditional=True, max_age=60)

    @pages.app_errorhandler(500)
    def broken(_error: Exception) -> Response:
        """The release's own page for when something fails: what is published can still be read."""
        root = site.root()
        if root is None or not (root / "500.html").is_file():
            return Response("网站暂时出了问题，请过几分钟再试。", 500, mimetype="text/plain")
        answer = send_from_directory(root, "500.html", max_age=0)
        answer.status_code = 500
        return answer

    for status in REFUSALS:
        pages.app_errorhandler(status)(_refused)
    return pages


def _refused(error: HTTPException) -> Response:
    answer = error.get_response()
    if error.response is None:  # else somebody has said it better
        answer.set_data(REFUSALS[answer.status_code])
        answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer  # type: ignore[return-value]
