"""The in-page finder's table: any village × policy × period is found without asking the service.

Postings are not listed one by one: villages, policies and batches are, and each batch says which villages it holds.
`static/js/finder.js` reads what is written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from generator.tokens import syllables

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_DIGIT_BITS: Final = 6
_NUMERALS: Final = str.maketrans("一二三四五六七八九上下", "12345678912")


@dataclass(frozen=True, slots=True)
class VillageKey:
    """A village's 12-digit area code, its name, its township's name, and the other names people write."""

    code12: str
    name: str
    township: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyKey:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BatchKey:
    """A batch: its id, its policy's code, its period as shown, and the codes of the villages with a posting."""

    batch: str
    policy: str
    period: str
    villages: frozenset[str]


def factor_table(villages: Iterable[VillageKey], policies: Iterable[PolicyKey], batches: Iterable[BatchKey]) -> bytes:
    """The table as compact JSON in UTF-8; the same whatever the order of what is given.

    {"pages": [[path, keys, place of its township], …, [path, keys], …],  villages, then townships, then policies
     "batches": [[batch, place of its policy, period, villages], …]}      newest period first

    Paths are relative to the site's root. `keys` are names and their pinyin with spaces between, the name that is
    shown first: "王村 wang'cun 老王村 lao'wang'cun". The villages of a batch are bits in the order of the pages, six to
    a digit, the first village the lowest bit of the first digit.
    Raises ValueError for a batch whose policy or village is not in the table: such links would lead nowhere.
    """
    ordered = sorted(villages, key=lambda village: village.code12)
    listed = sorted(policies, key=lambda policy: policy.code)
    townships = {village.code12[:9]: village.township for village in ordered}
    place_of_village = {village.code12: place for place, village in enumerate(ordered)}
    place_of_township = {code: place for place, code in enumerate(townships, len(ordered))}
    place_of_policy = {policy.code: place for place, policy in enumerate(listed, len(ordered) + len(townships))}
    pages = [
        *(
            [
                f"villages/{village.code12}/",
                _keys(village.name, *village.aliases),
                place_of_township[village.code12[:9]],
            ]
            for village in ordered
        ),
        *([f"townships/{code}/", _keys(township)] for code, township in townships.items()),
        *([f"policies/{policy.code}/", _keys(policy.name)] for policy in listed),
    ]
    rows = [
        [
            quote(batch.batch, safe=""),
            _place(place_of_policy, batch.policy),
            batch.period,
            _bits([_place(place_of_village, code) for code in batch.villages]),
        ]
        for batch in sorted(sorted(batches, key=_identity), key=_time, reverse=True)
    ]
    return json.dumps({"pages": pages, "batches": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def _identity(batch: BatchKey) -> str:
    return batch.batch


def _time(batch: BatchKey) -> list[int]:
    """The numbers in a period, so that 2025年第四季度 comes after 2025年第一季度."""
    return [int(number) for number in re.findall(r"\d+", batch.period.translate(_NUMERALS))]


def _keys(*names: str) -> str:
    keys: dict[str, None] = {}
    for name in names:
        unspaced = "".join(name.split())
        keys[unspaced] = keys["'".join(syllables(unspaced))] = None
    return " ".join(key for key in keys if key)


def _place(places: Mapping[str, int], code: str) -> int:
    if code not in places:
        raise ValueError(f"not in the table: {code}")
    return places[code]


def _bits(places: Sequence[int]) -> str:
    digits = [0] * (max(places, default=0) // _DIGIT_BITS + 1)
    for place in places:
        digit, bit = divmod(place, _DIGIT_BITS)
        digits[digit] |= 1 << bit
    return "".join(_DIGITS[digit] for digit in digits)
