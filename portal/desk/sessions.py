"""Staff sessions: a signed cookie that exists under /desk alone and ends by itself."""

from __future__ import annotations

import time
from typing import Any, Final

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_security.utils import login_user

from portal.config import Config
from portal.domain.staff import IDLE_SECONDS, SESSION_SECONDS, Account
from portal.security.accounts import StaffUser

COOKIE: Final = "mingbai_desk"
_PATH: Final = "/desk"
_HALF_SECONDS: Final = 10 * 60
"""How long there is between the password and the code, or for setting the second factor up."""


def install(app: Flask, config: Config) -> None:
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https,
    )
    app.session_interface = _DeskSessions()


def is_desk(path: str) -> bool:
    return path == _PATH or path.startswith(_PATH + "/")


def cookie_path() -> str:
    """/desk, under whatever sub-path the proxy says that we live at."""
    return request.script_root + _PATH


def enter(session: SessionMixin, account: Account, since: float | None = None) -> None:
    """Begin a session, or go on with the one begun `since`. Nothing of the old one stays."""
    session.clear()
    session["started"] = _now() if since is None else since
    login_user(StaffUser(account))


def enter_halfway(session: SessionMixin, account: Account, **more: Any) -> None:
    """The password was right; the second factor is still to come."""
    wanted = session.get("next")
    session.clear()
    session.update(half=account.uniquifier, half_at=_now(), next=wanted, **more)


def halfway(session: SessionMixin) -> str:
    """What the half-finished sign-in stands for, as long as it may wait; empty otherwise."""
    return str(session.get("half", "")) if _now() - session.get("half_at", 0) < _HALF_SECONDS else ""


class _DeskSessions(SecureCookieSessionInterface):
    """Outside of /desk nobody has a session, so no public answer sets a cookie, varies by one or asks who it is."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        found = super().open_session(app, request) if is_desk(request.path) else None
        return self.session_class() if found is None or _is_over(found) else found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_desk(request.path):
            return
        if "started" in session:
            session["seen"] = _now()
        super().save_session(app, session, response)

    def get_cookie_path(self, app: Flask) -> str:
        return cookie_path()


def _is_over(session: SessionMixin) -> bool:
    if "started" not in session:
        return False
    started, seen = float(session["started"]), float(session.get("seen", 0))
    return _now() - started >= SESSION_SECONDS or _now() - seen >= IDLE_SECONDS


def _now() -> float:
    return time.time()
