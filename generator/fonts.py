"""The faces that sheets are printed with, and whether they have every character.

All are OFL 1.1, from packages that carry nothing else: Noto Serif SC and Noto Sans SC (pylopdf-fonts-zh-cn), and for
rare characters Noto Sans CJK (noto-cjk-sans-otc). Typst says nothing of a character that no face has.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import noto_cjk_sans_otc
import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

STAND_IN: Final = "〓"
"""Printed in place of a character that no face has, as printers always did: it asks for a pen."""
_SIMPLIFIED: Final = 2  # the collection's faces are JP, KR, SC, TC, HK
_UNPRINTED: Final = frozenset(map(ord, " \n\u200b"))


def font_folders() -> list[str]:
    """Where the faces lie."""
    serif, rare = pylopdf_fonts_zh_cn.serif_path(), Path(str(noto_cjk_sans_otc.FONT_PATH))
    return [str(serif.parent), str(rare.parent)]


@cache
def _covered() -> frozenset[int]:
    """Code points that a sheet can show in body and label type."""
    plain = _characters(pylopdf_fonts_zh_cn.serif_path()) & _characters(pylopdf_fonts_zh_cn.sans_path())
    return plain | _characters(Path(str(noto_cjk_sans_otc.FONT_PATH)), _SIMPLIFIED) | _UNPRINTED


def _characters(path: Path, number: int = -1) -> frozenset[int]:
    with TTFont(path, fontNumber=number, lazy=True) as face:
        return frozenset(face.getBestCmap())


def missing(text: str) -> set[str]:
    """Characters of the text that no face has."""
    covered = _covered()
    return {character for character in set(text) if ord(character) not in covered}


def with_stand_ins(text: str, lacking: Iterable[str]) -> str:
    return text.translate({ord(character): STAND_IN for character in lacking})
