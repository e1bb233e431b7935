"""What each kind of finding is called, and what whoever has the paper should do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from portal.domain.findings import Finding, Level

LEVEL_WORDS: Final[Mapping[Level, str]] = {
    "fatal": "不改不能导入",
    "held": "这些行先不公布",
    "warning": "请看一看",
    "note": "说明",
}


class Kind(NamedTuple):
    """`outside` is what the village may be told where the finding's own message draws on our ledger; empty where the
    message speaks of the file alone."""

    title: str
    advice: str
    outside: str = ""


_SEND_AGAIN: Final = "改好后把整份清册重新上传"
KINDS: Final[Mapping[str, Kind]] = {
    "total.mismatch": Kind("合计和逐行相加不一样", f"核对是哪一行错了还是合计没改，{_SEND_AGAIN}"),
    "column.missing": Kind("少了必须有的列", "在下面“每一列是什么”里选是哪一列，再选一次文件上传"),
    "column.ambiguous": Kind("有几列分不清用哪一列", "在下面“每一列是什么”里选是哪一列，再选一次文件上传"),
    "header.unknown": Kind(
        "没有认出表头", "在下面“每一列是什么”里照位置选，再选一次文件上传；也可以在名单上面补一行表头再传"
    ),
    "roll.empty": Kind("没有名单", "看看是不是选错了文件"),
    "id.empty": Kind("没有身份证号", "补上身份证号"),
    "id.number": Kind("身份证号存成了数字，后几位丢了", "把这一列设成“文本”格式，照身份证重新填"),
    "id.length": Kind("身份证号位数不对", "照身份证核对，应是18位"),
    "id.check_digit": Kind("身份证号抄错了", "照身份证逐位核对"),
    "id.date": Kind("身份证号里的出生日期不存在", "照身份证逐位核对"),
    "name.bad": Kind("姓名写得不对", "照身份证改姓名"),
    "amount.unreadable": Kind("金额读不出来", "填上金额，只写数字"),
    "amount.not_positive": Kind("金额是零或负数", "核对金额；不发的人从名单里去掉"),
    "amount.mismatch": Kind("数量×标准不等于金额", "核对数量、标准、金额，改写错的那一个"),
    "quantity.implausible": Kind("数量大得离谱", "看看是不是填错了列"),
    "rate.implausible": Kind("标准大得离谱", "看看是不是填错了列"),
    "area.empty": Kind("没有写是哪个村", "补上村名"),
    "area.unknown": Kind("不认识的村名", "写区划里的村名；是别名的请县里管理员登记"),
    "area.ambiguous": Kind("几个村同名", "在“乡镇”列写明是哪个乡镇"),
    "area.mismatch": Kind("村不在所写的乡镇", "核对村和乡镇"),
    "person.twice": Kind("同一个人出现两次", "核对是不是重复；重复的去掉一行"),
    "rate.differs": Kind("标准和政策清单不一样", "核对标准"),
    "age.outside": Kind("年龄不在政策范围内", "核对身份证号和是否符合条件"),
    "person.paid_already": Kind(
        "同一期别的批次里已有此人",
        "核对是否重复发放；那一批撤下以前钱已经到账的，不能再发一次",
        "请核对此人这一期是否已经报过",
    ),
    "policy.excluded": Kind("已领不能同时享受的补贴", "核对是否符合条件", "请核对此人是否符合领取条件"),
    "person.eligibility": Kind(
        "资格待核实", "请主管部门核对此人现在还符不符合条件", "请核对此人现在还符不符合领取条件"
    ),
    "suspension.date": Kind("日期读不出来", "写成 2025-03-14 这样"),
    "amount.jump": Kind("和去年相差很大", "核对金额", "请核对这一行的数量和金额"),
    "account.changed": Kind("和以前的账号不一样", "核对是不是换了卡", "请核对此人的账号是不是换了卡"),
    "account.shared": Kind("几个人用同一个账号", "核对是否代管、代领，有没有写串行"),
    "account.column": Kind("没有账号列", "有的话，在下面“每一列是什么”里选是哪一列，再选一次文件上传"),
    "account.unreadable": Kind("账号读不出来", "按文本填账号；不填也能公示，银行结果要由人核对"),
    "sheet.hidden": Kind("有隐藏的工作表没有读", "要读的话，在下面“读哪几张表”里选上，再选一次文件上传"),
    "sheet.hidden_read": Kind("读了隐藏的工作表", "看看是不是真要读它"),
    "sheet.left_out": Kind("有的工作表没有选", "要读的话，在下面“读哪几张表”里选上，再选一次文件上传"),
    "rows.hidden": Kind("有隐藏的行，也读了", "看看是不是不该发的"),
    "columns.hidden": Kind("有隐藏的列", "看看要不要用"),
    "row.skipped": Kind("有的行没有读", "看看是不是漏了姓名"),
    "id.cleaned": Kind("身份证号已按标准写法读", "不用改"),
    "id.upgraded": Kind("15位身份证号已换算成18位", "不用改"),
    "name.cleaned": Kind("姓名里的空格已去掉", "不用改"),
    "name.not_sealed": Kind("没有留下公示栏要用的全名", "请系统管理员先做好密钥，再重新上传"),
    "group.dropped": Kind("组名写法不规范，只显示村名", "不用改"),
    "feedback.amount": Kind("银行文件里金额读不出来", "问银行，或由人核对"),
    "feedback.account": Kind("银行文件里没有账号也没有证件号", "在下面选是哪一笔；行数多的，问银行要完整的文件"),
    "feedback.status": Kind(
        "没见过的发放状态",
        "先看是不是列认错了：在下面“说明每一列是什么”里选对；没认错的，问银行发成了没有，请银行写明再传",
    ),
    "feedback.reason": Kind("没见过的失败原因", "先记成“其他原因”；在下面选一次是哪一种，以后就认得"),
    "feedback.tie": Kind("分不清是哪一行", "几行的账号、姓名、金额都一样，在下面选是哪一行"),
    "feedback.unmatched": Kind(
        "和清册对不上", "核对是不是这一批的文件，账号、姓名、金额哪一项不同；是这一批的，在下面选是哪一笔"
    ),
    "feedback.empty": Kind("文件里没有发放结果", "看看是不是选错了文件"),
    "correction.batch": Kind("不是这一批的模板", "下载这一批的模板再填"),
    "correction.row": Kind("这一行不用更正", "银行没有退回这一行，或已经更正过"),
    "correction.twice": Kind("同一行填了两次", "只取了第一次，看看对不对"),
    "correction.name": Kind("姓名和原名单上的不一样", "核对是不是填串了行；真是原来写错的，不用管"),
    "correction.value": Kind("更正的内容不对", "照说明改好，再上传一次"),
}
_ORDER: Final = list(LEVEL_WORDS)
_SHOWN_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one level and kind, in the order of the file."""

    level: Level
    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def code(self) -> str:
        return self.findings[0].code

    @property
    def places(self) -> list[str]:
        """A line a sheet: 工作表“清册”：第 3、5—9 行. Findings about a whole sheet, or the file, have no rows."""
        by_sheet: dict[str, set[int]] = defaultdict(set)
        for finding in self.findings:
            by_sheet[finding.sheet].add(finding.row)
        return list(filter(None, (_place(sheet, sorted(rows - {0})) for sheet, rows in by_sheet.items())))


def kind_of(finding: Finding) -> Kind:
    """Its kind; of what has no name of its own, the message says everything."""
    return KINDS.get(finding.code, Kind(finding.message, ""))


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Worst level first, in it the kind that most rows have."""
    groups: dict[tuple[Level, Kind], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.level, kind_of(finding)].append(finding)
    made = [FindingGroup(level, kind, tuple(found)) for (level, kind), found in groups.items()]
    return sorted(made, key=lambda group: (_ORDER.index(group.level), -len(group.findings)))


def _place(sheet: str, rows: list[int]) -> str:
    where = f"工作表“{sheet}”" if sheet else ""
    if not rows:
        return where
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][-1] + 1:
            spans[-1].append(row)
        else:
            spans.append([row])
    said = [str(span[0]) if len(span) == 1 else f"{span[0]}—{span[-1]}" for span in spans]
    more = f"等 {len(rows)} 行" if len(said) > _SHOWN_ROWS else "行"
    return (where + "：" if where else "") + f"第 {'、'.join(said[:_SHOWN_ROWS])} {more}"
