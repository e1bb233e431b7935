"""The open data: published sums as tables with a data dictionary. Sums only, never a row of somebody's.

The tables are made from the same catalogue as the pages, so they add up to the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.case_data import case_table
from generator.catalogue import BatchPage, Catalogue, PostingPage
from generator.data_tables import Field, Table
from generator.money import department_of
from portal.domain.money import plain
from portal.domain.policies import CHANNELS, FIELD_WORDS, LEVELS, PAYEE_UNITS, Policy, in_words
from portal.domain.postings import KINDS, Tally

_SCOPES: Final = {"village": "村", "township": "乡镇合并", "county": "全县合并"}
_UNPLACED: Final = "未分到村"


_PERIOD = Field("period", "哪一期", "2025 全年，2025H1 上半年，2025Q1 第一季度，2025-03 三月；+1 是第一次补发")
_YEAR = Field("year", "年份", "补贴算在哪一年", "year")
_BATCH = Field("batch", "批次号", "同一项补贴、同一期、同一单位发的一批", pattern=r"\d{4}-\d{4,}")
_POLICY: Final = (
    Field("policy", "项目编码", "补贴政策清单上的编码"),
    Field("policy_name", "补贴项目", "当年清单上的名称"),
    Field("level", "政策级次", "哪一级定的政策", words=tuple(LEVELS.values())),
    Field("department", "主管部门", "几个部门一起管的，只写清单上的第一个"),
)
_SUMS: Final = (
    Field("rows", "笔数", "清册上的行数，含待核实的；同一个人可以有几笔", "integer"),
    Field("amount", "金额", "元。等于 paid、pending、held、treasury、dropped 五列相加", "number"),
    Field("paid", "已到账", "元", "number"),
    Field("pending", "待发放", "元。钱还没到账，含银行退回等重发的", "number"),
    Field("held", "待核实", "元。信息有疑点，核实清楚才发", "number"),
    Field("returned", "银行退回", "元。已经包含在 pending 里，不要再加一次", "number"),
    Field("treasury", "已退国库", "元。没发出去，退回国库", "number"),
    Field("dropped", "核实后不发", "元。信息有疑点，核实下来不发", "number"),
)
_PAYMENT_FIELDS: Final = (
    _YEAR,
    _PERIOD,
    _BATCH,
    Field("kind", "公示种类", "这些数字出自哪一种公示；还没分到村的空着", required=False, words=tuple(KINDS.values())),
    *_POLICY,
    Field(
        "scope",
        "合到哪一级",
        "只公布合计的补贴，人数少的村合在一起算；未分到村是还没对上哪个村的",
        words=(*_SCOPES.values(), _UNPLACED),
    ),
    Field("area_code", "区划编码", "12位。按文本读，不要当数字", pattern=r"\d{12}"),
    Field("township", "乡镇", "全县合并和未分到村的空着", required=False),
    Field("village", "村、社区", "合并的空着", required=False),
    *_SUMS,
    Field("published", "公布日期", "这一份公示或公开是哪天公布的", "date", required=False),
)
_BATCH_FIELDS: Final = (
    _BATCH,
    _YEAR,
    _PERIOD,
    *_POLICY,
    Field("unit", "发放单位", "造册发放的单位"),
    Field("state", "办到哪了", "用大白话写的最近一步", required=False),
    Field("notice_until", "公示到哪天", "当天也算；没有公示的空着", "date", required=False),
    *_SUMS,
    Field("late_steps", "超期步数", "过了期限还没办的步骤有几个", "integer"),
)
_LISTED: Final = {
    "name": "补贴项目叫什么",
    "departments": "几个部门用；隔开",
    "level": "哪一级定的政策",
    "channel": "钱怎么发",
    "payee_unit": "发给个人、农户还是单位",
    "audience": "补给哪些人，用；隔开",
    "target_group": "谁能领",
    "rate_text": "补多少",
    "basis": "依据的文件，用；隔开",
    "guide": "怎么申请",
    "frequency": "多久发一次",
    "web_before": "发放前在网上公布到什么程度",
    "web_after": "发放后在网上公布到什么程度",
    "hotline": "咨询电话",
}
"""Fields of a policy that are published, and what they say."""
_POLICY_FIELDS: Final = (
    Field("year", "年份", "哪一年的清单", "year"),
    Field("code", "项目编码", "各年不变"),
    *(
        Field(name, FIELD_WORDS[name], meaning, required=name in ("name", "departments", "level", "channel"))
        for name, meaning in _LISTED.items()
    ),
)


@dataclass(frozen=True, eq=False)
class OpenData:
    """The tables of one catalogue, each made once."""

    catalogue: Catalogue

    @cached_property
    def payments(self) -> Table:
        rows = (row for batch in self.catalogue.batches for row in self._payments_of(batch))
        return Table(
            "payments",
            "发放情况",
            "每个批次在每个村的笔数和金额，和各村公示的合计一样",
            _PAYMENT_FIELDS,
            ("batch", "scope", "area_code"),
            tuple(rows),
        )

    @cached_property
    def policies(self) -> Table:
        rows = (
            (str(listing.year), policy.code, *(_of_policy(policy, name) for name in _LISTED))
            for listing in self.catalogue.lists
            for policy in listing.policies
        )
        title, description = "补贴政策清单", "每年清单的最新一版"
        return Table("policies", title, description, _POLICY_FIELDS, ("year", "code"), tuple(rows))

    @cached_property
    def batches(self) -> Table:
        rows = (
            (
                batch.number,
                str(batch.public.year),
                batch.public.period,
                *_policy_cells(batch),
                batch.unit.name,
                batch.state,
                batch.notice_until.isoformat() if batch.notice_until else "",
                *_sum_cells(batch.tally),
                str(_late_steps(batch)),
            )
            for batch in self.catalogue.batches
        )
        description = "每个批次全县的笔数、金额，办到哪一步"
        return Table("batches", "发放批次", description, _BATCH_FIELDS, ("batch",), tuple(rows))

    @cached_property
    def cases(self) -> Table:
        return case_table(self.catalogue.case_quarters)

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.payments, self.policies, self.batches, self.cases

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Everything under data/ but the description of the package."""
        made = {f"{table.name}.csv": table.csv() for table in self.tables}
        return {**made, "payments.json": self.payments.json()}

    @property
    def updated(self) -> str:
        """When the newest figure or list was published (ISO); "" when there is none."""
        days = [page.posting.facts["published"] for page in self.catalogue.postings]
        return max(days + [listing.approved_on.isoformat() for listing in self.catalogue.lists], default="")

    @property
    def key(self) -> list[object]:
        """Changes whenever a figure does; names and lists stand in the build's own fingerprint."""
        postings = [(page.posting.id, page.posting.sha256) for page in self.catalogue.postings]
        states = [
            (batch.number, batch.state, batch.notice_until, batch.unplaced, _late_steps(batch))
            for batch in self.catalogue.batches
        ]
        return [postings, states, self.catalogue.case_quarters]

    def _payments_of(self, batch: BatchPage) -> Iterator[tuple[str, ...]]:
        policy = _policy_cells(batch)
        start = (str(batch.public.year), batch.public.period, batch.number)
        for page in sorted(batch.postings, key=lambda page: page.area.code):
            sums = _sum_cells(page.tally)
            yield (*start, page.kind_word, *policy, *_place_cells(page), *sums, page.posting.facts["published"])
        if batch.unplaced.rows:
            place = (_UNPLACED, self.catalogue.county.code, "", "")
            yield (*start, "", *policy, *place, *_sum_cells(batch.unplaced), "")


def _policy_cells(batch: BatchPage) -> tuple[str, ...]:
    policy = batch.policy
    return policy.code, policy.name, LEVELS[policy.level], department_of(batch)


def _place_cells(page: PostingPage) -> tuple[str, ...]:
    level = page.area.level
    township = page.township.name if page.township else ""
    return _SCOPES[level], page.area.code, township, page.area.name if level == "village" else ""


def _sum_cells(tally: Tally) -> tuple[str, ...]:
    open_ones = (tally.pending_fen, tally.held_fen, tally.returned_fen)
    return (
        str(tally.rows),
        *map(plain, (tally.fen, tally.paid_fen, *open_ones, tally.treasury_fen, tally.dropped_fen)),
    )


def _of_policy(policy: Policy, name: str) -> str:
    coded = {"channel": CHANNELS, "payee_unit": PAYEE_UNITS}.get(name)
    return coded[getattr(policy, name)] if coded else in_words(policy, name)


def _late_steps(batch: BatchPage) -> int:
    return sum(batch.is_late(item) for item in batch.timeline)
