"""Places: county, township, village, group; and what a clerk's "王村三组" means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

AreaLevel = Literal["county", "township", "village"]

_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]")
_GROUP = re.compile(
    r"^(?P<village>.*?)(?:第)?(?P<number>[一二三四五六七八九十百零〇]+|\d{1,3})(?:村民)?(?P<unit>小组|组|社|队)$"
)
_VILLAGE_SUFFIX = re.compile(r"(?:村民委员会|居民委员会|村委会|居委会|社区|村|居)$")
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Area:
    """A 12-digit area code (2+2+2+3+3) with its name and the other names people write."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> AreaLevel:
        if self.code.endswith("000000"):
            return "county"
        return "township" if self.code.endswith("000") else "village"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    @property
    def parent(self) -> str:
        """Code of the area above; empty for the county."""
        return {"county": "", "township": self.code[:6] + "000000", "village": self.code[:9] + "000"}[self.level]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a row's place turned out to be. `village` is empty when `problem` says why:
    `area.empty`, `area.unknown`, `area.ambiguous`, `area.mismatch` (the township named is another one)."""

    village: str
    group: str
    problem: str = ""


def clean_area(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def normal_group(text: str) -> str:
    """三组 for 3组, 第三村民小组, "3"; other names of groups stay as they are."""
    text = clean_area(text)
    if text.isascii() and text.isdigit():
        text += "组"
    match = _GROUP.match(text)
    if match is None or match["village"]:
        return text
    number = match["number"]
    unit = "组" if match["unit"] == "小组" else match["unit"]
    return (_chinese(int(number)) if number.isdigit() else number) + unit


def is_group(text: str) -> bool:
    """Whether the text names a group and no village: 三组, 第3村民小组, "3"."""
    match = _GROUP.match(normal_group(text))
    return match is not None and not match["village"]


def _chinese(value: int) -> str:
    if value < 10:
        return _NUMERALS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
    return str(value)


@dataclass
class AreaBook:
    """All areas of the county, with the aliases learned from earlier rolls."""

    areas: dict[str, Area]
    _villages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _townships: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, areas: Iterable[Area]) -> AreaBook:
        book = cls({area.code: area for area in areas})
        for area in book.areas.values():
            names = book._villages if area.level == "village" else book._townships
            if area.level == "county":
                continue
            for name in (area.name, *area.aliases):
                names[clean_area(name)].add(area.code)
                names[_short(name, area.level)].add(area.code)
        return book

    @property
    def villages(self) -> list[Area]:
        return [area for area in self.areas.values() if area.level == "village"]

    @property
    def townships(self) -> list[Area]:
        return [area for area in self.areas.values() if area.level == "township"]

    @property
    def county(self) -> Area:
        return next(area for area in self.areas.values() if area.level == "county")

    def learn(self, name: str, code: str) -> None:
        """An unknown name that a person has mapped once."""
        self._villages[clean_area(name)].add(code)

    def under(self, code: str) -> set[str]:
        """Codes of the villages in an area, itself included when it is one."""
        prefix = self._prefix(code)
        return {village.code for village in self.villages if village.code.startswith(prefix)}

    def within(self, code: str) -> set[str]:
        """Codes of an area and all areas in it."""
        prefix = self._prefix(code)
        return {code, *(each for each in self.areas if each.startswith(prefix))}

    def _prefix(self, code: str) -> str:
        return code[: {"county": 6, "township": 9, "village": 12}[self.areas[code].level]]

    def resolve(self, township: str, village: str, group: str, within: str) -> Resolved:
        """Place a row, given its cells and the area of the unit that issued the roll.

        "王村三组" splits; a township in front ("城关镇王村") is taken off; a name that several villages carry is
        settled by the township column or the issuing unit's area, and by nothing else.
        """
        township, village, group = clean_area(township), clean_area(village), clean_area(group)
        text = village or group
        if not village:
            group = ""
        if not text:
            return Resolved("", "", "area.empty")
        township = township.partition(self.county.name)[2] or township
        text = text.partition(self.county.name)[2] or text
        problem = "area.unknown"
        for name, found_group, scope in self._readings(text, group, self._scope(township, within)):
            codes = self._villages.get(name, set()) | self._villages.get(_short(name, "village"), set())
            inside = codes & scope
            if len(inside) > 1:
                exact = {code for code in inside if clean_area(self.areas[code].name) == name}
                inside = exact if len(exact) == 1 else inside
            if len(inside) == 1:
                return Resolved(inside.pop(), normal_group(found_group))
            if inside:
                problem = "area.ambiguous"
            elif codes and problem == "area.unknown":
                problem = "area.mismatch"
        return Resolved("", normal_group(group), problem)

    def _scope(self, township: str, within: str) -> set[str]:
        """Villages that may be meant: under the issuing unit's area, and of the township named."""
        allowed = self.under(within)
        if township and township != self.county.name:
            named = self._townships.get(township, set()) | self._townships.get(_short(township, "township"), set())
            allowed &= set().union(*(self.under(code) for code in named))
        return allowed

    def _readings(self, text: str, group: str, scope: set[str]) -> Iterable[tuple[str, str, set[str]]]:
        """Ways to read a place, as (village, group, villages that may be meant): as it stands, with the group split
        off ("王村三组"), then both again with a township taken off the front ("石桥镇新华村3组")."""
        texts = [(text, scope)]
        for front in sorted(self._townships, key=len, reverse=True):
            rest = text.removeprefix(front)
            if rest and rest != text:
                inside = set().union(*(self.under(code) for code in self._townships[front]))
                texts.append((rest, scope & inside))
        for candidate, allowed in texts:
            yield candidate, group, allowed
            match = _GROUP.match(candidate)
            if match and match["village"]:
                yield match["village"], candidate[len(match["village"]) :], allowed


def _short(name: str, level: str) -> str:
    name = clean_area(name)
    if level == "village":
        shorter = _VILLAGE_SUFFIX.sub("", name)
    else:
        shorter = re.sub(r"(?:街道办事处|人民政府|街道|镇|乡)$", "", name)
    return shorter if len(shorter) >= 1 else name
