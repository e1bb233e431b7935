"""Checks on the rows of a roll. A finding is a lead, not a conclusion; nothing is mended.

Held: the row is stored but not published until somebody has looked. Warning: published, and somebody should look.
The list follows what counties are told to verify: 身份、账户、重复、标准、年龄、互斥、同比异常.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from portal.domain.findings import Finding, Level
from portal.domain.identity import birth_date
from portal.domain.money import grouped, number
from portal.domain.policies import Policy

ID_MESSAGES: Final[Mapping[str, str]] = {
    "id.empty": "没有证件号，请补上后重新导入",
    "id.number": "证件号存成了数字，后几位已经丢失，无法找回。请把这一列设为“文本”格式，重新填写后导入",
    "id.length": "证件号不是 18 位（或老的 15 位），请核对",
    "id.check_digit": "证件号的校验位不对，多半是抄错了一位，请对照身份证核对",
    "id.date": "证件号里的出生日期不存在，请核对",
}
AREA_MESSAGES: Final[Mapping[str, str]] = {
    "area.empty": "没有写是哪个村，请补上",
    "area.unknown": "不认识这个村名。请写区划里的村名；如果是别名，请管理员登记一次",
    "area.ambiguous": "有几个村叫这个名字，请在“乡镇”列写明是哪个乡镇",
    "area.mismatch": "这个村不属于所写的乡镇（或不在本单位辖区），区划异常，请核对",
}
_SHARED_ONE_BY_ONE: Final = 10
"""Where sharing an account is usual, more of them than this are told in one line."""
_JUMP: Final = 3
"""A payment at least this many times last year's, or at most one part in so many, is worth a look."""


@dataclass(frozen=True)
class History:
    """What earlier batches say, keyed by digest.

    `in_period`: person → number of another batch of the same policy and period · `last_year`: person → 分 in the
    same policy a year before · `accounts`: person → account digest last paid to · `excluded`: person → name of the
    policy already paid this year that rules this one out · `suspended`: digests over ID and name of whose eligibility
    has to be looked into.
    """

    in_period: Mapping[bytes, str] = field(default_factory=dict)
    last_year: Mapping[bytes, int] = field(default_factory=dict)
    accounts: Mapping[bytes, bytes] = field(default_factory=dict)
    excluded: Mapping[bytes, str] = field(default_factory=dict)
    suspended: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class Checked:
    """A row under check: normalised values, still in memory only."""

    sheet: str
    row: int
    id_number: str
    person: bytes | None
    account: bytes | None
    quantity: Decimal | None
    rate: Decimal | None
    fen: int | None
    held: str = ""


class RowChecks:
    """Runs the checks of one roll and gathers what they say. `titles` gives a field's header text for messages."""

    def __init__(self, policy: Policy, history: History, paid_on: date) -> None:
        self._policy = policy
        self._history = history
        self._paid_on = paid_on
        self.findings: list[Finding] = []
        self._first: dict[bytes, Checked] = {}
        self._by_account: dict[bytes, list[Checked]] = defaultdict(list)

    def say(self, level: Level, code: str, message: str, row: Checked, column: str = "") -> None:
        """Record a finding; a held one keeps the row back (the first reason is the one that is kept)."""
        self.findings.append(Finding(level, code, message, row.sheet, row.row, column))
        if level == "held" and not row.held:
            row.held = code

    def check(self, row: Checked, title: Callable[[str], str]) -> None:
        """All checks that need this row, the rows before it and the earlier batches."""
        self._amount(row, title)
        if row.person is not None:
            self._person(row, title)
            self._earlier(row, row.person, title)
        if row.account is not None and row.person is not None:
            self._by_account[row.account].append(row)

    def eligibility(self, row: Checked, proof: bytes | None, title: Callable[[str], str]) -> None:
        """Whoever is on a suspension list. Nothing says which list, or that there is one."""
        if proof is not None and proof in self._history.suspended:
            message = "资格待核实，这一行先不发、不公布。请主管部门核对资格"
            self.say("held", "person.eligibility", message, row, title("name"))

    def _amount(self, row: Checked, title: Callable[[str], str]) -> None:
        policy = self._policy
        if row.fen is None:
            self.say("held", "amount.unreadable", "金额是空的、不是数字或大得不像金额，请核对", row, title("amount"))
            return
        if row.fen <= 0:
            self.say("held", "amount.not_positive", f"金额是 {grouped(row.fen)} 元，应当大于 0", row, title("amount"))
        if row.rate is not None and policy.rates and row.rate not in policy.rates:
            allowed = "、".join(number(rate) for rate in policy.rates)
            self.say(
                "warning",
                "rate.differs",
                f"标准是 {number(row.rate)} 元，政策清单上是 {allowed} 元",
                row,
                title("rate"),
            )
        if row.rate is not None and row.quantity is not None:
            due = row.rate * row.quantity * 100
            if abs(due - row.fen) > Decimal("0.5"):
                self.say(
                    "held",
                    "amount.mismatch",
                    f"数量 {number(row.quantity)} × 标准 {number(row.rate)} = {number(due / 100)} 元，"
                    f"表上写的是 {grouped(row.fen)} 元",
                    row,
                    title("amount"),
                )

    def _person(self, row: Checked, title: Callable[[str], str]) -> None:
        assert row.person is not None
        first = self._first.setdefault(row.person, row)
        if first is not row:
            same = first.fen == row.fen
            place = f"工作表“{first.sheet}”第 {first.row} 行" if first.sheet != row.sheet else f"第 {first.row} 行"
            amounts = f"前一次 {grouped(first.fen or 0)} 元，这一次 {grouped(row.fen or 0)} 元"
            self.say(
                "held" if same else "warning",
                "person.twice",
                f"同一个证件号在{place}已经出现过（{amounts}）" + ("，疑似重复" if same else "，请核对是否两笔都对"),
                row,
                title("id"),
            )
        policy = self._policy
        born = birth_date(row.id_number)
        if born is not None and (policy.age_from is not None or policy.age_to is not None):
            age = self._paid_on.year - born.year
            if age < (policy.age_from or 0) or age > (policy.age_to if policy.age_to is not None else 200):
                bounds = f"{policy.age_from or 0}—{policy.age_to if policy.age_to is not None else '不限'}"
                self.say("warning", "age.outside", f"年龄不在政策规定的 {bounds} 岁之内，请核对", row, title("id"))

    def _earlier(self, row: Checked, person: bytes, title: Callable[[str], str]) -> None:
        history = self._history
        if (batch := history.in_period.get(person)) is not None:
            self.say("warning", "person.paid_already", f"同一项目同一期次的批次 {batch} 里已有此人", row, title("id"))
        if (other := history.excluded.get(person)) is not None:
            self.say("warning", "policy.excluded", f"此人今年已领“{other}”，按政策不能同时享受", row, title("id"))
        before = history.last_year.get(person)
        if before and row.fen and row.fen > 0 and (row.fen >= before * _JUMP or row.fen * _JUMP <= before):
            self.say(
                "warning",
                "amount.jump",
                f"去年 {grouped(before)} 元，今年 {grouped(row.fen)} 元，变动很大",
                row,
                title("amount"),
            )
        known = history.accounts.get(person)
        if row.account is not None and known is not None and known != row.account:
            self.say(
                "warning",
                "account.changed",
                "此人以前的补贴打到另一个账号（一人多卡或换卡），请核对",
                row,
                title("account"),
            )

    def finish(self, title: Callable[[str], str]) -> None:
        """Checks that need the whole roll: several people on one account, which is usual only where the policy pays
        households or custodians (一人（户）一卡)."""
        shared = [rows for rows in self._by_account.values() if len({row.person for row in rows}) > 1]
        usual = self._policy.payee_unit in ("household", "custodian")
        advice = "（按户或监护人发放的项目，属正常）" if usual else "，请核对是否代管、代领"
        if usual and len(shared) > _SHARED_ONE_BY_ONE:
            message = f"有 {len(shared)} 个账号由两人以上共用{advice}，第一处在第 {shared[0][0].row} 行"
            self.say("note", "account.shared", message, shared[0][0], title("account"))
            return
        for rows in shared:
            places = "、".join(
                (f"“{row.sheet}”" if row.sheet != rows[0].sheet else "") + f"第 {row.row} 行" for row in rows[:6]
            )
            people, total = len({row.person for row in rows}), grouped(sum(row.fen or 0 for row in rows))
            message = f"{people} 个人用同一个账号：{places}，共 {total} 元{advice}"
            self.say("note" if usual else "warning", "account.shared", message, rows[0], title("account"))
