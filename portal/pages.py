"""Serves the current release file by file. nginx can do the same; `current` is resolved anew at each request,
because a static mount would keep the release that it saw first."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, send_from_directory

from portal.domain.site import Site


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

    return pages
