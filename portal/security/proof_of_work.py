"""Proof of work (ALTCHA) and waiting tickets: what a flood from one address costs, without shutting anybody out.

A village may sit behind one address, so addresses are never blocked. Past a threshold each question needs a little
computing by the browser, or, without script, a form that was opened some seconds ago and is used once.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution

from portal.counters.attempts import Attempts

_HARDEST: Final = 40_000
"""Tries at most; half on average: under a second of plain script on an old phone."""
_LIVES: Final = timedelta(minutes=20)
TICKET_AGE: Final = 10
"""Seconds after which a form may be sent without a proof: less than anybody needs to type an ID number."""
_TICKETS_A_MINUTE: Final = 60
"""Forms without proof that one address may send in a minute, past the threshold."""


class ProofOfWork:
    """Makes and checks challenges and tickets; each is good once, whichever worker made it."""

    def __init__(self, key: bytes, attempts: Attempts) -> None:
        self._key = key
        self._attempts = attempts

    def challenge(self) -> str:
        """A challenge as JSON, for the script in the page."""
        expires = datetime.now(UTC) + _LIVES
        options = ChallengeOptions(max_number=_HARDEST, hmac_key=self._key.hex(), expires=expires)
        made = create_challenge(options).to_dict()
        return json.dumps({**made, "maxnumber": made["maxNumber"]})  # the protocol writes it small, the library not

    def is_solved(self, payload: str) -> bool:
        """Whether this solves a challenge of ours, in time and for the first time. Raises StoreDown."""
        try:
            claimed = json.loads(base64.b64decode(payload[:2000]))
            solved, _ = verify_solution(claimed, self._key.hex())
            # Not the salt: with and without the "&" at its end, it is a solution of the same challenge.
            challenge = claimed["challenge"]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return False
        return solved and self._is_first(challenge)

    def ticket(self) -> str:
        """For the form of this moment: when it was opened, signed."""
        body = f"{int(time.time())}.{secrets.token_hex(8)}"
        return f"{body}.{self._sign(body)}"

    def is_due(self, ticket: str, bucket: str) -> bool:
        """Whether the form was opened long enough ago and is sent for the first time, and not too many of them come
        through this bucket. Raises StoreDown."""
        body, _, signature = ticket[:200].rpartition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            return False
        age = time.time() - int(body.split(".")[0])
        if not TICKET_AGE <= age <= _LIVES.total_seconds() or not self._is_first(body):
            return False
        return self._attempts.add({f"tickets/{bucket}": 60})[0] <= _TICKETS_A_MINUTE

    def _is_first(self, used: str) -> bool:
        return self._attempts.add({f"used/{self._sign(used)}": int(_LIVES.total_seconds())})[0] == 1

    def _sign(self, body: str) -> str:
        return hmac.digest(self._key, body.encode(), "sha256").hex()[:32]
