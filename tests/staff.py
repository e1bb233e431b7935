"""Staff who can sign in, and a browser's client that does so as they would: for tests of the desk."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from passlib.totp import TOTP

from portal.actions.staff import CONSOLE, reset_password
from portal.config import Config
from portal.ledger import accounts
from portal.office import Office
from portal.security import keys
from portal.security.accounts import hash_at_console
from tests.service import Client

PASSWORD = "correct horse 9"
NEW_PASSWORD = "battery staple 7"
TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"|name="csrf_token" value="([^"]+)"')
SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


_hashes: dict[bytes, str] = {}
"""Of PASSWORD, by the desk's key: hashing is slow on purpose, and the counties of a test process share their keys."""


def _hashed(instance: Path) -> str:
    key = (instance / "keys" / keys.DESK_SESSION).read_bytes()
    if key not in _hashes:
        _hashes[key] = hash_at_console(Config.from_environment({"MINGBAI_INSTANCE": str(instance)}), PASSWORD)
    return _hashes[key]


def give_password(office: Office, instance: Path, *names: str, initial: bool = False) -> None:
    """These people can sign in with PASSWORD, which is their own unless it is `initial`."""
    for name in names:
        reset_password(office, CONSOLE, name, _hashed(instance))
        if not initial:
            with office.ledger.write() as connection:
                accounts.change_account(connection, name, end_sessions=False, must_change=False)


def code_for(secret: str, after: int = 0) -> str:
    """The code of the authenticator app, `after` seconds from now."""
    totp = TOTP(secret.replace(" ", ""))
    return str(totp.generate(totp.now() + after).token)


@dataclass
class Visitor:
    """A browser at the desk: takes the token off the page before it sends a form."""

    client: Client

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get("/desk/" + path, **more)

    def text(self, path: str) -> str:
        return str(self.get(path).get_data(True))

    def post(self, path: str, page: str | None = None, /, **fields: str | list[str]) -> Any:
        """Send the form of a page, which stands at `page` where it is not at `path` itself."""
        found = TOKEN.search(self.text(path if page is None else page))
        assert found, "no form there"
        return self.client.post("/desk/" + path, data={"csrf_token": found[1] or found[2], **fields})

    def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        return self.post("sign-in", name=name, password=password)

    def set_up_factor(self) -> str:
        """Bind a phone where the page asks for it; returns the secret."""
        found = SECRET.search(self.text("second-factor/set-up"))
        assert found
        answer = self.post("second-factor/set-up", code=code_for(found[1]))
        assert answer.status_code == 303, said(answer)
        return found[1]

    def is_in(self) -> bool:
        return self.get("").status_code == 200


def visitor(app: Flask, address: str = "192.0.2.1") -> Visitor:
    client = app.test_client()
    assert isinstance(client, Client)
    client.environ_base["REMOTE_ADDR"] = address
    return Visitor(client)


def said(answer: Any) -> str:
    """What the page says in words."""
    text = re.sub(r"<[^>]+>", " ", answer.get_data(True))
    return html.unescape(" ".join(text.split()))
