"""Puts the look-up of one process together."""

from __future__ import annotations

from flask import Flask

from portal.answers.pages import AnswerPages
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.counters.openings import openings_of
from portal.domain.site import Site
from portal.lookup import kiosk, views
from portal.lookup.asking import LookUp
from portal.office import OfficeFor
from portal.queries.kiosks import Kiosks
from portal.queries.own_payments import OwnPaymentsQuery
from portal.security import keys
from portal.security.addresses import Addresses
from portal.security.doorkeeper import Doorkeeper
from portal.security.proof_of_work import ProofOfWork


def register(
    app: Flask,
    config: Config,
    site: Site,
    office_for: OfficeFor,
    attempts: Attempts,
    addresses: Addresses,
    query: OwnPaymentsQuery,
    pages: AnswerPages,
) -> None:
    """Look-up and kiosk, for everybody. Raises Refused when keys are missing."""
    settings = config.site_text.get("lookup", {})
    digester = office_for("lookup").digester()
    kiosks = Kiosks(office_for("kiosk").ledger)
    proof_of_work = ProofOfWork(keys.load_secret(config.keys, keys.PUBLIC_SESSION, "proof-of-work"), attempts)
    shared = views.Views(
        LookUp(query, attempts, digester, config.today, always_tail=settings.get("tail") == "always"),
        Doorkeeper(addresses, attempts, proof_of_work, kiosks.find),
        proof_of_work,
        pages,
        (lambda question: openings_of(attempts, digester, question.id_number, config.today()))
        if settings.get("show_openings")
        else None,
    )
    app.register_blueprint(views.blueprint(shared))
    app.register_blueprint(kiosk.blueprint(kiosk.Views(config, site, office_for, attempts, kiosks)))
