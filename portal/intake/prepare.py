"""A roll file → checked, masked, keyed rows. Everything raw stays in this call's memory.

Preview, dry run and import all run this same `prepare`; only the import goes on to write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from portal.domain.areas import AreaBook
from portal.domain.board_names import SealName, demands_full_names, is_of_age
from portal.domain.findings import PASSED_FOR_A_REASON, Finding, Refused
from portal.domain.identity import Digester, IdReading, birth_date, clean_name, is_name, normalise_account, read_id
from portal.domain.masking import mask_name
from portal.domain.money import read_number
from portal.domain.personal_data import find_personal_data
from portal.domain.policies import Policy
from portal.intake.checks import AREA_MESSAGES, ID_MESSAGES, Checked, History, RowChecks
from portal.intake.header_map import HeaderMap
from portal.intake.offers import ROLL_COLUMNS, OfferedSheet, first_lines, safe_choices
from portal.intake.places import PlaceReader
from portal.intake.rows import RawRow, SheetRows, amount_fen
from portal.intake.safe_words import unsafe_groups, with_safe_sheet_names
from portal.intake.tables import read_tables
from portal.intake.workbook import Workbook, read_workbook

_GROUP_LENGTH: Final = 12
_MEASURE_PLACES: Final = Decimal("0.0001")
_LARGEST_MEASURE: Final = 10**7
"""A quantity or rate beyond it is a birth date, a phone or an ID number in the wrong column, and never kept."""
_NOT_SEALED: Final = "村公示栏要贴全名，但这台机器没有封存全名的密钥，全名没有留下，公示单上只能印隐去一部分的姓名"
_NOTES: Final[Mapping[str, str]] = {
    "id.cleaned": "证件号里有空格、全角或小写 x，已按标准写法读取",
    "id.upgraded": "15 位老证件号已换算成 18 位",
    "name.cleaned": "姓名里有空格或看不见的字符，已去掉",
    "group.dropped": "组名写法不规范，只显示村名",
    "account.unreadable": "账号是空的、打了星号或存成了数字，银行反馈只能由人核对",
}


class PreparedRow(NamedTuple):
    """A row ready to be stored: masked and keyed, nothing raw. `held` is the finding that keeps it back, or "";
    `sealed_name` is for the village board, where a rule demands full names."""

    sheet: str
    row: int
    village: str
    group: str
    name: str
    person: bytes | None
    proof: bytes | None
    account: bytes | None
    tail: bytes | None
    quantity: Decimal | None
    rate: Decimal | None
    fen: int
    held: str
    sealed_name: bytes | None = None


@dataclass(frozen=True)
class RollContext:
    """What a roll is read against. `accepted` are codes of file-fatal findings that a named person lets pass. `seal_name`
    is there where the village board takes full names, and the machine has a key to seal them to."""

    policy: Policy
    paid_on: date
    unit_area: str
    areas: AreaBook
    header_map: HeaderMap
    digester: Digester
    history: History
    named_columns: Mapping[str, str]
    sheets: Collection[str] = ()
    accepted: Collection[str] = ()
    seal_name: SealName | None = None


@dataclass(frozen=True)
class PreparedRoll:
    """`columns` says, for each field, the header text it was read from; `choices` what a person may choose instead;
    `offered` are the sheets that the file has; `sample` the first lines, masked, of a list without a header."""

    rows: tuple[PreparedRow, ...]
    findings: tuple[Finding, ...]
    sheets: tuple[str, ...]
    columns: Mapping[str, str]
    choices: Mapping[str, str]
    offered: tuple[OfferedSheet, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(finding.level == "fatal" for finding in self.findings)

    @property
    def fen(self) -> int:
        return sum(row.fen for row in self.rows)

    @property
    def held(self) -> list[PreparedRow]:
        return [row for row in self.rows if row.held]

    def accepting(self, codes: Collection[str]) -> PreparedRoll:
        """The same with those fatal findings let pass that a named person may let pass."""
        return replace(self, findings=tuple(_with_acceptance(finding, codes) for finding in self.findings))


def prepare(path: Path, context: RollContext) -> PreparedRoll:
    """Read, map, check, mask and key a roll. Raises Refused only for files that cannot be read at all;
    anything else that refuses the file is a fatal finding of the result, so that all of it is told at once."""
    return prepare_workbook(read_workbook(path), context)


def prepare_workbook(workbook: Workbook, context: RollContext) -> PreparedRoll:
    """The same for a file that has been read."""
    safe = with_safe_sheet_names(workbook, {name for area in context.areas.areas.values() for name in area.names})
    called = {sheet.name: new.name for sheet, new in zip(workbook.sheets, safe.sheets, strict=True)}
    wanted = [called.get(name, name) for name in context.sheets]
    tables, findings = read_tables(safe, context.header_map, ROLL_COLUMNS, context.named_columns, wanted)
    if any(find_personal_data(title) for table in tables for title in table.header.titles.values()):
        message = "当作表头的那一行里有证件号、账号或电话，它是名单不是表头。请在第一行补上表头再导入"
        raise Refused(message, "header.data")
    checks = RowChecks(context.policy, context.history, context.paid_on)
    reader = _RowReader(context, checks)
    rows = [reader.read(raw, table) for table in tables for raw in table.rows]
    unsafe = unsafe_groups({row.group for row in rows}, reader.names)
    rows = [row._replace(group="") if row.group in unsafe else row for row in rows]
    if tables:
        checks.finish(tables[0].header.title)
    if tables and not rows:
        findings.append(Finding("fatal", "roll.empty", "表头下面没有一行名单，请核对文件"))
    findings += [*checks.findings, *reader.notes()]
    if demands_full_names(context.policy) and context.seal_name is None:
        findings.append(Finding("warning", "name.not_sealed", _NOT_SEALED))
    columns = {code: table.header.title(code) for table in tables[:1] for code in table.header.columns}
    names = tuple(table.sheet.name for table in tables)
    roll = PreparedRoll(
        tuple(rows),
        tuple(findings),
        names,
        columns,
        safe_choices(safe, context.header_map),
        tuple(OfferedSheet(sheet.name, sheet.visible, len(sheet.rows)) for sheet in safe.sheets if sheet.rows),
        first_lines(safe, context.header_map, {name for area in context.areas.areas.values() for name in area.names}),
    )
    return roll.accepting(context.accepted)


def _with_acceptance(finding: Finding, accepted: Collection[str]) -> Finding:
    if finding.level == "fatal" and finding.code in PASSED_FOR_A_REASON and finding.code in accepted:
        return replace(finding, level="warning", message=finding.message + "（已由经办人说明原因后放行）")
    return finding


class _RowReader:
    """Turns raw rows into prepared ones, counting small remarks."""

    def __init__(self, context: RollContext, checks: RowChecks) -> None:
        self._context = context
        self._checks = checks
        self._places = PlaceReader(context.areas, context.unit_area)
        self._noted: Counter[tuple[str, str]] = Counter()
        self._first_noted: dict[tuple[str, str], int] = {}
        self.names: set[str] = set()

    def read(self, raw: RawRow, table: SheetRows) -> PreparedRow:
        context, cells, title = self._context, raw.cells, table.header.title
        identity = read_id(cells.get("id"))
        shown_name = self._name(raw)
        account = normalise_account(cells.get("account"))
        digester = context.digester
        row = Checked(
            raw.sheet,
            raw.row,
            identity.value,
            digester.person(identity.value) if identity.value else None,
            digester.account(account) if account else None,
            _measure(cells.get("quantity")),
            _measure(cells.get("rate")),
            amount_fen(cells.get("amount"), table.header.scale),
        )
        if row.rate is None and row.quantity is not None and len(context.policy.rates) == 1:
            row.rate = context.policy.rates[0]
        self._identity_findings(row, identity, shown_name, title)
        self._measure_findings(row, raw, title)
        place = self._places.place(raw, table)
        if place.problem:
            self._checks.say("held", place.problem, AREA_MESSAGES[place.problem], row, title("village"))
        self._checks.check(row, title)
        if "account" in table.header.columns and not account:
            self._note("account.unreadable", raw)
        keyed = bool(identity.value and is_name(shown_name))
        proof = digester.proof(identity.value, shown_name) if keyed else None
        self._checks.eligibility(row, proof, title)
        return PreparedRow(
            raw.sheet,
            raw.row,
            place.village,
            self._group(place.group, raw),
            mask_name(shown_name),
            row.person,
            proof,
            row.account,
            digester.tail(identity.value, shown_name, account) if keyed and account else None,
            row.quantity,
            row.rate,
            row.fen or 0,
            row.held,
            self._sealed(shown_name, identity.value, row.held),
        )

    def notes(self) -> list[Finding]:
        """Small remarks, one a kind and sheet, with how many rows they are about."""
        return [
            Finding(
                "note", code, f"{_NOTES[code]}（共 {count} 行，第一处在第 {self._first_noted[code, sheet]} 行）", sheet
            )
            for (code, sheet), count in self._noted.items()
        ]

    def _sealed(self, name: str, identity: str, held: str) -> bytes | None:
        """The name for the board; of who is not of full age, or is held back, none is kept."""
        seal, born = self._context.seal_name, birth_date(identity) if identity else None
        if seal is None or held or born is None or not is_of_age(born, self._context.paid_on):
            return None
        return seal(name)

    def _note(self, code: str, raw: RawRow) -> None:
        self._noted[code, raw.sheet] += 1
        self._first_noted.setdefault((code, raw.sheet), raw.row)

    def _name(self, raw: RawRow) -> str:
        written = raw.text("name")
        name = clean_name(written)
        if is_name(name):
            self.names.add(name)
        if name != written and is_name(name):
            self._note("name.cleaned", raw)
        return name

    def _identity_findings(self, row: Checked, identity: IdReading, name: str, title: Callable[[str], str]) -> None:
        if identity.problem:
            self._checks.say("held", identity.problem, ID_MESSAGES[identity.problem], row, title("id"))
        for code in identity.notes:
            self._noted[code, row.sheet] += 1
            self._first_noted.setdefault((code, row.sheet), row.row)
        if not is_name(name):
            message = "没有姓名，请补上" if not name else "姓名里有数字、字母、符号，或不足两个字，请核对"
            self._checks.say("held", "name.bad", message, row, title("name"))

    def _measure_findings(self, row: Checked, raw: RawRow, title: Callable[[str], str]) -> None:
        for code in ("quantity", "rate"):
            if read_number(raw.cells.get(code)) is not None and _measure(raw.cells.get(code)) is None:
                message = "这个数是负数，或大得不像数量、标准，多半是填错了列，没有采用，请核对"
                self._checks.say("held", f"{code}.implausible", message, row, title(code))

    def _group(self, group: str, raw: RawRow) -> str:
        if not group or (group.isalnum() and len(group) <= _GROUP_LENGTH and not any(ch.isdigit() for ch in group)):
            return group
        self._note("group.dropped", raw)
        return ""


def _measure(cell: str | int | Decimal | None) -> Decimal | None:
    """A quantity or rate to four places: spreadsheets add binary dust (3.3000000000000003)."""
    value = read_number(cell)
    if value is None or not 0 <= value < _LARGEST_MEASURE:
        return None
    rounded = value.quantize(_MEASURE_PLACES)
    return rounded if abs(rounded - value) < Decimal("1e-9") else value
