"""Batches (发放批次) and the flow of steps each goes through.

A flow lists every step; each is *ours* (this system enforces it) or *mirrored* (done in another system and
recorded here with its date and document). The timeline that the public sees is the flow in plain words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.domain.workdays import DayKind, IsWorkday, due_date, in_chinese, notice_end

ATTRIBUTES: Final = ("主动公开", "依申请公开", "不予公开")
"""What a disclosure review decides (政府信息公开条例)."""

ROLES: Final[Mapping[str, str]] = {
    "village": "村（社区）",
    "station": "经办站所",
    "township_finance": "乡镇财政所",
    "department": "业务主管部门",
    "finance": "财政业务科室",
    "treasury": "国库支付中心",
    "bank": "代发银行联络员",
    "disclosure": "政务公开办",
    "complaints": "投诉受理科室",
    "discipline": "纪检监察",
    "audit": "审计",
    "admin": "系统管理员",
}


@dataclass(frozen=True, slots=True)
class FlowStep:
    """`limit_days` (of `limit_kind`) run from the step named `limit_after`; 0 means no limit is set."""

    code: str
    name: str
    public: str
    kind: Literal["ours", "mirrored"]
    roles: tuple[str, ...]
    requires: tuple[str, ...] = ()
    limit_days: int = 0
    limit_kind: DayKind = "working"
    limit_after: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    code: str
    name: str
    steps: tuple[FlowStep, ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Flow:
        """From the parsed text of a file in content/rules/flows/. Raises KeyError or TypeError when it is not one."""

        def frozen(step: Mapping[str, Any]) -> dict[str, Any]:
            return {name: tuple(value) if isinstance(value, list) else value for name, value in step.items()}

        steps = tuple(FlowStep(**frozen(step)) for step in table["steps"])
        known = {step.code for step in steps}
        for step in steps:
            if missing := {*step.requires, *filter(None, [step.limit_after])} - known:
                raise KeyError(f"{table['code']}: {step.code} names unknown steps {missing}")
        return cls(table["code"], table["name"], steps)

    def step(self, code: str) -> FlowStep | None:
        return next((step for step in self.steps if step.code == code), None)

    def has(self, code: str) -> bool:
        return self.step(code) is not None


RETURN = FlowStep(
    "return", "退回修改", "名单被退回核对", "ours", ("department", "finance", "township_finance", "disclosure")
)
WITHDRAW = FlowStep("withdraw", "撤下公开", "已撤下", "ours", ("disclosure",))
REFUND = FlowStep("refund", "结余退回财政", "没发出去的钱退回国库", "ours", ("finance", "department", "treasury"))
RETIRE: Final = "retire"
"""What is recorded of a batch whose list has been public long enough: from then on it is shown as totals."""
ANYTIME: Final[Mapping[str, FlowStep]] = {step.code: step for step in (RETURN, WITHDRAW, REFUND)}


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step that was taken. `until` is the last day of a notice."""

    step: str
    day: date
    by: str
    document: str = ""
    reason: str = ""
    amount_fen: int | None = None
    attribute: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One line of the public timeline. `due` is None where no limit is set or its start is not known yet."""

    step: FlowStep
    record: StepRecord | None
    due: date | None

    def is_late(self, today: date, grace_days: int = 0) -> bool:
        """Past its due date, by more than the county's grace, and not done."""
        return self.record is None and self.due is not None and (today - self.due).days > grace_days


@dataclass(frozen=True, slots=True)
class Batch:
    """One policy, one period, one issuing unit; `number` is its public name (2025-0007)."""

    id: int
    number: str
    policy: str
    year: int
    period: str
    unit: str
    revision: int
    flow: str
    entered_by: str
    superseded: bool
    steps: tuple[StepRecord, ...]

    def last(self, code: str) -> StepRecord | None:
        return next((record for record in reversed(self.steps) if record.step == code), None)

    @property
    def is_returned(self) -> bool:
        return bool(self.steps) and self.steps[-1].step == "return"

    @property
    def is_withdrawn(self) -> bool:
        return self.last("withdraw") is not None

    @property
    def is_retired(self) -> bool:
        return self.last(RETIRE) is not None

    @property
    def is_live(self) -> bool:
        return not (self.superseded or self.is_withdrawn)

    @property
    def may_be_shown(self) -> bool:
        """Nothing appears without a disclosure review that says 主动公开."""
        review = self.last("review")
        return self.is_live and not self.is_returned and review is not None and review.attribute == "主动公开"

    @property
    def is_paid(self) -> bool:
        """Once the bank has paid, the list never changes again; only linked corrections follow."""
        return self.last("credit") is not None or self.last("feedback") is not None

    @property
    def notice(self) -> StepRecord | None:
        return self.last("notice")

    def is_on_notice(self, today: date) -> bool:
        notice = self.notice
        return (
            self.may_be_shown
            and notice is not None
            and notice.until is not None
            and notice.day <= today <= notice.until
        )

    def timeline(self, flow: Flow, is_workday: IsWorkday) -> list[TimelineItem]:
        """The flow's steps with what was recorded for each and when each was or is due."""
        items = []
        for step in flow.steps:
            start = self.last(step.limit_after) if step.limit_after else None
            due = None
            if start is not None and step.limit_days:
                due = due_date(start.until or start.day, step.limit_days, step.limit_kind, is_workday)
            items.append(TimelineItem(step, self.last(step.code), due))
        return items


@dataclass(frozen=True, slots=True)
class Actor:
    """Registered staff. The admin may take every step, but four eyes hold for everybody."""

    name: str
    display: str
    role: str
    unit: str

    def may(self, step: FlowStep) -> bool:
        return self.role == "admin" or self.role in step.roles


def admit(
    batch: Batch,
    flow: Flow,
    policy: Policy,
    record: StepRecord,
    actor: Actor,
    today: date,
    is_workday: IsWorkday,
) -> StepRecord:
    """Whether this step may be taken now: the record as it will be kept (a notice gets its end), or Refused."""
    step = flow.step(record.step) or ANYTIME.get(record.step)
    if step is None:
        names = "、".join(f"{s.code}（{s.name}）" for s in (*flow.steps, *ANYTIME.values()))
        raise Refused(f"流程“{flow.name}”没有这个步骤。可用的步骤：{names}", "step.unknown")
    if not batch.is_live:
        raise Refused(f"批次 {batch.number} 已撤下或已被新版本替代，不能再办理", "batch.closed")
    if not actor.may(step):
        allowed = "、".join(ROLES[role] for role in step.roles)
        raise Refused(f"“{step.name}”由{allowed}办理，{actor.display}（{ROLES[actor.role]}）不能代办", "step.role")
    _check_dates(batch, step, record, today)
    if step.code in ANYTIME:
        _check_anytime(batch, step, record)
        return record
    if batch.is_returned:
        raise Refused(f"批次 {batch.number} 已退回，请先导入修改后的清册", "batch.returned")
    missing = [code for code in step.requires if batch.last(code) is None and _applies(code, policy)]
    if missing:
        names = "、".join(found.name for code in missing if (found := flow.step(code)))
        raise Refused(f"先要完成：{names}，才能办理“{step.name}”", "step.order")
    if step.kind == "ours":
        return _check_ours(batch, step, policy, record, actor, is_workday)
    return record


def admit_feedback(batch: Batch, flow: Flow, record: StepRecord, today: date) -> None:
    """Whether the bank's results may be taken over now; roles are the action's matter. Raises Refused."""
    step = flow.step("feedback")
    if step is None:
        raise Refused(f"流程“{flow.name}”没有银行反馈这一步", "step.unknown")
    if not batch.is_live or batch.is_returned:
        raise Refused(f"批次 {batch.number} 已退回、撤下或被替代，不能登记发放结果", "batch.closed")
    _check_dates(batch, step, record, today)


def _applies(code: str, policy: Policy) -> bool:
    return code != "notice" or policy.notice_days > 0


def _check_dates(batch: Batch, step: FlowStep, record: StepRecord, today: date) -> None:
    if record.day > today:
        raise Refused(f"“{step.name}”的日期{in_chinese(record.day)}还没有到", "step.future")
    for earlier in map(batch.last, step.requires):
        if earlier is not None and record.day < earlier.day:
            raise Refused(f"“{step.name}”不能早于前一步的{in_chinese(earlier.day)}，请核对", "step.date")


def _check_anytime(batch: Batch, step: FlowStep, record: StepRecord) -> None:
    if not record.reason:
        raise Refused(f"“{step.name}”必须写明原因", "step.reason", "--reason")
    if step.code == "refund" and batch.last("feedback") is None:
        raise Refused("还没有银行反馈，不知道哪些钱没有发出去", "step.order")
    if step.code == "return" and batch.is_paid:
        raise Refused("已经发放的批次不能退回，只能对错误的行做更正", "batch.paid")


def _check_ours(
    batch: Batch, step: FlowStep, policy: Policy, record: StepRecord, actor: Actor, is_workday: IsWorkday
) -> StepRecord:
    if step.code == "roll":
        raise Refused("导入清册即完成这一步，不用另外登记", "step.automatic")
    if step.code == "feedback":
        raise Refused("导入银行的代发反馈文件即完成这一步", "step.automatic", "mingbai feedback import")
    if step.code == "review":
        if actor.name == batch.entered_by:
            raise Refused("录入的人不能自己审查，请由另一人做公开审查", "step.four_eyes")
        if record.attribute not in ATTRIBUTES:
            raise Refused(f"公开属性只能选：{'、'.join(ATTRIBUTES)}", "review.attribute")
        if batch.notice is not None or batch.last("disclosure") is not None:
            raise Refused("已经公示或公开，不能重新审查；如需撤下请办理“撤下公开”", "step.repeated")
    if step.code == "notice":
        if batch.notice is not None:
            raise Refused(f"这一批已于{in_chinese(batch.notice.day)}公示", "step.repeated")
        if policy.notice_days < 1:
            raise Refused("清单上这个项目没有发放前公示期；请先在政策清单中写明公示天数", "notice.none")
    if step.code in ("notice", "disclosure"):
        review = batch.last("review")
        if review is None or review.attribute != "主动公开":
            raise Refused("公开审查的结论不是“主动公开”，不能发布", "review.attribute")
    if step.code == "notice":
        until = notice_end(record.day, policy.notice_days, policy.notice_day_kind, is_workday)
        return StepRecord(record.step, record.day, record.by, record.document, record.reason, until=until)
    over = batch.notice.until if batch.notice else None
    if step.code == "disclosure" and over is not None and record.day <= over:
        raise Refused(f"公示到{in_chinese(over)}才结束，期满后才能公开发放结果", "notice.running")
    return record


def current_step(items: Sequence[TimelineItem]) -> TimelineItem | None:
    """The last step of the timeline that has been taken."""
    done = [item for item in items if item.record is not None]
    return done[-1] if done else None
