"""Cuts Chinese text into search terms, and spells names in pinyin.

Whoosh pickles the schema together with the tokenizer's import path: `HanTokenizer` stays small and stays here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pypinyin import lazy_pinyin
from whoosh.analysis import Token, Tokenizer

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PIECE = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<digits>\d+)|(?P<letters>[^\W\d_{_HAN}]+)")
_COMBINING_PINYIN: Final = str.maketrans({"ü": "v", "'": None, "’": None})

PieceKind = Literal["han", "digits", "letters"]


class Piece(NamedTuple):
    """A run of Han characters, of digits or of letters, folded."""

    kind: PieceKind
    text: str


def fold(text: str) -> str:
    """One form for what looks the same: NFKC, case folded, without invisible format marks (zero width, RTL)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


def pieces(text: str) -> list[Piece]:
    """The runs of a text, in order. Everything else (punctuation, operators, emoji) only separates them."""
    return [Piece(match.lastgroup, match[0]) for match in _PIECE.finditer(fold(text))]  # type: ignore[arg-type]


def pairs(han: str) -> list[str]:
    """Overlapping pairs of a Han run: 耕地地力 → 耕地 地地 地力."""
    return [han[at : at + 2] for at in range(len(han) - 1)]


class HanTokenizer(Tokenizer):  # type: ignore[misc]
    """Pairs of Han text, and its single characters where asked or where one stands alone; whole words of the rest.

    A word list (jieba) cuts village and policy names differently in different sentences; pairs never do.
    """

    def __init__(self, singles: bool) -> None:
        self.singles = singles

    def __call__(self, value: str, **options: object) -> Iterator[Token]:
        token = Token()
        token.boost = 1.0
        for kind, text in pieces(value):
            terms = [text] if kind != "han" or len(text) == 1 else pairs(text)
            for token.text in [*text, *terms] if self.singles and kind == "han" else terms:
                yield token


# Where pypinyin reads a name as nobody there does. The group's name is the reading; the first that fits counts.
_CORRECTED = re.compile(
    "(?P<hong_tong>洪洞)|(?P<chao_yang>朝阳)|(?P<du>都(?=[昌匀江]))|(?P<bo>泊(?=[头村镇]))|(?P<huan>(?<=[耕牧])还)"
    "|(?P<zhang>(?<=[省市县乡镇村组队班局处科所站院校厂会部首家成增生])长|长(?=[子孙辈者官]))|(?P<chang>长)"
    "|(?P<qin>亲(?=家庭))|(?P<ceng>曾(?=经)|(?<=未)曾)|(?P<zeng>曾)|(?P<di>地)"
)
# Families that sound otherwise than the word, where a place is named after them: 区家村, 单庄; not 区级, 单亲.
_FAMILIES: Final = {
    "区": "ou", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "朴": "piao", "翟": "zhai",
    "乐": "yue", "覃": "qin", "缪": "miao", "卜": "bu", "牟": "mu", "员": "yun", "尉": "yu", "隗": "wei",
}  # fmt: skip
_FAMILY_PLACE = re.compile(
    f"[{''.join(_FAMILIES)}](?:$|(?<!乐)山|[家氏姓村庄屯湾沟坪店营寨楼堡坝冲塘湖河口桥岭坡集圩埠巷垸洼窑墩滩])"
)


@lru_cache(maxsize=4096)
def _syllables_of_run(run: str) -> tuple[str, ...]:
    spelled: list[str] = []
    start = 0
    if _FAMILY_PLACE.match(run):
        spelled.append(_FAMILIES[run[0]])
        start = 1
    for corrected in _CORRECTED.finditer(run, start):
        spelled += lazy_pinyin(run[start : corrected.start()], errors="ignore")
        spelled += str(corrected.lastgroup).split("_")
        start = corrected.end()
    return (*spelled, *lazy_pinyin(run[start:], errors="ignore"))


def syllables(text: str) -> tuple[str, ...]:
    """The pinyin of each Han character (ü as v, no tones); digits and words stay whole. 王村3组 → wang cun 3 zu."""
    return tuple(
        syllable for kind, run in pieces(text) for syllable in (_syllables_of_run(run) if kind == "han" else (run,))
    )


def pinyin_keys(text: str) -> tuple[str, str]:
    """What people type for a name: the full pinyin and the initials. 王村 → ("wangcun", "wc")."""
    spelled = syllables(text)
    return "".join(spelled), "".join(part if part.isdigit() else part[0] for part in spelled)


def typed_pinyin(text: str) -> str:
    """A query's letters in the spelling of the keys: ü is v, the apostrophe of xi'an goes."""
    return fold(text).translate(_COMBINING_PINYIN)
