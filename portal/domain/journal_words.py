"""The journal as people read it: each act in words, each entry as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from portal.domain.batches import ROLES
from portal.domain.board_records import EVENTS
from portal.domain.case_acts import ACTS as CASE_ACTS
from portal.domain.case_acts import KINDS
from portal.domain.journal import Entry
from portal.domain.money import grouped
from portal.domain.policies import FIELD_WORDS
from portal.domain.window import GROUNDS

GROUPS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "清册和批次": {
        "roll.import": ("导入清册", "批次{batch}，{policy}，第{revision}版，{unit}，{rows}行，{yuan}元，待核实{held}行"),
        "batch.step": ("办理步骤", "批次{batch}，“{step}”，日期{date}{attribute}{amount}"),
        "batch.refund": ("结余退回财政", "批次{batch}，{rows}行，{yuan}元"),
        "roll.eligibility": ("标出资格待核实的行", "{rows}行"),
        "held.settle": ("处理待核实的行", "批次{batch}，{yuan}元"),
        "feedback.import": ("登记银行结果", "批次{batch}，{rows}行"),
        "feedback.settle": ("处理银行文件里对不上的行", "批次{batch}"),
        "feedback.explain": ("记住银行的说法", "{rows}笔"),
        "correction.import": ("更正退回的行", "批次{batch}，{rows}行"),
        "posting.notice": ("公示", "批次{batch}，{postings}处，{rows}行，{yuan}元"),
        "posting.disclosure": ("公开发放结果", "批次{batch}，{postings}处，{rows}行，{yuan}元"),
        "posting.correction": ("更正后再公开", "批次{batch}，{postings}处，{rows}行，{yuan}元"),
        "posting.erase": ("抹去已公开的名单", "批次{batch}，{postings}处"),
        "posting.retire": ("到期撤下名单，只留合计", "批次{batch}"),
        "objection.note": ("登记异议", "批次{batch}，{count}件"),
        "objection.settle": ("写异议的处理结果", "批次{batch}"),
        "board.note": ("登记公示栏张贴", "批次{batch}，{area}，{date}{board}"),
        "board.release": ("公开公示栏的照片", "批次{batch}，{area}"),
        "board.drop": ("删去公示栏张贴登记", "批次{batch}，{area}，{date}{board}"),
        "print.pack": ("印制公示单", "{batch}{area}"),
        "print.names": ("印制全名的公示单", "{batch}{area}"),
        "print.failed": ("没有印成", "印制编号{order}"),
    },
    "政策清单": {
        "policies.import": ("导入政策清单", "{year}年第{version}版，{policies}个项目"),
        "policies.start": ("照现行的做一版清单", "{year}年第{version}版"),
        "policies.edit": ("改清单里的项目", "{year}年第{version}版，{policy}，改了：{fields}"),
        "policies.drop": ("从清单删去项目", "{year}年第{version}版，{policy}"),
        "policies.discard": ("丢掉没批准的清单", "{year}年第{version}版"),
        "policies.approve": ("批准政策清单", "{year}年第{version}版"),
    },
    "投诉件": {
        "case.file": ("收件", "{case}，{kind}"),
        "case.describe": ("写标题和转述", "{case}"),
        "case.act": ("办理投诉件", "{case}，{act}"),
        "case.open": ("看原话", "{case}，原因：{reason}"),
        "case.contact": ("把联系方式交给承办单位", "{case}，{unit}"),
        "case.package": ("做移交包", "{case}"),
        "case.slips": ("印纸质意见单", "{area}，{first}至{last}号"),
    },
    "预警、停发和电话": {
        "lead.settle": ("写预警线索的结果", ""),
        "suspension.import": ("导入停发名单", "{people}人"),
        "suspension.end": ("作废停发名单", "{people}人"),
        "hotline.confirm": ("核对电话", ""),
        "hotline.correct": ("改公布的电话", "{unit}"),
    },
    "工作人员": {
        "staff.add": ("登记工作人员", "{name}，{role}，{unit}"),
        "staff.change": ("改角色或单位", "{name}，{role}，{unit}"),
        "staff.deactivate": ("停用账号", "{name}"),
        "staff.reactivate": ("恢复账号", "{name}"),
        "staff.password_reset": ("重设密码", "{name}"),
        "staff.factor_reset": ("解绑手机", "{name}"),
        "staff.sessions_ended": ("强制退出登录", "{name}"),
        "staff.signed_in": ("登录", ""),
        "staff.signed_out": ("退出登录", ""),
        "staff.password_changed": ("改自己的密码", ""),
        "staff.factor_set": ("绑定手机", ""),
        "staff.relation": ("申报回避", "{subject}"),
        "staff.relation_ended": ("结束回避申报", "{name}，{subject}"),
    },
    "查询和自助机": {
        "lookup.window": ("窗口代查", "{ground}，看到{payments}笔"),
        "lookup.day": ("一天的查询", "{day}"),
        "kiosk.add": ("登记自助机", "{name}，{area}"),
        "kiosk.set_up": ("装好自助机", "第{kiosk}号"),
        "kiosk.revoke": ("停用自助机", "第{kiosk}号"),
    },
    "网站和核对": {
        "release": ("生成网站", "版本{release}，{pages}页"),
        "trial.on": ("改成试运行", ""),
        "trial.off": ("正式开通", ""),
        "verify.start": ("开始核对", ""),
        "verify.done": ("核对完了", "{outcome}"),
    },
    "区划和单位": {
        "areas.import": ("导入区划", "变了{changed}处"),
        "areas.alias": ("记住村的别名", "{area}"),
        "units.import": ("导入单位", "变了{changed}处"),
    },
}  # fmt: skip
"""Act → what it is called, and what its sentence says of the entry's detail; grouped as they are searched."""
WORDS: Final = {act: words for group in GROUPS.values() for act, words in group.items()}
CASE_PREFIX: Final = "case."
LEAD_ACT: Final = "lead.settle"
"""That somebody looked into a lead: told to whom the word is told."""
_CHANNELS: Final = {"desk": "办公端", "console": "命令行", "lookup": "查询", "cases": "网上"}


@dataclass(frozen=True)
class Names:
    """Code → what people call it. `steps` has the steps of all flows."""

    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. It has no number: a gap would tell somebody that there is what they may not see."""

    moment: datetime
    act: str
    word: str
    who: str
    through: str
    about: str


def in_words(entry: Entry, names: Names, timezone: tzinfo) -> Line:
    """`timezone` is the county's: the journal's own moments are UTC."""
    word, template = WORDS.get(entry.act, (entry.act, ""))
    name, _, channel = entry.actor.partition(" (")
    through, _, user = channel.rstrip(")").partition(":")
    moment = datetime.fromisoformat(entry.moment).replace(tzinfo=UTC).astimezone(timezone)
    said = f"{_CHANNELS.get(through, through)}{f'（{user}）' if user else ''}"
    return Line(moment, entry.act, word, names.people.get(name, name), said, _about(entry, template, names))


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _about(entry: Entry, template: str, names: Names) -> str:
    detail: Mapping[str, Any] = entry.detail
    said = _Said({key: str(value) for key, value in detail.items() if value is not None})
    tables: tuple[tuple[str, Mapping[Any, str]], ...] = (
        ("unit", names.units),
        ("area", names.areas),
        ("step", names.steps),
        ("policy", names.policies),
        ("role", ROLES),
        ("kind", KINDS),
        ("ground", GROUNDS),
        ("board", EVENTS),
        ("subject", {**names.units, **names.people}),
        ("name", names.people),
    )
    for key, words in tables:
        if key in said:
            said[key] = words.get(said[key], said[key])
    if "act" in said and said["act"] in CASE_ACTS:
        said["act"] = CASE_ACTS[said["act"]].word
    if isinstance(detail.get("fen"), int):
        said["yuan"] = grouped(detail["fen"])
        said["amount"] = f"，{said['yuan']}元"
    if "attribute" in said:
        said["attribute"] = f"，{said['attribute']}"
    if isinstance(detail.get("fields"), list):
        said["fields"] = "、".join(FIELD_WORDS.get(each, each) for each in detail["fields"]) or "新加"
    if "failed" in detail:
        said["outcome"] = f"{detail['failed']}项不符" if detail["failed"] else "全部相符"
    return template.format_map(said)
