"""Flask-Security as the desk and the console use it: password hashes, sealed second factors, whose session it is.

Its own pages, JSON answers, mail and tokens are not registered (docs/decisions/0009-staff-accounts.md says why).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from flask_security import RoleMixin, Security, Totp, UserDatastore, UserMixin
from flask_security.utils import hash_password as _hash_password

from portal.config import Config
from portal.domain.staff import Account
from portal.security import keys

_ARGON2: Final = {"argon2__time_cost": 2, "argon2__memory_cost": 19 * 1024, "argon2__parallelism": 1}
"""OWASP's parameters for Argon2id (19 MiB, twice): some 50 ms on a small county's machine."""
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_INITIAL_LENGTH: Final = 12

FindAccount = Callable[[str], Account | None]


class StaffUser(UserMixin):
    """A signed-in person, as Flask-Security and Flask-Login want them."""

    fs_uniquifier = ""
    roles: list[RoleMixin] = []  # noqa: RUF012 - what somebody may do is decided by portal.desk.access

    def __init__(self, account: Account) -> None:
        self.account = account
        self.active = account.may_sign_in
        self.fs_uniquifier = account.uniquifier


class StaffDatastore(UserDatastore):
    """Only ever reads, by what sessions carry: every write is an action of ours, in one transaction with its journal
    entry."""

    def __init__(self, find: FindAccount) -> None:
        super().__init__(StaffUser, RoleMixin)
        self._find = find

    def find_user(self, *_: object, fs_uniquifier: str = "", **__: object) -> StaffUser | None:
        account = self._find(fs_uniquifier)
        return StaffUser(account) if account else None


class Factor:
    """The second factor: codes of an authenticator app, by a secret that is stored sealed."""

    def __init__(self, config: Config, issuer: str) -> None:
        sealing = keys.load_secret(config.keys, keys.DESK_SESSION, "second factor")
        self._totp = _Totp({"1": sealing.hex()}, issuer)

    def new_secret(self) -> str:
        """A new secret, sealed."""
        return self._totp.generate_totp_secret()

    def readable(self, sealed: str) -> str:
        """The secret in groups of four, to be typed."""
        plain = self._totp.get_totp_b32_key(sealed)
        return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))

    def address(self, sealed: str, name: str) -> str:
        """What the app reads from the QR code."""
        return self._totp.get_totp_uri(name, sealed)

    def counter(self, sealed: str, code: str) -> int | None:
        """The counter of the code if it is right now, or was in the last half minute, or will be in the next."""
        match = _Match()
        right = self._totp.verify_totp(code, sealed, match, window=30)  # type: ignore[arg-type]
        return match.counter if right else None


class _Match:
    """Takes the place of the user: the library hands the counter to it, an action decides whether it was used."""

    counter: int | None = None


class _Totp(Totp):
    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.counter = tmatch.counter


def install(app: Flask, config: Config, find: FindAccount) -> None:
    """Sign-in by session for this app; nothing is routed."""

    def secret(purpose: str) -> str:
        return keys.load_secret(config.keys, keys.DESK_SESSION, purpose).hex()

    app.config.update(
        SECRET_KEY=secret("session"),
        SECURITY_PASSWORD_SALT=secret("password"),
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=_ARGON2,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    security = Security(app, StaffDatastore(find), register_blueprint=False)
    security.login_manager.request_loader(lambda _request: None)  # no tokens, neither in headers nor in addresses


def hash_at_console(config: Config, password: str) -> str:
    """The password's hash, made as the service makes it."""
    app = Flask("console")
    install(app, config, lambda _uniquifier: None)
    with app.app_context():
        return str(_hash_password(password))


def new_password() -> str:
    """An initial password: easy to read out and to type, 59 bits."""
    return "".join(secrets.choice(_READABLE) for _ in range(_INITIAL_LENGTH))
