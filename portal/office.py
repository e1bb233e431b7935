"""What every action needs: the ledger, the rules, the keys, the day, and who is at the door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import ROLES, Actor, Batch
from portal.domain.board_names import SealName
from portal.domain.findings import Refused
from portal.domain.identity import Digester
from portal.domain.personal_data import find_personal_data
from portal.domain.policies import Policy
from portal.domain.reach import Reach, Seen, reach_of
from portal.ledger import batches, drafts, journal, policies, postings, registers
from portal.ledger.cases import StoredCase
from portal.ledger.drafts import StoredDraft
from portal.ledger.engine import Ledger
from portal.rules import Rules


@dataclass(frozen=True)
class Office:
    """`channel` says where acts come from ("console:root"); it is journaled beside the actor.

    `digester` is loaded only by acts that key something, so that a process without identity keys can do the rest;
    `seal_name` by those that take full names for the village board in.
    """

    ledger: Ledger
    rules: Rules
    digester: Callable[[], Digester]
    today: date
    channel: str
    seal_name: Callable[[], SealName | None] = lambda: None

    def signature(self, actor: Actor) -> str:
        """How the journal names who did it."""
        return f"{actor.name} ({self.channel})"

    def write_down(self, connection: Connection, act: str, actor: Actor, detail: dict[str, object]) -> int:
        return journal.append(connection, act, self.signature(actor), detail)


PERSONAL_DATA: Final = "text.personal_data"
"""Why words are refused that hold somebody's number."""
OfficeFor = Callable[[str], Office]
"""Opens the office of this day for acts that come through a channel."""


def registered(connection: Connection, name: str) -> Actor:
    """The registered staff member of that name. Raises Refused."""
    actor = registers.find_staff(connection, name)
    if actor is None:
        known = "、".join(found.name for found in registers.all_staff(connection)) or "（还没有人）"
        raise Refused(f"没有登记过的工作人员“{name}”。已登记：{known}", "staff.unknown", "mingbai staff add")
    return actor


def batch_named(connection: Connection, number: str) -> Batch:
    """The batch with that number. Raises Refused."""
    batch = batches.find_batch(connection, number)
    if batch is None:
        raise _no_batch(number)
    return batch


def _no_batch(number: str) -> Refused:
    return Refused(f"没有批次“{number}”，请核对批次号", "batch.unknown", "mingbai batch list")


def reach(connection: Connection, actor: Actor) -> Reach:
    """Which batches this person may see."""
    return reach_of(actor, registers.all_units(connection))


def seen_batch(connection: Connection, actor: Actor, number: str) -> Seen:
    """A batch that is at least in part this person's. Raises the same Refused for another's as for one that is not
    there."""
    batch = batches.find_batch(connection, number)
    seen = see(connection, reach(connection, actor), batch) if batch else None
    if seen is None:
        raise _no_batch(number)
    return seen


def own_batch(connection: Connection, actor: Actor, number: str) -> Batch:
    """A batch that is wholly this person's, for what changes all of it. Raises Refused."""
    seen = seen_batch(connection, actor, number)
    if not seen.is_whole:
        raise only_a_part(number)
    return seen.batch


def only_a_part(number: str) -> Refused:
    """Why somebody does not do to a whole batch what only some rows are theirs of."""
    return Refused(f"批次 {number} 里只有一部分是您这里的，这件事由发放单位或主管部门办", "batch.part")


def see(connection: Connection, mine: Reach, batch: Batch) -> Seen | None:
    """What of a batch somebody may see; None where it is nothing."""
    if mine.has_all_of(batch, ()):
        return Seen(batch, True, mine)
    policy = policies.find_policy(connection, batch.year, batch.policy) if mine.departments else None
    if policy and mine.has_all_of(batch, policy.departments):
        return Seen(batch, True, mine)
    has_rows = bool(mine.area) and batches.touches(connection, batch.id, mine.area)
    return Seen(batch, False, mine) if has_rows else None


def own_draft(connection: Connection, actor: Actor, token: str) -> StoredDraft:
    """The person's own draft. Raises the same Refused for what is another's, too old, thrown away or never was."""
    found = drafts.find_draft(connection, token, actor.name)
    if found is None:
        raise Refused("没有这份草稿。草稿只有上传的人能看，24 小时后自动删除；请重新上传清册", "draft.unknown")
    return found


def policy_in_force(connection: Connection, year: int, code: str) -> Policy:
    """The policy as that year's approved list has it. Raises Refused."""
    policy = policies.find_policy(connection, year, code)
    if policy is None:
        current = policies.in_force(connection, year)
        if current is None:
            raise Refused(f"{year} 年没有已批准的补贴政策清单。请先导入并由另一人批准", "policies.none")
        raise Refused(f"{current.year} 年补贴政策清单里没有项目“{code}”，请核对项目编码", "policy.unknown")
    return policy


def must_have_role(actor: Actor, *roles: str) -> None:
    """Raises Refused unless the actor has one of the roles (the admin has all)."""
    if actor.role not in (*roles, "admin"):
        raise Refused(
            f"这件事由{'、'.join(ROLES[role] for role in roles)}办理，{actor.display}（{ROLES[actor.role]}）不能办",
            "staff.role",
        )


def own_areas(connection: Connection, actor: Actor) -> frozenset[str]:
    """Codes of the areas that somebody's unit answers for: its own and all below; for the admin, the whole county."""
    book, unit = registers.area_book(connection), registers.all_units(connection).get(actor.unit)
    if actor.role == "admin" or unit is None:
        return frozenset(book.areas) if actor.role == "admin" else frozenset()
    return frozenset(book.within(unit.area))


def own_boards(connection: Connection, actor: Actor, batch: Batch) -> list[str]:
    """Codes of the villages on whose boards a sheet of its own of this batch hangs, as far as they are this person's."""
    own, villages = own_areas(connection, actor), {area.code for area in registers.area_book(connection).villages}
    return sorted(postings.current_ids(connection, batch.id).keys() & own & villages)


def must_keep_board_records(office: Office) -> None:
    """Raises Refused where the county does not keep such records."""
    if not office.rules.keeps_board_records:
        raise Refused(
            "本县没有开通公示栏张贴登记。要用的，请系统管理员在 site.toml 的 [board] 里写 records = true", "board.off"
        )


def must_be_clean(*words: str) -> None:
    """Raises Refused when what somebody typed holds an ID number, an account or a phone."""
    if any(find_personal_data(text) for text in words):
        raise Refused("文字里有疑似身份证号、账号或电话，请去掉后再登记", PERSONAL_DATA)


def must_fit(words: str, longest: int) -> None:
    """Raises Refused when what somebody typed is longer than there is room for, in characters."""
    if len(words) > longest:
        raise Refused(f"写得太长了：{len(words)}个字，最多{longest}个字", "text.long")


def reopen_end(rules: Rules, stored: StoredCase) -> date:
    """The last day on which the reporter of an answered case may ask for it to be handled again."""
    answered = next(event for event in reversed(stored.case.events) if event.act in ("answer", "conclude"))
    return rules.case_rules[stored.facts.rules].reopen.end(answered.day, rules.is_workday)
