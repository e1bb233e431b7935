"""What a roll is, from its own words: which policy, which period, which unit. A guess is shown as one, never a fact.

Looked at, the most telling first: title rows above the header, names of sheets, the file's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from portal.domain.policies import Policy
from portal.domain.units import Unit
from portal.intake.workbook import Sheet, Workbook

_TITLE_ROWS: Final = 6
_WIDEST_TITLE: Final = 3
"""A row with more texts than this is a header, not a title."""
_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff“”\"'《》]")
_ABOUT_THE_PAPER = re.compile(
    r"^(?:(?:制表|填表|填报)(?!单位)|打印|导出|上报|报送|编制|日期|时间|单位[:：](?:元|亩|万元|人|户))"
)
_TAILS: Final = ("补贴资金", "补助资金", "补偿资金", "奖励资金", "补贴", "补助", "补偿", "资金")
_SHORTEST_FORM: Final = 4
_SHORTEST_COMMON: Final = 6
"""A part of a name shorter than this may be anybody's (生活补助金)."""
_NUMERALS: Final[Mapping[str, str]] = {
    "〇": "0", "○": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7",
    "八": "8", "九": "9",
}  # fmt: skip
_MONTHS: Final = ("十二", "十一", "十", "九", "八", "七", "六", "五", "四", "三", "二", "一")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年度?|[-.](?=\d)|(?=(?:0[1-9]|1[0-2])(?!\d)))")
_CHINESE_YEAR = re.compile(r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_DAY = re.compile(r"(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]|(?<!\d)(?:20\d\d[-./])?\d{1,2}[-./]\d{1,2}(?![\d月])")
_HALVES: Final = {"上半年": "H1", "下半年": "H2", "春季学期": "H1", "秋季学期": "H2"}
_SPANS: Final = {(1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4", (1, 6): "H1", (7, 12): "H2", (1, 12): ""}
_SPAN = re.compile(r"(\d{1,2})月?[-—–~至到](\d{1,2})月")
_QUARTER = re.compile(r"第?([1-4一二三四])季度?")
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月|(?<!\d)20\d\d[-.]?(0[1-9]|1[0-2])(?!\d)")
_AGAIN = re.compile(r"第([1-9一二三四五六七八九])次补发")
_ISSUING: Final = ("department", "township", "township_finance", "station", "finance", "village", "school")
_REGION = re.compile(r"^.{1,7}?[县市区旗州](?=.{3})")


def words_of(workbook: Workbook, file_name: str) -> tuple[str, ...]:
    """The words to guess from, blanks and width evened out; what is about the paper itself (制表日期…) left out."""
    seen = [sheet for sheet in workbook.sheets if sheet.visible]
    titles = [text for sheet in seen for text in _titles(sheet)]
    stem = re.sub(r"\.[A-Za-z]{1,5}$", "", file_name)
    return tuple(filter(None, (*titles, *(_even(sheet.name) for sheet in seen), _even(stem))))


def guess_period(words: Collection[str], today: date) -> str:
    """As domain/periods writes it (2025, 2025H1, 2025Q3, 2025-06, 补发 +1), or empty. The first words that name a year
    or a part of one count; the year alone may stand elsewhere, and is this year where nothing names one."""
    read = [(_year(text), _part(text), _supplement(text)) for text in map(_without_days, words)]
    telling = next(((year, part, again) for year, part, again in read if year or part is not None), None)
    if telling is None:
        return ""
    year, part, again = telling
    year = year or next((other for other, _, _ in read if other), str(today.year))
    return year + (part or "") + (again or next((other for _, _, other in read if other), ""))


def guess_policy(words: Collection[str], policies: Iterable[Policy]) -> str:
    """The code of the policy whose name, or a short form of it, is the longest that the words contain; failing that,
    whose name has the longest part in common with them. Empty where none is, or two are equally long."""
    listed = list(policies)
    forms = [(form, policy.code) for policy in listed for form in _forms(policy)]
    return _longest(words, forms) or _nearest(words, {policy.code: _even(policy.name) for policy in listed})


def guess_unit(words: Iterable[str], units: Iterable[Unit], today: date) -> str:
    """The code of the unit that the words name, in full or without its county. Empty where none is."""
    issuing = [unit for unit in units if unit.kind in _ISSUING and (unit.valid_to is None or unit.valid_to >= today)]
    names = [(form, unit.code) for unit in issuing for form in {_even(unit.name), _REGION.sub("", _even(unit.name))}]
    return _longest(words, [(form, code) for form, code in names if len(form) >= _SHORTEST_FORM])


def _longest(words: Iterable[str], forms: Collection[tuple[str, str]]) -> str:
    for text in words:
        found = [(len(form), code) for form, code in forms if form in text]
        best = {code for length, code in found if length == max(found)[0]}
        if best:
            return best.pop() if len(best) == 1 else ""
    return ""


def _nearest(words: Iterable[str], names: Mapping[str, str]) -> str:
    for text in words:
        common = {code: _common(name, text) for code, name in names.items()}
        best = max(common.values(), default=0)
        nearest = [code for code, length in common.items() if length == best]
        if best >= _SHORTEST_COMMON:
            return nearest[0] if len(nearest) == 1 else ""
    return ""


def _common(name: str, text: str) -> int:
    """The length of the longest part of a name that stands in the text."""
    match = SequenceMatcher(None, name, text, autojunk=False).find_longest_match()
    return match.size


def _titles(sheet: Sheet) -> Iterator[str]:
    for row in sheet.rows[:_TITLE_ROWS]:
        texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
        if len(texts) > _WIDEST_TITLE:
            return
        yield from (text for text in map(_even, texts) if not _ABOUT_THE_PAPER.search(text))


def _even(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def _forms(policy: Policy) -> Iterator[str]:
    name = _even(policy.name)
    bare = re.sub(r"\([^()]*\)", "", name)
    short = next((bare.removesuffix(tail) for tail in _TAILS if bare.endswith(tail)), bare)
    yield from {form for form in (name, bare, short, _even(policy.memo)) if len(form) >= _SHORTEST_FORM}


def _without_days(text: str) -> str:
    """Without dates to the day, which say when the paper was made; Chinese numerals of years and months as digits."""
    text = _CHINESE_YEAR.sub(lambda match: "".join(_NUMERALS[sign] for sign in match[0]), text)
    for value, word in zip(range(12, 0, -1), _MONTHS, strict=True):
        text = text.replace(f"{word}月", f"{value}月")
    return _DAY.sub("", text)


def _year(text: str) -> str:
    match = _YEAR.search(text)
    return match[1] if match else ""


def _part(text: str) -> str | None:
    """The part of the year; "" for all twelve months by name, None where nothing is said."""
    if match := _SPAN.search(text):
        return _SPANS.get((int(match[1]), int(match[2])))
    if half := next((code for word, code in _HALVES.items() if word in text), None):
        return half
    if match := _QUARTER.search(text):
        return f"Q{_NUMERALS.get(match[1], match[1])}"
    if match := _MONTH.search(text):
        return f"-{int(match[1] or match[2]):02d}"
    return None


def _supplement(text: str) -> str:
    if match := _AGAIN.search(text):
        return f"+{_NUMERALS.get(match[1], match[1])}"
    return "+1" if "补发" in text else ""
