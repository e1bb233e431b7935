"""The forms of the policy list desk: starting a version, sending a file, one policy's facts, approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from portal.desk.access import office
from portal.desk.forms import DeskForm, said_again, typed, written
from portal.domain.findings import Finding
from portal.domain.policies import CHANNELS, CODE_WORD, DAY_KINDS, FIELD_WORDS, LEVELS, PAYEE_UNITS, Policy, in_words

WEB_SHOWS: Final[Mapping[str, str]] = {"rows": "逐户（姓名隐去一部分）", "totals": "只公开合计", "none": "不公开"}
BOARD_SHOWS: Final[Mapping[str, str]] = {**WEB_SHOWS, "full_names": "全名（只在公示期内）"}
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "是什么补贴": ("name", "departments", "level", "basis", "target_group", "audience"),
    "补多少、怎么发": ("rate_text", "rates", "quantity_unit", "payee_unit", "channel", "frequency", "memo"),
    "怎么申请、问谁": ("guide", "hotline"),
    "公开到什么程度": ("web_before", "web_after", "board_before", "board_after", "legal_basis", "notice_days",
                       "notice_day_kind", "retention_months"),
    "核对用的": ("flow", "age_from", "age_to", "excludes"),
}  # fmt: skip
"""How the form groups a policy's facts: field names by heading."""
HINTS: Final[Mapping[str, str]] = {
    "departments": "几个部门之间用顿号隔开",
    "basis": "写全称和文号，例如《关于……的通知》（明农发〔2026〕12号）；几份之间用分号隔开",
    "audience": "例如：种粮户、老年人；用顿号隔开",
    "rates": "只写数字，单位元，用来核对清册；几档之间用分号隔开；没有统一标准就空着",
    "memo": "打到存折上的四个字",
    "hotline": "几个电话之间用分号隔开",
    "web_before": "发放之前公示名单时，网站上放什么",
    "web_after": "钱发了以后公开结果时，网站上放什么",
    "board_before": "发放之前，村务公开栏贴什么",
    "board_after": "钱发了以后，村务公开栏贴什么",
    "legal_basis": "逐户公开的必须写，例如《政府信息公开条例》第二十条",
    "notice_days": "没有发放前公示的写 0",
    "retention_months": "公开满几个月后撤下名单、只留合计",
    "excludes": "不能和哪些项目同时享受：写项目编码，用分号隔开",
}
_CODED: Final[Mapping[str, Mapping[str, str]]] = {
    "level": LEVELS,
    "channel": CHANNELS,
    "payee_unit": PAYEE_UNITS,
    "notice_day_kind": DAY_KINDS,
    "web_before": WEB_SHOWS,
    "web_after": WEB_SHOWS,
    "board_before": BOARD_SHOWS,
    "board_after": BOARD_SHOWS,
}
_LONG: Final = ("basis", "target_group", "rate_text", "guide", "legal_basis")
_COLUMNS: Final = {word: field for field, word in FIELD_WORDS.items()}


class StartForm(DeskForm):
    year = SelectField("哪一年的清单", coerce=int)
    reason = StringField(
        "为什么改（那一年的清单已经批准过，才要写）", [Length(max=200, message="请写在200字以内")], [written]
    )

    def offer(self, years: Mapping[int, str]) -> None:
        self.year.choices = [SelectChoice(year, words) for year, words in years.items()]


class ListFileForm(StartForm):
    file = FileField("清单文件")


class ApproveForm(DeskForm):
    seen = HiddenField()


def _field(name: str) -> Any:
    word = FIELD_WORDS[name]
    if name == "flow":
        return SelectField(word, validate_choice=False)
    if name in _CODED:
        choices = [SelectChoice(code, words) for code, words in _CODED[name].items()]
        return SelectField(word, choices=choices, validate_choice=False)
    if name in _LONG:
        return TextAreaField(word, [], [written], render_kw={"rows": 3})
    return StringField(word, [], [written])


class PolicyForm(DeskForm):
    """One policy's facts, each under the name of its field; `code` is asked for a new one only."""

    code = StringField("项目编码（小写字母开头，定了不能改）", [], typed(str.strip, str.lower))

    def offer(self) -> None:
        self.flow.choices = [SelectChoice(flow.code, flow.name) for flow in office().rules.flows.values()]

    def fill(self, policy: Policy) -> None:
        self.code.data = policy.code
        for name in FIELD_WORDS:
            value = getattr(policy, name)
            self[name].data = value if name in _CODED or name == "flow" else in_words(policy, name)

    def columns(self, code: str = "") -> dict[str, str]:
        """What was typed, by the columns of the list."""
        cells = {word: str(self[name].data or "") for name, word in FIELD_WORDS.items()}
        return {CODE_WORD: code or self.code.data or "", **cells}

    def tell(self, findings: tuple[Finding, ...]) -> None:
        """Each mistake at its field; what belongs to none, above the form."""
        for finding in findings:
            name = "code" if finding.column == CODE_WORD else _COLUMNS.get(finding.column, "")
            if name:
                self[name].errors = [*self[name].errors, finding.message]
            else:
                self.form_errors.append(finding.message)
        if any(finding.column for finding in findings):
            self.form_errors.append("还有写得不对的地方，请看下面标红的")
        for name in FIELD_WORDS:
            if name != "hotline" or self[name].errors:
                self[name].data = said_again(self[name].data or "")


for _name in FIELD_WORDS:
    setattr(PolicyForm, _name, _field(_name))
