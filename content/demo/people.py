"""The invented people of 明白县: 6,000 persons in 2,300 households, the same on every run.

Every number here is fictional: ID numbers carry the area code 9901xx, accounts start 629901 or 8801.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

HOUSEHOLDS = 2300
PERSONS = 6000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NUMERALS = "一二三四五六七八九"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "令狐")
_OLD_MEN = "德明 国华 光荣 建国 大福 有才 长根 世昌 永贵 正发 福生 天贵 兴旺 传贤 义 忠 山 富贵 金山 树林 洪 宝"
_OLD_WOMEN = "秀英 桂兰 玉珍 淑芬 凤英 素芳 桂花 春兰 秀兰 翠莲 兰英 菊香 珍 英 莲 玉梅 金花 月娥 腊梅 德珍"
_MEN = "建军 志强 伟 勇 军 国强 海波 小兵 文斌 永刚 晓东 平 涛 红兵 立新 学文 成林 建平 江 刚 少华 宏伟 世军 超"
_WOMEN = "丽 红梅 艳 小红 晓燕 敏 春梅 海燕 静 玉兰 燕 芳 秀梅 爱华 金凤 小琴 雪梅 丽华 群 萍 冬梅 会芳 琼"
_BOYS = "浩然 宇轩 子豪 俊杰 鑫 博文 宇 一鸣 天佑 子涵 梓豪 明轩 嘉豪 泽宇 文博 俊熙 阳"
_GIRLS = "欣怡 梓涵 雨欣 佳怡 思雨 诗涵 梦琪 雅婷 子萱 可馨 语桐 婷婷 佳琪 欣 一诺 静怡 雪"
_RARE = "㛃 𬭎 𤆵 龑 喆 玥 翀 赟 𬱖 燚 㳘 犇 垚 煊 𫖯"
_LONG_NAMES = (
    (("买买提·吐尔逊", "M"), ("古丽娜尔·阿卜杜拉", "F"), ("艾力·买买提", "M")),
    (("阿卜杜热合曼·艾合买提", "M"), ("阿依古丽·依明", "F")),
    (("吐尔逊娜依·买买提明", "F"), ("迪力夏提·帕尔哈提", "M")),
    (("扎西顿珠", "M"), ("卓玛拉姆", "F")),
    (("吉克·阿依", "F"), ("吉克·木呷", "M"), ("吉克·伍果", "M")),
)


@dataclass(frozen=True)
class Village:
    """A village of content/areas.csv with the township above it."""

    code: str
    name: str
    township: str
    aliases: tuple[str, ...]

    @property
    def is_community(self) -> bool:
        return self.name.endswith("社区")


@dataclass(eq=False)
class Person:
    name: str
    sex: str
    birth: date
    id_number: str
    account: str
    household: Household

    def age_on(self, day: date) -> int:
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


@dataclass(eq=False)
class Household:
    """`mu`, `wood_mu` and `returned_mu` (退耕) have one decimal; 0 where the household has none."""

    village: Village
    group: int
    members: list[Person] = field(default_factory=list)
    mu: Decimal = Decimal(0)
    wood_mu: Decimal = Decimal(0)
    returned_mu: Decimal = Decimal(0)
    returned_year: int = 3
    shares_account: bool = False

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def group_name(self) -> str:
        """Villages write their groups in three ways; each village keeps to its own."""
        number = _NUMERALS[self.group - 1]
        style = int(self.village.code[-3:]) % 3
        return (f"{number}组", f"{self.group}组", f"第{number}村民小组")[style]


def check_digit(first17: str) -> str:
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def luhn_digit(payload: str) -> str:
    total = 0
    for index, digit in enumerate(reversed(payload)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def read_villages(areas: Path) -> list[Village]:
    with areas.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    return [
        Village(row["code"], row["name"], names[row["code"][:9] + "000"], tuple(row["aliases"].split(";")))
        for row in rows
        if not row["code"].endswith("000")
    ]


class County:
    """All households, and the numbers already given out."""

    def __init__(self, areas: Path) -> None:
        self._random = random.Random("明白县")
        self._taken: set[str] = set()
        self.villages = read_villages(areas)
        self.households: list[Household] = []
        for size, village in self._sizes():
            self._settle(village, size)
        self._settle_long_names()
        self._make_namesakes()

    @property
    def people(self) -> list[Person]:
        return [person for household in self.households for person in household.members]

    def _sizes(self) -> list[tuple[int, Village]]:
        sizes = [self._random.choice((1, 2, 2, 2, 3, 3, 3, 4, 4, 5)) for _ in range(HOUSEHOLDS)]
        while sum(sizes) != PERSONS:
            step = 1 if sum(sizes) < PERSONS else -1
            index = self._random.randrange(HOUSEHOLDS)
            if 1 <= sizes[index] + step <= 6:
                sizes[index] += step
        return [(size, self.villages[index % len(self.villages)]) for index, size in enumerate(sizes)]

    def _settle(self, village: Village, size: int) -> None:
        rng = self._random
        household = Household(village, rng.randint(1, 4 + int(village.code[-3:]) % 3))
        surname = self._surname(village)
        kind = rng.random()
        if size <= 2 and kind < 0.6:  # old people by themselves
            self._add(household, surname, "M" if rng.random() < 0.6 else "F", self._old_age())
            if size == 2:
                other = "F" if household.head.sex == "M" else "M"
                self._add(household, self._surname(village), other, self._near(household.head.birth, 6))
        else:
            self._add(household, surname, "M" if rng.random() < 0.75 else "F", self._born(1958, 1996))
            if size >= 2:
                other = "F" if household.head.sex == "M" else "M"
                self._add(household, self._surname(village), other, self._near(household.head.birth, 5))
            youngest = min(2019, household.head.birth.year + 40)
            for index in range(size - 2):
                if index == 2:
                    self._add(household, surname, rng.choice("MF"), self._old_age())
                else:
                    self._add(
                        household, surname, rng.choice("MF"), self._born(household.head.birth.year + 21, youngest)
                    )
        self._give_land(household)
        household.shares_account = size >= 3 and rng.random() < 0.25
        self.households.append(household)

    def _give_land(self, household: Household) -> None:
        rng = self._random
        village = household.village
        if not village.is_community or rng.random() < 0.35:
            household.mu = Decimal(rng.randint(6, 118)) / 10
        if village.code[6:9] in {"201", "202", "203"}:
            if rng.random() < 0.92:
                household.wood_mu = Decimal(rng.randint(25, 520)) / 10
            if rng.random() < 0.45:
                household.returned_mu = Decimal(rng.randint(5, 76)) / 10
                household.returned_year = rng.choice((3, 3, 5))

    def _settle_long_names(self) -> None:
        places = ["团结社区", "东街社区", "团结村", "双河村", "云溪村"]
        for place, names in zip(places, _LONG_NAMES, strict=True):
            village = next(village for village in self.villages if village.name == place)
            fitting = (
                household
                for household in self.households
                if household.village is village and len(household.members) >= len(names)
            )
            household = next(fitting)
            for person, (name, sex) in zip(household.members, names, strict=False):
                person.name, person.sex = name, sex
                person.id_number = self._id_number(person.birth, sex)
            household.mu = household.mu or Decimal("3.4")

    def _make_namesakes(self) -> None:
        """In every fourth village two heads of households bear the same name, once in the same group."""
        for village in self.villages[::4]:
            heads = [h for h in self.households if h.village is village and h.mu and "·" not in h.head.name]
            first, second = heads[3], heads[9]
            second.head.name = first.head.name
            if village.name == "王村":
                second.group = first.group

    def _surname(self, village: Village) -> str:
        for compound in _COMPOUND[:2]:
            if village.name.startswith(compound) and self._random.random() < 0.4:
                return compound
        roll = self._random.random()
        own = next((char for char in village.name if char in "王何柳李张赵马杨陈刘罗胡周"), "")
        if own and roll < 0.45:
            return own
        if roll > 0.985:
            return self._random.choice(_COMPOUND)
        return _SURNAMES[min(int(self._random.expovariate(0.045)), len(_SURNAMES) - 1)]

    def _given_name(self, sex: str, birth: date) -> str:
        if self._random.random() < 0.02:
            rare = self._random.choice(_RARE.split())
            return rare if self._random.random() < 0.5 else self._random.choice("文小子思志") + rare
        if birth.year < 1962:
            pool = _OLD_MEN if sex == "M" else _OLD_WOMEN
        elif birth.year < 1995:
            pool = _MEN if sex == "M" else _WOMEN
        else:
            pool = _BOYS if sex == "M" else _GIRLS
        given = self._random.choice(pool.split())
        if len(given) == 2 and self._random.random() < 0.35:
            other = self._random.choice(pool.split())
            given = given[0] + other[-1]
        return given

    def _add(self, household: Household, surname: str, sex: str, birth: date) -> None:
        name = surname + self._given_name(sex, birth)
        person = Person(name, sex, birth, self._id_number(birth, sex), self._account(), household)
        household.members.append(person)

    def _born(self, first: int, last: int) -> date:
        return date(first, 1, 1) + timedelta(days=self._random.randrange(365 * (max(last, first) - first + 1)))

    def _old_age(self) -> date:
        return self._born(1927, 1935) if self._random.random() < 0.14 else self._born(1936, 1964)

    def _near(self, birth: date, years: int) -> date:
        return birth + timedelta(days=self._random.randint(-365 * years, 365 * years))

    def _id_number(self, birth: date, sex: str) -> str:
        while True:
            area = self._random.choice(("990121",) * 8 + ("990122", "990101"))
            order = self._random.randrange(100) * 10 + self._random.randrange(5) * 2 + (sex == "M")
            first17 = f"{area}{birth:%Y%m%d}{order:03d}"
            if first17 not in self._taken:
                self._taken.add(first17)
                return first17 + check_digit(first17)

    def _account(self) -> str:
        """A card (19 digits, Luhn) or, for about one in seven, a passbook (17 digits)."""
        while True:
            if self._random.random() < 0.14:
                number = "8801" + "".join(self._random.choices("0123456789", k=13))
            else:
                payload = "629901" + "".join(self._random.choices("0123456789", k=12))
                number = payload + luhn_digit(payload)
            if number not in self._taken:
                self._taken.add(number)
                return number
