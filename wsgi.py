"""The composition root: joins the generator's Site to the portal, for servers and for the `mingbai` command."""

from __future__ import annotations

import gc

from flask import Flask

from generator.site import PublicSite
from portal.app import create_app
from portal.commands import cli
from portal.commands.console import Console
from portal.config import Config
from portal.domain.findings import Refused
from portal.ledger.engine import Ledger
from portal.office import Office
from portal.publication import Publication
from portal.rules import Rules, load_rules
from portal.security import board_names, keys


def make_site(config: Config, ledger: Ledger, rules: Rules) -> PublicSite:
    """The public site of this installation. The signing key is opened only when something is signed."""
    return PublicSite(
        releases=config.releases,
        content=config.content,
        static=config.static,
        publication=Publication(ledger, rules),
        today=config.today,
        signing_key=lambda: keys.load_signing_key(config.keys),
        verifying_key=lambda: keys.load_verifying_key(config.keys),
    )


def application() -> Flask:
    """For WSGI servers: `granian --interface wsgi --factory wsgi:application`."""
    config = Config.from_environment()
    keys.refuse_foreign_keys(config.keys, config.role)
    if config.role == "builder":
        raise Refused("MINGBAI_ROLE=builder 的进程只发布网站，不提供服务。请运行 mingbai build --follow", "config.role")
    ledger, rules = Ledger(config.database_url), load_rules(config.content)

    def office_for(channel: str) -> Office:
        return Office(
            ledger,
            rules,
            lambda: keys.load_digester(config.keys),
            config.today(),
            channel,
            lambda: board_names.sealer(config.keys),
        )

    app = create_app(config, make_site(config, ledger, rules), office_for)
    # What was made so far lives as long as the process: the collector need not look at it with every few requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return app


def main() -> None:
    """The `mingbai` command."""
    cli(obj=Console(Config.from_environment(), make_site))
