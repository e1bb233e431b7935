"""Finds personal data in any text: ID numbers in every disguise seen, bank cards, phone numbers.

One cheap pass looks for ten digits that stand close together; only those few places are looked at closely.
What is found is a lead: a wrong alarm costs a look, a miss costs a leak, so doubtful disguises are reported
and plainly numeric text (amounts, area codes, dates, digests) is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from portal.domain.identity import birth_date, check_digit
from portal.domain.markup import text_of_html as text_of_html

Kind = Literal["id", "account", "phone"]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in the given text; never the value itself."""

    kind: Kind
    start: int
    end: int


PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
        "99",
    ]
)
"""First two digits of an ID number (GB/T 2260, residence permits 81–83, foreigners 91; 99 is our fictional one)."""

_DIGIT: Final = "0-9０-９⓪①-⑨⓿❶-❾➀-➈➊-➒⁰¹²³⁴-⁹₀-₉\u0660-\u0669\u06f0-\u06f9\U0001d7ce-\U0001d7ff"
_TEN: Final = "xXｘＸⅩⅹХхΧχ×✕"
_INVISIBLE: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_GAP: Final = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\\-‐-―−－﹣._·•‧∙・．。＿﹒*/)）"
_BETWEEN: Final = f"[{_GAP}{_INVISIBLE}]{{0,6}}+"

# One character class, possessive: this is the pass that all text pays for.
_CANDIDATE = re.compile(f"[{_DIGIT}][{_DIGIT}{_GAP}{_INVISIBLE}]{{9,}}+[{_TEN}]?")
_RUN = re.compile(f"[{_DIGIT}](?:{_BETWEEN}[{_DIGIT}]){{9,}}+(?:{_BETWEEN}[{_TEN}])?")
_GROUP = re.compile(f"[{_DIGIT}](?:[{_INVISIBLE}]*+[{_DIGIT}])*+(?:[{_INVISIBLE}]*+[{_TEN}])?|[{_TEN}]")
_NOT_A_DIGIT = re.compile(f"[{_INVISIBLE}]")
_HARMLESS_LENGTHS: Final = frozenset({10, 12, 14, *range(20, 200)})
"""Unbroken digits of these lengths are area codes, ordinals, times: quickly passed over."""
_AREA_CODE_OF_A_PHONE = re.compile(r"010|02\d|0[3-9]\d\d")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")


class _Group(NamedTuple):
    """Digits that stand together. `gap` is what stands between the group before and this one."""

    digits: str
    start: int
    end: int
    gap: str


def find_personal_data(text: str, *, allowed_phones: frozenset[str] = frozenset()) -> list[Hit]:
    """Every ID number, card number and phone number in the text, in order, without overlaps.

    `allowed_phones` are the public ones (hotlines, offices), compared by their digits alone.
    """
    allowed = {"".join(filter(str.isdigit, phone)) for phone in allowed_phones}
    hits: list[Hit] = []
    for candidate in _CANDIDATE.finditer(text):
        for run in _RUN.finditer(text, candidate.start(), candidate.end()):
            if len(run[0]) in _HARMLESS_LENGTHS and run[0].isdecimal():
                continue
            groups = _groups(text, run.start(), run.end())
            hits.extend(_hits_in(text, groups, allowed))
    return hits


def _hits_in(text: str, groups: list[_Group], allowed: set[str]) -> list[Hit]:
    hits: list[Hit] = []
    taken: set[int] = set()
    for kind, first, last in _findings(text, groups):
        if not taken.isdisjoint(range(first, last + 1)):
            continue
        taken.update(range(first, last + 1))
        digits = "".join(group.digits for group in groups[first : last + 1])
        if kind != "phone" or (digits not in allowed and digits.removeprefix("86") not in allowed):
            hits.append(Hit(kind, groups[first].start, groups[last].end))
    return sorted(hits, key=lambda hit: hit.start)


def _groups(text: str, start: int, end: int) -> list[_Group]:
    groups = []
    before = start
    for found in _GROUP.finditer(text, start, end):
        digits = found[0] if found[0].isascii() else _plain_digits(found[0])
        groups.append(_Group(digits.upper(), found.start(), found.end(), text[before : found.start()]))
        before = found.end()
    return groups


def _plain_digits(text: str) -> str:
    visible = _NOT_A_DIGIT.sub("", text)
    return "".join("X" if char in _TEN else str(unicodedata.digit(char)) for char in visible)


def _findings(text: str, groups: list[_Group]) -> Iterator[tuple[Kind, int, int]]:
    """What the groups hold, by first and last group; the most certain kind first: IDs, then cards, then phones."""
    amounts = _amounts(groups) if len(groups) > 1 else set()
    windows = [
        (first, last, total)
        for first in range(len(groups))
        for last, total in _totals(groups, first)
        if first == last or amounts.isdisjoint(range(first, last + 1))
    ]
    for kind, lengths, judge in _JUDGES:
        for first, last, total in windows:
            if total in lengths and judge(text, groups[first : last + 1]):
                yield kind, first, last


def _totals(groups: list[_Group], first: int) -> Iterator[tuple[int, int]]:
    """Each end of a window that starts at `first`, with the number of digits up to it, 10 to 19."""
    total = 0
    for last in range(first, len(groups)):
        total += len(groups[last].digits)
        if total > 19:
            return
        if total >= 10:
            yield last, total


def _amounts(groups: list[_Group]) -> set[int]:
    """Groups that make up a decimal number standing free, as in "304.00 95.00": never part of a split ID."""
    found = set()
    for index in range(1, len(groups)):
        whole, fraction = groups[index - 1], groups[index]
        follows = groups[index + 1].gap if index + 1 < len(groups) else " "
        if (
            fraction.gap in (".", "．")
            and len(fraction.digits) <= 4
            and len(whole.digits) <= 9
            and (whole.gap == "" or whole.gap[-1:].isspace())
            and follows[:1].isspace()
        ):
            found |= {index - 1, index}
    return found


def _is_id(text: str, window: list[_Group]) -> bool:
    if len(window[0].digits) > 1 and window[0].digits[:2] not in PROVINCES:
        return False
    digits = "".join(group.digits for group in window)
    if digits[:2] not in PROVINCES:
        return False
    if len(digits) == 18:
        return digits[:17].isdigit() and check_digit(digits[:17]) == digits[17] and _is_birth_date(digits)
    if len(digits) != 15 or not digits.isdigit() or not _is_birth_date(f"{digits[:6]}19{digits[6:]}"):
        return False
    # The old form has no check digit: only whole, or split where its parts meet.
    sizes = [len(group.digits) for group in window]
    return sizes in ([15], [6, 6, 3], [6, 9], [12, 3]) and not _in_a_longer_word(text, window)


def _is_birth_date(digits: str) -> bool:
    born = birth_date(digits)
    return born is not None and born.year >= 1900 and born <= datetime.now(UTC).date()


def _is_account(text: str, window: list[_Group]) -> bool:
    digits = "".join(group.digits for group in window)
    if not 16 <= len(digits) <= 19 or digits[0] not in "34569" or not digits.isdigit() or not _luhn(digits):
        return False
    if _in_a_longer_word(text, window) or text[max(0, window[0].start - 2) : window[0].start] == "0.":
        return False
    if len(window) == 1:
        return True
    # Chance makes one number in ten pass Luhn: split, it must look like a card.
    sizes = [len(group.digits) for group in window]
    in_fours = set(sizes[:-1]) == {4} and sizes[-1] <= 4
    one_kind_of_gap = len({group.gap for group in window[1:]}) == 1
    return digits.startswith("62") and one_kind_of_gap and (in_fours or sizes[0] == 6 or set(sizes) == {1})


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_phone(text: str, window: list[_Group]) -> bool:
    if window[0].digits[0] not in "018":
        return False
    sizes = [len(group.digits) for group in window]
    digits = "".join(group.digits for group in window)
    if _in_a_longer_word(text, window) or not digits.isdigit():
        return False
    gaps = [group.gap for group in window[1:]]
    if sizes in ([11], [13], [2, 11]):
        return _MOBILE.fullmatch(digits) is not None
    if sizes in ([3, 4, 4], [2, 3, 4, 4]) and digits[0] != "0":
        return gaps[-1] == gaps[-2] and gaps[-1] in (" ", "-", "\u00a0", "－") and _MOBILE.fullmatch(digits) is not None
    if len(window) in (2, 3) and _AREA_CODE_OF_A_PHONE.fullmatch(window[0].digits):
        subscriber = digits[len(window[0].digits) :]
        return (
            (len(sizes) == 2 or sizes[1:] in ([4, 4], [3, 4]))
            and len(subscriber) in (7, 8)
            and subscriber[0] in "2345678"
            and not gaps[0].startswith((".", "/", "*"))
        )
    return False


def _in_a_longer_word(text: str, window: list[_Group]) -> bool:
    """Latin letters touch it: a digest, a serial number, an identifier."""
    start, end = window[0].start, window[-1].end
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(char.isascii() and char.isalpha() for char in around)


_JUDGES: Final[tuple[tuple[Kind, frozenset[int], Callable[[str, list[_Group]], bool]], ...]] = (
    ("id", frozenset({15, 18}), _is_id),
    ("account", frozenset({16, 17, 18, 19}), _is_account),
    ("phone", frozenset({10, 11, 12, 13}), _is_phone),
)
