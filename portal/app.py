"""The Flask service: one app, its features each registered beside its access rule."""

from __future__ import annotations

from flask import Flask

from portal import pages, search
from portal.config import Config
from portal.domain.site import Site
from portal.security import headers


def create_app(config: Config, site: Site) -> Flask:
    """The service. Each feature is registered beside its access rule; everything here is public and read-only."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024)
    headers.install(app)
    app.register_blueprint(search.blueprint(site))  # public: anyone may search what is published
    app.register_blueprint(pages.blueprint(site))  # public: the release itself, file by file
    return app
