"""The Flask service: one app, its features each registered beside its access rule."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import pages, search, shell
from portal.answers.pages import AnswerPages
from portal.cases.register import register as register_cases
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.counters.store import open_store
from portal.domain.site import Site
from portal.lookup.register import register as register_lookup
from portal.office import OfficeFor
from portal.queries.own_payments import OwnPaymentsQuery
from portal.security import headers, keys
from portal.security.addresses import Addresses
from portal.security.case_keys import open_case_keys
from portal.security.uploads import RequestInMemory
from portal.trial import gate


def create_app(config: Config, site: Site, office_for: OfficeFor) -> Flask:
    """The service. Each feature is registered beside its access rule."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.request_class = RequestInMemory
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, TRUSTED_HOSTS=list(config.hosts) or None)
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_prefix=config.proxies)  # type: ignore[method-assign]
    shell.install(app, config)
    site.dress(app)
    headers.install(app)
    gate.install(app, config, site, office_for)  # while the site is on trial: staff alone
    attempts = Attempts(open_store(config.counters_url))
    query = OwnPaymentsQuery(lambda: office_for("lookup"))
    answers = AnswerPages(query, office_for("lookup").rules)
    app.register_blueprint(answers.blueprint)  # no routes: the templates that look-up and the window share
    if config.role in ("public", "all"):
        addresses = Addresses(keys.load_secret(config.keys, keys.PUBLIC_SESSION, "addresses"), attempts)
        register_lookup(
            app, config, site, office_for, attempts, addresses, query, answers
        )  # public: who knows ID and name
        case_keys = open_case_keys(config.keys)
        register_cases(
            app, config, office_for, attempts, addresses, case_keys
        )  # public: anyone may complain and follow
        app.register_blueprint(search.blueprint(site, addresses))  # public: anyone may search what is published
    if config.role in ("desk", "all"):
        from portal.desk.register import register as register_desk  # a public process has nothing of it

        register_desk(app, config, office_for, site, attempts, query, answers)  # staff: each page says which roles
    app.register_blueprint(pages.blueprint(site))  # public: the release itself, file by file
    return app
