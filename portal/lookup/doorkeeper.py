"""Who is at the door: a kiosk with its own token, or an address; and what a flood of questions has to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from portal.domain.kiosks import Kiosk
from portal.domain.lookup import Channel
from portal.security.addresses import Addresses
from portal.security.proof_of_work import ProofOfWork

KIOSK_COOKIE: Final = "mingbai_kiosk"
_FREE_AN_HOUR: Final[dict[Channel, int]] = {"web": 30, "kiosk": 120}
"""Questions an hour from one address or kiosk before each needs a proof of work or a waiting ticket."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`bucket` is what the visitor's questions are counted under; it names no address."""

    channel: Channel
    bucket: str

    @property
    def key(self) -> str:
        return f"asked/{self.bucket}"

    @property
    def free(self) -> int:
        """Questions an hour that need no proof."""
        return _FREE_AN_HOUR[self.channel]

    @property
    def counted(self) -> dict[str, int]:
        """The question itself, to be counted for an hour."""
        return {self.key: 3600}


class Doorkeeper:
    """`kiosk_of` finds the registered kiosk of a token, or None."""

    def __init__(
        self,
        addresses: Addresses,
        proof_of_work: ProofOfWork,
        kiosk_of: Callable[[str], Kiosk | None],
    ) -> None:
        self._addresses = addresses
        self._proof_of_work = proof_of_work
        self._kiosk_of = kiosk_of

    def visitor(self) -> Visitor:
        """Who sent this request."""
        token = request.cookies.get(KIOSK_COOKIE) if "HTTP_COOKIE" in request.environ else None
        if token and (kiosk := self._kiosk_of(token)) is not None:
            return Visitor("kiosk", f"kiosk/{kiosk.id}")
        return Visitor("web", self._addresses.bucket())

    def has_shown(self, visitor: Visitor, typed: Mapping[str, str]) -> bool:
        """Whether the question came with a proof of work or from a form that waited. Raises StoreDown."""
        if solution := typed.get("altcha", ""):
            return self._proof_of_work.is_solved(solution)
        return self._proof_of_work.is_due(typed.get("ticket", ""), visitor.bucket)
