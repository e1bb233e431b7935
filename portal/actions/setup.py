"""Setting an installation up, and the demo county."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from portal.actions.board_records import Noted, note_record, release_photo
from portal.actions.feedback import FeedbackRequest, import_feedback
from portal.actions.policies import approve_policies, import_policies
from portal.actions.registers import import_areas, import_units
from portal.actions.rolls import ImportedRoll, RollRequest, import_roll
from portal.actions.staff import CONSOLE, add_staff, reset_password
from portal.actions.steps import StepRequest, take_step
from portal.domain.board_records import Photo
from portal.domain.finding_kinds import KINDS
from portal.domain.findings import PASSED_FOR_A_REASON, Refused
from portal.domain.money import read_number, to_fen
from portal.ledger import accounts, board_records
from portal.office import Office, batch_named, registered

_DEMO_REASON: Final = "演示数据，已逐户核对"


@dataclass(frozen=True)
class DemoStory:
    """What happens in the demo county, as content/demo/demo.toml tells it."""

    folder: Path
    staff: list[Mapping[str, Any]]
    policy_lists: list[Mapping[str, Any]]
    rolls: list[Mapping[str, Any]]
    mistakes: list[Mapping[str, Any]]

    @classmethod
    def load(cls, folder: Path) -> DemoStory:
        table = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))
        return cls(folder, table["staff"], table["policy_list"], table["roll"], table["mistake"])


def set_up_demo(
    office: Office, content: Path, photo: Callable[[Path], Photo], progress: Callable[[str, int, int], None]
) -> int:
    """Play the demo county's story into an empty ledger: lists, rolls, steps, feedback, boards. `photo` makes a picture anew.
    Returns how many rolls.

    Every act goes through the same actions as a county's own, four eyes included.
    """
    story = DemoStory.load(content / "demo")
    total = len(story.rolls)
    progress("登记区划、单位、人员", 0, total)
    import_areas(office, content / "areas.csv")
    import_units(office, content / "units.csv")
    with office.ledger.read() as connection:
        known = {account.name for account in accounts.all_accounts(connection)}
    for person in story.staff:
        if person["name"] not in known:
            add_staff(office, person["name"], person["display"], person["role"], person["unit"])
    for wanted in story.policy_lists:
        day = _day(wanted["date"], office.today)
        imported = import_policies(office, story.folder / wanted["file"], wanted["year"], wanted["by"], day)
        if not imported.list.approved_by:
            approve_policies(office, wanted["year"], wanted["approved_by"], day)
    for done, roll in enumerate(story.rolls):
        progress(Path(roll["file"]).stem, done, total)
        _play_roll(office, story.folder, photo, roll)
    progress("完成", total, total)
    return total


def open_demo_desk(office: Office, content: Path, initial: Callable[[], tuple[str, str]]) -> str:
    """One initial password for everybody of the demo, so that each desk can be tried; empty where it was given before.
    `initial` makes one with its hash."""
    names = [person["name"] for person in DemoStory.load(content / "demo").staff]
    with office.ledger.read() as connection:
        without = [name for name in names if not _has_password(connection, name)]
    if not without:
        return ""
    password, hashed = initial()
    for name in without:
        reset_password(office, CONSOLE, name, hashed)
    return password


def _has_password(connection: Connection, name: str) -> bool:
    account = accounts.find_account(connection, name)
    return account is None or account.password_hash is not None


def mistakes(office: Office, content: Path) -> list[tuple[str, ImportedRoll | Refused]]:
    """Try every faulty file of the demo without writing: what the program says about each."""
    told: list[tuple[str, ImportedRoll | Refused]] = []
    story = DemoStory.load(content / "demo")
    importer = next(person["name"] for person in story.staff if person["role"] == "department")
    for wanted in story.mistakes:
        path = story.folder / wanted["file"]
        request = RollRequest(path, wanted["policy"], wanted["period"], wanted["unit"], importer, office.today)
        try:
            told.append((path.name, import_roll(office, request, dry_run=True)))
        except Refused as refusal:
            told.append((path.name, refusal))
    return told


def _play_roll(office: Office, folder: Path, photo: Callable[[Path], Photo], roll: Mapping[str, Any]) -> None:
    steps = [{**step, "day": _day(step["date"], office.today)} for step in roll["step"]]
    handed_in = _day(roll["date"], office.today) if "date" in roll else min(step["day"] for step in steps)
    request = RollRequest(
        folder / roll["file"],
        roll["policy"],
        roll["period"],
        roll["unit"],
        roll["by"],
        handed_in,
        tuple(roll.get("sheets", ())),
        roll.get("columns", {}),
        dict.fromkeys(KINDS.keys() - PASSED_FOR_A_REASON, _DEMO_REASON),
    )
    done = import_roll(office, request)
    if done.is_refused:
        raise Refused(done.findings)
    if done.already or done.batch is None:
        return
    for step in steps:
        if step["step"] == "roll":
            continue
        if step["step"] == "feedback":
            columns = step.get("columns")
            path = folder / step["file"]
            answer = import_feedback(office, FeedbackRequest(path, done.batch, step["by"], step["day"], columns))
            if answer.is_refused:
                raise Refused(answer.findings)
            continue
        amount = read_number(str(step["amount"])) if "amount" in step else None
        take_step(
            office,
            StepRequest(
                done.batch,
                step["step"],
                step["by"],
                step["day"],
                step.get("document", ""),
                step.get("reason", ""),
                to_fen(amount) if amount is not None else None,
            ),
        )
    for board in roll.get("board", ()):
        _play_board(office, done.batch, board, photo(folder / board["photo"]))


def _play_board(office: Office, batch: str, told: Mapping[str, Any], picture: Photo) -> None:
    with office.ledger.read() as connection:
        clerk, reviewer = (registered(connection, told[hand]) for hand in ("by", "released_by"))
    note_record(office, clerk, Noted(batch, told["village"], told["event"], _day(told["date"], office.today), picture))
    with office.ledger.read() as connection:
        (record,) = board_records.of_batch(connection, batch_named(connection, batch).id)
    release_photo(office, reviewer, batch, record.id)


def _day(text: str, today: date) -> date:
    """2024-03-05, or today-3: the demo always has something on notice."""
    if text.startswith("today"):
        return today + timedelta(days=int(text[5:] or 0))
    return date.fromisoformat(text)
