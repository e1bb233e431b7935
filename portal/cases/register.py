"""Puts the public side of complaints together."""

from __future__ import annotations

from typing import Final

from flask import Flask

from portal.cases import follow, intake, receipt, requests
from portal.cases.front import Front
from portal.cases.sending import Sending
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.domain.lookup import Channel
from portal.office import OfficeFor
from portal.queries.kiosks import Kiosks
from portal.security import keys
from portal.security.addresses import Addresses
from portal.security.case_keys import CaseKeys
from portal.security.doorkeeper import Doorkeeper
from portal.security.proof_of_work import ProofOfWork

_SENDS_AN_HOUR: Final[dict[Channel, int]] = {"web": 10, "kiosk": 60}
_WRONG_RECEIPTS_AN_HOUR: Final[dict[Channel, int]] = {"web": 10, "kiosk": 60}
"""From one address or kiosk, before each further one needs a proof of work or a waiting ticket."""


def register(
    app: Flask,
    config: Config,
    office_for: OfficeFor,
    attempts: Attempts,
    addresses: Addresses,
    case_keys: CaseKeys | None,
) -> None:
    """The form, its receipt, following, for everybody; without keys to seal to, pages that say whom to ring."""
    find_kiosk = Kiosks(office_for("kiosk").ledger).find
    proof_of_work = ProofOfWork(keys.load_secret(config.keys, keys.PUBLIC_SESSION, "proof-of-work"), attempts)
    senders = Doorkeeper(addresses, attempts, proof_of_work, find_kiosk, _SENDS_AN_HOUR, "sent")
    followers = Doorkeeper(addresses, attempts, proof_of_work, find_kiosk, _WRONG_RECEIPTS_AN_HOUR, "receipts")
    front = Front(config, office_for, case_keys, senders, proof_of_work)
    sending = Sending(front, attempts)
    app.register_blueprint(intake.blueprint(front, intake.Views(front, sending)))
    app.register_blueprint(requests.blueprint(front, requests.Views(front, sending)))
    app.register_blueprint(follow.blueprint(front, follow.Views(front, followers, attempts)))
    app.register_blueprint(receipt.blueprint(front, receipt.Views(front)))
