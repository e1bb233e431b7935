"""Who is at the door: a kiosk with its own token, or an address; and what a flood of questions has to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from portal.counters.attempts import Attempts
from portal.domain.kiosks import Kiosk
from portal.domain.lookup import Channel
from portal.security.addresses import Addresses
from portal.security.proof_of_work import ProofOfWork

KIOSK_COOKIE: Final = "mingbai_kiosk"
_FREE_AN_HOUR: Final[dict[Channel, int]] = {"web": 30, "kiosk": 120}
"""Look-up's questions an hour from one address or kiosk before each needs a proof of work or a waiting ticket."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`bucket` is what the visitor's questions are counted under; it names no address. `what` is done at this door, and
    `free` how often in an hour without a proof."""

    channel: Channel
    bucket: str
    what: str
    free: int

    @property
    def key(self) -> str:
        return f"{self.what}/{self.bucket}"

    @property
    def counted(self) -> dict[str, int]:
        """The question itself, to be counted for an hour."""
        return {self.key: 3600}


class Doorkeeper:
    """`kiosk_of` finds the registered kiosk of a token, or None."""

    def __init__(
        self,
        addresses: Addresses,
        attempts: Attempts,
        proof_of_work: ProofOfWork,
        kiosk_of: Callable[[str], Kiosk | None],
        free_an_hour: Mapping[Channel, int] = _FREE_AN_HOUR,
        what: str = "asked",
    ) -> None:
        self._addresses = addresses
        self._attempts = attempts
        self._proof_of_work = proof_of_work
        self._kiosk_of = kiosk_of
        self._free_an_hour = free_an_hour
        self._what = what

    def visitor(self) -> Visitor:
        """Who sent this request."""
        token = request.cookies.get(KIOSK_COOKIE) if "HTTP_COOKIE" in request.environ else None
        if token and (kiosk := self._kiosk_of(token)) is not None:
            return Visitor("kiosk", f"kiosk/{kiosk.id}", self._what, self._free_an_hour["kiosk"])
        return Visitor("web", self._addresses.bucket(), self._what, self._free_an_hour["web"])

    def admits(self, visitor: Visitor, typed: Mapping[str, str], *, nothing_is_free: bool = False) -> bool:
        """Whether the visitor is within the threshold, or came with a proof or from a form that waited. Who is not
        admitted is counted here, who is, with the outcome. Raises StoreDown."""
        free = 0 if nothing_is_free else visitor.free
        if self._attempts.counts([visitor.key])[0] < free or self.has_shown(visitor, typed):
            return True
        self._attempts.note(visitor.counted)
        return False

    def has_shown(self, visitor: Visitor, typed: Mapping[str, str]) -> bool:
        """Whether a proof of work came along, or the form had waited. Raises StoreDown."""
        if solution := typed.get("altcha", ""):
            return self._proof_of_work.is_solved(solution)
        return self._proof_of_work.is_due(typed.get("ticket", ""), visitor.bucket)
