"""QR codes of the site's addresses, as inline SVG, quickly enough for a county's twelve thousand postings.

For one length of text, version, error level and mask, a QR code is linear: what one bit of the text flips is the same
whatever else stands there. So segno draws one text of each length and, once, each bit in which an address
differs; every further code is their sum.
"""

from __future__ import annotations

import re
from typing import Final

import segno
from markupsafe import Markup

_QUIET: Final = 4
"""The standard's margin, in modules."""
_PIECE: Final = 12
"""Modules drawn at once: there are few enough different pieces to remember them all."""
_RUN = re.compile("1+|0+")


class _Family:
    """The codes of all texts as long as `first`. Modules are one number, row after row, the first its highest bit."""

    def __init__(self, first: bytes) -> None:
        code = segno.make_qr(first, mode="byte", error="m", boost_error=False)
        self.size = len(code.matrix)
        self._first = first
        self._version, self._mask = code.version, code.mask
        self._modules = _number(code)
        self._flips: dict[tuple[int, int], int] = {}
        self._changes: dict[tuple[int, int], int] = {}

    def modules(self, text: bytes) -> int:
        modules = self._modules
        changes = self._changes
        for at, (before, now) in enumerate(zip(self._first, text, strict=True)):
            if before != now:
                if (at, now) not in changes:
                    changes[at, now] = self._change(at, before ^ now)
                modules ^= changes[at, now]
        return modules

    def _change(self, at: int, bits: int) -> int:
        change = 0
        for bit in range(8):
            if bits >> bit & 1:
                change ^= self._flip(at, bit)
        return change

    def _flip(self, at: int, bit: int) -> int:
        if (at, bit) not in self._flips:
            other = bytearray(self._first)
            other[at] ^= 1 << bit
            code = segno.make_qr(
                bytes(other), mode="byte", error="m", boost_error=False, version=self._version, mask=self._mask
            )
            self._flips[at, bit] = _number(code) ^ self._modules
        return self._flips[at, bit]


class QrCodes:
    """Draws addresses."""

    def __init__(self) -> None:
        self._families: dict[int, _Family] = {}
        self._steps = _Steps()

    def modules(self, address: str) -> list[str]:
        """The code's rows, dark modules as 1."""
        text = address.encode()
        family = self._families.get(len(text))
        if family is None:
            family = self._families[len(text)] = _Family(b"0" * len(text))  # the same, whichever page comes first
        bits = f"{family.modules(text):0{family.size**2}b}"
        return [bits[start : start + family.size] for start in range(0, len(bits), family.size)]

    def svg(self, address: str) -> Markup:
        """The address as an <svg>, a unit a module; styles say how large it is."""
        rows = self.modules(address)
        size = len(rows)
        back = f"m-{size} 1"
        starts = range(0, size, _PIECE)
        path = back.join(["".join([self._steps[row[start : start + _PIECE]] for start in starts]) for row in rows])
        box = f"{-_QUIET} {-_QUIET - 0.5} {size + 2 * _QUIET} {size + 2 * _QUIET}"
        return Markup(  # noqa: S704 - figures and letters of our own
            f'<svg class="qr" viewBox="{box}" role="img" aria-label="本页网址的二维码" shape-rendering="crispEdges">'
            f'<path stroke="#000" d="M0 0{path}"/></svg>'
        )


class _Steps(dict[str, str]):
    """A piece of a row as steps of the pen: light modules are passed over, dark ones drawn."""

    def __missing__(self, piece: str) -> str:
        self[piece] = "".join(f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0" for run in _RUN.findall(piece))
        return self[piece]


def _number(code: segno.QRCode) -> int:
    return int("".join("1" if module else "0" for row in code.matrix for module in row), 2)


def picture(codes: QrCodes, address: str) -> str:
    """The QR code of an address as SVG that stands alone, for what is typeset."""
    return "".join(codes.svg(address)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
