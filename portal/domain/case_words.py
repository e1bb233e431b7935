"""What people say in a case, as it is kept: sealed, each piece to whoever may read it (portal/security/sealing.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

WordsReader = Literal["desk", "discipline", "receipt", "unit"]
"""`receipt` is the reporter, by the key that belongs to the receipt; `unit` the handling unit, by consent."""
Part = Literal["story", "contact", "words", "report"]
"""What was filed · who filed it and how to reach them · words between desk and reporter · a unit's report to the desk."""
FileKind = Literal["photo", "original", "voice"]

LONGEST_STORY: Final = 5_000
"""Characters; a page and a half of a newspaper."""
LONGEST_WORDS: Final = 3_000
MOST_PHOTOS: Final = 5


@dataclass(frozen=True, slots=True)
class SealedWords:
    """`case_id` is set where the words go to the reporter of another case that was merged into this one."""

    part: Part
    reader: WordsReader
    sealed: bytes
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A photo or voice note. `size` is that of the content in bytes, `media` its media type."""

    kind: FileKind
    media: str
    reader: WordsReader
    size: int
    sealed: bytes
