"""The service as a test asks it: the app of an installation, and a client that reads each answer to its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.config import Config
from portal.domain.site import Site
from portal.office import Office
from portal.security import keys
from tests.county import CONTENT


class Client(FlaskClient):
    """Reads each answer to its end and closes the file behind it."""

    def open(self, *arguments: Any, **more: Any) -> Any:
        return super().open(*arguments, **{"buffered": True, **more})


def make_app(office: Office, site: Site, instance: Path, **settings: str) -> Flask:
    """The service on a test's office; `settings` are the MINGBAI_… variables without their first word."""
    environment = {f"MINGBAI_{name.upper()}": value for name, value in settings.items()}
    environment = {"MINGBAI_INSTANCE": str(instance), "MINGBAI_CONTENT": str(CONTENT), **environment}
    keys.create_keys(instance / "keys")
    app = create_app(Config.from_environment(environment), site, lambda channel: replace(office, channel=channel))
    app.test_client_class = Client
    return app


def searched(office: Office, site: Site, instance: Path, query: str) -> str:
    """The page that answers a search."""
    return make_app(office, site, instance).test_client().get("/search", query_string={"q": query}).get_data(True)
