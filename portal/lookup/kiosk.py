"""The kiosk: a shared machine's own front page, its registration, and what it keeps for times without network."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, request, send_from_directory

from portal.actions.kiosks import set_up_kiosk
from portal.config import Config
from portal.counters.attempts import Attempts, StoreDown
from portal.domain.findings import Refused
from portal.domain.kiosks import Kiosk
from portal.domain.site import Site
from portal.office import OfficeFor
from portal.queries.kiosks import Kiosks
from portal.security.doorkeeper import KIOSK_COOKIE
from portal.security.headers import CONTENT_SECURITY_POLICY, keep_nothing
from portal.security.origin import must_be_our_own_page
from portal.shell import show

TITLE: Final = "自助查询"
_CODES_AN_HOUR: Final = 30
"""Registration codes that are looked at in an hour, from everywhere together."""
_COOKIE_SECONDS: Final = 5 * 366 * 24 * 3600
_ALWAYS_KEPT: Final = ("index.html", "offline.html", "villages/index.html", "factors.json", "static/")
_KEPT_KINDS: Final = (".html", ".css", ".js", ".svg", ".json")


class Views:
    """What the routes share."""

    def __init__(self, config: Config, site: Site, office_for: OfficeFor, attempts: Attempts, kiosks: Kiosks) -> None:
        self._config = config
        self._site = site
        self._office_for = office_for
        self._attempts = attempts
        self._kiosks = kiosks
        self._settings: dict[str, Any] = config.site_text.get("kiosk", {})

    def front(self) -> Response:
        kiosk = self._kiosk()
        if kiosk is None:
            return make_response(show("lookup/kiosk_setup.html", "登记这台自助机", TITLE, problem=""))
        response = make_response(show("lookup/kiosk.html", TITLE, TITLE, kiosk=kiosk, settings=self._settings))
        if reader := self._settings.get("reader_url"):
            parts = urlsplit(reader)
            allowed = f"connect-src 'self' {parts.scheme}://{parts.netloc};"
            response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
                "connect-src 'self';", allowed
            )
        return response

    def set_up(self) -> Any:
        must_be_our_own_page()
        try:
            if self._attempts.add({"kiosk/codes": 3600})[0] > _CODES_AN_HOUR:
                raise Refused("试过的登记码太多了，请一小时以后再试", "kiosk.codes")
            token = set_up_kiosk(self._office_for("kiosk"), request.form.get("code", "")[:40])
        except Refused as refusal:
            return show("lookup/kiosk_setup.html", "登记这台自助机", TITLE, problem=str(refusal)), 422
        except StoreDown:
            return show("lookup/kiosk_setup.html", "登记这台自助机", TITLE, problem="现在登记不了，请过一会儿再试"), 503
        response = redirect(f"{request.script_root}/kiosk", 303)
        response.set_cookie(
            KIOSK_COOKIE, token, max_age=_COOKIE_SECONDS, path=request.script_root or "/", httponly=True,
            secure=self._config.https, samesite="Strict",
        )  # fmt: skip
        return response

    def pages(self) -> Any:
        """Path → SHA-256 of the pages this kiosk keeps. What is not in the list any more is deleted there."""
        kiosk = self._kiosk()
        if kiosk is None:
            return jsonify(pages={}), 403
        wanted = (*_ALWAYS_KEPT, *_folders(kiosk.area))
        found = self._site.files("").items()  # at once: the manifest of a whole county is large
        return jsonify(
            pages={path: digest for path, digest in found if path.startswith(wanted) and path.endswith(_KEPT_KINDS)}
        )

    def worker(self) -> Response:
        """The service worker, from the root so that it may keep the site's pages."""
        return send_from_directory(self._config.static / "js", "kiosk-worker.js", max_age=0)

    def _kiosk(self) -> Kiosk | None:
        token = request.cookies.get(KIOSK_COOKIE)
        return self._kiosks.find(token) if token else None


def _folders(area: str) -> list[str]:
    """Where the pages of a village, or of a township with its villages, lie; a county's are too many to keep."""
    if area.endswith("000000"):
        return []
    if area.endswith("000"):
        return [f"townships/{area[:9]}/", f"villages/{area[:9]}"]
    return [f"villages/{area}/", f"townships/{area[:9]}/"]


def blueprint(views: Views) -> Blueprint:
    kiosk = Blueprint("kiosk", __name__)
    kiosk.get("/kiosk")(views.front)
    kiosk.post("/kiosk")(views.set_up)
    kiosk.get("/kiosk/pages.json")(views.pages)
    kiosk.get("/kiosk-worker.js")(views.worker)
    kiosk.after_request(keep_nothing)
    return kiosk
