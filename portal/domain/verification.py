"""A verification as the desk shows it: which sums were compared, line by line, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.domain.site import Check

ROLES: Final = ("audit", "finance", "disclosure")
COMPARED: Final[Mapping[str, str]] = {
    "日志链": "每一条操作日志和前一条接得上，内容没有被改过",
    "清册＝批次": "每一批：当初文件里的行数、金额，和台账里存的一样",
    "清册＝已到账＋待发放＋待核实＋已退国库＋核实后不发，不超指标": "每一批的钱去了哪里，加起来正好是清册的合计，也不超过指标",
    "待核实的行都由别人核实": "照发还是不发，每一行都由录入人以外的人决定，写明了原因",
    "批次＝各村公示之和": "每一批：各村公示、公开的行数和金额加起来，等于清册",
    "公示栏照片和登记时一样，由另一人公开": "公示栏的照片没有被换过，公开的都是登记人以外的人看过的",
    "站点签名": "网站现在的版本由县里的签名密钥签过",
    "站点文件与签名清单": "网站的每一个文件和签名清单一个字节不差",
    "版本已登记": "现在的版本和日志里登记的是同一个",
    "公示快照＝网页＝下载": "每个村：公示快照、网页上的名单、下载的表格一行一行相同",
    "开放数据＝台账": "开放数据里的合计和台账一样",
    "全站没有个人信息": "所有网页、下载里没有身份证号、账号、电话",
    "件的状态、承办单位＝逐步记录": "投诉件列表里写的，和逐步记录一样",
    "件的每一步照规定、按先后": "投诉件的每一步都合规定",
    "件的原话、附件、回执齐全": "封存的原话、附件、回执一件不少",
    "件＝日志，封存内容没有变": "投诉件的每一步日志里都有，封存的内容没有变",
    "件的文字里没有个人信息": "投诉件的标题和转述里没有身份证号、账号、电话",
}
"""Check → what it compares. A check that is not here is shown by its name alone."""
_WITHOUT_FIGURES: Final = ("日志链", "件")
"""How the names of checks begin whose figures stay out of the desk: how many entries or cases there are may tell somebody
of a case that concerns them."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as the desk may show it."""

    name: str
    compared: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The last run: moments are UTC, `finished` is empty until it is over; `by` is who started it."""

    by: str
    started: str
    finished: str = ""
    lines: tuple[CheckLine, ...] = ()

    @property
    def failed(self) -> int:
        return sum(not line.ok for line in self.lines)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Verification:
        return cls(**{**table, "lines": tuple(CheckLine(**line) for line in table["lines"])})


def as_shown(check: Check) -> CheckLine:
    """What may be shown of a check to whoever may open the page."""
    detail = check.detail
    if check.name.startswith(_WITHOUT_FIGURES):
        detail = "相符" if check.ok else "不符。是哪一处，请系统管理员在服务器上运行 mingbai verify 看"
    return CheckLine(check.name, COMPARED.get(check.name, ""), check.ok, detail)
