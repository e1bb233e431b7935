"""Drafts as who made them sees them: what the roll is, what it comes to, what is wrong with it; and the file that tells
the village."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection
from xlsxwriter import Workbook

from portal.domain.batches import Actor
from portal.domain.finding_kinds import LEVEL_WORDS, FindingGroup, group_findings, kind_of
from portal.domain.findings import PASSED_FOR_A_REASON, Finding, to_accept
from portal.domain.periods import period_word
from portal.domain.units import Unit
from portal.intake.offers import OfferedSheet
from portal.intake.packing import unpack
from portal.intake.prepare import PreparedRoll
from portal.ledger import batches, drafts, policies, registers
from portal.ledger.drafts import StoredDraft
from portal.office import Office, own_draft

ASKED_COLUMNS: Final = ("name", "id", "amount", "account", "quantity", "rate", "township", "village", "group")
_FILE_COLUMNS: Final = ("工作表", "行", "列", "哪里不对", "怎么办")
_UNKNOWN_VILLAGE: Final = "没认出是哪个村"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. `hours_left` until it goes by itself."""

    token: str
    title: str
    rows: int
    fen: int
    held: int
    refused: bool
    hours_left: int


@dataclass(frozen=True, slots=True)
class VillageLine:
    name: str
    rows: int
    fen: int
    held: int


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """What a field was read from: `title` is empty where nothing was; `choice` is what somebody had said, if anybody."""

    field: str
    word: str
    title: str
    choice: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`conflict` is the number of a batch that is in the way."""

    line: DraftLine
    batch: str
    policy: str
    policy_name: str
    period: str
    unit: str
    unit_name: str
    guessed: tuple[str, ...]
    sheets: tuple[str, ...]
    villages: tuple[VillageLine, ...]
    columns: tuple[ColumnLine, ...]
    choices: Mapping[str, str]
    offered: tuple[OfferedSheet, ...]
    sample: tuple[tuple[str, ...], ...]
    groups: tuple[FindingGroup, ...]
    conflict: str

    @property
    def may_be_imported(self) -> bool:
        """Whether nothing refuses it, or nothing but what may be let pass for a reason."""
        return all(group.level != "fatal" or group.code in PASSED_FOR_A_REASON for group in self.groups)

    @property
    def to_accept(self) -> tuple[str, ...]:
        """The kinds that are let pass one by one; none where something else refuses the roll."""
        return to_accept(f for group in self.groups for f in group.findings) if self.may_be_imported else ()


@dataclass(frozen=True, slots=True)
class RollChoices:
    """What an upload may be said to be: code → name each."""

    policies: Mapping[str, str]
    units: Mapping[str, str]


def roll_choices(office: Office) -> RollChoices:
    """This year's policies and the units that exist today, by name."""
    with office.ledger.read() as connection:
        listed = policies.listed(connection, office.today.year)
        units = registers.all_units(connection)
    today = office.today
    live = [unit for unit in units.values() if unit.valid_to is None or unit.valid_to >= today]
    return RollChoices({code: policy.name for code, policy in listed.items()}, {unit.code: unit.name for unit in live})


def my_drafts(office: Office, actor: Actor) -> list[DraftLine]:
    with office.ledger.read() as connection:
        return [_line(connection, draft) for draft in drafts.drafts_of(connection, actor.name)]


def draft_page(office: Office, actor: Actor, token: str) -> DraftPage:
    """Raises Refused for a draft that is not the person's own."""
    with office.ledger.read() as connection:
        draft = own_draft(connection, actor, token)
        roll = unpack(draft.prepared) if draft.prepared else PreparedRoll((), (), (), {}, {})
        units: dict[str, Unit] = registers.all_units(connection)
        live = batches.live_batch(connection, draft.policy, draft.period, draft.unit)
        return DraftPage(
            _line(connection, draft),
            draft.batch,
            draft.policy,
            _policy_name(connection, draft),
            draft.period,
            draft.unit,
            units[draft.unit].name,
            draft.guessed,
            roll.sheets,
            _villages(connection, roll),
            _columns(office, draft, roll),
            roll.choices,
            roll.offered,
            roll.sample,
            tuple(group_findings(roll.findings)),
            live.number if live and not live.is_returned and not draft.batch else "",
        )


def findings_file(office: Office, actor: Actor, token: str) -> bytes:
    """What is wrong, as an .xlsx to send back to the village: all cells text, no word of what our ledger knows."""
    with office.ledger.read() as connection:
        draft = own_draft(connection, actor, token)
    findings = unpack(draft.prepared).findings if draft.prepared else ()
    ordered = [finding for group in group_findings(findings) for finding in group.findings if finding.row]
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as book:
        sheet = book.add_worksheet("要改的地方")
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, width in enumerate((16, 8, 16, 60, 40)):
            sheet.set_column(column, column, width, text)
        sheet.write_row(0, 0, _FILE_COLUMNS, book.add_format({"bold": True, "num_format": "@"}))
        for row, finding in enumerate(ordered, start=1):
            for column, cell in enumerate(_told_outside(finding)):
                sheet.write_string(row, column, cell, text)
    return content.getvalue()


def _told_outside(finding: Finding) -> Iterable[str]:
    kind = kind_of(finding)
    wrong = kind.outside or f"{LEVEL_WORDS[finding.level]}：{finding.message}"
    return finding.sheet, str(finding.row or ""), finding.column, wrong, kind.advice


def _line(connection: Connection, draft: StoredDraft) -> DraftLine:
    title = f"{period_word(draft.period)} {_policy_name(connection, draft)}"
    hours = int((draft.ends - datetime.now(UTC)).total_seconds() // 3600)
    return DraftLine(draft.token, title, draft.rows, draft.fen, draft.held, draft.refused, max(hours, 0))


def _policy_name(connection: Connection, draft: StoredDraft) -> str:
    policy = policies.find_policy(connection, int(draft.period[:4]), draft.policy)
    return policy.name if policy else draft.policy


def _villages(connection: Connection, roll: PreparedRoll) -> tuple[VillageLine, ...]:
    book = registers.area_book(connection)
    sums: dict[str, list[int]] = {}
    for row in roll.rows:
        found = sums.setdefault(row.village, [0, 0, 0])
        found[0] += 1
        found[1] += row.fen
        found[2] += bool(row.held)
    names = {code: book.areas[code].name if code in book.areas else _UNKNOWN_VILLAGE for code in sums}
    return tuple(VillageLine(names[code], *found) for code, found in sorted(sums.items()))


def _columns(office: Office, draft: StoredDraft, roll: PreparedRoll) -> tuple[ColumnLine, ...]:
    header_map = office.rules.header_map
    return tuple(
        ColumnLine(code, header_map.word(code), roll.columns.get(code, ""), draft.columns.get(code, ""))
        for code in ASKED_COLUMNS
    )
