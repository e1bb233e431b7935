"""The Flask service: one app, its features each registered beside its access rule."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import pages, search, shell
from portal.config import Config
from portal.domain.site import Site
from portal.office import OfficeFor
from portal.security import headers


def create_app(config: Config, site: Site, office_for: OfficeFor) -> Flask:
    """The service. Each feature is registered beside its access rule."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, TRUSTED_HOSTS=list(config.hosts) or None)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]
    shell.install(app, config)
    site.dress(app)
    headers.install(app)
    app.register_blueprint(search.blueprint(site))  # public: anyone may search what is published
    app.register_blueprint(pages.blueprint(site))  # public: the release itself, file by file
    return app
