"""A QR code put together is the one that segno draws."""

from __future__ import annotations

import re

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.qr import QrCodes

CODES = QrCodes()
ADDRESS = st.builds(
    "https://example.invalid/{}/{:012d}/2025-{:04d}/".format,
    st.sampled_from(["villages", "mingbai1"]),
    st.integers(0, 10**12 - 1),
    st.integers(0, 9999),
)


def drawn(svg: str) -> set[tuple[int, int]]:
    """The dark modules of a path, as (x, y)."""
    x = y = 0
    dark = set()
    path = re.search(' d="M0 0([^"]*)"', svg)
    assert path is not None
    for step, first, second in re.findall(r"([hm])(-?\d+)(?: (\d+))?", path[1]):
        if step == "h":
            dark |= {(x + along, y) for along in range(int(first))}
        x, y = x + int(first), y + int(second or 0)
    return dark


@settings(max_examples=40, deadline=None)
@given(ADDRESS)
def test_a_code_is_segnos(address: str) -> None:
    rows = CODES.modules(address)
    expected = [
        segno.make_qr(address.encode(), mode="byte", error="m", boost_error=False, mask=mask).matrix
        for mask in range(8)
    ]
    assert rows in [["".join(map(str, row)) for row in matrix] for matrix in expected]
    assert drawn(CODES.svg(address)) == {
        (x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module == "1"
    }
