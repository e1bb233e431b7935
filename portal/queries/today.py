"""What there is to do today, for one person: plain items, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch
from portal.domain.case_access import DESK_ROLE, DISCIPLINE_ROLE, UNIT_ROLES
from portal.domain.held_rows import ROLES as SETTLERS
from portal.domain.leads import TODAY_ROLES
from portal.domain.money import grouped
from portal.domain.next_steps import NextStep, next_steps
from portal.domain.periods import period_word
from portal.domain.policies import Policy
from portal.domain.policy_lists import due_day, why_not_approve
from portal.domain.reach import Seen
from portal.ledger import bank_lines, batches, payments, policies, settlements
from portal.office import Office, reach, see
from portal.queries.board_records import waiting_photos
from portal.queries.cases import queue
from portal.queries.drafts import my_drafts
from portal.queries.hotlines import hotline_lines
from portal.queries.leads import lead_lines, open_counts
from portal.queries.prints import to_take_down, unprinted

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
        mine = reach(connection, actor)
        live = [batch for batch in batches.all_batches(connection) if batch.is_live and not batch.last("archive")]
        listed = {year: policies.listed(connection, year) for year in {batch.year for batch in live}}
        open_ones = [
            (seen, policy)
            for batch in live
            if (policy := listed[batch.year].get(batch.policy)) and (seen := see(connection, mine, batch))
        ]
        items += [item for seen, policy in open_ones for item in _batch_items(office, actor, seen, policy)]
        if actor.role in _CORRECTORS:
            items += _returned_items(connection, open_ones)
        if actor.role in _BANK_LISTS:
            items += _bank_items(connection, open_ones)
        if actor.role in (*SETTLERS, "admin"):
            items += _held_items(connection, actor, open_ones)
        items += _list_items(connection, actor)
        policy_of = {seen.batch: policy for seen, policy in open_ones}
        items += [
            Item(f"{_title(each.batch, policy_of[each.batch])}：{each.words}", f"batches/{each.batch.number}/print")
            for each in unprinted(connection, office, actor, policy_of)
        ]
        items += [
            Item(f"{_title(batch, policy_of[batch])}：公示期满，把公示栏上的撤下来", _board(office, batch))
            for batch in to_take_down(connection, office, actor, policy_of)
        ]
        items += [
            Item(f"批次{number}：{count}张公示栏照片等着看过再公开", f"batches/{number}/board")
            for number, count in sorted(waiting_photos(connection, actor).items())
        ]
    items += _case_items(office, actor)
    items += _lead_items(office, actor)
    items += _hotline_items(office, actor)
    return sorted(items, key=lambda item: (not item.is_late, item.due or date.max))


def _draft_item(title: str, rows: int, fen: int, refused: bool, token: str) -> Item:
    waits = "有要改的地方，还不能导入" if refused else "看过没有问题就确认导入"
    return Item(f"清册草稿：{title}，{rows}行，{grouped(fen)}元，{waits}", f"rolls/drafts/{token}")


def _batch_items(office: Office, actor: Actor, seen: Seen, policy: Policy) -> Iterator[Item]:
    batch = seen.batch
    title = _title(batch, policy)
    if batch.is_returned:
        if actor.name == batch.entered_by:
            yield Item(f"{title}：被退回了，改好清册重新上传", f"batches/{batch.number}")
        return
    flow, is_workday = office.rules.flows[batch.flow], office.rules.is_workday
    for step in next_steps(batch, flow, policy, actor, office.today, is_workday):
        if seen.may_take(step.step) and _is_my_turn(step, batch):
            yield Item(
                f"{title}：办“{step.step.name}”", f"batches/{batch.number}", step.due, step.is_late(office.today)
            )


def _list_items(connection: Connection, actor: Actor) -> Iterator[Item]:
    """Policy lists that wait for somebody who had no hand in them."""
    newest = {each.year: each for each in policies.lists(connection)}
    for waiting in newest.values():
        if not waiting.approved_by and not why_not_approve(actor, waiting.hands):
            words = f"{waiting.year}年补贴政策清单第{waiting.version}版：等另一人批准"
            yield Item(words, f"policies/{waiting.year}", due_day(waiting.year))


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


def _lead_items(office: Office, actor: Actor) -> Iterator[Item]:
    """How many leads wait for who looks into them; telephones have an item of their own."""
    if actor.role in TODAY_ROLES:
        counts = open_counts(lead_lines(office, actor))
        if count := sum(counts.values()) - counts.get("hotline", 0):
            yield Item(f"预警：{count}条线索等着看一看", "warnings")


def _hotline_items(office: Office, actor: Actor) -> Iterator[Item]:
    if count := sum(line.is_due for line in hotline_lines(office, actor)):
        due = date(office.today.year, office.today.month, office.rules.warnings.hotline_due_day)
        yield Item(f"电话核对：{count}个公布的电话，这个月还没有打过", "hotlines", due, office.today > due)


def _returned_items(connection: Connection, open_ones: list[tuple[Seen, Policy]]) -> Iterator[Item]:
    returned = cache(lambda area: payments.returned_counts(connection, area))
    for seen, policy in open_ones:
        if count := returned("" if seen.is_whole else seen.reach.area).get(seen.batch.id, 0):
            words = f"{_title(seen.batch, policy)}：银行退回{count}笔，等着更正"
            yield Item(words, f"batches/{seen.batch.number}/corrections")


def _held_items(connection: Connection, actor: Actor, open_ones: list[tuple[Seen, Policy]]) -> Iterator[Item]:
    held = settlements.held_counts(connection)
    for seen, policy in open_ones:
        batch, count = seen.batch, held.get(seen.batch.id, 0)
        if count and seen.is_whole and actor.name != batch.entered_by and not batch.is_returned:
            yield Item(f"{_title(batch, policy)}：待核实{count}行，一行一行核实", f"batches/{batch.number}/held")


def _bank_items(connection: Connection, open_ones: list[tuple[Seen, Policy]]) -> Iterator[Item]:
    waiting = bank_lines.open_counts(connection)
    for seen, policy in open_ones:
        batch, count = seen.batch, waiting.get(seen.batch.id, 0)
        if count and seen.is_whole and not batch.is_returned:
            words = f"{_title(batch, policy)}：银行文件里{count}行等着处理"
            yield Item(words, f"batches/{batch.number}/feedback")


def _board(office: Office, batch: Batch) -> str:
    """Where it is noted that a sheet came down, in a county that does."""
    return f"batches/{batch.number}" + ("/board" if office.rules.keeps_board_records else "")


def _title(batch: Batch, policy: Policy) -> str:
    return f"{period_word(batch.period)} {policy.name}（{batch.number}）"
