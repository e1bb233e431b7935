"""What there is to do today, for one person: plain items, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch
from portal.domain.case_access import DESK_ROLE, DISCIPLINE_ROLE, UNIT_ROLES
from portal.domain.held_rows import ROLES as SETTLERS
from portal.domain.money import grouped
from portal.domain.next_steps import NextStep, next_steps
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.ledger import bank_lines, batches, payments, policies, settlements
from portal.office import Office
from portal.queries.cases import queue
from portal.queries.drafts import my_drafts

_BANK_LISTS: Final = ("bank", "township_finance", "department", "finance", "admin")
_CORRECTORS: Final = ("station", "township_finance", "department", "finance", "admin")


@dataclass(frozen=True, slots=True)
class Item:
    """`address` is below /desk/; `due` is None where no limit is set."""

    words: str
    address: str
    due: date | None = None
    is_late: bool = False


def today(office: Office, actor: Actor) -> list[Item]:
    """Drafts that wait, steps that are this person's turn, returned rows: late ones first, then by their day."""
    items = [
        _draft_item(line.title, line.rows, line.fen, line.refused, line.token) for line in my_drafts(office, actor)
    ]
    with office.ledger.read() as connection:
        found = [batch for batch in batches.all_batches(connection) if batch.is_live and not batch.last("archive")]
        listed = {year: policies.listed(connection, year) for year in {batch.year for batch in found}}
        open_ones = [(batch, policy) for batch in found if (policy := listed[batch.year].get(batch.policy))]
        items += [item for batch, policy in open_ones for item in _batch_items(office, actor, batch, policy)]
        if actor.role in _CORRECTORS:
            items += _returned_items(connection, open_ones)
        if actor.role in _BANK_LISTS:
            items += _bank_items(connection, open_ones)
        if actor.role in (*SETTLERS, "admin"):
            items += _held_items(connection, actor, open_ones)
    items += _case_items(office, actor)
    return sorted(items, key=lambda item: (not item.is_late, item.due or date.max))


def _draft_item(title: str, rows: int, fen: int, refused: bool, token: str) -> Item:
    waits = "有要改的地方，还不能导入" if refused else "看过没有问题就确认导入"
    return Item(f"清册草稿：{title}，{rows}行，{grouped(fen)}元，{waits}", f"rolls/drafts/{token}")


def _batch_items(office: Office, actor: Actor, batch: Batch, policy: Policy) -> Iterator[Item]:
    title = _title(batch, policy)
    if batch.is_returned:
        if actor.name == batch.entered_by:
            yield Item(f"{title}：被退回了，改好清册重新上传", f"batches/{batch.number}")
        return
    flow, is_workday = office.rules.flows[batch.flow], office.rules.is_workday
    for step in next_steps(batch, flow, policy, actor, office.today, is_workday):
        if _is_my_turn(step, batch):
            yield Item(
                f"{title}：办“{step.step.name}”", f"batches/{batch.number}", step.due, step.is_late(office.today)
            )


def _is_my_turn(step: NextStep, batch: Batch) -> bool:
    """Steps whose clock runs, and ours that nothing holds up. What may be noted some time is no work for today."""
    if not step.is_open or step.is_past:
        return False
    if step.by_file:
        return batch.last("credit") is not None and batch.last("feedback") is None
    return step.due is not None or step.step.kind == "ours"


def _case_items(office: Office, actor: Actor) -> Iterator[Item]:
    """A unit's assigned cases one by one; how many the desk has, and discipline inspection."""
    if actor.role == DISCIPLINE_ROLE:
        waiting = [line for line in queue(office, actor, ("handed_over",)) if line.case.last("sign_for") is None]
        if waiting:
            yield Item(f"移交件：{len(waiting)}件等签收", "handovers")
    elif actor.role == DESK_ROLE:
        lines = queue(office, actor)
        if late := sum(1 for line in lines if line.days_late):
            yield Item(f"投诉件：{late}件已超期", "cases?tab=all", is_late=True)
        if new := sum(1 for line in lines if line.case.state == "filed"):
            yield Item(f"投诉件：{new}件还没有告知是否受理", "cases")
        if said := sum(1 for line in lines if line.case.has_unread_words):
            yield Item(f"投诉件：{said}件反映人又写了话", "cases")
    elif actor.role in UNIT_ROLES:
        for line in queue(office, actor, ("assigned",)):
            number = line.case.number
            words = f"投诉件{number}“{line.facts.title}”：查清楚，报结果"
            yield Item(words, f"cases/{number}", line.due.day, line.days_late > 0)


def _returned_items(connection: Connection, open_ones: list[tuple[Batch, Policy]]) -> Iterator[Item]:
    returned = payments.returned_counts(connection)
    for batch, policy in open_ones:
        if count := returned.get(batch.id, 0):
            words = f"{_title(batch, policy)}：银行退回{count}笔，等着更正"
            yield Item(words, f"batches/{batch.number}/corrections")


def _held_items(connection: Connection, actor: Actor, open_ones: list[tuple[Batch, Policy]]) -> Iterator[Item]:
    held = settlements.held_counts(connection)
    for batch, policy in open_ones:
        if (count := held.get(batch.id, 0)) and actor.name != batch.entered_by and not batch.is_returned:
            yield Item(f"{_title(batch, policy)}：待核实{count}行，一行一行核实", f"batches/{batch.number}/held")


def _bank_items(connection: Connection, open_ones: list[tuple[Batch, Policy]]) -> Iterator[Item]:
    waiting = bank_lines.open_counts(connection)
    for batch, policy in open_ones:
        if (count := waiting.get(batch.id, 0)) and not batch.is_returned:
            words = f"{_title(batch, policy)}：银行文件里{count}行等着处理"
            yield Item(words, f"batches/{batch.number}/feedback")


def _title(batch: Batch, policy: Policy) -> str:
    return f"{period_word(batch.period)} {policy.name}（{batch.number}）"
