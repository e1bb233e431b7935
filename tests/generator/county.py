"""A small county of villages, policies and postings for the search tests, and what people type for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from generator.factors import BatchKey, PolicyKey, VillageKey
from generator.index import Document
from generator.tokens import pinyin_keys

TOWNSHIPS = ("城关镇", "长岭镇", "清水乡", "石桥镇", "重阳乡", "白马镇")
POLICIES = (
    "耕地地力保护补贴", "雨露计划职业教育补助", "农村最低生活保障", "大中型水库移民后期扶持资金",
    "90-99岁老人营养补助", "农机购置补贴", "实际种粮农民一次性补贴", "稻谷补贴", "退耕还林补助",
    "森林生态效益补偿", "重度残疾人护理补贴", "孤儿基本生活费", "临时救助", "农村危房改造补助资金",
    "计划生育家庭特别扶助资金", "灵活就业社保补贴", "自然灾害救灾资金", "能繁母猪补贴",
    "大豆玉米带状复合种植补贴", "优抚对象医疗补助",
)  # fmt: skip
FAMILIES = "王李曾解单区仇长洪白马周吴郑陈刘罗谭汪韦"
SHAPES = ("{}村", "大{}庄", "{}家湾")
YEARS = (2024, 2025)

# What people say, and the policy they mean.
SAID = {
    "耕地补贴": 0, "地力补贴": 0, "地力保护": 0, "雨露": 1, "雨露计划": 1, "雨露计划补助": 1, "职业教育": 1, "低保": 2,
    "农村低保": 2, "最低生活保障": 2, "水库移民": 3, "移民补贴": 3, "后期扶持": 3, "老人营养": 4, "90岁老人": 4,
    "农机补贴": 5, "购置补贴": 5, "种粮补贴": 6, "一次性补贴": 6, "稻谷": 7, "退耕还林补贴": 8, "还林": 8, "生态补偿": 9,
    "残疾人护理": 10, "重残护理补贴": 10, "孤儿": 11, "孤儿生活费": 11, "临时救助金": 12, "危房改造": 13, "危房补贴": 13,
    "特别扶助": 14, "计生扶助": 14, "社保补贴": 15, "救灾": 16, "母猪补贴": 17, "大豆玉米": 18, "优抚医疗": 19,
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What somebody types, the page they want, and among how many of the first hits it has to be."""

    typed: str
    path: str
    within: int = 3


def _village_names() -> list[str]:
    return [shape.format(family) for shape, family in product(SHAPES, FAMILIES)]


def villages() -> list[VillageKey]:
    return [
        VillageKey(f"990101{100 + number % len(TOWNSHIPS)}{200 + number}", name, TOWNSHIPS[number % len(TOWNSHIPS)])
        for number, name in enumerate(_village_names())
    ]


def policies() -> list[PolicyKey]:
    return [PolicyKey(f"p{number:02d}", name) for number, name in enumerate(POLICIES)]


def batches() -> list[BatchKey]:
    everywhere = [village.code12 for village in villages()]
    return [
        BatchKey(f"{year}-{policy.code}", policy.code, f"{year}年度", frozenset(everywhere[number % 3 :: 3]))
        for year in YEARS
        for number, policy in enumerate(policies())
    ]


def postings() -> Iterator[tuple[VillageKey, PolicyKey, BatchKey, str]]:
    by_code = {village.code12: village for village in villages()}
    policy_by_code = {policy.code: policy for policy in policies()}
    for batch in batches():
        for code in sorted(batch.villages):
            yield by_code[code], policy_by_code[batch.policy], batch, f"villages/{code}/{batch.batch}/"


def documents() -> Iterator[Document]:
    for policy in policies():
        body = f"申请指南：本人持身份证和一卡通到村委会申报，经乡镇审核后公示。经办单位：{policy.name}经办处。"
        yield Document(f"policies/{policy.code}/", "policy", policy.name, body)
    for village in villages():
        yield Document(
            f"villages/{village.code12}/", "village", village.name, f"{village.township}{village.name}的公开"
        )
    for village, policy, batch, path in postings():
        title = f"{village.name} {policy.name} {batch.period}"
        yield Document(path, "posting", title, f"{village.township}{village.name}", int(batch.period[:4]))


def policy_questions() -> Iterator[Question]:
    for said, number in SAID.items():
        yield Question(said, f"policies/p{number:02d}/", within=5)
    for policy in policies():
        full, initials = pinyin_keys(policy.name.lstrip("0123456789-"))
        for typed in (policy.name, policy.name + "名单公示", full, full[:-3], initials, initials[:5]):
            yield Question(typed, f"policies/{policy.code}/", within=5)


def village_questions() -> Iterator[Question]:
    for village in villages():
        page = f"villages/{village.code12}/"
        full, initials = pinyin_keys(village.name)
        for typed in (
            "{}",
            "{}村委会",
            "{}村民委员会",
            "{}三组",
            "{}第3村民小组",
            village.township + "{}",
            "  {}！",
            "“{}”",
        ):
            yield Question(typed.format(village.name), page)
        yield Question(full, page)
        yield Question(full[:-1], page, within=10)
        yield Question(initials, page, within=10)
    for family in FAMILIES:
        wanted = next(village for village in villages() if village.name == f"{family}村")
        yield Question(family, f"villages/{wanted.code12}/", within=10)


def posting_questions() -> Iterator[Question]:
    for number, (village, policy, batch, path) in enumerate(postings()):
        year = batch.period[:4]
        words = policy.name.lstrip("0123456789-岁")
        village_pinyin, village_initials = pinyin_keys(village.name)
        policy_pinyin, policy_initials = pinyin_keys(words)
        shapes = (
            (f"{village.name} {policy.name} {batch.period}", 1),
            (f"{village.name}{policy.name}{year}", 1),
            (f"{year}年{village.name}{policy.name}", 1),
            (f"{village.name} {words[:4]} {year}", 2),
            (f"{words[:4]} {village.name}", 6),
            (f"{village.name}三组 {words[:5]} {year}", 2),
            (f"{village_pinyin} {policy_pinyin[:9]} {year}", 4),
            (f"{village_initials} {policy_initials} {year}", 6),
        )
        typed, within = shapes[number % len(shapes)]
        yield Question(typed, path, within)


def questions() -> list[Question]:
    return [*policy_questions(), *village_questions(), *posting_questions()]
