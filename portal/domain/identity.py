"""Who a row is about: normalising ID numbers, names and accounts, and keying them.

Everything that is digested passes through here first, on import, in bank feedback and at look-up alike:
what is digested wrongly today cannot be repaired tomorrow, because the raw value is never kept.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import mul
from pathlib import Path
from typing import Final, Literal, get_args

NORMALISATION: Final = 2
"""Version of the rules below. It is part of every digested message; a change needs a new version."""

DigestKind = Literal["person", "proof", "account", "tail", "file", "attempt"]
DIGEST_KINDS: Final[tuple[DigestKind, ...]] = get_args(DigestKind)

INTERPUNCT: Final = "·"
_INTERPUNCTS = dict.fromkeys(map(ord, "·•‧∙⋅・･●．.。﹒᛫⸱"), INTERPUNCT)

_VARIANTS = str.maketrans(
    "髙呂黃吳溫強別戶戸產産峯羣啓啟徳靑眞鎭説祕衞淸滙亾菓邨禎曽寳昇陞",
    "高吕黄吴温强别户户产产峰群启启德青真镇说秘卫清汇亡果村祯曾宝升升",
)
"""Characters that one office writes in place of another's in the same person's name.
They fold for digests only; what is shown keeps the roll's own character."""

_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_SEPARATORS = re.compile(r"[-‐-―_－'’`,，]")
_HAN = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ebef\U0002ebf0-\U0002ee5f"
    "\U0002f800-\U0002fa1f\U00030000-\U000323af]+"
)
_NAME = re.compile(f"{_HAN.pattern}(?:{INTERPUNCT}{_HAN.pattern})*")

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_ZERO: Final = ord("0") * sum(_WEIGHTS)


@dataclass(frozen=True, slots=True)
class IdReading:
    """An ID number as read from a cell. `value` is 18 characters, or empty when `problem` says why."""

    value: str
    problem: str = ""
    notes: tuple[str, ...] = ()


def check_digit(first17: str) -> str:
    """The last character of an 18-character ID number, by GB 11643-1999 (mod 11-2)."""
    return _CHECK_DIGITS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _ZERO) % 11]


def read_id(cell: str | int | Decimal | None) -> IdReading:
    """Read an ID number from a cell or a form field, forgiving what people and Excel do to it.

    Problems: `id.empty`, `id.number` (stored as a number, digits lost), `id.length`, `id.check_digit`, `id.date`.
    Notes: `id.cleaned`, `id.upgraded` (15 to 18 characters).
    """
    if cell is None:
        return IdReading("", "id.empty")
    if isinstance(cell, Decimal) or (isinstance(cell, int) and abs(cell) >= 10**15):
        return IdReading("", "id.number")
    raw = str(cell)
    text = _SEPARATORS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw))).upper()
    text = text.replace("Х", "X").replace("×", "X")
    if not text:
        return IdReading("", "id.empty")
    if re.fullmatch(r"\d\.\d+E\+?1[67]", text):
        return IdReading("", "id.number")
    notes = () if text == raw else ("id.cleaned",)
    if re.fullmatch(r"[0-9]{15}", text):
        text = text[:6] + "19" + text[6:]
        text += check_digit(text)
        notes = (*notes, "id.upgraded")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return IdReading("", "id.length")
    if check_digit(text[:17]) != text[17]:
        return IdReading("", "id.check_digit")
    if birth_date(text) is None:
        return IdReading("", "id.date")
    return IdReading(text, "", notes)


def birth_date(id_number: str) -> date | None:
    """The birth date inside a normalised ID number; None when there is no such day."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def clean_name(text: str) -> str:
    """A name as it may be shown: compatibility forms folded, blanks and invisible marks out, one interpunct."""
    folded = unicodedata.normalize("NFKC", text.translate(_INTERPUNCTS))
    return _INVISIBLE.sub("", folded).strip(INTERPUNCT)


def normalise_name(text: str) -> str:
    """A name as it is digested: cleaned, with variant characters folded, without interpuncts: on a phone's keyboard
    they are hard to find, and many leave them out."""
    return clean_name(text).translate(_VARIANTS).replace(INTERPUNCT, "")


def is_name(text: str) -> bool:
    """Han characters, with single interpuncts between them, two characters or more."""
    return len(text) >= 2 and _NAME.fullmatch(text) is not None


def normalise_account(cell: str | int | Decimal | None) -> str:
    """Digits of a card or passbook; empty when the cell holds none or only a masked or rounded number."""
    if cell is None or isinstance(cell, Decimal) or (isinstance(cell, int) and abs(cell) >= 10**15):
        return ""
    text = _SEPARATORS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(cell))))
    return text if re.fullmatch(r"[0-9]{8,30}", text) else ""


class Digester:
    """Keys fields with HMAC-SHA-256, one subkey a kind; knows no raw value after it returns."""

    def __init__(self, key_id: str, subkeys: Mapping[DigestKind, bytes]) -> None:
        self.key_id = key_id
        self._keyed = {kind: hmac.new(key, digestmod="sha256") for kind, key in subkeys.items()}
        self._starts = {kind: f"{kind}/{NORMALISATION}".encode() for kind in subkeys}

    def digest(self, kind: DigestKind, *fields: str | bytes) -> bytes:
        """32 bytes over the length-prefixed fields, so that ("ab", "c") and ("a", "bc") differ."""
        message = self._starts[kind]
        for field in fields:
            data = field.encode() if isinstance(field, str) else field
            message += len(data).to_bytes(4, "big") + data
        running = self._keyed[kind].copy()  # half the work of keying anew
        running.update(message)
        return running.digest()

    def file(self, path: Path) -> bytes:
        """A file's keyed digest: recognises the very same file and tells nothing about what is in it."""
        running = self._keyed["file"].copy()
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                running.update(chunk)
        return running.digest()

    def person(self, id_number: str) -> bytes:
        return self.digest("person", id_number)

    def proof(self, id_number: str, name: str) -> bytes:
        """What look-up asks for: one digest over both fields, so that a miss says nothing about either."""
        return self.digest("proof", id_number, normalise_name(name))

    def account(self, account: str) -> bytes:
        return self.digest("account", account)

    def tail(self, id_number: str, name: str, account: str) -> bytes:
        """ID, name and the last four of card or passbook: the step-up of look-up."""
        return self.digest("tail", id_number, normalise_name(name), account[-4:])
