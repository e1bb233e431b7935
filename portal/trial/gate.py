"""The gate before every request: while the site is on trial, the public reads that it is not open yet."""

from __future__ import annotations

import threading
import time
import traceback
from typing import Final

from flask import Blueprint, Flask, Response, g, make_response, request

from portal.config import Config
from portal.domain.site import Site
from portal.office import OfficeFor
from portal.queries.publishing import trial_since
from portal.queries.staff import whose_session
from portal.security.headers import keep_nothing
from portal.security.preview import COOKIE, Ticket, open_preview
from portal.shell import show

LOOKED_AT_EVERY = 3.0
"""Seconds for which the answer is remembered, so that public requests ask the ledger next to nothing."""
_COME_BACK_SECONDS: Final = 24 * 3600


class Gate:
    """One process's gate. As long as the ledger could never be asked, the site counts as closed."""

    def __init__(self, config: Config, site: Site, office_for: OfficeFor) -> None:
        self._site, self._office_for = site, office_for
        self._ledger = office_for("trial").ledger
        self._has_desk = config.role in ("desk", "all")
        self._secure = config.https
        self._preview = open_preview(config.keys)
        self._is_closed, self._look_again = True, 0.0
        self._looking, self._was_asked = threading.Lock(), False

    def guard(self) -> Response | None:
        if not self._is_on_trial() or self._is_for_everybody(request.path):
            return None
        g.preview = ticket = self._ticket()
        return None if ticket else self._closed()

    def keep(self, response: Response) -> Response:
        """What staff see meanwhile stays in no cache, and looking keeps the ticket alive. The bytes are the release's."""
        ticket: Ticket | None = g.get("preview")
        if ticket is None:
            return response
        if self._preview is not None and ticket.wants_renewal(time.time()):
            response.set_cookie(
                COOKIE,
                self._preview.issue(ticket.uniquifier, ticket.started),
                path=request.script_root + "/",
                secure=self._secure,
                httponly=True,
                samesite="Lax",
            )
        return keep_nothing(response)

    def _is_on_trial(self) -> bool:
        if time.monotonic() >= self._look_again and self._looking.acquire(blocking=not self._was_asked):
            try:  # the first to come asks; others wait only where nothing is known yet
                if time.monotonic() >= self._look_again:
                    self._is_closed = trial_since(self._ledger) is not None
            except Exception:  # the ledger is away: what was known holds
                traceback.print_exc()
            finally:
                self._look_again, self._was_asked = time.monotonic() + LOOKED_AT_EVERY, True
                self._looking.release()
        return self._is_closed

    def _is_for_everybody(self, path: str) -> bool:
        """The desk, and the styles that its pages and the closed page need."""
        if path == "/desk" or path.startswith("/desk/"):
            return self._has_desk
        root = self._site.root()
        if root is None or not path.startswith("/static/"):
            return False
        file = (root / path.lstrip("/")).resolve()  # "/static/../index.html" is no style
        return file.is_file() and file.is_relative_to((root / "static").resolve())

    def _ticket(self) -> Ticket | None:
        ticket = self._preview.read(request.cookies.get(COOKIE, "")) if self._preview else None
        if ticket is None:
            return None
        account = whose_session(self._office_for("trial"), ticket.uniquifier)
        return ticket if account is not None and account.active else None

    @staticmethod
    def _closed() -> Response:
        answer = make_response(show("trial/closed.html", "还没有正式开通", "提示"), 503)
        answer.headers["Retry-After"] = str(_COME_BACK_SECONDS)
        answer.headers["X-Robots-Tag"] = "noindex"
        return keep_nothing(answer)


def install(app: Flask, config: Config, site: Site, office_for: OfficeFor) -> None:
    """Before anything else that looks at a request."""
    gate = Gate(config, site, office_for)
    app.register_blueprint(Blueprint("trial", __name__, template_folder="templates"))  # no routes
    app.before_request(gate.guard)
    app.after_request(gate.keep)
